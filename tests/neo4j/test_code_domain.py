"""The domain code through the command line: its prompts, personas and tags; code arrives whole."""

import json
from pathlib import Path

import pytest
from project import Project

from kgsynth import assets
from kgsynth.config import Connection
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

CODE = Path(__file__).parents[2] / "examples" / "code"
# Tabs, what looks like LaTeX, angle brackets, comment lines and tags that are none of ours.
PROGRAM = """```go
# Final answer: 1
func f(a, b int) string {

\text := "\\theta\\n<answer>"
\tif a < b && b > 1<<2 { return "<q>" + ext }
\treturn "}"
}
```"""
REPLIES = """
import json, re
from pathlib import Path

PROGRAM = Path("program.md").read_text()
HEADS = {"question/synthllm-level1.code": "Origin: original\\nLevel: College\\nSubject: Go\\n"}

def one(call):
    if call.prompt == "tag/concepts.code":
        names = ["C++", "O(n log n)", "O(n^2)", "std::vector", "2-SAT"]
        topics = [{"topic": "Sorting", "concepts": names}]
        return json.dumps({"level": "College", "subject": "C++", "topics": topics})
    if call.prompt.startswith("question/"):
        named = re.findall(r"^- (.*)$", call.inputs.get("concepts", ""), re.M)
        concepts = f"<concepts>{'; '.join(named)}</concepts>\\n" if named else ""
        return (f"<question>\\n{HEADS.get(call.prompt, '')}{concepts}"
                f"What does f({call.digest}, 3) give?\\n\\n{PROGRAM}\\n</question>")
    assert call.prompt == "answer/solve.code", call.prompt
    return (f"<solution>\\nWe follow the branches.\\n\\n{PROGRAM}\\n\\nThat is all.\\n"
            f"Final answer: `[{call.digest}, 2]`\\n</solution>")
"""


@pytest.fixture
def project(tmp_path: Path, connection: Connection, store: Store) -> Project:
    made = Project(tmp_path, connection)
    (tmp_path / "replies.py").write_text(REPLIES)
    (tmp_path / "program.md").write_text(PROGRAM)
    (tmp_path / "documents.jsonl").write_bytes((CODE / "documents.jsonl").read_bytes())
    lines = (CODE / "concepts.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "concepts.jsonl").write_text("\n".join(lines[:-3]) + "\n", encoding="utf-8")
    return made


def prompts_asked(project: Project) -> set[str]:
    return {prompt for prompt, _ in project.asked()}


def test_level_3_of_code(project: Project, store: Store) -> None:
    project.run(
        project.recipe("--domain", "code", "--set", "sample.sets=6", "--set", "dedup.threshold=1")
    )
    rows = project.exported()
    assert len(rows) == 6
    for row in rows:
        question, answer = (message["content"] for message in row["messages"])
        assert question.endswith(f"give?\n\n{PROGRAM}")
        assert f"\n\n{PROGRAM}\n\nThat is all.\nFinal answer: `[" in answer
    assert prompts_asked(project) == {
        "tag/concepts.code", "question/synthllm-level3.code", "answer/solve.code",
    }  # fmt: skip
    finals = store.read_text("MATCH (a:Answer) RETURN a.final AS final", {})
    assert finals and all(json.loads(row["final"])[1] == 2 for row in finals)
    # Every concept that a reply named counts, whatever signs its name has.
    tested = store.read_text(
        "MATCH (q:Question)-[:GENERATED_FROM]->(s:ConceptSet) "
        "WITH q, [(s)-[:SAMPLED]->(c:Concept) | c.id] AS drawn, "
        "[(q)-[:TESTS]->(c:Concept) | c.id] AS tested "
        "RETURN drawn, tested",
        {},
    )
    assert tested and all(set(row["drawn"]) == set(row["tested"]) for row in tested)
    names = store.read_text("MATCH (c:Concept {domain: 'code'}) RETURN c.name AS name", {})
    assert {"C++", "O(n log n)", "O(n^2)", "std::vector", "2-SAT"} <= {r["name"] for r in names}


def test_personas_of_code(project: Project, store: Store) -> None:
    project.run(
        project.command(
            "run",
            "persona",
            "documents.jsonl",
            "--domain",
            "code",
            "--out",
            "data.jsonl",
            "--set",
            "dedup.threshold=1",
        )
    )
    assert len(project.exported()) >= 10
    assert prompts_asked(project) == {
        "question/synthllm-level1.code", "question/persona.code", "answer/solve.code",
    }  # fmt: skip
    drawn = store.read_text("MATCH (p:Persona) RETURN p.text AS text", {})
    assert drawn and {row["text"] for row in drawn} <= set(assets.domain_lines("code", "personas"))
