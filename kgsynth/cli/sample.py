"""`sample`: concept sets from the concept graph."""

from typing import Any

import click

from kgsynth.cli.common import as_json, domain, graph, show_funnel


@click.group()
def sample() -> None:
    """Draw concept sets from the concept graph.

    \b
    Example:
      kgsynth sample walk --epochs 5 --seed 7
    """


@sample.command()
@click.option(
    "--epochs",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="How many epochs in all; each starts at every topic.",
)
@click.option(
    "--sets-per-topic",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Sets that start at each topic in an epoch.",
)
@click.option(
    "--sets", type=click.IntRange(min=1), help="At most that many sets in all, of this seed."
)
@click.option(
    "--entry",
    type=click.Choice(["each", "last"]),
    default="each",
    show_default=True,
    help="Enter the concepts from each topic met, or from the last only.",
)
@click.option(
    "--engine",
    type=click.Choice(["gds", "client"]),
    default="gds",
    show_default=True,
    help="Where the steps are drawn.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Threads of GDS; the sets do not depend on it.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, other sets.")
@domain
@as_json
@click.pass_context
def walk(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Random walks: topics, then concepts (SynthLLM, section 3.2).

    Every step has probability (count + eps) / sum. Stored sets stay; what is missing is drawn.

    \b
    Example:
      kgsynth sample walk --epochs 5 --seed 7
    """
    from kgsynth.steps import sample as step

    with graph(ctx) as store:
        funnel = step.walk(store, **given)
    show_funnel(ctx, funnel, as_json=as_json)
