"""Co-occurrence counting: blocks of a sparse product, polars in one join, `Counter` over pairs."""

from collections import Counter
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse

from benchmarks.sides import Row, against, holdings, side
from kgsynth.concepts import cooccurrence
from kgsynth.concepts.arrays import Holdings

POLARS = 52_000  # documents; above, the join of all pairs outgrows the memory
Sums = tuple[int, int]  # distinct pairs, and their counts in all


def counter(held: Any) -> cooccurrence.Counter:
    none = Holdings([], sparse.csr_array((0, held.shape[1]), dtype=np.int32), np.empty(0, np.int64))
    documents = Holdings([""] * held.shape[0], held, np.empty(0, np.int64))
    wanted = np.ones(held.shape[1], bool)
    return cooccurrence.counter(documents, none, wanted, source="documents", eps=1e-6)


def ours(held: Any) -> Sums:
    count = counter(held)
    pairs = total = 0
    for block in count.blocks:
        found = count.pairs(*block)
        pairs += len(found)
        total += int(found.documents.sum())
    return pairs, total


def by_polars(held: Any) -> Sums:
    document = np.repeat(np.arange(held.shape[0], dtype=np.int32), np.diff(held.indptr))
    frame = pl.LazyFrame({"document": document, "concept": held.indices.astype(np.int32)})
    both = frame.join(frame, on="document", suffix="_right")
    counts = (
        both.filter(pl.col("concept") < pl.col("concept_right"))
        .group_by("concept", "concept_right").len()
        .select(pl.len().alias("pairs"), pl.col("len").sum()).collect(engine="streaming")
    )  # fmt: skip
    return counts["pairs"][0], counts["len"][0]


def by_counter(held: Any) -> Sums:
    found: Counter[tuple[int, int]] = Counter()
    for start, stop in zip(held.indptr, held.indptr[1:], strict=False):
        found.update(combinations(sorted(held.indices[start:stop].tolist()), 2))
    return len(found), found.total()


def occurrences(held: Any) -> int:
    sizes = np.diff(held.indptr).astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def measure(documents: int) -> list[Row]:
    held = holdings(documents)
    total = occurrences(held)
    few = held[: min(documents, 5_200)]
    sample = occurrences(few)
    mine, found = side("kgsynth", lambda: ours(held), total, "pair occurrences")
    rows = [mine]
    one, theirs = side("Counter", lambda: by_counter(few), sample, "pair occurrences", total)
    assert theirs == ours(few)
    rows.append(one)
    # Last: it keeps its memory, and would hide what others take.
    part = held if documents <= POLARS else few
    one, theirs = side("polars join", lambda: by_polars(part), occurrences(part),
                       "pair occurrences", total)  # fmt: skip
    assert theirs == (found if part is held else ours(few))
    return against([*rows, one])
