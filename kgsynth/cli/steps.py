"""The steps as commands: parse, call one function, print its funnel."""

from typing import Any

import click

from kgsynth.cli.asking import CALLS_DRY_RUN, TEMPERATURE, model_step
from kgsynth.cli.common import (
    as_json,
    budget,
    domain,
    graph,
    limit,
    shard,
    show_funnel,
    target,
    where,
)


@click.command()
@click.option(
    "--top", type=click.IntRange(min=1), default=2, show_default=True, help="Documents per set."
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "gds", "sparse", "cypher"]),
    default="auto",
    show_default=True,
    help="Who compares; the answers are the same.",
)
@domain
@as_json
@click.pass_context
def ground(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Find the documents nearest to each concept set (Jaccard; ties by document id).

    \b
    Example:
      kgsynth ground --engine sparse
    """
    from kgsynth.steps import ground as step

    with graph(ctx) as store:
        funnel = step.ground(store, **given)
    show_funnel(ctx, funnel, as_json=as_json)


@click.command()
@click.argument("method")
@click.option(
    "--per-document",
    "--per-question",
    "per_document",
    type=click.IntRange(min=1),
    help="Ask until each document (or question to vary) has brought so many; else once each.",
)
@click.option("--seed", default=0, show_default=True, help="For what we draw: concepts, personas.")
@TEMPERATURE
@domain
@where
@limit
@shard
@budget
@target
@CALLS_DRY_RUN
@as_json
@click.pass_context
def generate(ctx: click.Context, /, method: str, as_json: bool, **given: Any) -> None:
    """Let a model write questions by METHOD: a prompt of prompts/question/.

    \b
    Example:
      kgsynth generate synthllm-level3 --limit 50
      kgsynth generate synthllm-level2 --per-document 25
    """
    model_step(ctx, "generate", f"generate {method}", as_json, method, **given)


@click.command()
@click.option("--prompt", default="answer/solve", show_default=True, help="Which prompt.")
@click.option(
    "--samples",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Answers to each question; of several (temperature above 0) the majority wins.",
)
@click.option(
    "--keep",
    type=click.Choice(["winner", "all"]),
    default="winner",
    show_default=True,
    help="Of several samples: the texts of the outvoted ones too, or not.",
)
@click.option("--method", "questions", help="Only questions of that method.")
@TEMPERATURE
@domain
@where
@limit
@shard
@budget
@target
@CALLS_DRY_RUN
@as_json
@click.pass_context
def answer(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Let a model of its own answer the questions.

    \b
    Example:
      kgsynth answer
      kgsynth answer --samples 8 --temperature 0.7
    """
    model_step(ctx, "answer", "answer", as_json, **given)
