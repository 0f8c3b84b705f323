"""The arithmetic of walks: streams, steps by weight, and the shape of a walk."""

from collections.abc import Iterable
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, chisquare

from kgsynth.concepts.gds import walks_to_ask
from kgsynth.concepts.walk import (
    Arcs,
    ClientEngine,
    Law,
    arcs,
    between,
    draw_walks,
    mix,
    set_keys,
    topic_keys,
    uniform,
)

EPS = 1e-6
TOPICS = [f"topic {number}" for number in range(40)]


def keys(count: int, seed: int = 0) -> np.ndarray:
    return set_keys(topic_keys([f"{number}" for number in range(count)]), seed, 0, 0)


def engine(graph: nx.Graph, topics: int) -> ClientEngine:
    """Topics are the nodes below `topics`; counts are on the edges."""
    found: dict[str, list[tuple[int, int, float]]] = {"TOPICS": [], "COVERS": [], "POINTS": []}
    for one, other, count in graph.edges(data="count"):
        left, right = sorted((one, other))
        kind = "TOPICS" if right < topics else "COVERS" if left < topics else "POINTS"
        found[kind].append((left, right, count + EPS))
    made: dict[str, Arcs] = {}
    for kind, rows in found.items():
        left, right, weight = np.array(rows, dtype=float).reshape(-1, 3).T
        made[kind] = arcs(
            left.astype(int), right.astype(int), weight, len(graph), both=kind != "COVERS"
        )
    return ClientEngine(made)


def hubs(topics: int = 12, points: int = 40, seed: int = 1) -> nx.Graph:
    """Counts that fall with the product of ranks: hubs, and pairs that never meet."""
    draw = np.random.default_rng(seed)
    graph = nx.Graph()
    graph.add_nodes_from(range(topics + points))
    rank = [*range(1, topics + 1), *range(1, points + 1)]
    for one in graph:
        for other in range(one + 1, topics + points):
            if count := int(draw.poisson(30 / (rank[one] * rank[other]) ** 0.7)):
                graph.add_edge(one, other, count=count)
    return graph


def test_mix_is_splitmix64() -> None:
    """The first outputs of the published generator with seed 0."""
    state = np.arange(3, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    assert [hex(number) for number in mix(state).tolist()] == [
        "0xe220a8397b1dcdaf",
        "0x6e789e6aa1b965f4",
        "0x6c45d188009454f",
    ]


def test_streams_are_even_and_independent() -> None:
    many = keys(50_000)
    draws = {
        "first": uniform(many, 0),
        "next draw": uniform(many, 1),
        "other use": uniform(many, 1_000),
        "next seed": uniform(keys(50_000, 1), 0),
        "next topic": np.roll(uniform(many, 0), 1),
    }
    cells = {name: (values * 10).astype(int) for name, values in draws.items()}
    for name, values in draws.items():
        assert values.min() >= 0 and values.max() < 1
        assert chisquare(np.bincount(cells[name], minlength=10)).pvalue > 0.001, name
        if name != "first":
            table = np.zeros((10, 10))
            np.add.at(table, (cells["first"], cells[name]), 1)
            assert chi2_contingency(table).pvalue > 0.001, name


def test_bounds_are_drawn_evenly() -> None:
    assert set(between(keys(100), 0, (2, 2)).tolist()) == {2}
    for bounds in ((1, 2), (3, 4), (0, 4)):
        drawn = between(keys(20_000), 0, bounds)
        assert set(drawn.tolist()) == set(range(bounds[0], bounds[1] + 1))
        assert chisquare(np.bincount(drawn)[bounds[0] :]).pvalue > 0.001


@pytest.mark.parametrize("kind", ["TOPICS", "COVERS", "POINTS"])
def test_steps_follow_counts(kind: str) -> None:
    """100,000 steps from hubs and from rare concepts: p = (count + eps) / sum."""
    topics, graph = 12, hubs()
    draws = engine(graph, topics)
    sources = [0, 5, 11] if kind != "POINTS" else [12, 20, 51]
    path = draws.paths(kind, np.repeat(sources, 100_000), 1, keys(300_000), 0)
    for source in sources:
        arrived = path[path[:, 0] == source, 1]
        right = range(topics) if kind == "TOPICS" else range(topics, len(graph))
        neighbours = [other for other in graph[source] if other in right]
        weights = np.array([graph[source][other]["count"] + EPS for other in neighbours])
        seen = np.array([(arrived == other).sum() for other in neighbours])
        assert seen.sum() == 100_000
        assert chisquare(seen, weights / weights.sum() * 100_000).pvalue > 0.001, source


def test_rare_neighbours_beside_a_heavy_one() -> None:
    """A weight of eps beside a weight of a million is neither lost nor blown up."""
    draws = arcs(np.array([0, 0]), np.array([1, 2]), np.array([1e6, 1.0]), 3, both=True)
    arrived = draws.step(np.zeros(3, dtype=int), np.array([0.0, 0.999998, 0.9999999]))
    assert arrived.tolist() == [1, 1, 2]
    assert draws.step(np.array([1, 2]), np.array([0.5, 0.5])).tolist() == [0, 0]


def check_walk(graph: nx.Graph, topics: int, law: Law, members: list[int], came: list[int]) -> None:
    """A walk is what the law says, step by step."""
    assert came[0] == -1 and all(0 <= before < place for place, before in enumerate(came) if place)
    kind = [column < topics for column in members]
    met = sum(kind)
    assert kind == sorted(kind, reverse=True), "topics come first"
    assert came[1:met] == list(range(met - 1)), "topics follow each other"
    alone = not any(other < topics for other in graph[members[0]])
    steps = range(1) if alone else range(law.topic_steps[0], law.topic_steps[1] + 1)
    assert met - 1 in steps
    entries = [place for place in range(met, len(members)) if came[place] < met]
    covering = [
        column for column in members[:met] if any(point >= topics for point in graph[column])
    ]
    if law.entry == "each":
        assert [members[came[place]] for place in entries] == list(dict.fromkeys(covering))
    else:
        assert [came[place] for place in entries] == [met - 1]
    walked = range(entries[-1] + 1, len(members))
    assert entries == list(range(met, met + len(entries)))
    if walked:
        assert came[walked[0]] in entries
        assert [came[place] for place in walked[1:]] == list(walked[:-1])
        assert len(walked) in range(law.concept_steps[0], law.concept_steps[1] + 1)
    elif law.concept_steps[0]:
        assert any(not any(n >= topics for n in graph[members[place]]) for place in entries)
    for place, before in enumerate(came[1:], start=1):
        assert graph.has_edge(members[place], members[before])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["each", "last"]), st.integers(0, 3))
def test_every_walk_keeps_the_law(seed: int, entry: str, least: int) -> None:
    topics = 8
    graph = nx.gnp_random_graph(24, 0.13, seed=seed)
    nx.set_edge_attributes(graph, 3, "count")
    law = Law((least, least + 1), (least, least + 2), entry)
    starts = np.arange(topics)
    covering = [any(n >= topics for n in graph[topic]) for topic in starts.tolist()]
    starts = starts[covering]
    walks = draw_walks(engine(graph, topics), starts, keys(len(starts), seed), law)
    for start, members, came in zip(starts, walks.members, walks.previous, strict=True):
        length = int((members >= 0).sum())
        assert (members[length:] == -1).all() and (came[length:] == -1).all()
        if length:
            assert members[0] == start
            check_walk(graph, topics, law, members[:length].tolist(), came[:length].tolist())
        else:
            assert entry == "last"


def test_steps_and_entries_are_drawn_evenly() -> None:
    topics, graph = 12, hubs()
    starts = np.tile(np.arange(topics), 3_000)
    walks = draw_walks(engine(graph, topics), starts, keys(len(starts)), Law())
    met = (walks.members < topics).sum(axis=1) - (walks.members < 0).sum(axis=1)
    assert chisquare(np.bincount(met)[2:]).pvalue > 0.001
    lengths = (walks.members >= 0).sum(axis=1)
    entries = ((walks.previous < met[:, None]) & (walks.members >= topics)).sum(axis=1)
    assert chisquare(np.bincount(lengths - met - entries)[3:]).pvalue > 0.001
    for number in (2, 3):
        some = entries == number
        origin = walks.previous[some, (met + entries)[some]] - met[some]
        assert chisquare(np.bincount(origin, minlength=number)).pvalue > 0.001


def test_a_set_does_not_depend_on_the_others() -> None:
    topics, graph = 12, hubs()
    draws, starts = engine(graph, topics), np.arange(12)
    streams = set_keys(topic_keys(TOPICS[:12]), 3, 0, 0)
    together = draw_walks(draws, starts, streams, Law())
    for some in (slice(4, 5), slice(0, 12, 3), slice(None, None, -1)):
        alone = draw_walks(draws, starts[some], streams[some], Law())
        assert (alone.members == together.members[some]).all()
        assert (alone.previous == together.previous[some]).all()


def test_other_seeds_epochs_and_ordinals_walk_elsewhere() -> None:
    topics, graph = 12, hubs()
    starts, names = np.arange(12), topic_keys(TOPICS[:12])
    walked = {
        key: draw_walks(engine(graph, topics), starts, set_keys(names, *key), Law()).members
        for key in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1))
    }
    first = walked.pop((0, 0, 0))
    for key, members in walked.items():
        assert (first != members).any(axis=1).sum() >= 10, key


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=9), st.integers(0, 20))
def test_sources_are_asked_for_enough_walks_in_the_cheapest_calls(
    counts: list[int], call: int
) -> None:
    asked = walks_to_ask(np.array(counts), call)
    assert (asked >= counts).all()
    values = sorted(set(counts))

    def cost(calls: Iterable[int]) -> int:
        return sum(min(c for c in calls if c >= own) for own in counts) + call * len(set(calls))

    ways = [
        (*some, values[-1]) for n in range(len(values)) for some in combinations(values[:-1], n)
    ]
    assert asked.sum() + call * len(set(asked.tolist())) == min(map(cost, ways))
