"""Copies and near-copies among questions: which stay, which go, and that nothing settled goes."""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from project import Project

from kgsynth import recipes
from kgsynth.config import Connection
from kgsynth.copies import exact, minhash
from kgsynth.errors import UsageError
from kgsynth.ids import content_id
from kgsynth.steps import dedup as module
from kgsynth.steps.dedup import dedup
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

WORDS = [f"{one}{two}" for one in "bcdfghjklm" for two in ("a", "e", "i", "o", "u", "ar", "en")]
BASE = " ".join(WORDS[:40])
CLOSE = BASE.replace("ba be", "zu be")
EXACT = f"  {BASE.upper()}\n"
OTHER = " ".join(WORDS[20:60])


def plant(store: Store, questions: dict[str, str], **properties: Any) -> None:
    store.write_text(
        "UNWIND $rows AS row CREATE (q:Question {id: row.id, text: row.text, "
        "domain: 'mathematics', status: 'pending', origin: 'created'}) SET q += $properties",
        {
            "rows": [{"id": id, "text": text} for id, text in questions.items()],
            "properties": properties,
        },
    )


def found(store: Store) -> dict[str, dict[str, Any]]:
    rows = store.read_text("MATCH (q:Question) RETURN properties(q) AS q", {})
    return {row["q"]["id"]: row["q"] for row in rows}


def dropped(store: Store) -> dict[str, str]:
    """Dropped id -> id of the one it was matched with."""
    return {id: q["copyOf"] for id, q in found(store).items() if "similarity" in q}


def answered(store: Store, id: str, status: str = "pending") -> None:
    store.write_text(
        "MATCH (q:Question {id: $id}) "
        "CREATE (:Answer {id: 'answer ' + $id, status: $status})-[:ANSWERS]->(q)",
        {"id": id, "status": status},
    )


def test_copies_go_with_what_they_were_matched_with(store: Store) -> None:
    plant(store, {"1": BASE, "2": CLOSE, "3": EXACT, "4": OTHER})
    dry = dedup(store, dry_run=True)
    assert dry.dropped == {exact.NEAR: 1, exact.COPY: 1} and not dropped(store)
    assert [row["matched"] for row in dry.notes["examples"]] == [BASE, BASE]
    funnel = dedup(store)
    assert (funnel.taken, funnel.kept) == (4, 2) and funnel.dropped == dry.dropped
    assert dropped(store) == {"2": "1", "3": "1"}
    held = found(store)
    assert held["2"]["reason"] == exact.NEAR and held["3"]["reason"] == exact.COPY
    assert held["2"]["similarity"] == 37 / 39 and held["3"]["similarity"] == 1
    assert held["2"]["copyText"] == BASE
    assert {held[id]["distinctAt"] for id in "14"} == {0.7}
    again = dedup(store)
    assert again.nothing_to_do and not again.dropped and found(store) == held


def test_later_ones_are_measured_by_those_that_stayed(store: Store) -> None:
    plant(store, {"5": BASE, "6": OTHER})
    assert dedup(store).kept == 2
    plant(store, {"1": CLOSE, "2": f"{OTHER} more", "3": " ".join(reversed(WORDS))})
    funnel = dedup(store)
    assert (funnel.taken, funnel.kept) == (3, 1)
    assert dropped(store) == {"1": "5", "2": "6"}
    # A lower threshold looks at all that stand; a higher one has nothing to look at.
    assert dedup(store, threshold=0.9).nothing_to_do
    half = dedup(store, threshold=0.3)
    assert (half.taken, half.kept) == (3, 2) and dropped(store)["6"] == "5"


@pytest.mark.parametrize("how", ["accepted", "answered", "exported", "kept", "taken back"])
def test_what_is_settled_stays(store: Store, how: str) -> None:
    plant(store, {"1": CLOSE, "2": BASE, "3": EXACT})
    settle = {
        "accepted": "MATCH (q:Question {id: '2'}) SET q.status = 'accepted'",
        "answered": "MATCH (q:Question {id: '2'}) "
        "CREATE (:Answer {id: 'a', status: 'pending'})-[:ANSWERS]->(q)",
        "exported": "MATCH (q:Question {id: '2'}) CREATE (:Example {id: 'e'})-[:HAS_PART]->(q)",
        "kept": "MATCH (q:Question {id: '2'}) SET q.distinctAt = 0.6",
        "taken back": "MATCH (q:Question {id: '2'}) SET q.copyOf = '1'",
    }
    store.write_text(settle[how], {})
    funnel = dedup(store)
    assert dropped(store) == {"1": "2", "3": "2"}
    assert funnel.taken == 2 and funnel.notes["settled questions"] == 1


def test_two_settled_ones_both_stay_and_rejected_ones_do_not_count(store: Store) -> None:
    plant(store, {"1": BASE, "2": CLOSE, "3": EXACT})
    answered(store, "1")
    answered(store, "2")
    answered(store, "3", "rejected")
    plant(store, {"0": BASE}, status="rejected", reason="ambiguous")
    dedup(store)
    held = found(store)
    assert [held[id]["status"] for id in "0123"] == ["rejected", "pending", "pending", "rejected"]
    assert held["0"]["reason"] == "ambiguous" and "copyOf" not in held["0"]
    assert held["3"]["copyOf"] == "1"


def test_seed_problems_and_questions_from_documents_come_first(store: Store) -> None:
    store.write_text(
        "CREATE (:Problem {id: 'p', text: $text, domain: 'mathematics', status: 'pending'})",
        {"text": BASE},
    )
    plant(store, {"1": BASE, "2": CLOSE, "3": OTHER})
    plant(store, {"4": f"{OTHER} more"}, origin="original")
    plant(store, {"5": BASE}, domain="code")
    funnel = dedup(store)
    assert funnel.dropped == {exact.SEED_COPY: 1, exact.SEED_NEAR: 1, exact.NEAR: 1}
    assert dropped(store) == {"1": "p", "2": "p", "3": "4"}
    assert funnel.notes == {"seed problems": 1, "settled questions": 0}


def test_what_is_settled_in_another_domain_is_compared_with(store: Store) -> None:
    plant(store, {"1": BASE, "2": OTHER}, domain="code")
    plant(store, {"3": CLOSE})
    assert dedup(store).kept == 1  # what is open in the other domain waits for its own turn
    assert dedup(store, domain="code").dropped == {exact.NEAR: 1}
    assert dropped(store) == {"1": "3"}
    plant(store, {"4": OTHER})
    assert dedup(store).dropped == {exact.COPY: 1}
    assert dropped(store) == {"1": "3", "4": "2"}


def test_the_input_of_a_question_counts(store: Store) -> None:
    plant(store, {"1": "Mend it."}, input=BASE)
    plant(store, {"2": "Mend it."}, input=OTHER)
    plant(store, {"3": "Mend it."}, input=CLOSE)
    dedup(store)
    assert dropped(store) == {"3": "1"}


def test_a_persons_word_stands(tmp_path: Path, store: Store, connection: Connection) -> None:
    project = Project(tmp_path, connection)
    plant(store, {"1": BASE, "2": CLOSE, "3": EXACT})
    project.run(project.command("reject", "1", "--reason", "ambiguous"))
    project.run(project.command("dedup"))
    assert dropped(store) == {"3": "2"}
    project.run(project.command("accept", "3"))
    project.run(project.command("reject", "2", "--reason", "too easy"))
    assert "nothing to do" in project.run(project.command("dedup"))
    held = found(store)
    assert [held[id]["status"] for id in "123"] == ["rejected", "rejected", "accepted"]
    assert [held[id].get("reason") for id in "12"] == ["ambiguous", "too easy"]
    # In Browser: back to pending by hand.
    store.write_text("MATCH (q:Question {id: '3'}) SET q.status = 'pending'", {})
    plant(store, {"0": BASE})
    project.run(project.command("dedup"))
    assert found(store)["0"]["copyOf"] == "3" and found(store)["3"]["status"] == "pending"


def many(seed: int) -> dict[str, str]:
    draw = random.Random(seed)
    texts = [" ".join(draw.choices(WORDS, k=30)) for _ in range(60)]
    for _ in range(120):
        words = draw.choice(texts).split()
        words[draw.randrange(30)] = draw.choice(WORDS)
        texts.append(" ".join(words))
    return {content_id("Question", seed, text): text for text in texts}


def kept(store: Store) -> list[dict[str, Any]]:
    return sorted(found(store).values(), key=lambda q: q["id"])


def alike(*texts: str) -> list[float]:
    """The similarity of two texts, where the second is near to the first."""
    sketches = minhash.Sketches()
    sketches.add(texts)
    blocks = sketches.near(np.ones(2, np.uint8), lambda numbers: [texts[n] for n in numbers])
    return [near.similarity for block in blocks for near in block]


def test_the_order_of_arrival_does_not_matter(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = many(1)
    plant(store, questions)
    dedup(store)
    first = kept(store)
    matched = dropped(store)
    assert len(matched) > 60 and not set(matched) & set(matched.values())
    for id, other in matched.items():
        assert alike(questions[other], questions[id]) == [found(store)[id]["similarity"]]
    store.script("write/wipe")
    monkeypatch.setattr(module, "PAGE", 7)
    monkeypatch.setattr(module, "ROWS", 3)
    plant(store, dict(random.Random(2).sample(sorted(questions.items()), len(questions))))
    dedup(store)
    assert kept(store) == first


def test_a_stopped_one_goes_on_to_the_same_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(store, many(3))
    dedup(store)
    whole = kept(store)
    store.script("write/wipe")
    plant(store, many(3))
    monkeypatch.setattr(module, "ROWS", 5)
    real, left = store.change, [6]

    def stopping(name: str, /, **parameters: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return real(name, **parameters)

    monkeypatch.setattr(store, "change", stopping)
    with pytest.raises(KeyboardInterrupt):
        dedup(store)
    assert 0 < len(dropped(store)) < len([q for q in whole if q["status"] == "rejected"])
    monkeypatch.undo()
    dedup(store)
    assert kept(store) == whole


def test_what_was_decided_meanwhile_is_left_alone(store: Store) -> None:
    plant(store, {"1": BASE, "2": CLOSE, "3": EXACT, "4": OTHER, "5": OTHER, "6": BASE})
    answered(store, "2")
    store.write_text("MATCH (q:Question {id: '4'}) SET q.status = 'rejected'", {})
    store.write_text("MATCH (q:Question {id: '6'}) SET q.distinctAt = 0.7", {})
    rows = [
        {"id": id, "of": of, "similarity": 0.9, "reason": exact.NEAR}
        for id, of in [("2", "1"), ("3", "1"), ("5", "4"), ("6", "1")]
    ]
    for _ in range(2):  # a commit whose outcome is unknown is repeated
        assert store.change("dedup/drop", rows=rows, threshold=0.7) == [{"questions": 1}]
        held = found(store)
        assert {id for id, q in held.items() if "similarity" in q} == {"3"}
    assert held["1"]["distinctAt"] == 0.7
    row = {"id": "1", "of": "3", "similarity": 0.9, "reason": exact.NEAR}
    assert store.change("dedup/drop", rows=[row], threshold=0.7) == [{"questions": 0}]
    assert found(store)["1"] == held["1"], "what others were matched with stays"


def test_dropped_questions_are_not_answered_and_not_exported(
    tmp_path: Path, store: Store, connection: Connection
) -> None:
    project = Project(tmp_path, connection)
    for step in (
        ["ingest", "documents", "documents.jsonl"], ["ingest", "concepts", "concepts.jsonl"],
        ["tag"], ["merge"], ["link"], ["sample", "walk", "--epochs", "1"], ["ground"],
        ["generate", "synthllm-level3"],
    ):  # fmt: skip
        project.run(project.command(*step))
    open_ = {id for id, q in found(store).items() if q["status"] == "pending"}
    line = project.run(project.command("dedup", "--threshold", "0.2", "--dry-run"))
    assert exact.NEAR in line and "matched" in line
    out = json.loads(project.run(project.command("dedup", "--threshold", "0.2", "--json")))
    gone = {id for id, q in found(store).items() if "similarity" in q}
    assert out["in"] == len(open_) and out["kept"] == len(open_ - gone) and len(gone) > 3
    project.run(project.command("answer"))
    asked = store.read_text(
        "MATCH (:Call {step: 'answer'})-[:USED]->(q:Question) RETURN q.id AS id", {}
    )
    assert {row["id"] for row in asked} == open_ - gone
    project.run(project.command("export", "data.jsonl"))
    assert {row["questionId"] for row in project.exported()} == open_ - gone
    status = json.loads(project.run(project.command("status", "--json")))
    row = next(row for row in status["funnel"] if row["step"] == "dedup")
    assert row["reasons"] == {exact.NEAR: len(gone)} and row["kept"] == len(open_ - gone)
    shown = project.run(project.command("cypher", "report/near-duplicates", "--nl"))
    assert len(shown.splitlines()) == min(len(gone), 25)


def test_it_is_a_stage_of_a_recipe(store: Store) -> None:
    plant(store, {"1": BASE, "2": OTHER.replace("ka", "zu")})
    stage = recipes.Stage("dedup", {"threshold": 0.5})
    assert not stage.writes_items
    funnel = stage.perform(stage.settings, {"store": store, "domain": "mathematics", "run": "r"})
    assert (funnel.step, funnel.kept) == ("dedup", 2)


def test_an_empty_graph_and_a_bad_threshold(store: Store) -> None:
    assert dedup(store).nothing_to_do
    plant(store, {"1": "", "2": "?", "3": "one", "4": "方程"})
    assert dedup(store).kept == 4
    with pytest.raises(UsageError, match="above 0 and at most 1"):
        dedup(store, threshold=2)
