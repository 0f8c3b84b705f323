"""`run gsdp` with `--target`, which counts pairs that the judges accepted, and `--plan` on the way.

Scripted models, a real server.
"""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from project import EXAMPLES, Project
from test_gsdp import REPLIES, SETTINGS

from kgsynth.config import Connection
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

COMMAND = (
    "run", "gsdp", "problems.jsonl", "--concepts", "concepts.jsonl", "--out", "data.jsonl",
    "--set", "dedup.threshold=1", "--set", "merge.dual_filter=false",
)  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, connection: Connection, store: Store) -> Project:
    made = Project(tmp_path, connection)
    (tmp_path / "kgsynth.toml").write_text(SETTINGS.format(f"target-{tmp_path.name}"))
    (tmp_path / "replies.py").write_text(REPLIES)
    lines = (EXAMPLES / "problems.jsonl").read_text(encoding="utf-8").splitlines()[:30]
    (tmp_path / "problems.jsonl").write_text("\n".join(lines), encoding="utf-8")
    shutil.copy(EXAMPLES / "problem-concepts.jsonl", tmp_path / "all.jsonl")
    known = {json.loads(line)["id"] for line in lines}
    tagged = (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "concepts.jsonl").write_text(
        "\n".join(line for line in tagged if json.loads(line)["id"] in known), encoding="utf-8"
    )
    return made


def accepted(store: Store) -> int:
    (row,) = store.read_text(
        "MATCH (a:Answer {status: 'accepted'})-[:ANSWERS]->(q:Question {status: 'accepted'}) "
        "RETURN count(*) AS n", {})  # fmt: skip
    return int(row["n"])


def calls(store: Store) -> Counter[str]:
    """Calls by step and method, as a plan names them."""
    rows = store.read_text("MATCH (c:Call) RETURN c.step AS s, c.method AS m, count(*) AS n", {})
    return Counter(
        {f"{row['s']} {row['m']}".strip().replace("te gsdp", "te"): row["n"] for row in rows}
    )


def test_a_target_counts_pairs_that_all_judges_accepted(project: Project, store: Store) -> None:
    def run(target: int, code: int = 0) -> dict[str, Any]:
        more = ("--set", "sample.sets=40", "--target", str(target), "--json")
        shown: dict[str, Any] = json.loads(project.run(project.command(*COMMAND, *more), code))
        return shown

    first = run(10)
    reached = accepted(store)
    assert first["target"] == {
        "target": 10, "reached": reached, "ended": "the target is reached",
    }  # fmt: skip
    # About half of what is written is accepted: vetoes and low scores cost rounds, not the target.
    assert 10 <= reached <= 15 and len(project.exported()) == reached
    vetoed = store.read_text(
        "MATCH (a:Answer {status: 'rejected'}) RETURN count(a) AS n", {})  # fmt: skip
    assert vetoed[0]["n"] > 0
    rounds = [row["step"] for row in first["stages"]].count("answer")
    assert 1 < rounds < 6

    # Reached is reached: nothing is asked, whatever target it was by then.
    asked = project.asked()
    again = run(10)
    assert project.asked() == asked and again["target"]["reached"] == reached
    assert run(reached + 5)["target"]["reached"] >= reached + 5

    before = calls(store)
    plan = json.loads(
        project.run(project.command(*COMMAND, "--set", "sample.sets=40", "--plan", "--json"))
    )
    # More than the sets can give: all are used, and it says so.
    last = run(1000)
    assert last["target"]["reached"] == accepted(store) == len(project.exported()) < 200
    assert "nothing is left to ask" in last["target"]["ended"]
    (left,) = store.read_text(
        "MATCH (s:ConceptSet) WHERE NOT EXISTS { (s)<-[:USED]-(:Call) } RETURN count(s) AS n", {}
    )
    assert left["n"] == 0
    assert set(project.asked().values()) <= {1, 2}  # two judges are asked the same

    # What was left was planned: drawn sets exactly, all else within its range.
    made = calls(store) - before
    ranges = {row["step"]: row["calls"] for row in plan["steps"]}
    assert ranges["generate"] == [made["generate"]] * 3
    for step, (low, expected, high) in ranges.items():
        assert low <= made[step] <= high and low <= expected <= high, (step, made)
    assert set(made) <= set(ranges) and plan["notPlanned"] == []
    assert {row["model"] for row in plan["steps"] if row["step"] == "answer hard"} == {
        f"fake:gsdp-hard-target-{project.folder.name}"
    }


def test_what_no_call_can_tell_is_assumed_and_said(project: Project, store: Store) -> None:
    replies = REPLIES.replace('== "question/gsdp":', '== "question/gsdp":\n        return "Well."')
    (project.folder / "replies.py").write_text(replies)
    plan = json.loads(project.run(project.command(*COMMAND, "--plan", "--json")))
    steps = {row["step"]: row for row in plan["steps"]}
    assert steps["generate"]["measured"] == 8
    judge = steps["verify judges problem strict"]
    assert judge["measured"] == 0 and 0 == judge["calls"][0] < judge["calls"][1] < judge["calls"][2]
    assert judge["input_tokens"][1] > judge["calls"][1] * 100
    assert {"45% (25% to 100%) of the questions pass the judges",
            "33% (0% to 100%) of the questions are hard"} <= set(plan["assumed"])  # fmt: skip
    assert store.read_text("MATCH (n:Question|ConceptSet) RETURN count(n) AS n", {}) == [{"n": 0}]
