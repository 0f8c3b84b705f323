"""`verify judge` and `verify majority`: which of several answers to a question stays, and why."""

from pathlib import Path

import pytest
from panel import Panel

from kgsynth.steps.verify import majority
from kgsynth.steps.verify.judge import OTHER, PICKED, WRONG, pick
from kgsynth.steps.verify.majority import AGREED, LITTLE, TIE
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

SAMPLES = [
    # question, answer, status, votes, agreement, final, text is kept
    ("Q1", "A1", "pending", 2, 0.5, "1", True),
    ("Q1", "A2", "rejected", 0, None, "$1.0$", True),
    ("Q1", "A3", "rejected", 0, None, "2", True),
    ("Q1", "A4", "rejected", 0, None, None, True),
    ("Q2", "A5", "pending", 2, 0.5, "1/2", True),
    ("Q2", "A6", "rejected", 0, None, "0.5", False),
    ("Q2", "A7", "rejected", 0, None, "3", True),
    ("Q2", "A8", "rejected", 0, None, "3.0", True),
    ("Q3", "A9", "pending", 1, 1.0, "7", True),
]


@pytest.fixture
def sampled(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Panel:
    """Answers as `answer --samples --keep all` leaves them; the role judge says what is wrong."""
    monkeypatch.chdir(tmp_path)
    made = Panel(tmp_path, store)
    made.settings({})
    text = (tmp_path / "kgsynth.toml").read_text().replace('"none"', f'"{tmp_path.name}"')
    (tmp_path / "kgsynth.toml").write_text(
        f'{text}options = {{ script = "judge.py:reply", log = "judge.log" }}\n'
    )
    (tmp_path / "judge.py").write_text(
        "import json, re\n"
        "WRONG = {'A1', 'A4', 'A9'}\n"
        "def reply(call):\n"
        "    names = re.findall(r'By (A\\d+) it', call.inputs['answers'])\n"
        "    return json.dumps({'answers': [{'answer': n, 'correct': name not in WRONG}\n"
        "                                   for n, name in enumerate(names, 1)]})\n"
    )
    made.plant({answer: question for question, answer, *_ in SAMPLES})
    store.write_text(
        "UNWIND $rows AS row MATCH (a:Answer {id: row[1]}) CREATE (c:Call {id: row[1], task: 't'}) "
        "CREATE (a)-[:PRODUCED_BY]->(c) SET a.status = row[2], a.votes = row[3], a.samples = 4, "
        "a.agreement = row[4], a.final = row[5], a.text = CASE WHEN row[6] THEN a.text END, "
        "a.reason = CASE WHEN row[2] = 'rejected' THEN 'outvoted' END",
        {"rows": [list(row) for row in SAMPLES]},
    )
    return made


def test_a_judge_picks_one_of_the_answers_that_are_not_wrong(sampled: Panel) -> None:
    funnel = sampled.judge("judge")
    states = sampled.states()
    assert sampled.asked() == {"judge": 3}
    picked = {name for name, (status, _) in states.items() if status == "accepted"}
    assert len(picked & {"A2", "A3"}) == 1 and len(picked & {"A5", "A7", "A8"}) == 1
    assert len(picked) == 2
    for name in ("A1", "A4", "A9"):
        assert states[name] == ("rejected", f"judge: {WRONG}")
    others = {"A2", "A3", "A5", "A7", "A8"} - picked
    assert {states[name] for name in others} == {("rejected", f"judge: {OTHER}")}
    assert states["A6"] == ("rejected", "outvoted")
    assert (funnel.taken, funnel.kept, dict(funnel.dropped)) == (8, 2, {WRONG: 3, OTHER: 3})
    assert funnel.notes["questions without an answer left"] == 1
    assert sampled.judge("judge").nothing_to_do
    # Another draw costs nothing, and so does the first one again.
    seeds = {frozenset(_picked(sampled, seed)) for seed in range(1, 9)}
    assert len(seeds) > 1
    assert _picked(sampled, 0) == picked and sampled.asked() == {"judge": 3}
    # A further sample is judged with the others.
    sampled.plant({"A10": "Q3"})
    sampled.judge("judge")
    assert sampled.states()["A10"] == ("accepted", None) and sampled.asked() == {"judge": 4}
    # What a person decides on an answer ends it for the question.
    row = {"id": "p", "target": "A9", "status": "accepted", "passed": True, "reason": None}
    sampled.store.write("write/verdict", [row])
    sampled.plant({"A11": "Q3"})
    sampled.judge("judge", seed=5)
    assert sampled.states()["A9"][0] == "accepted" and sampled.asked() == {"judge": 4}


def _picked(panel: Panel, seed: int) -> set[str]:
    panel.judge("judge", seed=seed)
    return {name for name, (status, _) in panel.states().items() if status == "accepted"}


def test_a_pick_depends_on_the_answers_and_the_seed_alone() -> None:
    answers = [[f"a{n}", float(n % 2), None] for n in range(8)]
    assert pick(answers, 3) == pick(answers[::-1], 3)
    labels = list(pick(answers, 3).values())
    assert (labels.count(PICKED), labels.count(OTHER), labels.count(WRONG)) == (1, 3, 4)
    assert {name for seed in range(40) for name, label in pick(answers, seed).items()
            if label == PICKED} == {"a1", "a3", "a5", "a7"}  # fmt: skip
    assert set(pick([["a", 0.0, None]], 0).values()) == {WRONG}


def test_a_majority_is_large_enough_and_no_tie(sampled: Panel) -> None:
    funnel = majority(sampled.store)
    states = sampled.states()
    assert states["A1"] == states["A9"] == ("accepted", None)
    assert states["A5"] == ("rejected", f"majority: {TIE}")
    assert states["A2"] == ("rejected", "outvoted")
    assert (funnel.taken, funnel.kept, dict(funnel.dropped)) == (3, 2, {TIE: 1})
    assert majority(sampled.store).nothing_to_do
    funnel = majority(sampled.store, agreement=0.6)
    assert sampled.states()["A1"] == ("rejected", f"majority: {LITTLE}")
    assert (funnel.taken, dict(funnel.dropped)) == (1, {LITTLE: 1})
    majority(sampled.store)
    assert sampled.states() == states
    rows = sampled.store.read_text(
        "MATCH (v:Verdict {verifier: 'majority'})-[:JUDGES]->(a) RETURN a.id AS id, "
        "v.label AS label, v.score AS score ORDER BY id", {})  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [
        ("A1", AGREED, 0.5), ("A5", TIE, 0.5), ("A9", AGREED, 1.0),
    ]  # fmt: skip
