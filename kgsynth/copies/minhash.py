"""Near-duplicates among any number of texts: MinHash finds candidates, exact Jaccard decides.

MinHash (Broder 1997): under a random hash function two sets have the same minimum with probability
J, their Jaccard similarity. Minima are taken in bands of r; texts that agree in a whole band are
candidates (1 - (1 - J^r)^bands of the pairs of similarity J). Functions are ((a h + b) mod 2^32)
over the hashed shingles, in numpy: the libraries hand out signatures as Python lists or one object
a text, which takes longer than computing them.

Which text of a group stays is the first in order that is near to none that stays before it: a
dropped text is near to a kept one, never only to another dropped one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgsynth.copies import shingles
from kgsynth.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

THRESHOLD = 0.7
FUNCTIONS = 160  # at most, of all bands
MISSED = 0.01  # at most that share of the pairs that are just at the threshold is no candidate
PAIRS = 2_000_000  # candidates at a time
PART = 5_000_000  # shingles of texts at a time, where candidates are compared


@dataclass(frozen=True, slots=True)
class Near:
    """A dropped text, the kept one that it is near to, and their exact Jaccard similarity."""

    dropped: int
    kept: int
    similarity: float


def banding(threshold: float) -> tuple[int, int]:
    """Bands, and functions a band, for a threshold: as many a band as MISSED allows.

    Raises UsageError for a threshold that is not above 0 and at most 1.
    """
    if not 0 < threshold <= 1:
        raise UsageError(f"A threshold of similarity is above 0 and at most 1, not {threshold}.")
    for rows in range(FUNCTIONS, 1, -1):
        if (1 - threshold**rows) ** (FUNCTIONS // rows) <= MISSED:
            return FUNCTIONS // rows, rows
    return FUNCTIONS, 1


class Sketches:
    """What is kept of texts, to find those that are near: 4 bytes a band and 4 more a text.

    132 bytes a text at a threshold of .7. Texts are numbered in the order in which they are added.
    """

    def __init__(self, threshold: float = THRESHOLD, words: int = shingles.WORDS) -> None:
        import numpy as np

        self.threshold, self.words = threshold, words
        self.bands, self.rows = banding(threshold)
        random = np.random.default_rng(1)
        shape = (2, self.bands, self.rows)
        self._a, self._b = random.integers(1 << 32, size=shape, dtype=np.uint32)
        self._a |= np.uint32(1)
        self._pages: list[NDArray[np.uint32]] = []
        self._sizes: list[NDArray[np.uint32]] = []

    def add(self, texts: Sequence[str]) -> None:
        """Adds texts; none of them is kept."""
        import numpy as np

        if not texts:
            return
        sets = shingles.shingles(texts, self.words)
        low = sets.hashes.astype(np.uint32)
        keys = np.empty((self.bands, len(texts)), np.uint32)
        hashed = np.empty_like(low)
        for band in range(self.bands):
            key = np.zeros(len(texts), np.uint64)
            for row in range(self.rows):
                np.multiply(low, self._a[band, row], out=hashed)
                np.add(hashed, self._b[band, row], out=hashed)
                key = key * np.uint64(shingles.FOLD) + np.minimum.reduceat(hashed, sets.starts[:-1])
            keys[band] = shingles.mixed(key) >> np.uint64(32)
        self._pages.append(keys)
        self._sizes.append(sets.sizes.astype(np.uint32))

    def near(
        self,
        rank: "NDArray[np.uint8]",
        fetch: "Callable[[NDArray[np.int64]], Sequence[str]]",
    ) -> Iterator[list[Near]]:
        """Which texts are near to one that stays, block by block.

        Texts of rank 0 stay. Of the others one stays that is near to none that stays and is of a
        lower rank, or of the same and a lower number. `fetch` gives the texts of some numbers
        again, to compare the candidates exactly. Memory: 30 bytes a text, 28 more for each band in
        which a text has company, and 300 MB.
        """
        import numpy as np

        if not rank.any():
            return
        order = np.argsort(rank, kind="stable")
        shared = _Shared.of(self._columns(order), int((rank == 0).sum()))
        alive = np.ones(len(rank), bool)
        sizes = np.concatenate(self._sizes)[order]
        for left, right in shared.candidates(alive):
            small = np.minimum(sizes[left], sizes[right])
            possible = small >= self.threshold * np.maximum(sizes[left], sizes[right])
            block: list[Near] = []
            for one, other, similarity in self._confirmed(
                left[possible], right[possible], sizes, lambda places: fetch(order[places])
            ):
                # Pairs come in the order of `one`: what would drop it has been here before.
                if alive[one] and alive[other]:
                    alive[other] = False
                    block.append(Near(int(order[other]), int(order[one]), similarity))
            yield block

    def _columns(self, order: "NDArray[np.int64]") -> "Iterator[NDArray[np.uint32]]":
        import numpy as np

        for band in range(self.bands):
            yield np.concatenate([page[band] for page in self._pages])[order]

    def _confirmed(
        self,
        left: "NDArray[np.int64]",
        right: "NDArray[np.int64]",
        sizes: "NDArray[np.uint32]",
        fetch: "Callable[[NDArray[np.int64]], Sequence[str]]",
    ) -> Iterator[tuple[int, int, float]]:
        """The pairs that are near, in order."""
        import numpy as np

        places, at = np.unique(np.concatenate([left, right]), return_inverse=True)
        if sizes[places].sum(dtype=np.int64) > PART and len(left) > 1:
            half = len(left) // 2
            yield from self._confirmed(left[:half], right[:half], sizes, fetch)
            yield from self._confirmed(left[half:], right[half:], sizes, fetch)
            return
        sets = shingles.shingles(fetch(places), self.words)
        similar = shingles.jaccard(sets, *np.split(at, 2))
        near = np.flatnonzero(similar >= self.threshold)
        pairs = (left[near].tolist(), right[near].tolist(), similar[near].tolist())
        yield from zip(*pairs, strict=True)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Texts that agree with another in a band: one entry a text and band, bands in order.

    The entries that entry i is to be compared with are first[i] to last[i].
    """

    member: "NDArray[np.uint32]"
    first: "NDArray[np.int64]"
    last: "NDArray[np.int64]"

    @classmethod
    def of(cls, columns: "Iterator[NDArray[np.uint32]]", settled: int) -> "_Shared":
        """From the keys of each band; the first `settled` texts are not compared among them."""
        import numpy as np

        members, firsts, lasts, entries = [], [], [], 0
        for column in columns:
            packed = column.astype(np.uint64) << np.uint64(32)
            packed |= np.arange(len(column), dtype=np.uint64)
            packed.sort()
            key, member = (packed >> np.uint64(32)), packed.astype(np.uint32)
            edges = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1], [True]]))
            size = np.diff(edges)
            # Members are in order within a group, so the last of one tells whether any is free.
            company = (size > 1) & (member[edges[1:] - 1] >= settled)
            member, size = member[np.repeat(company, size)], size[company]
            place, stop = np.arange(entries, entries + len(member)), entries + np.cumsum(size)
            bounds = stop - size
            fixed = np.add.reduceat(member < settled, bounds - entries) if len(size) else size
            members.append(member)
            firsts.append(np.maximum(place + 1, np.repeat(bounds + fixed, size)))
            lasts.append(np.repeat(stop, size))
            entries += len(member)
        return cls(np.concatenate(members), np.concatenate(firsts), np.concatenate(lasts))

    def candidates(
        self, alive: "NDArray[np.bool_]"
    ) -> "Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]":
        """Pairs (text, later text) that share a band, in order, about PAIRS at a time.

        Those that are not alive any more when their turn comes are left out.
        """
        import numpy as np

        turn = np.argsort(self.member, kind="stable")
        members = self.member[turn]
        number = np.cumsum((self.last - self.first)[turn])
        start = 0
        while start < len(turn):
            reached = int(number[start - 1]) if start else 0
            stop = max(int(np.searchsorted(number, reached + PAIRS, "right")), start + 1)
            # All entries of a text belong to one block.
            stop = int(np.searchsorted(members, members[stop - 1], "right"))
            entries = turn[start:stop][alive[members[start:stop]]]
            start = stop
            owner, at = shingles.spread(self.first[entries], self.last[entries])
            other = self.member[at]
            open_ = alive[other]
            pairs = self.member[entries][owner[open_]].astype(np.uint64) << np.uint64(32)
            pairs = shingles.distinct(pairs | other[open_])
            if len(pairs):
                low = np.uint64((1 << 32) - 1)
                yield (pairs >> np.uint64(32)).astype(np.int64), (pairs & low).astype(np.int64)
