"""`retry`: asks again about chosen failures, and about nothing else."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from kgsynth import config, jobs
from kgsynth.calls.job import run_job
from kgsynth.calls.journal import Journal
from kgsynth.calls.pending import Place
from kgsynth.calls.until import Until
from kgsynth.funnel import Funnel
from kgsynth.store import Row, Store


def failures(
    store: Store,
    *,
    domain: str = config.DOMAIN,
    step: str | None = None,
    method: str | None = None,
    reason: str | None = None,
    where: str | None = None,
) -> list[Row]:
    """Calls of which nothing was kept: `call, source, ordinal, task, step, method, seed, reasons`.

    `where` is a Cypher predicate on `call`, `source` and `reasons`.
    """
    return store.read(
        "pending/failed-calls",
        where=where,
        domain=domain,
        step=step,
        method=method,
        reason=reason,
    )


def counts(failed: list[Row]) -> dict[str, int]:
    """How many of the failures had which reason."""
    return dict(Counter(reason for row in failed for reason in row["reasons"]).most_common())


def retry(
    store: Store,
    journal: Journal,
    failed: list[Row],
    *,
    run: str,
    domain: str = config.DOMAIN,
    until: Until | None = None,
    **overrides: Any,
) -> Iterator[Funnel]:
    """Asks again about the sources of these failures; a funnel for each step, method and seed.

    Those of the prompt, model and parameters that are set now: the failed call is set aside, and
    the new one takes the next sample number. With `overrides` of the model's settings (temperature,
    max_tokens) all of them are asked about, and the failed calls stand: these are calls of another
    task. Killed in between, the same command, or the step's own, goes on with what is left.
    """
    for (step, method, seed), rows in groupby(failed, key=itemgetter("step", "method", "seed")):
        todo = jobs.job(step, method, domain, run=run, **jobs.drawn(seed), **overrides)
        here = [row for row in rows if overrides or row["task"] == todo.task.id]
        asked = sorted({(row["source"], row["ordinal"]) for row in here})
        places = tuple(Place(source, ordinal, source) for source, ordinal in asked)
        store.write(
            "write/retire-calls",
            [{"id": row["call"]} for row in here if row["task"] == todo.task.id],
        )
        todo = replace(todo, pending=replace(todo.pending, only=places))
        yield run_job(store, journal, todo, until=until)


def elsewhere(failed: list[Row], domain: str) -> int:
    """How many of the failures are of prompts, models or parameters that are not set now."""
    tasks: dict[tuple[str, str], str] = {}
    for row in failed:
        key = (row["step"], row["method"])
        if key not in tasks:
            tasks[key] = jobs.job(*key, domain).task.id
    return sum(row["task"] != tasks[row["step"], row["method"]] for row in failed)
