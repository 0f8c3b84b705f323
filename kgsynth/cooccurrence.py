"""Counts which concepts meet: sparse products in blocks (SynthLLM 3.2, Eq. 5; GSDP's graph).

Pure arithmetic over the arrays of `kgsynth.concepts`; the step `link` writes the result.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kgsynth.concepts import Holdings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OCCURRENCES = 4_000_000  # pair occurrences counted at once: some 300 MB
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

    def where(self, mask: "NDArray[np.bool_]") -> "Pairs":
        """The pairs of a mask."""
        return Pairs(
            self.key[mask],
            self.documents[mask],
            self.problems[mask],
            self.listed[mask],
            self.weight[mask],
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

    def exceeds(self, most: int) -> int:
        """The number of distinct pairs where it is above `most`, else 0.

        Counts them only where their occurrences, which are never fewer, are above `most`.
        """
        if self.occurrences <= most:
            return 0
        total = sum(len(self.pairs(start, stop)) for start, stop in self.blocks)
        return total if total > most else 0

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
        counts, key = product.data[kept], left[kept].astype(np.int64)
        key *= self.by_concept.shape[0]
        key += right[kept]
        del product, left, right, kept
        documents, problems = _halves(counts)
        chosen = {"documents": documents, "problems": problems, "both": documents + problems}
        return Pairs(
            key, documents, problems, self._listed(key), _log(chosen[self.source], self.eps)
        )

    def _listed(self, key: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """How often each key is listed: what is listed falls into few of the keys."""
        import numpy as np

        times = np.zeros(len(key), dtype=np.int32)
        if len(key):
            first, last = np.searchsorted(self.listed, [key[0], key[-1] + 1])
            place = np.searchsorted(key, self.listed[first:last]).clip(max=len(key) - 1)
            known = key[place] == self.listed[first:last]
            times[place[known]] = self.listings[first:last][known]
        return times


def _halves(counts: "NDArray[np.integer]") -> tuple["NDArray[np.int32]", "NDArray[np.int32]"]:
    """Documents and problems of packed counts."""
    import numpy as np

    if counts.dtype == np.int32:
        return counts, np.zeros_like(counts)
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
    occurrences: int = OCCURRENCES,
) -> Counter:
    """A counter of the pairs that touch a concept of the mask `wanted`.

    Weights are ln(count + eps) of the count of `source`; a block of left concepts holds about
    `occurrences` pairs before they are made distinct.
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
