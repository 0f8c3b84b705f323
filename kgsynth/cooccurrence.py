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

OCCURRENCES = 10_000_000  # pair occurrences counted at once: some 400 MB
_SHIFT = 32  # a product counts documents in the low half of 64 bits, problems in the high half


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of concepts, sorted by `key` = left column * concepts + right column, left < right.

    `listed` is how many sources list the right one (a point) under the left one (a topic).
    """

    key: "NDArray[np.int64]"
    documents: "NDArray[np.int64]"
    problems: "NDArray[np.int64]"
    listed: "NDArray[np.int64]"
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
    """What is needed to count pairs block by block. Build it with `counter`."""

    held: Any
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

        product = (self.by_concept[start:stop] @ self.held).tocoo()
        left, right = product.row.astype(np.int64) + start, product.col.astype(np.int64)
        kept = (left < right) & (self.wanted[left] | self.wanted[right])
        key = left[kept] * self.held.shape[1] + right[kept]
        order = np.argsort(key)
        key, counts = key[order], product.data[kept][order]
        documents, problems = counts & ((1 << _SHIFT) - 1), counts >> _SHIFT
        chosen = {"documents": documents, "problems": problems, "both": documents + problems}
        weight = np.log(chosen[self.source] + self.eps)
        return Pairs(key, documents, problems, self._listed(key), weight)

    def _listed(self, key: "NDArray[np.int64]") -> "NDArray[np.int64]":
        import numpy as np

        if not len(self.listed):
            return np.zeros_like(key)
        place = np.searchsorted(self.listed, key).clip(max=len(self.listed) - 1)
        return np.where(self.listed[place] == key, self.listings[place], 0)


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

    held = sparse.vstack([documents.matrix, problems.matrix]).tocsr()
    weighted = sparse.vstack([documents.matrix, problems.matrix * (1 << _SHIFT)])
    sizes = held.sum(axis=1)
    listed, listings = np.unique(
        np.concatenate([documents.listed, problems.listed]), return_counts=True
    )
    return Counter(
        held=held,
        by_concept=weighted.T.tocsr(),
        listed=listed,
        listings=listings,
        blocks=blocks(np.asarray(held.T @ sizes), occurrences),
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
