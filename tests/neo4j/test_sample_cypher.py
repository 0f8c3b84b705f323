"""Concept sets by a query of a person's own."""

import pytest
from planted import Source, corpus, merge, plant, point, topic

from kgsynth.errors import UsageError
from kgsynth.steps import link
from kgsynth.steps.sample import cypher
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

PAIRS = """
MATCH (a:KnowledgePoint)-[:CO_OCCURS_WITH]->(b:KnowledgePoint)
RETURN [a, b] AS concepts // the nodes
"""


def sets(store: Store) -> list[tuple[tuple[str, ...], str, int]]:
    rows = store.read_text(
        "MATCH (s:ConceptSet) RETURN s.query AS query, s.seed AS seed, s.strategy AS strategy, "
        "COLLECT { MATCH (s)-[r:SAMPLED]->(c) RETURN c.id ORDER BY r.position } AS members",
        {},
    )
    assert {row["strategy"] for row in rows} <= {"cypher"}
    return sorted((tuple(row["members"]), row["query"], row["seed"]) for row in rows)


def test_each_row_is_a_set_and_the_text_stays(store: Store) -> None:
    plant(store, corpus(21, 12))
    link.link(store)
    edges = store.read_text(PAIRS.replace("[a, b]", "[a.id, b.id]"), {})
    funnel = cypher(store, PAIRS)
    assert (funnel.taken, funnel.kept) == (len(edges), len(edges))
    assert [members for members, _, _ in sets(store)] == sorted(
        tuple(row["concepts"]) for row in edges
    )
    assert {query for _, query, _ in sets(store)} == {PAIRS}
    again = cypher(store, PAIRS)
    assert (again.kept, dict(again.dropped)) == (0, {"there already": len(edges)})
    assert len(sets(store)) == len(edges)


def test_ids_order_repeats_and_merged_concepts(store: Store) -> None:
    plant(store, [Source("d", {"T": ["a", "b", "c"]})])
    merge(store, point("c"), point("b"))
    ids = [[topic("T"), point("c"), point("b")], [point("b"), topic("T")], [topic("T"), point("b")]]
    funnel = cypher(store, "UNWIND $ids AS concepts RETURN concepts", parameters={"ids": ids})
    assert [members for members, _, _ in sets(store)] == sorted(
        [(topic("T"), point("b")), (point("b"), topic("T"))]
    )
    assert dict(funnel.dropped) == {"the same again": 1}
    assert sets(store)[0][1].startswith("// :param ids => [[")


def test_rows_that_make_no_set_are_counted(store: Store) -> None:
    plant(store, [Source("d", {"T": ["a"]}), Source("e", {"U": ["b"]}, domain="code")])
    query = """
    UNWIND [null, [], 'a', 7, ['nothing'], [null], [1], [$a], [$b]] AS concepts RETURN concepts
    """
    given = {"a": point("a"), "b": point("b", "code")}
    funnel = cypher(store, query, parameters=given, domain="mathematics")
    assert (funnel.taken, funnel.kept) == (9, 1)
    assert dict(funnel.dropped) == {
        "no list of concepts": 4,
        "not a topic or knowledge point": 3,
        "not of mathematics": 1,
    }


def test_as_many_as_asked_for_and_the_seed_is_a_parameter(store: Store) -> None:
    plant(store, corpus(22, 12))
    link.link(store)
    assert cypher(store, PAIRS, sets=5, seed=4).kept == 5
    assert {seed for _, _, seed in sets(store)} == {4}
    assert cypher(store, f"{PAIRS}\nSKIP $seed LIMIT 2", seed=7).kept == 2


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("MATCH (a:Topic) RETURN a", "concepts"),
        ("MATCH (a:Topic RETURN a AS concepts", "does not understand"),
        ("CREATE (a:Topic {id: 'x'}) RETURN [a] AS concepts", "changes the graph"),
    ],
)
def test_what_is_no_such_query_is_refused(store: Store, query: str, said: str) -> None:
    with pytest.raises(Exception, match=f"(?is){said}") as error:
        cypher(store, query)
    if "understand" in said:
        assert isinstance(error.value, UsageError)
    assert not store.read_text("MATCH (n:Topic) RETURN n.id AS id", {})
