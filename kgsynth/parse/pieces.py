"""Where the questions of a reply begin and end, and what is said of each outside of its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TAG = r"\s*(?:question|q)[\s_-]*\d*\s*"
_BEGIN, _END = rf"<{_TAG}(?:[\w-]+=[^<>]*)?>", rf"</{_TAG}>"
OPEN = re.compile(rf"`{_BEGIN}`|(?:\*\*)?{_BEGIN}(?:\*\*)?", re.IGNORECASE)
_CLOSE = re.compile(rf"`{_END}`|(?:\*\*)?{_END}(?:\*\*)?", re.IGNORECASE)
WORD = (
    r"(?:new\s+)?(?:question|problem|exercise|q|frage|aufgabe|pregunta|вопрос|задача"
    r"|问题|题目|問題)"
)
# `Question 1:`, `## Problem 2`, `**Q3 (created).**`, `Question:`; a bare number needs no colon.
HEADING = re.compile(
    rf"^[ \t#>*_\-]*{WORD}[ \t]*+"
    r"(?:(?:(?:no\.?|#)[ \t]*)?\d+"
    r"(?:[ \t*_]*\((?P<said>[^()\n]{1,40})\)(?=[ \t*_]*[:.：—-]))?"
    r"(?:[ \t*_]*[:.)：、—-])?[ \t]*|(?=[*_]*[ \t]*[:：]))"
    r"[*_]*[:：]?[*_]*[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
_NUMBERED = re.compile(r"^[ \t]*(?:\*\*)?\(?(\d{1,2})[.)、](?:\*\*)?[ \t]+", re.MULTILINE)

# A line about a question may be an item of a list.
_LEAD = r"^[ \t*_#>•-]*(?P<led>\(?\d{1,2}[.)、][ \t*_]+)?"
_CONCEPT_TAG = r"\s*(?:selected[_ ])?concepts?\s*"
_CONCEPTS = rf"(?s:(?:(?!<{_CONCEPT_TAG}>).)*?)"
_NAME = (
    r"(?P<name>orig(?:in(?:ality)?)?(?:[_ ]?tag)?"
    r"|(?:school[_ ]|education(?:al)?[_ ])?level|subject(?:[_ ]area)?)"
)
_LABELLED = rf"[*_]*(?:{WORD}|orig\w*|level|subject)(?:[ \t]*\d+)?[ \t*_]*[:：]"
_CONCEPT_LINE = (
    r"(?:(?:selected|key|used)[ \t]+){0,2}concepts?(?:[ \t]+(?:used|selected))?"
    rf"[ \t]*[*_]*[:：][*_]*[ \t]*(?P<listed>.*(?:\n[ \t]*[-*•][ \t]+(?!{_LABELLED}).*)*)\n?"
)
_FIELD_LINE = rf"{_NAME}[ \t*_]*[:：](?P<value>[^\n]*)\n?"
_ORIGIN = r"original(?:[_ ]question)?|(?:newly[_ ])?created"
_LEVEL = (
    r"(?:elementary|primary|middle|high|college|university|undergraduate|grad(?:uate)?|competition)"
    r"(?:[_ ]school)?"
)
_LINES = re.IGNORECASE | re.MULTILINE
CONCEPT_SECTION = re.compile(rf"<{_CONCEPT_TAG}>(?P<listed>{_CONCEPTS})</{_CONCEPT_TAG}>", _LINES)
CONCEPT_LINE = re.compile(rf"{_LEAD}{_CONCEPT_LINE}", _LINES)
# What is said about a question in a line of its own or as a bare tag, and in which words.
FIELD = re.compile(rf"{_LEAD}{_FIELD_LINE}", _LINES)
ORIGIN_TAG = re.compile(rf"[*`]{{0,3}}<\s*/?\s*(?P<value>{_ORIGIN})\s*/?>[*`]{{0,3}}", _LINES)
LEVEL_TAG = re.compile(rf"[*`]{{0,3}}<\s*(?P<value>{_LEVEL})\s*/?>[*`]{{0,3}}", _LINES)
# Everything that may stand between two questions and belong to one of them.
_ITEM = re.compile(
    rf"{_LEAD}(?:(?P<concepts>{_CONCEPT_LINE})|(?P<field>{_FIELD_LINE}))"
    rf"|(?P<section><{_CONCEPT_TAG}>{_CONCEPTS}</{_CONCEPT_TAG}>[ \t]*\n?)"
    rf"|^(?P<tags>(?:[ \t]*[*`]{{0,3}}<\s*/?\s*(?:{_ORIGIN}|{_LEVEL})\s*/?>[*`]{{0,3}})+)[ \t]*$\n?"
    r"|^(?P<number>[ \t*_#>-]*(?:\d{1,2}[.)、:]|(?<=[*_#])[ \t]?\d{1,2}"
    rf"|{WORD}[ \t]*\d+[ \t]*[.):：]?)[ \t*_:]*$\n?)"
    r"|(?P<rule>(?<=\n\n)[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*$\n?)",
    _LINES,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A question as it was written, what is said of it `around` it, and whether it is complete."""

    text: str
    around: str
    closed: bool


def pieces(reply: str, cut: bool) -> Iterator[Piece]:
    """The questions of a reply, of which `cut` says that it was cut off.

    They stand in `<question>` sections, or else behind headings, or else in a numbered list. Lines
    about a question (concepts, origin, level, subject, number) stand before it, inside it or after
    it.
    """
    tagged = list(OPEN.finditer(reply))
    starts = tagged or _headings(reply) or _numbered(reply)
    if not starts:
        return
    places = [*(start.start() for start in starts), len(reply)]
    closes = [
        _CLOSE.search(reply, start.end(), place) if tagged else None
        for start, place in zip(starts, places[1:], strict=True)
    ]
    ends = [close or start for close, start in zip(closes, starts, strict=True)]
    fronts = [
        _front(reply, floor, place)
        for floor, place in zip([0, *(end.end() for end in ends)], places, strict=True)
    ]
    before, after = _order(fronts, cut)
    begins = [
        _begin(reply, front, place, before, after)
        for front, place in zip(fronts, places, strict=True)
    ]
    begun = begins[-1] < len(reply) and bool(set(map(_kind, fronts[-1])) - {"number", "rule"})
    for number, (start, close) in enumerate(zip(starts, closes, strict=True)):
        end = begins[number + 1]
        around = reply[begins[number] : start.start()]
        if said := start.groupdict().get("said"):
            around += f"\n<{said}>"
        if close:
            around += "\n" + reply[close.end() : _behind(reply, close.end(), end)]
        text = reply[start.end() : close.start() if close else end]
        yield Piece(text, around, bool(close) or number + 1 < len(starts) or begun)


def _headings(reply: str) -> list[re.Match[str]]:
    """The headings; of `Question 1`, lines about it and `Question:` the latter."""
    found = list(HEADING.finditer(reply))
    kept: list[re.Match[str]] = []
    for here, following in zip(found, [*found[1:], None], strict=False):
        if following and re.search(r"\d", here[0]) and not re.search(r"\d", following[0]):
            place = following.start()
            if not reply[_behind(reply, here.end(), place) : place].strip():
                continue
        kept.append(here)
    return kept


def _numbered(reply: str) -> list[re.Match[str]]:
    """Items of a list that counts 1, 2, 3 ..."""
    found: list[re.Match[str]] = []
    for match in _NUMBERED.finditer(reply):
        if int(match[1]) == len(found) + 1:
            found.append(match)
    return found


def _front(reply: str, floor: int, place: int) -> list[re.Match[str]]:
    """The lines about a question that stand directly in front of a place, the last one first."""
    found: list[re.Match[str]] = []
    for item in reversed(list(_ITEM.finditer(reply, floor, place))):
        if reply[item.end() : place].strip():
            break
        found.append(item)
        place = item.start()
    return found


def _behind(reply: str, place: int, end: int) -> int:
    """Where the lines about a question end that stand directly behind a place."""
    for item in _ITEM.finditer(reply, place, end):
        if reply[place : item.start()].strip():
            break
        place = item.end()
    return place


def _order(fronts: list[list[re.Match[str]]], cut: bool) -> tuple[set[str], set[str]]:
    """The kinds of lines that stand before their question, and those that stand after it.

    The first question and the last one tell; what both tell is open, except where the last lines
    begin a question that never came.
    """
    first, last = ({_kind(item) for item in fronts[place]} for place in (0, -1))
    begun = cut or any(item["led"] or item["number"] for item in fronts[-1])
    return (first if begun else first - last) | {"rule"}, last - first - {"number", "rule"}


def _begin(
    reply: str, front: list[re.Match[str]], place: int, before: set[str], after: set[str]
) -> int:
    """Where a question begins whose text begins at a place.

    It has one line of each kind. Lines of which nobody knows whether they stand before or after
    their question belong to this one where an empty line parts them from the last one only.
    """
    begin = place
    taken: set[str] = set()
    for item in front:
        kind = _kind(item)
        apart = place == len(reply) or "\n" in reply[item.end() : place]
        if kind in taken | after or (kind not in before and apart):
            break
        taken.add(kind)
        place = item.start()
        if kind in before or item["led"] or not place or reply.endswith("\n\n", 0, place):
            begin = place
        if item["led"] or kind == "number":
            break
    return begin


def _kind(item: re.Match[str]) -> str:
    """What a line says of a question."""
    if item["name"]:
        return field(item["name"])
    return "concepts" if item["section"] else str(item.lastgroup)


def field(name: str) -> str:
    """The first letters of the name of a field, however it is spelled: `orig`, `leve`, `subj`."""
    name = name.casefold().replace("school", "").strip("_ ")
    return "leve" if "level" in name else name[:4]
