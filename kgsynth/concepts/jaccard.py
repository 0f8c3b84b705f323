"""Exact nearest rows by Jaccard similarity over sparse sets, in blocks."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def nearest(
    sets: Any, others: Any, sizes: "NDArray[np.int64]", top: int
) -> list[tuple[int, int, float]]:
    """The `top` others that share most with each set: (set, other, jaccard), best first.

    `sets` is a CSR array of ones (sets x items), `others` the transpose of one (items x others),
    `sizes` the number of items of each other. Ties fall to the lower other; those that share
    nothing are left out. Takes some 40 bytes for each pair that shares an item.
    """
    import numpy as np

    shared = (sets @ others).tocsr()
    count = np.diff(shared.indptr)
    filled = np.flatnonzero(count)
    score = shared.data / (np.repeat(sets.sum(axis=1), count) + sizes[shared.indices] - shared.data)
    found: list[tuple[int, int, float]] = []
    for _ in range(top if len(filled) else 0):
        best = np.maximum.reduceat(score, shared.indptr[filled])
        place = np.flatnonzero(score == np.repeat(best, count[filled]))
        row = np.searchsorted(shared.indptr, place, side="right") - 1
        order = np.lexsort((shared.indices[place], row))
        _, first = np.unique(row[order], return_index=True)
        place, row = place[order][first], row[order][first]
        kept = best > 0
        other = shared.indices[place]
        found += zip(row[kept].tolist(), other[kept].tolist(), best[kept].tolist(), strict=True)
        score[place] = -1.0
    return sorted(found, key=lambda row: row[0])
