r"""Cutting a long text at headings and paragraphs to a budget of tokens.

Parts are slices of the text, so that nothing is said anew. Markdown and LaTeX are looked at alike:
a fenced code, a displayed formula, a LaTeX table is cut only where it alone is above the budget,
and then at its lines. (Splitters of other projects cut formulas, and cut elsewhere in their next
version: a part's place in the graph hangs on where it was cut.)
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

# Within 10% of what a tokenizer counts on lecture notes with formulas, manuals and code.
_TOKEN = re.compile(r"[A-Za-z]{1,6}|[^\W\d_A-Za-z\u2e80-\uffff]{1,3}|\S")
_LEVELS = {"part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4,
           "paragraph": 5, "subparagraph": 6}  # fmt: skip
_HEADING = re.compile(
    r"^(?:(?P<marks>#{1,6})[ \t]+(?P<title>\S[^\n]*)"
    r"|[ \t]*\\(?P<command>part|chapter|(?:sub){0,2}section|(?:sub)?paragraph)\*?"
    r"(?:\[[^\]\n]*\])?\{(?P<named>[^\n]+?)\}(?:[ \t]*\\label\{[^}\n]*\})?[ \t]*)$",
    re.MULTILINE,
)
_ENVIRONMENT = (
    r"equation|align|alignat|flalign|gather|multline|eqnarray|displaymath|tabular|longtable"
    r"|verbatim|lstlisting|minted|algorithm|tikzpicture"
)
# What opens and closes that which is not to be cut; a formula holds no empty line.
_MARK = re.compile(
    r"(?P<fence>^[ ]{0,3}(?:`{3,}|~{3,}))|(?P<dollars>(?<!\\)\$\$)|(?P<open>\\\[)|(?P<close>\\\])"
    rf"|\\(?P<side>begin|end)\{{(?P<name>(?:{_ENVIRONMENT})\*?)\}}|(?P<blank>\n[ \t]*\n)",
    re.MULTILINE,
)
_INLINE = re.compile(r"(?<![\\$])\$(?!\$)[^$\n]{1,500}(?<!\\)\$|\\\([^\n]{1,500}?\\\)|`[^`\n]+`")
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
# A line that ends a sentence, or begins an item or a row: others may be one paragraph, wrapped.
_LINE = re.compile(
    r"(?<=[.!?:;|。！？])[ \t]*\n(?=\S)|\n(?=[ \t]*(?:[-*+|•]|\d+[.)]|\\item)[ \t]?)"
)
_SENTENCE = re.compile(
    r"(?<![A-Z]\.)(?<!e\.g\.)(?<!i\.e\.)(?<!cf\.)(?<!Fig\.)(?<!Eq\.)(?<!resp\.)"
    r"(?<=[.!?])[\"')\]]*\s+(?=\S)|(?<=[。！？])"
)
_ANY_LINE = re.compile(r"\n")
_WORD = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """A slice of a text, and the headings that it stands under, from the outermost."""

    text: str
    headings: tuple[str, ...]


def tokens(text: str) -> int:
    """About how many tokens a text has.

    Up to six letters a-z of a word are one, up to three of another alphabet, one digit, sign or
    Chinese, Japanese or Korean character.
    """
    return sum(1 for _ in _TOKEN.finditer(text))


def cut(text: str, budget: int) -> list[Part]:
    """The parts of a text of at most `budget` tokens, in order; one part where that is enough.

    Cut at headings, outer ones first, then at paragraphs, then at sentences; neighbours that fit
    together stay together. A heading without text of its own is no part: it is among the headings
    of those below it.
    """
    if len(text) <= budget or tokens(text) <= budget:
        return [Part(text, ())]
    return list(_Cutter(text, budget).parts())


class _Cutter:
    """One text with the places where it can and cannot be cut."""

    def __init__(self, text: str, budget: int) -> None:
        self.text, self.budget = text, budget
        self.starts = array("L", (token.start() for token in _TOKEN.finditer(text)))
        self.blocks = _Spans(_blocks(text))
        self.inline = _Spans(found.span() for found in _INLINE.finditer(text))
        self.headings = [
            (found.start(), found.end(), _level(found), _title(found))
            for found in _HEADING.finditer(text)
            if not self.blocks.hold(found.start())
        ]
        self.levels: list[Callable[[int, int], list[int]]] = [
            *(self._before_headings(level) for level in range(1, 7)),
            self._behind(_PARAGRAPH, self.blocks, self.inline),
            self._behind(_LINE, self.blocks, self.inline),
            self._behind(_SENTENCE, self.blocks, self.inline),
            self._behind(_ANY_LINE, self.inline),
            self._behind(_WORD, self.inline),
            lambda start, end: self._tokens(start, end)[:: self.budget],
        ]

    def parts(self) -> Iterator[Part]:
        """The parts with what they stand under."""
        path: list[tuple[int, str]] = []
        coming = iter([*self.headings, (len(self.text) + 1, 0, 0, "")])
        place, behind, level, title = next(coming)
        ahead: int | None = None  # where headings without text of their own begin
        for start, end in self._pieces(0, len(self.text), 0):
            body = start
            while place < end and not self.text[body:place].strip():
                # Headings before the text of the part stand above it; further ones are in it.
                path = [*(outer for outer in path if outer[0] < level), (level, title)]
                body = behind
                place, behind, level, title = next(coming)
            if self.text[body:end].strip():
                if ahead is not None and self._size(ahead, end) <= self.budget:
                    start = ahead
                ahead = None
                above = tuple(title for _, title in path)
                yield Part(self.text[start:end].strip("\n").rstrip(), above)
            elif ahead is None:
                ahead = start
            while place < end:
                path = [*(outer for outer in path if outer[0] < level), (level, title)]
                place, behind, level, title = next(coming)

    def _pieces(self, start: int, end: int, level: int) -> list[tuple[int, int]]:
        """Spans of at most the budget, cut at this level where that is enough."""
        if self._size(start, end) <= self.budget or level == len(self.levels):
            return [(start, end)]
        marks = [mark for mark in self.levels[level](start, end) if start < mark < end]
        if not marks:
            return self._pieces(start, end, level + 1)
        spans = list(pairwise([start, *marks, end]))
        pieces: list[tuple[int, int]] = []
        together: list[tuple[int, int]] = []
        for span in spans:
            if self._size(*span) > self.budget:
                pieces += [*self._joined(together), *self._pieces(*span, level + 1)]
                together = []
            else:
                together.append(span)
        return [*pieces, *self._joined(together)]

    def _joined(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Neighbours joined to the budget, and to parts of about one size."""
        if not spans:
            return []
        total = self._size(spans[0][0], spans[-1][1])
        wanted = total / -(-total // self.budget) if total else 1.0
        joined = [spans[0]]
        for start, end in spans[1:]:
            first = joined[-1][0]
            if self._size(first, start) >= wanted or self._size(first, end) > self.budget:
                joined.append((start, end))
            else:
                joined[-1] = (first, end)
        return joined

    def _size(self, start: int, end: int) -> int:
        return bisect_left(self.starts, end) - bisect_left(self.starts, start)

    def _tokens(self, start: int, end: int) -> list[int]:
        return list(self.starts[bisect_left(self.starts, start) : bisect_left(self.starts, end)])

    def _before_headings(self, level: int) -> Callable[[int, int], list[int]]:
        places = [place for place, _, its, _ in self.headings if its == level]
        return lambda start, end: places[bisect_left(places, start) : bisect_left(places, end)]

    def _behind(self, mark: re.Pattern[str], *kept: "_Spans") -> Callable[[int, int], list[int]]:
        return lambda start, end: [
            found.end()
            for found in mark.finditer(self.text, start, end)
            if not any(spans.hold(found.end()) for spans in kept)
        ]


class _Spans:
    """Stretches of a text, in order, none in another."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self.starts, self.ends = array("L"), array("L")
        for start, end in spans:
            self.starts.append(start)
            self.ends.append(end)

    def hold(self, place: int) -> bool:
        """Whether a cut before that place would be within a stretch."""
        before = bisect_right(self.starts, place) - 1
        return before >= 0 and self.starts[before] < place < self.ends[before]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Fenced codes, displayed formulas, LaTeX tables and the like; what never ends is none."""
    opening: re.Match[str] | None = None
    for mark in _MARK.finditer(text):
        if opening is None:
            if not mark["close"] and not mark["blank"] and mark["side"] != "end":
                opening = mark
        elif _closes(opening, mark):
            end = text.find("\n", mark.end()) if mark["fence"] else mark.end()
            yield opening.start(), len(text) if end < 0 else end
            opening = None
        elif mark["blank"] and (opening["dollars"] or opening["open"]):
            opening = None


def _closes(opening: re.Match[str], mark: re.Match[str]) -> bool:
    if opening["fence"]:
        return bool(mark["fence"]) and mark["fence"].strip().startswith(opening["fence"].strip())
    if opening["name"]:
        return mark["side"] == "end" and mark["name"] == opening["name"]
    return bool(mark["dollars"] if opening["dollars"] else mark["close"])


def _level(heading: re.Match[str]) -> int:
    return len(heading["marks"]) if heading["marks"] else _LEVELS[heading["command"]]


def _title(heading: re.Match[str]) -> str:
    return (heading["title"] or heading["named"]).rstrip("# \t")
