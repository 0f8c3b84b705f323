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
    owner = np.repeat(np.arange(shared.shape[0]), np.diff(shared.indptr))
    either = sets.sum(axis=1)[owner] + sizes[shared.indices] - shared.data
    score = shared.data / either
    filled = np.flatnonzero(np.diff(shared.indptr))
    found: list[tuple[int, int, float]] = []
    for _ in range(top):
        best = np.full(shared.shape[0], -1.0)
        first = np.full(shared.shape[0], -1, dtype=np.int64)
        if len(filled):
            best[filled] = np.maximum.reduceat(score, shared.indptr[filled])
            chosen = np.where(score == best[owner], shared.indices, shared.shape[1])
            first[filled] = np.minimum.reduceat(chosen, shared.indptr[filled])
        kept = np.flatnonzero(best > 0)
        found += zip(kept.tolist(), first[kept].tolist(), best[kept].tolist(), strict=True)
        score[shared.indices == first[owner]] = -1.0
    return sorted(found, key=lambda row: row[0])
