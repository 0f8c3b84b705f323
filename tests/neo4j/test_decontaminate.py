"""`decontaminate` on a real server: what is dropped and why, and that nothing is done twice."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from project import Project

from kgsynth.calls.journal import open_journal
from kgsynth.config import Connection
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.reparse import reparse
from kgsynth.runs import open_run
from kgsynth.steps.decontaminate import decontaminate
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

MARBLES = (
    "A bag holds 5 red marbles and 7 blue marbles. Two marbles are drawn at random without "
    "replacement. What is the probability that both are red?"
)
ROOTS = "Find the sum of the roots of the polynomial $x^2 - 9x + 14$."
QUESTIONS = {
    "1": MARBLES.upper().replace(" ", "  "),
    "2": f"This is for the long weekend. {MARBLES} Explain each step to a friend.",
    "3": MARBLES.replace("5", "6").replace("7", "11"),
    "4": "A bag holds 5 red and 7 blue marbles. If we draw two of the marbles at random without "
    "replacement, find the probability that both are red.",
    "5": MARBLES.replace("both are red", "they have different colors"),
    "6": "Find the product of the roots of the polynomial $x^2 - 9x + 14$.",
}
WAYS = {"1": "exact", "2": "embedded", "3": "renumbered", "4": "reworded"}


@pytest.fixture
def against(tmp_path: Path) -> str:
    return benchmark(tmp_path / "bench.jsonl", {"m1": MARBLES, "r1": ROOTS})


def benchmark(path: Path, items: dict[str, str]) -> str:
    rows = [json.dumps({"id": id_, "problem": text}) for id_, text in items.items()]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def plant(store: Store, texts: dict[str, str], label: str = "Question", **more: Any) -> None:
    rows = [{"id": id_, "text": text} for id_, text in texts.items()]
    store.write_text(
        f"UNWIND $rows AS row CREATE (n:{label} {{id: row.id, text: row.text, "
        "domain: 'mathematics', status: 'pending'}) SET n += $more",
        {"rows": rows, "more": more},
    )


def found(store: Store, label: str = "Question") -> dict[str, dict[str, Any]]:
    rows = store.read_text(f"MATCH (n:{label}) RETURN properties(n) AS n", {})
    return {row["n"]["id"]: row["n"] for row in rows}


def reasons(store: Store, label: str = "Question") -> dict[str, str]:
    return {id_: n["reason"] for id_, n in found(store, label).items() if n["status"] == "rejected"}


def graph(store: Store) -> list[dict[str, Any]]:
    return store.read_text(
        "MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties, "
        "COUNT { (n)--() } AS degree ORDER BY n.id", {})  # fmt: skip


def test_each_way_is_dropped_with_what_it_was_matched_with(store: Store, against: str) -> None:
    plant(store, QUESTIONS)
    funnel = decontaminate(store, against=[against])
    assert reasons(store) == {id_: f"decontaminate: {way}" for id_, way in WAYS.items()}
    assert (funnel.taken, funnel.kept) == (6, 2)
    assert funnel.dropped == {f"decontaminate: {way}": 1 for way in WAYS.values()}
    rows = store.read("report/contamination", way="", limit=25)
    assert {row["id"]: row["way"] for row in rows} == WAYS
    assert {(row["matched"], row["benchmark"], row["benchmarkItem"]) for row in rows} == {
        (MARBLES, "bench.jsonl", "m1")
    }
    assert all(row["text"] == QUESTIONS[row["id"]] and 0 < row["score"] <= 1 for row in rows)
    assert [row["score"] for row in rows] == sorted(row["score"] for row in rows)
    assert [row["id"] for row in store.read("report/contamination", way="exact", limit=5)] == ["1"]
    labels = store.read_text("MATCH (n) RETURN DISTINCT labels(n)[0] AS label ORDER BY label", {})
    assert [row["label"] for row in labels if row["label"] != "Migration"] == [
        "Question", "Verdict",
    ], "no text of a benchmark is a node"  # fmt: skip


def test_only_what_is_new_is_compared(store: Store, against: str, tmp_path: Path) -> None:
    plant(store, QUESTIONS)
    decontaminate(store, against=[against])
    before = graph(store)
    assert decontaminate(store, against=[against]).nothing_to_do
    assert graph(store) == before
    plant(store, {"7": MARBLES, "8": "Prove that every tree has a leaf."})
    assert decontaminate(store, against=[against]).taken == 2
    assert reasons(store)["7"] == "decontaminate: exact"
    more = benchmark(tmp_path / "more.jsonl", {"t": "Prove that every tree has a leaf."})
    funnel = decontaminate(store, against=[against, more])
    assert (funnel.taken, dict(funnel.dropped)) == (3, {"decontaminate: exact": 1})
    assert decontaminate(store, against=[more]).nothing_to_do
    turned = benchmark(tmp_path / "turned.jsonl", {"other id": ROOTS, "x": MARBLES})
    assert decontaminate(store, against=[turned]).nothing_to_do, "the same texts in another file"


def test_a_stopped_one_goes_on_to_the_same_end(
    store: Store, against: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kgsynth.steps import decontaminate as module

    plant(store, QUESTIONS)
    decontaminate(store, against=[against])
    whole = found(store)
    store.script("write/wipe")
    plant(store, QUESTIONS)
    monkeypatch.setattr(module, "PAGE", 2)
    real, left = store.write_together, [2]

    def stopping(writes: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return real(writes)

    monkeypatch.setattr(store, "write_together", stopping)
    with pytest.raises(KeyboardInterrupt):
        decontaminate(store, against=[against])
    monkeypatch.undo()
    assert decontaminate(store, against=[against]).taken < 6
    assert found(store) == whole


def test_what_a_person_decided_stays(store: Store, against: str) -> None:
    plant(store, QUESTIONS)
    store.write(
        "write/verdict",
        [{"id": "v", "target": "1", "status": "accepted", "passed": True, "reason": None}],
    )
    decontaminate(store, against=[against])
    assert set(reasons(store)) == {"2", "3", "4"}
    # In Browser, and by `kgsynth accept`, after it was dropped.
    store.write_text("MATCH (q:Question {id: '2'}) SET q.status = 'pending'", {})
    store.write(
        "write/verdict",
        [{"id": "w", "target": "3", "status": "accepted", "passed": True, "reason": None}],
    )
    store.write_text("MATCH (q:Question) REMOVE q.comparedWith", {})
    assert decontaminate(store, against=[against]).taken == 2
    assert set(reasons(store)) == {"4"}
    # What a judge accepted goes; what was rejected for another reason keeps it.
    plant(store, {"8": MARBLES}, status="accepted", decided="accepted")
    plant(store, {"9": MARBLES}, status="rejected", reason="copy of another question")
    decontaminate(store, against=[against])
    assert reasons(store) == {
        "4": "decontaminate: reworded",
        "8": "decontaminate: exact",
        "9": "copy of another question",
    }


def test_a_dry_run_writes_nothing(store: Store, against: str) -> None:
    plant(store, QUESTIONS)
    before = graph(store)
    funnel = decontaminate(store, against=[against], dry_run=True)
    assert graph(store) == before
    assert (funnel.taken, funnel.kept) == (6, 2)
    assert [row["id"] for row in funnel.notes["examples"]][-1] in {"1", "2", "3"}
    assert {row["matched"] for row in funnel.notes["examples"]} == {MARBLES}


def test_other_items_and_chosen_ways(store: Store, against: str) -> None:
    plant(store, QUESTIONS)
    plant(store, {"p": MARBLES, "q": ROOTS.replace("14", "20")}, "Problem")
    plant(store, {"d": f"{'A long lecture on chance. ' * 400}{MARBLES} {'More of it. ' * 400}"},
          "Document")  # fmt: skip
    plant(
        store, {"a": f"Dialogue. Student: {MARBLES} Teacher: think of the first draw."}, "Passage"
    )
    decontaminate(store, against=[against], what=["problems", "documents"])
    assert reasons(store) == reasons(store, "Passage") == {}
    assert reasons(store, "Problem") == {
        "p": "decontaminate: exact",
        "q": "decontaminate: renumbered",
    }
    assert reasons(store, "Document") == {"d": "decontaminate: embedded"}
    funnel = decontaminate(store, against=[against], what=["passages", "questions"], ways=["exact"])
    assert (funnel.taken, reasons(store)) == (7, {"1": "decontaminate: exact"})
    assert decontaminate(store, against=[against], ways=["exact", "embedded"]).taken == 5
    with pytest.raises(UsageError, match="none of questions"):
        decontaminate(store, against=[against], what=["answers"])
    with pytest.raises(UsageError, match="no benchmark item"):
        decontaminate(store, against=[benchmark(Path(against).with_name("no.jsonl"), {"a": " "})])


JUDGE = """
import json

def same_problem(call):
    assert call.prompt == "decontaminate/same", call.prompt
    first, second = call.inputs["first"], call.inputs["second"]
    if "marble" not in first + second:
        return "I cannot say."
    # The turned question is the same only when it comes first: not both ways round.
    same = "urn" in first + second or "without being put back" in first
    return json.dumps({"reason": "as it is told", "same": same})
"""
TURNED = (
    "Someone takes two marbles out of a bag of 5 red and 7 blue ones, without being put back. How "
    "likely are two reds?"
)
URN = "An urn has 5 red and 7 blue marbles in it. Two are taken out. How likely are two reds?"


def test_neighbours_by_embedding(store: Store, against: str, tmp_path: Path,
                                 monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    plant(store, {**QUESTIONS, "t": TURNED, "u": URN, "z": "Prove that every tree has a leaf."})
    before = graph(store)
    shown = decontaminate(store, against=[against], embedding=0.6, dry_run=True)
    assert graph(store) == before
    assert decontaminate(store, against=[against]).kept == 5
    funnel = decontaminate(store, against=[against], embedding=0.6)
    assert funnel.dropped["decontaminate: embedding"] >= 3
    assert shown.dropped == funnel.dropped + Counter(f"decontaminate: {w}" for w in WAYS.values())
    gone = reasons(store)
    assert {gone[id_] for id_ in ("t", "u", "5")} == {"decontaminate: embedding"}
    assert "z" not in gone
    rows = store.read("report/contamination", way="embedding", limit=25)
    assert all(0.6 <= row["score"] <= 1 and row["matched"] for row in rows)
    assert decontaminate(store, against=[against], embedding=0.6).nothing_to_do


def test_the_model_is_asked_both_ways_round(
    store: Store, against: str, tmp_path: Path, connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    project = Project(tmp_path, connection)
    (tmp_path / "replies.py").write_text(JUDGE)
    project.model("same_problem")
    monkeypatch.chdir(tmp_path)
    plant(store, {**QUESTIONS, "t": TURNED, "u": URN, "z": "Prove that every tree has a leaf."})

    def ask() -> Funnel:
        with open_journal(tmp_path / ".kgsynth") as journal, open_run(store, "ask", {}) as run:
            return decontaminate(
                store, journal, run=run, against=[against], embedding=0.6, ask=True
            )

    funnel = ask()
    gone = reasons(store)
    assert gone == {id_: f"decontaminate: {way}" for id_, way in WAYS.items()} | {
        "u": "decontaminate: model"
    }
    assert (funnel.taken, funnel.kept) == (9, 4)
    votes = store.read_text(
        "MATCH (q:Question)<-[:JUDGES]-(v:Verdict)-[:PRODUCED_BY]->(:Call {step: 'decontaminate'}) "
        "WHERE v.passed IS NULL AND v.matched IS NULL AND q.id IN ['t', 'u', '5'] "
        "RETURN q.id AS id, v.label AS label ORDER BY id, label",
        {},
    )
    said = {id_: [row["label"] for row in votes if row["id"] == id_] for id_ in ("t", "u", "5")}
    assert said == {"t": ["different", "same"], "u": ["same"] * 2, "5": ["different"] * 2}
    asked = project.asked()
    assert sum(asked.values()) == funnel.notes["calls"]
    before = graph(store)
    assert ask().nothing_to_do
    assert project.asked() == asked
    with open_journal(tmp_path / ".kgsynth") as journal:
        reparse(store, journal, step="decontaminate", everything=True)
    anew = (["Run"], ["Rejected"])  # a reply that says nothing is rejected again, at another time
    assert [n for n in graph(store) if n["labels"] not in anew] == [
        n for n in before if n["labels"] not in anew
    ]
    row = store.read("report/contamination", way="model", limit=5)
    assert [(r["id"], r["matched"]) for r in row] == [("u", MARBLES)]


def test_the_command(store: Store, against: str, tmp_path: Path, connection: Connection) -> None:
    project = Project(tmp_path, connection)
    plant(store, QUESTIONS)
    line = project.run(project.command("decontaminate", "--against", against, "--dry-run"))
    assert "4 dropped" in line and "matched bench.jsonl, m1" in line
    out = json.loads(project.run(project.command("decontaminate", "--against", against, "--json")))
    assert (out["in"], out["kept"]) == (6, 2)
    again = project.run(project.command("decontaminate", "--against", against))
    assert "nothing to do" in again
    status = json.loads(project.run(project.command("status", "--json")))
    row = next(row for row in status["funnel"] if row["step"] == "decontaminate")
    assert row["reasons"] == {f"decontaminate: {way}": 1 for way in WAYS.values()}
    assert row["kept"] == 2
    shown = project.run(project.command("cypher", "report/contamination", "--nl"))
    assert len(shown.splitlines()) == 4
    project.run(project.command("decontaminate", "--against", "nowhere.jsonl"), code=2)
