"""Questions out of tagged sections, or out of what models write instead of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kgsynth.parse import clean
from kgsynth.parse.clean import ParseError

VERSION = 3
LIMIT = 3

_TAG = r"\s*(?:question|q)[\s_-]*\d*\s*"
_OPEN = re.compile(rf"(?:\*\*|`)?<{_TAG}(?:[\w-]+=[^<>]*)?>(?:\*\*|`)?", re.IGNORECASE)
_CLOSE = re.compile(rf"(?:\*\*|`)?</{_TAG}>(?:\*\*|`)?", re.IGNORECASE)
_WORD = (
    r"(?:new\s+)?(?:question|problem|exercise|q|frage|aufgabe|pregunta|вопрос|задача"
    r"|问题|题目|問題)"
)
# `Question 1:`, `## Problem 2`, `**Q3.**`, `Question:`; a bare number needs no colon.
_HEADING = re.compile(
    rf"^[ \t]*(?:[#>*_\-]+[ \t]*)*{_WORD}[ \t]*"
    r"(?:(?:no\.?|#)?[ \t]*\d+[ \t]*(?:[*_]*[ \t]*[:.)：、—-])?|(?=[*_]*[ \t]*[:：]))"
    r"[*_]*[:：]?[*_]*[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
_NUMBERED = re.compile(r"^[ \t]*(?:\*\*)?\(?(\d{1,2})[.)、](?:\*\*)?[ \t]+", re.MULTILINE)
_CONCEPT_TAG = r"\s*(?:selected[_ ])?concepts?\s*"
_CONCEPT_SECTION = re.compile(rf"<{_CONCEPT_TAG}>(.*?)</{_CONCEPT_TAG}>", re.DOTALL | re.IGNORECASE)
_CONCEPT_LINE = re.compile(
    r"^[ \t]*[*_#]*[ \t]*(?:selected |key |used )?concepts?(?: used| selected)?[ \t]*"
    r"[*_]*[:：][*_]*[ \t]*(.*(?:\n[ \t]*[-*•][ \t]+.*)*)\n?",
    re.IGNORECASE | re.MULTILINE,
)
_LABEL = re.compile(rf"\A[*_#\s]*{_WORD}(?:[ \t]*\d+)?[ \t]*[*_]*[:：][*_]*\s*", re.IGNORECASE)
# What a model adds behind its question although nobody asked.
_TRAILER = re.compile(
    r"\n[ \t]*[*_#]*(?:solution|answer|final answer|answer key|lösung)[*_]*[ \t]*(?:[:：]|\n).*\Z",
    re.DOTALL | re.IGNORECASE,
)
_STRAY_TAG = re.compile(
    r"</?\s*(?:question|q|concepts?|output|response)[\s_-]*\d*\s*>", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """One question of a reply. `reason` is None for a usable one, else why it is not."""

    text: str
    concepts: tuple[str, ...] = ()
    reason: str | None = None


def questions(
    text: str, finish_reason: str = "stop", *, prompt: str = "", limit: int = LIMIT
) -> list[ParsedQuestion]:
    """All questions of a reply in order, the unusable ones with their reason.

    Reads `<question>` sections (also `<Q1>`, upper case, bold, unclosed), or else headings
    (`Question 1:`), or else a numbered list. Of a reply that was cut off, the complete questions
    are kept. `prompt` is what the model saw: a text that stands in it, nearly word for word, is no
    question of the model's. Beyond `limit` (SynthLLM asks for 1 to 3) questions are `more than
    asked for`.

    Raises ParseError when none is usable: `empty`, `truncated`, `off format`, `refusal`, `copies
    the prompt`, `repeats itself`.
    """
    reply = clean.body(text, finish_reason)
    cut = finish_reason == "length"
    found: list[ParsedQuestion] = []
    seen: set[str] = set()
    usable = 0
    for raw, closed in _pieces(reply):
        one = _read(raw)
        reason = clean.TRUNCATED if cut and not closed else _fault(one.text, prompt)
        if reason is None and clean.normal(one.text) in seen:
            reason = clean.DUPLICATE
        if reason is None and usable == limit:
            reason = clean.EXCESS
        usable += reason is None
        seen.add(clean.normal(one.text))
        found.append(replace(one, reason=reason))
    if not found:
        raise clean.unusable(reply, finish_reason)
    if not usable:
        raise ParseError(found[0].reason or clean.EMPTY)
    return found


def _pieces(reply: str) -> Iterator[tuple[str, bool]]:
    """The raw text of each question, and whether it is known to be complete."""
    starts = list(_OPEN.finditer(reply))
    if starts:
        for here, following in zip(starts, [*starts[1:], None], strict=False):
            end = following.start() if following else len(reply)
            close = _CLOSE.search(reply, here.end(), end)
            yield reply[here.end() : close.start() if close else end], bool(close or following)
        return
    starts = list(_HEADING.finditer(reply)) or _numbered(reply)
    for here, following in zip(starts, [*starts[1:], None], strict=False):
        yield reply[here.end() : following.start() if following else len(reply)], bool(following)


def _numbered(reply: str) -> list[re.Match[str]]:
    """Items of a list that counts 1, 2, 3 ..."""
    found: list[re.Match[str]] = []
    for match in _NUMBERED.finditer(reply):
        if int(match[1]) == len(found) + 1:
            found.append(match)
    return found


def _read(raw: str) -> ParsedQuestion:
    concepts: tuple[str, ...] = ()
    for pattern in (_CONCEPT_SECTION, _CONCEPT_LINE):
        if match := pattern.search(raw):
            concepts = _names(match[1])
            raw = raw[: match.start()] + "\n" + raw[match.end() :]
            break
    raw = _STRAY_TAG.sub("", raw).strip()
    raw = _LABEL.sub("", raw)
    raw = _TRAILER.sub("", raw)
    return ParsedQuestion(raw.strip().strip("`").strip(), concepts)


def _names(listed: str) -> tuple[str, ...]:
    """Concept names of `a; b`, `a, b` or bullets, each once."""
    listed = listed.strip()
    between = "\n" if "\n" in listed else ";" if ";" in listed else "[,，、]"
    parts = re.split(between, listed)
    names = (part.strip(" \t-*•_.[]()\"'`") for part in parts)
    return tuple(dict.fromkeys(name for name in names if name))


def _fault(text: str, prompt: str) -> str | None:
    if clean.is_placeholder(text) or (prompt and clean.is_copy(text, prompt)):
        return clean.COPY
    if not clean.normal(text):
        return clean.EMPTY
    if clean.is_refusal(text):
        return clean.REFUSAL
    if len(clean.normal(text)) < 8:
        return "too short"
    return clean.REPEATS if clean.repeats(text) else None
