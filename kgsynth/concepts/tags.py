"""Tags of a source as one row for `write/tags`: the same from a file and from a model."""

from bisect import insort
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from kgsynth import ids
from kgsynth.readers.record import unstorable

Row = dict[str, Any]
LENGTH = 512


def refusal(name: Any) -> str | None:
    """Why something cannot be the name of a concept, or None."""
    if not isinstance(name, str):
        return "name is not text"
    if len(name) > LENGTH:
        return "name too long"
    if name.isascii() and name.isprintable() and name.strip():  # most names, at a glance
        return None
    if reason := unstorable(name):
        return f"name {reason}"
    return None if ids.normalise_name(name) else "empty name"


def tag_row(
    source: str, topics: Mapping[str, Iterable[str]], points: Iterable[str], domain: str
) -> Row:
    """The row of `write/tags` for one source: node id, topics with their points, further points.

    `refusal` must have nothing against the names. Spellings of one id are one concept: `names`
    lists them as written (blanks tidied), the lowest is the name until `merge` sets it. `topics` of
    a point are the ids of the topics that it was listed under.
    """
    found: dict[str, Row] = {}
    listed: dict[str, Row] = {}

    for topic, below in topics.items():
        topic_id = _add(found, "Topic", topic, domain)["id"]
        for name in below:
            under = _add(listed, "KnowledgePoint", name, domain)["topics"]
            if topic_id not in under:
                insort(under, topic_id)
    for name in points:
        _add(listed, "KnowledgePoint", name, domain)
    return {
        "source": source,
        "domain": domain,
        "topics": [found[id] for id in sorted(found)],
        "points": [listed[id] for id in sorted(listed)],
    }


def _add(into: dict[str, Row], kind: str, name: str, domain: str) -> Row:
    id, spelling = _concept(kind, name, domain)
    if (row := into.get(id)) is None:
        row = into[id] = {"id": id, "name": spelling, "names": [spelling], "topics": []}
    elif spelling not in row["names"]:
        insort(row["names"], spelling)
        row["name"] = row["names"][0]
    return row


@lru_cache(maxsize=300_000)
def _concept(kind: str, name: str, domain: str) -> tuple[str, str]:
    """Id and spelling of a name as written."""
    spelling = " ".join(name.split())
    return ids.concept_id(kind, spelling, domain), spelling


def _plain(row: Row) -> Row:
    names = sorted(row["names"])
    return {"id": row["id"], "name": names[0], "names": names, "topics": sorted(row["topics"])}


def union(one: Row, other: Row) -> Row:
    """The row that holds the tags of both rows of one source."""
    joined = {part: _joined(one[part], other[part]) for part in ("topics", "points")}
    return {**one, **other, **joined}


def _joined(one: list[Row], other: list[Row]) -> list[Row]:
    by_id: dict[str, Row] = {}
    for row in [*one, *other]:
        held = by_id.setdefault(row["id"], {"id": row["id"], "names": set(), "topics": set()})
        held["names"].update(row["names"])
        held["topics"].update(row["topics"])
    return [_plain(by_id[id]) for id in sorted(by_id)]


def held_rows(found: Iterable[Row]) -> dict[str, Row]:
    """What `read/tags` found, as one row for each source."""
    held: dict[str, Row] = {}
    for row in found:
        parts: dict[str, list[Row]] = {"topics": [], "points": []}
        for is_topic, id, names, topics in row["tags"]:
            tag = {"id": id, "names": names, "topics": topics}
            parts["topics" if is_topic else "points"].append(tag)
        joined = {part: _joined(some, []) for part, some in parts.items()}
        held[row["source"]] = {"source": row["source"], **joined}
    return held
