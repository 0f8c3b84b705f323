"""Combinations of knowledge points: all of a kind in a fixed order, by rank (GSDP 2.3 and 2.4).

A space is never held in memory. It has rows (edges, points or core points) that can be listed each
for itself; how many combinations every row has says which rank stands where. So a space of any size
is counted exactly, listed block by block, or drawn from evenly and without replacement: what is
drawn are ranks, which are then looked up.

A graph is a scipy CSR array (points x points) of counts above 0: symmetric, sorted, no diagonal.
Combinations are rows of an array: their points in order, and last which copy it is (from 0; only a
pair that is repeated has copies).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, Any

from kgsynth.concepts.cooccurrence import blocks
from kgsynth.concepts.walk import mix, streams
from kgsynth.ids import seed_from
from kgsynth.progress import progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kgsynth.concepts.walk import Columns

AT_ONCE = 16_000_000  # entries that are listed at once, at most: some 400 MB
POINTS_A_CORE = 1_000
SORTED = 1 << 20  # up to so many ranks are put in order, above they are permuted by arithmetic
ROUNDS = 8  # of the permutation; four make it pseudo-random (Luby and Rackoff 1988)
_ADJACENT = 1 << 30  # above every count of common neighbours


@dataclass(frozen=True, slots=True)
class Space:
    """All combinations of one kind, row after row.

    Of ascending rows, `counted` gives how many combinations each has, `listed` these in order.
    `cost` is how many entries each row takes meanwhile, about; a combination has `members` points,
    and there may be `copies` of it. `parts` are how many combinations each part of them has, where
    parts are drawn from in turns.
    """

    kind: str
    members: int
    counted: "Callable[[Columns], Columns]"
    listed: "Callable[[Columns], Columns]"
    cost: "Columns"
    copies: int = 1
    parts: "Columns | None" = None


def one_hop(graph: Any, *, repeat: bool = False) -> Space:
    """Pairs that share an edge; with `repeat` each as often as its count."""
    pairs, times = _edges(graph, repeat)
    return _of_edges("one-hop", pairs, times)


def cross_community(graph: Any, community: "Columns", *, repeat: bool = False) -> Space:
    """Pairs that share an edge between two communities; with `repeat` each as often as its count.

    `community` is that of each point. A part is what joins the same two communities.
    """
    import numpy as np

    pairs, times = _edges(graph, repeat)
    one, other = community[pairs].T
    joined = np.minimum(one, other) * (community.max(initial=0) + 1) + np.maximum(one, other)
    row = np.flatnonzero(one != other)
    row = row[np.argsort(joined[row], kind="stable")]
    pairs, times, begins = pairs[row], times[row], np.flatnonzero(np.diff(joined[row], prepend=-1))
    return _of_edges("cross-community", pairs, times, np.add.reduceat(times, begins))


def _edges(graph: Any, repeat: bool) -> "tuple[Columns, Columns]":
    """The two points of each edge, the lower first, and how often the pair is there."""
    import numpy as np
    from scipy import sparse

    upper = sparse.triu(graph, 1, format="coo")
    pairs = np.column_stack(upper.coords)
    times = upper.data.astype(np.int64) if repeat else np.ones(len(pairs), dtype=np.int64)
    return pairs, times


def _of_edges(
    kind: str, pairs: "Columns", times: "Columns", parts: "Columns | None" = None
) -> Space:
    import numpy as np

    def listed(rows: "Columns") -> "Columns":
        number = times[rows]
        copy = np.arange(number.sum()) - np.repeat(number.cumsum() - number, number)
        return np.column_stack([pairs[rows].repeat(number, axis=0), copy])

    return Space(kind, 2, times.__getitem__, listed, times, int(times.max(initial=1)), parts)


def two_hop(graph: Any) -> Space:
    """Pairs whose shortest path has exactly two edges, however many such paths there are."""
    import numpy as np
    from scipy import sparse

    near = _ones(graph, np.int32)
    width = near.shape[0]
    degree = np.diff(near.indptr).astype(np.int64)
    # A product with `reach` counts paths of two edges, and marks what is adjacent.
    reach = (near + _ADJACENT * sparse.eye_array(width, dtype=np.int32, format="csr")).tocsr()

    def met(rows: "Columns", *, ordered: bool) -> "tuple[Columns, Columns]":
        # Only what stands to the right of the first row is multiplied.
        paths = near[rows] @ reach[:, rows[0] :]
        if ordered:
            paths.sort_indices()
        row = np.repeat(np.arange(len(rows)), np.diff(paths.indptr))
        other = paths.indices + rows[0]
        kept = (other > rows[row]) & (paths.data < _ADJACENT)
        return row[kept], other[kept]

    def counted(rows: "Columns") -> "Columns":
        row, _ = met(rows, ordered=False)
        return np.bincount(row, minlength=len(rows))

    def listed(rows: "Columns") -> "Columns":
        row, other = met(rows, ordered=True)
        return np.column_stack([rows[row], other, np.zeros_like(other)])

    return Space("two-hop", 2, counted, listed, np.minimum(near @ degree + degree, width) // 2)


def three_hop(graph: Any, cores: "Columns") -> Space:
    """Pairs with a core point whose shortest path has exactly three edges, each once."""
    import numpy as np

    near = _ones(graph, np.float32)
    cores = np.sort(cores)
    place = np.full(near.shape[0], len(cores))
    place[cores] = np.arange(len(cores))

    def far(rows: "Columns") -> "NDArray[np.bool_]":
        one = near[cores[rows]].T.toarray()
        two = near @ one
        three = near @ (two > 0).astype(np.float32)
        # Of two core points that are far from each other, the first has the pair.
        found: NDArray[np.bool_] = (three > 0) & (two == 0) & (one == 0) & (place[:, None] > rows)
        return found.T

    def listed(rows: "Columns") -> "Columns":
        row, other = np.divmod(np.flatnonzero(far(rows)), len(place))
        core = cores[rows[row]]
        low, high = np.minimum(core, other), np.maximum(core, other)
        return np.column_stack([low, high, np.zeros_like(other)])

    cost = np.full(len(cores), 4 * len(place), dtype=np.int64)
    return Space("three-hop", 2, lambda rows: far(rows).sum(axis=1), listed, cost)


def community(graph: Any) -> Space:
    """Triangles: three points, each pair of which shares an edge.

    Each is found at the edge between its two points of lowest degree, among what both lead on to;
    in order of degree no point leads on to many (Chiba and Nishizeki 1985).
    """
    import numpy as np
    from scipy import sparse

    order = np.argsort(np.diff(graph.indptr), kind="stable")
    onward = sparse.triu(_ones(graph, np.bool_)[order][:, order], 1, format="csr")
    onward.sort_indices()
    degree = np.diff(onward.indptr).astype(np.int64)
    one, other = np.repeat(np.arange(len(order)), degree), onward.indices

    def third(rows: "Columns") -> Any:
        return onward[one[rows]].multiply(onward[other[rows]]).tocsr()

    def counted(rows: "Columns") -> "Columns":
        number: Columns = np.diff(third(rows).indptr).astype(np.int64)
        return number

    def listed(rows: "Columns") -> "Columns":
        found = third(rows)
        pairs = np.column_stack([one[rows], other[rows]]).repeat(np.diff(found.indptr), axis=0)
        points = np.sort(order[np.column_stack([pairs, found.indices])], axis=1)
        return np.column_stack([points, np.zeros(len(points), dtype=np.int64)])

    return Space("community", 3, counted, listed, degree[one] + degree[other])


def core_points(graph: Any, number: int | None = None) -> "Columns":
    """The points of highest degree, ties by column: `number` of them, else one per 1,000 points.

    The paper takes those with the most connections, and several where the graph is large: here one
    for every 1,000 points with an edge, begun ones counted (a graph of 8,500 has 9).
    """
    import numpy as np

    degree = np.diff(graph.indptr)
    met = int((degree > 0).sum())
    wanted = -(-met // POINTS_A_CORE) if number is None else min(number, met)
    return np.sort(np.argsort(-degree, kind="stable")[:wanted])


def _ones(graph: Any, dtype: Any) -> Any:
    from numpy import ones
    from scipy import sparse

    return sparse.csr_array(
        (ones(graph.nnz, dtype), graph.indices, graph.indptr), shape=graph.shape
    )


def sizes(space: Space) -> "Columns":
    """How many combinations each row has."""
    import numpy as np

    found = np.zeros(len(space.cost), dtype=np.int64)
    with progress(f"count {space.kind}", len(found), "rows") as bar:
        for start, stop in blocks(space.cost, AT_ONCE):
            found[start:stop] = space.counted(np.arange(start, stop))
            bar.advance(stop - start)
    return found


def every(space: Space) -> "Iterator[Columns]":
    """All combinations, a block of rows at a time."""
    import numpy as np

    for start, stop in blocks(space.cost, AT_ONCE):
        yield space.listed(np.arange(start, stop))


def look_up(space: Space, sizes: "Columns", ranks: "Columns") -> "Columns":
    """The combinations of these ranks, which are distinct, in their order."""
    import numpy as np

    order = np.argsort(ranks)
    ends = sizes.cumsum()
    row = np.searchsorted(ends, ranks[order], side="right")
    within = ranks[order] - (ends - sizes)[row]
    rows, first, times = np.unique(row, return_index=True, return_counts=True)
    found: list[Columns] = []
    with progress(f"look up {space.kind}", len(ranks), "combinations") as bar:
        for start, stop in blocks(space.cost[rows], AT_ONCE):
            members, number = space.listed(rows[start:stop]), sizes[rows[start:stop]]
            begin = np.repeat(number.cumsum() - number, times[start:stop])
            last = first[stop] if stop < len(rows) else len(row)
            found.append(members[begin + within[first[start] : last]])
            bar.advance(len(begin))
    if not found:
        return np.empty((0, space.members + 1), dtype=np.int64)
    members = np.concatenate(found)
    drawn = np.empty_like(members)
    drawn[order] = members
    return drawn


def shuffled(total: int, number: int, *stream: object) -> "Columns":
    """The first `number` of all ranks below `total`, in the order that the parts of `stream` draw.

    Every rank stands in that order once: a larger number only adds to a smaller one, and above
    `total` there is nothing more. Many are permuted by a Feistel network over pairs of digits,
    walking on where it leaves the ranks (Black and Rogaway 2002): 8 bytes a rank that is wanted.
    """
    import numpy as np

    key = np.array([seed_from("combinations", *stream)], dtype=np.uint64)
    if total <= SORTED:
        order: Columns = np.argsort(streams(key, np.arange(total)))
        return order[:number]
    side = np.uint64(isqrt(total - 1) + 1)
    keys = mix(key + np.arange(ROUNDS, dtype=np.uint64))
    found = np.arange(min(number, total), dtype=np.uint64)
    left = np.arange(len(found))
    while len(left):
        high, low = np.divmod(found[left], side)
        for one in keys:
            high, low = low, (high + mix(low ^ one) % side) % side
        found[left] = high * side + low
        left = left[found[left] >= total]
    return found.astype(np.int64)


def in_turns(parts: "Columns", number: int, *stream: object) -> "Columns":
    """The first `number` of all ranks in turns: in each, every part that has some left gives one.

    `parts` are how many ranks each has, one part's behind the other's. `stream` draws which rank a
    part gives, evenly, and the order within a turn. A larger number only adds to a smaller one.
    Memory: 40 bytes a rank that is wanted, 16 a rank of the largest part.
    """
    import numpy as np

    turns = bisect_left(
        range(int(parts.max(initial=0))), number, key=lambda turns: np.minimum(parts, turns).sum()
    )
    drawn = [np.empty(0, dtype=np.int64)]
    for place, (end, size) in enumerate(zip(parts.cumsum().tolist(), parts.tolist(), strict=True)):
        drawn.append(end - size + shuffled(size, turns, *stream, place))
    ranks = np.concatenate(drawn)
    turn = np.concatenate([np.arange(len(some)) for some in drawn])
    key = np.array([seed_from("turns", *stream)], dtype=np.uint64)
    order: Columns = ranks[np.lexsort((streams(key, ranks), turn))]
    return order[:number]


def keys(members: "Columns", width: int, copies: int) -> "Columns":
    """One number for each combination of `width` points; the copy counts where there are copies.

    Raises ValueError where they do not fit into 63 bits: above two million points.
    """
    import numpy as np

    points = members.shape[1] - 1
    found: Columns = np.ravel_multi_index(
        (*members[:, :points].T, members[:, points] * (copies > 1)),
        (*[width] * points, copies),
    )
    return found
