"""`verify judges` and its like on a real server: decisions by hand, and no call made twice."""

import json
import os
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from panel import Panel

from kgsynth import config, jobs, parse, retry
from kgsynth.calls.journal import open_journal
from kgsynth.errors import UsageError
from kgsynth.reparse import reparse
from kgsynth.steps.verify import calibrate
from kgsynth.steps.verify.judges import FEW, KEPT, LOW, VETO
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j
judges_step = import_module("kgsynth.steps.verify.judges")

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
        **dict.fromkeys(["Q1", "Q2", "Q3", "Q4", "Q5"], FEW),
        **dict.fromkeys(["A1", "A4", "A5"], KEPT),
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


def test_panels_are_compared_with_a_judge_or_with_labels(panel: Panel) -> None:
    """Six questions and answers; the table is worked out by hand."""
    panel.store.script("write/wipe")
    ids = [f"{kind}{number}" for kind in "QA" for number in range(1, 7)]
    panel.plant({f"A{number}": f"Q{number}" for number in range(1, 7)})
    marks = {
        #        Q1   Q2   Q3   Q4   Q5   Q6   A1 .. A6
        "ann": [1.0, 0.9, 0.8, 0.5, 0.9, 0.2, 1, 1, 1, 0, 1, 1],
        "ben": [0.9, 0.8, 1.0, 0.5, 0.8, 1.0, 1, 1, 0, 1, 0, MAYBE],
        "gpt": [1.0, 1.0, 0.9, 0.0, 0.5, 0.9, 1, 0, 1, 0, 0, 1],
    }
    panel.settings({"ann": 3.0, "ben": 1.0, "gpt": 1.0})
    panel.say({name: dict(zip(ids, given, strict=True)) for name, given in marks.items()})
    panel.judge(threshold=0.0)
    asked = panel.asked()
    problems, solutions = calibrate(panel.store, "gpt")
    assert (problems.criterion, problems.items, problems.good, problems.left_out) == (
        "problem", 6, 4, 0,
    )  # fmt: skip
    # Kept: ann 1 2 5; ben 1 3 6; both (3 to 1) .975 .875 .85 .5 .875 .4: 1 2 3 5; good: 1 2 3 6.
    assert [
        (p.judges, p.accuracy, p.precision, p.recall, p.f1, p.retention) for p in problems.panels
    ] == [
        (("ann",), 3 / 6, 2 / 3, 2 / 4, 4 / 7, 3 / 6),
        (("ben",), 5 / 6, 1.0, 3 / 4, 6 / 7, 3 / 6),
        (("ann", "ben"), 4 / 6, 3 / 4, 3 / 4, 6 / 8, 4 / 6),
    ]
    # Ben has no vote on A6. Kept: ann 1 2 3 5; ben 1 2 4; both 1 2; good: 1 3.
    assert (solutions.items, solutions.good, solutions.left_out) == (5, 2, 1)
    assert [
        (p.judges, p.accuracy, p.precision, p.recall, p.f1, p.retention) for p in solutions.panels
    ] == [
        (("ann",), 3 / 5, 2 / 4, 2 / 2, 4 / 6, 4 / 5),
        (("ben",), 2 / 5, 1 / 3, 1 / 2, 2 / 5, 3 / 5),
        (("ann", "ben"), 3 / 5, 1 / 2, 1 / 2, 2 / 4, 2 / 5),
    ]
    file = panel.folder / "labels.jsonl"
    labels = {"Q1": True, "Q2": False, "A1": True, "A2": False, "A6": True, "Z": True}
    file.write_text("\n".join(json.dumps({"id": k, "good": v}) for k, v in labels.items()))
    (found,) = calibrate(panel.store, file, criterion="solution", only=("ann", "gpt"), size=1)
    assert (found.items, found.good) == (3, 2)
    assert [(p.judges, p.precision, p.retention) for p in found.panels] == [
        (("ann",), 2 / 3, 1.0), (("gpt",), 1.0, 2 / 3),
    ]  # fmt: skip
    for wrong in ({"against": "nobody"}, {"against": "gpt", "only": ("dora",)}):
        with pytest.raises(UsageError, match="ann, ben, gpt"):
            calibrate(panel.store, **wrong)  # type: ignore[arg-type]
    assert panel.asked() == asked


def command(panel: Panel, connection: config.Connection, *arguments: str) -> subprocess.Popen[str]:
    env = {
        **os.environ, "NEO4J_URI": connection.uri, "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "kgsynth", *arguments], cwd=panel.folder, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def said(process: subprocess.Popen[str]) -> Any:
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, out + err
    return json.loads(out)


def test_a_kill_loses_nothing_and_pays_nothing_twice(
    panel: Panel, connection: config.Connection
) -> None:
    """Killed in the middle of the second judge; one request is in flight at most."""
    panel.settings(WEIGHTS, "concurrency = 1\n")
    script = panel.folder / "replies.py"
    script.write_text(
        "import time\n" + script.read_text().replace("texts =", "time.sleep(0.4); texts =")
    )
    process = command(panel, connection, "verify", "judges")
    until = time.monotonic() + 120
    while panel.asked().get("ben", 0) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    before = panel.asked()
    assert before["ann"] == 5 and before["ben"] >= 3 and "cy" not in before
    out = said(command(panel, connection, "verify", "judges", "--json"))
    assert panel.decisions() == DECIDED and panel.states() == STATES
    whole = {"ann": 9, "ben": 11, "cy": 10}
    more = {name: number - whole[name] for name, number in panel.asked().items()}
    assert more in ({"ann": 0, "ben": 0, "cy": 0}, {"ann": 0, "ben": 1, "cy": 0})
    assert out["kept"] == 5 and out["dropped"] == {LOW: 1, VETO: 1}


def test_try_retry_and_reparse_know_the_votes(
    panel: Panel, connection: config.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.judge()
    asked = panel.asked()
    ahead = said(command(panel, connection, "verify", "judges", "--dry-run", "--json"))
    assert [(row["criterion"], row["judge"], row["pending"]) for row in ahead] == [
        (criterion, judge, 0) for criterion in ("problem", "solution") for judge in WEIGHTS
    ]
    tried = said(
        command(
            panel, connection, "try", "verify judges solution ben", "--answer", "A2", "--json"
        )
    )  # fmt: skip
    assert tried["parsed"][0]["properties"]["label"] == "not correct"
    assert "A2" in tried["messages"][1]["text"] and "Q2" in tried["messages"][1]["text"]
    with pytest.raises(UsageError, match=r"ann, ben, cy"):
        jobs.job("verify", "judges solution dora", config.DOMAIN)
    # A4 and Q4 are null votes; ben says something now.
    panel.say({**VOTES, "ben": {**VOTES["ben"], "Q4": [MAYBE, MAYBE, 0.9]}})
    failed = retry.failures(panel.store, step="verify")
    assert {(row["source"], row["method"]) for row in failed} == {
        ("Q4", "judges problem ben"), ("A4", "judges solution cy"),
    }  # fmt: skip
    process = command(panel, connection, "retry", "verify", "--method", "judges problem ben")
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, out + err
    assert panel.asked() == {**asked, "ben": asked["ben"] + 2}  # the one that was tried, too
    panel.judge(decide_only=True)
    assert panel.decisions()["Q4"] == (0.975, KEPT, True)
    # A better parser reads the null vote on A4; nothing is asked.
    monkeypatch.setitem(parse.VERSIONS, "correctness", 99)
    monkeypatch.setitem(judges_step._READERS, "solution", _lenient)
    with open_journal(panel.folder / ".kgsynth") as journal:
        changes = {c.method: c for c in reparse(panel.store, journal, step="verify")}
    assert changes["judges solution cy"].now_kept == 1
    assert changes["judges solution ann"].same == changes["judges solution ann"].calls == 4
    panel.judge(decide_only=True)
    assert panel.states()["A4"] == ("accepted", None)
    assert panel.asked() == {**asked, "ben": asked["ben"] + 2}


def _lenient(text: str, finish_reason: str = "stop") -> parse.Judgement:
    return parse.Judgement(1.0) if text == MAYBE else parse.correctness(text, finish_reason)
