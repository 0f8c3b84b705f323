"""Which of many vectors are alike: exact, in blocks of a matrix product on the client.

Never in Cypher: the cost is n^2 d / 2 multiplications, the memory one block's (measured to 200,000
vectors in `benchmarks/merging.py`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK = 4_096
# Digits that a similarity is kept with: half precision and the order of sums blur those beyond.
DIGITS = 3


class Alike(NamedTuple):
    """Pairs of rows, left < right, with their cosine similarity."""

    left: "NDArray[np.int64]"
    right: "NDArray[np.int64]"
    similarity: "NDArray[np.float64]"

    def where(self, mask: "NDArray[np.bool_]") -> "Alike":
        """The pairs of a mask."""
        return Alike(self.left[mask], self.right[mask], self.similarity[mask])


def alike(vectors: "NDArray[np.floating]", least: float, *, block: int = BLOCK) -> Iterator[Alike]:
    """All pairs of rows of unit length with a raw cosine of at least `least`, once each.

    Yields some at a time, by block. Memory: 16 bytes for each of `block` squared (270 MB).
    """
    import numpy as np

    floor = round(least, DIGITS) - 0.5 * 10**-DIGITS
    for top in range(0, len(vectors), block):
        upper = vectors[top : top + block].astype(np.float32)
        for start in range(top, len(vectors), block):
            lower = vectors[start : start + block].astype(np.float32) if start > top else upper
            products = upper @ lower.T
            left, right = np.nonzero(products >= floor)
            similarity = products[left, right].astype(np.float64).round(DIGITS)
            left, right = left + top, right + start
            good = (left < right) & (similarity >= least)
            if good.any():
                yield Alike(left[good], right[good], similarity[good])
