"""Questions out of tagged sections, or out of what models write instead of them."""

import re
from dataclasses import dataclass, replace

from kgsynth.parse import clean, fences, read_tags
from kgsynth.parse.clean import ParseError
from kgsynth.parse.pieces import (
    CONCEPT_LINE,
    CONCEPT_SECTION,
    FIELD,
    HEADING,
    LEVEL_TAG,
    OPEN,
    ORIGIN_TAG,
    WORD,
    Piece,
    field,
    pieces,
)

VERSION = 6
LIMIT = 3

_BULLET = re.compile(r"\A\s*(?:[-•]\s*|\*\s+)(?![^\n]*\n)")
_EMPHASIS = re.compile(r"\*\*([^*]+)\*\*|\*([^*]+)\*|_([^_]+)_")
_LEVELS = {
    "elementary": "Primary School", "primary": "Primary School", "middle": "Middle School",
    "high": "High School", "college": "College", "university": "College",
    "undergraduate": "College", "grad": "Graduate School", "graduate": "Graduate School",
    "competition": "Competition",
}  # fmt: skip
_UNSUITABLE = re.compile(r"\bnot[\W_]+suitable\b", re.IGNORECASE)
# The words that a document is declared unsuitable with, and what tells them from a question's.
_DECLARATION = re.compile(
    r"[\W_]*+(?:(?:answer|output|result|response|verdict|decision)\b[\W_]*+)?"
    r"(?:(?:the|this)\s+(?:\w+\s+)?(?:document|article|text|passage|content)\s+is[\W_]++)?"
    r"not[\W_]+suitable\b[*_\"'”’\])>]*"
    r"(?:\s*(?:\Z|\n|[.:;!(—–-])|,?\s+(?:as|because|since|due|the|this|it|there)\b"
    r"|\s+(?:for|to)\s+(?:[\w-]+\s+){0,6}(?:question|problem|exercise|task)s?\b)",
    re.IGNORECASE,
)
_LABEL = re.compile(rf"\A[*_#\s]*{WORD}(?:[ \t]*\d+)?[ \t]*[*_]*[:：][*_]*\s*", re.IGNORECASE)
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
    question of the model's. Beyond `limit` questions are `more than asked for`. What declares in a
    question's place that there is none is left out.

    Raises ParseError when none is usable: `empty`, `truncated`, `off format`, `refusal`, `copies
    the prompt`, `repeats itself`; `not suitable for questions` where the reply begins with saying
    that of what it was shown (SynthLLM, figure 7), and where nothing but such pieces was found.
    """
    reply = clean.body(text, finish_reason)
    if _DECLARATION.match(reply):
        raise ParseError(clean.UNSUITABLE)
    cut = finish_reason == "length"
    found: list[ParsedQuestion] = []
    seen: set[str] = set()
    usable = declared = 0
    shown, blocks = fences.hide(reply)
    if OPEN.search(reply) and not (OPEN.search(shown) or HEADING.search(shown)):
        # A fence around the sections.
        shown, blocks = reply, []
    for piece in pieces(shown, cut):
        one = _read(replace(piece, text=fences.show(piece.text, blocks)))
        reason = clean.TRUNCATED if cut and not piece.closed else _fault(one.text, prompt)
        if reason != clean.TRUNCATED and _declares(one.text):
            declared += 1
            continue
        if reason is None and clean.normal(one.text) in seen:
            reason = clean.DUPLICATE
        if reason is None and usable == limit:
            reason = clean.EXCESS
        usable += reason is None
        seen.add(clean.normal(one.text))
        found.append(replace(one, reason=reason))
    if not found and (declared or (len(reply) < 500 and _UNSUITABLE.search(reply))):
        raise ParseError(clean.UNSUITABLE)
    if not found:
        raise clean.unusable(reply, finish_reason)
    if not usable:
        raise ParseError(found[0].reason or clean.EMPTY)
    return found


def _declares(text: str) -> bool:
    """Whether what stands in a question's place says that there is none."""
    return "?" not in text and _DECLARATION.match(text) is not None


def _read(piece: Piece) -> ParsedQuestion:
    raw, blocks = fences.hide(piece.text)
    concepts, raw = _concepts(raw)
    said, raw = _fields(raw)
    if piece.around:
        concepts = concepts or _concepts(piece.around)[0]
        said = {**_fields(piece.around)[0], **said}
    raw = _STRAY_TAG.sub("", raw).strip()
    raw = _LABEL.sub("", raw)
    raw = _TRAILER.sub("", raw)
    text = fences.show(_bare(raw), blocks)
    return ParsedQuestion(text, concepts, said.get("orig"), said.get("leve"), said.get("subj"))


def _bare(text: str) -> str:
    """A text without the marks of code around all of it; those of code inside stay."""
    text = _LEFT_FENCE.sub("", text.strip()).strip()
    around = text.count("`") % 2 or re.fullmatch(r"`++[^`]*`+", text)
    return text.strip("`").strip() if around else text


def _concepts(raw: str) -> tuple[tuple[str, ...], str]:
    """The concepts of a question; the rest."""
    for pattern in (CONCEPT_SECTION, CONCEPT_LINE):
        if match := pattern.search(raw):
            return _names(match["listed"]), raw[: match.start()] + "\n" + raw[match.end() :]
    return (), raw


def _fields(raw: str) -> tuple[dict[str, str], str]:
    """Origin, level and subject of a question, by the first letters of their names; the rest."""
    said: dict[str, str] = {}
    for match in FIELD.finditer(raw):
        name = field(match["name"])
        if value := _value(name, match["value"]):
            said.setdefault(name, value)
    raw = FIELD.sub("", raw)
    for name, pattern in (("orig", ORIGIN_TAG), ("leve", LEVEL_TAG)):
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
