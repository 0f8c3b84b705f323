"""How `select` asks: which documents a model has not rated, and what becomes of failed requests."""

from collections import Counter
from collections.abc import Collection

from kgsynth.calls.job import Job, NothingAnsweredError, run_job
from kgsynth.calls.journal import Journal
from kgsynth.calls.until import Until
from kgsynth.errors import KgsynthError
from kgsynth.funnel import Funnel
from kgsynth.progress import say
from kgsynth.store import Store, Write

NAMED = 5  # documents without a rating that are named


def rate(
    store: Store,
    journal: Journal,
    todo: Job,
    funnel: Funnel,
    number: int,
    sample: Collection[str],
    unanswered: set[str],
    until: Until | None,
) -> bool:
    """Lets the model rate the documents of a round that it has not rated; False: it was stopped.

    Adds to `unanswered` those that were asked about in vain; they are not asked about again.
    """
    domain = todo.pending.domain
    wanted = set(sample) - unanswered
    while missing := unasked(store, todo, wanted):
        row = {"round": number, "ids": sorted(wanted)}
        store.write_together([Write("write/to-rate", [row], {"domain": domain})])
        try:
            failures = ask(store, journal, todo, funnel, until)
        except NothingAnsweredError:
            if (until is not None and until.reached) or 2 * len(missing) > len(sample):
                raise
            failures = len(missing)
            funnel.failures += failures
            _count_calls(funnel, todo, failures)
        if failures is None:
            return False
        left = unasked(store, todo, wanted)
        if len(left) <= failures:
            unanswered |= left
            return True
        if left == missing:
            raise KgsynthError(
                "Documents to rate are drawn otherwise meanwhile: another select with other "
                "settings runs on this domain. Say the same command again when it is done."
            )
    return True


def unasked(store: Store, todo: Job, ids: Collection[str]) -> set[str]:
    """Those of some documents and units that a job has not been answered about."""
    return set(ids).difference(store.value("read/asked-about", ids=sorted(ids), task=todo.task.id))


def ask(
    store: Store, journal: Journal, todo: Job, funnel: Funnel, until: Until | None
) -> int | None:
    """Runs a job, counts its calls, returns how many were not answered; None: it was stopped."""
    done = run_job(store, journal, todo, until=until)
    _count_calls(funnel, todo, done.taken)
    if done.dropped:
        name = f"{todo.task.method} unusable"
        funnel.notes[name] = dict(Counter(funnel.notes.get(name, {})) + done.dropped)
    funnel.failures += done.failures
    if "stopped" in done.notes:
        funnel.notes["stopped"] = done.notes["stopped"]
        return None
    return done.failures


def _count_calls(funnel: Funnel, todo: Job, number: int) -> None:
    if number:
        name = f"{todo.task.method} calls"
        funnel.notes[name] = funnel.notes.get(name, 0) + number


def tell_unrated(funnel: Funnel, unrated: list[str]) -> None:
    """Counts the documents drawn for rating that have none, and names the first few on stderr."""
    if unrated:
        funnel.notes["without a rating"] = len(unrated)
        more = ", ..." if len(unrated) > NAMED else ""
        say(
            f"select: {len(unrated):,} drawn documents have no rating and are scored by those like "
            f"them: {', '.join(unrated[:NAMED])}{more}"
        )
