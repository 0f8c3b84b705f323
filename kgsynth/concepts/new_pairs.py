"""Creates pairs that are new, by several transactions at once, each pair once.

Looking for a pair before it is created takes as long as creating it. So a `link` claims the shares
of the pairs before it reads which are there. Each transaction creates under the claim on its share
and moves it on by one: one that is said again, or that comes after another process has claimed,
creates nothing, and its pairs are looked for.
"""

import uuid
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from kgsynth.behind import Behind
from kgsynth.concepts.arrays import Concepts
from kgsynth.concepts.cooccurrence import Pairs
from kgsynth.concepts.pairs import PAIRS_A_WRITE, is_cover, value_lists, write_pairs
from kgsynth.progress import progress
from kgsynth.store import Row, Store, Write

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHARES = 3  # written at once: the server runs each transaction in one thread


@dataclass(slots=True)
class Share:
    """The pairs whose left concept has one remainder, and the claim on creating them."""

    id: str
    token: str
    written: int = 0
    lost: bool = False
    writing: Behind = field(default_factory=Behind)

    @property
    def claim(self) -> Row:
        """The claim as it is now."""
        return {"id": self.id, "claim": f"{self.token} {'lost' if self.lost else self.written}"}


def share_id(number: int) -> str:
    """Id of the ConceptGraph that a share is claimed by."""
    return f"new pairs {number}"


@contextmanager
def claimed(store: Store) -> Iterator[Sequence[Share]]:
    """Claims the creation of pairs, to be opened before those that are there are read."""
    token = uuid.uuid4().hex
    shares = [Share(share_id(number), token) for number in range(SHARES)]
    store.write("write/claim-pairs", [share.claim for share in shares])
    yield shares
    store.write("write/release-pairs", [share.claim for share in shares])


def create_pairs(
    store: Store,
    concepts: Concepts,
    pairs: Pairs,
    first: "NDArray[np.int32]",
    shares: Sequence[Share],
) -> None:
    """Creates pairs that are new, in transactions of bounded size, in the order of `first`.

    That is the source in which each pair first meets: the pairs of a source share its few
    concepts, which are looked up once, and whose records lie in the server's cache.
    Memory: 16 bytes a pair.
    """
    import numpy as np

    ids = np.array(concepts.ids, dtype=object)
    remainder = np.array([zlib.crc32(id.encode()) % SHARES for id in concepts.ids], dtype=np.int8)
    order = np.argsort(first, kind="stable")
    which = remainder[pairs.key // len(ids)][order]
    places = [order[which == number] for number in range(SHARES)]
    with progress("link", total=len(pairs), unit="new pairs") as bar:
        for start in range(0, max(map(len, places)), PAIRS_A_WRITE):
            for share, of_share in zip(shares, places, strict=True):
                some = pairs.where(of_share[start : start + PAIRS_A_WRITE])
                if len(some):
                    rows, values = _rows(some, concepts, ids)
                    share.writing.run(partial(_create, store, concepts, some, share, rows, values))
                    bar.advance(len(some))
        for share in shares:
            share.writing.wait()


def _create(
    store: Store, concepts: Concepts, pairs: Pairs, share: Share, rows: list[Row], values: Row
) -> None:
    """One transaction of a share."""
    import numpy as np

    if not share.lost:
        claim = share.claim["claim"]
        share.written += 1
        following = share.claim["claim"]
        claims = {"share": share.id, "claim": claim, "next": following}
        made = store.write_together([Write("write/new-pairs", rows, claims | values)])
        if made.get("relationships_created", 0) == len(pairs):
            return
        # Said again, after an answer that was lost: then the first time had created them.
        if store.value("link/claim", id=share.id) == following:
            return
        share.lost = True
    taken = Write("write/claim-pairs", [share.claim])
    write_pairs(store, concepts, pairs.where(np.argsort(pairs.key)), taken)


def _rows(
    pairs: Pairs, concepts: Concepts, ids: "NDArray[np.object_]"
) -> tuple[list[Row], dict[str, Any]]:
    """The concepts of pairs, and the pairs by kind as places among these."""
    import numpy as np

    held, place = np.unique(np.divmod(pairs.key, len(ids)), return_inverse=True)
    left, right = place.reshape(2, len(pairs))
    covers = is_cover(pairs.key, concepts)
    kinds = {
        name: {
            "left": left[mask].tolist(),
            "right": right[mask].tolist(),
            **value_lists(pairs.where(mask)),
        }
        for name, mask in (("alike", ~covers), ("covers", covers))
    }
    return [{"id": id} for id in ids[held].tolist()], kinds
