"""The whole pipeline through the command line on a real server; the model alone is scripted."""

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from project import Project, snapshot

from kgsynth.config import Connection
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j


@pytest.fixture
def project(tmp_path: Path, connection: Connection, store: Store) -> Project:
    return Project(tmp_path, connection)


def test_the_recipe_end_to_end_and_again(project: Project, store: Store) -> None:
    out = project.run(project.recipe("--json"))
    result = json.loads(out)
    rows = project.exported()
    funnel = {row["step"]: row for row in result["funnel"]}
    assert funnel["ingest"]["kept"] == 48 and funnel["tag"]["kept"] == 8
    generated = funnel["generate"]
    assert generated["in"] == generated["kept"] + generated["dropped"] == generated["calls"]
    assert sum(generated["reasons"].values()) == generated["dropped"] > 0
    assert {"empty", "truncated", "copy of another question"} <= set(generated["reasons"])
    assert len(rows) == funnel["export"]["kept"] == funnel["answer"]["kept"] > 10
    asked = project.asked()
    assert max(asked.values()) == 1
    # Every exported row leads back, by the ids it carries and by `trace`.
    concepts = {r["id"]: r["name"] for r in store.read_text(
        "MATCH (c:Concept) RETURN c.id AS id, c.name AS name", {})}  # fmt: skip
    for row in rows[:5]:
        trace = json.loads(project.run(project.command("trace", row["exampleId"], "--json")))
        (line,) = trace["lineage"]
        assert line["question"]["id"] == row["questionId"]
        assert line["question"]["text"] == row["messages"][0]["content"]
        assert [a["id"] for a in line["answers"]] == [row["answerId"]]
        assert sorted(d["id"] for d in line["documents"]) == row["documentIds"]
        assert len(row["documentIds"]) == 2
        walked = [step["id"] for step in sorted(line["walk"], key=lambda s: s["position"])]
        assert sorted({concepts[id_] for id_ in walked}) == row["concepts"]
        assert line["conceptSet"]["strategy"] == "walk"
        assert re.fullmatch(r"[0-9a-f]{16}", line["call"]["promptHash"])
        assert line["call"]["model"] == "fake:one"
        assert row["run"] == result["run"] in [run["id"] for run in line["runs"]]
        assert "\\frac{" in row["messages"][0]["content"]
    # Nothing that was generated lacks a call and a run.
    orphans = store.read_text(
        "MATCH (n:Question|Answer|Rejected) "
        "WHERE NOT EXISTS { (n)-[:PRODUCED_BY]->(:Call)-[:PART_OF]->(:Run) } RETURN n.id AS id",
        {},
    )
    assert orphans == []
    calls = store.read_text(
        "MATCH (c:Call) RETURN count(c) AS all, "
        "count(CASE WHEN EXISTS { (c)-[:USED]->() } THEN 1 END) AS used", {})  # fmt: skip
    assert calls == [{"all": len(asked), "used": len(asked)}]
    # Again: nothing is asked, nothing changes.
    before = snapshot(store)
    again = json.loads(project.run(project.recipe("--json")))
    assert project.asked() == asked
    assert snapshot(store) == before
    for stage in again["stages"]:
        if stage["step"].startswith("ingest"):
            assert stage["kept"] == 0, stage
        elif stage["step"] != "export":
            assert stage["in"] == 0, stage
    assert project.exported() == rows


def test_killed_at_any_moment_it_continues_and_ends_alike(project: Project, store: Store) -> None:
    project.run(project.recipe())
    undisturbed, asked = snapshot(store), project.asked()
    store.script("write/wipe")
    for left in ("calls.log", ".kgsynth/responses.db", ".kgsynth/responses.db-wal", "data.jsonl"):
        (project.folder / left).unlink(missing_ok=True)
    kills = 0
    for seconds in (1.5, 3.0, 2.5, 4.0, 5.0, 3.5):
        process = subprocess.Popen(
            project.recipe(), cwd=project.folder, env=project.env,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            process.wait(seconds)
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
            time.sleep(0.2)
    assert kills
    project.run(project.recipe())
    assert snapshot(store) == undisturbed
    again = project.asked()
    assert set(again) == set(asked)
    # Paid twice: at most what was in flight at a kill, one batch of 8.
    assert sum(again.values()) - len(again) <= kills * 8


def test_another_model_gives_new_answers_and_none_of_the_old(project: Project) -> None:
    project.run(project.recipe())
    first, asked = project.exported(), project.asked()
    project.model("two")
    project.run(project.recipe())
    second = project.exported()
    assert {row["questionModel"] for row in second} == {"fake:two"}
    assert {row["answerModel"] for row in second} == {"fake:two"}
    assert not {row["answerId"] for row in first} & {row["answerId"] for row in second}
    assert sum(project.asked().values()) > sum(asked.values()) + len(second)
    project.model("one")
    project.run(project.recipe())
    assert {row["questionId"] for row in project.exported()} == {r["questionId"] for r in first}


def test_a_person_s_verdict_is_respected(project: Project, store: Store) -> None:
    project.run(project.recipe())
    first = project.exported()
    bad = first[0]["questionId"]
    project.run(project.command("reject", bad, "--reason", "ambiguous"))
    project.run(project.command("accept", first[1]["questionId"]))
    project.run(project.recipe())
    assert {row["questionId"] for row in project.exported()} == {
        row["questionId"] for row in first
    } - {bad}
    reason = store.read_text(
        "MATCH (v:Verdict)-[:JUDGES]->(q:Question {id: $id}) "
        "RETURN q.status AS status, v.reason AS reason, v.verifier AS by", {"id": bad})  # fmt: skip
    assert reason == [{"status": "rejected", "reason": "ambiguous", "by": "person"}]


SHAPES = {
    "chat": lambda r: r["messages"][1]["content"],
    "alpaca": lambda r: r["output"],
    "sharegpt": lambda r: r["conversations"][1]["value"],
    "pretrain": lambda r: r["text"].split("\n\nSolution:\n")[1],
    "raw": lambda r: r["answer"],
}


def test_every_format_and_parquet_hold_the_same_rows(project: Project, store: Store) -> None:
    import polars as pl

    project.run(project.recipe())
    answers = store.read_text("MATCH (a:Answer) RETURN a.id AS id, a.text AS text", {})
    texts = {row["id"]: row["text"] for row in answers}
    for format, answer in SHAPES.items():
        for name in ("x.jsonl", "x.parquet"):
            project.run(project.command("export", name, "--format", format))
        lines = [json.loads(x) for x in (project.folder / "x.jsonl").read_text().splitlines()]
        assert pl.read_parquet(project.folder / "x.parquet").to_dicts() == lines
        assert all(answer(row) == texts[row["answerId"]] for row in lines)
    project.run(project.command("export", "bare.jsonl", "--bare"))
    bare = json.loads((project.folder / "bare.jsonl").read_text().splitlines()[0])
    assert set(bare) == {"messages"}
    # A predicate of the user's own on the source.
    chosen = lines[0]["questionId"]
    project.run(project.command("export", "one.jsonl", "--where", f"source.id = '{chosen}'"))
    (only,) = (project.folder / "one.jsonl").read_text().splitlines()
    assert json.loads(only)["questionId"] == chosen
    project.run(project.command("export", "none.jsonl", "--where", "source.words < 0"), code=1)
    project.run(project.command("export", "none.jsonl", "--where", "source.words <"), code=2)
    assert not (project.folder / "none.jsonl").exists()


def test_nothing_to_export_is_an_error_with_the_reason(project: Project) -> None:
    project.run(project.command("ingest", "documents", "documents.jsonl"))
    done = subprocess.run(
        project.command("export", "data.jsonl"), cwd=project.folder, env=project.env,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1 and "no questions yet" in done.stderr
    assert not (project.folder / "data.jsonl").exists()
    assert not list(project.folder.glob(".*.part"))
