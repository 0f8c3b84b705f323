"""`verify known-answer` on a real server: answers against what is known of their questions."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from project import Project

from kgsynth.config import Connection
from kgsynth.steps.verify import known_answer
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

# id: (reference, final); what follows: (status, label, passed).
ANSWERS: dict[str, tuple[str | None, str | None]] = {
    "same": ("12", "12"),
    "same-surd": (r"\sqrt{8}", r"2\sqrt2"),
    "same-set": ("x=1 or x=2", r"\{2, 1\}"),
    "other": ("12", "13"),
    "other-interval": ("(1,2)", "[1,2]"),
    "rounded": (r"\frac13", "0.33"),
    "unread": ("5", "1/2x, or so"),
    "slow": ("5", "9^{9^{9^{9}}}"),
    "silent": ("5", None),
    "unknown": (None, "5"),
}
OUTCOMES: dict[str, tuple[str, str | None, bool | None]] = {
    **dict.fromkeys(["same", "same-surd", "same-set"], ("accepted", "says the known answer", True)),
    **dict.fromkeys(["other", "other-interval"], ("rejected", "another answer", False)),
    "rounded": ("pending", "in doubt", None),
    "unread": ("pending", "cannot be read", None),
    "slow": ("pending", "took too long or too much memory", None),
    "silent": ("pending", "no final answer", None),
    "unknown": ("pending", None, None),
}
BOUNDS: dict[str, Any] = {"seconds": 4.0, "workers": 2}


def plant(store: Store, answers: dict[str, tuple[str | None, str | None]], **more: Any) -> None:
    store.write_text(
        "UNWIND $rows AS row "
        "CREATE (q:Question {id: 'q ' + row.id, text: row.id, reference: row.reference, "
        "domain: 'mathematics', method: 'm', status: 'pending'}) "
        "CREATE (a:Answer {id: row.id, text: 'So it is.', final: row.final, origin: 'generated', "
        "status: 'pending'})-[:ANSWERS]->(q) SET a += $more",
        {
            "rows": [
                {"id": id, "reference": reference, "final": final}
                for id, (reference, final) in answers.items()
            ],
            "more": more,
        },
    )


def found(store: Store) -> dict[str, dict[str, Any]]:
    rows = store.read_text(
        "MATCH (a:Answer) OPTIONAL MATCH (a)<-[:JUDGES]-(v:Verdict {verifier: 'known-answer'}) "
        "RETURN a.id AS id, a.status AS status, a.reason AS reason, v.label AS label, "
        "v.passed AS passed, v.reason AS why, v.reference AS reference",
        {},
    )
    return {row["id"]: row for row in rows}


def test_right_ones_pass_wrong_ones_fail_and_doubt_decides_nothing(store: Store) -> None:
    plant(store, ANSWERS)
    funnel = known_answer(store, **BOUNDS)
    held = found(store)
    assert {id: (a["status"], a["label"], a["passed"]) for id, a in held.items()} == OUTCOMES
    assert held["other"]["reason"] == "known-answer: another answer"
    assert held["same-surd"]["reference"] == "\\sqrt{8}\n" and held["rounded"]["why"]
    assert (funnel.taken, funnel.kept, funnel.dropped) == (9, 3, {"another answer": 2})
    assert funnel.notes["answers to questions without a known answer"] == 1
    assert sum(funnel.notes["not judged"].values()) == 4
    again = known_answer(store, **BOUNDS)
    assert again.nothing_to_do and "1 answers" in again.notes["stopped"]
    assert found(store) == held
    assert (
        known_answer(store, again=True, **BOUNDS).notes["not judged"] == funnel.notes["not judged"]
    )
    assert found(store) == held


def test_another_reference_is_compared_anew(store: Store) -> None:
    plant(store, {"1": ("12", "13"), "2": ("12", "12"), "3": ("1", "1")})
    known_answer(store, **BOUNDS)
    store.write_text("MATCH (q:Question) WHERE q.id IN ['q 1', 'q 2'] SET q.reference = '13'", {})
    funnel = known_answer(store, **BOUNDS)
    assert (funnel.taken, funnel.kept) == (2, 1)
    assert [found(store)[id]["status"] for id in "123"] == ["accepted", "rejected", "accepted"]
    verdicts = store.read_text("MATCH (v:Verdict) RETURN v.reference AS reference", {})
    assert sorted(v["reference"] for v in verdicts) == ["1\n", "13\n", "13\n"], "replaced"


def test_seed_problems_are_known_by_the_answers_that_came_with_them(store: Store) -> None:
    store.write_text(
        "CREATE (p:Problem {id: 'p', domain: 'mathematics', status: 'pending'}) "
        "CREATE (:Answer {id: 'g1', origin: 'given', final: '0.5', status: 'pending'})"
        "-[:ANSWERS]->(p) "
        "CREATE (:Answer {id: 'g2', origin: 'given', final: '50 cents', status: 'pending'})"
        "-[:ANSWERS]->(p) "
        "CREATE (:Answer {id: 'one', final: '1/2', origin: 'generated', status: 'pending'})"
        "-[:ANSWERS]->(p) "
        "CREATE (:Answer {id: 'two', final: '$0.50', origin: 'generated', status: 'pending'})"
        "-[:ANSWERS]->(p) "
        "CREATE (:Answer {id: 'none', final: '51 cents', origin: 'generated', status: 'pending'})"
        "-[:ANSWERS]->(p)",
        {},
    )
    funnel = known_answer(store, **BOUNDS)
    held = found(store)
    assert (funnel.taken, funnel.kept) == (3, 2)
    assert held["one"]["status"] == held["two"]["status"] == "accepted"
    assert held["none"]["passed"] is None, "`51 cents` against `0.5`: the unit is in doubt"
    assert held["g1"]["label"] is held["g2"]["label"] is None


def test_what_is_left_out_and_what_is_chosen(store: Store) -> None:
    plant(store, {"voted": ("1", "1"), "lost": ("1", "1")}, samples=8)
    store.write_text("MATCH (a:Answer {id: 'voted'}) SET a.votes = 5", {})
    plant(store, {"dropped": ("1", "1")}, status="rejected", reason="outvoted")
    plant(store, {"code": ("1", "1"), "gone": ("1", "1"), "a": ("1", "1"), "b": ("1", "2")})
    store.write_text("MATCH (q:Question {id: 'q code'}) SET q.domain = 'code'", {})
    store.write_text("MATCH (q:Question {id: 'q gone'}) SET q.status = 'rejected'", {})
    assert known_answer(store, method="other").nothing_to_do
    assert known_answer(store, where="source.id = 'q b'").dropped == {"another answer": 1}
    assert known_answer(store, limit=0).nothing_to_do
    assert known_answer(store, limit=1).taken == 1
    assert known_answer(store).taken == 1
    judged = {id for id, a in found(store).items() if a["label"]}
    assert judged == {"voted", "a", "b"}


def test_pages_and_the_number_of_workers_do_not_matter(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(store, ANSWERS)
    module = import_module("kgsynth.steps.verify.known_answer")
    monkeypatch.setattr(module, "PAGE", 2)
    known_answer(store, seconds=4.0, workers=1)
    held = found(store)
    assert {id: (a["status"], a["label"], a["passed"]) for id, a in held.items()} == OUTCOMES


def test_a_persons_verdict_stands(tmp_path: Path, store: Store, connection: Connection) -> None:
    project = Project(tmp_path, connection)
    plant(store, {"1": ("12", "13"), "2": ("12", "13"), "3": ("12", "12"), "4": (None, "7")})
    project.run(project.command("accept", "1"))
    out = json.loads(project.run(project.command("verify", "known-answer", "--json")))
    assert (out["in"], out["kept"], out["dropped"]) == (2, 1, {"another answer": 1})
    assert out["answers to questions without a known answer"] == 1
    project.run(project.command("accept", "2"))
    project.run(project.command("reject", "3", "--reason", "too easy"))
    store.write_text("MATCH (q:Question) SET q.reference = q.reference + '.0'", {})
    line = project.run(project.command("verify", "known-answer"))
    assert "nothing to compare (1 answers" in line
    held = found(store)
    assert [held[id]["status"] for id in "1234"] == ["accepted", "accepted", "rejected", "pending"]
