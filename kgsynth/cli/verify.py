"""`verify`: what was written is judged, and accepted or rejected."""

from typing import Any

import click

from kgsynth.cli.asking import CALLS_DRY_RUN, model_step
from kgsynth.cli.common import (
    as_json,
    budget,
    domain,
    dump,
    graph,
    limit,
    shard,
    show_funnel,
    table,
    where,
)


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


@verify.command()
@click.option(
    "--criterion",
    type=click.Choice(["problem", "solution"]),
    help="Only questions (problem), or only answers (solution); else both, questions first.",
)
@click.option(
    "--judge",
    "ask",
    multiple=True,
    metavar="NAME",
    help="Ask only that judge of the panel; may be said several times.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.85,
    show_default=True,
    help="Keep questions whose mean score is that and more.",
)
@click.option(
    "--quorum",
    type=click.IntRange(min=1),
    help="Votes that an item needs; with fewer it stays pending [all of the panel].",
)
@click.option(
    "--retries",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Ask again so often where a reply was no vote.",
)
@click.option("--decide-only", is_flag=True, help="Decide from the stored votes, ask nothing.")
@click.option("--method", "questions", help="Only questions of that method, and their answers.")
@domain
@where
@limit
@shard
@budget
@CALLS_DRY_RUN
@as_json
@click.pass_context
def judges(ctx: click.Context, /, as_json: bool, dry_run: bool, **given: Any) -> None:
    """Let a panel of models score questions and answers, and decide jointly (GSDP).

    The panel is [[models.judges]] of kgsynth.toml. A question is kept where the weighted mean of
    its scores reaches the threshold; one judge that finds an answer wrong vetoes it. Votes are
    kept: with other weights or another threshold, say it again, and it decides anew without a call.

    \b
    Example:
      kgsynth verify judges
      kgsynth verify judges --threshold 0.9 --decide-only
    """
    if not dry_run:
        model_step(ctx, "verify judges", "verify judges", as_json, dry_run=False, **given)
        return
    from kgsynth.steps.verify.judges import ahead

    names = ("criterion", "ask", "domain", "questions", "where", "limit", "shard")
    with graph(ctx) as store:
        rows = ahead(store, **{name: given[name] for name in names})
    dump(rows) if as_json else click.echo(f"{table(rows)}\nNothing was asked.")


@verify.command()
@click.option(
    "--seconds",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="CPU time that a program may take; by the clock three times as much.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=64),
    default=1024,
    show_default=True,
    help="MiB that a program may take.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), help="Programs at a time [as many as cores]."
)
@click.option("--again", is_flag=True, help="Also those that were run and could not be judged.")
@click.option("--method", "questions", help="Only answers to questions of that method.")
@domain
@where
@limit
@click.option("--dry-run", is_flag=True, help="Say how many programs wait, run nothing.")
@as_json
@click.pass_context
def python(ctx: click.Context, /, as_json: bool, dry_run: bool, memory: int, **given: Any) -> None:
    """Run the program of each answer in a sandbox, and compare what it prints with the answer.

    The last block of Python in the answer counts, with the tests (assert) that the question gives.
    Programs see no network, no files and no environment of this machine (`kgsynth doctor` says
    which sandbox that is); where none can be had, nothing is run.

    \b
    Example:
      kgsynth verify python --seconds 10
      kgsynth verify python --domain code
    """
    from kgsynth.steps.verify import python as verifier

    with graph(ctx) as store:
        if not dry_run:
            funnel = verifier.python(store, memory=memory * 2**20, **given)
            show_funnel(ctx, funnel, as_json=as_json)
            return
        names = ("domain", "questions", "where", "again")
        waiting = verifier.waiting(store, **{name: given[name] for name in names})
    dump({"pending": waiting}) if as_json else click.echo(f"{waiting:,} answers with code wait.")
