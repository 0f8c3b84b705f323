"""Level, subject, topics and key concepts of a text, out of JSON."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kgsynth.parse import clean
from kgsynth.parse.clean import ParseError
from kgsynth.readers.record import each_key_once

VERSION = 4
LEVELS = ("Primary School", "Middle School", "High School", "College", "Graduate School",
          "Competition", "Other")  # fmt: skip
TOPICS, CONCEPTS, NAME_LENGTH = 5, 20, 120

_ESCAPED = re.compile(r'\\(\\|"|/|u[0-9a-fA-F]{4}|[A-Za-z]+|.|\Z)', re.DOTALL)
# Braces that are tried as the beginning of an object.
_TRIES = 1_000
# A string, to be passed over, or a comma before the end of an object or a list.
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)


@dataclass(frozen=True, slots=True)
class ParsedTags:
    """What a text is about. `shortfalls` says what was asked for and not delivered."""

    level: str
    subject: str
    topics: dict[str, list[str]]
    shortfalls: tuple[str, ...] = ()


def tags(text: str, finish_reason: str = "stop", *, prompt: str = "") -> ParsedTags:
    """Tags of a text: level, subject, 1-5 topics with their key concepts (SynthLLM, figure 10).

    Rejected is what cannot be read (ParseError: `empty`, `truncated`, `not JSON`, `refusal`), what
    names no topic with a concept (`off format`), and a list of the prompt's own slots (`copies the
    prompt`). Tolerated and told in `shortfalls`: an unknown level (then `Other`), no subject (then
    ""), topics without concepts, fewer than 5 concepts, more than 5 topics or 20 concepts (the
    first are kept), names beyond 120 characters (left out). Names said twice count once.
    """
    reply = clean.body(text, finish_reason)
    found = next((value for value in objects(reply) if _topics(value)), None)
    if found is None:
        if finish_reason == "length":
            raise ParseError(clean.TRUNCATED)
        if clean.is_refusal(reply):
            raise ParseError(clean.REFUSAL)
        raise ParseError(clean.OFF_FORMAT if any(objects(reply)) else clean.NOT_JSON)
    short: list[str] = []
    topics: dict[str, list[str]] = {}
    for name, concepts in _topics(found):
        topic = _name(name)
        listed = each_once(concepts, topic)
        if topic is None or not listed:
            short.append("topic without key concepts")
        elif topic.casefold() in (known.casefold() for known in topics):
            short.append("topic named twice")
        elif len(topics) == TOPICS:
            short.append(f"more than {TOPICS} topics")
        else:
            if len(listed) < 5:
                short.append("fewer than 5 key concepts")
            if len(listed) > CONCEPTS:
                short.append(f"more than {CONCEPTS} key concepts")
            topics[topic] = listed[:CONCEPTS]
    if not topics:
        raise ParseError(clean.OFF_FORMAT)
    names = [*topics, *(name for listed in topics.values() for name in listed)]
    if all(clean.is_placeholder(name) for name in names):
        raise ParseError(clean.COPY)
    said = _entry(found, "level", "educationallevel")
    known = level(said) if isinstance(said, str) else None
    if known is None:
        short.append("unknown level")
    subject = _name(_entry(found, "subject")) or ""
    return ParsedTags(known or "Other", subject, topics, tuple(dict.fromkeys(short)))


def objects(text: str) -> Iterator[dict[str, Any]]:
    """Every JSON object at the top of a text with prose and fences around it.

    Backslashes of LaTeX commands are mended before JSON could read them as escapes, and trailing
    commas are let pass; an object that is cut off or says a key twice is never half read.
    """
    decoder = json.JSONDecoder(strict=False, object_pairs_hook=each_key_once)
    text = _TRAILING_COMMA.sub(lambda match: match[1] or "", mend_backslashes(text))
    end = 0
    for _ in range(_TRIES):
        place = text.find("{", end)
        if place < 0:
            return
        try:
            value, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):  # broken, or a number of too many digits
            end = place + 1
        else:
            yield value


def mend_backslashes(text: str) -> str:
    r"""Doubles every backslash that begins a LaTeX command, so that JSON reads it as one.

    `\frac`, `\theta`, `\sqrt`, `\{` are commands; `\"`, `\\`, `\u00e9`, and `\n`, `\r`, `\t` before
    anything that makes no known command are JSON's own.
    """

    def mend(match: re.Match[str]) -> str:
        after = match[1]
        if after in ("\\", '"', "/") or re.fullmatch(r"u[0-9a-fA-F]{4}", after):
            return match[0]
        if after[:1] in "nrt" and after and after not in clean.COMMANDS:
            return match[0]
        return "\\" + match[0]

    return _ESCAPED.sub(mend, text)


def _entry(value: dict[str, Any], *names: str) -> Any:
    """The entry under the first of some names, however it is spelled."""
    spelled = {re.sub(r"[^a-z]", "", key.casefold()): entry for key, entry in value.items()}
    return next((spelled[name] for name in names if name in spelled), None)


def _topics(value: dict[str, Any]) -> list[tuple[Any, Any]]:
    """(topic, concepts) of `[{"topic": ..., "concepts": [...]}]` or `{"topic": [...]}`."""
    listed = _entry(value, "topics", "topic")
    if isinstance(listed, dict):
        return list(listed.items())
    if not isinstance(listed, list):
        return []
    return [
        (_entry(one, "topic", "name", "title"),
         _entry(one, "concepts", "keyconcepts", "knowledgepoints", "keyconcept"))
        for one in listed if isinstance(one, dict)
    ]  # fmt: skip


def _name(value: Any) -> str | None:
    """A name in one line without numbering; None when there is none or it is no name."""
    if not isinstance(value, str):
        return None
    text = clean.restore_latex(value).encode("utf-8", "ignore").decode("utf-8")
    text = re.sub(r"^\s*(?:\d+(?:\.\d+)*[.)]\s+|[-*•]\s+)", "", text)
    text = " ".join(text.split()).strip(" ;:,\"'`*").rstrip(" .;:,")
    return text if clean.normal(text) and len(text) <= NAME_LENGTH else None


def each_once(values: Any, topic: str | None = None) -> list[str]:
    """Names of a list, each spelling-insensitively once; a topic is no key concept of itself."""
    seen = {topic.casefold()} if topic else set()
    names: list[str] = []
    for value in values if isinstance(values, Iterable) and not isinstance(values, str) else ():
        name = _name(value)
        if name is not None and name.casefold() not in seen:
            seen.add(name.casefold())
            names.append(name)
    return names


def level(said: str) -> str | None:
    """The level of that name, however it is spelled; None when it is none of `LEVELS`."""
    wanted = clean.normal(said)
    return next((level for level in LEVELS if clean.normal(level) == wanted), None)
