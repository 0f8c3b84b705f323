"""`select`: which documents to work with. What is not selected is rejected with a reason.

Nothing is deleted, and what a person decided stands. A call decides anew on the documents that are
not rejected and on those rejected for one of the reasons it can give, so that a looser rule brings
documents back, and what other calls rejected stays so.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Any

from kgsynth import assets, config
from kgsynth.calls.journal import Journal
from kgsynth.calls.until import Until
from kgsynth.copies.minhash import THRESHOLD, Sketches
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.funnel import Funnel
from kgsynth.progress import progress
from kgsynth.selection import asking, personal, rules, scores
from kgsynth.selection.decisions import PENDING, Decided, Show, outcome
from kgsynth.selection.references import RATED, WRITTEN, job, unit_id
from kgsynth.selection.rules import Rules, Text
from kgsynth.store import Row, Store, Write
from kgsynth.vectors import vectors

PAGE = 500
STATES = 10_000
OFF_DOMAIN, LOW = "off domain", "rated below the cut"
NONE = "no document is told from a random draw, which is so in a corpus of the domain: use --rounds"


def plain(
    store: Store,
    *,
    domain: str = config.DOMAIN,
    where: str | None = None,
    min_words: int | None = None,
    max_words: int | None = None,
    languages: tuple[str, ...] = (),
    match: str | None = None,
    not_match: str | None = None,
    copies: str | None = None,
    similarity: float = THRESHOLD,
    mask: bool = False,
    region: str | None = personal.REGION,
    dry_run: bool = False,
    show: Show | None = None,
) -> Funnel:
    """Selects by rules alone (`rules.Rules`), and masks personal data (`personal.mask`).

    The masked text takes the place of the text that was read, so no prompt, export or person sees
    the original again; a document keeps its id, the hash of the text as it came. `show` gets every
    document whose status changes. Nothing is in, kept or dropped where nothing changes. Memory:
    about 200 bytes a document where copies are looked for. Raises UsageError when nothing is asked
    for, or for a pattern or language that is none.
    """
    chosen = Rules(min_words, max_words, tuple(languages), match, not_match, copies, similarity)
    if not chosen.reasons and not mask:
        raise UsageError("Say at least one rule: --min-words, --language, --match, --copies, ...")
    broken = rules.judge(chosen)
    funnel = Funnel("select")
    masked, pieces = (
        _mask(store, domain, where, region, dry_run=dry_run) if mask else (0, Counter())
    )
    if pieces:
        funnel.notes |= {"masked documents": masked, "masked": dict(sorted(pieces.items()))}
    if chosen.reasons:
        _select(store, funnel, chosen, broken, domain, where, dry_run, show)
    elif pieces:
        funnel.taken = funnel.kept = masked
    return funnel


def _select(
    store: Store,
    funnel: Funnel,
    chosen: Rules,
    broken: Callable[[Text], str | None],
    domain: str,
    where: str | None,
    dry_run: bool,
    show: Show | None,
) -> None:
    decided = Decided()
    keys: list[tuple[int, bool, str]] = []
    sketches = Sketches(chosen.similarity)
    page: list[str] = []
    settled = 0
    for row in _documents(store, domain, chosen.reasons, where):
        reason = None
        if not row["settled"]:
            reason = broken(Text(row["id"], row["text"], row["language"]))
            decided.decide(row["id"], {name: row[name] for name in PENDING}, outcome(reason))
        elif row["status"] == "rejected":
            reason = row["reason"]
        settled += row["settled"]
        if reason is None and chosen.copies:
            keys.append((rules.copy_key(row["text"]), row["settled"], row["id"]))
            if chosen.copies == "near":
                page.append(row["text"])
            if len(page) == PAGE:
                sketches.add(page)
                page.clear()
    if chosen.copies == "near":
        sketches.add(page)
        for near, original, similarity in rules.near_copies(sketches, keys, partial(_texts, store)):
            decided.revise(near, outcome(rules.NEAR, copyOf=original, similarity=similarity))
    for copy, original in rules.copies(keys):
        decided.revise(copy, outcome(rules.EXACT, copyOf=original))
    if not dry_run:
        store.write("write/selection", decided.rows())
    decided.tell(funnel, show)
    if settled:
        funnel.notes["a person decided"] = settled


def _documents(
    store: Store, domain: str, reasons: tuple[str, ...], where: str | None
) -> Iterator[Row]:
    with progress("select", unit="documents") as shown:
        for page in store.pages(
            "read/select-documents", size=PAGE, where=where, domain=domain, reasons=list(reasons)
        ):
            yield from page
            shown.advance(len(page))


def _mask(
    store: Store, domain: str, where: str | None, region: str | None, *, dry_run: bool
) -> tuple[int, Counter[str]]:
    """Masks texts and titles of the documents `where` holds for, the rejected too: they may return.

    Returns how many documents held something, and how much of what.
    """
    documents = 0
    pieces: Counter[str] = Counter()
    with progress("mask", unit="documents") as shown:
        for page in store.pages("read/document-texts", size=PAGE, where=where, domain=domain):
            rows = []
            for row in page:
                text, found = personal.mask(row["text"], region)
                title, also = personal.mask(row["title"] or "", region)
                if found or also:
                    pieces += found + also
                    masked = row["masked"] + (found + also).total()
                    rows.append(
                        {"id": row["id"], "text": text, "title": title or None, "masked": masked}
                    )
            documents += len(rows)
            if not dry_run:
                store.write("write/masked", rows)
            shown.advance(len(page))
    return documents, pieces


def select(
    store: Store,
    journal: Journal,
    *,
    run: str,
    domain: str = config.DOMAIN,
    where: str | None = None,
    seed: int = 0,
    min_words: int | None = None,
    max_words: int | None = None,
    languages: tuple[str, ...] = (),
    match: str | None = None,
    not_match: str | None = None,
    copies: str | None = None,
    similarity: float = THRESHOLD,
    mask: bool = False,
    region: str | None = personal.REGION,
    units: int | None = None,
    negatives: int | None = None,
    threshold: float = 0.5,
    rounds: int = 2,
    rate_kept: int | None = 2_000,
    rate_rest: int = 2_000,
    cut: float = 6.5,
    until: Until | None = None,
) -> Funnel:
    """Selects the documents of a domain by a model's ratings (SynthLLM, section 3.1).

    First the rules that are asked for (`plain`). Then a cold start: the model writes a text on each
    unit of the domain's syllabi (on `units` of them), and a random forest on embeddings tells them
    from `negatives` documents drawn at random (as many unless set); what scores above `threshold`
    is kept so far. Where that is less than `rate_kept`, as in a corpus of the domain, those most
    like the texts are added. Then `rounds`: the model rates what is kept so far (at most
    `rate_kept`; None: all of it, and nothing is added) and `rate_rest` others drawn at random from
    1 to 10, all documents are scored from ratings and likeness (`selection.scores`), and those
    above `cut` are kept. Without rounds the forest decides alone.

    Ratings are kept and used again. A document whose reply is no rating, or whose request is not
    answered, counts as not rated: it is scored as one that was not drawn, and named on stderr. The
    decision follows from the ratings that are there: a later call asks again about the documents
    that were not answered (`retry` about the others), and where it gets a rating, it decides as if
    it had been there at once. Every document keeps its `score`. Stops where `until` says, and
    decides nothing then. Raises KgsynthError where more than half of the ratings are missing,
    UsageError for a domain without syllabi.
    """
    asked_for = Rules(min_words, max_words, tuple(languages), match, not_match, copies)
    funnel = Funnel("select")
    if asked_for.reasons or mask:
        funnel = plain(
            store, domain=domain, where=where, min_words=min_words, max_words=max_words,
            languages=languages, match=match, not_match=not_match, copies=copies,
            similarity=similarity, mask=mask, region=region,
        )  # fmt: skip
    states = _states(store, domain, where)
    if not states:
        return funnel
    texts = _written(store, journal, funnel, domain, run, units, seed, until)
    if texts is None:
        return funnel
    ids = list(states)
    place = {id_: at for at, id_ in enumerate(ids)}
    held = vectors(ids, partial(_texts, store), config.state_folder())
    examples = vectors(list(texts), lambda some: texts, config.state_folder())
    number = len(examples) if negatives is None else negatives
    drawn = [place[id_] for id_ in scores.draw(ids, number, seed, "negative")]
    graded = scores.cold_start(examples, held, drawn, seed)
    kept = {id_ for id_ in ids if graded[place[id_]] > threshold}
    funnel.notes["cold start keeps"] = len(kept)
    if not kept and not rounds:
        funnel.notes["cold start"] = NONE
    alike = scores.likeness(examples, held)
    if rounds and rate_kept is not None and len(kept) < rate_kept:
        rest = sorted(set(ids) - kept, key=lambda id_: (-alike[place[id_]], id_))
        kept.update(rest[: rate_kept - len(kept)])
        funnel.notes["with those most like the texts"] = len(kept)
    rated: set[str] = set()
    unanswered: set[str] = set()
    marks: dict[str, float] = {}
    for number in range(1, rounds + 1):
        rest = [id_ for id_ in ids if id_ not in kept]
        most = len(kept) if rate_kept is None else rate_kept
        sample = set(scores.draw(kept, most, seed, "kept"))
        sample.update(scores.draw(rest, rate_rest, seed, "rest", number))
        todo = job(domain, run=run, method=RATED)
        if not asking.rate(store, journal, todo, funnel, number, sample, unanswered, until):
            return funnel
        rated |= sample
        marks = {
            id_: mark
            for id_, mark in store.value("read/ratings", task=todo.task.id, domain=domain)
            if id_ in rated
        }
        if not marks or 2 * len(marks) < len(rated):
            raise KgsynthError(
                f"Of {len(rated):,} ratings by {todo.task.model} only {len(marks):,} can be read "
                f"({len(unanswered):,} requests were not answered): see `kgsynth status`, and name "
                "a better judge in kgsynth.toml."
            )
        known = [place[id_] for id_ in marks]
        graded = scores.scores(held, alike, known, list(marks.values()), seed)
        kept = {id_ for id_ in ids if graded[place[id_]] > cut}
        funnel.notes[f"round {number} rates"] = len(marks)
        funnel.notes[f"round {number} keeps"] = len(kept)
    asking.tell_unrated(funnel, sorted(rated - marks.keys()))
    reason = LOW if rounds else OFF_DOMAIN
    _decide(store, funnel, states, {id_: float(graded[place[id_]]) for id_ in ids}, kept, reason)
    return funnel


def calls_ahead(
    store: Store,
    *,
    domain: str = config.DOMAIN,
    where: str | None = None,
    units: int | None = None,
    seed: int = 0,
    rounds: int = 2,
    rate_kept: int | None = 2_000,
    rate_rest: int = 2_000,
) -> dict[str, int]:
    """How many `texts` are to be written, and how many `ratings` may be asked for at most."""
    drawn = list(_units(domain, units, seed))
    todo = job(domain, run="", method=WRITTEN)
    documents = len(_states(store, domain, where))
    kept = documents if rate_kept is None else rate_kept
    most = min(rounds * (kept + rate_rest), documents)
    return {"texts": len(asking.unasked(store, todo, drawn)), "ratings": most}


def _units(domain: str, units: int | None, seed: int) -> dict[str, str]:
    """The units of a domain's syllabi to write on, by id."""
    lines = {unit_id(domain, line): line for line in assets.domain_lines(domain, "syllabi")}
    number = len(lines) if units is None else units
    return {id_: lines[id_] for id_ in scores.draw(lines, number, seed, "unit")}


def _written(
    store: Store,
    journal: Journal,
    funnel: Funnel,
    domain: str,
    run: str,
    units: int | None,
    seed: int,
    until: Until | None,
) -> dict[str, str] | None:
    """Texts of the domain by id, written now where they are missing; None: not all are there."""
    rows = [
        {"id": id_, "text": line, "position": at}
        for at, (id_, line) in enumerate(_units(domain, units, seed).items())
    ]
    store.write_together([Write("write/syllabus", [{"units": rows}], {"domain": domain})])
    todo = job(domain, run=run, method=WRITTEN)
    failures = asking.ask(store, journal, todo, funnel, until)
    if failures:
        funnel.notes["stopped"] = f"{failures:,} requests were not answered; say it again"
    if failures != 0:
        return None
    found = store.read("read/written-units", task=todo.task.id, domain=domain)
    if not found:
        raise KgsynthError(
            f"{todo.task.model} wrote no text on the syllabi that can be used: see "
            "`kgsynth status`, and name a better asker in kgsynth.toml."
        )
    return {row["id"]: row["text"] for row in found}


def _states(store: Store, domain: str, where: str | None) -> dict[str, tuple[Any, Any]]:
    """Reason and score of every document to decide on, by id, in order of id."""
    found: dict[str, tuple[Any, Any]] = {}
    for page in store.pages(
        "read/select-states",
        size=STATES,
        where=where,
        domain=domain,
        reasons=[OFF_DOMAIN, LOW],
    ):
        found |= {id_: (reason, score) for row in page for id_, reason, score in row["states"]}
    return found


def _texts(store: Store, ids: Sequence[str]) -> dict[str, str]:
    return {row["id"]: row["text"] for row in store.read("inputs/document", ids=list(ids))}


def _decide(
    store: Store,
    funnel: Funnel,
    states: dict[str, tuple[Any, Any]],
    scores: dict[str, float],
    kept: Collection[str],
    reason: str,
) -> None:
    """Writes what changes; nothing is in where nothing was asked and nothing changes."""
    rows = []
    for id_, before in states.items():
        why = None if id_ in kept else reason
        if (why, scores[id_]) != before:
            status = "rejected" if why else "pending"
            properties = {"score": scores[id_]}
            rows.append({"id": id_, "status": status, "reason": why, "properties": properties})
    store.write("write/selection", rows)
    if not rows and not funnel.taken and not any(name.endswith("calls") for name in funnel.notes):
        return
    funnel.taken = len(states) + funnel.dropped.total()
    funnel.kept = len(kept)
    if len(kept) < len(states):
        funnel.drop(reason, len(states) - len(kept))
