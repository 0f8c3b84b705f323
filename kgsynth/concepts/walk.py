"""The walk over topics and knowledge points, as arithmetic (SynthLLM 3.2, Eq. 6).

Concepts are columns (`kgsynth.concepts.arrays`). A walk needs an engine that draws paths; what the
law draws besides (how many steps, which entry) comes from counter-based streams, one for each
(seed, epoch, topic, ordinal): a set does not depend on which others are drawn with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from kgsynth.ids import seed_from

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Columns = NDArray[np.int64]
    Keys = NDArray[np.uint64]

Kind = Literal["TOPICS", "COVERS", "POINTS"]
Entry = Literal["each", "last"]
ENTRIES = ("each", "last")

# Epochs that are drawn together: a call of GDS takes the time of tens of thousands of walks.
EPOCHS_A_DRAW = 5
# What a draw is for: no two uses of one stream share a number.
TOPIC_STEPS, TOPIC_PATH, ENTRY, CONCEPT_STEPS, ENTRY_CHOICE, CONCEPT_PATH = range(0, 6_000, 1_000)
_GOLDEN = 0x9E3779B97F4A7C15


def mix(numbers: "Keys") -> "Keys":
    """SplitMix64's output function on unsigned 64-bit integers (Steele, Lea, Flood 2014)."""
    import numpy as np

    mixed = numbers + np.uint64(_GOLDEN)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def streams(keys: "Keys", place: "int | Columns") -> "Keys":
    """The raw draw at `place` of each key's stream, which may be the key of a stream itself."""
    import numpy as np

    step = np.atleast_1d(np.asarray(place, dtype=np.uint64)) * np.uint64(_GOLDEN)
    return mix(keys + step)


def uniform(keys: "Keys", place: "int | Columns") -> "NDArray[np.float64]":
    """Numbers in [0, 1): the draw at `place` of each key's stream."""
    return _unit(streams(keys, place))


def _unit(numbers: "Keys") -> "NDArray[np.float64]":
    """Numbers in [0, 1) of the upper 53 bits."""
    import numpy as np

    return (numbers >> np.uint64(11)).astype(np.float64) * 2.0**-53


def between(keys: "Keys", place: int, bounds: tuple[int, int]) -> "Columns":
    """Whole numbers drawn evenly from `bounds`, both included."""
    import numpy as np

    low, high = bounds
    return low + np.floor(uniform(keys, place) * (high - low + 1)).astype(np.int64)


def topic_keys(ids: Sequence[str]) -> "Keys":
    """A number for each topic id."""
    import numpy as np

    return np.array([seed_from(id) for id in ids], dtype=np.uint64)


def set_keys(topics: "Keys", seed: int, epoch: int, ordinal: int) -> "Keys":
    """The stream of each set that starts at one of these topics (as `topic_keys`)."""
    import numpy as np

    return mix(topics ^ np.uint64(seed_from("walk", seed, epoch, ordinal)))


class Mover(Protocol):
    """Takes steps of one kind."""

    def move(self, nodes: "Columns", keys: "Keys") -> "Columns":
        """One step from each node, by a stream of its own; -1 where there is none."""


class Engine(Protocol):
    """Draws weighted paths.

    `deals`: what a source draws depends on which other sources are drawn with it.
    """

    deals: ClassVar[bool]

    def paths(
        self, kind: Kind, sources: "Columns", steps: int, keys: "Keys", place: "int | Columns"
    ) -> "Columns":
        """One path of `steps` steps for each source: an array sources x (steps + 1).

        A path that cannot go on ends in -1. `keys` and `place` name the streams to draw from.
        """


@dataclass(frozen=True, slots=True)
class Arcs:
    """Neighbours of one kind with weights, as compressed rows: 12 to 16 bytes an arc.

    The neighbours of column c are `target[start[c]:start[c + 1]]`; `reach` sums the weights of
    all arcs before each place, so one binary search draws by weight.
    """

    start: "Columns"
    target: "NDArray[np.integer]"
    reach: "NDArray[np.float64]"

    def move(self, nodes: "Columns", keys: "Keys") -> "Columns":
        """See `Mover.move`."""
        return self.step(nodes, _unit(keys))

    def step(self, nodes: "Columns", draws: "NDArray[np.float64]") -> "Columns":
        """One step from each node with p = weight / sum of weights; -1 where there is none."""
        import numpy as np

        first, last = self.start[nodes], self.start[nodes + 1]
        low, high = self.reach[first], self.reach[last]
        place = np.searchsorted(self.reach, low + draws * (high - low), side="right") - 1
        arrived = np.full(len(nodes), -1, dtype=np.int64)
        able = last > first
        arrived[able] = self.target[place[able].clip(first[able], last[able] - 1)]
        return arrived


def arcs(
    left: "Columns", right: "Columns", weight: "NDArray[np.float64]", width: int, *, both: bool
) -> Arcs:
    """Arcs among `width` columns from pairs, in both directions where `both`."""
    import numpy as np
    from scipy import sparse

    pairs = sparse.csr_array((weight, (left, right)), shape=(width, width))
    matrix = (pairs + pairs.T).tocsr() if both else pairs
    matrix.sort_indices()
    reach = np.concatenate([np.zeros(1), matrix.data.cumsum()])
    return Arcs(matrix.indptr.astype(np.int64), matrix.indices, reach)


@dataclass(frozen=True, slots=True)
class ClientEngine:
    """Draws on this machine: no server procedure, every set independent of all others."""

    movers: Mapping[Kind, Mover]
    deals: ClassVar[bool] = False

    def paths(
        self, kind: Kind, sources: "Columns", steps: int, keys: "Keys", place: "int | Columns"
    ) -> "Columns":
        """See `Engine.paths`."""
        import numpy as np

        path = np.full((len(sources), steps + 1), -1, dtype=np.int64)
        path[:, 0] = sources
        for step in range(steps):
            alive = np.flatnonzero(path[:, step] >= 0)
            own = streams(keys, np.asarray(place) + step)[alive]
            path[alive, step + 1] = self.movers[kind].move(path[alive, step], own)
        return path


@dataclass(frozen=True, slots=True)
class Law:
    """The numbers of the walk: bounds of both numbers of steps, and where concepts are entered."""

    topic_steps: tuple[int, int] = (1, 2)
    concept_steps: tuple[int, int] = (3, 4)
    entry: Entry = "each"


@dataclass(frozen=True, slots=True)
class Walks:
    """One walk a row: columns of its concepts and the position that each was stepped from.

    Rows end in -1; `previous` is -1 at a start. A row of -1 alone entered no concept.
    """

    members: "Columns"
    previous: "Columns"

    def where(self, mask: "NDArray[np.bool_]") -> "Walks":
        """The walks of a mask."""
        return Walks(self.members[mask], self.previous[mask])


def draw_walks(engine: Engine, starts: "Columns", keys: "Keys", law: Law) -> Walks:
    """A walk from each start topic.

    One or two topic steps; one step to a concept from each distinct topic met (or from the last);
    three or four concept steps from one of these entries. Every number of steps and the entry are
    drawn evenly, every step with p = (count + eps) / sum.
    """
    import numpy as np

    topics = engine.paths("TOPICS", starts, law.topic_steps[1], keys, TOPIC_PATH)
    topics = _cut(topics, between(keys, TOPIC_STEPS, law.topic_steps))
    chosen = _first_visits(topics) if law.entry == "each" else _last(topics)

    row, slot = np.nonzero(chosen)
    entered = engine.paths("COVERS", topics[row, slot], 1, keys[row], ENTRY + slot)[:, 1]
    entries = np.full(topics.shape, -1, dtype=np.int64)
    entries[row, slot] = entered

    held = entries >= 0
    ordinal = between_counts(keys, ENTRY_CHOICE, held.sum(axis=1))
    origin = np.argmax(held & (held.cumsum(axis=1) - 1 == ordinal[:, None]), axis=1)
    able = np.flatnonzero(held.any(axis=1))
    points = np.full((len(starts), law.concept_steps[1] + 1), -1, dtype=np.int64)
    points[able] = engine.paths(
        "POINTS", entries[able, origin[able]], law.concept_steps[1], keys[able], CONCEPT_PATH
    )
    points = _cut(points, between(keys, CONCEPT_STEPS, law.concept_steps))

    width = topics.shape[1]
    topic_from = np.arange(width) - 1
    point_from = np.broadcast_to(
        2 * width + np.arange(points.shape[1] - 1) - 1, (len(starts), points.shape[1] - 1)
    ).copy()
    point_from[:, :1] = (width + origin)[:, None]
    shape = topics.shape
    slots = np.hstack([topics, entries, points[:, 1:]])
    came = np.hstack(
        [np.broadcast_to(topic_from, shape), np.broadcast_to(np.arange(width), shape), point_from]
    )
    slots[~held.any(axis=1)] = -1
    return _packed(slots, came)


def draw_epochs(
    engine: Engine,
    topics: "Mapping[int, Columns]",
    names: "Keys",
    seed: int,
    ordinal: int,
    law: Law,
) -> "Iterator[tuple[int, Walks]]":
    """A walk from each of the topics of each epoch, all drawn together; by epoch.

    `names` has the number of every topic (`topic_keys`) by column.
    """
    import numpy as np

    keys = [set_keys(names[starts], seed, epoch, ordinal) for epoch, starts in topics.items()]
    walks = draw_walks(engine, np.concatenate([*topics.values()]), np.concatenate(keys), law)
    first = 0
    for epoch, starts in topics.items():
        own = slice(first, first + len(starts))
        yield epoch, Walks(walks.members[own], walks.previous[own])
        first += len(starts)


def between_counts(keys: "Keys", place: int, counts: "Columns") -> "Columns":
    """A whole number drawn evenly from 0 to each count, the count left out."""
    import numpy as np

    return np.floor(uniform(keys, place) * counts).astype(np.int64)


def _cut(paths: "Columns", steps: "Columns") -> "Columns":
    """Paths of at most that many steps: the start of a longer walk is a shorter walk."""
    import numpy as np

    return np.where(np.arange(paths.shape[1]) <= steps[:, None], paths, -1)


def _first_visits(paths: "Columns") -> "NDArray[np.bool_]":
    """Mask of the places where a path meets a column for the first time."""
    fresh = paths >= 0
    for place in range(1, paths.shape[1]):
        for before in range(place):
            fresh[:, place] &= paths[:, place] != paths[:, before]
    return fresh


def _last(paths: "Columns") -> "NDArray[np.bool_]":
    """Mask of the last place of each path."""
    import numpy as np

    met = paths >= 0
    last: NDArray[np.bool_] = np.arange(paths.shape[1]) == met.sum(axis=1)[:, None] - 1
    return met & last


def _packed(slots: "Columns", came: "Columns") -> Walks:
    """Closes the gaps of rows: slots become positions."""
    import numpy as np

    taken = slots >= 0
    position = taken.cumsum(axis=1) - 1
    row, slot = np.nonzero(taken)
    members = np.full(slots.shape, -1, dtype=np.int64)
    previous = np.full(slots.shape, -1, dtype=np.int64)
    members[row, position[row, slot]] = slots[row, slot]
    source = came[row, slot]
    previous[row, position[row, slot]] = np.where(source >= 0, position[row, source], -1)
    return Walks(members, previous)
