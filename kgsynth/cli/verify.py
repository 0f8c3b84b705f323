"""`verify`: what was written is judged, and accepted or rejected."""

from typing import Any

import click

from kgsynth.cli.asking import CALLS_DRY_RUN, model_step
from kgsynth.cli.common import as_json, budget, domain, limit, shard, where


@click.group()
def verify() -> None:
    """Judge what was written: each verdict is kept, and the status of items follows from them.

    \b
    Example:
      kgsynth verify known-answer
    """


@verify.command()
@click.option("--method", "questions", help="Only questions of that method.")
@domain
@where
@limit
@shard
@budget
@CALLS_DRY_RUN
@as_json
@click.pass_context
def difficulty(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Let the judge rate each question easy, medium or hard; `answer` routes by it.

    \b
    Example:
      kgsynth verify difficulty
    """
    model_step(ctx, "verify difficulty", "verify difficulty", as_json, **given)
