"""`verify python` on a real server: programs of answers run in the sandbox, verdicts follow."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from kgsynth.config import Connection
from kgsynth.steps.verify.python import python
from kgsynth.store import Store

verifier = import_module("kgsynth.steps.verify.python")  # the name in the package is the function

pytestmark = pytest.mark.neo4j


def block(code: str, language: str = "python") -> str:
    return f"We compute it.\n\n```{language}\n{code}\n```\n\nThat is all."


TESTS = "Write f.\n\n```python\nassert f(2) == 4\nassert f(-3) == 9\n```"
# id: (text, final, question); what follows: (status, label).
ANSWERS = {
    "right": (block("print(6 * 7)"), "42", ""),
    "right-last-line": (block("print('first')\nprint('x =', 7 / 2)"), r"\frac{7}{2}", ""),
    "right-sympy": (block("import sympy\nprint(sympy.sqrt(8))"), r"2\sqrt{2}", ""),
    "right-last-block": (block("print(1)") + "\n" + block("print(2)", "py"), "2", ""),
    "right-needs-all": (block("def f(n): return n * n") + "\n" + block("print(f(3))"), "9", ""),
    "right-tests": (block("def f(n):\n    return n * n"), "f(n)", TESTS),
    "wrong": (block("print(41)"), "42", ""),
    "wrong-tests": (block("def f(n):\n    return 2 * n"), "f", TESTS),
    "wrong-raises": (block("print(1 / 0)"), "42", ""),
    "wrong-silent": (block("x = 42"), "42", ""),
    "hangs": (block("while True: pass"), "42", ""),
    "sleeps": (block("import time\nprint(42, flush=True)\ntime.sleep(60)"), "42", ""),
    "escapes": (block("print(open('/etc/passwd').read())"), "42", ""),
    "forks": (block("import os\nwhile True: os.fork()"), "42", ""),
    "floods": (block("while True: print('a' * 1000)"), "42", ""),
    "fills": (block("x = []\nwhile True: x.append(bytes(10**7))"), "42", ""),
    "unclear": (block("print(42)"), "42 cm", ""),
    "no-value": (block("def f(n):\n    return n"), "f", ""),
    "cost": (block("print(1)"), "O(n log n)", ""),
    "lacks": (block("import pandas_that_is_not_there"), "42", ""),
    "reads": (block("print(int(input()))"), "42", ""),
    "none": ("It is 42.", "42", ""),
    "other-language": (block("fmt.Println(42)", "go"), "42", ""),
    "poison": (block("print('\\ud800'.encode('utf-8', 'surrogatepass'), '\\0')"), "42", ""),
}
OUTCOMES = {
    **dict.fromkeys(
        ["right", "right-last-line", "right-sympy", "right-last-block", "right-needs-all"],
        ("accepted", verifier.PRINTED),
    ),
    "right-tests": ("accepted", verifier.TESTED),
    "wrong": ("rejected", verifier.OTHER),
    "wrong-tests": ("rejected", verifier.UNTRUE),
    "wrong-raises": ("rejected", verifier.RAISED),
    "wrong-silent": ("rejected", verifier.NOTHING),
    "hangs": ("rejected", "timed out"),
    "sleeps": ("rejected", "timed out"),
    "escapes": ("rejected", "refused"),
    "forks": ("rejected", "refused"),
    "floods": ("rejected", "too much output"),
    "fills": ("rejected", "out of memory"),
    "unclear": ("pending", verifier.UNCLEAR),
    "no-value": ("pending", verifier.NO_VALUE),
    "cost": ("pending", verifier.NO_VALUE),
    "lacks": ("pending", verifier.LACKS),
    "reads": ("pending", verifier.READS),
    "none": ("pending", None),
    "other-language": ("pending", None),
    "poison": ("pending", verifier.UNCLEAR),
}


def plant(store: Store, answers: dict[str, tuple[str, str, str]], **more: Any) -> None:
    rows = [
        {"id": id_, "text": text, "final": final, "question": question or f"What is {id_}?"}
        for id_, (text, final, question) in answers.items()
    ]
    store.write_text(
        "UNWIND $rows AS row CREATE (q:Question {id: 'q-' + row.id, text: row.question, "
        "domain: 'mathematics', status: 'pending', method: 'gsdp'}) "
        "CREATE (a:Answer {id: row.id, text: row.text, final: row.final, status: 'pending', "
        "origin: 'generated'})-[:ANSWERS]->(q) SET a += $more",
        {"rows": rows, "more": more},
    )


def states(store: Store) -> dict[str, tuple[str, str | None]]:
    rows = store.read_text(
        "MATCH (a:Answer) OPTIONAL MATCH (a)<-[:JUDGES]-(v:Verdict {verifier: 'python'}) "
        "RETURN a.id AS id, a.status AS status, a.reason AS reason, v.label AS label, "
        "v.passed AS passed",
        {},
    )
    for row in rows:
        passed = {"accepted": True, "rejected": False, "pending": None}[row["status"]]
        assert row["passed"] is passed, row
        assert row["reason"] == (f"python: {row['label']}" if passed is False else None)
    return {row["id"]: (row["status"], row["label"]) for row in rows}


def test_programs_are_run_and_judged_once(
    store: Store, connection: Connection, tmp_path: Path
) -> None:
    plant(store, ANSWERS)
    environment = {
        **os.environ,
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
    }

    def command(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "kgsynth", "verify", "python", *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert json.loads(command("--dry-run", "--json")) == {"pending": len(ANSWERS) - 1}
    assert store.read_text("MATCH (v:Verdict) RETURN v", {}) == []
    row = json.loads(command("--seconds", "2", "--memory", "512", "--json"))
    assert states(store) == OUTCOMES
    said = [status for status, label in OUTCOMES.values() if label]
    assert row["in"] == said.count("accepted") + said.count("rejected")
    assert row["kept"] == said.count("accepted")
    dropped = [label for status, label in OUTCOMES.values() if status == "rejected"]
    assert row["dropped"] == {label: dropped.count(label) for label in dropped}
    assert row["no program"] == 2
    assert row["not judged"] == {
        verifier.NO_VALUE: 2, verifier.UNCLEAR: 2, verifier.LACKS: 1, verifier.READS: 1,
    }  # fmt: skip
    reasons = {
        row["id"]: row["reason"]
        for row in store.read_text(
            "MATCH (v:Verdict)-[:JUDGES]->(a) RETURN a.id AS id, v.reason AS reason", {}
        )
    }
    assert reasons["wrong"] == "printed: 41"
    assert reasons["wrong-raises"] == "ZeroDivisionError: division by zero"
    assert reasons["sleeps"] == "printed: 42"
    assert "'/etc/passwd'" in reasons["escapes"]
    assert len(reasons["floods"]) < 600
    again = json.loads(command("--json"))
    assert (again["in"], again["no program"], "not judged" in again) == (0, 2, False)
    assert states(store) == OUTCOMES


def test_pages_limits_and_what_is_left_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "PAGE", 2)
    right = ANSWERS["right"]
    plant(store, {f"a{n}": right for n in range(5)})
    plant(store, {"sample": right}, samples=4)
    plant(store, {"voted": right}, samples=4, votes=3)
    plant(store, {"person": right}, status="accepted")
    plant(store, {"gone": right}, status="rejected", reason="outvoted")
    plant(store, {"field": (block("print(0)"), "42", "")}, program="print(42)")
    store.write_text("MATCH (q:Question {id: 'q-a4'}) SET q.status = 'rejected'", {})
    assert verifier.waiting(store) == 6
    assert python(store, limit=3).kept == 3
    assert python(store, where="source.id <> 'q-a3'").kept == 2
    assert python(store, questions="other").taken == 0
    assert python(store, domain="code").taken == 0
    assert python(store).kept == 1
    judged = store.read_text("MATCH (:Verdict)-[:JUDGES]->(a) RETURN a.id AS id ORDER BY id", {})
    assert [row["id"] for row in judged] == ["a0", "a1", "a2", "a3", "field", "voted"]


def test_what_could_not_be_judged_is_run_again_when_asked_for(store: Store) -> None:
    plant(store, {"lacks": ANSWERS["lacks"], "wrong": ANSWERS["wrong"]})
    first = python(store)
    assert (first.taken, first.notes) == (1, {"not judged": {verifier.LACKS: 1}})
    assert python(store).nothing_to_do
    assert python(store, again=True).notes == {"not judged": {verifier.LACKS: 1}}
    assert len(store.read_text("MATCH (v:Verdict) RETURN v", {})) == 2
