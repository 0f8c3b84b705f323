"""Splits that do not leak: rows that share a source stand in one split.

A row has one or more sources (`cypher/split/`). Rows that share one, directly or through others,
are a component and stay together. Where a component goes is decided by a hash of the seed and the
lowest of its sources, so as long as components do not grow together nothing ever changes its split
when rows are added. A component with more rows than the smallest split is to have goes to the
largest split, and the hashes of the others make good for it.
"""

import math
import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgsynth.errors import KgsynthError, UsageError
from kgsynth.ids import content_id, seed_from

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CROSSING = -1
_NAME = re.compile(r"\w+")


def read_shares(text: str) -> dict[str, float]:
    """The share of each split, from `train=0.9,test=0.1`.

    Raises UsageError unless there are two or more splits whose shares add up to 1.
    """
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, value = (piece.strip() for piece in part.partition("="))
        try:
            share = float(value)
        except ValueError:
            share = math.nan
        if not _NAME.fullmatch(name) or name in shares or not 0 < share < 1:
            raise UsageError(f"--split takes name=share,..., as train=0.9,test=0.1, not {text!r}.")
        shares[name] = share
    if not math.isclose(sum(shares.values()), 1, abs_tol=1e-6):
        raise UsageError(f"--split {text}: the shares add up to {sum(shares.values()):g}, not 1.")
    return shares


class Sources:
    """The sources of rows, in order of the rows: 12 bytes a source of a row.

    A source is known by 64 bits of a hash. Should two collide, their rows stay together: nothing
    leaks.
    """

    def __init__(self) -> None:
        self._keys, self._rows = array("Q"), array("I")
        self.rows = 0

    def add(self, sources: Iterable[str]) -> None:
        """The sources of the next row, at least one."""
        keys = [int(content_id("source", source)[:16], 16) for source in sources]
        self._keys.extend(keys)
        self._rows.extend([self.rows] * len(keys))
        self.rows += 1

    def arrays(self) -> "tuple[NDArray[np.uint64], NDArray[np.uint32]]":
        """Keys, and the row that each belongs to."""
        import numpy as np

        return np.frombuffer(self._keys, np.uint64), np.frombuffer(self._rows, np.uint32)


@dataclass(frozen=True, slots=True)
class Assigned:
    """The split of each row as its place among the shares (CROSSING: none), and what decided it.

    `parts` is how many things there were to place, `largest` the rows of the largest.
    """

    split: "NDArray[np.int8]"
    parts: int
    largest: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows are split: the shares, which query of `cypher/split/` names sources, the seed.

    `drop_crossing` places each source by itself, for good, and rows whose sources fall into several
    splits are in none.
    """

    shares: dict[str, float]
    by: str
    drop_crossing: bool
    seed: int

    def assign(self, sources: Sources) -> Assigned:
        """The split of every row; the same seed and sources give the same.

        Memory: about 60 bytes a source of a row at the peak, theirs included. Raises KgsynthError
        when the largest component is larger than the largest share, or a split would be empty.
        """
        import numpy as np

        keys, rows = sources.arrays()
        unique, codes = np.unique(keys, return_inverse=True)
        first = np.flatnonzero(np.diff(rows, prepend=np.uint32(2**32 - 1)))
        shares = np.array(list(self.shares.values()))
        if self.drop_crossing:
            sizes = np.bincount(codes)
            placed = _by_hash(unique, shares, self.seed)[codes]
            lowest = np.minimum.reduceat(placed, first)
            split = np.where(lowest == np.maximum.reduceat(placed, first), lowest, CROSSING)
        else:
            component = _components(len(unique), codes, rows)
            of_row = component[codes[first]]
            sizes = np.bincount(of_row)
            lowest_key = unique[np.unique(component, return_index=True)[1]]
            split = self._whole(lowest_key, sizes)[of_row]
        counts = np.bincount(split[split != CROSSING], minlength=len(shares))
        empty = [name for name, count in zip(self.shares, counts, strict=True) if not count]
        if empty:
            raise KgsynthError(
                f"Split {', '.join(empty)} would be empty: {len(first):,} rows come from "
                f"{len(sizes):,} sources that stay whole, the largest with {sizes.max():,} rows. "
                "Say another --seed, larger shares for small splits, or another --split-by."
            )
        return Assigned(split.astype(np.int8), len(sizes), int(sizes.max()))

    def _whole(self, keys: "NDArray[np.uint64]", sizes: "NDArray[np.intp]") -> "NDArray[np.intp]":
        """The split of each component, given its lowest key and how many rows it has."""
        import numpy as np

        total = sizes.sum()
        wanted = np.array(list(self.shares.values())) * total
        widest = int(wanted.argmax())
        if sizes.max() > wanted[widest] + 1e-6 * total:
            raise KgsynthError(
                f"{sizes.max() / total:.1%} of the rows hang together through the sources they "
                f"share, and {list(self.shares)[widest]} may have only "
                f"{max(self.shares.values()):.1%}: say --drop-crossing (places each source by "
                "itself and drops the rows between splits), --split-by set or question, or shares "
                "that leave room."
            )
        large = sizes > wanted.min()
        wanted[widest] = max(0.0, wanted[widest] - sizes[large].sum())
        return np.where(large, widest, _by_hash(keys, wanted, self.seed))


def _components(
    number: int, codes: "NDArray[np.intp]", rows: "NDArray[np.uint32]"
) -> "NDArray[np.int32]":
    """The component of each source; consecutive sources of a row are neighbours."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    together = rows[1:] == rows[:-1]
    left, right = codes[:-1][together], codes[1:][together]
    graph = coo_array((np.ones(len(left), np.bool_), (left, right)), shape=(number, number))
    labels: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return labels


def _by_hash(
    keys: "NDArray[np.uint64]", wanted: "NDArray[np.float64]", seed: int
) -> "NDArray[np.intp]":
    """The split of each key: the one in whose part of [0, 1) its hash falls."""
    import numpy as np

    edges = np.cumsum(wanted)[:-1] / wanted.sum()
    hashes = np.fromiter((seed_from("split", seed, int(key)) / 2**63 for key in keys), np.float64)
    return np.searchsorted(edges, hashes, side="right")
