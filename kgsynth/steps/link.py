"""`link`: the concept graph, counted from what documents and problems hold (SynthLLM 3.2, Eq. 5).

Counts are set from the sources and never added to, so a second call changes nothing, and a source
that was withdrawn or a merge that was undone leaves the graph as if it had never been.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from kgsynth.concepts import Concepts, Holdings, read_concepts, read_holdings
from kgsynth.cooccurrence import Counter, Pairs, counter, difference
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.funnel import Funnel
from kgsynth.progress import progress
from kgsynth.store import Row, Store, Write, batched

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Source = Literal["documents", "problems", "both"]
SOURCES = ("documents", "problems", "both")
PAIRS_A_WRITE = 15_000  # relationships in one transaction
CONCEPTS_A_READ = 500


def link(
    store: Store,
    *,
    source: Source = "documents",
    eps: float = 1e-6,
    domain: str | None = None,
    max_pairs: int = 50_000_000,
) -> Funnel:
    """Counts which concepts meet, and sets CO_OCCURS_WITH, COVERS and the counts of concepts.

    A pair's documentCount (problemCount) is the number of documents (problems) that hold both,
    wherever listed; its weight is ln(count + eps) of the count that `source` chooses. A concept
    counts as what it was merged into; `degree` is its number of CO_OCCURS_WITH. All is counted
    anew on each call, in blocks of bounded memory, and only what differs from the graph is
    written; `domain` sets only what touches a concept of that domain.
    Raises KgsynthError above `max_pairs` distinct pairs, before anything is written.
    """
    if source not in SOURCES:
        raise UsageError(f"link counts from {', '.join(SOURCES)}, not from {source!r}.")
    if not eps > 0:
        raise UsageError(f"eps must be above 0, not {eps}: a count of 0 has the weight ln(eps).")
    concepts = read_concepts(store)
    documents = read_holdings(store, "documents", concepts)
    problems = read_holdings(store, "problems", concepts)
    count = counter(documents, problems, concepts.in_domain(domain), source=source, eps=eps)
    if total := count.exceeds(max_pairs):
        raise KgsynthError(
            f"The graph would hold {total:,} pairs of concepts, above {max_pairs:,}: allow them "
            "with --max-pairs N (some 80 bytes of disk and 20 microseconds each), take one part "
            "with --domain, or merge more concepts first."
        )
    notes, pair_changes, degree = _set_pairs(store, concepts, count)
    changes = pair_changes + _set_counts(store, concepts, count, documents, problems, degree)
    funnel = Funnel("link", notes=notes)
    if changes:
        for holdings in (documents, problems):
            empty = int((holdings.matrix.sum(axis=1) == 0).sum())
            funnel.taken += len(holdings.ids)
            funnel.kept += len(holdings.ids) - empty
            if empty:
                funnel.drop("without concepts", empty)
    return funnel


def _set_pairs(
    store: Store, concepts: Concepts, count: Counter
) -> tuple[dict[str, Any], int, "NDArray[np.int64]"]:
    """Brings stored pairs to the counts: notes, number of changes, degree of each concept."""
    import numpy as np

    width, topics = len(concepts), concepts.topics
    degree = np.zeros(width, dtype=np.int64)
    kinds = {"topic-topic": 0, "topic-point": 0, "point-point": 0}
    new = changed = deleted = 0
    with progress("link", unit="pairs") as bar:
        for start, stop in count.blocks:
            pairs = count.pairs(start, stop)
            left, right = np.divmod(pairs.key, width)
            covers = (left < topics) & (right >= topics)
            degree += np.bincount(left[~covers], minlength=width)
            degree += np.bincount(right[~covers], minlength=width)
            kinds["topic-topic"] += int((right < topics).sum())
            kinds["topic-point"] += int(covers.sum())
            kinds["point-point"] += int((left >= topics).sum())

            stored, misplaced = _stored_pairs(store, concepts, count.wanted, start, stop)
            fresh, differing, gone = difference(pairs, stored)
            to_delete = misplaced + list(_named(concepts, stored.where(gone).key))
            for batch in batched(sorted(to_delete), PAIRS_A_WRITE):
                store.write_together([Write("write/unlink", _by_left(batch))])
            _write_pairs(store, concepts, pairs.where(fresh | differing))
            new += int(fresh.sum())
            changed += int(differing.sum())
            deleted += len(to_delete)
            bar.advance(len(pairs))
    notes = {"pairs": kinds, "new": new, "changed": changed, "deleted": deleted}
    return notes, new + changed + deleted, degree


def _stored_pairs(
    store: Store, concepts: Concepts, wanted: "NDArray[np.bool_]", start: int, stop: int
) -> tuple[Pairs, list[tuple[str, str, str]]]:
    """Stored pairs of these left columns that touch a wanted concept.

    Apart from them, as (left id, right id, type), those that no link writes: of a wrong type or
    direction, or twice.
    """
    import numpy as np

    width, topics = len(concepts), concepts.topics
    names = ("documentCounts", "problemCounts", "listed", "weights")
    lefts: list[NDArray[np.int64]] = []
    rights: list[NDArray[np.int64]] = []
    values: dict[str, list[NDArray[Any]]] = {name: [] for name in names}
    misplaced: list[tuple[str, str, str]] = []
    for ids in batched(concepts.ids[start:stop], CONCEPTS_A_READ):
        for row in store.read("link/pairs", ids=ids):
            left, right = concepts.column[row["id"]], concepts.columns(row["others"])
            kind = row["type"]
            if kind == "CO_OCCURS_WITH":
                row["listed"] = [0] * len(right)
            same = (right < topics) == (left < topics)
            _, inverse, times = np.unique(right, return_inverse=True, return_counts=True)
            placed = (right > left) & (times[inverse] == 1)
            placed &= same if kind == "CO_OCCURS_WITH" else ~same
            touching = (right >= 0) & (wanted[left] | wanted[right])
            misplaced += [
                (row["id"], row["others"][place], kind)
                for place in np.flatnonzero(touching & ~placed)
            ]
            kept = touching & placed
            rights.append(right[kept])
            lefts.append(np.full(int(kept.sum()), left))
            for name in names:
                values[name].append(np.array(row[name])[kept])
    if not lefts:
        none = np.empty(0, dtype=np.int64)
        return Pairs(none, none, none, none, none.astype(float)), misplaced
    key = np.concatenate(lefts) * width + np.concatenate(rights)
    order = np.argsort(key)
    documents, problems, listed, weight = (np.concatenate(values[name])[order] for name in names)
    return Pairs(key[order], documents, problems, listed, weight), misplaced


def _write_pairs(store: Store, concepts: Concepts, pairs: Pairs) -> None:
    """Writes pairs in transactions of bounded size, grouped by their left concept."""
    import numpy as np

    left, right = np.divmod(pairs.key, max(len(concepts), 1))
    covers = (left < concepts.topics) & (right >= concepts.topics)
    for query, mask in (("write/co-occurrence", ~covers), ("write/covers", covers)):
        chosen = pairs.where(mask)
        rows = (
            (left_id, right_id, *numbers)
            for (left_id, right_id, _), *numbers in zip(
                _named(concepts, chosen.key),
                chosen.documents.tolist(),
                chosen.problems.tolist(),
                chosen.listed.tolist(),
                chosen.weight.tolist(),
                strict=True,
            )
        )
        for batch in batched(rows, PAIRS_A_WRITE):
            store.write_together([Write(query, _by_left(batch))])


def _named(concepts: Concepts, key: "NDArray[np.int64]") -> Iterator[tuple[str, str, str]]:
    """Left id, right id and relationship type of keys."""
    import numpy as np

    left, right = np.divmod(key, max(len(concepts), 1))
    covers = (left < concepts.topics) & (right >= concepts.topics)
    for one, other, topic_point in zip(left.tolist(), right.tolist(), covers.tolist(), strict=True):
        kind = "COVERS" if topic_point else "CO_OCCURS_WITH"
        yield concepts.ids[one], concepts.ids[other], kind


def _by_left(batch: list[tuple[Any, ...]]) -> list[Row]:
    """Rows `{id, pairs}`: one MATCH for each left concept, then its pairs."""
    groups: dict[str, list[list[Any]]] = {}
    for left, *pair in batch:
        groups.setdefault(left, []).append(pair)
    return [{"id": left, "pairs": pairs} for left, pairs in groups.items()]


def _set_counts(
    store: Store,
    concepts: Concepts,
    count: Counter,
    documents: Holdings,
    problems: Holdings,
    degree: "NDArray[np.int64]",
) -> int:
    """Sets documentCount, problemCount and degree where they differ; returns how many."""
    import numpy as np

    counted = np.stack(
        [documents.matrix.sum(axis=0), problems.matrix.sum(axis=0), degree], axis=1
    ).astype(np.int64)
    names = ("documentCount", "problemCount", "degree")
    differing = np.flatnonzero((counted != concepts.stored).any(axis=1) & count.wanted)
    store.write(
        "write/concept-counts",
        (
            {"id": concepts.ids[place], **dict(zip(names, counted[place].tolist(), strict=True))}
            for place in differing.tolist()
        ),
    )
    return len(differing)
