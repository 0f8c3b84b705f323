"""`--plan` says beforehand what a run takes, and `--target` stops where it says."""

import json
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest
from project import Project

from kgsynth.config import Connection
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j


@pytest.fixture
def project(tmp_path: Path, connection: Connection, store: Store) -> Project:
    return Project(tmp_path, connection)


def spent(store: Store) -> dict[str, Any]:
    (row,) = store.read_text(
        "MATCH (c:Call) RETURN count(c) AS calls, "
        "sum(c.inputTokens) + sum(c.outputTokens) AS tokens", {})  # fmt: skip
    return row


def test_the_plan_foretells_the_run_and_costs_it_nothing(project: Project, store: Store) -> None:
    project.model("one")
    with (project.folder / "kgsynth.toml").open("a") as toml:
        toml.write("price = { input = 1.0, output = 4.0 }\n")
    plan = json.loads(project.run(project.recipe("--plan", "--json")))
    measured = project.asked()
    assert 16 <= sum(measured.values()) <= 24
    assert store.read_text("MATCH (s:ConceptSet) RETURN count(s) AS n", {}) == [{"n": 0}]
    steps = {row["step"]: row for row in plan["steps"]}
    assert list(steps) == ["tag", "generate", "answer"]
    assert steps["tag"]["calls"] == [8, 8, 8]
    low, money, high = plan["total"]["money"]
    assert low <= money <= high
    project.run(project.recipe())
    real = spent(store)
    tokens = plan["total"]["input_tokens"][1] + plan["total"]["output_tokens"][1]
    assert abs(tokens - real["tokens"]) <= 0.25 * real["tokens"]
    inputs = plan["total"]["input_tokens"][1]
    assert money == pytest.approx((inputs + 4 * (tokens - inputs)) / 1e6, rel=0.01)
    # What was measured is not asked again; the tagging was the run's own.
    assert set(project.asked().values()) == {1}
    again = subprocess.run(
        project.recipe("--plan"), cwd=project.folder, env=project.env, capture_output=True,
        text=True,
    )  # fmt: skip
    assert again.returncode == 0 and "Nothing is left to ask" in again.stdout


def test_a_target_is_met_exactly_and_stays_met(project: Project, store: Store) -> None:
    def kept() -> int:
        (row,) = store.read_text(
            "MATCH (a:Answer {status: 'pending'}) RETURN count(a) AS n", {})  # fmt: skip
        return int(row["n"])

    project.run(project.recipe("--target", "5"))
    assert kept() == 5 == len(project.exported())
    asked = project.asked()
    project.run(project.recipe("--target", "5"))
    assert project.asked() == asked
    project.run(project.recipe("--target", "9"))
    assert kept() == 9 and set(project.asked().values()) == {1}
    out = json.loads(project.run(project.command("answer", "--target", "9", "--json")))
    assert out["lacking"] == 0 and kept() == 9
    # More than there can be: it ends, and says how many it lacks.
    out = json.loads(project.run(project.recipe("--target", "1000", "--json")))
    assert out["stages"][-2]["lacking"] == 1000 - kept() > 900


def test_answers_kept_out_of_order_do_not_hold_up_a_target(project: Project, store: Store) -> None:
    project.run(project.recipe())
    kept = len(project.exported())
    # As after a kill: the graph lacks all answers, the store of responses those asked first.
    first = store.read_text(
        "MATCH (c:Call {step: 'answer'})-[:USED]->(q) RETURN c.id AS id ORDER BY q.id LIMIT 3", {}
    )
    store.script_text("MATCH (n:Answer|Example|Dataset) DETACH DELETE n", {})
    store.script_text("MATCH (c:Call {step: 'answer'}) DETACH DELETE c", {})
    responses = sqlite3.connect(project.folder / ".kgsynth" / "responses.db")
    with responses:
        for row in first:
            responses.execute("DELETE FROM response WHERE key = ?", (row["id"],))
    responses.close()
    before = sum(project.asked().values())
    for target, asked in ((1, 1), (2, 2), (kept - 1, 3)):
        out = json.loads(
            project.run(project.command("answer", "--target", str(target), "--json"))
        )  # fmt: skip
        assert out["lacking"] == 0 and out["stopped"] == "the target is reached"
        assert sum(project.asked().values()) - before == asked


def test_a_budget_that_ends_while_tagging_leaves_no_set_of_half_a_graph(
    project: Project, store: Store
) -> None:
    # One request at a time: what is in flight when nothing is known of its cost is not bounded.
    with (project.folder / "kgsynth.toml").open("a") as toml:
        toml.write("concurrency = 1\n")
    said = project.run(project.recipe("--budget", "600 tokens"))
    assert "Nothing was exported yet" in said
    asked = project.asked()
    assert 0 < sum(asked.values()) < 8
    assert store.read_text("MATCH (s:ConceptSet) RETURN count(s) AS n", {}) == [{"n": 0}]
    project.run(project.recipe("--budget", "600 tokens"))
    assert project.asked() == asked
    project.run(project.recipe("--budget", "10M tokens"))
    assert set(project.asked().values()) == {1} and project.exported()
