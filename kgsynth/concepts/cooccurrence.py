"""Counts which concepts meet: sparse products in blocks (SynthLLM 3.2, Eq. 5; GSDP's graph).

Pure arithmetic over the arrays of `kgsynth.concepts.arrays`; the step `link` writes the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kgsynth.concepts.arrays import Holdings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OCCURRENCES = 4_000_000  # pair occurrences counted at once: some 300 MB
CENSUS = 100  # counts told apart
_SHIFT = 32  # a product counts documents in the low half of 64 bits, problems in the high half


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of concepts, sorted by `key` = left column * concepts + right column, left < right.

    `listed` is how many sources list the right one (a point) under the left one (a topic).
    """

    key: "NDArray[np.int64]"
    documents: "NDArray[np.int32]"
    problems: "NDArray[np.int32]"
    listed: "NDArray[np.int32]"
    weight: "NDArray[np.float64]"

    def __len__(self) -> int:
        return len(self.key)

    def where(self, mask: "NDArray[np.bool_] | NDArray[np.int64] | slice") -> "Pairs":
        """The pairs of a mask, of a slice, or at these places."""
        return Pairs(
            self.key[mask],
            self.documents[mask],
            self.problems[mask],
            self.listed[mask],
            self.weight[mask],
        )


def joined(parts: Sequence[Pairs]) -> Pairs:
    """Pairs of several blocks, one after another."""
    import numpy as np

    return Pairs(
        *(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Pairs))
    )


@dataclass(frozen=True, slots=True)
class Counter:
    """What is needed to count pairs block by block. Build it with `counter`.

    `by_concept` is a CSR array (concepts x sources) of ones; where there are problems, a problem
    stands as 2^32, so that one product counts both.
    """

    by_concept: Any
    listed: "NDArray[np.int64]"
    listings: "NDArray[np.int64]"
    blocks: list[tuple[int, int]]
    occurrences: int
    wanted: "NDArray[np.bool_]"
    source: str
    eps: float
    topics: int
    min_count: int

    def census(self) -> "Census":
        """Counts the distinct pairs, however few sources hold them."""
        import numpy as np

        everything, of_topics = replace(self, min_count=1), 0
        points = np.zeros(CENSUS + 1, dtype=np.int64)
        for start, stop in self.blocks:
            pairs = everything.pairs(start, stop)
            between = pairs.key >= self.topics * self.by_concept.shape[0]
            met = self._chosen(pairs.documents[between], pairs.problems[between])
            points += np.bincount(met.clip(max=CENSUS), minlength=CENSUS + 1)
            of_topics += len(pairs) - len(met)
        return Census(of_topics, points)

    def pairs(self, start: int, stop: int) -> Pairs:
        """Pairs whose left concept stands in columns `start` to `stop`."""
        import numpy as np

        sources = self.by_concept[start:stop].T.tocsr()
        sources.data = np.ones_like(sources.data)
        # Only what stands to the right is multiplied. A product's rows are in no order: turning
        # it over, which takes one pass, leaves every left concept's neighbours sorted.
        product = (self.by_concept[start:] @ sources).tocsc()
        left = np.repeat(np.arange(start, stop, dtype=np.int32), np.diff(product.indptr))
        right = product.indices.astype(np.int32, copy=False)
        right += start
        kept = left < right
        if not self.wanted.all():
            kept &= self.wanted[left] | self.wanted[right]
        if self.min_count > 1:
            kept &= (left < self.topics) | (self._chosen(*_halves(product.data)) >= self.min_count)
        counts, key = product.data[kept], left[kept].astype(np.int64)
        key *= self.by_concept.shape[0]
        key += right[kept]
        del product, left, right, kept
        documents, problems = _halves(counts)
        weight = _log(self._chosen(documents, problems), self.eps)
        return Pairs(key, documents, problems, self._listed(key), weight)

    def first_met(self, key: "NDArray[np.int64]") -> "NDArray[np.int32]":
        """The row of the first source that holds each of these pairs, which are sorted."""
        import numpy as np

        width = self.by_concept.shape[0]
        by_source = self.by_concept.T.tocsr()
        by_source.sort_indices()
        first = np.full(len(key), by_source.shape[0], dtype=np.int32)
        sizes = np.diff(by_source.indptr).astype(np.int64)
        begins = np.zeros(width, dtype=bool)
        begins[key // width] = True
        for start, stop in blocks(sizes * (sizes - 1) // 2, OCCURRENCES):
            columns = by_source.indices[by_source.indptr[start] : by_source.indptr[stop]]
            ends = by_source.indptr[start + 1 : stop + 1] - by_source.indptr[start]
            # Each column of a source meets those to its right, up to the end of the source.
            after = np.repeat(ends, sizes[start:stop]) - np.arange(1, len(columns) + 1)
            after *= begins[columns]  # a few new pairs do not take all occurrences
            left = np.repeat(np.arange(len(columns)), after)
            right = left + np.arange(1, len(left) + 1) - np.repeat(after.cumsum() - after, after)
            met = columns[left].astype(np.int64) * width + columns[right]
            place = np.searchsorted(key, met).clip(max=len(key) - 1)
            known = key[place] == met
            source = np.repeat(np.arange(start, stop, dtype=np.int32), sizes[start:stop])
            np.minimum.at(first, place[known], source[left[known]])
        return first

    def _chosen(
        self, documents: "NDArray[np.int32]", problems: "NDArray[np.int32]"
    ) -> "NDArray[np.int32]":
        """The counts that weights are made of."""
        if self.source == "both":
            both: NDArray[np.int32] = documents + problems
            return both
        return documents if self.source == "documents" else problems

    def _listed(self, key: "NDArray[np.int64]") -> "NDArray[np.int32]":
        """How often each key is listed: what is listed falls into few of the keys."""
        import numpy as np

        times: NDArray[np.int32] = np.zeros(len(key), dtype=np.int32)
        if len(key):
            first, last = np.searchsorted(self.listed, [key[0], key[-1] + 1])
            place = np.searchsorted(key, self.listed[first:last]).clip(max=len(key) - 1)
            known = key[place] == self.listed[first:last]
            times[place[known]] = self.listings[first:last][known]
        return times


@dataclass(frozen=True, slots=True)
class Census:
    """How many distinct pairs there are: those of topics, and those between points.

    `points[n]` pairs between points are held by n sources, the last by so many or more.
    """

    of_topics: int
    points: "NDArray[np.int64]"

    def pairs(self, min_count: int = 1) -> int:
        """How many pairs a concept graph of that `min_count` holds."""
        rare = self.points[: min(min_count, CENSUS)].sum() if min_count > 1 else 0
        return self.of_topics + int(self.points.sum() - rare)


def _halves(counts: "NDArray[np.integer]") -> tuple["NDArray[np.int32]", "NDArray[np.int32]"]:
    """Documents and problems of packed counts."""
    import numpy as np

    if counts.dtype == np.int32:
        return counts.view(np.int32), np.zeros(len(counts), dtype=np.int32)
    documents = (counts & ((1 << _SHIFT) - 1)).astype(np.int32)
    return documents, (counts >> _SHIFT).astype(np.int32)


def _log(counts: "NDArray[np.int32]", eps: float) -> "NDArray[np.float64]":
    """ln(count + eps), each count's taken once."""
    import numpy as np

    table: NDArray[np.float64] = np.log(np.arange(counts.max(initial=0) + 1) + eps)
    return table[counts]


def counter(
    documents: Holdings,
    problems: Holdings,
    wanted: "NDArray[np.bool_]",
    *,
    source: str,
    eps: float,
    topics: int = 0,
    min_count: int = 1,
    occurrences: int = OCCURRENCES,
) -> Counter:
    """A counter of the pairs that touch a concept of the mask `wanted`.

    Weights are ln(count + eps) of the count of `source`. The first columns are `topics`: pairs
    without one, whose count is below `min_count`, are left out. A block of left concepts holds
    about `occurrences` pairs before they are made distinct.
    """
    import numpy as np
    from scipy import sparse

    held = documents.matrix.astype(np.int32, copy=False)
    packed = held
    if len(problems.ids):
        held = sparse.vstack([held, problems.matrix.astype(np.int32)]).tocsr()
        packed = sparse.vstack([documents.matrix, problems.matrix.astype(np.int64) * (1 << _SHIFT)])
    sizes = held.sum(axis=1, dtype=np.int64)
    listed, listings = np.unique(
        np.concatenate([documents.listed, problems.listed]), return_counts=True
    )
    return Counter(
        by_concept=packed.T.tocsr(),
        listed=listed,
        listings=listings,
        # On average half of what a concept meets stands to its right.
        blocks=blocks(held.T @ sizes // 2, occurrences),
        occurrences=int((sizes * (sizes - 1) // 2).sum()),
        wanted=wanted,
        source=source,
        eps=eps,
        topics=topics,
        min_count=min_count,
    )


def blocks(cost: "NDArray[np.int64]", budget: int) -> list[tuple[int, int]]:
    """Ranges of columns that cost about `budget` each, all columns once, in order."""
    import numpy as np

    number = cost.cumsum() // budget
    edges = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(cost)]
    return [(start, stop) for start, stop in pairwise(edges) if start < stop]


def difference(
    wanted: Pairs, stored: Pairs
) -> tuple["NDArray[np.bool_]", "NDArray[np.bool_]", "NDArray[np.bool_]"]:
    """Masks of the wanted pairs that are new, of those that differ, of stored pairs to delete."""
    import numpy as np

    if not len(stored):
        return np.ones(len(wanted), bool), np.zeros(len(wanted), bool), np.zeros(0, bool)
    place = np.searchsorted(stored.key, wanted.key).clip(max=len(stored) - 1)
    known = stored.key[place] == wanted.key
    same = (
        (stored.documents[place] == wanted.documents)
        & (stored.problems[place] == wanted.problems)
        & (stored.listed[place] == wanted.listed)
        & (np.abs(stored.weight[place] - wanted.weight) <= 1e-12)
    )
    kept = np.zeros(len(stored), bool)
    kept[place[known]] = True
    return ~known, known & ~same, ~kept
