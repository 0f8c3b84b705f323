"""Near-duplicates from raw text: ours beside datasketch in bulk, with what each of them found.

Drawn questions of about 60 words with formulas; every tenth is a copy of another with three words
changed, each of its own original. Planted are those whose word triples are .7 alike or more by
plain sets. Both sides start from the texts and end with pairs: ours with exact similarities,
datasketch (`MinHash.generator`, 128 permutations, `MinHashLSH(.7)`) with candidates. The slow side
takes a sample of at most 20,000, and so does ours for the ratio.
"""

import random
import re
from functools import partial
from typing import Any

import numpy as np

from benchmarks.sides import Row, against, side
from kgsynth.copies.minhash import Sketches

SAMPLE = 20_000
THRESHOLD = 0.7
LETTERS = "bcdfghklmnprstvw"
FORMULAS = ["$x^2 + {}x = {}$", r"$\frac{{{}}}{{{}}}$", "$f(x) = {}x - {}$", "{} of the {}"]
_WORD = re.compile(r"\w+")


def questions(number: int) -> tuple[list[str], list[tuple[int, int]]]:
    """Texts in mixed order, and the planted pairs by their places."""
    draw = random.Random(0)
    words = [
        "".join(draw.choice(LETTERS) + draw.choice("aeiou") for _ in range(draw.randint(1, 4)))
        for _ in range(20_000)
    ]
    weights = np.cumsum(1 / np.arange(1, len(words) + 1) ** 0.9).tolist()
    copied = number // 10
    texts: list[list[str]] = []
    for _ in range(number - copied):
        text = draw.choices(words, cum_weights=weights, k=draw.randint(40, 70))
        for _ in range(2):
            formula = draw.choice(FORMULAS).format(draw.randint(1, 99), draw.randint(1, 99))
            text.insert(draw.randrange(len(text)), formula)
        texts.append(text)
    originals = draw.sample(range(len(texts)), copied)
    for original in originals:
        copy = list(texts[original])
        plain = [place for place, word in enumerate(copy) if word.isalpha()]
        for place in draw.sample(plain, 3):
            copy[place] = draw.choice(words)
        texts.append(copy)
    order = draw.sample(range(number), number)
    place = {old: new for new, old in enumerate(order)}
    pairs = [(place[original], place[number - copied + n]) for n, original in enumerate(originals)
             if alike(texts[original], texts[number - copied + n]) >= THRESHOLD]  # fmt: skip
    return [" ".join(texts[old]) for old in order], pairs


def alike(*texts: list[str]) -> float:
    """Jaccard of word triples, by plain sets."""
    split = (" ".join(text).split() for text in texts)
    one, other = ({tuple(text[at : at + 3]) for at in range(len(text) - 2)} for text in split)
    return len(one & other) / len(one | other)


def ours(texts: list[str]) -> set[tuple[int, int]]:
    sketches = Sketches(THRESHOLD)
    for start in range(0, len(texts), 5_000):
        sketches.add(texts[start : start + 5_000])
    rank = np.ones(len(texts), np.uint8)
    blocks = sketches.near(rank, lambda numbers: [texts[number] for number in numbers])
    return {(near.kept, near.dropped) for block in blocks for near in block}


def datasketch(texts: list[str]) -> set[tuple[int, int]]:
    from datasketch import MinHash, MinHashLSH

    def sets() -> Any:
        for text in texts:
            words = _WORD.findall(text.casefold())
            yield [" ".join(words[at : at + 3]).encode() for at in range(len(words) - 2)]

    index = MinHashLSH(threshold=THRESHOLD, num_perm=128)
    found: set[tuple[int, int]] = set()
    for place, sketch in enumerate(MinHash.generator(sets(), num_perm=128)):
        found.update((other, place) for other in index.query(sketch))
        index.insert(place, sketch)
    return found


def measure(size: int) -> list[Row]:
    """Both sides on a sample, ours on all; `planted found` of each."""
    texts, planted = questions(size)
    sample, few = questions(min(size, SAMPLE))
    rows = []
    for name, find, given, pairs in (
        ("kgsynth", ours, texts, planted),
        ("kgsynth, sample", ours, sample, few),
        ("datasketch in bulk, sample", datasketch, sample, few),
    ):
        done, found = side(name, partial(find, given), len(given), "texts")
        hits = sum((min(pair), max(pair)) in found for pair in pairs)
        rows.append(done | {"planted found": f"{hits:,} of {len(pairs):,}", "pairs": len(found)})
    return against(rows, ours=1)
