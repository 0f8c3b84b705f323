"""`link`: the concept graph, counted from what documents and problems hold (SynthLLM 3.2, Eq. 5).

Counts are set from the sources and never added to, so a second call changes nothing, and a source
that was withdrawn or a merge that was undone leaves the graph as if it had never been.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kgsynth.concepts import communities as leiden
from kgsynth.concepts.arrays import Concepts, Holdings, read_concepts, read_holdings
from kgsynth.concepts.cooccurrence import (
    CENSUS,
    Counter,
    Pairs,
    counter,
    difference,
    joined,
)
from kgsynth.concepts.k_hop import strongest
from kgsynth.concepts.linked import (
    Linked,
    Source,
    Stored,
    check_same,
    linking,
    read_linked,
)
from kgsynth.concepts.new_pairs import Share, claimed, create_pairs
from kgsynth.concepts.pairs import delete_pairs, no_pairs, read_pairs, write_pairs
from kgsynth.concepts.points import read_points
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.funnel import Funnel
from kgsynth.progress import progress
from kgsynth.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What a stored pair costs, in words for people: measured on two cores (README).
BYTES_A_PAIR, PAIRS_A_SECOND = 80, 50_000
# What a walk reads first where none is stored.
BYTES_A_TAG, TAGS_A_SECOND = 60, 75_000
NEW_PAIRS = 16_000_000  # collected before they are written: some 1.3 GB


def link(
    store: Store,
    *,
    source: Source = "documents",
    eps: float = 1e-6,
    domain: str | None = None,
    pairs: Stored = "all",
    min_count: int = 1,
    max_pairs: int = 50_000_000,
) -> Funnel:
    """Counts which concepts meet, and sets CO_OCCURS_WITH, COVERS and the counts of concepts.

    A pair's documentCount (problemCount) is the number of documents (problems) that hold both,
    wherever listed; its weight is ln(count + eps) of the count that `source` chooses. A concept
    counts as what it was merged into; `degree` is the number of concepts of its kind that it
    meets. All is counted anew on each call, in blocks of bounded memory, and only what differs
    from the graph is written; `domain` sets only what touches a concept of that domain.

    `pairs` says which are stored: all of them; those between topics; or none. What is not stored
    is found through the sources when walks are drawn, by the same law. `min_count` leaves pairs
    of points out that fewer sources hold (pairs of a topic stay, every topic is walked from):
    another law, for which rare company does not exist. The graph keeps how it was linked; a later
    call with other settings sets the whole graph anew.
    Memory: some 30 bytes for each concept that a source holds, and 300 MB; and for new pairs
    before they are written 80 bytes each, of at most 16 million.
    Raises KgsynthError above `max_pairs` distinct pairs, before anything is written, and where
    one domain is to follow another law than the rest.
    """
    linked = Linked(source, eps, pairs, min_count)
    concepts = read_concepts(store)
    if not len(concepts):
        return Funnel("link")
    if domain is not None and concepts.in_domain(domain).all():
        domain = None  # it is the whole graph
    if domain is not None:
        check_same(store, linked, domain)
    documents = read_holdings(store, "documents", concepts)
    problems = read_holdings(store, "problems", concepts)
    count = counter(
        documents,
        problems,
        concepts.in_domain(domain),
        source=source,
        eps=eps,
        topics=concepts.topics,
        min_count=min_count,
    )
    if pairs == "all":
        _check_size(count, max_pairs, documents.matrix.nnz + problems.matrix.nnz)
    with linking(store, linked, whole=domain is None):
        deleted = 0 if pairs == "all" or domain else _unlink(store, pairs)
        notes, degree = _set_pairs(store, concepts, count, pairs)
        notes["deleted"] += deleted
        changes = notes["new"] + notes["changed"] + notes["deleted"]
        changes += _set_counts(store, concepts, count, documents, problems, degree)
        if changes:
            store.script("write/unlink-k-hop", hops=None)
    funnel = Funnel("link", notes=notes)
    if changes:
        for holdings in (documents, problems):
            empty = int((holdings.matrix.sum(axis=1) == 0).sum())
            funnel.taken += len(holdings.ids)
            funnel.kept += len(holdings.ids) - empty
            if empty:
                funnel.drop("without concepts", empty)
    return funnel


def _check_size(count: Counter, most: int, tags: int) -> None:
    """Raises KgsynthError with the choices and their cost above `most` pairs.

    `tags`: how many concepts all sources hold. Pairs are counted only where their occurrences,
    which are never fewer, are above `most`.
    """
    if count.occurrences <= most:
        return
    census = count.census()
    total = census.pairs(count.min_count)
    if total <= most:
        return
    choices = [
        f"allow them with --max-pairs {total} ({_cost(total)})",
        "store none with --pairs none (in a recipe --set link.pairs=none), or only those between "
        "topics with --pairs topics (walks then go through the documents, by the same law: each "
        f"`sample walk` first reads {tags:,} tags, some {max(tags / TAGS_A_SECOND / 60, 1):,.0f} "
        f"min and {tags * BYTES_A_TAG / 1e9:,.1f} GB of memory)",
    ]
    few = next((k for k in range(count.min_count + 1, CENSUS) if census.pairs(k) <= most), None)
    if few is not None:
        choices.append(
            f"leave rare ones out with --min-count {few} ({census.pairs(few):,} pairs, "
            f"{_cost(census.pairs(few))}; another law: they are never walked)"
        )
    raise KgsynthError(
        f"The graph would hold {total:,} pairs of concepts, above {most:,}: {'; '.join(choices)}; "
        "take one part with --domain; or merge more concepts first."
    )


def _cost(pairs: int) -> str:
    """Time and disk that storing them takes, about."""
    minutes, gigabytes = pairs / PAIRS_A_SECOND / 60, pairs * BYTES_A_PAIR / 1e9
    return f"some {max(minutes, 1):,.0f} min and {gigabytes:,.1f} GB of disk"


def _unlink(store: Store, pairs: Stored) -> int:
    """Deletes the stored pairs of all kinds that are not to be stored; returns how many."""
    before: int = store.value("link/size")
    if before:
        store.script("write/unlink-kinds", topics=pairs == "topics")
    return before - int(store.value("link/size"))


def _set_pairs(
    store: Store, concepts: Concepts, count: Counter, kinds: Stored
) -> tuple[dict[str, Any], "NDArray[np.int64]"]:
    """Brings stored pairs to the counts: notes with the changes, degree of each concept."""
    import numpy as np

    width, topics = len(concepts), concepts.topics
    degree = np.zeros(width, dtype=np.int64)
    number = {"topic-topic": 0, "topic-point": 0, "point-point": 0}
    new = changed = deleted = 0
    unwritten: list[Pairs] = []
    with claimed(store) as shares, progress("link", unit="pairs counted") as bar:
        empty = not store.value("link/size")
        for start, stop in count.blocks:
            pairs = count.pairs(start, stop)
            left, right = np.divmod(pairs.key, width)
            alike = (left >= topics) | (right < topics)
            degree += np.bincount(left[alike], minlength=width)
            degree += np.bincount(right[alike], minlength=width)
            bar.advance(len(pairs))
            if kinds == "none" or (kinds == "topics" and start >= topics):
                continue
            if kinds == "topics":
                pairs = pairs.where(right < topics)
                left, right = np.divmod(pairs.key, width)
            number["topic-topic"] += int((right < topics).sum())
            number["point-point"] += int((left >= topics).sum())
            number["topic-point"] += int(((left < topics) & (right >= topics)).sum())
            del left, right, alike

            stored = no_pairs() if empty else read_pairs(store, concepts, count.wanted, start, stop)
            fresh, differing, gone = difference(pairs, stored.pairs)
            deleted += delete_pairs(store, concepts, stored, gone)
            write_pairs(store, concepts, pairs.where(differing))
            changed += int(differing.sum())
            unwritten.append(pairs.where(fresh))
            if sum(map(len, unwritten)) >= NEW_PAIRS:
                new += _create(store, concepts, count, unwritten, shares)
        new += _create(store, concepts, count, unwritten, shares)
    return {"pairs": number, "new": new, "changed": changed, "deleted": deleted}, degree


def _create(
    store: Store,
    concepts: Concepts,
    count: Counter,
    unwritten: list[Pairs],
    shares: Sequence[Share],
) -> int:
    """Creates the pairs of several blocks, and empties their list; returns how many."""
    if not any(map(len, unwritten)):
        return 0
    pairs = joined(unwritten)
    unwritten.clear()
    create_pairs(store, concepts, pairs, count.first_met(pairs.key), shares)
    return len(pairs)


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


def communities(store: Store, *, gamma: float = 1.0, seed: int = 0) -> Funnel:
    """Writes the community of each concept, by Leiden on the stored, weighted pairs.

    The graph stays as it was linked; concepts of one community meet each other more often than
    others. Numbered from 0 by size; the same graph and seed give the same. Raises KgsynthError
    where no pairs of points are stored, or GDS is missing.
    """
    import numpy as np

    concepts = read_concepts(store)
    if not len(concepts):
        return Funnel("link communities")
    linked = read_linked(store)
    if linked is None or linked.pairs != "all":
        raise KgsynthError(
            "Communities are found on stored pairs: say `kgsynth link --pairs all` first."
        )
    found = leiden.communities(
        store, concepts, relationships=store.value("link/size"), gamma=gamma, seed=seed
    )
    differing = np.flatnonzero(found != leiden.read_communities(store, concepts)).tolist()
    store.write(
        "write/communities",
        (
            {
                "id": concepts.ids[place],
                "community": int(found[place]) if found[place] >= 0 else None,
            }
            for place in differing
        ),
    )
    sizes = np.bincount(found[found >= 0])
    funnel = Funnel("link communities", notes={
        "communities": len(sizes), "largest": int(sizes.max()), "alone": int((sizes == 1).sum()),
        "changed": len(differing),
    })  # fmt: skip
    if differing:
        funnel.taken = funnel.kept = int((found >= 0).sum())
    return funnel


def k_hop(
    store: Store,
    *,
    hops: int = 2,
    top: int = 200,
    topic: str | None = None,
    community: int | None = None,
    domain: str | None = None,
) -> Funnel:
    """Writes K_HOP between pairs of points whose shortest path has exactly `hops` edges, 2 or 3.

    The implicit relations of GSDP (section 2.3), to be seen in Browser: the `top` pairs with the
    most shortest paths (`paths`), of all points, or with an end among those that a topic (by name)
    covers or that are in a community. Each call replaces those of its distance; a `link` that
    changes the graph takes all away. Raises UsageError for a topic or community without points.
    """
    import numpy as np

    if hops not in (2, 3):
        raise UsageError(f"K_HOP joins points at a distance of 2 or 3, not {hops}.")
    points = read_points(store, domain=domain)
    topics = points.concepts.topics
    part = np.arange(points.graph.shape[0])
    if topic is not None or community is not None:
        ids = store.value("read/points-of", domain=domain, topic=topic, community=community)
        part = np.sort(points.concepts.columns(ids)) - topics
        if not len(part):
            wanted = f"topic {topic!r}" if topic is not None else f"community {community}"
            raise UsageError(
                f"No knowledge point is of {wanted}: `kgsynth cypher explore/topics` and "
                "`kgsynth cypher report/communities` list them."
            )
    found = strongest(points.graph, part, hops, top).tolist()
    ids = points.concepts.ids
    rows = [
        {"left": ids[topics + left], "right": ids[topics + right], "paths": paths}
        for left, right, paths in found
    ]
    store.script("write/unlink-k-hop", hops=hops)
    store.write("write/k-hop", rows, hops=hops)
    funnel = Funnel("link k-hop", notes={"hops": hops, **points.facts})
    funnel.taken = funnel.kept = len(rows)
    return funnel
