"""What `link` adds for people to see: communities and implicit relations."""

from itertools import combinations

import networkx as nx
import pytest
from planted import Source, corpus, plant, point, topic

from kgsynth.errors import KgsynthError, UsageError
from kgsynth.steps import link as step
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

# Two groups of five points each, all of a group in one document, and one bridge between them.
GROUPS = [[f"{name} {n}" for n in range(5)] for name in ("left", "right")]
TWO_GROUPS = [
    *(Source(f"{place} {n}", {f"topic {place}": group})
      for place, group in enumerate(GROUPS) for n in range(3)),
    Source("bridge", {"between": []}, ["left 0", "right 0"]),
]  # fmt: skip


def of_points(store: Store) -> nx.Graph:
    rows = store.read_text(
        "MATCH (a:KnowledgePoint)-[:CO_OCCURS_WITH]->(b:KnowledgePoint) "
        "RETURN a.id AS a, b.id AS b",
        {},
    )
    return nx.Graph((row["a"], row["b"]) for row in rows)


def k_hops(store: Store) -> dict[tuple[int, str, str], int]:
    rows = store.read_text(
        "MATCH (a)-[r:K_HOP]->(b) RETURN r.hops AS hops, a.id AS a, b.id AS b, r.paths AS paths", {}
    )
    found = {(row["hops"], row["a"], row["b"]): row["paths"] for row in rows}
    assert len(found) == len(rows)
    return found


def expected(graph: nx.Graph, hops: int) -> dict[tuple[int, str, str], int]:
    """Shortest paths of that length, counted one by one."""
    return {
        (hops, a, b): len(list(nx.all_shortest_paths(graph, a, b)))
        for a, b in combinations(sorted(graph), 2)
        if nx.has_path(graph, a, b) and nx.shortest_path_length(graph, a, b) == hops
    }


def communities(store: Store) -> dict[str, int]:
    rows = store.read_text("MATCH (c:Concept) RETURN c.id AS id, c.community AS community", {})
    return {row["id"]: row["community"] for row in rows}


def test_communities_are_the_groups_in_any_order_of_arrival(store: Store) -> None:
    found = []
    for shuffle in (None, 1):
        store.script("write/wipe")
        plant(store, TWO_GROUPS, shuffle)
        step.link(store)
        funnel = step.communities(store, seed=3)
        found.append(communities(store))
        assert funnel.notes["communities"] == len(set(found[-1].values()))
    assert found[0] == found[1]
    for place, group in enumerate(GROUPS):
        ids = [point(name) for name in group] + [topic(f"topic {place}")]
        assert len({found[0][id] for id in ids}) == 1
    assert found[0][point("left 1")] != found[0][point("right 1")]
    assert step.communities(store, seed=3).nothing_to_do
    rows = store.read_text(
        "MATCH (a)-[r:CO_OCCURS_WITH]->(b) WHERE a.community <> b.community "
        "AND a:KnowledgePoint RETURN a.name AS a, b.name AS b",
        {},
    )
    assert [{row["a"], row["b"]} for row in rows] == [{"left 0", "right 0"}]


def test_communities_need_stored_pairs(store: Store) -> None:
    plant(store, TWO_GROUPS)
    step.link(store, pairs="none")
    with pytest.raises(KgsynthError, match="--pairs all"):
        step.communities(store)


@pytest.mark.parametrize("hops", [2, 3])
def test_k_hop_equals_paths_counted_one_by_one(store: Store, hops: int) -> None:
    plant(store, corpus(11, 14, points=90, most_topics=1, most_points=5))
    step.link(store)
    wanted = expected(of_points(store), hops)
    assert len(wanted) > 30
    step.k_hop(store, hops=hops, top=100_000)
    assert k_hops(store) == wanted
    best = sorted(wanted, key=lambda key: (-wanted[key], key))[:5]
    step.k_hop(store, hops=hops, top=5)
    assert k_hops(store) == {key: wanted[key] for key in best}


def test_k_hop_of_a_topic_and_of_a_community(store: Store) -> None:
    plant(store, TWO_GROUPS)
    step.link(store)
    step.communities(store)
    everything = expected(of_points(store), 2)
    part = {point("left 3")}
    plant(store, [Source("one", {"small": ["left 3"]})])
    step.link(store)
    step.communities(store)
    step.k_hop(store, topic="small", top=1000)
    assert k_hops(store) == {key: n for key, n in everything.items() if part & set(key)}
    step.k_hop(store, community=communities(store)[point("right 2")], top=1000)
    right = {point(name) for name in GROUPS[1]}
    assert k_hops(store) == {key: n for key, n in everything.items() if right & set(key)}
    with pytest.raises(UsageError, match="No knowledge point"):
        step.k_hop(store, topic="nothing")
    with pytest.raises(UsageError, match="2 or 3"):
        step.k_hop(store, hops=4)


def test_a_graph_that_changes_loses_its_k_hops(store: Store) -> None:
    plant(store, TWO_GROUPS)
    step.link(store)
    step.k_hop(store)
    assert k_hops(store)
    assert step.link(store).nothing_to_do
    assert k_hops(store)
    plant(store, [Source("new", {"between": ["left 1", "right 1"]})])
    step.link(store)
    assert not k_hops(store)
