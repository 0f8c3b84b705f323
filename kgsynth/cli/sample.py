"""`sample`: concept sets from the concept graph."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kgsynth.cli.common import (
    as_json,
    domain,
    dump,
    find_query,
    graph,
    query_parameters,
    read_parameters,
    show_funnel,
)
from kgsynth.funnel import Funnel

F = TypeVar("F", bound=Callable[..., Any])
SEED = click.option(
    "--seed", type=int, default=0, show_default=True, help="Another seed, other sets."
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would be drawn, write nothing.")
REPEAT = click.option("--repeat", is_flag=True, help="Each pair as often as sources hold both.")


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
@SEED
@DRY_RUN
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
    _show(ctx, funnel, as_json=as_json)


@sample.command("cypher")
@click.argument("query", metavar="NAME|FILE")
@query_parameters
@click.option("--sets", type=click.IntRange(min=1), help="At most that many sets.")
@click.option("--seed", type=int, default=0, show_default=True, help="The query's $seed.")
@DRY_RUN
@domain
@as_json
@click.pass_context
def cypher_(
    ctx: click.Context, /, query: str, given: tuple[str, ...], as_json: bool, **more: Any
) -> None:
    """Make a concept set of each row of a query of your own.

    The query returns a column `concepts`: a list of Concept nodes, or of their ids. NAME is one
    of `kgsynth cypher --list`, FILE ends in .cypher or .cql. Its text stays on the sets.

    \b
    Example:
      kgsynth sample cypher my-pairs.cypher -p limit=500
      kgsynth sample cypher sample/cross-community
    """
    from kgsynth.steps import sample as step

    found, _ = find_query(query)
    parameters = {**found.parameters, **read_parameters(given, found.parameters)}
    if "domain" in found.parameters:
        parameters["domain"] = more["domain"]
    with graph(ctx) as store:
        funnel = step.cypher(store, found.text, parameters=parameters, **more)
    _show(ctx, funnel, as_json=as_json)


def _options(command: F) -> F:
    """What all combinations take."""
    options: tuple[Callable[[Any], Any], ...] = (
        click.pass_context,
        as_json,
        domain,
        DRY_RUN,
        SEED,
        click.option("--count", is_flag=True, help="Only say how many exist, exactly."),
        click.option(
            "--from",
            "source",
            type=click.Choice(["documents", "problems", "both"]),
            help="Whose pairs are edges; as the graph was linked, unless said.",
        ),
        click.option("--all", is_flag=True, help="All that exist."),
        click.option(
            "--sets",
            type=click.IntRange(min=1),
            help="How many sets of this seed in all; 1,000 unless said.",
        ),
    )
    for option in options:
        command = option(command)
    return command


def _show(ctx: click.Context, /, funnel: Funnel, *, as_json: bool) -> None:
    """Prints what was drawn; of a dry run also the names of the first sets."""
    examples = [] if as_json else funnel.notes.pop("examples", [])
    show_funnel(ctx, funnel, as_json=as_json)
    for names in examples:
        click.echo("  would be drawn: " + " + ".join(names))


def _combine(ctx: click.Context, /, strategy: str, as_json: bool, **given: Any) -> None:
    from kgsynth.steps import sample as step

    with graph(ctx) as store:
        funnel = getattr(step, strategy)(store, **given)
    if not given["count"]:
        _show(ctx, funnel, as_json=as_json)
    elif as_json:
        dump({"step": funnel.step, **funnel.notes})
    else:
        exist = funnel.notes.pop("exist")
        facts = ", ".join(f"{name} {value}" for name, value in funnel.notes.items())
        click.echo(f"{funnel.step}: {exist:,} exist ({facts}).")


@sample.command("one-hop")
@REPEAT
@_options
def one_hop(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Pairs of knowledge points that a source holds both (GSDP, section 2.4).

    \b
    Example:
      kgsynth sample one-hop --all
      kgsynth sample one-hop --sets 5000 --repeat
    """
    _combine(ctx, "one_hop", as_json, **given)


@sample.command("two-hop")
@_options
def two_hop(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Pairs of knowledge points that never meet but have a neighbour in common (GSDP 2.4).

    Pairs are drawn alike, however many paths join them. What is stored is not drawn again.

    \b
    Example:
      kgsynth sample two-hop --count
      kgsynth sample two-hop --sets 5000 --seed 7
    """
    _combine(ctx, "two_hop", as_json, **given)


@sample.command("three-hop")
@click.option(
    "--cores",
    type=click.IntRange(min=1),
    help="How many core points; one for every 1,000 points, unless said.",
)
@_options
def three_hop(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Pairs of a core point, one with the most edges, and another three edges away (GSDP 2.4).

    \b
    Example:
      kgsynth sample three-hop --cores 3
    """
    _combine(ctx, "three_hop", as_json, **given)


@sample.command()
@_options
def community(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Triangles: three knowledge points that all meet each other (GSDP, section 2.4).

    \b
    Example:
      kgsynth sample community --sets 5000
    """
    _combine(ctx, "community", as_json, **given)


@sample.command("cross-community")
@REPEAT
@_options
def cross_community(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Pairs of knowledge points that a source holds both, from different communities.

    They are drawn in turns, in each turn one of every two communities that meet, so that no two
    large ones take everything. `kgsynth link --communities` finds the communities.

    \b
    Example:
      kgsynth link --communities
      kgsynth sample cross-community --sets 5000
    """
    _combine(ctx, "cross_community", as_json, **given)
