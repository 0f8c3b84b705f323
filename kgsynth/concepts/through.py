"""Steps between concepts through the sources that hold both, where no pairs are stored.

p(b | a) = (count + eps) / sum is the law of stored pairs. Count alone: draw a source of a with
p ~ how many others it holds, then one of these evenly; a is left for b through each of the sources
that hold both. For eps a pair of any kind of source is drawn in the same way and kept with
p = 1 / how many sources hold it, which makes every neighbour equally likely.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgsynth.concepts.arrays import Concepts, Holdings
from kgsynth.concepts.cooccurrence import blocks
from kgsynth.concepts.linked import Linked
from kgsynth.concepts.walk import Arcs, Kind, streams, uniform

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kgsynth.concepts.walk import Columns, Keys

TOGETHER = 4_000_000  # entries of rows that are compared at once: some 100 MB
SLACK = 1  # steps that a chain is asked for beyond those wanted, since some stay where they are
_DRAWS = 4  # of one attempt


@dataclass(frozen=True, slots=True)
class Meetings:
    """Where concepts meet: 16 bytes for each concept that a source holds.

    `sources` leads from a concept to a source by how many (other) concepts of the kind it holds;
    those of source s are `member[start[s]:start[s + 1]]`, sorted. `alike`: both ends of a pair are
    of one kind, so that a concept does not meet itself.
    """

    sources: Arcs
    start: "Columns"
    member: "NDArray[np.integer]"
    alike: bool

    def total(self, nodes: "Columns") -> "NDArray[np.float64]":
        """The sum of the counts of each node's pairs."""
        reach, start = self.sources.reach, self.sources.start
        total: NDArray[np.float64] = reach[start[nodes + 1]] - reach[start[nodes]]
        return total

    def draw(
        self, nodes: "Columns", first: "NDArray[np.float64]", second: "NDArray[np.float64]"
    ) -> "Columns":
        """A neighbour of each node with p = count / sum, by two draws; -1 where there is none."""
        import numpy as np

        source = self.sources.step(nodes, first)
        arrived = np.full(len(nodes), -1, dtype=np.int64)
        able = np.flatnonzero(source >= 0)
        low = self.start[source[able]]
        others = self.start[source[able] + 1] - low - self.alike
        place = low + np.floor(second[able] * others).astype(np.int64)
        if self.alike:
            place += self.member[place] >= nodes[able]
        arrived[able] = self.member[place]
        return arrived


@dataclass(frozen=True, slots=True)
class Through:
    """Steps of one kind with p = (count + eps) / sum, counted from sources.

    `counted` are the sources whose count is the weight, `every` those whose pairs exist at all.
    """

    counted: Meetings
    every: Meetings
    by_concept: Any
    eps: float

    def move(self, nodes: "Columns", keys: "Keys") -> "Columns":
        """One step from each node, by the draws of its stream; -1 where there is none."""
        import numpy as np

        arrived = np.full(len(nodes), -1, dtype=np.int64)
        left, number = np.flatnonzero(self.every.total(nodes) > 0), 0
        while len(left):
            arrived[left] = self.attempt(nodes[left], keys[left], number)
            left, number = left[arrived[left] < 0], number + 1
        return arrived

    def attempt(
        self, nodes: "Columns", keys: "Keys", number: int, counted: "Columns | None" = None
    ) -> "Columns":
        """A step from each node that may fail (-1): then another attempt follows, from the same.

        `counted` holds neighbours drawn elsewhere by their counts; they are drawn here without.
        """
        import numpy as np

        which, first, second, lot = (uniform(keys, _DRAWS * number + n) for n in range(_DRAWS))
        by_count = self.counted.total(nodes)
        even = which * (by_count + self.eps * self.every.total(nodes)) >= by_count
        arrived = self.counted.draw(nodes, first, second) if counted is None else counted.copy()
        some = np.flatnonzero(even)
        found = self.every.draw(nodes[some], first[some], second[some])
        kept = lot[some] * self._together(nodes[some], found) < 1
        arrived[some] = np.where(kept, found, -1)
        return arrived

    def _together(self, one: "Columns", other: "Columns") -> "NDArray[np.int64]":
        """How many sources hold both concepts of each pair."""
        import numpy as np

        size = np.diff(self.by_concept.indptr)
        found = np.zeros(len(one), dtype=np.int64)
        for start, stop in blocks(size[one] + size[other], TOGETHER):
            left, right = self.by_concept[one[start:stop]], self.by_concept[other[start:stop]]
            found[start:stop] = left.multiply(right).sum(axis=1)
        return found


def through_sources(
    concepts: Concepts, documents: Holdings, problems: Holdings, linked: Linked
) -> dict[Kind, Through]:
    """Steps of the kinds of pairs that are not stored."""
    from scipy import sparse

    every = sparse.vstack([documents.matrix, problems.matrix]).tocsr()
    counted = {"documents": documents.matrix, "problems": problems.matrix, "both": every}
    topics, by_concept = concepts.topics, every.T.tocsr()
    ends: dict[Kind, tuple[slice, slice]] = {
        "TOPICS": (slice(0, topics), slice(0, topics)),
        "COVERS": (slice(0, topics), slice(topics, None)),
        "POINTS": (slice(topics, None), slice(topics, None)),
    }
    if linked.pairs == "topics":
        del ends["TOPICS"]
    found: dict[Kind, Through] = {}
    for kind, (left, right) in ends.items():
        both = _meetings(every, left, right, len(concepts))
        own = both
        if linked.source != "both" and len(documents.ids) and len(problems.ids):
            own = _meetings(counted[linked.source], left, right, len(concepts))
        found[kind] = Through(own, both, by_concept, linked.eps)
    return found


def _meetings(matrix: Any, left: slice, right: slice, width: int) -> Meetings:
    import numpy as np

    members = matrix[:, right].tocsr()
    members.sort_indices()
    others = np.diff(members.indptr) - (left == right)
    starts = matrix[:, left].tocsr().T.tocsr()
    weight = others[starts.indices].astype(np.float64)
    full = np.zeros(width + 1, dtype=np.int64)
    first = left.start or 0
    full[first + 1 : first + 1 + starts.shape[0]] = np.diff(starts.indptr)
    able = weight > 0
    lost = np.concatenate([[0], (~able).cumsum()])
    start = full.cumsum()
    start -= lost[start]
    arcs = Arcs(start, starts.indices[able], np.concatenate([[0.0], weight[able].cumsum()]))
    offset = right.start or 0
    return Meetings(
        arcs, members.indptr.astype(np.int64), members.indices + offset, alike=left == right
    )


def follow_chains(
    chains: "Callable[[Columns, int], Columns]",
    through: Through,
    sources: "Columns",
    steps: int,
    keys: "Keys",
    place: "int | Columns",
) -> "Columns":
    """Paths by `through` whose steps by count alone are drawn elsewhere (`Engine.paths`).

    `chains(nodes, steps)` gives a chain of steps by count for each node, that ends in -1 early or
    late. A path leaves its chain where eps decides otherwise, which is seldom: what is left of it,
    and of chains that end early, is drawn here.
    """
    import numpy as np

    path = np.full((len(sources), steps + 1), -1, dtype=np.int64)
    path[:, 0] = sources
    able = np.flatnonzero(through.every.total(sources) > 0)
    if not steps or not len(able):
        return path
    at = np.zeros(len(sources), dtype=np.int64)
    places = np.broadcast_to(place, len(sources))
    chain = chains(sources[able], steps)

    def attempt(rows: "Columns", number: int, counted: "Columns | None" = None) -> "Columns":
        own = streams(keys[rows], places[rows] + at[rows])
        arrived = through.attempt(path[rows, at[rows]], own, number, counted)
        moved = arrived >= 0
        at[rows[moved]] += 1
        path[rows[moved], at[rows[moved]]] = arrived[moved]
        return arrived

    following = np.arange(len(able))
    for step in range(1, chain.shape[1]):
        arrived = attempt(able[following], 0, chain[following, step])
        on_chain = (arrived >= 0) & (arrived == chain[following, step])
        following = following[on_chain & (at[able[following]] < steps)]
    left, number = able[at[able] < steps], 1
    while len(left):
        attempt(left, number)
        left, number = left[at[left] < steps], number + 1
    return path


def without_stays(path: "Columns") -> "Columns":
    """Chains without the steps that stayed where they were; rows end in -1."""
    import numpy as np

    kept = path >= 0
    kept[:, 1:] &= path[:, 1:] != path[:, :-1]
    order = np.argsort(~kept, axis=1, kind="stable")
    packed = np.take_along_axis(np.where(kept, path, -1), order, axis=1)
    moved: Columns = packed
    return moved
