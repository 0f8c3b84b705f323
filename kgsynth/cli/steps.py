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
@domain
@click.option("--dry-run", is_flag=True, help="Show what would be united, write nothing.")
@as_json
@click.pass_context
def merge(ctx: click.Context, /, as_json: bool, domain: str, dry_run: bool) -> None:
    """Unite concepts that are one concept under several spellings (plural, hyphen, LaTeX).

    \b
    Example:
      kgsynth merge
    """
    from kgsynth.steps import merge as step

    with graph(ctx) as store:
        funnel = step.merge(store, domain=domain, dry_run=dry_run)
    show_funnel(ctx, funnel, as_json=as_json)


@click.command()
@click.option(
    "--from",
    "source",
    type=click.Choice(["documents", "problems", "both"]),
    default="documents",
    show_default=True,
    help="Whose count makes the weight.",
)
@click.option(
    "--eps",
    type=click.FloatRange(0, min_open=True),
    default=1e-6,
    show_default=True,
    help="Smoothing: weight = ln(count + eps).",
)
@click.option(
    "--pairs",
    type=click.Choice(["all", "topics", "none"]),
    default="all",
    show_default=True,
    help="Which pairs are stored; walks go through the documents for the rest, by the same law.",
)
@click.option(
    "--min-count",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Leave out pairs of points that fewer sources hold: another law.",
)
@click.option(
    "--max-pairs",
    type=int,
    default=50_000_000,
    show_default=True,
    help="Stop, and say what the choices cost, above that many pairs to store.",
)
@domain
@as_json
@click.pass_context
def link(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Count co-occurrences into the concept graph. Counts are set, never added to.

    \b
    Example:
      kgsynth link --from documents
    """
    from kgsynth.steps import link as step

    with graph(ctx) as store:
        funnel = step.link(store, **given)
    show_funnel(ctx, funnel, as_json=as_json)


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
