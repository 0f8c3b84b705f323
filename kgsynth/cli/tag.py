"""`tag`: what documents and seed problems are about."""

from typing import Any

import click

from kgsynth.cli.asking import TEMPERATURE, model_options, model_step


@click.command()
@click.argument("what", type=click.Choice(["documents", "problems"]), default="documents")
@click.option("--prompt", help="Which prompt [default: tag/concepts, or tag/problem].")
@TEMPERATURE
@model_options
def tag(ctx: click.Context, /, what: str, as_json: bool, **given: Any) -> None:
    """Let a model name what documents or problems are about.

    Of documents level, subject, topics and key concepts; of problems at most ten knowledge points.

    \b
    Example:
      kgsynth tag --limit 100
      kgsynth tag problems
    """
    if given["prompt"] is None:
        given.pop("prompt")
    step = "tag problems" if what == "problems" else "tag"
    model_step(ctx, step, step, as_json, **given)
