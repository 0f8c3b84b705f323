"""`run gsdp --target` counts pairs that the judges accepted: scripted models, a real server."""

import json
import shutil
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

    # More than the sets can give: all are used, and it says so.
    last = run(1000)
    assert last["target"]["reached"] == accepted(store) == len(project.exported()) < 200
    assert "nothing is left to ask" in last["target"]["ended"]
    (left,) = store.read_text(
        "MATCH (s:ConceptSet) WHERE NOT EXISTS { (s)<-[:USED]-(:Call) } RETURN count(s) AS n", {}
    )
    assert left["n"] == 0
    assert set(project.asked().values()) <= {1, 2}  # two judges are asked the same
