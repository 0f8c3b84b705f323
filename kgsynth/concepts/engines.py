"""Opens what draws the steps of walks over the stored concept graph: GDS, or this machine."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kgsynth.concepts import gds
from kgsynth.concepts.arrays import Concepts, read_holdings
from kgsynth.concepts.linked import Linked, check_counted
from kgsynth.concepts.through import Through, through_sources
from kgsynth.concepts.walk import Arcs, ClientEngine, Engine, Kind, arcs
from kgsynth.store import Store, batched

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgsynth.concepts.walk import Columns

Engines = Literal["gds", "client"]
ENGINES = ("gds", "client")
CONCEPTS_A_READ = 500


@dataclass(frozen=True, slots=True)
class ConceptGraph:
    """What walks need of a linked graph. Build it with `concept_graph`.

    `able` are the columns of topics that cover a point, `through` the kinds of steps that go
    through sources, `relationships` how many a projection takes, at most.
    """

    concepts: Concepts
    linked: Linked
    able: "Columns"
    through: dict[Kind, Through]
    sources: int
    relationships: int


def concept_graph(store: Store, concepts: Concepts, linked: Linked) -> ConceptGraph:
    """The concept graph as it was linked.

    Where pairs are found through sources, what these hold is read: 60 bytes for each concept of
    one. Raises KgsynthError where it is not what was counted.
    """
    import numpy as np

    pairs: int = store.value("link/size")
    if linked.pairs == "all":
        able = np.sort(concepts.columns(store.value("link/covering")))
        return ConceptGraph(concepts, linked, able, {}, 0, 2 * pairs)
    documents = read_holdings(store, "documents", concepts, listed=False)
    problems = read_holdings(store, "problems", concepts, listed=False)
    check_counted(concepts, documents, problems)
    through = through_sources(concepts, documents, problems, linked)
    covering = through["COVERS"].every.total(np.arange(len(concepts))) > 0
    mentions = documents.matrix.nnz + problems.matrix.nnz
    sources = len(documents.ids) + len(problems.ids)
    return ConceptGraph(
        concepts, linked, np.flatnonzero(covering), through, sources, 2 * pairs + 2 * mentions
    )


@contextmanager
def open_engines(
    store: Store, linked_graph: ConceptGraph, engine: Engines, seed: int, concurrency: int
) -> Iterator[Callable[[int, int], Engine]]:
    """Gives the engine of a draw (of several epochs) and ordinal."""
    concepts, through = linked_graph.concepts, linked_graph.through
    if engine == "client":
        here: list[Kind] = [kind for kind in ("TOPICS", "COVERS", "POINTS") if kind not in through]
        client = ClientEngine({**read_arcs(store, concepts, here), **through})
        yield lambda draw, ordinal: client
        return
    import numpy as np

    kept = np.flatnonzero(concepts.is_representative())
    ids = [concepts.ids[column] for column in kept.tolist()]
    source = linked_graph.linked.source
    choices = {
        "documents": source != "problems",
        "problems": source != "documents",
        "topics": "TOPICS" in through,
        "merged": len(kept) < len(concepts),
        "undirected": [kind for kind in ("TOPICS", "POINTS") if kind in through
                       and len(through[kind].counted.member)],
    }  # fmt: skip
    with gds.projection(
        store,
        "walk",
        "gds/walk-graph-through" if through else "gds/walk-graph",
        nodes=len(ids) + linked_graph.sources,
        relationships=linked_graph.relationships,
        instead="client",
        ids=ids,
        **(choices if through else {}),
    ) as (projected, kinds):
        nodes = np.full(len(concepts), -1, dtype=np.int64)
        nodes[kept] = gds.ranked_nodes(projected)
        covers = through.get("COVERS") or read_arcs(store, concepts, ["COVERS"])["COVERS"]
        yield lambda draw, ordinal: gds.GdsEngine(
            projected, kinds, nodes, (seed, draw, ordinal), concurrency, covers, through
        )


def read_arcs(store: Store, concepts: Concepts, kinds: Sequence[Kind]) -> dict[Kind, Arcs]:
    """The stored pairs of these kinds as arrays, for drawing here."""
    import numpy as np

    ids = concepts.ids if "POINTS" in kinds else concepts.ids[: concepts.topics]
    lefts: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    rights: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    weights: list[NDArray[np.float64]] = [np.empty(0)]
    types = sorted({"COVERS" if kind == "COVERS" else "CO_OCCURS_WITH" for kind in kinds})
    for some in batched(ids if kinds else (), CONCEPTS_A_READ):
        for row in store.read("link/arcs", ids=some, types=types):
            lefts.append(np.full(len(row["others"]), concepts.column[row["id"]]))
            rights.append(concepts.columns(row["others"]))
            weights.append(np.array(row["weights"]))
    left, right, weight = np.concatenate(lefts), np.concatenate(rights), np.concatenate(weights)
    masks: dict[Kind, NDArray[np.bool_]] = {
        "TOPICS": right < concepts.topics,
        "COVERS": (left < concepts.topics) & (right >= concepts.topics),
        "POINTS": left >= concepts.topics,
    }
    return {
        kind: arcs(left[mask], right[mask], weight[mask], len(concepts), both=kind != "COVERS")
        for kind, mask in masks.items()
        if kind in kinds
    }
