"""GSDP's combinations at the size of its seed data: exact counts, and 2 million of them drawn.

Problems hold up to 10 of 8,000 knowledge points, drawn as uneven as those of a corpus; they go
through `ingest` and `link` into a server. Ours is beside GDS `triangleCount` and, for pairs two
edges apart, beside plain Python sets over some of the points. What the server takes for storing
sets is measured on a part.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.sides import Row, against, row, serving, side
from kgsynth.concepts import combinations as combos
from kgsynth.concepts.points import Points, read_points
from kgsynth.server import local
from kgsynth.steps import ingest, link, sample
from kgsynth.store import Store

PROBLEMS, DRAWN = 7_500, 2_000_000  # as many are drawn at a part of the problems
POINTS, FIELD, MOST, IN_FIELD, UNEVEN = 8_000, 80, 10, 0.75, 0.7
SAMPLE, STORED = 500, 50_000
PROJECT = """
MATCH (a:KnowledgePoint)-[:CO_OCCURS_WITH]->(b:KnowledgePoint)
RETURN gds.graph.project('plain', a, b, {}, {undirectedRelationshipTypes: ['*']}) AS graph"""
TRIANGLES = """
CALL gds.triangleCount.stats('plain') YIELD globalTriangleCount AS count RETURN count"""
DROP = "CALL gds.graph.drop('plain') YIELD graphName RETURN graphName"


def holdings(problems: int, seed: int = 0) -> Iterator[list[int]]:
    """The points of each problem: most from one field of 80, the rest from anywhere."""
    draw = np.random.default_rng(seed)

    def uneven(size: int, number: int) -> Any:
        shares = np.arange(1, size + 1) ** -UNEVEN
        return draw.choice(size, number, p=shares / shares.sum())

    for _ in range(problems):
        number = draw.integers(1, MOST + 1)
        near = draw.integers(POINTS // FIELD) + uneven(FIELD, number) * (POINTS // FIELD)
        yield np.unique(np.where(draw.random(number) < IN_FIELD, near, uneven(POINTS, number)))


def write(folder: Path, problems: int) -> None:
    with (
        (folder / "problems.jsonl").open("w") as texts,
        (folder / "points.jsonl").open("w") as tags,
    ):
        for place, held in enumerate(holdings(problems)):
            texts.write(json.dumps({"id": str(place), "problem": f"Problem {place}."}) + "\n")
            names = [f"point {point}" for point in held]
            tags.write(json.dumps({"id": str(place), "knowledgePoints": names}) + "\n")


@contextmanager
def linked(problems: int) -> Iterator[Store]:
    """A server with the problems, linked."""
    with tempfile.TemporaryDirectory(prefix="kgsynth-bench-") as name:
        folder = Path(name)
        write(folder, problems)
        (folder / "kgsynth.toml").write_text('[db]\nheap = "2g"\npagecache = "500m"\n')
        try:
            with serving(folder) as store:
                ingest.problems(store, [folder / "problems.jsonl"])
                ingest.concepts(store, [folder / "points.jsonl"])
                link.link(store, source="problems")
                yield store
        finally:
            local.stop(folder)


def spaces(graph: Any) -> dict[str, combos.Space]:
    return {
        "one-hop": combos.one_hop(graph, repeat=True),
        "two-hop": combos.two_hop(graph),
        "three-hop": combos.three_hop(graph, combos.core_points(graph)),
        "community": combos.community(graph),
    }


def draw(spaces: dict[str, combos.Space], sizes: dict[str, Any], number: int) -> int:
    """A quarter of each kind, as far as there are so many; the rest is of two hops."""
    share = {kind: min(number // 4, int(size.sum())) for kind, size in sizes.items()}
    share["two-hop"] += number - sum(share.values())
    found = 0
    for kind, space in spaces.items():
        ranks = combos.shuffled(int(sizes[kind].sum()), share[kind], kind, 0)
        found += len(np.unique(combos.keys(combos.look_up(space, sizes[kind], ranks), POINTS,
                                           space.copies)))  # fmt: skip
    return found


def python_two_hop(graph: Any, some: Any) -> int:
    """Pairs two edges apart that start at some points, by sets."""
    around = {
        point: set(graph.indices[graph.indptr[point] : graph.indptr[point + 1]].tolist())
        for point in range(graph.shape[0])
    }
    found = 0
    for point in some:
        far = set().union(*(around[near] for near in around[point])) - around[point]
        found += sum(other > point for other in far)
    return found


def measure(problems: int) -> list[Row]:
    number = DRAWN * problems // PROBLEMS
    with linked(problems) as store:
        reading, points = side("kgsynth: graph read", lambda: read_points(store, source="problems"),
                               1, "combinations")  # fmt: skip
        mine, beside = ours(points, number)
        store.read_text(PROJECT, {})
        store.read_text(TRIANGLES, {})  # warms the server
        started = time.perf_counter()
        triangles = store.read_text(TRIANGLES, {})[0]["count"]
        seconds = time.perf_counter() - started
        store.read_text(DROP, {})
        assert triangles == beside[0]["combinations"]
        beside.insert(1, row("GDS triangleCount, projected before", seconds, triangles,
                             "combinations"))  # fmt: skip
        few = min(STORED, number // 4)
        started = time.perf_counter()
        assert sample.two_hop(store, sets=few).kept == few
        storing = row("kgsynth: sample two-hop, read to stored", time.perf_counter() - started,
                      few, "combinations", number)  # fmt: skip
    edges = points.graph.nnz // 2
    reading = reading | {"side": f"kgsynth: {edges:,} edges read", "combinations": None,
                         "a second": None}  # fmt: skip
    return [*mine, reading, storing, *against(beside[:2]), *against(beside[2:])]


def ours(points: Points, number: int) -> tuple[list[Row], list[Row]]:
    """Counts and draws of ours; then pairs of rows: triangles, two hops, each beside another."""
    graph, sizes, alone = points.graph, {}, {}
    started = time.perf_counter()

    def count() -> int:
        for kind, space in spaces(graph).items():
            one = time.perf_counter()
            sizes[kind] = combos.sizes(space)
            alone[kind] = time.perf_counter() - one
        return sum(int(size.sum()) for size in sizes.values())

    counted, exist = side("kgsynth: exact counts of all four kinds", count, 1, "combinations")
    counted = row(counted["side"], time.perf_counter() - started, exist, "combinations",
                  grown=counted["grown MB"] * 1_000_000)  # fmt: skip
    number = min(number, exist)
    drawn, found = side("kgsynth: drawn", lambda: draw(spaces(graph), sizes, number), number,
                        "combinations")  # fmt: skip
    assert found == number
    beside = []
    for kind, name in (("community", "triangles"), ("two-hop", "two hops")):
        beside.append(row(f"kgsynth: {name} counted", alone[kind], int(sizes[kind].sum()),
                          "combinations"))  # fmt: skip
    some = np.random.default_rng(0).choice(graph.shape[0], min(SAMPLE, graph.shape[0]), False)
    expected = int(sizes["two-hop"][some].sum())
    sets, found = side("Python sets", lambda: python_two_hop(graph, some.tolist()), expected,
                       "combinations", int(sizes["two-hop"].sum()))  # fmt: skip
    assert found == expected
    return [counted, drawn], [*beside, sets]
