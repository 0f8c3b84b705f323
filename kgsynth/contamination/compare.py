"""Whether a text is an item of a benchmark, and in which way: two texts, word by word.

What the item says is looked for in the text in order, numbers aside; where it is found, the
sentences it stands in are compared with the item, otherwise the whole text. What changes a problem
must agree: "the sum of the squares of the first 20 integers" holds every word of "the sum of the
first 20 integers" and is another problem. In a long problem some words may differ.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match as Block
from difflib import SequenceMatcher
from functools import cache

from kgsynth.contamination.words import EMPTY, END, NAME, NUMBER, OTHER, SIGN, TERM, WEAK, code

EXACT, EMBEDDED, RENUMBERED, REWORDED = "exact", "embedded", "renumbered", "reworded"
WAYS = (EXACT, EMBEDDED, RENUMBERED, REWORDED)
ALIGNED = 0.8  # share of an item that stands in the text in order, with any numbers
ASKED = 0.5  # share of its sentences that ask, among it
REPEATED = 0.5  # share of both that agrees in any order, with the same numbers
FEWEST, TELLING = 6, 2  # words of an item that is told by them, and different ones that say much
EVIDENCE = 3  # different words, numbers and signs that agree, at least
SIGNS, IN_FORMULA = 4, 0.6  # from so many signs on, that share of them stands in order
# What differs: words that change a problem count whole, weak ones half, others a fifth (and none as
# long as twice as many agree), another thing asked for more. SPARE may differ, and one more for
# each AGREE words that agree.
_DIFFERS = {TERM: 1.0, WEAK: 0.5}
_OTHER, _NEW, _OPERATOR, _ASKED, _TARGET = 0.2, 0.4, 0.7, 1.2, 0.8
SPARE, AGREE = 0.55, 15
TOUCHED = 0.25  # share of a sentence that is found in the item
WHOLE = 0.8  # share of a text, from which on it is not said to hold the item but to be it
LONG = 3  # times as long as the item: too long for being the item in other words
LONGER = 10  # times as long: only sentences are compared that are made of its words
_WEIGHT = {EMPTY: 0.25, NAME: 0.25, TERM: 1.0, WEAK: 1.0, NUMBER: 0.5, SIGN: 0.5, OTHER: 1.0}
_ANY = -1
_WORDS = (TERM, WEAK, OTHER)
# What is asked for follows these, and the second of two things follows the others.
_ASK = ("find", "determine", "compute", "calculate", "evaluate", "what", "how", "which")
_OPERATORS = ("+", "*", "/", "^", "<", ">", "≤", "≥", "√", "!", "(")
_RELATE = ("inscribe", "circumscribe", "divide", "less", "more", "multiple")


@dataclass(frozen=True, slots=True)
class Said:
    """One text: codes and kinds of its words, and the sentence each of them stands in."""

    codes: list[int]
    kinds: list[int]
    sentences: list[int]

    @classmethod
    def of(cls, codes: Sequence[int], kinds: Sequence[int]) -> "Said":
        """From words with ends of sentences among them."""
        rows, sentence = [], 0
        for word, kind in zip(codes, kinds, strict=True):
            if kind == END:
                sentence += 1
            else:
                rows.append((word, kind, sentence))
        return cls._from(rows)

    @classmethod
    def _from(cls, rows: list[tuple[int, int, int]]) -> "Said":
        columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
        return cls(*columns)

    @property
    def masked(self) -> list[int]:
        """The codes, with one code for all numbers."""
        pairs = zip(self.codes, self.kinds, strict=True)
        return [_ANY if kind == NUMBER else word for word, kind in pairs]

    def counts(self, *kinds: int) -> Counter[int]:
        """How often each word of some kinds stands there."""
        pairs = zip(self.codes, self.kinds, strict=True)
        return Counter(word for word, kind in pairs if kind in kinds)

    def within(self, sentences: set[int]) -> "Said":
        """Only the words of some sentences."""
        rows = zip(self.codes, self.kinds, self.sentences, strict=True)
        return self._from([row for row in rows if row[2] in sentences])

    def asking(self) -> set[int]:
        """The places of the words in sentences that ask."""
        ask, _ = _openers()
        pairs = list(zip(self.codes, self.sentences, strict=True))
        sentences = {sentence for word, sentence in pairs if word in ask}
        return {place for place, (_, sentence) in enumerate(pairs) if sentence in sentences}

    def asked(self) -> set[int]:
        """The words of the sentences that ask."""
        return {self.codes[place] for place in self.asking()}

    def following(self) -> dict[int, set[int]]:
        """What is asked for, and what follows each relation."""
        found: dict[int, set[int]] = {}
        ask, relate = _openers()
        left: dict[int, int] = {}  # how many words are still taken for each that opened
        for word, kind in zip(self.codes, self.kinds, strict=True):
            if kind in (SIGN, NUMBER):
                left = {}
            elif kind in (TERM, OTHER):
                for opener in left:
                    found.setdefault(opener, set()).add(word)
                left = {opener: more - 1 for opener, more in left.items() if more > 1}
            if word in ask:
                left[0] = 2
            elif word in relate:
                left[word] = 1
        return found


@cache
def _openers() -> tuple[frozenset[int], frozenset[int]]:
    return frozenset(map(code, _ASK)), frozenset(map(code, _RELATE))


@cache
def _operators() -> frozenset[int]:
    return frozenset(map(code, _OPERATORS))


def wordy(item: Said) -> bool:
    """Whether an item is told by its words and signs, whatever its numbers are ("3 + 4" is not)."""
    return len(item.codes) >= FEWEST and len(item.counts(*_WORDS, SIGN)) >= TELLING


def compare(text: Said, item: Said) -> tuple[str, float] | None:
    """In which way the text is the item, and how alike they are (0 to 1); None: it is another."""
    if not item.codes:
        return None
    if text.codes == item.codes:
        return EXACT, 1.0
    whole = len(text.codes)
    if whole > LONGER * len(item.codes):
        text = _likely(text, item)
    matcher = SequenceMatcher(None, text.masked, item.masked, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size > 1]
    places = {place for block in blocks for place in range(block.b, block.b + block.size)}
    weights = [_WEIGHT[kind] for kind in item.kinds]
    aligned = sum(weights[place] for place in places) / sum(weights)
    asking = item.asking()
    asked = sum(weights[place] for place in places & asking)
    in_order = aligned >= ALIGNED and asked >= ASKED * sum(weights[place] for place in asking)
    part = _touched(text, blocks) if in_order else text
    size = len(part.codes) if in_order else whole
    if size > LONG * len(item.codes) or _differs(part, item):
        return None
    way = _in_order(text, part, item, blocks) if in_order else None
    if way == REWORDED and len(part.codes) <= WHOLE * whole:
        way = EMBEDDED
    agree = part.counts(*_WORDS, NUMBER, SIGN) & item.counts(*_WORDS, NUMBER, SIGN)
    if way == RENUMBERED or (way and len(agree) >= EVIDENCE):
        return way, aligned
    if len(agree) < EVIDENCE:
        return None
    if part.counts(NUMBER).keys() != item.counts(NUMBER).keys():
        return None
    signs = [place for place, kind in enumerate(item.kinds) if kind == SIGN]
    if len(signs) >= SIGNS and len(places & set(signs)) < IN_FORMULA * len(signs):
        return None
    alike = _agreement(part, item)
    return (REWORDED, alike) if alike >= REPEATED else None


def _likely(text: Said, item: Said) -> Said:
    """The sentences of a long text of which at least half the words are words of the item."""
    known, masked = set(item.masked), text.masked
    size, hit = Counter(text.sentences), Counter[int]()
    for word, sentence in zip(masked, text.sentences, strict=True):
        hit[sentence] += word in known
    return text.within({place for place, held in hit.items() if 2 * held >= size[place]})


def _in_order(text: Said, part: Said, item: Said, blocks: list[Block]) -> str | None:
    """The way in which a text says what the item says in its order, if all its numbers are there.

    With other numbers it takes as many of them, the same signs, and enough words.
    """
    pairs = [
        (text.codes[block.a + step], item.codes[block.b + step])
        for block in blocks
        for step in range(block.size)
        if item.kinds[block.b + step] == NUMBER
    ]
    numbers, wanted = part.counts(NUMBER), item.counts(NUMBER)
    if len(pairs) < wanted.total():
        return None
    if numbers.keys() == wanted.keys() and all(one == other for one, other in pairs):
        return REWORDED
    signs = _unsigned(part) == _unsigned(item)
    same = numbers.total() == wanted.total() and signs and wordy(item)
    return RENUMBERED if same else None


def _unsigned(said: Said) -> Counter[int]:
    """How often each sign stands there, with plus for minus: another number may change it."""
    signs = said.counts(SIGN)
    signs[code("+")] += signs.pop(code("-"), 0)
    return +signs


def _differs(part: Said, item: Said) -> bool:
    """Whether more differs than may, for the words that agree."""
    agree = len(part.counts(*_WORDS).keys() & item.counts(*_WORDS).keys())
    apart = sum(
        weight * len(part.counts(kind).keys() ^ item.counts(kind).keys())
        for kind, weight in _DIFFERS.items()
    )
    one, other = part.counts(OTHER).keys(), item.counts(OTHER).keys()
    apart += _OTHER * max(0.0, len(one ^ other) - agree / 2)
    here, there = part.asked(), item.asked()
    apart += _NEW * len((one - other) & here | (other - one) & there)
    apart += _OPERATOR * len((part.counts(SIGN).keys() ^ item.counts(SIGN).keys()) & _operators())
    known = {*part.counts(TERM, OTHER), *item.counts(TERM, OTHER)}
    known |= part.counts(NAME).keys() & item.counts(NAME).keys()
    apart += _ASKED * min(len((here - there) & known), len((there - here) & known))
    left, right = part.following(), item.following()
    for opener in left.keys() & right.keys():
        if not left[opener] & right[opener]:
            apart += _ASKED if opener else _TARGET
    return apart >= SPARE + agree / AGREE


def _agreement(part: Said, item: Said) -> float:
    """The share of both texts that agrees, in any order; words that say nothing left out."""
    kinds = [kind for kind in _WEIGHT if kind not in (EMPTY, NAME)]
    same = whole = 0.0
    for kind in kinds:
        one, other = part.counts(kind), item.counts(kind)
        same += 2 * _WEIGHT[kind] * (one & other).total()
        whole += _WEIGHT[kind] * (one.total() + other.total())
    return same / whole if whole else 0.0


def _touched(text: Said, blocks: list[Block]) -> Said:
    """The sentences of the text in which what was found stands."""
    size, hit = Counter(text.sentences), Counter[int]()
    for block in blocks:
        hit.update(text.sentences[block.a : block.a + block.size])
    return text.within({place for place, held in hit.items() if held >= TOUCHED * size[place]})
