"""The items of a benchmark, and the texts that are one of them.

Candidates come from two indexes, runs of words (numbers masked where there are words enough) and
words in any order; `compare` decides. The items are in memory, texts are not kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kgsynth.contamination import compare
from kgsynth.contamination.index import Index, both, runs, telling
from kgsynth.contamination.words import Words, words
from kgsynth.errors import UsageError
from kgsynth.ids import content_id, normalise_text
from kgsynth.readers import Fault, Skipped, fields, read

VERSION = 1  # of what counts as a match: texts are compared anew with another one
MAX_BYTES = 5_000_000
RUNS, TELLING = 0.5, 0.55  # shares of an item's features that a candidate holds


class Item(NamedTuple):
    """An item of a benchmark: the file it stands in, its id there (or its line), and its text."""

    file: str
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """The item that a text was matched with, in which way, and how alike they are (0 to 1)."""

    item: Item
    way: str
    score: float


def read_items(paths: Sequence[str]) -> tuple[list[Item], list[Fault]]:
    """The items of benchmark files or folders, read as `ingest problems` reads, and what could not.

    Raises UsageError where there is no file, or no item in any.
    """
    items: dict[Item, None] = {}
    faults: list[Fault] = []
    found = read(
        paths, required=frozenset(fields.TEXT["Problem"]), wanted=fields.wanted("Problem"),
        max_bytes=MAX_BYTES, kinds=frozenset({"jsonl", "csv", "tsv", "parquet"}),
    )  # fmt: skip
    for record in found:
        if isinstance(record, Skipped):
            continue
        taken = (
            record
            if isinstance(record, Fault)
            else fields.source(record, "Problem", "benchmark", MAX_BYTES)
        )
        if isinstance(taken, Fault):
            faults.append(taken)
            continue
        place = taken.record.place
        text = taken.properties["text"] or ""
        items[Item(Path(place.file).name, taken.external or f"line {place.line}", text)] = None
    if not items:
        told = f" ({faults[0]})" if faults else ""
        raise UsageError(f"There is no benchmark item in {', '.join(map(str, paths))}{told}.")
    return list(items), faults


def fingerprint(items: Sequence[Item], *settings: object) -> str:
    """What tells one comparison from another: the texts, in any order, and the settings."""
    texts = sorted({normalise_text(item.text) for item in items})
    return content_id("benchmark", VERSION, texts, *settings)[:16]


class Benchmark:
    """Items, indexed. Takes about 3 KB an item of 50 words."""

    def __init__(self, items: Sequence[Item]) -> None:
        import numpy as np

        self.items = items
        self._words = words([item.text for item in items])
        wordy = np.array([compare.wordy(_said(self._words, n)) for n in range(len(items))])
        self._runs = Index(runs(self._words, wordy), RUNS)
        self._telling = Index(telling(self._words), TELLING)
        self._lengths = np.diff(self._words.starts)

    def match(self, texts: Sequence[str], ways: Sequence[str] = compare.WAYS) -> list[Match | None]:
        """The item that each text is, the surest where there are several; None: no item."""
        import numpy as np

        said = words(texts)
        number = len(texts)
        none, every = np.zeros(number, bool), np.ones(number, bool)
        pairs = [self._runs.candidates(both(runs(said, none), runs(said, every)))]
        text, item = self._telling.candidates(telling(said))
        short = np.diff(said.starts)[text] <= compare.LONG * self._lengths[item]
        pairs.append((text[short], item[short]))
        found: list[Match | None] = [None] * number
        candidates = sorted(
            {pair for two in pairs for pair in zip(*map(np.ndarray.tolist, two), strict=True)}
        )
        seen, one = -1, None
        for place, candidate in candidates:
            best = found[place]
            if best is not None and best.way == compare.EXACT:
                continue
            if place != seen or one is None:
                seen, one = place, _said(said, place)
            result = compare.compare(one, _said(self._words, candidate))
            if result is not None and result[0] in ways:
                match = Match(self.items[candidate], *result)
                if best is None or _sure(match) > _sure(best):
                    found[place] = match
        return found


def _said(held: Words, place: int) -> compare.Said:
    codes, kinds = held.of(place)
    return compare.Said.of(codes.tolist(), kinds.tolist())


def _sure(match: Match) -> tuple[int, float]:
    return -compare.WAYS.index(match.way), match.score
