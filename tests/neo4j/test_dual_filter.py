"""`merge --dual-filter`: planted similarities, a scripted model, a real server; and once all real.

The model's answers are a function of what two names mean, written down below, so that what has to
come out is known: chains fall apart, order does not count, people win.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whole import whole

from kgsynth import config, embed, ids
from kgsynth.calls.journal import open_journal
from kgsynth.concepts import tags
from kgsynth.funnel import Funnel
from kgsynth.ids import normalise_name
from kgsynth.runs import open_run
from kgsynth.steps.link import link
from kgsynth.steps.merge import merge, undo
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

ARITHMETIC, PROGRESSION, CONSTANT = (
    "Arithmetic sequence", "Arithmetic progression", "Sequence with constant differences",
)  # fmt: skip
GEOMETRIC, PYTHAGORAS, THEOREM = (
    "Geometric sequence", "Pythagorean theorem", "Theorem of Pythagoras",
)  # fmt: skip
QUADRATICS, QUADRATIC, DEGREE = (
    "Quadratic equations", "quadratic equation", "Equation of second degree",
)  # fmt: skip
VAGUE, LIMIT = "Mathematical techniques", "Limit of a sequence"
SIMILAR = {
    (ARITHMETIC, PROGRESSION): 0.85, (PROGRESSION, CONSTANT): 0.80, (ARITHMETIC, CONSTANT): 0.75,
    (ARITHMETIC, GEOMETRIC): 0.80, (PROGRESSION, GEOMETRIC): 0.72, (CONSTANT, GEOMETRIC): 0.71,
    (PYTHAGORAS, THEOREM): 0.95, (QUADRATICS, QUADRATIC): 0.97, (QUADRATICS, DEGREE): 0.78,
    (QUADRATIC, DEGREE): 0.79, (VAGUE, LIMIT): 0.80, (LIMIT, PYTHAGORAS): 0.65,
    (LIMIT, THEOREM): 0.62, (VAGUE, PYTHAGORAS): 0.5, (VAGUE, THEOREM): 0.5,
}  # fmt: skip
NAMES = sorted({name for pair in SIMILAR for name in pair})
# Sources by number: the knowledge points of each.
PLANTED = [
    [ARITHMETIC, GEOMETRIC, QUADRATICS], [PROGRESSION, PYTHAGORAS, VAGUE], [ARITHMETIC, THEOREM],
    [CONSTANT, DEGREE, THEOREM], [QUADRATIC, LIMIT, GEOMETRIC], [QUADRATICS, CONSTANT, LIMIT],
]  # fmt: skip
REPLIES = """
import json, re

BAD = {"mathematical techniques": "vague"}
SAME = [{"arithmetic sequence", "arithmetic progression"},
        {"arithmetic progression", "sequence with constant differences"},
        {"quadratic equation", "equation of second degree"},
        {"quadratic equations", "equation of second degree"}]
BEST = {"arithmetic progression", "quadratic equations"}

def inner(text):
    return text.split("\\n", 1)[1].rsplit("\\n", 1)[0]

def reply(call):
    if call.prompt == "merge/quality":
        name = inner(call.inputs["name"]).casefold()
        return json.dumps({"reason": "as said", "verdict": BAD.get(name, "good")})
    if call.prompt == "merge/same":
        pair = {inner(call.inputs[side]).casefold() for side in ("first", "second")}
        return json.dumps({"reason": "as said", "same": pair in SAME})
    assert call.prompt == "merge/name", call.prompt
    names = [line[2:] for line in inner(call.inputs["names"]).splitlines()]
    best = [name for name in names if name.casefold() in BEST]
    return json.dumps({"reason": "as said", "name": best[0] if best else "The theorem of Pythagoras"})

def unsure(call):
    if call.prompt == "merge/same" and "Geometric" in str(call.inputs):
        return "Hard to say."
    return reply(call)

def stops(call):
    import pathlib
    seen = len(pathlib.Path(LOG).read_text().splitlines())
    if seen == 9:
        raise KeyboardInterrupt
    return reply(call)
"""


def vectors() -> dict[str, np.ndarray]:
    """Vectors of unit length with the planted similarities."""
    gram = np.eye(len(NAMES))
    for (one, other), value in SIMILAR.items():
        i, j = NAMES.index(one), NAMES.index(other)
        gram[i, j] = gram[j, i] = value
    root = np.linalg.cholesky(gram)
    return {normalise_name(name): root[place] for place, name in enumerate(NAMES)}


@dataclass
class Setting:
    """A project folder with the scripted model, and the store."""

    folder: Path
    store: Store

    def model(self, name: str = "reply") -> None:
        script, log = self.folder / "replies.py", self.folder / "calls.log"
        script.write_text(REPLIES.replace("LOG", repr(str(log))))
        (self.folder / "kgsynth.toml").write_text(
            f'[models.default]\nprovider = "fake"\nmodel = "{self.folder.name}-{name}"\nbatch = 8\n'
            f'options = {{ script = "{script}:{name}", log = "{log}" }}\n'
        )

    def asked(self) -> Counter[str]:
        log = self.folder / "calls.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return Counter(json.loads(line)["prompt"] for line in lines)

    def merge(self, **settings: Any) -> Funnel:
        settings = {"domain": "mathematics", "same": 0.9, "ask": 0.7, **settings}
        with (
            open_journal(self.folder / ".kgsynth") as journal,
            open_run(self.store, "merge", settings) as run,
        ):
            return merge(self.store, journal, run=run, dual_filter=True, **settings)


@pytest.fixture
def setting(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Setting]:
    monkeypatch.chdir(tmp_path)
    known = vectors()
    monkeypatch.setattr(
        embed, "encode", lambda texts, model: np.array([known[t] for t in texts], np.float32)
    )
    made = Setting(tmp_path, store)
    made.model()
    yield made
    config._read.cache_clear()


def point(name: str) -> str:
    return ids.concept_id("KnowledgePoint", name, "mathematics")


def plant(store: Store, numbers: list[int]) -> None:
    for number in numbers:
        store.write("write/documents", [
            {"id": f"d{number}", "externalId": None, "words": 1,
             "properties": {"text": str(number), "domain": "mathematics"}}])  # fmt: skip
        row = tags.tag_row(f"d{number}", {}, PLANTED[number], "mathematics")
        store.write("write/tags", [row], origin="given")


def merged(store: Store) -> dict[str, tuple[str, str]]:
    """By spelled name: what each is merged into, and by whom."""
    spelled = {point(name): name for name in NAMES}
    rows = store.read_text("MATCH (a)-[m:MERGED_INTO]->(b) "
                           "RETURN a.id AS a, b.id AS b, m.decidedBy AS by", {})  # fmt: skip
    assert len({row["a"] for row in rows}) == len(rows), "each into one"
    return {spelled[row["a"]]: (spelled[row["b"]], row["by"]) for row in rows}


WANTED = {
    ARITHMETIC: (PROGRESSION, "model"),
    PYTHAGORAS: (THEOREM, "embedding"),
    QUADRATIC: (QUADRATICS, "rule"),
    DEGREE: (QUADRATICS, "model"),
}


def test_planted(setting: Setting) -> None:
    plant(setting.store, list(range(6)))
    funnel = setting.merge()
    # In the band are 6 pairs of sequences and 2 of quadratics; of the vague point none is asked.
    assert setting.asked() == {"merge/quality": 11, "merge/same": 8, "merge/name": 3}
    assert merged(setting.store) == WANTED
    print(funnel)
