"""The concept graph as integer arrays: concepts are columns, documents and problems are rows.

Columns stand in one fixed order, topics by id and then knowledge points by id, so that every
result is independent of the order in which things entered the graph (design.md, law 2).
Memory: some 200 bytes a concept, 12 bytes for each concept that a document holds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Literal

from kgsynth.errors import KgsynthError
from kgsynth.store import Row, Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Sources = Literal["documents", "problems"]
PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Concepts:
    """All topics and knowledge points, one column each: topics by id, then points by id.

    `representative` is the column at the end of each concept's MERGED_INTO chain (its own where
    it was not merged; -1 where that one is rejected: it does not count); `stored` holds
    documentCount, problemCount and degree (-1: not set).
    """

    ids: list[str]
    topics: int
    representative: "NDArray[np.int64]"
    domains: list[str | None]
    stored: "NDArray[np.int64]"
    column: dict[str, int]

    def __len__(self) -> int:
        return len(self.ids)

    def in_domain(self, domain: str | None) -> "NDArray[np.bool_]":
        """Mask of the concepts of a domain; all of them for None."""
        import numpy as np

        return np.array([domain is None or own == domain for own in self.domains], dtype=bool)

    def is_representative(self) -> "NDArray[np.bool_]":
        """Mask of the concepts that count and are not merged into another."""
        import numpy as np

        kept: NDArray[np.bool_] = self.representative == np.arange(len(self))
        return kept

    def columns(self, ids: Iterable[str]) -> "NDArray[np.int64]":
        """Columns of concept ids; -1 for an id that is not a topic or knowledge point."""
        import numpy as np

        return np.fromiter(map(self.column.get, ids, repeat(-1)), dtype=np.int64)


def read_concepts(store: Store) -> Concepts:
    """All topics and knowledge points of the graph.

    Raises KgsynthError when concepts are merged in a circle.
    """
    import numpy as np

    found: list[list[Any]] = []
    for page in store.pages("link/concepts", size=20_000):
        found += [row for packed in page for row in packed["concepts"]]
    rows = sorted((row for row in found if row[1] or row[2]), key=lambda row: (not row[1], row[0]))
    ids = [row[0] for row in rows]
    column = {id: place for place, id in enumerate(ids)}
    own = np.arange(len(ids), dtype=np.int64)
    parent = np.array([column.get(row[3], place) for place, row in enumerate(rows)], dtype=np.int64)
    stored = [[-1 if value is None else value for value in row[5:8]] for row in rows]
    end = follow(parent, ids) if ids else own
    rejected = np.array([row[8] for row in rows], dtype=bool)
    return Concepts(
        ids=ids,
        topics=sum(bool(row[1]) for row in rows),
        representative=np.where(rejected[end], -1, end),
        domains=[row[4] for row in rows],
        stored=np.array(stored, dtype=np.int64).reshape(len(ids), 3),
        column=column,
    )


def follow(parent: "NDArray[np.int64]", ids: Sequence[str]) -> "NDArray[np.int64]":
    """The end of every chain of `parent` (a root is its own parent), by doubling.

    Raises KgsynthError naming one concept when chains run in a circle.
    """
    import numpy as np

    end = parent
    for _ in range(len(parent).bit_length() + 1):
        end = end[end]
    astray = np.flatnonzero(parent[end] != end)
    if len(astray):
        raise KgsynthError(
            f"Concept {ids[astray[0]]} is merged in a circle: delete one of its "
            "MERGED_INTO relationships."
        )
    return end


@dataclass(frozen=True, slots=True)
class Holdings:
    """Which source holds which concept, through MERGED_INTO, each at most once.

    `matrix` is a scipy CSR array (sources in order of id x concepts) of ones; `listed` holds
    `topic * concepts + point` once for each source that lists the point under the topic.
    """

    ids: list[str]
    matrix: Any
    listed: "NDArray[np.int64]"


def read_holdings(
    store: Store, sources: Sources, concepts: Concepts, *, listed: bool = True
) -> Holdings:
    """What all documents (or problems) that are not rejected hold.

    Without `listed`, which doubles the time of reading, nothing counts as listed under a topic.
    """
    import numpy as np
    from scipy import sparse

    ids: list[str] = []
    parts = [incidence([], concepts)]
    under: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    for page in store.pages(f"link/{sources}", size=PAGE, listed=listed):
        ids += [row["id"] for row in page]
        parts.append(incidence([row["held"] for row in page], concepts))
        if listed:
            under.append(_listed(page, concepts))
    return Holdings(ids, sparse.vstack(parts).tocsr(), np.concatenate(under))


def incidence(held: Sequence[Sequence[str]], concepts: Concepts) -> Any:
    """A CSR array of ones: which row holds which concept, through MERGED_INTO, each once.

    A concept that is rejected does not count; one that came into the graph after the columns were
    read is left for the next call.
    """
    import numpy as np
    from scipy import sparse

    rows, width = len(held), len(concepts)
    row = np.repeat(np.arange(rows), [len(ids) for ids in held])
    column = concepts.columns(chain.from_iterable(held))
    # What is not known stands behind all columns, as what is rejected.
    end = np.append(concepts.representative, -1)[column]
    keys = np.unique(row[end >= 0] * width + end[end >= 0])
    row, column = np.divmod(keys, max(width, 1))
    starts = np.concatenate([[0], np.bincount(row, minlength=rows).cumsum()])
    return sparse.csr_array((np.ones(len(keys), np.int32), column, starts), shape=(rows, width))


def _listed(page: list[Row], concepts: Concepts) -> "NDArray[np.int64]":
    """`topic * concepts + point` for each pair that a source lists, once for each source."""
    import numpy as np

    mentions = [(row, *one) for row, source in enumerate(page) for one in _under_topics(source)]
    times = [len(topics) for *_, topics in mentions]
    row = np.repeat(np.array([row for row, *_ in mentions], dtype=np.int64), times)
    point = np.repeat(concepts.columns(point for _, point, _ in mentions), times)
    topic = concepts.columns(chain.from_iterable(topics for *_, topics in mentions))
    end, width = np.append(concepts.representative, -1), max(len(concepts), 1)
    topic, point = end[topic], end[point]
    known = (topic >= 0) & (point >= 0)
    pairs = topic[known] * width + point[known]
    once: NDArray[np.int64] = np.unique(row[known] * width**2 + pairs) % width**2
    return once


def _under_topics(source: Row) -> Iterator[tuple[str, list[str]]]:
    """The concepts that a source lists under topics, with these topics."""
    return (
        (id, topics) for id, topics in zip(source["held"], source["listed"], strict=True) if topics
    )
