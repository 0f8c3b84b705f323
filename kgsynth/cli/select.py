"""`kgsynth select`: which documents to work with."""

from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from kgsynth import config
from kgsynth.cli.common import (
    as_json,
    budget,
    domain,
    dump,
    graph,
    show_funnel,
    summary,
    table,
    where,
)
from kgsynth.copies.minhash import THRESHOLD
from kgsynth.funnel import Funnel
from kgsynth.selection import personal
from kgsynth.store import Row

if TYPE_CHECKING:
    from kgsynth.selection.scores import Bin

SHOWN = 20
BAR = 50
RULES = (
    "min_words", "max_words", "languages", "match", "not_match", "copies", "similarity", "mask",
    "region",
)  # fmt: skip


def _number_or_all(ctx: click.Context, param: click.Parameter, value: str) -> int | None:
    return None if value == "all" else click.IntRange(min=1)(value, param, ctx)


@click.command()
@click.option("--plain", is_flag=True, help="By the rules below alone: no model is asked.")
@click.option("--min-words", type=click.IntRange(min=0), help="Drop shorter texts.")
@click.option("--max-words", type=click.IntRange(min=1), help="Drop longer texts.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="CODE",
    help="Keep texts in that language (en, de, ...); may be said several times.",
)
@click.option("--match", metavar="REGEX", help="Keep texts in which this is found.")
@click.option("--not-match", metavar="REGEX", help="Drop texts in which this is found.")
@click.option(
    "--copies",
    type=click.Choice(["exact", "near"]),
    help="Drop all but one of texts that say the same.",
)
@click.option(
    "--similarity",
    type=click.FloatRange(0, 1, min_open=True),
    default=THRESHOLD,
    show_default=True,
    help="Near copies: from that Jaccard similarity of word runs.",
)
@click.option(
    "--mask", is_flag=True, help="Mask e-mail, phone, card and account numbers, IP addresses."
)
@click.option(
    "--region",
    default=personal.REGION,
    show_default=True,
    help="Country whose phone numbers may stand without a country code.",
)
@click.option(
    "--rounds",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    help="Rounds of rating; with 0 the classifier alone decides: for a domain rare in the input.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="The classifier keeps documents of a higher probability.",
)
@click.option(
    "--cut",
    type=click.FloatRange(1, 10),
    default=6.5,
    show_default=True,
    help="Keep documents that score above.",
)
@click.option(
    "--rate-kept",
    metavar="N|all",
    default="2000",
    show_default=True,
    callback=_number_or_all,
    help="Documents to rate in a round, of those kept so far; where the classifier keeps fewer, "
    "those most like the written texts are among them. `all`: those kept, and no others.",
)
@click.option(
    "--rate-rest",
    type=click.IntRange(min=1),
    default=2_000,
    show_default=True,
    help="Documents to rate in a round, of the others.",
)
@click.option("--units", type=click.IntRange(min=1), help="Units of the syllabi to write on [all].")
@click.option(
    "--negatives",
    type=click.IntRange(min=1),
    help="Documents that stand for what is not of the domain [as many as texts written].",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all draws.")
@domain
@where
@budget
@click.option("--dry-run", is_flag=True, help="Show what would go or be asked, write nothing.")
@as_json
@click.pass_context
def select(ctx: click.Context, /, as_json: bool, plain: bool, dry_run: bool, **given: Any) -> None:
    """Reject documents that are not worth working with. Nothing is deleted.

    By a model: it writes texts on the domain's syllabi, a classifier finds documents like them, and
    rounds of the model's ratings from 1 to 10 decide (SynthLLM, section 3.1). By rules as well, or
    with --plain by rules alone. Say the same command again to continue.

    \b
    Example:
      kgsynth select --plain --min-words 50 --language en --copies near --mask
      kgsynth select --rate-kept 500 --rate-rest 500 --cut 7
    """
    if plain:
        _plain(ctx, as_json, dry_run, {name: given[name] for name in (*RULES, "domain", "where")})
    elif dry_run:
        _foretell(ctx, as_json, given)
    else:
        _by_ratings(ctx, as_json, given)


def _plain(ctx: click.Context, /, as_json: bool, dry_run: bool, given: dict[str, Any]) -> None:
    """Selects by rules."""
    from kgsynth.steps import select as step

    going: list[Row] = []
    with graph(ctx) as store:
        funnel = step.plain(store, dry_run=dry_run, show=going.append, **given)
        texts = store.read("inputs/document", ids=[row["id"] for row in going[:SHOWN]])
    if not dry_run:
        show_funnel(ctx, funnel, as_json=as_json)
    elif as_json:
        dump({**funnel.as_row(), "changes": going})
    else:
        _show_changes(going, {row["id"]: row["text"] for row in texts})
        click.echo(f"{summary(funnel)}\n  Nothing was written.")
    _check_kept(ctx, funnel)


def _by_ratings(ctx: click.Context, /, as_json: bool, given: dict[str, Any]) -> None:
    """Selects by a model's ratings, as a run of its own; shows the spread of the scores."""
    from kgsynth.calls.journal import open_journal
    from kgsynth.calls.until import open_until
    from kgsynth.runs import open_run
    from kgsynth.steps import select as step

    fingerprint = {
        name: value for name, value in given.items() if name != "budget" and value is not None
    }
    budget = given.pop("budget")
    with ExitStack() as stack:
        store = stack.enter_context(graph(ctx))
        journal = stack.enter_context(open_journal(config.state_folder()))
        run = stack.enter_context(open_run(store, "select", fingerprint, given["seed"]))
        until = open_until(budget, journal, run)
        funnel = step.select(store, journal, run=run, until=until, **given)
        scores = store.value("report/scores", domain=given["domain"])
    bins = _bins(scores, given)
    if as_json:
        dump({**funnel.as_row(), "distribution": [asdict(each) for each in bins]})
    else:
        _show_bins(bins, given["cut"] if given["rounds"] else given["threshold"])
        click.echo(summary(funnel))
    if funnel.failures:
        ctx.exit(1)
    _check_kept(ctx, funnel)


def _foretell(ctx: click.Context, /, as_json: bool, given: dict[str, Any]) -> None:
    """Says how many calls are to be made at most, and makes none."""
    from kgsynth.steps import select as step

    names = ("domain", "where", "units", "seed", "rounds", "rate_kept", "rate_rest")
    with graph(ctx) as store:
        ahead = step.calls_ahead(store, **{name: given[name] for name in names})
    if as_json:
        dump(ahead)
        return
    click.echo(
        f"select: {ahead['texts']:,} texts on syllabi to write, and at most {ahead['ratings']:,} "
        "documents to rate, those rated before among them. Nothing was asked or written."
    )


def _check_kept(ctx: click.Context, /, funnel: Funnel) -> None:
    if funnel.taken and not funnel.kept:
        ctx.exit(1)


def _bins(scores: list[float], given: dict[str, Any]) -> "list[Bin]":
    from kgsynth.selection.scores import histogram

    if given["rounds"]:
        return histogram(scores, given["cut"], 1, 10)
    return histogram(scores, given["threshold"], 0, 1)


def _show_bins(bins: "list[Bin]", cut: float) -> None:
    """The spread of the scores as bars, with the cut between them."""
    most = max((each.documents for each in bins), default=0)
    for place, each in enumerate(bins):
        if each.kept and not bins[place - 1].kept:
            click.echo(f"{'':11}  -------- cut: {cut:g} --------")
        bar = "#" * -(-each.documents * BAR // most) if most else ""
        line = f"{each.low:5.2f}-{each.high:5.2f}  {each.documents:9,}  {bar}"
        click.echo(line.rstrip())


def _show_changes(going: list[Row], texts: dict[str, str]) -> None:
    """The first documents whose status would change, and why."""
    rows = [
        {
            "document": row["id"],
            "becomes": row["reason"] or "pending again",
            "copy of": row["copyOf"],
            "text": texts[row["id"]][:60],
        }
        for row in going[:SHOWN]
    ]
    if rows:
        click.echo(table(rows))
    if len(going) > SHOWN:
        click.echo(f"... and {len(going) - SHOWN:,} more (--json lists all).")
