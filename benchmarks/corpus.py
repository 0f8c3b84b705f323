"""A corpus of any size in the shape of a paper's: documents and their tags, as `ingest` reads them.

    python -m benchmarks.corpus FOLDER --documents 52000 --seed 0

32,000 topics in 400 fields and 200,000 knowledge points, as in SynthLLM (section 4). A document is
of one field and has 1-5 topics, by Zipf's law (s = 0.9) among the topics of the field; some come
from other fields. It mentions 5-20 points under each: 7 of 10 from the 40 that belong to the topic,
2 from the field, 1 from anywhere. The first documents of a larger corpus of the same seed are
those of a smaller one. Texts are of random words, all distinct.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

FIELDS, TOPICS, POINTS, POOL = 400, 32_000, 200_000, 40
IN_FIELD, POINTS_IN_FIELD = TOPICS // FIELDS, POINTS // FIELDS
ZIPF = 0.9  # of topics in their field
SPREAD = 0.62  # of points that come from anywhere
UNEVEN = 1.0  # of points in their topic and in their field
ELSEWHERE = 0.25  # of topics behind the first
FROM_POOL, FROM_FIELD = 0.7, 0.9
CHUNK = 10_000
WORDS = 60
VOCABULARY = [
    a + b + c + d for a in "bdfgklmnprstvz" for b in "aeiou" for c in "lmnrst" for d in "aeiou"
]


@dataclass(frozen=True, slots=True)
class Tags:
    """Tags of some documents: of `first`, `first` + 1, ... One entry for each point of a topic.

    Sorted by document, then topic; a point may stand under two topics of one document.
    """

    first: int
    documents: int
    document: Any  # from 0
    topic: Any
    point: Any


@cache
def _pools(seed: int) -> Any:
    """Points of each topic: 40 of those of its field."""
    random = np.random.default_rng([seed, 0])
    keys = random.random((TOPICS, POINTS_IN_FIELD), dtype=np.float32)
    chosen = np.argpartition(keys, POOL, axis=1)[:, :POOL]
    return chosen + (np.arange(TOPICS) // IN_FIELD * POINTS_IN_FIELD)[:, None]


@cache
def _steps(size: int, power: float) -> Any:
    """Cumulated shares of ranks by Zipf's law."""
    shares = np.arange(1, size + 1, dtype=float) ** -power
    return np.cumsum(shares) / shares.sum()


def tags(documents: int, seed: int = 0) -> Iterator[Tags]:
    """Tags of the corpus, 10,000 documents at a time."""
    for number, first in enumerate(range(0, documents, CHUNK)):
        random = np.random.default_rng([seed, 1, number])
        drawn = _drawn(random, seed, first)
        if documents - first >= CHUNK:
            yield drawn
        else:
            kept = drawn.document < documents - first
            yield Tags(first, documents - first, drawn.document[kept], drawn.topic[kept],
                       drawn.point[kept])  # fmt: skip


def _drawn(random: np.random.Generator, seed: int, first: int) -> Tags:
    """The tags of one chunk."""
    counts = random.integers(1, 6, CHUNK)
    field = random.integers(0, FIELDS, CHUNK)
    shares = np.arange(1, IN_FIELD + 1, dtype=float) ** -ZIPF
    # The smallest of exponential times, at rates as the shares: drawn without repetition.
    times = random.exponential(size=(CHUNK, IN_FIELD)) / shares
    ranks = np.argsort(times, axis=1)[:, :5]
    topics = field[:, None] * IN_FIELD + ranks
    strange = (random.random((CHUNK, 5)) < ELSEWHERE) & (np.arange(5) > 0)
    other = (field[:, None] + random.integers(1, FIELDS, (CHUNK, 5))) % FIELDS
    place = np.searchsorted(_steps(IN_FIELD, ZIPF), random.random((CHUNK, 5)))
    topics = np.where(strange, other * IN_FIELD + place, topics)
    document, column = np.nonzero(np.arange(5) < counts[:, None])
    held = np.unique(document * TOPICS + topics[document, column])
    document, topic = held // TOPICS, held % TOPICS

    wanted = random.integers(5, 21, len(held))
    source = random.random((len(held), 20))
    used = np.arange(20) < wanted[:, None]
    pool = _pools(seed)[topic]
    times = random.exponential(size=(len(held), POOL)) * np.arange(1, POOL + 1) ** UNEVEN
    order = np.argsort(times, axis=1)[:, :20]
    from_pool = np.take_along_axis(pool, order, axis=1)
    rank = np.searchsorted(_steps(POINTS_IN_FIELD, UNEVEN), random.random(source.shape))
    from_field = (topic // IN_FIELD * POINTS_IN_FIELD)[:, None] + rank
    # Ranks of all points, spread over the fields.
    rank = np.searchsorted(_steps(POINTS, SPREAD), random.random(source.shape))
    anywhere = rank % FIELDS * POINTS_IN_FIELD + rank // FIELDS
    point = np.where(source < FROM_POOL, from_pool,
                     np.where(source < FROM_FIELD, from_field, anywhere))  # fmt: skip
    row, column = np.nonzero(used)
    entries = np.unique(held[row] * POINTS + point[row, column])
    return Tags(first, CHUNK, *np.divmod(entries // POINTS, TOPICS), entries % POINTS)


def texts(documents: int, seed: int = 0, words: int = WORDS) -> Iterator[str]:
    """The texts of the corpus: a number, then random words."""
    vocabulary = np.array(VOCABULARY, dtype=object)
    for number, first in enumerate(range(0, documents, CHUNK)):
        random = np.random.default_rng([seed, 2, number])
        drawn = vocabulary[random.integers(0, len(vocabulary), (CHUNK, words))].tolist()
        for place, row in enumerate(drawn[: documents - first], first):
            yield f"Text {place}: {' '.join(row)}."


def write(folder: Path, documents: int, seed: int = 0, words: int = WORDS) -> None:
    """Writes `documents.jsonl` and `concepts.jsonl`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "documents.jsonl").open("w") as file:
        for place, text in enumerate(texts(documents, seed, words)):
            file.write(f'{{"id": "d{place:07}", "text": "{text}"}}\n')
    with (folder / "concepts.jsonl").open("w") as file:
        for chunk in tags(documents, seed):
            file.writelines(_lines(chunk))


def _lines(chunk: Tags) -> Iterator[str]:
    """Lines of `concepts.jsonl`."""
    key = chunk.document * TOPICS + chunk.topic
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    points = [f"point {point}" for point in chunk.point.tolist()]
    ends = [*starts.tolist()[1:], len(points)]
    found: dict[int, dict[str, list[str]]] = {}
    for document, topic, start, end in zip(
        chunk.document[starts].tolist(), chunk.topic[starts].tolist(), starts.tolist(), ends,
        strict=True,
    ):  # fmt: skip
        found.setdefault(document, {})[f"topic {topic}"] = points[start:end]
    for document, topics in found.items():
        yield json.dumps({"id": f"d{chunk.first + document:07}", "topics": topics}) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=52_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--words", type=int, default=WORDS, help="words of a text")
    given = parser.parse_args()
    started = time.perf_counter()
    write(given.folder, given.documents, given.seed, given.words)
    size = sum(path.stat().st_size for path in given.folder.glob("*.jsonl"))
    print(f"{given.documents:,} documents in {given.folder}: {size / 1e6:,.0f} MB, "
          f"{time.perf_counter() - started:.1f} s")  # fmt: skip


if __name__ == "__main__":
    main()
