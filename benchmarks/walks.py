"""Walks to concept names: ours through GDS, GDS with one row a walk, networkx over stored pairs.

Ours draws SynthLLM's walk (topics, entries, points) through the documents, no pair stored. The
others take five steps over concepts: GDS on the same documents (ten steps there and back, names by
`gds.util.asNode`), networkx, which names nothing, over the pairs (those of the points that its
walks visit: all of them outgrow the memory). Drawn at random, the walks differ: what is checked is
that each step of ours joins concepts that a document holds together.
"""

import random
from contextlib import ExitStack
from itertools import islice
from typing import Any

import numpy as np

from benchmarks import corpus
from benchmarks.sides import Row, against, holdings, linked, serving, side
from kgsynth.concepts.arrays import Concepts, read_concepts, read_holdings
from kgsynth.concepts.engines import ConceptGraph, concept_graph, open_engines
from kgsynth.concepts.linked import read_linked
from kgsynth.concepts.walk import EPOCHS_A_DRAW, Law, draw_epochs, topic_keys
from kgsynth.store import Store

EPOCHS, SAMPLE, PATHS, STEPS = EPOCHS_A_DRAW, 5_000, 2_000, 5
NAMES = "MATCH (c:Concept) RETURN collect([c.id, c.name]) AS names"
PROJECT = """
CALL gds.graph.project('plain', ['Document', 'Concept'],
  {MENTIONS: {orientation: 'UNDIRECTED'}}) YIELD relationshipCount RETURN relationshipCount"""
WALK = """
MATCH (k:KnowledgePoint) WITH k ORDER BY k.id LIMIT $number WITH collect(k) AS starts
CALL gds.randomWalk.stream('plain', {
  sourceNodes: starts, walkLength: $length, walksPerNode: 1, concurrency: 4, randomSeed: 1
}) YIELD nodeIds
RETURN [id IN nodeIds | gds.util.asNode(id).name] AS names"""


def read(store: Store, stack: ExitStack) -> tuple[Concepts, Any, ConceptGraph, Any]:
    """The set-up of ours: concepts, their names, and GDS's projection with its engine."""
    concepts = read_concepts(store)
    named = dict(store.driver.execute_query(NAMES).records[0]["names"])
    names = np.array([named[id] for id in concepts.ids], dtype=object)
    found = read_linked(store)
    assert found is not None
    graph = concept_graph(store, concepts, found)
    engines = stack.enter_context(open_engines(store, graph, "gds", 0, 4))
    return concepts, names, graph, engines(0, 0)


def ours(concepts: Concepts, names: Any, graph: ConceptGraph, engine: Any) -> list[Any]:
    """Walks of some epochs, drawn together, as names; their members as columns."""
    streams = topic_keys(concepts.ids[: concepts.topics])
    topics = dict.fromkeys(range(EPOCHS), graph.able)
    drawn = []
    for _, walks in draw_epochs(engine, topics, streams, 0, 0, Law()):
        held = walks.members >= 0
        flat = iter(names[walks.members[held]].tolist())
        assert all([list(islice(flat, length)) for length in held.sum(axis=1).tolist()])
        drawn.append(walks)
    return drawn


def check(store: Store, concepts: Concepts, walks: Any) -> None:
    """Each step of a hundred walks joins concepts that a document holds both."""
    held = read_holdings(store, "documents", concepts).matrix.T.tocsr()
    steps = 0
    for members, previous in zip(walks.members[:100], walks.previous[:100], strict=True):
        for one, before in zip(members.tolist(), previous.tolist(), strict=True):
            if one >= 0 and before >= 0:
                steps += 1
                assert (held[[one]] @ held[[members[before]]].T).sum() > 0
    assert steps > 100


def by_rows(store: Store, number: int) -> int:
    """GDS as its manual shows it: one row a walk, names on the server."""
    rows = store.read_text(WALK, {"number": number, "length": 2 * STEPS + 1})
    return len(rows)


def by_networkx(documents: int, number: int) -> Any:
    """A walker over a weighted networkx graph; it gives the same walks whenever it is called."""
    import networkx as nx

    held = holdings(documents)[:, corpus.TOPICS :]
    by_point = held.T.tocsr()
    nodes = np.flatnonzero(np.diff(by_point.indptr)).tolist()
    graph, seen = nx.Graph(), set()

    def see(point: int) -> None:
        """Adds the pairs of a point."""
        seen.add(point)
        met = by_point[[point]] @ held
        graph.add_weighted_edges_from(
            (point, other, count)
            for other, count in zip(met.indices.tolist(), met.data.tolist(), strict=True)
            if other != point
        )

    def walk(draw: random.Random, *, building: bool = False) -> list[int]:
        path = [draw.choice(nodes)]
        for _ in range(STEPS):
            if building and path[-1] not in seen:
                see(path[-1])
            around = graph[path[-1]]
            weights = [each["weight"] for each in around.values()]
            path += draw.choices(list(around), weights)
        return path

    for place in range(number):
        walk(random.Random(place), building=True)
    return lambda: [walk(random.Random(place)) for place in range(number)]


def measure(documents: int) -> list[Row]:
    with linked(documents) as folder, serving(folder) as store, ExitStack() as stack:
        set_up, found = side("kgsynth: reading and projection", lambda: read(store, stack), 1,
                             "walks")  # fmt: skip
        concepts, names, graph, engine = found
        ours(concepts, names, graph, engine)  # warms the server
        number = EPOCHS * len(graph.able)
        mine, walks = side("kgsynth, GDS through documents, to names",
                           lambda: ours(concepts, names, graph, engine), number,
                           "walks")  # fmt: skip
        assert sum(len(each.members) for each in walks) == number
        check(store, concepts, walks[0])
        store.read_text(PROJECT, {})
        few = min(SAMPLE, len(concepts) // 2)
        by_rows(store, few // 10)
        rows, found = side("GDS, one row a walk", lambda: by_rows(store, few), few, "walks",
                           number)  # fmt: skip
        assert found == few
        store.read_text("CALL gds.graph.drop('plain') YIELD graphName RETURN graphName", {})
    walker = by_networkx(documents, PATHS)
    plain, paths = side("networkx, built before", walker, PATHS, "walks", number)
    assert all(len(path) == STEPS + 1 for path in paths)
    return against([mine, set_up | {"walks": None, "a second": None}, rows, plain])
