"""`kgsynth select`: which documents to work with."""

from typing import Any

import click

from kgsynth import personal
from kgsynth.cli.common import as_json, domain, dump, graph, show_funnel, summary, table, where
from kgsynth.store import Row

SHOWN = 20


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
    "--mask", is_flag=True, help="Mask e-mail, phone, card and account numbers, IP addresses."
)
@click.option(
    "--region",
    default=personal.REGION,
    show_default=True,
    help="Country whose phone numbers may stand without a country code.",
)
@domain
@where
@click.option("--dry-run", is_flag=True, help="Show what would go, write nothing.")
@as_json
@click.pass_context
def select(ctx: click.Context, /, as_json: bool, plain: bool, dry_run: bool, **given: Any) -> None:
    """Reject documents that are not worth working with. Nothing is deleted.

    \b
    Example:
      kgsynth select --plain --min-words 50 --language en --copies exact --mask
      kgsynth select --plain --not-match '(?i)lorem ipsum' --dry-run
    """
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
    if funnel.taken and not funnel.kept:
        ctx.exit(1)


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
