"""Every .cypher file against the live server: it parses, plans without a warning, says its inputs.

The vocabulary below is the contract of the graph; a label, type or property that is not in it is a
typing error, and the server warns of it.
"""

import re
from collections.abc import Iterator

import pytest

from kgsynth import assets, config, schema

pytestmark = pytest.mark.neo4j

LABELS = [
    "Document",
    "Problem",
    "Concept",
    "Topic",
    "KnowledgePoint",
    "ConceptSet",
    "Question",
    "Answer",
    "Explanation",
    "Persona",
    "Passage",
    "Verdict",
    "Example",
    "Dataset",
    "Call",
    "Run",
    "Rejected",
    "Migration",
    "Lease",
    "Worker",
    "ConceptGraph",
]
TYPES = [
    "HAS_TOPIC",
    "MENTIONS",
    "PART_OF",
    "COVERS",
    "CO_OCCURS_WITH",
    "K_HOP",
    "MERGED_INTO",
    "SAME_AS",
    "DISTINCT_FROM",
    "BROADER",
    "SAMPLED",
    "GROUNDED_IN",
    "GENERATED_FROM",
    "TESTS",
    "IN_VOICE_OF",
    "HAS_PART",
    "CONTAINS",
    "ANSWERS",
    "REVISES",
    "EXPLAINS",
    "JUDGES",
    "PRODUCED_BY",
    "USED",
]
PROPERTIES = [
    "id",
    "text",
    "title",
    "source",
    "url",
    "externalIds",
    "domain",
    "language",
    "licence",
    "level",
    "subject",
    "words",
    "split",
    "position",
    "status",
    "reason",
    "name",
    "aliases",
    "embedding",
    "embeddingOf",
    "embeddingModel",
    "documentCount",
    "problemCount",
    "degree",
    "community",
    "core",
    "scheme",
    "code",
    "strategy",
    "seed",
    "epoch",
    "ordinal",
    "query",
    "method",
    "input",
    "origin",
    "reference",
    "referenceFrom",
    "difficulty",
    "style",
    "tokens",
    "final",
    "program",
    "votes",
    "samples",
    "items",
    "agreement",
    "round",
    "verifier",
    "model",
    "criterion",
    "score",
    "label",
    "passed",
    "sample",
    "form",
    "selection",
    "format",
    "counts",
    "step",
    "role",
    "prompt",
    "promptHash",
    "temperature",
    "inputTokens",
    "outputTokens",
    "seconds",
    "finishReason",
    "recipe",
    "config",
    "version",
    "startedAt",
    "finishedAt",
    "createdAt",
    "raw",
    "names",
    "topics",
    "listed",
    "weight",
    "hops",
    "paths",
    "similarity",
    "decidedBy",
    "previous",
    "jaccard",
    "rank",
    "groundKey",
    "start",
    "end",
    "item",
    "task",
    "maxTokens",
    "textKey",
    "copyOf",
    "copyText",
    "comparedWith",
    "matched",
    "benchmark",
    "benchmarkItem",
    "distinctAt",
    "file",
    "line",
    "checksum",
    "parser",
    "parserVersion",
    "retired",
    "worker",
    "claim",
    "host",
    "pid",
    "started",
    "beatAt",
    "eps",
    "pairs",
    "minCount",
    "complete",
    "unfinished",
    "judge",
    "decided",
    "masked",
]
QUERIES = [name for name in assets.names("cypher") if not name.startswith("schema/")]


@pytest.fixture(scope="module")
def session(connection: config.Connection) -> Iterator[object]:
    import neo4j

    auth = (connection.username, connection.password)
    with (
        neo4j.GraphDatabase.driver(
            connection.uri, auth=auth, notifications_min_severity="WARNING"
        ) as driver,
        driver.session() as session,
    ):
        for procedure, tokens in (
            ("Label", LABELS),
            ("RelationshipType", TYPES),
            ("Property", PROPERTIES),
        ):
            for token in tokens:
                session.run(f"CALL db.create{procedure}($token)", token=token).consume()
        yield session


@pytest.mark.parametrize("name", QUERIES)
def test_query_is_sound(name: str, session, shared_store) -> None:  # type: ignore[no-untyped-def]
    query = assets.query(name)
    path = next(f / f"{name}.cypher" for f in assets.folders("cypher"))
    text = path.read_text(encoding="utf-8")
    assert text.startswith("// "), "the first line is // Title"
    assert text.rstrip().endswith(";"), "cypher-shell wants the semicolon"
    body = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
    assert set(re.findall(r"\$(\w+)", body)) == set(query.parameters)
    summary = session.run(f"EXPLAIN {query.text}", query.parameters).consume()
    warnings = [
        s.status_description
        for s in summary.gql_status_objects
        if s.is_notification and s.raw_severity == "WARNING"
    ]
    assert warnings == []


def test_schema_is_applied_once_and_every_index_is_online(shared_store) -> None:  # type: ignore[no-untyped-def]
    assert schema.migrate(shared_store) == []
    states = {row["name"]: row["state"] for row in shared_store.read("report/indexes")}
    assert set(states.values()) == {"ONLINE"}
    for label in LABELS:
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", label).lower()
        if label not in ("Topic", "KnowledgePoint"):
            assert f"{snake}_id_unique" in states


def test_a_changed_schema_file_is_refused(shared_store) -> None:  # type: ignore[no-untyped-def]
    record = {row["id"]: row["checksum"] for row in shared_store.read("read/migrations")}
    shared_store.script("write/migration", id="V999", name="later", checksum="0")
    try:
        with pytest.raises(Exception, match="newer kgsynth"):
            schema.migrate(shared_store)
    finally:
        shared_store.script_text("MATCH (m:Migration {id: 'V999'}) DELETE m", {})
    assert {row["id"]: row["checksum"] for row in shared_store.read("read/migrations")} == record
