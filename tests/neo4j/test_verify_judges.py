"""`verify judges` on a real server: votes, joint decisions against a table by hand, no call twice."""

import json
from pathlib import Path

import pytest
from panel import Panel

from kgsynth import config
from kgsynth.errors import UsageError
from kgsynth.steps.verify.judges import FEW, KEPT, LOW, VETO
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

WEIGHTS = {"ann": 2.0, "ben": 1.0, "cy": 1.0}
MAYBE = "It is hard to say."
# Q1 .95; Q2 exactly .85; Q3 .8375; Q4 has a null vote; Q5 is voted on at the second try.
VOTES = {
    "ann": {"Q1": 1, "Q2": 0.8, "Q3": 0.8, "Q4": 1, "Q5": 0.9, "A1": 1, "A2": 1, "A3": 0,
            "A4": 1, "A5": 1},
    "ben": {"Q1": 0.9, "Q2": 0.9, "Q3": 0.85, "Q4": [MAYBE, "Score: high"], "Q5": [MAYBE, 1],
            "A1": "Answer: True", "A2": 0, "A3": 1, "A4": 1, "A5": 1},
    "cy": {"Q1": "Score: 9/10", "Q2": 0.9, "Q3": 0.9, "Q4": 1, "Q5": 1,
           "A1": 1, "A2": 1, "A3": 1, "A4": ["True or False", MAYBE], "A5": 1},
}  # fmt: skip
ANSWERS = {"A1": "Q1", "A2": "Q2", "A3": "Q3", "A4": "Q4", "A5": "Q5"}
DECIDED = {
    "Q1": (0.95, KEPT, True), "Q2": (0.85, KEPT, True), "Q3": (0.8375, LOW, False),
    "Q4": (None, FEW, None), "Q5": (0.95, KEPT, True), "A1": (1.0, KEPT, True),
    "A2": (0.0, VETO, False), "A4": (None, FEW, None), "A5": (1.0, KEPT, True),
}  # fmt: skip
STATES = {
    "Q1": ("accepted", None), "Q2": ("accepted", None), "Q3": ("rejected", f"judges: {LOW}"),
    "Q4": ("pending", None), "Q5": ("accepted", None), "A1": ("accepted", None),
    "A2": ("rejected", f"judges: {VETO}"), "A3": ("pending", None), "A4": ("pending", None),
    "A5": ("accepted", None),
}  # fmt: skip


@pytest.fixture
def panel(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Panel:
    monkeypatch.chdir(tmp_path)
    made = Panel(tmp_path, store)
    made.settings(WEIGHTS)
    made.say(VOTES)
    made.plant(ANSWERS)
    return made


def test_votes_are_kept_and_decide_jointly(panel: Panel) -> None:
    funnel = panel.judge()
    assert panel.decisions() == DECIDED
    assert panel.states() == STATES
    # A3 is not asked about: its question is rejected. Ben is asked about Q4 and Q5 twice, Cy
    # about A4.
    assert panel.asked() == {"ann": 9, "ben": 11, "cy": 10}
    assert len(panel.votes()) == 3 * 9 - 2
    assert panel.votes()["cy", "Q1"] == 0.9 and ("ben", "Q4") not in panel.votes()
    assert (funnel.taken, funnel.kept, dict(funnel.dropped)) == (7, 5, {LOW: 1, VETO: 1})
    assert funnel.notes["problem calls"] == 17 and funnel.notes["solution calls"] == 13
    assert funnel.notes["no votes"] == {"off format": 5}
    assert funnel.notes[f"problems with {FEW}"] == funnel.notes[f"solutions with {FEW}"] == 1
    rows = panel.store.read_text(
        "MATCH (v:Verdict {judge: 'ben'})-[:JUDGES]->(:Answer {id: 'A2'}) MATCH (v)-"
        "[:PRODUCED_BY]->(c:Call) RETURN v.label AS label, v.reason AS reason, v.passed AS passed, "
        "v.criterion AS criterion, v.model AS model, c.method AS method, c.step AS step, "
        "c.role AS role", {})  # fmt: skip
    assert rows == [{
        "label": "not correct", "reason": "I looked at A2.", "passed": None,
        "criterion": "solution", "model": f"fake:ben-{panel.folder.name}",
        "method": "judges solution ben", "step": "verify", "role": "judge ben",
    }]  # fmt: skip
    raw = panel.store.read_text(
        "MATCH (x:Rejected)-[:PRODUCED_BY]->(:Call)-[:USED {position: 0}]->(n) "
        "RETURN n.id AS id, collect(x.raw) AS raw ORDER BY id", {})  # fmt: skip
    assert [row["id"] for row in raw] == ["A4", "Q4", "Q5"]
    assert sorted(raw[1]["raw"]) == sorted([MAYBE, "Score: high"])
    again = panel.judge()
    assert again.nothing_to_do and panel.asked() == {"ann": 9, "ben": 11, "cy": 10}


def test_other_weights_and_thresholds_decide_anew_without_a_call(panel: Panel) -> None:
    panel.judge()
    asked = panel.asked()
    before = panel.states()
    # Weights of 1: Q2 is 2.6 / 3, Q3 2.55 / 3 = .85 and back; its answer may be asked about.
    panel.settings(dict.fromkeys(WEIGHTS, 1.0))
    funnel = panel.judge(decide_only=True)
    assert panel.decisions()["Q2"] == (round(2.6 / 3, 9), KEPT, True)
    assert panel.decisions()["Q3"] == (0.85, KEPT, True)
    assert panel.states()["Q3"] == ("accepted", None)
    assert funnel.taken == 4 == funnel.kept
    panel.judge(decide_only=True, threshold=0.86)
    assert panel.states()["Q3"] == ("rejected", f"judges: {LOW}")
    panel.judge(decide_only=True, threshold=0.95)
    assert {name for name, (status, _) in panel.states().items() if status == "rejected"} == {
        "Q1", "Q2", "Q3", "A2",
    }  # fmt: skip
    panel.settings(WEIGHTS)
    panel.judge(decide_only=True)
    assert panel.states() == before and panel.decisions() == DECIDED
    assert panel.asked() == asked
    # Without decide_only only what is missing is asked for: the answer of a question taken back.
    panel.settings(dict.fromkeys(WEIGHTS, 1.0))
    panel.judge()
    assert panel.states()["A3"] == ("rejected", f"judges: {VETO}")
    assert panel.asked() == {name: number + 1 for name, number in asked.items()}


def test_a_quorum_decides_with_fewer_votes(panel: Panel) -> None:
    panel.judge()
    asked = panel.asked()
    panel.judge(decide_only=True, quorum=2)
    assert panel.decisions()["Q4"] == (1.0, KEPT, True)
    assert panel.decisions()["A4"] == (1.0, KEPT, True)
    panel.judge(decide_only=True)
    assert panel.decisions() == DECIDED and panel.states() == STATES
    with pytest.raises(UsageError, match="1 to 3"):
        panel.judge(quorum=4)
    assert panel.asked() == asked


def test_a_new_judge_is_asked_about_everything_and_a_judge_may_be_asked_alone(
    panel: Panel,
) -> None:
    panel.settings({"ann": 2.0})
    panel.judge()
    assert panel.asked() == {"ann": 8}
    assert panel.states()["Q3"][0] == panel.states()["Q2"][0] == "rejected"
    assert panel.states()["A4"] == ("accepted", None)
    panel.settings(WEIGHTS)
    panel.judge(ask=("cy",), criterion="problem")
    assert panel.asked() == {"ann": 8, "cy": 5}
    assert {name: label for name, (_, label, _) in panel.decisions().items()} == {
        **dict.fromkeys(["Q1", "Q2", "Q3", "Q4", "Q5"], FEW), **dict.fromkeys(["A1", "A4", "A5"], KEPT),
    }  # fmt: skip
    panel.judge()
    assert panel.decisions() == DECIDED and panel.states() == STATES
    with pytest.raises(UsageError, match="dora"):
        panel.judge(ask=("dora",))


def test_another_model_under_the_same_name_is_another_judge(panel: Panel) -> None:
    panel.judge(criterion="problem")
    text = (panel.folder / "kgsynth.toml").read_text()
    (panel.folder / "kgsynth.toml").write_text(text.replace('"ben-', '"ben-2-'))
    config._read.cache_clear()
    panel.judge(criterion="problem", decide_only=True)
    assert {label for _, label, _ in panel.decisions().values()} == {FEW}
    panel.judge(criterion="problem")
    assert panel.decisions() == {k: v for k, v in DECIDED.items() if k.startswith("Q")}


def test_what_a_person_decided_stands_and_is_not_asked_about(panel: Panel) -> None:
    panel.judge()
    for id_, status in (("Q3", "accepted"), ("A5", "rejected"), ("Q4", "rejected")):
        row = {"id": f"person {id_}", "target": id_, "status": status, "reason": None}
        panel.store.write("write/verdict", [{**row, "passed": status == "accepted"}])
    panel.settings({**WEIGHTS, "dan": 1.0})
    panel.say({**VOTES, "dan": {**dict.fromkeys(ANSWERS.values(), 0), **dict.fromkeys(ANSWERS, 1)}})
    panel.judge()
    states = panel.states()
    assert (states["Q3"][0], states["A5"][0], states["Q4"][0]) == (
        "accepted", "rejected", "rejected",
    )  # fmt: skip
    assert states["Q1"] == ("rejected", f"judges: {LOW}")
    # Dan is asked about Q1, Q2 and Q5, and about A3: its question is a person's.
    assert panel.asked()["dan"] == 4
    assert json.loads((panel.folder / "dan.log").read_text().splitlines()[0])["prompt"] == (
        "verify/problem"
    )
