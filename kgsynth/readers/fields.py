"""The fields of a record: what is taken, in which type, and why a record is refused."""

import math
from dataclasses import dataclass, replace
from typing import Any

from kgsynth import ids
from kgsynth.concepts import tags
from kgsynth.readers import parts
from kgsynth.readers.record import Fault, Record, storable, unstorable

META_LENGTH = 4_096
META = ("title", "source", "url", "licence", "language", "level", "subject")
TEXT = {"Document": ("text",), "Problem": ("text", "problem", "question")}
_NUMBERS = frozenset({"id", "level", "answer"})


@dataclass(frozen=True, slots=True)
class Source:
    """A document or problem: `properties` as given, `external` the id that the file gives it."""

    record: Record
    id: str
    external: str | None
    properties: dict[str, str | None]
    words: int
    solution: str | None = None
    answer: str | None = None
    parts: tuple["Source", ...] = ()


@dataclass(frozen=True, slots=True)
class Tagged:
    """Tags that were read for the source `external`; `faults` are the names that were refused."""

    record: Record
    external: str
    topics: dict[str, list[str]]
    points: list[str]
    faults: tuple[Fault, ...] = ()


class Refused(ValueError):
    """A field that cannot be taken: reason and detail."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def wanted(label: str) -> frozenset[str]:
    """All fields that are taken for a label."""
    given = ("solution", "answer") if label == "Problem" else ()
    return frozenset({"id", "license", *META, *TEXT[label], *given})


def source(record: Record, label: str, domain: str, max_bytes: int) -> Source | Fault:
    """The document or problem of a record, or why there is none."""
    try:
        return _source(record, label, domain, max_bytes)
    except Refused as refused:
        return record.reject(refused.reason, refused.detail)


def _source(record: Record, label: str, domain: str, max_bytes: int) -> Source:
    values = record.values
    named = [name for name in TEXT[label] if values.get(name) is not None]
    if not named:
        raise Refused("no text", f"fields: {', '.join(sorted(values)[:10]) or 'none'}")
    name = next((name for name in named if values[name] != ""), named[0])
    text = _long(values, name, max_bytes) or ""
    normal = ids.normalise_text(text)
    if not normal:
        raise Refused("empty text")
    properties: dict[str, str | None] = {"text": text, "domain": domain}
    properties |= {key: _short(values, key, META_LENGTH) for key in META}
    properties["licence"] = properties["licence"] or _short(values, "license", META_LENGTH)
    given = {
        key: _long(values, key, max_bytes) if label == "Problem" else None
        for key in ("solution", "answer")
    }
    return Source(
        record=record,
        id=ids.content_id(label, normal),
        external=_short(values, "id", tags.LENGTH),
        properties=properties,
        words=normal.count(" ") + 1,
        solution=given["solution"],
        answer=given["answer"],
    )


def split(whole: Source, budget: int) -> Source:
    """The document with its parts, where it has more than `budget` tokens; they are documents, too.

    A part's id is that of the whole with its position (from 0): `book.tex#3`. Its title is the
    whole's and the headings that it stands under; the rest is as the whole has it.
    """
    found = parts.cut(whole.properties["text"] or "", budget)
    if len(found) < 2:
        return whole
    return replace(
        whole, parts=tuple(_part(whole, position, part) for position, part in enumerate(found))
    )


def _part(whole: Source, position: int, part: parts.Part) -> Source:
    above = part.headings
    if (title := whole.properties["title"]) and title not in above[:1]:
        above = (title, *above)
    normal = ids.normalise_text(part.text)
    return Source(
        record=whole.record,
        id=ids.content_id("Document", normal),
        external=f"{whole.external}#{position}" if whole.external else None,
        properties={**whole.properties, "text": part.text,
                    "title": " › ".join(above)[:META_LENGTH] or None},
        words=normal.count(" ") + 1,
    )  # fmt: skip


def tagged(record: Record) -> Tagged | Fault:
    """The tags of a record, or why there are none; names that are refused leave the others."""
    try:
        return _tagged(record)
    except Refused as refused:
        return record.reject(refused.reason, refused.detail)


def _tagged(record: Record) -> Tagged:
    external = _short(record.values, "id", tags.LENGTH)
    if external is None:
        raise Refused("no id")
    faults: list[Fault] = []

    def names(value: Any, where: str) -> list[str]:
        if not isinstance(value, list | None):
            raise Refused("wrong type", f"{where} is not a list of names")
        return [name for name in value or [] if good(name, where)]

    def good(name: Any, where: str) -> bool:
        reason = tags.refusal(name)
        if reason:
            faults.append(Fault(record.place, reason, f"in {where}", storable(str(name))))
        return not reason

    found = record.values.get("topics")
    if not isinstance(found, dict | None):
        raise Refused("wrong type", "topics is not an object of topic: [names]")
    points = names(record.values.get("knowledgePoints"), "knowledgePoints")
    topics: dict[str, list[str]] = {}
    for topic, below in (found or {}).items():
        listed = names(below, f"topic {storable(topic)[:40]!r}")
        if good(topic, "topics"):
            topics[topic] = listed
        else:
            points += listed
    if not topics and not points:
        raise Refused("no concept", "; ".join(dict.fromkeys(fault.reason for fault in faults)))
    return Tagged(record, external, topics, points, tuple(faults))


def _string(values: dict[str, Any], name: str) -> str | None:
    """A field as text; numbers are taken for the fields where people write them."""
    value = values.get(name)
    if name in _NUMBERS and isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise Refused("wrong type", f"{name} is {value}")
        value = str(value)
    if not isinstance(value, str | None):
        raise Refused("wrong type", f"{name} is {type(value).__name__}, not text")
    if value is not None and (reason := unstorable(value)):
        raise Refused(reason, f"in {name}")
    return value


def _short(values: dict[str, Any], name: str, limit: int) -> str | None:
    """A short field; blanks around it are dropped, an empty one is none."""
    found = (_string(values, name) or "").strip()
    if len(found) > limit:
        raise Refused("field too long", f"{name} has {len(found):,} characters, over {limit:,}")
    return found or None


def _long(values: dict[str, Any], name: str, max_bytes: int) -> str | None:
    """A text as given; one of blanks only is none."""
    found = _string(values, name)
    if found is None or not found.strip():
        return None
    if len(found) > max_bytes or len(found.encode()) > max_bytes:
        raise Refused("text too long", f"{name} has over {max_bytes:,} bytes")
    return found
