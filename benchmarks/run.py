"""Measures the arithmetic of the concept graph beside the plain way, in one run, as ratios.

`make bench` runs it; `python benchmarks/run.py 20000` takes another number of documents. The
answers of both sides are compared before a time is printed. The corpus is drawn (seeded): topics
by Zipf's law, 1-5 topics a document, 5-20 concepts a topic out of a pool of 40.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
from scipy import sparse

from kgsynth import cooccurrence, jaccard
from kgsynth.concepts import Holdings

TOPICS, POOL, SETS = 2_000, 40, 2_000


def corpus(documents: int) -> list[list[int]]:
    """Concept columns of each document: topics first, then points."""
    random = np.random.default_rng(0)
    share = 1 / np.arange(1, TOPICS + 1) ** 0.9
    share /= share.sum()
    held = []
    for _ in range(documents):
        topics = np.unique(random.choice(TOPICS, random.integers(1, 6), p=share))
        points = [TOPICS + topic * POOL + random.choice(POOL, random.integers(5, 21), replace=False)
                  for topic in topics]  # fmt: skip
        held.append(np.concatenate([topics, *points]).tolist())
    return held


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def counted(matrix: Any) -> list[cooccurrence.Pairs]:
    none = Holdings([], sparse.csr_array((0, matrix.shape[1]), dtype=np.int64), np.empty(0, int))
    documents = Holdings([""] * matrix.shape[0], matrix, np.empty(0, int))
    wanted = np.ones(matrix.shape[1], bool)
    counter = cooccurrence.counter(documents, none, wanted, source="documents", eps=1e-6)
    return [counter.pairs(start, stop) for start, stop in counter.blocks]


def counted_plainly(held: list[list[int]], width: int) -> dict[int, int]:
    found: Counter[int] = Counter()
    for columns in held:
        found.update(a * width + b for a, b in combinations(sorted(columns), 2))
    return dict(found)


def nearest_plainly(sets: list[list[int]], held: list[list[int]]) -> list[tuple[int, int, float]]:
    documents = [set(columns) for columns in held]
    found = []
    for place, members in enumerate(set(columns) for columns in sets):
        scored = [(len(members & d) / len(members | d), -n) for n, d in enumerate(documents)]
        best = sorted(scored, reverse=True)[:2]
        found += [(place, -n, score) for score, n in best if score > 0]
    return found


def incidence(held: list[list[int]], width: int) -> Any:
    starts = np.concatenate([[0], np.cumsum([len(columns) for columns in held])])
    columns = np.concatenate(held)
    return sparse.csr_array((np.ones(len(columns), np.int64), columns, starts),
                            shape=(len(held), width))  # fmt: skip


def main() -> None:
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 5_200
    width = TOPICS * (POOL + 1)
    held = corpus(documents)
    matrix = incidence(held, width)
    ours, seconds = timed(lambda: counted(matrix))
    plain, plain_seconds = timed(lambda: counted_plainly(held, width))
    found = {
        key: count
        for block in ours
        for key, count in zip(block.key.tolist(), block.documents.tolist(), strict=True)
    }
    assert found == plain
    rows = [(f"co-occurrence of {documents:,} documents ({len(found):,} pairs)", seconds,
             "Counter over pairs", plain_seconds)]  # fmt: skip
    random = np.random.default_rng(1)
    sets = [random.choice(held[n], 6, replace=False).tolist()
            for n in random.integers(0, documents, SETS)]  # fmt: skip
    near, seconds = timed(lambda: jaccard.nearest(
        incidence(sets, width), matrix.T.tocsr(), matrix.sum(axis=1), 2))  # fmt: skip
    few = sets[:20]
    slow, plain_seconds = timed(lambda: nearest_plainly(few, held))
    assert [row for row in near if row[0] < len(few)] == slow
    rows.append((f"top 2 documents of {SETS:,} sets", seconds, "Python sets, 20 extrapolated",
                 plain_seconds * SETS / len(few)))  # fmt: skip
    print(f"{'operation':<56}{'ours':>9}  {'beside':<30}{'seconds':>9}{'ratio':>8}")
    for name, mine, other, theirs in rows:
        print(f"{name:<56}{mine:>8.2f}s  {other:<30}{theirs:>8.2f}s{theirs / mine:>7.1f}x")


if __name__ == "__main__":
    main()
