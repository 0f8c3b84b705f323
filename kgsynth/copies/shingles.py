r"""Texts as sets of hashed word n-grams (shingles), and the exact Jaccard similarity of such sets.

What counts is what a text says, not how it is set: case, compatible forms (NFKC), blanks, marks of
prose, `$`, braces and spacing commands of LaTeX do not. Words are runs of letters, numbers with
their decimals, commands (`\frac`), brackets and signs of mathematics, each by itself: "$x^2$",
"$ x^{2} $" and "x²" are one text, "x+3" and "x-3" are two. In scripts that put no blanks between
words every character is a word. A changed number or word changes the n shingles it stands in:
"12 apples" and "13 apples" in a text of 60 words are .9 alike, in one of 10 words .45. So a
threshold means "the same but for a word or two", not "the same problem".

A text with fewer than n words has one shingle, all its words; one without any has itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kgsynth.ids import normalise_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WORDS = 3  # words a shingle
# Texts are told apart in the upper 16 bits of a number, shingles in the lower 48: two different
# shingles of one pair of texts are taken for equal once in 10^10 pairs.
BLOCK, _BITS = 1 << 16, 48
CHARACTERS, MEMBERS = 2_000_000, 2_000_000  # of texts and of pairs at a time
FOLD = 0x9E3779B97F4A7C15  # an odd number of 64 bits without a pattern, to fold several into one

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = (
    rf"[{_UNSPACED}]\p{{M}}*|\\?[\p{{L}}\p{{M}}--[{_UNSPACED}]]+"
    r"|\d+(?:\.\d+)*|[\p{Sm}\-*/^_%!&()\[\]]"
)
_RAISED = re.compile("[⁰¹²³⁴-⁹⁺⁻ⁿⁱ]+")
_MINUS = str.maketrans("−﹣－", "---")
_LAYOUT = re.compile(
    r"\\(?:left|right|[bB]igg?[lr]?|displaystyle|textstyle|limits|q?quad|text|mathrm)(?![a-z])"
    r"|\\[,;:! ()\[\]]|\\\\"
)


@dataclass(frozen=True, slots=True)
class Shingles:
    """Sets of 48-bit hashes, text after text: those of text i are `hashes[starts[i]:starts[i+1]]`.

    Sorted and without repetition within each text; every text has at least one.
    """

    hashes: "NDArray[np.uint64]"
    starts: "NDArray[np.int64]"

    @property
    def sizes(self) -> "NDArray[np.int64]":
        """How many shingles each text has."""
        found: NDArray[np.int64] = self.starts[1:] - self.starts[:-1]
        return found


def plain(text: str) -> str:
    """What of a text counts, before it is cut into words."""
    if not text.isascii():
        text = text.encode(errors="replace").decode()  # half a character has no place in polars
        raised = _RAISED.sub(lambda found: f"^{found[0]}", text)
        text = normalise_name(raised).translate(_MINUS)
    if "\\" in text:
        text = _LAYOUT.sub(" ", text)
    return text.casefold()


def shingles(texts: Sequence[str], words: int = WORDS) -> Shingles:
    """The shingles of texts.

    The hashes are those of this version of polars: for comparing, not for keeping. Takes 8 bytes a
    shingle, and 100 MB (or 40 bytes a character of the longest text) while it works.
    """
    import numpy as np

    parts = [_shingles(part, words) for part in _parts(texts)]
    ends = np.cumsum([0, *(part.starts[-1] for part in parts)])
    starts = [part.starts[:-1] + end for part, end in zip(parts, ends, strict=False)]
    return Shingles(
        np.concatenate([np.empty(0, np.uint64), *(part.hashes for part in parts)]),
        np.concatenate([*starts, ends[-1:]]),
    )


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    start = characters = 0
    for place, text in enumerate(texts):
        if place > start and (characters + len(text) > CHARACTERS or place - start == BLOCK):
            yield texts[start:place]
            start, characters = place, 0
        characters += len(text)
    if len(texts):
        yield texts[start:]


def _shingles(texts: Sequence[str], words: int) -> Shingles:
    """The shingles of up to 65,536 texts."""
    import numpy as np
    import polars as pl

    cleaned = pl.Series([plain(text) for text in texts], dtype=pl.String)
    frame = pl.DataFrame({"text": cleaned, "words": cleaned.str.extract_all(_WORD)}).select(
        pl.when(pl.col("words").list.len() == 0)
        .then(pl.concat_list(pl.col("text").str.strip_chars()))
        .otherwise("words")
        .alias("words")
    )
    held = frame["words"].list.len().to_numpy().astype(np.int64)
    hashed = frame["words"].explode().hash(1).to_numpy()
    length = np.repeat(held, held)
    left = np.repeat(np.cumsum(held), held) - np.arange(len(hashed))  # words to the end of the text
    padded = np.append(hashed, np.zeros(words, np.uint64))
    grams = np.zeros(len(hashed), np.uint64)
    for place in range(words):
        # The words beyond the end of a text that is shorter than a shingle count as none.
        word = np.where(left > place, padded[place : place + len(hashed)], np.uint64(0))
        grams = grams * np.uint64(FOLD) + word
    starts_one = left >= np.minimum(length, words)
    owner = np.repeat(np.arange(len(texts), dtype=np.uint64), held)[starts_one]
    grams = mixed(grams[starts_one])
    keys = distinct((owner << np.uint64(_BITS)) | (grams >> np.uint64(16)))
    edges = np.arange(len(texts), dtype=np.uint64) << np.uint64(_BITS)
    starts = np.append(np.searchsorted(keys, edges), len(keys))
    return Shingles(keys & np.uint64((1 << _BITS) - 1), starts.astype(np.int64))


def distinct(numbers: "NDArray[np.uint64]") -> "NDArray[np.uint64]":
    """The different ones, sorted; the list itself is sorted as well.

    Sorting takes a fifth of the time of numpy's own `unique`, which hashes.
    """
    import numpy as np

    numbers.sort()
    first = np.concatenate([[True], numbers[1:] != numbers[:-1]])[: len(numbers)]
    found: NDArray[np.uint64] = numbers[first]
    return found


def mixed(numbers: "NDArray[np.uint64]") -> "NDArray[np.uint64]":
    """Numbers of 64 bits with every bit spread over all others (splitmix64's last steps)."""
    import numpy as np

    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def jaccard(
    sets: Shingles, left: "NDArray[np.int64]", right: "NDArray[np.int64]"
) -> "NDArray[np.float64]":
    """Shared shingles / all shingles of each pair of texts (left[i], right[i]), exactly.

    Fastest where pairs of one left text stand together. Takes 100 MB, or 40 bytes for each shingle
    of the largest pair.
    """
    import numpy as np

    sizes, found = sets.sizes, [np.empty(0)]
    total = np.cumsum(sizes[right])
    start = 0
    while start < len(left):
        before = int(total[start - 1]) if start else 0
        stop = max(int(np.searchsorted(total, before + MEMBERS, "right")), start + 1)
        one, other = left[start:stop], right[start:stop]
        start = stop
        _, at = spread(sets.starts[other], sets.starts[other + 1])
        members = sets.hashes[at]
        shared = np.empty(len(members), bool)
        bounds = np.append(0, np.cumsum(sizes[other]))
        groups = np.flatnonzero(np.concatenate([[True], one[1:] != one[:-1], [True]])).tolist()
        for first, last in pairwise(groups):
            own = sets.hashes[sets.starts[one[first]] : sets.starts[one[first] + 1]]
            part = slice(bounds[first], bounds[last])
            place = np.searchsorted(own, members[part])
            shared[part] = own.take(place, mode="clip") == members[part]
        common = np.add.reduceat(shared, bounds[:-1], dtype=np.int64)
        found.append(common / (sizes[one] + sizes[other] - common))
    return np.concatenate(found)


def spread(
    starts: "NDArray[np.int64]", stops: "NDArray[np.int64]"
) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """Every number of the ranges start..stop, and the place of the range it belongs to."""
    import numpy as np

    number = stops - starts
    owner = np.repeat(np.arange(len(starts)), number)
    return owner, np.arange(len(owner)) + (starts - (np.cumsum(number) - number))[owner]
