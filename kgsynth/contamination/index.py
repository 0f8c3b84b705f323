"""Which items of a benchmark share much with a text: sets of features, looked up by the rarest.

An item is a candidate where the text holds at least a share of its features, weighted by how rare
they are in the benchmark: containment, so that an item within a longer text is found. A text that
holds that share holds some of the item's rarest features, those beyond the rest of the weight
(prefix filtering; Chaudhuri, Ganti and Kaushik 2006): only these are looked up.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgsynth.contamination.words import END, NUMBER, OTHER, TERM, Words
from kgsynth.copies.shingles import FOLD, distinct, mixed, spread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GRAM = 4  # words of a run
BEST = 12  # candidates of a text
PAIRS = 200_000  # pairs that are compared at a time
_BITS = 48
_ANY = 0x5EED


@dataclass(frozen=True, slots=True)
class Sets:
    """Features of texts: those of text i are `hashes[starts[i]:starts[i+1]]`, sorted, 48 bits."""

    hashes: "NDArray[np.uint64]"
    starts: "NDArray[np.int64]"


def _sets(owner: "NDArray[np.int64]", hashes: "NDArray[np.uint64]", texts: int) -> Sets:
    import numpy as np

    keys = (owner.astype(np.uint64) << np.uint64(_BITS)) | (hashes >> np.uint64(64 - _BITS))
    keys = distinct(keys)
    edges = np.arange(texts + 1, dtype=np.uint64) << np.uint64(_BITS)
    starts = np.searchsorted(keys, edges[:texts]).tolist()
    return Sets(keys & np.uint64((1 << _BITS) - 1), np.array([*starts, len(keys)], np.int64))


def owners(words: Words) -> "NDArray[np.int64]":
    """The text that each word belongs to."""
    import numpy as np

    return np.repeat(np.arange(len(words.starts) - 1), np.diff(words.starts))


def telling(words: Words) -> Sets:
    """The words that say something, in any order: terms, numbers and others."""
    import numpy as np

    kept = np.isin(words.kinds, (TERM, NUMBER, OTHER))
    return _sets(owners(words)[kept], mixed(words.codes[kept]), len(words.starts) - 1)


def runs(words: Words, masked: "NDArray[np.bool_]") -> Sets:
    """Runs of words, as they stand, of texts for which `masked` is set with any number for each."""
    import numpy as np

    inner = words.kinds != END
    owner = owners(words)[inner]
    hide = (words.kinds[inner] == NUMBER) & masked[owner]
    codes = np.where(hide, np.uint64(_ANY), words.codes[inner])
    held = np.bincount(owner, minlength=len(words.starts) - 1)
    length = held[owner]
    left = np.cumsum(held)[owner] - np.arange(len(owner))
    padded = np.append(codes, np.zeros(GRAM, np.uint64))
    folded = np.zeros(len(codes), np.uint64)
    for place in range(GRAM):
        word = np.where(left > place, padded[place : place + len(codes)], np.uint64(0))
        folded = folded * np.uint64(FOLD) + word
    whole = left >= np.minimum(length, GRAM)
    return _sets(owner[whole], mixed(folded[whole]), len(held))


def both(one: Sets, other: Sets) -> Sets:
    """The features of either, of the same texts."""
    import numpy as np

    texts = len(one.starts) - 1
    owner = np.concatenate(
        [np.repeat(np.arange(texts), np.diff(sets.starts)) for sets in (one, other)]
    )
    hashes = np.concatenate([one.hashes, other.hashes]) << np.uint64(64 - _BITS)
    return _sets(owner, hashes, texts)


class Index:
    """Items of a benchmark by their rarest features.

    Takes 16 bytes a feature of an item, and 12 for each that is looked up.
    """

    def __init__(self, items: Sets, share: float) -> None:
        import numpy as np

        self.items, self.share = items, share
        number = len(items.starts) - 1
        _, place, seen = np.unique(items.hashes, return_inverse=True, return_counts=True)
        rarity = np.log1p(number / seen).astype(np.float32)
        self.weights: NDArray[np.float32] = rarity[place]
        owner = np.repeat(np.arange(number), np.diff(items.starts))
        self.total = np.bincount(owner, self.weights, minlength=number)
        order = np.lexsort((items.hashes, -self.weights, owner))
        first = items.starts[:-1]
        behind = np.cumsum(np.append(0, self.weights[order]), dtype=np.float64)
        # Two are looked for where the rarest alone does not make up the share.
        most = np.append(self.weights[order], 0)[first]
        self.hits = np.where(share * self.total > most + 1e-6, 2, 1)
        # From the rarest on, until what is left weighs less than a match holds beyond its hits.
        reach = (1 - share) * self.total + np.where(self.hits == 2, most, 0) + 1e-6
        kept = order[behind[:-1] - behind[first][owner] <= reach[owner]]
        self.keys = items.hashes[kept]
        self.holders = owner[kept].astype(np.int32)
        sorting = np.argsort(self.keys, kind="stable")
        self.keys, self.holders = self.keys[sorting], self.holders[sorting]

    def candidates(self, texts: Sets) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
        """Texts and the items that they hold the share of, at most BEST of each text."""
        import numpy as np

        owner = np.repeat(np.arange(len(texts.starts) - 1), np.diff(texts.starts))
        first = np.searchsorted(self.keys, texts.hashes, "left")
        last = np.searchsorted(self.keys, texts.hashes, "right")
        hit = np.flatnonzero(last > first)
        which, at = spread(first[hit], last[hit])
        pairs = owner[hit][which].astype(np.uint64) << np.uint64(32)
        pairs |= self.holders[at].astype(np.uint64)
        pairs, hits = np.unique(pairs, return_counts=True)
        pairs = pairs[hits >= self.hits[pairs & np.uint64((1 << 32) - 1)]]
        held = (owner.astype(np.uint64) << np.uint64(_BITS)) | texts.hashes
        found: list[NDArray[np.float64]] = []
        for start in range(0, len(pairs), PAIRS):
            found.append(self._share(pairs[start : start + PAIRS], held))
        share = np.concatenate([np.empty(0), *found])
        enough = share >= self.share
        pairs, share = pairs[enough], share[enough]
        text, item = (pairs >> np.uint64(32)).astype(np.int64), pairs & np.uint64((1 << 32) - 1)
        order = np.lexsort((item, -share, text))
        text, item = text[order], item[order].astype(np.int64)
        begins = np.searchsorted(text, text, "left")
        best = np.arange(len(text)) - begins < BEST
        return text[best], item[best]

    def _share(
        self, pairs: "NDArray[np.uint64]", held: "NDArray[np.uint64]"
    ) -> "NDArray[np.float64]":
        """The share of each pair's item that its text holds."""
        import numpy as np

        text, item = pairs >> np.uint64(32), (pairs & np.uint64((1 << 32) - 1)).astype(np.int64)
        which, at = spread(self.items.starts[item], self.items.starts[item + 1])
        wanted = (text[which] << np.uint64(_BITS)) | self.items.hashes[at]
        place = np.searchsorted(held, wanted)
        there = held.take(place, mode="clip") == wanted
        shared = np.bincount(which, self.weights[at] * there, minlength=len(pairs))
        share: NDArray[np.float64] = shared / self.total[item]
        return share
