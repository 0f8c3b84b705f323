"""A project folder with a scripted model, the command run in it, and the graph as a value."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from kgsynth.config import Connection
from kgsynth.store import Store

EXAMPLES = Path(__file__).parents[2] / "examples" / "mathematics"
# Of every eight replies to a question prompt one is empty, one cut off and one without its tags.
REPLIES = """
import json, re
from kgsynth.models.fake import FakeReply

def one(call):
    return reply(call, "")

def two(call):
    return reply(call, "Again: ")

def reply(call, start):
    if call.prompt == "tag/concepts":
        word = re.sub(r"[^a-z ]", "", call.inputs["text"][40:90].lower()).strip() or "text"
        names = [f"{word} {n}" for n in range(5)]
        topics = [{"topic": "Numbers", "concepts": names}]
        return json.dumps({"level": "College", "subject": "Algebra", "topics": topics})
    if call.prompt == "question/synthllm-level3":
        fate = call.digest % 8
        names = re.findall(r"^- (.*)$", call.inputs["concepts"], re.M)
        fraction = f"$\\\\frac{{{call.digest}}}{{7}}$"
        asked = f"Compute {fraction} and give the remainder."
        if start:
            asked = f"{start}which number is left over when {fraction} is worked out?"
        text = (f"<question>\\n<concepts>{names[0]}; {names[-1]}</concepts>\\n{asked}"
                "\\n</question>")
        if fate == 0:
            return ""
        if fate == 1:
            return FakeReply(text[:60], finish_reason="length")
        if fate == 2:
            return "I would rather talk about the weather today, if that is fine."
        if fate == 3:
            return text.replace(str(call.digest), "12")
        return text
    assert call.prompt == "answer/solve", call.prompt
    return ("<solution>\\nWe divide and keep the remainder, so the number is found as asked.\\n"
            f"Final answer: {call.digest % 7}\\n</solution>")
"""


class Project:
    """A project folder with a scripted model, and the command run in it."""

    def __init__(self, folder: Path, connection: Connection) -> None:
        self.folder = folder
        self.model("one")
        (folder / "replies.py").write_text(REPLIES)
        shutil.copy(EXAMPLES / "documents.jsonl", folder)
        lines = (EXAMPLES / "concepts.jsonl").read_text(encoding="utf-8").splitlines()
        (folder / "concepts.jsonl").write_text(
            "\n".join(line for n, line in enumerate(lines, 1) if n % 6) + "\n", encoding="utf-8"
        )
        self.env = {
            **os.environ,
            "NEO4J_URI": connection.uri,
            "NEO4J_USERNAME": connection.username,
            "NEO4J_PASSWORD": connection.password,
        }

    def model(self, name: str) -> None:
        (self.folder / "kgsynth.toml").write_text(
            f'[models.default]\nprovider = "fake"\nmodel = "{name}"\nbatch = 8\n'
            f'options = {{ script = "replies.py:{name}", log = "calls.log" }}\n'
        )

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "kgsynth", *arguments]

    def recipe(self, *more: str) -> list[str]:
        return self.command(
            "run", "synthllm-level3", "documents.jsonl", "--concepts",
            "concepts.jsonl", "--set", "sample.epochs=1", "--out", "data.jsonl", *more,
        )  # fmt: skip

    def run(self, command: list[str], code: int = 0) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def asked(self) -> Counter[tuple[str, int]]:
        log = self.folder / "calls.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return Counter((json.loads(x)["prompt"], json.loads(x)["digest"]) for x in lines)

    def exported(self) -> list[dict[str, Any]]:
        text = (self.folder / "data.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]


def snapshot(store: Store) -> tuple[list[Any], list[Any]]:
    nodes = store.read_text(
        "MATCH (n) WHERE NOT n:Run AND NOT n:Migration AND NOT n:Dataset "
        "RETURN labels(n) AS labels, properties(n) AS properties ORDER BY n.id",
        {},
    )
    for node in nodes:
        for unequal in ("createdAt", "seconds", "source"):
            node["properties"].pop(unequal, None)
    edges = store.read_text(
        "MATCH (a)-[r]->(b) WHERE NOT b:Run AND NOT a:Dataset AND NOT type(r) = 'MERGED_INTO' "
        "RETURN a.id AS a, type(r) AS type, properties(r) AS properties, b.id AS b "
        "ORDER BY a, type, b, toString(r.position)",
        {},
    )
    return nodes, edges
