"""A project folder with a panel of scripted judges, and questions and answers for them to judge."""

import json
from pathlib import Path
from typing import Any

from kgsynth import config
from kgsynth.calls.journal import open_journal
from kgsynth.funnel import Funnel
from kgsynth.runs import open_run
from kgsynth.steps import verify
from kgsynth.store import Store

# A judge says what the table says of the item that the text names (`Q1`, `A1`); of several replies
# the one of the sample number, the last one for all that follow.
REPLIES = """
import json, pathlib, re

table = json.loads(pathlib.Path("FOLDER/replies.json").read_text("utf-8"))

def judge(name):
    def reply(call):
        kind = "A" if "solution" in call.inputs else "Q"
        texts = " ".join(call.inputs.values())
        (item,) = set(re.findall(rf"\\b{kind}\\d+\\b", texts))
        said = table[name][item]
        return said[min(call.generation.get("seed") or 0, len(said) - 1)]
    return reply

NAMES
"""


class Panel:
    """Scripted judges, and the graph they judge. `votes` are scores or raw replies by item."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder, self.store = folder, store

    def settings(self, weights: dict[str, float], more: str = "") -> None:
        (self.folder / "replies.py").write_text(
            REPLIES.replace("FOLDER", str(self.folder)).replace(
                "NAMES", "\n".join(f'{name} = judge("{name}")' for name in weights)
            )
        )
        tables = "".join(
            f'\n[[models.judges]]\nname = "{name}"\nweight = {weight}\n'
            f'model = "{name}-{self.folder.name}"\n'
            f'options = {{ script = "replies.py:{name}", log = "{name}.log" }}\n'
            for name, weight in weights.items()
        )
        (self.folder / "kgsynth.toml").write_text(
            '[models.default]\nprovider = "fake"\nmodel = "none"\nbatch = 8\npatience = 3\n'
            f"attempts = 1\n{more}{tables}"
        )
        config._read.cache_clear()

    def say(self, votes: dict[str, dict[str, Any]]) -> None:
        table = {
            judge: {
                item: [_reply(item, one) for one in (said if isinstance(said, list) else [said])]
                for item, said in given.items()
            }
            for judge, given in votes.items()
        }
        (self.folder / "replies.json").write_text(json.dumps(table))

    def plant(self, answers: dict[str, str], questions: tuple[str, ...] = ()) -> None:
        """Questions and answers as model steps leave them; `answers` are by id, with the question.

        An id is its own text.
        """
        names = sorted({*questions, *answers.values()})
        self.store.write_text(
            "UNWIND $names AS name MERGE (q:Question {id: name}) ON CREATE SET "
            "q.text = 'Find x in ' + name + '.', q.domain = 'mathematics', q.status = 'pending', "
            "q.method = 'gsdp', q.createdAt = datetime()",
            {"names": names},
        )
        self.store.write_text(
            "UNWIND $rows AS row MATCH (q:Question {id: row[1]}) CREATE (a:Answer {id: row[0], "
            "text: 'By ' + row[0] + ' it is 1.', final: '1', origin: 'generated', "
            "status: 'pending', createdAt: datetime()})-[:ANSWERS]->(q)",
            {"rows": [list(pair) for pair in answers.items()]},
        )

    def judge(self, verifier: str = "judges", **settings: Any) -> Funnel:
        with (
            open_journal(self.folder / ".kgsynth") as journal,
            open_run(self.store, f"verify {verifier}", {}) as run,
        ):
            found: Funnel = getattr(verify, verifier)(self.store, journal, run=run, **settings)
            return found

    def asked(self) -> dict[str, int]:
        """How many calls each judge got."""
        logs = {path.stem: path.read_text().splitlines() for path in self.folder.glob("*.log")}
        return {name: len(lines) for name, lines in logs.items()}

    def states(self) -> dict[str, tuple[str, str | None]]:
        rows = self.store.read_text(
            "MATCH (n:Question|Answer) RETURN n.id AS id, n.status AS status, n.reason AS why", {}
        )
        return {row["id"]: (row["status"], row["why"]) for row in rows}

    def decisions(self) -> dict[str, tuple[float | None, str, bool | None]]:
        rows = self.store.read_text(
            "MATCH (v:Verdict {verifier: 'judges'})-[:JUDGES]->(n) WHERE v.judge IS NULL "
            "RETURN n.id AS id, v.score AS score, v.label AS label, v.passed AS passed", {}
        )  # fmt: skip
        assert len(rows) == len({row["id"] for row in rows})
        return {row["id"]: (row["score"], row["label"], row["passed"]) for row in rows}

    def votes(self) -> dict[tuple[str, str], float | None]:
        rows = self.store.read_text(
            "MATCH (c:Call)<-[:PRODUCED_BY]-(v:Verdict)-[:JUDGES]->(n) WHERE v.judge IS NOT NULL "
            "AND v.passed IS NULL RETURN v.judge AS judge, n.id AS id, v.score AS score", {}
        )  # fmt: skip
        return {(row["judge"], row["id"]): row["score"] for row in rows}


def _reply(item: str, said: Any) -> str:
    if isinstance(said, str):
        return said
    key = "score" if item.startswith("Q") else "correct"
    mark = said if item.startswith("Q") else bool(said)
    return json.dumps({"reason": f"I looked at {item}.", key: mark})
