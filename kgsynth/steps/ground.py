"""`ground`: the documents that are most like a concept set (SynthLLM 3.2)."""

from collections.abc import Callable
from typing import Any, Literal

from kgsynth.concepts import gds
from kgsynth.concepts.arrays import incidence, read_concepts, read_holdings
from kgsynth.concepts.jaccard import nearest
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.progress import progress
from kgsynth.store import Row, Store, batched

EngineName = Literal["auto", "gds", "sparse", "cypher"]
ENGINES = ("auto", "gds", "sparse", "cypher")
AUTO_LIMIT = 1_000
SETS = 2_000  # at once
SETS_A_QUERY = 100
SLACK = 10  # documents that GDS is asked for beyond those wanted, to see ties
NO_DOCUMENT = "no document shares a concept"

Block = list[Row]
Found = dict[str, list[list[Any]]]  # [document id, jaccard], best first, by set id
Grounder = Callable[[Block], Found]


def ground(
    store: Store,
    *,
    top: int = 2,
    engine: EngineName = "auto",
    domain: str | None = None,
    auto_limit: int = AUTO_LIMIT,
) -> Funnel:
    """Joins every set without a document to the `top` documents of highest Jaccard similarity.

    Topics and knowledge points count on both sides, each once, as what they were merged into;
    ties fall to the lower document id; rejected documents and those that share nothing are left
    out. `rank` counts from 1. A set that has documents keeps them as they are.

    All engines give the same. `gds` compares every set with every document, `sparse` multiplies
    sparse matrices here, `cypher` runs `cypher/ground/by-jaccard.cypher`, which is there to be
    read; `auto` takes `gds` up to `auto_limit` sets where the server has it and memory for it,
    and above that `sparse`, which is hundreds of times as fast.
    Raises KgsynthError when `gds` is asked for and cannot serve.
    """
    if top < 1:
        raise UsageError("ground needs at least one document a set: --top 1.")
    if engine not in ENGINES:
        raise UsageError(f"ground works by {', '.join(ENGINES)}, not by {engine!r}.")
    counts = store.read("pending/groundings-count", domain=domain)[0]
    funnel = Funnel("ground", taken=counts["pending"])
    if not counts["pending"]:
        return funnel
    size = store.read("ground/size")[0]
    if engine == "auto":
        few = counts["pending"] <= auto_limit
        engine = "gds" if few and gds.obstacle(store, *_extent(size)) is None else "sparse"
    funnel.notes |= {"engine": engine, "documents": size["documents"]}
    find = _FINDERS[engine](store, top, size)
    funnel.taken = 0
    with progress("ground", counts["pending"], "sets") as bar:
        for block in store.pages("pending/groundings", size=SETS, domain=domain):
            found = {id: documents for id, documents in find(block).items() if documents}
            rows = [
                {
                    "id": id,
                    "documents": [document for document, _ in documents],
                    "jaccards": [jaccard for _, jaccard in documents],
                }
                for id, documents in found.items()
            ]
            store.write("write/groundings", rows, size=SETS)
            funnel.taken += len(block)
            funnel.kept += len(rows)
            if len(rows) < len(block):
                funnel.drop(NO_DOCUMENT, len(block) - len(rows))
            bar.advance(len(block))
    if counts["done"] and not funnel.kept:
        # What is left could not be grounded before either: nothing to do.
        funnel.notes["without a document"] = funnel.taken
        funnel.taken = 0
        funnel.dropped.clear()
    return funnel


def _extent(size: Row) -> tuple[int, int]:
    """Nodes and relationships of a projection of one block of sets, at most."""
    return (size["documents"] + size["concepts"] + SETS, size["mentions"] + 20 * SETS)


def _by_gds(store: Store, top: int, size: Row) -> Grounder:
    nodes, relationships = _extent(size)
    exactly = _by_cypher(store, top, size)

    def find(block: Block) -> Found:
        if not size["documents"]:
            return {}  # GDS knows no label without a node
        with gds.projection(
            store,
            "ground",
            "gds/similarity-graph",
            nodes=nodes,
            relationships=relationships,
            instead="sparse",
            sets=[row["id"] for row in block],
        ) as (projected, _):
            rows = projected.read("gds/similar-documents", top=top + SLACK)
        found = {row["id"]: row["documents"] for row in rows}
        tied = [{"id": id} for id, documents in found.items() if _cut_in_a_tie(documents, top)]
        found |= exactly(tied)
        return {id: documents[:top] for id, documents in found.items()}

    return find


def _cut_in_a_tie(documents: list[list[Any]], top: int) -> bool:
    """Whether GDS may have left out a document as good as the last that is wanted.

    Among equals it keeps any, not the lowest id, so such sets are looked up one by one.
    """
    return len(documents) == top + SLACK and documents[-1][1] == documents[top - 1][1]


def _by_cypher(store: Store, top: int, size: Row) -> Grounder:
    def find(block: Block) -> Found:
        return {
            row["id"]: row["documents"]
            for rows in batched(block, SETS_A_QUERY)
            for row in store.read("ground/by-jaccard", sets=[row["id"] for row in rows], top=top)
        }

    return find


def _by_sparse(store: Store, top: int, size: Row) -> Grounder:
    concepts = read_concepts(store)
    documents = read_holdings(store, "documents", concepts, listed=False)
    by_concept = documents.matrix.T.tocsr()
    sizes = documents.matrix.sum(axis=1)

    def find(block: Block) -> Found:
        sets = incidence([row["concepts"] for row in block], concepts)
        found: Found = {row["id"]: [] for row in block}
        for row, document, jaccard in nearest(sets, by_concept, sizes, top):
            found[block[row]["id"]].append([documents.ids[document], jaccard])
        return found

    return find


_FINDERS: dict[str, Callable[[Store, int, Row], Grounder]] = {
    "gds": _by_gds,
    "sparse": _by_sparse,
    "cypher": _by_cypher,
}
