"""The whole graph as a value, so that two can be compared. Times of creation do not count."""

import json
from collections import Counter
from typing import Any

from kgsynth.store import Store

NODES = "MATCH (n) WHERE NOT n:Migration RETURN labels(n) AS labels, properties(n) AS properties"
LINKS = """MATCH (a)-[r]->(b)
RETURN type(r) AS type, a.id AS source, b.id AS target, properties(r) AS properties"""


def whole(store: Store) -> tuple[Counter[str], Counter[str]]:
    """All nodes and all relationships, as canonical texts."""
    nodes = Counter(
        _text({"labels": sorted(row["labels"])} | _timeless(row["properties"]))
        for row in store.read_text(NODES, {})
    )
    links = Counter(
        _text({**row, "properties": _timeless(row["properties"])})
        for row in store.read_text(LINKS, {})
    )
    return nodes, links


def _timeless(properties: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in properties.items() if key != "createdAt"}


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True)
