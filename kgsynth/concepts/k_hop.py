"""Implicit relations made visible: pairs of points at a distance of two or three (GSDP 2.3)."""

from typing import TYPE_CHECKING, Any

from kgsynth.progress import progress

if TYPE_CHECKING:
    from kgsynth.concepts.walk import Columns

BYTES = 200_000_000  # of the dense arrays of a block


def strongest(graph: Any, part: "Columns", hops: int, top: int) -> "Columns":
    """The `top` pairs with an end in `part` whose shortest path has exactly so many edges.

    Those with the most shortest paths first, equals by their points; rows are the lower point, the
    higher one, and the number of paths. `graph` is that of `Points`. Time: `hops` products of the
    graph with each block of points.
    """
    import numpy as np
    from scipy import sparse

    near = sparse.csr_array((np.ones(graph.nnz), graph.indices, graph.indptr), graph.shape)
    width = near.shape[0]
    block = max(1, BYTES // (8 * (hops + 1) * max(width, 1)))
    inside = np.zeros(width, dtype=bool)
    inside[part] = True
    best = np.empty((0, 3), dtype=np.int64)
    with progress("link k-hop", len(part), "points") as bar:
        for start in range(0, len(part), block):
            rows = part[start : start + block]
            closer = near[rows].toarray()
            walks = closer.copy()
            closer[np.arange(len(rows)), rows] = 1
            for hop in range(2, hops + 1):
                walks = (near @ walks.T).T
                if hop < hops:
                    closer += walks
            walks[closer > 0] = 0
            row, other = np.nonzero(walks)
            # A pair of which both ends are in the part is met twice.
            once = ~inside[other] | (rows[row] < other)
            row, other = row[once], other[once]
            ends = np.sort(np.column_stack([rows[row], other]), axis=1)
            paths = walks[row, other].astype(np.int64)
            best = np.vstack([best, np.column_stack([ends, paths])])
            best = best[np.lexsort((best[:, 1], best[:, 0], -best[:, 2]))[:top]]
            bar.advance(len(rows))
    return best
