"""Concept sets of combinations: those that are stored, those that are missing, and their rows."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from kgsynth.concepts.combinations import Space, every, in_turns, keys, look_up, shuffled, sizes
from kgsynth.concepts.points import Points
from kgsynth.concepts.sets import write_sets
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.ids import set_id
from kgsynth.progress import Progress, progress
from kgsynth.store import Row, Store

if TYPE_CHECKING:
    from kgsynth.concepts.walk import Columns

SETS = 1_000  # of a seed, unless said otherwise: a first look; each costs a model's call
SETS_A_WRITE = 5_000
SETS_A_READ = 10_000
USED_UP = "no further combination exists"


def combine(
    store: Store,
    points: Points,
    space: Space,
    *,
    sets: int | None,
    all: bool,
    seed: int,
    domain: str | None,
    count: bool,
    dry_run: bool,
    **facts: object,
) -> Funnel:
    """Stores combinations as ConceptSets until `seed` has `sets` of them, or with `all` every one.

    They are drawn evenly among all that exist, or from a space's parts in turns; a combination that
    is stored, with whatever seed, is not drawn again. The same graph and seed give the same sets in
    one order, of which stored ones stay and a larger number takes more; where all are used, what
    could not be drawn is counted as dropped. `facts` go to the notes. `count` only counts those
    that exist, exactly; `dry_run` draws but writes nothing (see `write_sets`).
    Memory: 16 bytes a row of the space, 60 for each set that is stored or drawn, and 400 MB.
    """
    if count:
        funnel = _funnel(points, space, facts)
        funnel.notes = {"exist": int(sizes(space).sum()), **funnel.notes}
        return funnel
    if (all and sets is not None) or (sets is not None and sets < 1):
        raise UsageError("Say how many sets (at least one), or all of them.")
    used, own = _read_used(store, points, space, seed, domain)
    funnel = _funnel(points, space, facts)
    missing = (sets or SETS) - own
    if missing <= 0 and not all:
        return funnel
    with progress(funnel.step, None if all else missing, "sets") as bar:
        write = partial(_write, store, funnel, points, space, bar, seed=seed, dry_run=dry_run)
        if all:
            exist = 0
            for members in every(space):
                exist += len(members)
                write(_new(members, used, points, space))
            funnel.taken = funnel.kept
        else:
            size = sizes(space)
            exist = int(size.sum())
            # Of that many at least `missing` are not used, where so many exist.
            number, stream = missing + len(used), (space.kind, seed)
            if space.parts is None:
                ranks = shuffled(exist, number, *stream)
            else:
                ranks = in_turns(space.parts, number, *stream)
            drawn = _new(look_up(space, size, ranks), used, points, space)[:missing]
            funnel.taken = missing
            write(drawn)
    funnel.notes["exist"] = exist
    if funnel.kept < funnel.taken:
        funnel.drop(USED_UP, funnel.taken - funnel.kept)
    if not funnel.kept and exist:  # it was said when the last one was drawn
        funnel.taken = 0
        funnel.dropped.clear()
        funnel.notes["stopped"] = f"all {exist:,} combinations that exist are used"
    return funnel


def _funnel(points: Points, space: Space, facts: Mapping[str, object]) -> Funnel:
    notes = {**points.facts, **facts}
    if space.parts is not None:
        notes["in turns of"] = len(space.parts)
    return Funnel(f"sample {space.kind}", notes=notes)


def _read_used(
    store: Store, points: Points, space: Space, seed: int, domain: str | None
) -> "tuple[Columns, int]":
    """Keys of all stored combinations, sorted, and how many are of this seed and domain."""
    import numpy as np

    concepts, own = points.concepts, 0
    found = [np.empty(0, dtype=np.int64)]
    for page in store.pages(
        "pending/combinations", size=SETS_A_READ, strategy=space.kind, seed=seed, domain=domain
    ):
        for row in page:
            stored = [one for one in row["sets"] if len(one[2]) == space.members]
            own += sum(one[0] for one in stored)
            column = concepts.columns(chain.from_iterable(ids for *_, ids in stored))
            point = np.where(column < 0, -1, concepts.representative[column] - concepts.topics)
            members = np.sort(point.reshape(len(stored), space.members), axis=1)
            copy = np.array([one[1] for one in stored], dtype=np.int64)
            kept = (members[:, 0] >= 0) & ((copy < space.copies) | (space.copies == 1))
            members = np.column_stack([members, copy])[kept]
            found.append(keys(members, points.graph.shape[0], space.copies))
    return np.unique(np.concatenate(found)), own


def _new(members: "Columns", used: "Columns", points: Points, space: Space) -> "Columns":
    """The combinations that are not used."""
    import numpy as np

    if not len(used):
        return members
    key = keys(members, points.graph.shape[0], space.copies)
    place = np.searchsorted(used, key).clip(max=len(used) - 1)
    new: Columns = members[used[place] != key]
    return new


def _write(
    store: Store,
    funnel: Funnel,
    points: Points,
    space: Space,
    bar: Progress,
    members: "Columns",
    *,
    seed: int,
    dry_run: bool,
) -> None:
    for start in range(0, len(members), SETS_A_WRITE):
        rows = list(_rows(points, space, seed, members[start : start + SETS_A_WRITE]))
        write_sets(store, funnel, rows, strategy=space.kind, seed=seed, dry_run=dry_run)
        bar.advance(len(rows))


def _rows(points: Points, space: Space, seed: int, members: "Columns") -> Iterator[Row]:
    concepts, first = points.concepts, points.concepts.topics
    for *places, copy in members.tolist():
        ids = [concepts.ids[first + place] for place in places]
        yield {
            "id": set_id(space.kind, ids, seed, 0, copy),
            "epoch": 0,
            "ordinal": copy,
            "domain": concepts.domains[first + places[0]],
            "concepts": ids,
            "previous": [None] * len(ids),
        }
