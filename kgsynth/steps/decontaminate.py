"""`decontaminate`: what is an item of a benchmark, or one said otherwise, is dropped.

A model that is trained on its test knows the answers (SynthLLM, section 3.2, and GSDP, section 2.5,
remove such problems and give no numbers). A dropped item gets a failed verdict with the way in
which it was found, the matched text, its benchmark and id there, and how alike they are, so that a
person can review it (`cypher/report/contamination`) and take it back. Texts of benchmarks are
properties of verdicts only: nothing samples or exports them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kgsynth import config, verdicts
from kgsynth.calls.job import Job, run_job
from kgsynth.calls.journal import Journal
from kgsynth.calls.until import Until
from kgsynth.contamination import neighbours
from kgsynth.contamination.benchmark import Benchmark, Item, Match, fingerprint, read_items
from kgsynth.contamination.compare import WAYS
from kgsynth.contamination.neighbours import VERIFIER
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.progress import progress, say
from kgsynth.store import Row, Store, Write, batched
from kgsynth.vectors import vectors

PAGE, EMBEDDED = 2_000, 50_000  # texts at a time, compared by words and by embedding
ROWS = 1_000
WHAT = ("questions", "problems", "documents", "passages")
MATCHED = 20_000  # characters of a matched text that are kept
EXAMPLES = 5
NEAR, SAME = "embedding", "model"

# Texts and what each of them was matched with.
Find = Callable[[Sequence[str], Sequence[str]], Sequence[Match | None]]


@dataclass(frozen=True, slots=True)
class _Pass:
    """One pass over what was not compared with `sets`; `gone` were dropped before, in a dry run."""

    store: Store
    funnel: Funnel
    what: Sequence[str]
    domain: str
    sets: list[str]
    dry_run: bool
    gone: set[str]

    def over(self, find: Find, size: int) -> None:
        """Drops what is found, and remembers what was compared."""
        with progress(VERIFIER, unit="texts") as shown:
            for label in self.what:
                for (page,) in self.store.pages(
                    f"decontaminate/{label}", size=size, domain=self.domain, sets=self.sets
                ):
                    texts = dict(zip(page["ids"], page["texts"], strict=True))
                    texts = {id_: text for id_, text in texts.items() if id_ not in self.gone}
                    ids = list(texts)
                    found = find(ids, list(texts.values()))
                    matched = [(i, m) for i, m in zip(ids, found, strict=True) if m]
                    self.funnel.taken += len(ids)
                    self._drop(matched, texts)
                    if not self.dry_run:
                        self._write(matched, ids)
                    shown.advance(len(ids))

    def _drop(self, matched: list[tuple[str, Match]], texts: dict[str, str]) -> None:
        for _, match in matched:
            self.funnel.drop(f"{VERIFIER}: {match.way}")
        if self.dry_run:
            self.gone.update(id_ for id_, _ in matched)
            examples: list[Row] = self.funnel.notes.get("examples", [])
            examples = examples + [_example(id_, texts[id_], match) for id_, match in matched]
            examples.sort(key=lambda row: (row["score"], row["id"]))
            self.funnel.notes["examples"] = examples[:EXAMPLES]

    def _write(self, matched: list[tuple[str, Match]], ids: list[str]) -> None:
        rows = {id_: _row(id_, match) for id_, match in matched}
        for part in batched(ids, ROWS):
            dropped = [rows[id_] for id_ in part if id_ in rows]
            compared = [{"id": id_} for id_ in part]
            self.store.write_together(
                [
                    Write("write/verdicts", dropped),
                    Write("decontaminate/compared", compared, {"sets": self.sets}),
                ]
            )


def decontaminate(
    store: Store,
    journal: Journal | None = None,
    *,
    against: Sequence[str],
    what: Sequence[str] = ("questions",),
    ways: Sequence[str] = WAYS,
    embedding: float | None = None,
    model: str = config.BUNDLED,
    ask: bool = False,
    domain: str = config.DOMAIN,
    run: str = "",
    until: Until | None = None,
    dry_run: bool = False,
) -> Funnel:
    """Drops items that are found in the benchmark files (or folders) `against`.

    `what` is compared: questions, problems, documents, passages that are not rejected; an item is
    dropped where it is found in one of the `ways` of `contamination.compare`. With `embedding`, so
    is what is left and has a cosine of at least that to a benchmark item, by an embedding `model`;
    with `ask` only where the judge, asked about the three nearest in both orders, says both times
    that they are the same problem (that takes a `journal` and a `run`). in = items not compared
    with these benchmarks before, kept = those of them that stay; what a person decided on stays.
    Texts are read by the page. Memory: about 5 KB an item of a benchmark, and 300 MB. Raises
    UsageError where there is no benchmark, or for settings that say nothing.
    """
    for given, known in ((what, WHAT), (ways, WAYS)):
        if unknown := set(given) - set(known) or (not given and {"nothing"}):
            raise UsageError(f"{', '.join(sorted(unknown))} is none of {', '.join(known)}.")
    if ask and embedding is None:
        raise UsageError("The model is asked about neighbours by embedding: say --embedding, too.")
    items, faults = read_items(against)
    for fault in faults:
        say(str(fault))
    funnel = Funnel(VERIFIER, failures=len(faults))
    funnel.notes["benchmark items"] = len(items)
    if faults:
        funnel.notes["benchmark lines refused"] = len(faults)
    files = {item.file for item in items}
    sets = sorted(fingerprint([i for i in items if i.file == file], ways) for file in files)
    gone: set[str] = set()
    held: list[Benchmark] = []

    def by_words(ids: Sequence[str], texts: Sequence[str]) -> list[Match | None]:
        held[:] = held or [Benchmark(items)]
        return held[0].match(texts, ways)

    _Pass(store, funnel, what, domain, sets, dry_run, gone).over(by_words, PAGE)
    held.clear()
    if embedding is not None:
        asker = neighbours.job(domain, run=run, method="").task.id if ask else None
        comparison = fingerprint(items, NEAR, model, embedding, asker)
        funnel.taken = funnel.dropped.total()
        last = _Pass(store, funnel, what, domain, [comparison], dry_run, gone)
        if ask and not dry_run:
            if journal is None:
                raise UsageError("Asking takes a journal and a run.")
            _ask(last, journal, items, comparison, embedding, model, run, until)
        else:
            near = _by_embedding(items, embedding, model)
            last.over(lambda ids, texts: [_best(items, one) for one in near(ids, texts)], EMBEDDED)
    funnel.kept = funnel.taken - funnel.dropped.total()
    return funnel


Near = Callable[[Sequence[str], Sequence[str]], list[list[tuple[int, float]]]]


def _by_embedding(items: Sequence[Item], threshold: float, model: str) -> Near:
    """What finds the places and cosines of the benchmark items that are near to texts."""
    folder = config.state_folder()
    names = [fingerprint([item]) for item in items]
    shown = dict(zip(names, (item.text for item in items), strict=True))
    held: list[Any] = []

    def near(ids: Sequence[str], texts: Sequence[str]) -> list[list[tuple[int, float]]]:
        if not held:
            distinct = list(shown)
            rows = vectors(distinct, lambda some: shown, folder, model=model)
            place = {name: row for row, name in enumerate(distinct)}
            held.append(rows[[place[name] for name in names]])
        given = dict(zip(ids, texts, strict=True))
        own = vectors(ids, lambda some: given, folder, model=model)
        return neighbours.nearest(own, held[0], threshold, neighbours.ASKED)

    return near


def _best(items: Sequence[Item], near: Sequence[tuple[int, float]]) -> Match | None:
    return Match(items[near[0][0]], NEAR, near[0][1]) if near else None


def _ask(
    last: _Pass,
    journal: Journal,
    items: Sequence[Item],
    comparison: str,
    threshold: float,
    model: str,
    run: str,
    until: Until | None,
) -> None:
    """Keeps the neighbours, asks about them, and drops what is the same both ways round."""
    store, funnel = last.store, last.funnel
    near = _by_embedding(items, threshold, model)
    for label in last.what:
        for (page,) in store.pages(
            f"decontaminate/{label}", size=EMBEDDED, domain=last.domain, sets=last.sets
        ):
            rows = [
                [(items[place], score) for place, score in found]
                for found in near(page["ids"], page["texts"])
            ]
            verdicts.write(store, neighbours.kept(page["ids"], rows, comparison))
    todo = job(last.domain, run=run, method=comparison)
    done = run_job(store, journal, todo, until=until)
    if done.taken:
        funnel.notes["calls"] = done.taken
    if done.dropped:
        funnel.notes["unusable"] = dict(done.dropped)
    if done.failures or "stopped" in done.notes:
        # Not all were asked about: the next call goes on, and nothing is called compared.
        funnel.failures += done.failures
        funnel.notes["stopped"] = done.notes.get("stopped", "not every request was answered")
        return
    same = {
        row["id"]: Match(Item(row["file"], row["item"], row["text"]), SAME, row["score"])
        for row in store.read("decontaminate/same", set=comparison, task=todo.task.id)
    }
    last.over(lambda ids, texts: [same.get(id_) for id_ in ids], PAGE)


def job(domain: str, *, run: str, method: str, **overrides: Any) -> Job:
    """Asking about the neighbours of a comparison (for `retry` and `reparse`)."""
    return neighbours.job(domain, run=run, method=method, **overrides)


def _row(id_: str, match: Match) -> Row:
    """A failed verdict as a row of `write/verdicts`."""
    return verdicts.verdict(
        id_, VERIFIER, label=match.way, passed=False, score=match.score, criterion=match.way,
        reason=f"{match.item.file}, {match.item.id}", matched=match.item.text[:MATCHED],
        benchmark=match.item.file, benchmarkItem=match.item.id,
    )  # fmt: skip


def _example(id_: str, text: str, match: Match) -> Row:
    return {
        "id": id_, "text": text, "way": match.way, "score": match.score,
        "matched": match.item.text, "benchmark": match.item.file, "item": match.item.id,
    }  # fmt: skip
