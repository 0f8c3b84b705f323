"""Pairs of concepts as they are stored: CO_OCCURS_WITH and COVERS, read and written by the block.

Written by one writer; where others write too (shards of one run), a pair is still stored once.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kgsynth.concepts.arrays import Concepts
from kgsynth.concepts.cooccurrence import Pairs
from kgsynth.store import Row, Store, Write, batched

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAIRS_A_WRITE = 10_000  # relationships in one transaction
CONCEPTS_A_READ = 500
KINDS = ("CO_OCCURS_WITH", "COVERS")
_QUERIES = ("co-occurrence", "covers")


@dataclass(frozen=True, slots=True)
class Block:
    """Stored pairs of a block of left columns that touch a wanted concept.

    `misplaced` are those that no link writes, as (left column, right id, type): of a wrong type
    or direction, or twice.
    """

    pairs: Pairs
    misplaced: list[tuple[int, str, str]]


def is_cover(key: "NDArray[np.int64]", concepts: Concepts) -> "NDArray[np.bool_]":
    """Mask of the pairs of a topic and a point."""
    import numpy as np

    left, right = np.divmod(key, max(len(concepts), 1))
    mask: NDArray[np.bool_] = (left < concepts.topics) & (right >= concepts.topics)
    return mask


def no_pairs() -> Block:
    """A block of a graph without pairs."""
    import numpy as np

    key, count = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32)
    return Block(Pairs(key, count, count, count, np.empty(0)), [])


def read_pairs(
    store: Store, concepts: Concepts, wanted: "NDArray[np.bool_]", start: int, stop: int
) -> Block:
    """The stored pairs of the left columns `start` to `stop`."""
    import numpy as np

    width, topics = len(concepts), concepts.topics
    names = ("documentCounts", "problemCounts", "listed", "weights")
    block = no_pairs()
    keys = [block.pairs.key]
    values: dict[str, list[NDArray[Any]]] = {
        name: [np.empty(0, dtype=float if name == "weights" else np.int32)] for name in names
    }
    for ids in batched(concepts.ids[start:stop], CONCEPTS_A_READ):
        for row in store.read("link/pairs", ids=ids):
            left, right = concepts.column[row["id"]], concepts.columns(row["others"])
            kind = KINDS.index(row["type"])
            if not kind:
                row["listed"] = [0] * len(right)
            same = (right < topics) == (left < topics)
            _, inverse, times = np.unique(right, return_inverse=True, return_counts=True)
            placed = (right > left) & (times[inverse] == 1) & (~same if kind else same)
            touching = (right >= 0) & (wanted[left] | wanted[right])
            block.misplaced.extend(
                (left, row["others"][place], row["type"])
                for place in np.flatnonzero(touching & ~placed).tolist()
            )
            kept = touching & placed
            keys.append(left * width + right[kept])
            for name in names:
                values[name].append(np.array(row[name], dtype=values[name][0].dtype)[kept])
    key = np.concatenate(keys)
    order = np.argsort(key)
    documents, problems, listed, weight = (np.concatenate(values[name])[order] for name in names)
    pairs = Pairs(key[order], documents, problems, listed, weight)
    return Block(pairs, block.misplaced)


def delete_pairs(store: Store, concepts: Concepts, block: Block, gone: "NDArray[np.bool_]") -> int:
    """Deletes the pairs of a mask and all that are misplaced; returns how many."""
    import numpy as np

    key = block.pairs.key[gone]
    left, right = np.divmod(key, max(len(concepts), 1))
    kinds = is_cover(key, concepts).astype(int)
    found = [
        (one, concepts.ids[other], KINDS[kind])
        for one, other, kind in zip(left.tolist(), right.tolist(), kinds.tolist(), strict=True)
    ]
    every = sorted(found + block.misplaced)
    for batch in batched(every, PAIRS_A_WRITE):
        groups: dict[int, list[tuple[str, str]]] = {}
        for column, other, kind in batch:
            groups.setdefault(column, []).append((other, kind))
        rows = [{"id": concepts.ids[column], "pairs": some} for column, some in groups.items()]
        store.write_together([Write("write/unlink", rows)])
    return len(every)


def write_pairs(
    store: Store, concepts: Concepts, pairs: Pairs, before: Write | None = None
) -> None:
    """Sets pairs, which are looked for first, in transactions of bounded size.

    Grouped by their left concept, in its order. `before` is written first in each transaction.
    """
    import numpy as np

    ids = np.array(concepts.ids, dtype=object)
    covers = is_cover(pairs.key, concepts)
    for kind, query in enumerate(_QUERIES):
        chosen = pairs.where(covers if kind else ~covers)
        for first in range(0, len(chosen), PAIRS_A_WRITE):
            some = chosen.where(slice(first, first + PAIRS_A_WRITE))
            sets = Write(f"write/{query}", _rows(some, ids))
            store.write_together([before, sets] if before else [sets])


def value_lists(pairs: Pairs) -> dict[str, list[Any]]:
    """What is stored of pairs; the lists go together by position."""
    return {
        "documents": pairs.documents.tolist(),
        "problems": pairs.problems.tolist(),
        "listed": pairs.listed.tolist(),
        "weights": pairs.weight.tolist(),
    }


def _rows(pairs: Pairs, ids: "NDArray[np.object_]") -> list[Row]:
    """One row for each left concept of sorted pairs."""
    import numpy as np

    left, right = np.divmod(pairs.key, len(ids))
    edges = [0, *(np.flatnonzero(np.diff(left)) + 1).tolist(), len(left)]
    lists = {"others": ids[right].tolist(), **value_lists(pairs)}
    return [
        {"id": ids[left[first]], **{name: some[first:last] for name, some in lists.items()}}
        for first, last in pairwise(edges)
    ]
