"""Graph Data Science: projections, walks and similarities on the server.

The only module that imports graphdatascience. A projection is fed in a fixed order of ids, so
that seeded results do not depend on the order in which things entered the database.
"""

import os
import platform
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kgsynth import assets
from kgsynth.errors import KgsynthError
from kgsynth.ids import seed_from
from kgsynth.store import Store, batched
from kgsynth.walk import Kind, mix

if TYPE_CHECKING:
    import numpy as np
    from graphdatascience import Graph, GraphDataScience
    from numpy.typing import NDArray

    from kgsynth.walk import Columns, Keys

SHARE_OF_HEAP = 0.8
WALKS_A_CALL = 200_000
_NAME = re.compile(r"kgsynth-[a-z]+-(?P<host>.+)-(?P<pid>\d+)")


def _client(store: Store) -> "GraphDataScience | None":
    from graphdatascience import GraphDataScience
    from graphdatascience.error.gds_not_installed import GdsNotFound

    try:
        return GraphDataScience(
            store.driver, database=store.database, arrow=False, show_progress=False
        )
    except GdsNotFound:
        return None


def obstacle(store: Store, nodes: int, relationships: int) -> str | None:
    """Why GDS cannot serve a projection of this size: it is missing, or the heap is too small.

    A projection may take 80% of the free heap: GDS guards native projections only, and one by
    Cypher that outgrows the heap takes the server down with it.
    """
    gds = _client(store)
    if gds is None:
        return "This Neo4j has no Graph Data Science (`kgsynth doctor` says how to add it)"
    drop_leftovers(gds)
    memory = store.read("gds/memory", nodes=nodes, relationships=relationships)[0]
    if memory["needed"] <= SHARE_OF_HEAP * memory["free"]:
        return None
    return (
        f"GDS may need {memory['needed'] / 2**20:,.0f} MiB, above {SHARE_OF_HEAP:.0%} of the "
        f"{memory['free'] / 2**20:,.0f} MiB of heap that are free (a larger heap helps)"
    )


@contextmanager
def projection(
    store: Store,
    purpose: str,
    query: str,
    *,
    nodes: int,
    relationships: int,
    instead: str,
    **parameters: Any,
) -> Iterator["Graph"]:
    """Projects by a query that takes `$graph`; gives the projection, and drops it at the end.

    `nodes` and `relationships` are what will enter, at most; `instead` names the engine to choose
    where GDS cannot serve. Raises KgsynthError with what stands in the way (see `obstacle`).
    """
    if reason := obstacle(store, nodes, relationships):
        raise KgsynthError(f"{reason}: choose --engine {instead}.")
    gds = _client(store)
    assert gds is not None
    name = f"kgsynth-{purpose}-{platform.node()}-{os.getpid()}"
    gds.graph.drop(name, fail_if_missing=False)
    try:
        yield gds.graph.project.cypher(assets.query(query).text, graph=name, **parameters).graph
    finally:
        gds.graph.drop(name, fail_if_missing=False)


def drop_leftovers(gds: "GraphDataScience") -> list[str]:
    """Drops projections of killed processes of this machine; returns their names."""
    found = [info.graph_name for info in gds.graph.list()]
    dead = [
        name
        for name in found
        if (match := _NAME.fullmatch(name))
        and match["host"] == platform.node()
        and not _alive(int(match["pid"]))
    ]
    for name in dead:
        gds.graph.drop(name, fail_if_missing=False)
    return dead


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@dataclass(frozen=True, slots=True)
class GdsEngine:
    """Draws paths by `gds.randomWalk` (kgsynth.walk.Engine), for one epoch and ordinal.

    GDS seeds each source with randomSeed + its place in the projection and repeats the walk of a
    source that is named twice, so sources are named once, with as many walks as are needed (to
    the next power of two: one call for each). The walks of a source are sorted and dealt out in
    a seeded order, which makes them independent of threads and of what else was asked.
    """

    store: Store
    graph: str
    kinds: frozenset[str]
    nodes: "NDArray[np.int64]"
    seed: tuple[int, int, int]
    concurrency: int
    deals: ClassVar[bool] = True

    def paths(
        self, kind: Kind, sources: "Columns", steps: int, keys: "Keys", place: "int | Columns"
    ) -> "Columns":
        """See `Engine.paths`; the draws come from GDS, seeded by (seed, epoch, ordinal, kind)."""
        import numpy as np

        path = np.full((len(sources), steps + 1), -1, dtype=np.int64)
        path[:, 0] = sources
        if not steps or kind not in self.kinds:
            return path
        unique, inverse, counts = np.unique(sources, return_inverse=True, return_counts=True)
        order = np.argsort(inverse, kind="stable")
        number = np.empty(len(sources), dtype=np.int64)
        number[order] = np.arange(len(sources)) - np.repeat(counts.cumsum() - counts, counts)
        needed = 2 ** np.ceil(np.log2(counts)).astype(np.int64)
        for walks in np.unique(needed).tolist():
            for some in batched(unique[needed == walks].tolist(), max(WALKS_A_CALL // walks, 1)):
                dealt = self._deal(kind, some, steps, walks)
                asked = np.flatnonzero(np.isin(sources, some))
                first = np.searchsorted(dealt[:, 0], sources[asked])
                found = first < len(dealt)
                found[found] = dealt[first[found], 0] == sources[asked][found]
                path[asked[found]] = dealt[(first + number[asked])[found]]
        return path

    def _deal(self, kind: Kind, sources: Sequence[int], steps: int, walks: int) -> "Columns":
        """Walks in columns, sorted by source and within a source in a seeded random order."""
        import numpy as np

        seed = seed_from("gds", *self.seed, kind)
        found = self.store.read(
            "gds/random-walks",
            graph=self.graph,
            sources=self.nodes[list(sources)].tolist(),
            types=[kind],
            length=steps + 1,
            walks=walks,
            seed=seed,
            concurrency=self.concurrency,
        )[0]["walks"]
        table = np.array(found, dtype=np.int64).reshape(len(found), steps + 1)
        by_node = np.argsort(self.nodes)
        table = by_node[np.searchsorted(self.nodes, table, sorter=by_node)]
        table = table[np.lexsort(table.T[::-1])]
        number = np.arange(len(table)) - np.searchsorted(table[:, 0], table[:, 0])
        shuffled = mix(
            mix(table[:, 0].astype(np.uint64) ^ np.uint64(seed)) + number.astype(np.uint64)
        )
        dealt: Columns = table[np.lexsort((shuffled, table[:, 0]))]
        return dealt


def ranked_nodes(store: Store, graph: str) -> "NDArray[np.int64]":
    """The GDS node of each rank of a projection."""
    import numpy as np

    packed = store.read("gds/ranks", graph=graph)[0]
    return np.array(packed["nodes"], dtype=np.int64)
