"""`link`: the concept graph, its communities, and its implicit relations."""

from typing import Any

import click

from kgsynth.cli.common import as_json, graph, show_funnel
from kgsynth.errors import UsageError


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
@click.option(
    "--communities",
    is_flag=True,
    help="Link nothing anew: write the community of each concept (Leiden in GDS).",
)
@click.option(
    "--gamma",
    type=click.FloatRange(0, min_open=True),
    default=1.0,
    show_default=True,
    help="For --communities: above 1 more and smaller ones.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="For --communities.")
@click.option(
    "--k-hop",
    "hops",
    type=click.Choice(["2", "3"]),
    help="Link nothing anew: write K_HOP between points that are so many edges apart.",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="For --k-hop: the pairs with the most shortest paths.",
)
@click.option("--topic", help="For --k-hop: only with a point that this topic covers.")
@click.option("--community", type=int, help="For --k-hop: only with a point of this community.")
@click.option("--domain", help="Only what touches a concept of that domain [default: all].")
@as_json
@click.pass_context
def link(
    ctx: click.Context,
    /,
    as_json: bool,
    communities: bool,
    gamma: float,
    seed: int,
    hops: str | None,
    top: int,
    topic: str | None,
    community: int | None,
    **given: Any,
) -> None:
    """Count co-occurrences into the concept graph. Counts are set, never added to.

    \b
    Example:
      kgsynth link --from documents
      kgsynth link --communities
      kgsynth link --k-hop 2 --topic "Number theory"
    """
    from kgsynth.steps import link as step

    if not hops and (topic is not None or community is not None):
        raise UsageError("--topic and --community choose what --k-hop joins: say --k-hop 2 or 3.")
    with graph(ctx) as store:
        if not (communities or hops):
            show_funnel(ctx, step.link(store, **given), as_json=as_json)
        if communities:
            show_funnel(ctx, step.communities(store, gamma=gamma, seed=seed), as_json=as_json)
        if hops:
            part = {"top": top, "topic": topic, "community": community, "domain": given["domain"]}
            show_funnel(ctx, step.k_hop(store, hops=int(hops), **part), as_json=as_json)
