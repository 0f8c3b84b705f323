"""`export` as a command."""

from pathlib import Path
from typing import Any

import click

from kgsynth.cli.common import as_json, domain, graph, limit, show_funnel, where


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format",
    default="chat",
    show_default=True,
    type=click.Choice(["chat", "alpaca", "sharegpt", "pretrain", "raw"]),
    help="Form of a record.",
)
@click.option("--system", metavar="TEXT", help="A system message before each (chat, sharegpt).")
@click.option("--bare", is_flag=True, help="Leave out the ids of the origin.")
@click.option(
    "--status",
    type=click.Choice(["pending", "accepted"]),
    help="Only rows whose question and answer have it; else all that are not rejected.",
)
@click.option("--method", help="Only questions of that method.")
@click.option("--run", help="Only what that run asked for (its id).")
@click.option(
    "--split",
    metavar="NAME=SHARE,...",
    help="A file for each split, as train=0.9,test=0.1; rows that share a source stay in one.",
)
@click.option(
    "--split-by",
    default="document",
    show_default=True,
    metavar="document|set|question",
    help="What must not be in two splits: documents, combinations of concepts, questions; or a "
    "query of your own in cypher/split/.",
)
@click.option(
    "--drop-crossing",
    is_flag=True,
    help="Place each source by itself and drop rows whose sources are in two splits.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the split.")
@click.option(
    "--licence",
    default="unknown",
    show_default=True,
    metavar="NAME",
    help="Licence of the data set for its card, as the Hugging Face hub names it (cc-by-4.0).",
)
@click.option("--parquet", is_flag=True, help="In a folder: Parquet instead of JSONL.")
@domain
@where
@limit
@as_json
@click.pass_context
def export(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Write training data to FILE, each row with its whole origin, and a data set card.

    FILE ends in .jsonl or .parquet (with splits: FILE-train.jsonl, ...; the card is FILE.card.md),
    or is a folder that `datasets` and the Hugging Face hub read (train.jsonl, ..., README.md).

    \b
    Example:
      kgsynth export data.jsonl --format chat
      kgsynth export data/ --split train=0.9,test=0.1 --split-by document
    """
    from kgsynth.steps import export as step

    with graph(ctx) as store:
        funnel = step.export(store, **given)
    show_funnel(ctx, funnel, as_json=as_json)
