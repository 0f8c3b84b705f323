r"""Texts as words with their kind: what makes a problem that problem, and what only says it.

Two problems may share all but a word and be different ("the sum of the squares"), or share little
and be one ("how much do they come to"). So words are told apart: those that say nothing about what
is asked, those that change a problem (with their synonyms; `wording.txt` lists both), numbers,
signs of mathematics, and all others. Case, forms of a word, spacing commands of LaTeX and notation
(`\dfrac{1}{2}`, "1/2"; "≤", `\leq`) do not count.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from kgsynth.copies.shingles import plain
from kgsynth.ids import content_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Kinds of words.
EMPTY, NAME, TERM, WEAK, NUMBER, SIGN, OTHER, END = range(8)
_MARKS = {"-": EMPTY, "@": NAME, "=": TERM, "~": WEAK}
_END = "\x01"
_WORD = (
    rf"{_END}|[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}\p{{Thai}}]\p{{M}}*"
    r"|\\?[\p{L}\p{M}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]+"
    r"|\d+(?:\.\d+)?|[\p{Sm}\-*/^_%!&()\[\]°]"
)
_SENTENCE = re.compile(r"(?<=[^\s.])[.?!](?=[\s\"'”)]|$)|\n+|(?<=[A-Za-z]):(?=\s)")
_FRACTION = re.compile(r"\\[dt]?frac\s*(?:\{\s*(\w+)\s*\}\s*\{\s*(\w+)\s*\}|\s(\d)\s*(\d))")
_THOUSANDS = re.compile(r"(?<=\d)(?:,|\{,\}|\\,)(?=\d{3}(?!\d))")
_OWNER = re.compile(r"(?<=[A-Za-z])['’]s\b")
_TENS = re.compile(
    r"\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-"
    r"(one|two|three|four|five|six|seven|eight|nine)\b",
    re.IGNORECASE,
)
_PHRASES = [
    (re.compile(r"\b(?:the\s+)?square\s+root(?:\s+of)?\b", re.IGNORECASE), r"\\sqrt "),
    (re.compile(r"\btotal\s+of\b", re.IGNORECASE), "sum of"),
    (re.compile(r"\bin\s+terms\s+of\b", re.IGNORECASE), "in"),
]
_NUMBERS = {
    name: str(number)
    for number, name in enumerate(
        [
            "zero",
            ".",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    name: str(10 * number)
    for number, name in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred"], 2
    )
}
_SIGNS = {
    "\\cdot": "*", "\\times": "*", "×": "*", "·": "*", "∙": "*", "⋅": "*", "\\div": "/", "÷": "/",
    "\\le": "≤", "\\leq": "≤", "\\leqslant": "≤", "\\ge": "≥", "\\geq": "≥", "\\geqslant": "≥",
    "\\ne": "≠", "\\neq": "≠", "\\pm": "±", "\\sqrt": "√", "\\pi": "pi", "π": "pi",
    "\\infty": "∞", "\\circ": "°", "\\frac": "/", "\\dfrac": "/", "\\tfrac": "/",
    "\\lt": "<", "\\gt": ">", "\\to": "→", "\\rightarrow": "→", "\\theta": "θ", "\\alpha": "α",
    "\\beta": "β",
}  # fmt: skip
# Commands that set or fill, and say nothing.
_SETTING = frozenset(
    [
        "\\mathbf",
        "\\mathrm",
        "\\mathit",
        "\\mathsf",
        "\\mathcal",
        "\\mathbb",
        "\\boldsymbol",
        "\\bf",
        "\\rm",
        "\\textbf",
        "\\textit",
        "\\textrm",
        "\\emph",
        "\\operatorname",
        "\\overline",
        "\\underline",
        "\\begin",
        "\\end",
        "\\ldots",
        "\\dots",
        "\\cdots",
        "\\vdots",
        "\\hline",
        "\\hspace",
        "\\vspace",
        "\\hfill",
        "\\newline",
        "\\label",
        "\\boxed",
        "\\mbox",
    ]
)


@dataclass(frozen=True, slots=True)
class Words:
    """Words of texts, text after text: those of text i stand from `starts[i]` to `starts[i+1]`.

    `codes` are hashes of what a word says, `kinds` what sort of word it is; ends of sentences are
    among them.
    """

    codes: "NDArray[np.uint64]"
    kinds: "NDArray[np.uint8]"
    starts: "NDArray[np.int64]"

    def of(self, text: int) -> tuple["NDArray[np.uint64]", "NDArray[np.uint8]"]:
        """Codes and kinds of one text."""
        part = slice(self.starts[text], self.starts[text + 1])
        return self.codes[part], self.kinds[part]


def words(texts: Sequence[str]) -> Words:
    """The words of texts. Takes 9 bytes a word, and 40 bytes a character while it works."""
    import numpy as np
    import polars as pl

    cleaned = pl.Series([_cleaned(text) for text in texts], dtype=pl.String)
    found = cleaned.str.extract_all(_WORD)
    held = found.list.len().to_numpy().astype(np.int64)
    each = found.explode(empty_as_null=False)
    different = each.unique()
    said = [_said(word) for word in different.to_list()]
    codes = pl.Series([code for code, _ in said], dtype=pl.UInt64)
    kinds = pl.Series([kind for _, kind in said], dtype=pl.UInt8)
    return Words(
        each.replace_strict(different, codes, return_dtype=pl.UInt64).to_numpy(),
        each.replace_strict(different, kinds, return_dtype=pl.UInt8).to_numpy(),
        np.concatenate([[0], np.cumsum(held)]),
    )


def _cleaned(text: str) -> str:
    for phrase, short in _PHRASES:
        text = phrase.sub(short, text)
    text = _SENTENCE.sub(f" {_END} ", text.replace(_END, " "))
    if "\\" in text:
        text = _FRACTION.sub(r" \1\3/\2\4 ", text)
    text = _OWNER.sub("", _THOUSANDS.sub("", text))
    if "-" in text:
        text = _TENS.sub(_number, text)
    return plain(text)


def _number(match: re.Match[str]) -> str:
    return str(sum(int(_NUMBERS.get(part.lower(), "1")) for part in match.groups()))


def code(word: str) -> int:
    """The code of a word."""
    return _said(word)[0]


@lru_cache(1 << 18)
def _said(word: str) -> tuple[int, int]:
    """Code and kind of a word."""
    text, kind = _meaning(word)
    return int(content_id("word", text)[:16], 16), kind


def _meaning(word: str) -> tuple[str, int]:
    if word == _END:
        return word, END
    if word[0].isdigit():
        return word, NUMBER
    if word in _SETTING:
        return word, EMPTY
    if word in _SIGNS:
        return _SIGNS[word], SIGN
    known, bare = listed(), word.removeprefix("\\")
    if bare in known:
        return known[bare]
    if bare in _NUMBERS:
        return _NUMBERS[bare], NUMBER
    if word != bare or (len(word) == 1 and not _is_syllable(word)):
        return bare, SIGN
    forms = _forms(bare)
    return next((known[form] for form in forms if form in known), (forms[0], OTHER))


def _is_syllable(character: str) -> bool:
    """Whether a character is a word by itself, as in Chinese."""
    return character.isalpha() and not character.casefold() < "\u0e00"


def _forms(word: str) -> list[str]:
    """Dictionary forms of a word, the best first; the word itself where it has none."""
    from lemminflect import getAllLemmas

    found = getAllLemmas(word)
    kinds = sorted(found, key=("VERB", "NOUN", "ADJ", "ADV", "AUX", "PROPN").index)
    return [form for kind in kinds for form in found[kind]] or [word]


@cache
def listed() -> dict[str, tuple[str, int]]:
    """What `wording.txt` says of words: by form, what it stands for and its kind."""
    known: dict[str, tuple[str, int]] = {}
    text = (files(__package__) / "wording.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        mark, _, rest = line.partition(" ")
        forms = rest.split()
        if (kind := _MARKS.get(mark)) is not None:
            for form in forms:
                known[form] = (form if kind in (EMPTY, NAME) else forms[0], kind)
    return known
