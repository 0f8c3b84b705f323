"""`merge`: concepts that mean the same become one; with the dual filter, bad points are set aside.

By rule: spellings of one name (`kgsynth.concepts.names`) are one concept. With the dual filter
(GSDP, section 2.2 and appendix D) a model also says which knowledge points are vague, wrong or too
detailed (they are rejected), names are compared by their embeddings, what is very similar is the
same, and of what is similar a model says whether it is; then it names each class.

Classes are made anew each time from what the sources say and all stored decisions, so the graph
does not depend on how often, in which order or in which steps it was merged. Nothing is discarded:
a merged concept keeps its sources and points to what stands for it (MERGED_INTO), which `link`
follows. A person's SAME_AS, DISTINCT_FROM or MERGED_INTO (without `decidedBy`, as drawn in Browser)
wins over all else; fixed taxonomies are left alone.
"""

from typing import Any

from kgsynth import config, embed
from kgsynth.calls.job import Job
from kgsynth.calls.journal import Journal
from kgsynth.calls.rounds import run_rounds
from kgsynth.calls.until import Until
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.merging import asks, candidates, records
from kgsynth.merging.forest import Forest, end, grow, renamed, title
from kgsynth.merging.records import BY_PERSON, MODEL, RULE, Concept
from kgsynth.store import Row, Store

_REASONS = {
    RULE: "another spelling",
    records.EMBEDDING: "the same by embedding",
    MODEL: "the same as a model says",
}


def job(domain: str, *, run: str, method: str = asks.SAME, **overrides: Any) -> Job:
    """What is asked of a model about concepts, by method: `quality`, `same`, `name`."""
    return asks.job(domain, run=run, method=method, **overrides)


def merge(
    store: Store,
    journal: Journal | None = None,
    *,
    run: str = "",
    domain: str | None = None,
    dual_filter: bool = False,
    embedding: str = config.BUNDLED,
    same: float | None = None,
    ask: float | None = None,
    until: Until | None = None,
    dry_run: bool = False,
) -> Funnel:
    """Merges what is one concept and names every concept (all domains for None).

    With `dual_filter` knowledge points are judged, similar names found with the model `embedding`
    and asked about between the similarities `ask` and `same` (see `embed.thresholds`), and classes
    are named. in = concepts outside a taxonomy, kept = those that stand for themselves; none of
    both where nothing changes. Stops asking where `until` says; what is not decided by then stays
    apart. With `dry_run` nothing is asked or written. Memory: about 1 KB a concept, 500 bytes a
    pair of similar ones. Raises KgsynthError when people merged in a circle, UsageError for
    thresholds that are none.
    """
    funnel = Funnel("merge")
    if dual_filter:
        if domain is None or journal is None:
            raise UsageError("The dual filter works on one domain: say --domain.")
        thresholds = embed.thresholds(embedding, same, ask)
        asking = _Asking(store, journal, funnel, domain, run, until, dry_run)
        asking.ask(asks.QUALITY)
        compared = [one for one in records.read(store, domain).values() if one.free and one.sources]
        found = candidates.find(store, compared, embedding, thresholds, dry_run=dry_run)
        funnel.notes |= {"embedded now": found.embedded, "pairs the same by embedding": found.same,
                         "similar pairs": found.between}  # fmt: skip
        if dry_run:  # names are asked of classes, which nobody knows before
            funnel.notes["same to ask, at most"] = found.open
        else:
            asking.ask(asks.SAME, {"ask": thresholds.ask, "same": thresholds.same})
            _settle(store, funnel, domain, dry_run=False)
            asking.ask(asks.NAME)
    _settle(store, funnel, domain, dry_run=dry_run)
    return funnel


class _Asking:
    """The model calls of one `merge`: a stage is asked only where those before got to their end."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        funnel: Funnel,
        domain: str,
        run: str,
        until: Until | None,
        dry_run: bool,
    ) -> None:
        self.store, self.journal, self.funnel, self.domain = store, journal, funnel, domain
        self.run, self.until, self.dry_run = run, until, dry_run

    def ask(self, method: str, parameters: Row | None = None) -> None:
        """Asks all that is pending; with `dry_run` only counts it."""
        todo = asks.job(self.domain, run=self.run, method=method, parameters=parameters)
        notes = self.funnel.notes
        if self.dry_run:
            notes[f"{method} to ask"] = todo.pending.count(self.store, todo.task)
        elif "stopped" not in notes and not self.funnel.failures:
            done = run_rounds(self.store, self.journal, todo, until=self.until)
            if done.taken:
                notes[f"{method} asked"] = done.taken
            if done.dropped:
                notes[f"{method} unusable"] = dict(done.dropped)
            if "stopped" in done.notes:
                notes["stopped"] = done.notes["stopped"]
            self.funnel.failures += done.failures


def _settle(store: Store, funnel: Funnel, domain: str | None, *, dry_run: bool) -> None:
    """Brings merges, names and aliases to what the classes are now, and counts."""
    concepts = records.read(store, domain)
    named = {frozenset(row["members"]): row["name"]
             for row in store.read("merge/named", domain=domain)}  # fmt: skip
    forest = grow(concepts, records.decisions(store, domain), named)
    wanted = {(id, forest.into[id], *why) for id, why in forest.why.items()}
    present = {(id, *merge) for id, concept in concepts.items() for merge in concept.derived}
    new, gone = wanted - present, present - wanted
    changing = [one.id for one in concepts.values() if one.name != title(one, forest)]
    used = frozenset(row["id"] for row in store.read("merge/used", ids=changing))
    names = list(renamed(concepts, forest, used))
    if not dry_run:
        store.write("merge/unmerged", _rows(gone))
        store.write("merge/merged", _rows(new))
        store.write("merge/names", names)
    for note, number in (("merged now", len(new)), ("taken back", len(gone)),
                         ("named now", len(names))):  # fmt: skip
        funnel.notes[note] = funnel.notes.get(note, 0) + number
    if forest.refused:
        funnel.notes["kept apart by DISTINCT_FROM"] = forest.refused
    if forest.taken:
        funnel.notes["named as another concept, name not taken"] = forest.taken
    asked = any(note.endswith(" asked") for note in funnel.notes)
    if new or gone or names or asked:
        _count(funnel, concepts, forest)


def _count(funnel: Funnel, concepts: dict[str, Concept], forest: Forest) -> None:
    free = [concept for concept in concepts.values() if not concept.fixed]
    funnel.taken, funnel.kept = len(free), 0
    funnel.dropped.clear()
    for concept in free:
        if concept.id in forest.why:
            by, reason = forest.why[concept.id]
            funnel.drop("merged by decision" if reason == BY_PERSON else _REASONS[by])
        elif concept.id in forest.into:
            funnel.drop("merged by decision")
        elif concept.rejected is not None:
            funnel.drop(concept.rejected)
        else:
            funnel.kept += 1


def _rows(merges: set[tuple[str, str, str, str | None]]) -> list[Row]:
    names = ("id", "into", "by", "reason")
    return [dict(zip(names, merge, strict=True))
            for merge in sorted(merges, key=lambda merge: merge[:3])]  # fmt: skip


def undo(store: Store, id: str) -> Funnel:
    """Takes one merge back: the concept stands for itself again, with what was merged into it.

    A person's DISTINCT_FROM to all others of its class is recorded, so that no later `merge` undoes
    it; then say `link`. Raises UsageError for a concept that is not merged into another.
    """
    concepts = records.read(store, None)
    if id not in concepts:
        raise UsageError(f"There is no concept {id}: `kgsynth cypher report/merged` lists merges.")
    into = {
        one.id: one.decided or next(iter(sorted(one.derived)))[0]
        for one in concepts.values()
        if one.decided or one.derived
    }
    if id not in into:
        members = sorted(other for other, target in into.items() if target == id)
        raise UsageError(
            f"{concepts[id].name!r} is not merged into another concept"
            + (f"; merged into it are {', '.join(members[:10])}." if members else ".")
        )
    top = end(into, id)
    own = {one for one in [*into, top] if _below(into, one, id)}
    others = sorted({one for one in [*into, top] if end(into, one) == top} - own)
    store.change("merge/undone", id=id, others=others)
    funnel = Funnel("merge", taken=1, kept=1)
    funnel.notes = {"concept": concepts[id].name, "no more part of": concepts[top].name,
                    "kept apart from": len(others)}  # fmt: skip
    _settle(store, funnel, concepts[id].domain, dry_run=False)
    return funnel


def _below(into: dict[str, str], id: str, top: str) -> bool:
    while id != top and id in into:
        id = into[id]
    return id == top
