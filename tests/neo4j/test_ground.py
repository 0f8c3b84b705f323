"""`ground` by every engine against brute-force Jaccard, ties by document id."""

from fractions import Fraction
from itertools import groupby, product

import pytest
from planted import Source, corpus, merge, plant, point, topic

from kgsynth.concepts import gds
from kgsynth.errors import UsageError
from kgsynth.schema import migrations
from kgsynth.steps import ground as step
from kgsynth.steps.ground import ground
from kgsynth.steps.link import link
from kgsynth.steps.sample import walk
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j
ENGINES = ["gds", "sparse", "cypher"]

GROUNDINGS = """
MATCH (s:ConceptSet)-[g:GROUNDED_IN]->(d:Document)
RETURN s.id AS id, d.id AS document, g.jaccard AS jaccard, g.rank AS rank ORDER BY id, rank
"""
MEMBERS = """
MATCH (s:ConceptSet)
RETURN s.id AS id, COLLECT { MATCH (s)-[:SAMPLED]->(c) RETURN c.id } AS concepts
"""


def groundings(store: Store) -> dict[str, list[tuple[str, float, int]]]:
    found: dict[str, list[tuple[str, float, int]]] = {}
    for row in store.read_text(GROUNDINGS, {}):
        found.setdefault(row["id"], []).append((row["document"], row["jaccard"], row["rank"]))
    return found


def expected(
    store: Store, sources: list[Source], top: int, merged: dict[str, str] | None = None
) -> dict[str, list[tuple[str, float, int]]]:
    """Brute force over all pairs of a set and a document, in exact fractions."""

    def ends(ids: set[str]) -> set[str]:
        while merged and ids & set(merged):
            ids = {merged.get(id, id) for id in ids}
        return ids

    documents = {
        source.id: ends(source.topic_ids | source.point_ids)
        for source in sources
        if source.label == "Document"
    }
    found = {}
    for row in store.read_text(MEMBERS, {}):
        sampled = ends(set(row["concepts"]))
        scores = [
            (-Fraction(len(sampled & held), len(sampled | held)), id)
            for id, held in documents.items()
            if sampled & held
        ]
        best = sorted(scores)[:top]
        if best:
            found[row["id"]] = [
                (id, float(-score), rank) for rank, (score, id) in enumerate(best, start=1)
            ]
    return found


def sampled(store: Store, sources: list[Source], epochs: int = 2) -> None:
    plant(store, sources)
    link(store)
    walk(store, epochs=epochs, engine="client")


def test_sets_of_one_document_are_asked_about_one_after_the_other(store: Store) -> None:
    """In pages, too: a server computes the document that prompts begin with once."""
    sampled(store, corpus(1, 30))
    ground(store, top=2)
    found = groundings(store)
    asked: list[str] = []
    for size in (1, 2, 7) * len(found):
        last = (
            store.read_text(
                "MATCH (s:ConceptSet {id: $id}) RETURN s.groundKey AS key", {"id": asked[-1]}
            )
            if asked
            else [{"key": ""}]
        )
        page = store.read("pending/generate-concept-set", after=last[0]["key"], limit=size, task="",
                          domain="mathematics")  # fmt: skip
        asked += [row["id"] for row in page]
    assert sorted(asked) == sorted(found)
    keys = "MATCH (s:ConceptSet) RETURN s.id AS id, s.groundKey AS key ORDER BY id"
    held = store.read_text(keys, {})
    store.write_text("MATCH (s:ConceptSet) REMOVE s.groundKey", {})
    (migration,) = [one for one in migrations() if one.name == "ground_key"]
    for statement in migration.statements:  # a graph of before
        store.script_text(statement, {})
    assert store.read_text(keys, {}) == held
    best = [found[id][0][0] for id in asked]
    runs = [document for document, _ in groupby(best)]
    assert len(runs) == len(set(runs)) < len(best)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("top", [1, 2, 5])
def test_equals_brute_force(store: Store, engine: str, top: int) -> None:
    sources = corpus(1, 80) + corpus(2, 20, label="Problem")
    sampled(store, sources)
    funnel = ground(store, engine=engine, top=top)
    found = groundings(store)
    assert found == expected(store, sources, top)
    assert funnel.kept == len(found) and funnel.notes["engine"] == engine
    assert ground(store, engine=engine, top=top).nothing_to_do


@pytest.mark.parametrize("engine", ENGINES)
def test_ties_go_to_the_lowest_ids(store: Store, engine: str) -> None:
    """Sixty equal documents, planted in another order than that of their ids."""
    equal = [
        Source(f"equal {number} {name}", {name: ["x", "y"]})
        for number, name in product(range(30), ("A", "B"))
    ]
    sampled(store, [*equal, Source("bridge", {"A": ["x", "z"], "B": ["y"]})])
    ground(store, engine=engine, top=3)
    assert groundings(store) == expected(
        store, [*equal, Source("bridge", {"A": ["x", "z"], "B": ["y"]})], 3
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_through_merges_and_each_concept_once(store: Store, engine: str) -> None:
    """A concept that a walk met twice, or under two names that were merged, counts once."""
    sources = corpus(3, 60)
    sampled(store, sources)
    merged = {
        point("point 0"): point("point 5"),
        point("point 1"): point("point 0"),
        topic("topic 0"): topic("topic 1"),
    }
    for child, parent in merged.items():
        merge(store, child, parent)
    rows = store.read_text(MEMBERS, {})
    assert any(len(row["concepts"]) > len(set(row["concepts"])) for row in rows)
    ground(store, engine=engine)
    assert groundings(store) == expected(store, sources, 2, merged)


@pytest.mark.parametrize("engine", ENGINES)
def test_sets_without_a_document_are_counted(store: Store, engine: str) -> None:
    sources = [Source("d", {"A": ["x", "y"]}), Source("p", {"B": ["z", "w"]}, label="Problem")]
    sampled(store, sources, epochs=3)
    funnel = ground(store, engine=engine)
    assert (funnel.taken, funnel.kept) == (6, 3)
    assert funnel.dropped == {"no document shares a concept": 3}
    again = ground(store, engine=engine)
    assert again.nothing_to_do and again.notes["without a document"] == 3
    plant(store, [Source("later", {"B": ["z"]})])
    assert ground(store, engine=engine).kept == 3


@pytest.mark.parametrize("engine", ENGINES)
def test_without_any_document(store: Store, engine: str) -> None:
    sampled(store, corpus(4, 10, label="Problem"), epochs=1)
    funnel = ground(store, engine=engine)
    assert funnel.taken > 0 and funnel.kept == 0
    assert sum(funnel.dropped.values()) == funnel.taken


def test_groundings_stay_when_documents_come(store: Store) -> None:
    sources = corpus(5, 40)
    sampled(store, sources)
    ground(store)
    first = groundings(store)
    plant(store, corpus(6, 40))
    link(store)
    walk(store, epochs=3, engine="client")
    funnel = ground(store)
    grown = groundings(store)
    assert funnel.kept == len(grown) - len(first) > 0
    assert {id: grown[id] for id in first} == first
    assert {id: grown[id] for id in grown if id not in first} == {
        id: rows
        for id, rows in expected(store, sources + corpus(6, 40), 2).items()
        if id not in first
    }


def test_rejected_documents_ground_nothing(store: Store) -> None:
    sources = corpus(7, 20)
    sampled(store, sources, epochs=1)
    store.write_text(
        "UNWIND $ids AS id MATCH (d:Document {id: id}) SET d.status = 'rejected'",
        {"ids": [source.id for source in sources[:10]]},
    )
    for engine in ENGINES:
        store.write_text("MATCH ()-[g:GROUNDED_IN]->() DELETE g", {})
        ground(store, engine=engine)
        assert groundings(store) == expected(store, sources[10:], 2), engine


def test_auto_chooses_by_number_of_sets(store: Store) -> None:
    sources = corpus(8, 20)
    sampled(store, sources, epochs=1)
    assert ground(store, auto_limit=1_000).notes["engine"] == "gds"
    store.write_text("MATCH ()-[g:GROUNDED_IN]->() DELETE g", {})
    assert ground(store, auto_limit=3).notes["engine"] == "sparse"
    assert groundings(store) == expected(store, sources, 2)


def test_blocks_and_domains(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several blocks give what one gives; `domain` chooses the sets, not the answers."""
    monkeypatch.setattr(step, "SETS", 7)
    monkeypatch.setattr(step, "SETS_A_QUERY", 2)
    sources = [*corpus(9, 30), Source("c", {"Sorting": ["Heap", "Stack"]}, domain="code")]
    sampled(store, sources)
    for engine in ENGINES:
        store.write_text("MATCH ()-[g:GROUNDED_IN]->() DELETE g", {})
        funnel = ground(store, engine=engine, domain="code")
        assert (funnel.taken, funnel.kept) == (2, 2)
        assert ground(store, engine=engine).kept > 14
        assert groundings(store) == expected(store, sources, 2), engine


def test_wrong_settings_and_empty_graph(store: Store) -> None:
    assert ground(store).nothing_to_do
    for wrong in ({"top": 0}, {"engine": "numpy"}):
        with pytest.raises(UsageError):
            ground(store, **wrong)
    rows = store.read_text("CALL gds.graph.list() YIELD graphName RETURN graphName AS n", {})
    assert rows == [] and gds.obstacle(store, 10, 10) is None
