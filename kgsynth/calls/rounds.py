"""Rounds: a job whose sources may need further calls, given what the calls so far brought."""

from kgsynth.calls.job import Job, run_job
from kgsynth.calls.journal import Journal
from kgsynth.calls.until import Until
from kgsynth.funnel import Funnel
from kgsynth.store import Store

_SUMS = ("outputTokens", "seconds")


def run_rounds(
    store: Store,
    journal: Journal,
    job: Job,
    *,
    until: Until | None = None,
    target: int | None = None,
) -> Funnel:
    """Runs a job again and again until nothing is pending, and returns the sum of its funnels.

    Ends with the first round where the user bounds the number of calls, where something stopped
    it, or where a request failed: its source stays pending, for the same command said again.
    Raises what `run_job` raises.
    """
    total = funnel = run_job(store, journal, job, until=until, target=target)
    while (
        job.pending.limit is None
        and job.pending.only is None
        and funnel.taken
        and not funnel.failures
        and "stopped" not in funnel.notes
    ):
        funnel = run_job(store, journal, job, until=until, target=target)
        if funnel.taken:
            total = _sum(total, funnel)
    return total


def _sum(one: Funnel, other: Funnel) -> Funnel:
    sums = {name: one.notes[name] + other.notes[name] for name in _SUMS}
    return Funnel(
        one.step,
        one.taken + other.taken,
        one.kept + other.kept,
        one.dropped + other.dropped,
        one.failures + other.failures,
        {**one.notes, **other.notes, **sums, "items": one.notes["items"] + other.notes["items"]},
    )
