"""Plants tagged documents and problems, and counts what the concept graph must then hold."""

import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations

from kgsynth.ids import concept_id, text_id
from kgsynth.store import Store

DOMAIN = "mathematics"
LABELS = {"T": "Topic", "K": "KnowledgePoint"}

NODES = """
UNWIND $rows AS row
CALL (row) {
  WITH row WHERE row.label = 'Document' MERGE (s:Document {id: row.id}) SET s += row.set
  UNION
  WITH row WHERE row.label = 'Problem' MERGE (s:Problem {id: row.id}) SET s += row.set
  UNION
  WITH row WHERE row.label = 'Topic' MERGE (s:Concept {id: row.id}) SET s:Topic, s += row.set
  UNION
  WITH row WHERE row.label = 'KnowledgePoint'
  MERGE (s:Concept {id: row.id}) SET s:KnowledgePoint, s += row.set
}
"""
HOLDS = """
UNWIND $rows AS row
OPTIONAL MATCH (d:Document {id: row.source})
OPTIONAL MATCH (p:Problem {id: row.source})
WITH row, coalesce(d, p) AS s
MATCH (c:Concept {id: row.concept})
"""
TOPICS = f"{HOLDS} MERGE (s)-[r:HAS_TOPIC]->(c) SET r.names = row.names"
MENTIONS = f"{HOLDS} MERGE (s)-[r:MENTIONS]->(c) SET r.names = row.names, r.topics = row.topics"


def topic(name: str, domain: str = DOMAIN) -> str:
    return concept_id("Topic", name, domain)


def point(name: str, domain: str = DOMAIN) -> str:
    return concept_id("KnowledgePoint", name, domain)


@dataclass(frozen=True)
class Source:
    """A document (or problem): topics with the points listed under each, and loose points."""

    name: str
    topics: dict[str, list[str]]
    points: list[str] = field(default_factory=list)
    label: str = "Document"
    domain: str = DOMAIN

    @property
    def id(self) -> str:
        return text_id(self.label, self.name)

    @property
    def topic_ids(self) -> set[str]:
        return {topic(name, self.domain) for name in self.topics}

    @property
    def point_ids(self) -> set[str]:
        names = {name for listed in self.topics.values() for name in listed} | set(self.points)
        return {point(name, self.domain) for name in names}


def plant(store: Store, sources: list[Source], shuffle: int | None = None) -> None:
    """Writes the sources; `shuffle` is the seed of another order of everything."""
    nodes, topics, mentions = [], [], []
    for source in sources:
        nodes.append(
            {
                "label": source.label,
                "id": source.id,
                "set": {"text": source.name, "domain": source.domain},
            }
        )
        names = {"T": list(source.topics), "K": []}
        names["K"] = [name for listed in source.topics.values() for name in listed] + source.points
        for kind, make in (("T", topic), ("K", point)):
            nodes += [
                {
                    "label": LABELS[kind],
                    "id": make(name, source.domain),
                    "set": {"name": name, "domain": source.domain},
                }
                for name in names[kind]
            ]
        topics += [
            {"source": source.id, "concept": topic(name, source.domain), "names": [name]}
            for name in source.topics
        ]
        for name in set(names["K"]):
            under = [
                topic(one, source.domain) for one, all_ in source.topics.items() if name in all_
            ]
            mentions.append(
                {
                    "source": source.id,
                    "concept": point(name, source.domain),
                    "names": [name],
                    "topics": under,
                }
            )
    if shuffle is not None:
        for rows in (nodes, topics, mentions):
            random.Random(shuffle).shuffle(rows)
    for text, rows in ((NODES, nodes), (TOPICS, topics), (MENTIONS, mentions)):
        for start in range(0, len(rows), 5_000):
            store.write_text(text, {"rows": rows[start : start + 5_000]})


def corpus(
    seed: int,
    documents: int,
    *,
    topics: int = 12,
    points: int = 60,
    label: str = "Document",
    most_topics: int = 4,
    most_points: int = 6,
) -> list[Source]:
    """Random sources over skewed topics and points, so that there are hubs and rare ones."""
    draw = random.Random(seed)

    def skewed(prefix: str, size: int, count: int) -> list[str]:
        return list({f"{prefix}{int(size * draw.random() ** 2)}" for _ in range(count)})

    found = []
    for number in range(documents):
        chosen = sorted(skewed("topic ", topics, draw.randint(1, most_topics)))
        found.append(
            Source(
                f"{label} {seed} {number}",
                {
                    name: sorted(skewed("point ", points, draw.randint(0, most_points)))
                    for name in chosen
                },
                sorted(skewed("point ", points, draw.randint(0, 2))),
                label,
            )
        )
    return found


@dataclass(frozen=True)
class Expected:
    """Brute-force counts: pairs by (type, left, right), sources by concept."""

    documents: Counter[tuple[str, str, str]]
    problems: Counter[tuple[str, str, str]]
    listed: Counter[tuple[str, str, str]]
    document_count: Counter[str]
    problem_count: Counter[str]


def expect(sources: list[Source], merged: dict[str, str] | None = None) -> Expected:
    """Counts by itertools; `merged` maps concept ids to what they were merged into."""

    def end(id: str) -> str:
        while merged and id in merged:
            id = merged[id]
        return id

    result = Expected(Counter(), Counter(), Counter(), Counter(), Counter())
    for source in sources:
        topics = {end(id) for id in source.topic_ids}
        points = {end(id) for id in source.point_ids}
        pairs = [("CO_OCCURS_WITH", *sorted(two)) for two in combinations(topics, 2)]
        pairs += [("CO_OCCURS_WITH", *sorted(two)) for two in combinations(points, 2)]
        pairs += [("COVERS", one, other) for one in topics for other in points]
        is_document = source.label == "Document"
        (result.documents if is_document else result.problems).update(pairs)
        (result.document_count if is_document else result.problem_count).update(topics | points)
        result.listed.update(
            {
                ("COVERS", end(topic(name, source.domain)), end(point(one, source.domain)))
                for name, listed in source.topics.items()
                for one in listed
            }
        )
    return result


STORED_PAIRS = """
MATCH (a)-[r:CO_OCCURS_WITH|COVERS]->(b)
RETURN type(r) AS type, a.id AS left, b.id AS right, properties(r) AS values
"""


def stored_pairs(store: Store) -> dict[tuple[str, str, str], dict[str, float]]:
    """Every stored pair with its properties; fails on two relationships of one pair."""
    rows = store.read_text(STORED_PAIRS, {})
    found = {(row["type"], row["left"], row["right"]): row["values"] for row in rows}
    assert len(found) == len(rows)
    return found


def merge(store: Store, child: str, parent: str) -> None:
    store.write_text(
        "MATCH (a:Concept {id: $child}) MATCH (b:Concept {id: $parent}) "
        "MERGE (a)-[r:MERGED_INTO]->(b) SET r.decidedBy = 'rule'",
        {"child": child, "parent": parent},
    )
