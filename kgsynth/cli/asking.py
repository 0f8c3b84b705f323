"""What commands that ask a model share: their options, and a run of their own."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar

import click

from kgsynth import config
from kgsynth.cli.common import (
    as_json,
    budget,
    domain,
    dump,
    graph,
    limit,
    shard,
    show_funnel,
    where,
)
from kgsynth.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

TEMPERATURE = click.option(
    "--temperature", type=click.FloatRange(0, 2), help="Instead of the role's or the prompt's."
)

CALLS_DRY_RUN = click.option(
    "--dry-run", is_flag=True, help="Say how many calls are pending, make none."
)


def model_options(command: F) -> F:
    """What commands that ask a model about many sources take; the context comes first."""
    options: tuple[Callable[[Any], Any], ...] = (
        click.pass_context, as_json, CALLS_DRY_RUN, budget, shard, limit, where, domain,
    )  # fmt: skip
    for option in options:
        command = option(command)
    return command


def model_step(
    ctx: click.Context, /, name: str, label: str, as_json: bool, *args: Any, **settings: Any
) -> None:
    """Runs a step that asks a model, as a run of its own.

    `name` is the step's module and, where it is not the module's, its function: `tag problems`.
    """
    from importlib import import_module

    from kgsynth.calls.journal import open_journal
    from kgsynth.calls.until import open_until
    from kgsynth.runs import open_run

    if settings.get("shard") and settings.get("target"):
        raise UsageError("--target counts over all shards: say --limit instead, or no --shard.")
    if settings.pop("dry_run"):
        _count_pending(ctx, name, label, as_json, *args, **settings)
        return
    module, _, function = name.partition(" ")
    step = getattr(import_module(f"kgsynth.steps.{module}"), function or module)
    fingerprint = {
        key: value
        for key, value in settings.items()
        if value is not None and key not in ("budget", "shard", "target")
    }
    budget = settings.pop("budget")
    with ExitStack() as stack:
        store = stack.enter_context(graph(ctx))
        journal = stack.enter_context(open_journal(config.state_folder()))
        run = stack.enter_context(open_run(store, label, fingerprint))
        until = open_until(budget, journal, run)
        funnel = step(store, journal, *args, run=run, until=until, **settings)
    show_funnel(ctx, funnel, as_json=as_json)


def _count_pending(
    ctx: click.Context, /, name: str, label: str, as_json: bool, method: str = "", **settings: Any
) -> None:
    """Says how many calls a step would make, and makes none."""
    from kgsynth import jobs

    unset = {"budget", "target", "keep", *(key for key, value in settings.items() if value is None)}
    module, _, function = name.partition(" ")
    todos = jobs.every(
        module,
        method or function,
        **{key: value for key, value in settings.items() if key not in unset},
    )
    with graph(ctx) as store:
        pending = sum(todo.pending.count(store, todo.task) for todo in todos)
    if settings.get("limit") is not None:  # of all together
        pending = min(pending, settings["limit"])
    model = ", ".join(dict.fromkeys(todo.task.model for todo in todos))
    line = f"{label}: {pending:,} calls of {model} are pending. Nothing was asked."
    dump({"pending": pending, "model": model}) if as_json else click.echo(line)
