"""A text that a model wrote, out of its section or the whole reply."""

import re

from kgsynth.parse import clean
from kgsynth.parse.clean import ParseError

VERSION = 1
SHORTEST = 30  # words

_OPENED = re.compile(r"<\s*(?:text|document|passage)\s*>", re.IGNORECASE)
_CLOSED = re.compile(r"<\s*/\s*(?:text|document|passage)\s*>", re.IGNORECASE)
# What a model says before its text although nobody asked.
_LEAD = re.compile(
    r"\A(?:sure|certainly|of course|here(?: is|'s|’s)|below is)\b[^\n]{0,200}:\s*\n+", re.IGNORECASE
)


def passage(text: str, finish_reason: str = "stop", *, prompt: str = "") -> str:
    """The text between `<text>` and `</text>`, else the whole reply without its first words.

    Raises ParseError: `empty`, `truncated` for one that finds no end, `refusal`, `too short`,
    `repeats itself`, `copies the prompt`.
    """
    reply = clean.body(text, finish_reason)
    opened, closed = _OPENED.search(reply), _CLOSED.search(reply)
    if finish_reason == "length" and not closed:
        raise ParseError(clean.TRUNCATED)
    found = reply[opened.end() if opened else 0 : closed.start() if closed else None]
    found = _LEAD.sub("", found.strip()).strip()
    if clean.is_refusal(found):
        raise ParseError(clean.REFUSAL)
    if len(found.split()) < SHORTEST:
        raise ParseError("too short" if found else clean.EMPTY)
    if clean.repeats(found):
        raise ParseError(clean.REPEATS)
    if clean.is_copy(found, prompt):
        raise ParseError(clean.COPY)
    return found
