"""Pairs of a draft, counted as `link` counts them, as tables for Neo4j's importer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgsynth.concepts.arrays import Holdings
from kgsynth.concepts.cooccurrence import Counter, counter
from kgsynth.concepts.linked import Linked
from kgsynth.errors import KgsynthError
from kgsynth.offline.draft import Draft

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Drafted:
    """What is needed to count the pairs of a draft; `order` has its number of each column."""

    count: Counter
    order: "NDArray[np.int64]"
    documents: "NDArray[np.int64]"  # of each column, how many hold it
    empty: int  # documents that hold nothing


def drafted(draft: Draft, documents: int, linked: Linked, max_pairs: int) -> Drafted:
    """The counter of a draft. Raises KgsynthError above `max_pairs` distinct pairs.

    Memory: some 30 bytes for each concept that a document holds.
    """
    import numpy as np
    from scipy import sparse

    ids = list(draft.concepts)
    width, topics = len(ids), draft.kinds.count("Topic")
    order = np.array(
        sorted(range(width), key=lambda n: (draft.kinds[n] != "Topic", ids[n])), dtype=np.int64
    )
    column = np.empty_like(order)
    column[order] = np.arange(width)
    lengths = np.array([len(one) for one in draft.lists], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    listing = np.array(
        [draft.concepts.get(id, 0) for one in draft.lists for id in one], dtype=np.int64
    )
    rows, columns, listed = [np.empty(0, np.int64)], [np.empty(0, np.int64)], []
    for part in range(draft.parts):
        document, concept, _, under = draft.tags(part)
        rows.append(document)
        columns.append(column[concept])
        point, under = column[concept[under >= 0]], under[under >= 0]
        times = lengths[under]
        within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        topic = column[listing[np.repeat(starts[under], times) + within]]
        listed.append(topic * width + np.repeat(point, times))
    row, held = np.concatenate(rows), np.concatenate(columns)
    matrix = sparse.coo_array(
        (np.ones(len(row), np.int32), (row, held)), shape=(documents, width)
    ).tocsr()
    count = counter(
        Holdings([""] * documents, matrix, np.concatenate([np.empty(0, np.int64), *listed])),
        Holdings([], sparse.csr_array((0, width), dtype=np.int32), np.empty(0, np.int64)),
        np.ones(width, bool),
        source=linked.source,
        eps=linked.eps,
        topics=topics,
    )
    if count.occurrences > max_pairs and (total := count.census().pairs()) > max_pairs:
        raise KgsynthError(
            f"The graph would hold {total:,} pairs of concepts, above {max_pairs:,}: build it "
            "without --link, then say `kgsynth link`, which names the choices."
        )
    of_column = np.bincount(held, minlength=width)
    return Drafted(count, order, of_column, int((np.diff(matrix.indptr) == 0).sum()))


def tables(found: Drafted, degree: "NDArray[np.int64]", first: int) -> Iterator[tuple[str, Any]]:
    """Relationship tables with their type; concepts are numbered from `first`.

    Adds to `degree` how many concepts of its kind each column meets.
    """
    import numpy as np
    import polars as pl

    count, width = found.count, len(found.order)
    for block in count.blocks:
        pairs = count.pairs(*block)
        left, right = np.divmod(pairs.key, max(width, 1))
        alike = (left >= count.topics) | (right < count.topics)
        degree += np.bincount(left[alike], minlength=width)
        degree += np.bincount(right[alike], minlength=width)
        frame = pl.DataFrame({
            ":START_ID": found.order[left] + first,
            ":END_ID": found.order[right] + first,
            "documentCount:long": pairs.documents.astype(np.int64),
            "problemCount:long": pairs.problems.astype(np.int64),
            "weight:double": pairs.weight,
            "listed:long": pairs.listed.astype(np.int64),
        })  # fmt: skip
        yield "CO_OCCURS_WITH", frame.filter(alike).drop("listed:long")
        yield "COVERS", frame.filter(~alike)
