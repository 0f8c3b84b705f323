"""`retry` and `reparse`: chosen failures are asked again, stored replies read again at no cost."""

import json
from pathlib import Path
from typing import Any

import pytest
from project import Project, snapshot

from kgsynth import parse
from kgsynth.calls.journal import open_journal
from kgsynth.config import Connection, state_folder
from kgsynth.parse import ParseError
from kgsynth.reparse import GONE, STALE, reparse
from kgsynth.retry import failures, retry
from kgsynth.runs import start_run
from kgsynth.steps import answer, generate
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j


@pytest.fixture
def project(
    tmp_path: Path, connection: Connection, store: Store, monkeypatch: pytest.MonkeyPatch
) -> Project:
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path, connection)
    project.run(project.recipe())
    return project


def calls(store: Store) -> dict[str, dict[str, Any]]:
    rows = store.read_text(
        "MATCH (c:Call)-[u:USED]->(s) WHERE u.position = 0 "
        "RETURN c.id AS id, c.step AS step, c.status AS status, c.retired IS NULL AS stands, "
        "s.id AS source, c.sample AS sample, c.maxTokens AS limit", {})  # fmt: skip
    return {row["id"]: row for row in rows}


def test_retry_asks_again_for_the_chosen_failures_only(project: Project, store: Store) -> None:
    before, asked = calls(store), project.asked()
    kept = {row["questionId"] for row in project.exported()}
    dry = json.loads(project.run(project.command("retry", "generate", "--dry-run", "--json")))
    reasons = dry["reasons"]
    assert {"empty", "truncated"} <= set(reasons) and sum(reasons.values()) >= dry["failures"]
    assert project.asked() == asked
    project.run(project.command("retry", "generate", "--reason", "truncated"))
    after = calls(store)
    fresh = {id_: row for id_, row in after.items() if id_ not in before}
    assert len(fresh) == reasons["truncated"] == sum((project.asked() - asked).values())
    assert all(row["step"] == "generate" and row["sample"] > 0 for row in fresh.values())
    retired = {id_ for id_, row in after.items() if not row["stands"]}
    assert {after[id_]["source"] for id_ in retired} == {r["source"] for r in fresh.values()}
    assert all(after[id_]["status"] == "rejected" for id_ in retired)
    # What was kept is as it was; the ordinary command finds nothing left to ask.
    project.run(project.command("export", "data.jsonl"))
    assert kept <= {row["questionId"] for row in project.exported()}
    settled = project.asked()
    out = json.loads(project.run(project.command("generate", "synthllm-level3", "--json")))
    assert out["in"] == 0 and project.asked() == settled
    # Other parameters are another task: the failures alone are asked, and they stand.
    project.run(
        project.command(
            "retry", "generate", "--where", "'empty' IN reasons", "--max-tokens", "77"
        )
    )  # fmt: skip
    other = [row for id_, row in calls(store).items() if id_ not in after]
    assert {row["limit"] for row in other} == {77}
    still_empty = reasons["empty"]
    assert still_empty <= len(other) <= still_empty + len(fresh)
    assert project.run(project.command("retry", "tag")).strip() == "retry: 0 failures."


def test_retry_from_another_folder_asks_samples_of_its_own(project: Project, store: Store) -> None:
    before = calls(store)
    failed = failures(store, step="generate", reason="truncated")
    with open_journal(project.folder / "other") as journal:
        (funnel,) = retry(store, journal, failed, run=start_run(store, "test", {}))
    after = calls(store)
    assert 0 < funnel.taken == len(failed) == len(after) - len(before)
    assert not any(after[row["call"]]["stands"] for row in failed)


def test_a_changed_parser_reads_everything_again_with_no_call(
    project: Project, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, undisturbed = project.asked(), snapshot(store)
    read = answer.parse_answer

    def better(text: str, finish_reason: str, *, prompt: str) -> parse.ParsedAnswer:
        found = read(text, finish_reason, prompt=prompt)
        if found.final == "0":
            raise ParseError("zero is no answer")
        return parse.ParsedAnswer(found.text.replace("divide", "share"), found.final)

    def run(**more: Any) -> dict[str, Any]:
        with open_journal(state_folder(project.folder)) as journal:
            (change,) = reparse(store, journal, **more)
        return change.as_row()

    with open_journal(state_folder(project.folder)) as journal:
        assert reparse(store, journal) == []
    assert project.run(project.command("reparse")).startswith("reparse: nothing to do")
    monkeypatch.setitem(parse.VERSIONS, "answer", 99)
    monkeypatch.setattr(answer, "parse_answer", better)
    dry = run(dry_run=True)
    assert snapshot(store) == undisturbed
    real = run()
    assert {**real, "examples": 0} == {**dry, "examples": 0}
    total = real["changed"] + real["gone"]
    assert (
        real["step"] == "answer" and total == real["calls"] and real["gone"] > 0 < real["changed"]
    )
    assert real["now_rejected"] == real["gone"] and real["same"] == real["new"] == 0
    assert all("share" in after or not after for _, after in real["examples"])
    rows = store.read_text(
        "MATCH (a:Answer) RETURN a.text CONTAINS 'share' AS new, a.status AS status, "
        "a.reason AS reason, count(*) AS number ORDER BY new", {})  # fmt: skip
    assert rows == [
        {"new": False, "status": "rejected", "reason": GONE, "number": real["gone"]},
        {"new": True, "status": "pending", "reason": None, "number": real["changed"]},
    ]
    refused = store.read_text(
        "MATCH (x:Rejected {step: 'answer'}) RETURN x.reason AS why, count(*) AS n", {}
    )
    assert refused == [{"why": "zero is no answer", "n": real["gone"]}]
    # The parser of before gives back the graph of before.
    monkeypatch.undo()
    monkeypatch.chdir(project.folder)
    run()
    assert snapshot(store) == undisturbed
    assert project.asked() == asked


def test_answers_to_a_question_that_reads_otherwise_are_asked_again(
    project: Project, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = project.asked()
    read = generate.parse_questions

    def better(text: str, finish_reason: str, **more: Any) -> list[parse.ParsedQuestion]:
        return [
            parse.ParsedQuestion(q.text.replace("give the remainder", "name what is left")
                                 if "3" in q.text[:30] else q.text, q.concepts)
            for q in read(text, finish_reason, **more)
        ]  # fmt: skip

    monkeypatch.setitem(parse.VERSIONS, "questions", 99)
    monkeypatch.setattr(generate, "parse_questions", better)
    with open_journal(state_folder(project.folder)) as journal:
        (change,) = reparse(store, journal)
    assert change.changed > 0 < change.same and change.gone == change.new == 0
    assert project.asked() == asked
    stale = store.read_text(
        "MATCH (a:Answer {reason: $reason})-[:ANSWERS]->(q) "
        "RETURN count(DISTINCT q) AS questions, collect(DISTINCT a.status) AS status",
        {"reason": STALE},
    )
    answered = store.read_text(
        "MATCH (q:Question {status: 'pending'}) WHERE q.text CONTAINS 'what is left' "
        "RETURN count(q) AS n", {})  # fmt: skip
    assert stale == [{"questions": answered[0]["n"], "status": ["rejected"]}]
    monkeypatch.undo()
    out = json.loads(project.run(project.command("answer", "--json")))
    assert out["in"] == answered[0]["n"] == sum((project.asked() - asked).values())
