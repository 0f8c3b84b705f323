"""Graph Data Science: projections, walks and similarities on the server.

The only module that imports graphdatascience. A projection is fed in a fixed order of ids, so
that seeded results do not depend on the order in which things entered the database.
"""

import os
import platform
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from kgsynth import assets
from kgsynth.concepts.through import SLACK, Through, follow_chains, without_stays
from kgsynth.concepts.walk import ClientEngine, Kind, Mover, mix
from kgsynth.errors import KgsynthError
from kgsynth.ids import seed_from
from kgsynth.store import Row, Store, batched

if TYPE_CHECKING:
    import numpy as np
    from graphdatascience import GraphDataScience
    from numpy.typing import NDArray

    from kgsynth.concepts.walk import Columns, Keys

T = TypeVar("T")

SHARE_OF_HEAP = 0.8
WALKS_A_CALL = 200_000
CALL = 400_000  # nodes of walks that take as long as a call by itself (it sums all weights)
TRIES = 5
_NAME = re.compile(r"kgsynth-[a-z]+-(?P<host>.+)-(?P<pid>\d+)-[0-9a-f]{8}")


def _waiting(store: Store, work: Callable[[], T]) -> T:
    """`Store.waiting` for calls of the GDS client, which hides the driver's errors in its own."""
    from graphdatascience.error.unable_to_connect import UnableToConnectError

    def plainly() -> T:
        try:
            return work()
        except UnableToConnectError as error:
            raise (error.__cause__ or error.__context__ or error) from None

    return store.waiting(plainly)


def _client(store: Store) -> "GraphDataScience | None":
    from graphdatascience import GraphDataScience
    from graphdatascience.error.gds_not_installed import GdsNotFound

    def connect() -> GraphDataScience:
        return GraphDataScience(
            store.driver, database=store.database, arrow=False, show_progress=False
        )

    try:
        return _waiting(store, connect)
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
    _waiting(store, lambda: drop_leftovers(gds))
    memory = store.read("gds/memory", nodes=nodes, relationships=relationships)[0]
    if memory["needed"] <= SHARE_OF_HEAP * memory["free"]:
        return None
    return (
        f"GDS may need {memory['needed'] / 2**20:,.0f} MiB, above {SHARE_OF_HEAP:.0%} of the "
        f"{memory['free'] / 2**20:,.0f} MiB of heap that are free (a larger heap helps)"
    )


@dataclass(frozen=True, slots=True)
class Projection:
    """A named graph of GDS, made again where the server lost it. Build it with `projection`.

    The catalog lives in the server's memory: a server that was started again knows no projection.
    """

    store: Store
    name: str
    query: str
    parameters: Row

    def make(self) -> frozenset[str]:
        """Projects, in place of an earlier projection of this name; gives relationship types."""
        gds = _client(self.store)
        assert gds is not None
        text = assets.query(self.query).text

        def project() -> frozenset[str]:
            gds.graph.drop(self.name, fail_if_missing=False)
            made = gds.graph.project.cypher(text, graph=self.name, **self.parameters).graph
            return frozenset(made.relationship_types())

        for _ in range(TRIES):
            try:
                return _waiting(self.store, project)
            except KgsynthError:
                raise
            except Exception:
                # When its answer was lost, the driver says it again, and finds the graph there.
                if not self.exists():
                    raise
        return _waiting(self.store, project)

    def exists(self) -> bool:
        """Whether the server holds it now."""
        return bool(self.store.value("gds/exists", graph=self.name))

    def read(self, name: str, **parameters: Any) -> list[Row]:
        """Rows of a query that takes `$graph`."""
        try:
            return self.store.read(name, graph=self.name, **parameters)
        except KgsynthError:
            raise
        except Exception:
            if self.exists():
                raise
            self.make()
            return self.store.read(name, graph=self.name, **parameters)

    def drop(self, *, again: bool) -> None:
        """Drops it, if it is there; waits for a server that is away only where `again`."""
        self.store.script_text(assets.query("gds/drop").text, {"graph": self.name}, again=again)


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
) -> Iterator[tuple[Projection, frozenset[str]]]:
    """Projects by a query that takes `$graph`; drops the projection at the end.

    Gives the projection and its relationship types. `nodes` and `relationships` are what will
    enter, at most; `instead` names the engine to choose where GDS cannot serve. Raises
    KgsynthError with what stands in the way (see `obstacle`).
    """
    if reason := obstacle(store, nodes, relationships):
        raise KgsynthError(f"{reason}: choose --engine {instead}.")
    # A token: processes of two machines (or containers) may have one host name and one pid.
    name = f"kgsynth-{purpose}-{platform.node()}-{os.getpid()}-{secrets.token_hex(4)}"
    projected = Projection(store, name, query, parameters)
    try:
        yield projected, projected.make()
    except BaseException:
        with suppress(Exception):  # the server may be what failed: the next run drops it then
            projected.drop(again=False)
        raise
    projected.drop(again=True)


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
    """Draws paths by `gds.randomWalk` (kgsynth.concepts.walk.Engine), for one draw and ordinal.

    GDS seeds each source with randomSeed + its place in the projection and repeats the walk of a
    source that is named twice, so sources are named once, with as many walks as are needed or a few
    more, for few calls. The walks of a source are sorted and dealt out in a seeded order, which
    makes them independent of threads and of what else was asked. Entries (a single step from a
    topic) are drawn here by `covers`: for those, GDS would need several times as many walks.
    """

    projection: Projection
    kinds: frozenset[str]
    nodes: "NDArray[np.int64]"
    seed: tuple[int, int, int]
    concurrency: int
    covers: Mover
    through: Mapping[Kind, Through] = field(default_factory=dict)
    deals: ClassVar[bool] = True

    def paths(
        self, kind: Kind, sources: "Columns", steps: int, keys: "Keys", place: "int | Columns"
    ) -> "Columns":
        """See `Engine.paths`; GDS draws, seeded by (seed, draw, ordinal, kind); not COVERS."""
        if kind == "COVERS":
            return ClientEngine({kind: self.covers}).paths(kind, sources, steps, keys, place)
        if kind in self.through:
            chains = partial(self._chains, kind)
            return follow_chains(chains, self.through[kind], sources, steps, keys, place)
        if not steps or kind not in self.kinds:
            return _starts(sources, steps)
        return self._walks(kind, sources, steps, 1)

    def _chains(self, kind: Kind, nodes: "Columns", steps: int) -> "Columns":
        """Steps by count through sources: a concept, a source, a concept, ..."""
        if kind not in self.kinds:
            return _starts(nodes, steps)
        return without_stays(self._walks(kind, nodes, steps + SLACK, 2))

    def _walks(self, kind: Kind, sources: "Columns", steps: int, hops: int) -> "Columns":
        """A walk for each source of that many hops a step; -1 where GDS gives none."""
        import numpy as np

        path = _starts(sources, steps)
        unique, inverse, counts = np.unique(sources, return_inverse=True, return_counts=True)
        order = np.argsort(inverse, kind="stable")
        number = np.empty(len(sources), dtype=np.int64)
        number[order] = np.arange(len(sources)) - np.repeat(counts.cumsum() - counts, counts)
        needed = walks_to_ask(counts, CALL // (hops * steps + 1))
        seed = seed_from("gds", *self.seed, kind)
        for walks in np.unique(needed).tolist():
            for some in batched(unique[needed == walks].tolist(), max(WALKS_A_CALL // walks, 1)):
                dealt = self._deal(kind, some, steps, hops, walks, seed)
                asked = np.flatnonzero(np.isin(sources, some))
                first = np.searchsorted(dealt[:, 0], sources[asked])
                found = first < len(dealt)
                found[found] = dealt[first[found], 0] == sources[asked][found]
                path[asked[found]] = dealt[(first + number[asked])[found]]
        return path

    def _deal(
        self,
        kind: Kind,
        sources: Sequence[int],
        steps: int,
        hops: int,
        walks: int,
        seed: int,
    ) -> "Columns":
        """Walks in columns, sorted by source and within a source in a seeded random order."""
        import numpy as np

        found = self.projection.read(
            "gds/random-walks",
            sources=self.nodes[list(sources)].tolist(),
            types=[kind],
            length=hops * steps + 1,
            walks=walks,
            seed=seed,
            concurrency=self.concurrency,
        )[0]["walks"]
        table = np.array(found, dtype=np.int64).reshape(len(found), hops * steps + 1)[:, ::hops]
        column = np.empty(self.nodes.max() + 1, dtype=np.int64)
        kept = np.flatnonzero(self.nodes >= 0)
        column[self.nodes[kept]] = kept
        table = column[table]
        table = table[np.lexsort(table.T[::-1])]
        first = np.flatnonzero(np.diff(table[:, 0], prepend=-1))
        number = np.arange(len(table)) - np.repeat(first, np.diff(first, append=len(table)))
        shuffled = mix(
            mix(table[:, 0].astype(np.uint64) ^ np.uint64(seed)) + number.astype(np.uint64)
        )
        dealt: Columns = table[np.lexsort((shuffled, table[:, 0]))]
        return dealt


def walks_to_ask(counts: "Columns", call: int) -> "Columns":
    """How many walks to ask of each source, at least its count: equal numbers are one call.

    The fewest walks and calls, where a call takes as long as `call` walks.
    """
    import numpy as np

    values, place, sources = np.unique(counts, return_inverse=True, return_counts=True)
    before = np.concatenate([[0], sources.cumsum()])
    cost, start = np.zeros(len(values) + 1), np.zeros(len(values) + 1, dtype=np.int64)
    for end in range(1, len(values) + 1):
        each = cost[:end] + call + (before[end] - before[:end]) * values[end - 1]
        start[end] = np.argmin(each)
        cost[end] = each[start[end]]
    needed, end = np.empty_like(values), len(values)
    while end:
        needed[start[end] : end] = values[end - 1]
        end = start[end]
    asked: Columns = needed[place]
    return asked


def _starts(sources: "Columns", steps: int) -> "Columns":
    """Paths that do not leave their sources."""
    import numpy as np

    path = np.full((len(sources), steps + 1), -1, dtype=np.int64)
    path[:, 0] = sources
    return path


def ranked_nodes(projection: Projection) -> "NDArray[np.int64]":
    """The GDS node of each rank of a projection."""
    import numpy as np

    packed = projection.read("gds/ranks")[0]
    return np.array(packed["nodes"], dtype=np.int64)
