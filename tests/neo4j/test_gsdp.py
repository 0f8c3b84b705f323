"""The recipe `gsdp` from seed problems to the exported file: scripted models, a real server.

Most problems have hand-made knowledge points, the others are tagged; two judges of unequal weight;
hard questions go to a solver of their own.
"""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from project import EXAMPLES, Project

from kgsynth.config import Connection
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

PROBLEMS = 40
REPLIES = """
import json, re

POOL = ["Vieta's formulas", "Modular arithmetic", "Pythagorean theorem", "Counting in two ways"]

def judge(name):
    def reply(call):
        if call.prompt == "verify/problem":
            (number,) = set(re.findall(r"frac{(\\d+)}", call.inputs["question"]))
            score = [0.95, 0.9, 0.4][int(number) % 3] if name == "strict" else 0.9
            return json.dumps({"reason": "So it is.", "score": score})
        assert call.prompt == "verify/solution", call.prompt
        wrong = name == "strict" and "Final answer: 0" in call.inputs["solution"]
        wrong = wrong or "is 0" in call.inputs["solution"]
        return json.dumps({"reason": "Checked.", "correct": not wrong})
    return reply

strict, mild = judge("strict"), judge("mild")

def solver(name):
    def reply(call):
        return ("<solution>\\nWe divide and keep the remainder, so what is left over is "
                f"{call.digest % 5}, says {name}.\\nFinal answer: {call.digest % 5}\\n</solution>")
    return reply

hard = solver("hard")

def model(call):
    if call.prompt == "tag/problem":
        return "1. " + POOL[call.digest % 4] + "\\n2. " + POOL[(call.digest + 1) % 4]
    if call.prompt == "merge/quality":
        vague = "Proof by cases" in call.inputs["name"]
        return json.dumps({"reason": "As it is.", "verdict": "vague" if vague else "good"})
    if call.prompt == "merge/same":
        return json.dumps({"reason": "They differ.", "same": False})
    if call.prompt == "merge/name":
        return json.dumps({"reason": "Known.", "name": call.inputs["names"].splitlines()[1]})
    if call.prompt == "question/gsdp":
        if call.digest % 10 == 0:
            return "What a lovely day it is for a walk in the park."
        return (f"<question>\\nCompute $\\\\frac{{{call.digest}}}{{5}}$ and give the remainder "
                "that is left over.\\n</question>")
    if call.prompt == "verify/difficulty":
        return json.dumps({"difficulty": ["easy", "medium", "hard"][call.digest % 3]})
    assert call.prompt == "answer/solve", call.prompt
    return solver("usual")(call)
"""
SETTINGS = """
[models.default]
provider = "fake"
model = "gsdp-{0}"
batch = 16
options = {{ script = "replies.py:model", log = "calls.log" }}
[models.solver.hard]
model = "gsdp-hard-{0}"
options = {{ script = "replies.py:hard", log = "calls.log" }}
[[models.judges]]
name = "strict"
weight = 2
model = "gsdp-strict-{0}"
options = {{ script = "replies.py:strict", log = "calls.log" }}
[[models.judges]]
name = "mild"
model = "gsdp-mild-{0}"
options = {{ script = "replies.py:mild", log = "calls.log" }}
"""
COMMAND = (
    "run", "gsdp", "problems.jsonl", "--concepts", "concepts.jsonl", "--out", "data.jsonl",
    "--against", "benchmark.jsonl", "--set", "sample.sets=25", "--set", "dedup.threshold=1",
)  # fmt: skip
PLANNED = [
    "tag problems", "merge quality", "merge same", "merge name", "generate", "decontaminate",
    "verify judges problem strict", "verify judges problem mild", "verify difficulty", "answer",
    "answer hard", "verify judges solution strict", "verify judges solution mild",
]  # fmt: skip
ITEMS = """
MATCH (q:Question {method: 'gsdp'})
OPTIONAL MATCH (a:Answer)-[:ANSWERS]->(q)
RETURN q.id AS id, q.status AS status, q.reason AS reason, q.difficulty AS difficulty,
  a.status AS answer, a.reason AS answerReason, a.route AS route, a.text AS text, a.final AS final,
  COLLECT { MATCH (q)-[:TESTS]->(c) RETURN c.id ORDER BY c.id } AS tests,
  COLLECT {
    MATCH (q)-[:GENERATED_FROM]->(:ConceptSet)-[:SAMPLED]->(c) RETURN DISTINCT c.id ORDER BY c.id
  } AS members,
  COLLECT {
    MATCH (q)<-[:JUDGES]-(v:Verdict {criterion: 'problem'}) WHERE v.passed IS NULL
    RETURN v.score ORDER BY v.score
  } AS scores
"""


@pytest.fixture
def project(tmp_path: Path, connection: Connection, store: Store) -> Project:
    made = Project(tmp_path, connection)
    (tmp_path / "kgsynth.toml").write_text(SETTINGS.format(tmp_path.name))
    (tmp_path / "replies.py").write_text(REPLIES)
    lines = (EXAMPLES / "problems.jsonl").read_text(encoding="utf-8").splitlines()[:PROBLEMS]
    (tmp_path / "problems.jsonl").write_text("\n".join(lines), encoding="utf-8")
    shutil.copy(EXAMPLES / "problem-concepts.jsonl", tmp_path / "all.jsonl")
    known = {json.loads(line)["id"] for n, line in enumerate(lines) if n % 8}
    tagged = (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "concepts.jsonl").write_text(
        "\n".join(line for line in tagged if json.loads(line)["id"] in known), encoding="utf-8"
    )
    (tmp_path / "benchmark.jsonl").write_text(json.dumps({"text": "How many primes end in 7?"}))
    return made


def test_from_seed_problems_to_judged_pairs(project: Project, store: Store) -> None:
    plan = json.loads(project.run(project.command(*COMMAND, "--plan", "--json")))
    planned = {row["step"]: row["calls"] for row in plan["steps"]}
    assert list(planned) == PLANNED and plan["notPlanned"] == []
    shown = json.loads(project.run(project.command(*COMMAND, "--json")))
    stages = {(row["step"], n): row for n, row in enumerate(shown["stages"])}
    drawn = sum(row["kept"] for (step, _), row in stages.items() if step.startswith("sample"))
    assert 75 < drawn < 100  # these problems have few points three edges from the core point
    asked = project.asked()
    # Each judge is asked once, and everybody else.
    times = {prompt: {asked[one] for one in asked if one[0] == prompt} for prompt, _ in asked}
    judged = ("verify/problem", "verify/solution")
    assert times.pop("answer/solve") <= {1, 2}  # the plan tried both solvers on the same questions
    assert times == {prompt: {2 if prompt in judged else 1} for prompt in times}
    calls = store.read_text("MATCH (c:Call) RETURN c.prompt AS prompt, count(*) AS calls", {})
    by_prompt = {row["prompt"]: row["calls"] for row in calls}
    assert by_prompt["tag/problem"] == PROBLEMS // 8
    assert by_prompt["question/gsdp"] == drawn
    foretold(planned, store)

    rows = store.read_text(ITEMS, {})
    assert 60 < len(rows) < drawn
    exported = {row["questionId"] for row in project.exported()}
    for row in rows:
        check(row, row["id"] in exported)
    assert len(exported) > 10
    assert {row["route"] for row in rows if row["answer"]} == {None, "hard"}

    # The vague point is kept, with its reason, and no set holds it.
    (vague,) = store.read_text(
        "MATCH (c:KnowledgePoint {name: 'Proof by cases'}) RETURN c.status AS status, "
        "c.reason AS reason, COUNT { (c)<-[:SAMPLED]-() } AS sets",
        {},
    )
    assert (vague["status"], vague["sets"]) == ("rejected", 0)
    assert "vague" in vague["reason"]

    # The funnel counts what the verdicts decided on.
    decided = Counter(row["reason"] for row in rows if row["scores"])
    decided += Counter(row["answerReason"] for row in rows if row["answer"])
    (funnel,) = [row for row in shown["funnel"] if row["step"] == "verify"]
    assert funnel["kept"] == decided.pop(None)
    assert funnel["reasons"] == decided

    waiting = json.loads(project.run(project.command("answer", "--dry-run", "--json")))
    name = project.folder.name
    assert waiting == {"pending": 0, "model": f"fake:gsdp-{name}, fake:gsdp-hard-{name}"}

    again = json.loads(project.run(project.command(*COMMAND, "--json")))
    assert project.asked() == asked
    assert [
        row for row in again["stages"] if row["in"] and row["step"][:6] not in ("ingest", "export")
    ] == []


def foretold(planned: dict[str, list[float]], store: Store) -> None:
    """The calls of each judge and solver lie in the ranges of the plan."""
    rows = store.read_text(
        "MATCH (c:Call) RETURN c.step + ' ' + c.method AS name, count(*) AS calls", {}
    )
    calls = {row["name"].strip().replace("generate gsdp", "generate"): row["calls"] for row in rows}
    for name, (low, expected, high) in planned.items():
        assert low <= calls.get(name, 0) <= high, (name, calls.get(name, 0), low, high)
        assert low <= expected <= high
    assert planned["decontaminate"] == [0, 0, 0] and set(calls) <= set(planned)


def check(row: dict[str, Any], exported: bool) -> None:
    """What has to become of a question, from its votes."""
    assert row["tests"] == row["members"]
    assert exported == (row["status"] == "accepted" and row["answer"] == "accepted")
    if row["scores"]:  # the mild judge says .9, the strict one counts twice
        (other,) = sorted(row["scores"], key=lambda score: score == 0.9)[:1]
        kept = (2 * other + 0.9) / 3 >= 0.85
        assert row["status"] == ("accepted" if kept else "rejected")
    if row["status"] != "accepted":
        assert row["answer"] is None
        assert row["reason"]
        return
    assert row["difficulty"] in ("easy", "medium", "hard")
    assert (row["route"] == "hard") == (row["difficulty"] == "hard")
    assert ("says hard" in row["text"]) == (row["difficulty"] == "hard")
    assert row["answer"] == ("rejected" if row["final"] == "0" else "accepted")
