"""Combinations of knowledge points against networkx: how many, which, and evenly drawn."""

from collections import Counter
from itertools import combinations as choose

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.stats import chi2, chisquare

from kgsynth.concepts import combinations
from kgsynth.concepts.combinations import (
    SORTED,
    Space,
    community,
    core_points,
    cross_community,
    every,
    in_turns,
    keys,
    look_up,
    one_hop,
    shuffled,
    sizes,
    three_hop,
    two_hop,
)


def arrays(graph: nx.Graph) -> sparse.csr_array:
    """The graph as combinations are counted on: nodes are 0, 1, ..., `count` on the edges."""
    ends = np.array(graph.edges, dtype=np.int64).reshape(-1, 2)
    count = np.array([held.get("count", 1) for *_, held in graph.edges(data=True)], dtype=np.int32)
    upper = sparse.coo_array((count, (ends[:, 0], ends[:, 1])), shape=(len(graph), len(graph)))
    whole = (upper + upper.T).tocsr()
    whole.sort_indices()
    return whole


def spaces(graph: nx.Graph, cores: list[int]) -> dict[str, Space]:
    matrix = arrays(graph)
    return {
        "one-hop": one_hop(matrix),
        "repeated": one_hop(matrix, repeat=True),
        "two-hop": two_hop(matrix),
        "three-hop": three_hop(matrix, np.array(cores, dtype=np.int64)),
        "community": community(matrix),
        "cross-community": cross_community(matrix, parted(graph)),
        "crossing, repeated": cross_community(matrix, parted(graph), repeat=True),
    }


def parted(graph: nx.Graph) -> np.ndarray:
    """A community of each node: half are in the first."""
    return np.maximum(np.arange(len(graph)) % 6 - 2, 0)


def expected(graph: nx.Graph, cores: list[int]) -> dict[str, set[tuple[int, ...]]]:
    """The same by shortest paths and by trying all triples."""
    apart: dict[int, set[tuple[int, ...]]] = {1: set(), 2: set(), 3: set()}
    for one, lengths in nx.all_pairs_shortest_path_length(graph, cutoff=3):
        for other, length in lengths.items():
            if one < other:
                apart[length].add((one, other, 0))
    edges = list(graph.edges(data="count", default=1))
    repeated = {(min(a, b), max(a, b), copy) for a, b, count in edges for copy in range(count)}
    part = parted(graph)
    return {
        "one-hop": apart[1],
        "repeated": repeated,
        "cross-community": {pair for pair in apart[1] if part[pair[0]] != part[pair[1]]},
        "crossing, repeated": {pair for pair in repeated if part[pair[0]] != part[pair[1]]},
        "two-hop": apart[2],
        "three-hop": {pair for pair in apart[3] if pair[0] in cores or pair[1] in cores},
        "community": {
            (*three, 0) for clique in nx.find_cliques(graph) for three in choose(sorted(clique), 3)
        },
    }


def check(graph: nx.Graph, cores: list[int]) -> dict[str, int]:
    """Every space holds just what is expected, each once, listed and by rank; gives the counts."""
    wanted, found = expected(graph, cores), {}
    for name, space in spaces(graph, cores).items():
        size = sizes(space)
        members = [tuple(row) for block in every(space) for row in block.tolist()]
        assert len(members) == len(set(members)) == size.sum(), name
        assert set(members) == wanted[name], name
        ranks = np.random.default_rng(0).permutation(len(members))
        assert [tuple(row) for row in look_up(space, size, ranks).tolist()] == [
            members[rank] for rank in ranks
        ]
        found[name] = len(members)
    return found


@st.composite
def graphs(draw: st.DrawFn) -> tuple[nx.Graph, list[int]]:
    size = draw(st.integers(1, 14))
    pairs = list(choose(range(size), 2))
    graph = nx.empty_graph(size)
    if pairs:
        for one, other in draw(st.lists(st.sampled_from(pairs), unique=True)):
            graph.add_edge(one, other, count=draw(st.integers(1, 4)))
    # A point without an edge is never a core point: it is far from none.
    met = [node for node, degree in graph.degree if degree]
    return graph, draw(st.lists(st.sampled_from(met), unique=True)) if met else []


@given(graphs())
@settings(max_examples=100, deadline=None)
def test_equal_to_networkx_on_random_graphs(drawn: tuple[nx.Graph, list[int]]) -> None:
    check(*drawn)


@pytest.mark.parametrize("seed", range(4))
def test_equal_to_networkx_in_blocks(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hubs, leaves, parts that are apart, and blocks far smaller than a row."""
    monkeypatch.setattr(combinations, "AT_ONCE", 100)
    graph = nx.disjoint_union(nx.barabasi_albert_graph(60, 2, seed), nx.gnp_random_graph(30, 0.1))
    graph.add_nodes_from(range(len(graph), len(graph) + 5))
    counts = check(graph, core_points(arrays(graph), 7).tolist())
    assert min(counts.values()) > 5


def test_known_graphs() -> None:
    """Five points that all meet; a path; a star."""
    assert check(nx.complete_graph(5), [0]) == {
        "one-hop": 10, "repeated": 10, "two-hop": 0, "three-hop": 0, "community": 10,
        "cross-community": 7, "crossing, repeated": 7,
    }  # fmt: skip
    assert check(nx.path_graph(5), [0, 3]) == {
        "one-hop": 4, "repeated": 4, "two-hop": 3, "three-hop": 1, "community": 0,
        "cross-community": 2, "crossing, repeated": 2,
    }  # fmt: skip
    assert check(nx.star_graph(9), [0]) == {
        "one-hop": 9, "repeated": 9, "two-hop": 36, "three-hop": 0, "community": 0,
        "cross-community": 4, "crossing, repeated": 4,
    }  # fmt: skip
    assert check(nx.empty_graph(3), [])["one-hop"] == 0


def test_both_ends_core_count_once() -> None:
    assert check(nx.path_graph(4), [0, 3])["three-hop"] == 1
    assert check(nx.path_graph(4), [0])["three-hop"] == 1
    assert check(nx.path_graph(4), [1])["three-hop"] == 0


def test_a_hub_of_degree_5000() -> None:
    """All pairs around the hub but those that meet are two steps apart: 12 million and more."""
    around = nx.gnp_random_graph(5_000, 0.001, seed=1)
    graph = around.copy()
    graph.add_edges_from((5_000, node) for node in range(5_000))
    graph.add_edge(0, 5_001)  # a leaf, three steps from what does not meet point 0
    matrix, ring = arrays(graph), around.number_of_edges()
    assert core_points(matrix, 1).tolist() == [5_000]
    leaf = 1 + around.degree[0]  # the hub and what meets point 0
    assert sizes(two_hop(matrix)).sum() == 5_000 * 4_999 // 2 - ring + leaf
    triangles = sum(nx.triangles(around).values()) // 3
    assert sizes(community(matrix)).sum() == triangles + ring
    space = three_hop(matrix, np.array([5_000, 5_001]))
    assert sizes(space).sum() == 5_001 - 1 - leaf
    assert all(5_001 in row for row in np.concatenate(list(every(space)))[:, :2].tolist())


def test_core_points_by_degree_then_column() -> None:
    graph = arrays(nx.disjoint_union(nx.path_graph(3), nx.star_graph(3)))
    assert core_points(graph).tolist() == [3]
    assert core_points(graph, 2).tolist() == [1, 3]
    assert core_points(graph, 3).tolist() == [0, 1, 3]
    assert len(core_points(graph, 100)) == 7
    assert len(core_points(arrays(nx.cycle_graph(1_001)))) == 2
    assert len(core_points(arrays(nx.empty_graph(4)), 2)) == 0


TOTALS = [1, 2, 3, 1_000, SORTED, SORTED + 1, 1_500_000, 3 * SORTED + 17]


@pytest.mark.parametrize("total", TOTALS)
def test_every_rank_once_and_a_larger_number_extends(total: int) -> None:
    order = shuffled(total, total, 7)
    assert np.array_equal(np.sort(order), np.arange(total))
    few = max(total // 3, 1)
    assert np.array_equal(shuffled(total, few, 7), order[:few])
    if total > 3:
        assert not np.array_equal(shuffled(total, total, 8), order)


@pytest.mark.parametrize("total", [3 * SORTED, 10**13, 2**62])
def test_ranks_of_large_spaces_are_even(total: int) -> None:
    """Place, last digits, and steps between neighbours in the order: none of them is biased."""
    ranks = shuffled(total, 100_000, "even")
    assert len(np.unique(ranks)) == len(ranks)
    assert ranks.min() >= 0 and ranks.max() < total
    step = np.diff(ranks.astype(np.float64)) % total
    for seen in (ranks / total * 100, ranks % 128, step / total * 50, ranks[::2] % 3):
        counts = np.bincount(seen.astype(np.int64))
        assert 1e-4 < chisquare(counts).pvalue < 0.9999, counts


@pytest.mark.parametrize("name", ["one-hop", "repeated", "two-hop", "three-hop", "community"])
def test_drawn_evenly(name: str) -> None:
    """Over many seeds all combinations are drawn alike, however many paths join a pair."""
    graph = nx.barabasi_albert_graph(25, 2, seed=5)
    graph.add_edges_from([(25, 1), (26, 25), (27, 25), (27, 26)])
    for place, (*_, held) in enumerate(graph.edges(data=True)):
        held["count"] = 1 + place % 3
    space = spaces(graph, [0, 1, 26])[name]
    size = sizes(space)
    total = int(size.sum())
    each = max(total // 10, 1)
    seen: Counter[tuple[int, ...]] = Counter()
    for seed in range(200 * total // each):
        members = look_up(space, size, shuffled(total, each, seed, name))
        seen.update(map(tuple, members.tolist()))
    assert set(seen) == expected(graph, [0, 1, 26])[name]
    assert 1e-4 < chisquare(list(seen.values())).pvalue < 0.9999


@given(st.lists(st.integers(1, 9), max_size=8), st.integers(0, 80), st.integers(0, 9))
def test_in_each_turn_every_part_that_has_some_left_gives_one(
    parts: list[int], number: int, seed: int
) -> None:
    size = np.array(parts, dtype=np.int64)
    every_rank = in_turns(size, 80, seed).tolist()
    assert sorted(every_rank) == list(range(sum(parts)))
    assert in_turns(size, number, seed).tolist() == every_rank[:number]
    of = np.searchsorted(size.cumsum(), every_rank, side="right").tolist()
    begin = 0
    for turn in range(max(parts, default=0)):
        left = [part for part, own in enumerate(parts) if own > turn]
        assert sorted(of[begin : begin + len(left)]) == left
        begin += len(left)


@pytest.mark.parametrize("repeat", [False, True])
def test_communities_and_what_joins_them_are_drawn_evenly(repeat: bool) -> None:
    """Which two communities come first in a turn, and which of the edges between them."""
    graph = nx.gnp_random_graph(24, 0.3, seed=2)
    for place, (*_, held) in enumerate(graph.edges(data=True)):
        held["count"] = 1 + place % 3
    part, counts = parted(graph), nx.get_edge_attributes(graph, "count")
    space = cross_community(arrays(graph), part, repeat=repeat)
    assert space.parts is not None
    size, between = sizes(space), len(space.parts)
    assert between == 6 and space.parts.max() > 2 * space.parts.min()
    first: Counter[tuple[int, ...]] = Counter()
    edges: Counter[tuple[int, ...]] = Counter()
    rounds = 3_000
    for seed in range(rounds):
        members = look_up(space, size, in_turns(space.parts, between, seed)).tolist()
        joined = [tuple(sorted((part[one], part[other]))) for one, other, _ in members]
        assert len(set(joined)) == between
        first.update(joined[:2])
        edges.update((one, other) for one, other, _ in members)
    assert 1e-4 < chisquare(list(first.values())).pvalue < 0.9999
    weight = {edge: counts[edge] if repeat else 1 for edge in edges}
    total: Counter[tuple[int, ...]] = Counter()
    for one, other in edges:
        total[part[one], part[other]] += weight[one, other]
        total[part[other], part[one]] = total[part[one], part[other]]
    wanted = [rounds * weight[a, b] / total[part[a], part[b]] for a, b in edges]
    freedom = len(edges) - between
    found = np.array(list(edges.values()))
    statistic = ((found - wanted) ** 2 / np.array(wanted)).sum()
    assert 1e-4 < chi2.sf(statistic, freedom) < 0.9999


def test_keys_tell_combinations_apart() -> None:
    members = np.concatenate(list(every(one_hop(arrays(nx.complete_graph(30)), repeat=True))))
    members = np.concatenate([members, members + np.array([0, 0, 1])])
    assert len(np.unique(keys(members, 30, 2))) == len(members)
    assert len(np.unique(keys(members, 30, 1))) == len(members) // 2
    largest = np.array([[1_999_998, 1_999_999, 1_999_999, 0]])
    assert keys(largest, 2_000_000, 1) > 0
    with pytest.raises(ValueError, match="dims"):
        keys(largest, 3_000_000, 1)
