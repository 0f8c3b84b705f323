"""`export` as a command."""

from pathlib import Path
from typing import Any

import click

from kgsynth.cli.common import as_json, domain, graph, limit, show_funnel, where


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--format",
    "format",
    default="chat",
    show_default=True,
    type=click.Choice(["chat", "alpaca", "sharegpt", "pretrain", "raw"]),
    help="Form of a record.",
)
@click.option(
    "--status",
    type=click.Choice(["pending", "accepted"]),
    help="Only items of that status; else all that are not rejected.",
)
@click.option("--method", help="Only questions of that method.")
@click.option("--run", help="Only what that run asked for (its id).")
@click.option("--bare", is_flag=True, help="Leave out the ids of the origin.")
@domain
@where
@limit
@as_json
@click.pass_context
def export(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Write training data to FILE (.jsonl or .parquet), each row with its whole origin.

    \b
    Example:
      kgsynth export data.jsonl --format chat
    """
    from kgsynth.steps import export as step

    with graph(ctx) as store:
        funnel = step.export(store, **given)
    show_funnel(ctx, funnel, as_json=as_json)
