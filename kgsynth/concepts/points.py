"""The graph of knowledge points as an array: which meet, and how often (GSDP 2.3)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgsynth.concepts.arrays import Concepts, Holdings, read_concepts, read_holdings
from kgsynth.concepts.cooccurrence import counter
from kgsynth.concepts.linked import SOURCES, Source, check_counted, read_current
from kgsynth.errors import UsageError
from kgsynth.store import Store, batched

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Edges = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]

POINTS_A_READ = 500


@dataclass(frozen=True, slots=True)
class Points:
    """Knowledge points that meet. Point p is column `concepts.topics` + p of the concepts.

    `graph` is a scipy CSR array (points x points) of how many of `source` hold both: symmetric,
    sorted, no diagonal, counts above 0. A merged point meets none, its representative does.
    """

    concepts: Concepts
    graph: Any
    source: Source

    @property
    def facts(self) -> dict[str, Any]:
        """How large it is, for people."""
        met = int((self.graph.sum(axis=1) > 0).sum())
        return {"from": self.source, "points": met, "edges": self.graph.nnz // 2}


def read_points(store: Store, *, source: Source | None = None, domain: str | None = None) -> Points:
    """The knowledge points (of a domain) and the pairs that the graph's `link` counted.

    Two meet where a document, a problem or either (`source`; None: as it was linked) holds both.
    Pairs that are not stored are counted from what the sources hold. Memory: some 40 bytes a pair.
    Raises KgsynthError when the graph is not linked as it is now.
    """
    concepts = read_concepts(store)
    linked = read_current(store, concepts, domain)
    source = source or linked.source
    if source not in SOURCES:
        raise UsageError(f"Pairs are of {', '.join(SOURCES)}, not of {source!r}.")
    if source != linked.source and linked.min_count > 1:
        raise UsageError(
            f"The graph was linked with {linked}: pairs of {source} may be missing. Say --from "
            f"{linked.source}, or link without --min-count."
        )
    wanted = (concepts.in_domain(domain) & concepts.is_representative())[concepts.topics :]
    read = _stored if linked.pairs == "all" else _counted
    left, right, count = read(store, concepts, source)
    kept = wanted[left] & wanted[right] & (left != right)
    return Points(concepts, _symmetric(left[kept], right[kept], count[kept], len(wanted)), source)


def _stored(store: Store, concepts: Concepts, source: Source) -> "Edges":
    import numpy as np

    lefts, rights, counts = (
        [np.empty(0, np.int64)],
        [np.empty(0, np.int64)],
        [np.empty(0, np.int32)],
    )
    for ids in batched(concepts.ids[concepts.topics :], POINTS_A_READ):
        for row in store.read("link/point-pairs", ids=ids, source=source):
            lefts.append(np.full(len(row["others"]), concepts.column[row["id"]]))
            rights.append(concepts.columns(row["others"]))
            counts.append(np.array(row["counts"], dtype=np.int32))
    left, right, count = np.concatenate(lefts), np.concatenate(rights), np.concatenate(counts)
    known = right >= concepts.topics
    return left[known] - concepts.topics, right[known] - concepts.topics, count[known]


def _counted(store: Store, concepts: Concepts, source: Source) -> "Edges":
    import numpy as np
    from scipy import sparse

    documents = read_holdings(store, "documents", concepts, listed=False)
    problems = read_holdings(store, "problems", concepts, listed=False)
    check_counted(concepts, documents, problems)
    chosen = {
        "documents": documents.matrix,
        "problems": problems.matrix,
        "both": sparse.vstack([documents.matrix, problems.matrix]),
    }[source]
    points = chosen.tocsr()[:, concepts.topics :]
    nothing = np.empty(0, dtype=np.int64)
    count = counter(
        Holdings([], points, nothing),
        Holdings([], points[:0], nothing),
        np.ones(points.shape[1], dtype=bool),
        source="documents",
        eps=1.0,
    )
    lefts, rights, counts = [nothing], [nothing], [np.empty(0, np.int32)]
    for start, stop in count.blocks:
        pairs = count.pairs(start, stop)
        left, right = np.divmod(pairs.key, points.shape[1])
        lefts.append(left)
        rights.append(right)
        counts.append(pairs.documents)
    return np.concatenate(lefts), np.concatenate(rights), np.concatenate(counts)


def _symmetric(
    left: "NDArray[np.int64]", right: "NDArray[np.int64]", count: "NDArray[np.int32]", width: int
) -> Any:
    from scipy import sparse

    once = sparse.coo_array((count, (left, right)), shape=(width, width)).tocsr()
    whole = once.maximum(once.T.tocsr()).tocsr()
    whole.sort_indices()
    return whole
