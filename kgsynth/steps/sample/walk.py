"""`sample walk`: random walks over topics and concepts (SynthLLM, section 3.2)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kgsynth.concepts.arrays import Concepts, read_concepts
from kgsynth.concepts.engines import ENGINES, Engines, concept_graph, open_engines
from kgsynth.concepts.linked import read_current
from kgsynth.concepts.sets import write_sets
from kgsynth.concepts.walk import (
    ENTRIES,
    EPOCHS_A_DRAW,
    Entry,
    Law,
    Walks,
    draw_epochs,
    topic_keys,
)
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.ids import set_id
from kgsynth.progress import progress
from kgsynth.store import Row, Store, batched

if TYPE_CHECKING:
    from kgsynth.concepts.walk import Columns

SETS_A_WRITE = 2_500  # some 20,000 relationships
NO_CONCEPTS = "topic without concepts"
NO_LAST = "last topic without concepts"


def walk(
    store: Store,
    *,
    epochs: int = 5,
    sets_per_topic: int = 1,
    sets: int | None = None,
    seed: int = 0,
    entry: Entry = "each",
    domain: str | None = None,
    engine: Engines = "gds",
    concurrency: int = 4,
    topic_steps: tuple[int, int] = (1, 2),
    concept_steps: tuple[int, int] = (3, 4),
    dry_run: bool = False,
) -> Funnel:
    """Walks from every topic in every epoch; each walk is stored as a ConceptSet (SynthLLM 3.2).

    An epoch (from 0) starts `sets_per_topic` sets (ordinals from 0) at every topic: one or two
    topic steps, one step to a concept from each distinct topic met (`entry="last"`: from the last
    one), three or four concept steps from one of these. A step has p = (count + eps) / sum over
    the neighbours of its kind, all else is drawn evenly. A topic without concepts makes no set.

    `epochs` is the total: only the (epoch, topic, ordinal) that this seed lacks are drawn, and
    stored sets stay. `sets` bounds how many this seed may have in all: the last epoch then ends
    early, in order of topic ids. The same graph, seed and engine give the same sets, in whatever
    order the graph came in, with any `concurrency`, after any interruption. With `engine="gds"`
    GDS draws all steps but the one from a topic to a concept, which is drawn here; `"client"` reads
    the whole graph and draws all here (16 bytes an arc): it needs no GDS, and its sets differ from
    those of GDS. `dry_run` draws but writes nothing.
    Raises KgsynthError when the graph is not linked, or GDS or memory for it is missing.
    """
    import numpy as np

    law = _law(epochs, sets_per_topic, entry, engine, topic_steps, concept_steps)
    concepts = read_concepts(store)
    linked = read_current(store, concepts, domain)
    starts = _start_topics(concepts, domain)
    if not len(starts):
        return Funnel("sample walk")
    linked_graph = concept_graph(store, concepts, linked)
    able = linked_graph.able
    streams = topic_keys(concepts.ids[: concepts.topics])
    funnel = Funnel(
        "sample walk", notes={"engine": engine, "topics": len(starts), "linked": str(linked)}
    )
    missing = _missing(store, concepts, starts, seed, epochs, sets_per_topic)
    stored = len(starts) * len(missing) - sum(map(len, missing.values()))
    pending, unable = _pending(missing, able, None if sets is None else max(sets - stored, 0))
    total = sum(map(len, pending.values()))
    funnel.taken = total + unable
    if total:
        with (
            open_engines(store, linked_graph, engine, seed, concurrency) as engine_for,
            progress("sample walk", total, "sets") as bar,
        ):
            for (draw, ordinal), topics in _draws(pending):
                drawing = engine_for(draw, ordinal)
                drawn = topics
                if drawing.deals:  # walks are dealt out among all sets: all must be drawn
                    first = draw * EPOCHS_A_DRAW
                    drawn = dict.fromkeys(range(first, first + EPOCHS_A_DRAW), able)
                for epoch, walks in draw_epochs(drawing, drawn, streams, seed, ordinal, law):
                    if epoch in topics:
                        wanted = walks.where(np.isin(drawn[epoch], topics[epoch]))
                        rows = _rows(concepts, wanted, seed, epoch, ordinal)
                        for batch in batched(rows, SETS_A_WRITE):
                            write_sets(
                                store, funnel, batch, strategy="walk", seed=seed, dry_run=dry_run
                            )
                            bar.advance(len(batch))
    for reason, count in ((NO_CONCEPTS, unable), (NO_LAST, total - funnel.kept)):
        if count:
            funnel.drop(reason, count)
    if stored and not funnel.kept:
        # What is left could not be made before either: nothing to do.
        if funnel.dropped:
            funnel.notes["without a set"] = dict(funnel.dropped)
        funnel.taken = 0
        funnel.dropped.clear()
    return funnel


def _law(
    epochs: int,
    sets_per_topic: int,
    entry: Entry,
    engine: Engines,
    topic_steps: tuple[int, int],
    concept_steps: tuple[int, int],
) -> Law:
    if epochs < 1 or sets_per_topic < 1:
        raise UsageError("sample walk needs at least one epoch and one set per topic.")
    if entry not in ENTRIES or engine not in ENGINES:
        raise UsageError(
            f"sample walk enters from {' or '.join(ENTRIES)} topic and draws by "
            f"{' or '.join(ENGINES)}, not {entry!r} and {engine!r}."
        )
    for low, high in (topic_steps, concept_steps):
        if not 0 <= low <= high:
            raise UsageError(
                f"Steps of a walk are drawn from A to B with 0 <= A <= B, not from {low} to {high}."
            )
    return Law(topic_steps, concept_steps, entry)


def _start_topics(concepts: Concepts, domain: str | None) -> "Columns":
    """Columns of the topics that walks start at: not merged, of the domain."""
    import numpy as np

    kept = concepts.is_representative() & concepts.in_domain(domain)
    return np.flatnonzero(kept[: concepts.topics])


def _missing(
    store: Store, concepts: Concepts, starts: "Columns", seed: int, epochs: int, sets_per_topic: int
) -> dict[tuple[int, int], "Columns"]:
    """Start topics that have no stored set, by (epoch, ordinal)."""
    import numpy as np

    missing = {}
    for epoch in range(epochs):
        stored: dict[int, list[str]] = {}
        for ordinal, topic in store.value("pending/walk-starts", seed=seed, epoch=epoch):
            stored.setdefault(ordinal, []).append(topic)
        for ordinal in range(sets_per_topic):
            there = concepts.columns(stored.get(ordinal, ()))
            missing[epoch, ordinal] = np.setdiff1d(starts, there)
    return missing


def _pending(
    missing: dict[tuple[int, int], "Columns"], able: "Columns", room: int | None
) -> tuple[dict[tuple[int, int], "Columns"], int]:
    """What to draw, at most `room` in order, and how many topics on the way have no concepts."""
    import numpy as np

    pending, unable = {}, 0
    for key, topics in missing.items():
        if room == 0:
            break
        possible = np.intersect1d(topics, able)
        unable += len(topics) - len(possible)
        pending[key] = possible[:room]
        if room is not None:
            room -= len(pending[key])
    return pending, unable


def _draws(
    pending: dict[tuple[int, int], "Columns"],
) -> Iterator[tuple[tuple[int, int], dict[int, "Columns"]]]:
    """What is drawn together: topics by epoch, for each draw of several epochs and ordinal."""
    draws: dict[tuple[int, int], dict[int, Columns]] = {}
    for (epoch, ordinal), topics in pending.items():
        if len(topics):
            draws.setdefault((epoch // EPOCHS_A_DRAW, ordinal), {})[epoch] = topics
    yield from draws.items()


def _rows(concepts: Concepts, walks: Walks, seed: int, epoch: int, ordinal: int) -> Iterator[Row]:
    """Rows to write: one for each walk that entered a concept."""
    lengths = (walks.members >= 0).sum(axis=1).tolist()
    for columns, previous, length in zip(
        walks.members.tolist(), walks.previous.tolist(), lengths, strict=True
    ):
        if not length:
            continue
        members = [concepts.ids[column] for column in columns[:length]]
        yield {
            "id": set_id("walk", members, seed, epoch, ordinal),
            "epoch": epoch,
            "ordinal": ordinal,
            "domain": concepts.domains[columns[0]],
            "concepts": members,
            "previous": [None if before < 0 else before for before in previous[:length]],
        }
