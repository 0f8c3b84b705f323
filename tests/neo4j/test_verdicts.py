"""What follows from verdicts for the items they judge."""

import pytest

from kgsynth import verdicts
from kgsynth.store import Store
from kgsynth.verdicts import verdict

pytestmark = pytest.mark.neo4j


@pytest.fixture
def question(store: Store) -> str:
    store.write_text("CREATE (:Question {id: 'q', text: 'Why?', status: 'pending'})", {})
    return "q"


def state(store: Store) -> tuple[str, str | None]:
    (row,) = store.read_text("MATCH (q:Question) RETURN q.status AS s, q.reason AS r", {})
    return row["s"], row["r"]


def test_one_failure_rejects_and_only_passes_accept(store: Store, question: str) -> None:
    passed = verdict(question, "one", label="right", passed=True)
    failed = verdict(question, "two", label="wrong", passed=False)
    verdicts.write(store, [passed])
    assert state(store) == ("accepted", None)
    verdicts.write(store, [failed, passed])
    assert state(store) == ("rejected", "two: wrong")
    verdicts.write(store, [verdict(question, "two", label="right", passed=True)])
    assert state(store) == ("accepted", None)
    assert store.read_text("MATCH (v:Verdict) RETURN count(v) AS n", {}) == [{"n": 2}]


def test_a_vote_decides_nothing(store: Store, question: str) -> None:
    verdicts.write(store, [verdict(question, "one", label="no vote", passed=None, score=0.1)])
    assert state(store) == ("pending", None)


def test_a_verdict_that_is_taken_back_leaves_the_item_pending(store: Store, question: str) -> None:
    verdicts.write(store, [verdict(question, "one", label="wrong", passed=False)])
    assert state(store)[0] == "rejected"
    verdicts.write(store, [verdict(question, "one", label="unreadable", passed=None)])
    assert state(store) == ("pending", None)


@pytest.mark.parametrize(
    "said",
    [
        "MATCH (q:Question) SET q.status = 'accepted'",  # in Browser
        "MATCH (q:Question) SET q.status = 'accepted' "
        "CREATE (:Verdict {id: 'p', verifier: 'person', passed: true})-[:JUDGES]->(q)",
    ],
)
def test_a_person_stands_above_verifiers(store: Store, question: str, said: str) -> None:
    store.write_text(said, {})
    verdicts.write(store, [verdict(question, "one", label="wrong", passed=False)])
    assert state(store) == ("accepted", None)


def test_what_another_step_rejected_stays_rejected(store: Store, question: str) -> None:
    store.write_text("MATCH (q:Question) SET q.status = 'rejected', q.reason = 'copy'", {})
    verdicts.write(store, [verdict(question, "one", label="right", passed=True)])
    assert state(store) == ("rejected", "copy")


def test_verdicts_have_their_call(store: Store, question: str) -> None:
    store.write_text("CREATE (:Call {id: 'c'})", {})
    rows = [
        verdict(question, "one", label=None, passed=None, score=score, call=call, sample=sample)
        for score, call, sample in ((0.5, "c", 0), (0.7, "c", 1), (0.9, None, 0))
    ]
    verdicts.write(store, rows)
    found = store.read_text(
        "MATCH (v:Verdict)-[:JUDGES]->(:Question) "
        "RETURN v.score AS score, EXISTS { (v)-[:PRODUCED_BY]->(:Call) } AS call ORDER BY score",
        {},
    )
    assert [(row["score"], row["call"]) for row in found] == [
        (0.5, True),
        (0.7, True),
        (0.9, False),
    ]
