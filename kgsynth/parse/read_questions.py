"""Questions out of tagged sections, or out of what models write instead of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kgsynth.parse import clean, fences, read_tags
from kgsynth.parse.clean import ParseError

VERSION = 5
LIMIT = 3

_TAG = r"\s*(?:question|q)[\s_-]*\d*\s*"
_BEGIN, _END = rf"<{_TAG}(?:[\w-]+=[^<>]*)?>", rf"</{_TAG}>"
_OPEN = re.compile(rf"`{_BEGIN}`|(?:\*\*)?{_BEGIN}(?:\*\*)?", re.IGNORECASE)
_CLOSE = re.compile(rf"`{_END}`|(?:\*\*)?{_END}(?:\*\*)?", re.IGNORECASE)
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
_BULLET = re.compile(r"\A\s*(?:[-•]\s*|\*\s+)(?![^\n]*\n)")
_EMPHASIS = re.compile(r"\*\*([^*]+)\*\*|\*([^*]+)\*|_([^_]+)_")
# What is said about a question in a line of its own or as a bare tag, and in which words.
_FIELD = re.compile(
    r"^[ \t]*[*_#>-]*[ \t]*(?P<name>orig(?:in(?:ality)?)?(?:[_ ]?tag)?"
    r"|(?:school[_ ]|education(?:al)?[_ ])?level|subject(?:[_ ]area)?)"
    r"[ \t]*[*_]*[ \t]*[:：][*_ \t]*(?P<value>[^\n]*?)[*_ \t]*$\n?",
    re.IGNORECASE | re.MULTILINE,
)
_ORIGIN_TAG = re.compile(
    r"[*`]*<\s*/?\s*(?P<value>original(?:[_ ]question)?|(?:newly[_ ])?created)\s*/?>[*`]*",
    re.IGNORECASE,
)
_LEVEL_TAG = re.compile(
    r"[*`]*<\s*(?P<value>elementary|primary|middle|high|college|university|undergraduate|grad(?:uate)?|competition)"
    r"(?:[_ ]school)?\s*/?>[*`]*",
    re.IGNORECASE,
)
_LEVELS = {
    "elementary": "Primary School", "primary": "Primary School", "middle": "Middle School",
    "high": "High School", "college": "College", "university": "College",
    "undergraduate": "College", "grad": "Graduate School", "graduate": "Graduate School",
    "competition": "Competition",
}  # fmt: skip
_UNSUITABLE = re.compile(r"\bnot\W+suitable\b", re.IGNORECASE)
_LABEL = re.compile(rf"\A[*_#\s]*{_WORD}(?:[ \t]*\d+)?[ \t]*[*_]*[:：][*_]*\s*", re.IGNORECASE)
_LEFT_FENCE = re.compile(r"\A(?:`{3,}|~{3,})[\w-]*\n|\n(?:`{3,}|~{3,})\Z")
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
    """One question of a reply. `reason` is None for a usable one, else why it is not.

    `origin` (`original`, `created`), `level` (one of `LEVELS`) and `subject` are None where the
    reply says nothing of the kind.
    """

    text: str
    concepts: tuple[str, ...] = ()
    origin: str | None = None
    level: str | None = None
    subject: str | None = None
    reason: str | None = None


def questions(
    text: str, finish_reason: str = "stop", *, prompt: str = "", limit: int = LIMIT
) -> list[ParsedQuestion]:
    """All questions of a reply in order, the unusable ones with their reason.

    Reads `<question>` sections (also `<Q1>`, upper case, bold, unclosed), or else headings
    (`Question 1:`), or else a numbered list. Of a reply that was cut off, the complete questions
    are kept. `prompt` is what the model saw: a text that stands in it, nearly word for word, is no
    question of the model's. Beyond `limit` questions are `more than asked for`.

    Raises ParseError when none is usable: `empty`, `truncated`, `off format`, `refusal`, `copies
    the prompt`, `repeats itself`; `not suitable for questions` where the reply says that of what it
    was shown (SynthLLM, figure 7).
    """
    reply = clean.body(text, finish_reason)
    cut = finish_reason == "length"
    found: list[ParsedQuestion] = []
    seen: set[str] = set()
    usable = 0
    shown, blocks = fences.hide(reply)
    if _OPEN.search(reply) and not (_OPEN.search(shown) or _HEADING.search(shown)):
        # A fence around the sections.
        shown, blocks = reply, []
    for raw, closed in _pieces(shown):
        one = _read(fences.show(raw, blocks))
        reason = clean.TRUNCATED if cut and not closed else _fault(one.text, prompt)
        if reason is None and clean.normal(one.text) in seen:
            reason = clean.DUPLICATE
        if reason is None and usable == limit:
            reason = clean.EXCESS
        usable += reason is None
        seen.add(clean.normal(one.text))
        found.append(replace(one, reason=reason))
    if not found and len(reply) < 500 and _UNSUITABLE.search(reply):
        raise ParseError(clean.UNSUITABLE)
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
    raw, blocks = fences.hide(raw)
    concepts: tuple[str, ...] = ()
    for pattern in (_CONCEPT_SECTION, _CONCEPT_LINE):
        if match := pattern.search(raw):
            concepts = _names(match[1])
            raw = raw[: match.start()] + "\n" + raw[match.end() :]
            break
    said, raw = _fields(raw)
    raw = _STRAY_TAG.sub("", raw).strip()
    raw = _LABEL.sub("", raw)
    raw = _TRAILER.sub("", raw)
    text = fences.show(_bare(raw), blocks)
    return ParsedQuestion(text, concepts, said.get("orig"), said.get("leve"), said.get("subj"))


def _bare(text: str) -> str:
    """A text without the marks of code around all of it; those of code inside stay."""
    text = _LEFT_FENCE.sub("", text.strip()).strip()
    around = text.count("`") % 2 or re.fullmatch(r"`+[^`]*`+", text)
    return text.strip("`").strip() if around else text


def _fields(raw: str) -> tuple[dict[str, str], str]:
    """Origin, level and subject of a question, by the first letters of their names; the rest."""
    said: dict[str, str] = {}
    for match in _FIELD.finditer(raw):
        name = match["name"].casefold().replace("school", "").strip("_ ")
        name = "leve" if "level" in name else name[:4]
        if value := _value(name, match["value"]):
            said.setdefault(name, value)
    raw = _FIELD.sub("", raw)
    for name, pattern in (("orig", _ORIGIN_TAG), ("leve", _LEVEL_TAG)):
        for match in pattern.finditer(raw):
            if value := _value(name, match["value"]):
                said.setdefault(name, value)
        raw = pattern.sub("", raw)
    return said, raw


def _value(name: str, said: str) -> str | None:
    """What a field says, in our words; None where it says nothing that we know."""
    said = said.strip(" \t<>*_`\"'.[]/")
    if name == "orig":
        found = re.match(r"(orig)|(?:newly[_ ])?creat|new", said, re.IGNORECASE)
        return found and ("original" if found[1] else "created")
    if name == "leve":
        word = re.match(r"[a-z]+", said.casefold())
        return read_tags.level(said) or (_LEVELS.get(word[0]) if word else None)
    return (
        said if 0 < len(said) <= read_tags.NAME_LENGTH and not clean.is_placeholder(said) else None
    )


def _names(listed: str) -> tuple[str, ...]:
    """Concept names of `a; b`, `a, b` or bullets, each once."""
    listed = _bare_name(listed)
    between = "\n" if "\n" in listed else ";" if ";" in listed else "[,，、]"
    parts = re.split(between, listed)
    names = map(_bare_name, parts)
    return tuple(dict.fromkeys(name for name in names if name))


def _bare_name(name: str) -> str:
    """A name without its bullet, marks and brackets around it; `O(n)`, `C++`, `__init__` stay."""
    name = _BULLET.sub("", name)
    for _ in range(4):  # marks in marks
        name = name.strip(" \t\n;,\"'`").rstrip(".")
        if emphasis := _EMPHASIS.fullmatch(name):
            name = next(filter(None, emphasis.groups()))
        for brackets in ("()", "[]"):
            if _encloses(brackets, name):
                name = name[1:-1]
            elif name.count(brackets[0]) != name.count(brackets[1]):
                name = name.strip(brackets)
    return name


def _encloses(brackets: str, text: str) -> bool:
    """Whether the bracket that a text begins with is closed at its end."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == brackets[0]) - (sign == brackets[1])
        if not depth:
            return 0 < place == len(text) - 1
    return False


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
