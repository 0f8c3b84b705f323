"""Knowledge points of a problem, out of JSON or a numbered list."""

import re
from typing import Any

from kgsynth.parse import clean, read_tags
from kgsynth.parse.clean import ParseError

VERSION = 1
POINTS = 10
_KEYS = ("points", "knowledgepoints", "mathknowledgepoints", "concepts", "keyconcepts")
_ENTRY = re.compile(r"^\s*(?:\(?\d{1,2}[.):]|[-*•])\s+(\S.*)$", re.MULTILINE)
# What follows a term that is explained behind it.
_EXPLAINED = re.compile(r"(?:\*\*)?\s*(?::|\s[–—-])\s.*$", re.DOTALL)


def points(text: str, finish_reason: str = "stop", *, prompt: str = "") -> list[str]:
    """At most ten knowledge points of a problem (GSDP, section 2.2); the first ones where more.

    Reads `{"points": [...]}`, a bare JSON list, or a numbered or bulleted list (of `**Term**: why`
    the term). Names said twice count once. Raises ParseError: `empty`, `truncated`, `refusal`,
    `off format`, `copies the prompt`.
    """
    reply = clean.body(text, finish_reason)
    if reply.startswith("["):
        reply = f'{{"points": {reply}}}'
    listed = next((found for value in read_tags.objects(reply) if (found := _listed(value))), None)
    if listed is None and not any(read_tags.objects(reply)):
        if finish_reason == "length" and reply.startswith("{"):
            raise ParseError(clean.TRUNCATED)
        listed = [_EXPLAINED.sub("", entry) for entry in _ENTRY.findall(reply)]
        if finish_reason == "length":
            listed = listed[:-1]  # the last one may be half a name
    names = read_tags.each_once(listed or [])
    if not names:
        raise clean.unusable(reply, finish_reason)
    if all(clean.is_placeholder(name) for name in names):
        raise ParseError(clean.COPY)
    return names[:POINTS]


def _listed(value: dict[str, Any]) -> list[Any] | None:
    for key, entry in value.items():
        if re.sub(r"[^a-z]", "", key.casefold()) in _KEYS and isinstance(entry, list):
            return [each.get("name", each.get("point")) if isinstance(each, dict) else each
                    for each in entry]  # fmt: skip
    return None
