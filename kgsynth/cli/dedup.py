"""`dedup` as a command."""

import click

from kgsynth.cli.common import as_json, domain, graph, show_funnel


@click.command()
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.7,
    show_default=True,
    help="Jaccard similarity of word triples from which on two questions are one.",
)
@domain
@click.option("--dry-run", is_flag=True, help="Show what would be dropped, write nothing.")
@as_json
@click.pass_context
def dedup(
    ctx: click.Context, /, threshold: float, domain: str, dry_run: bool, as_json: bool
) -> None:
    """Drop copies and near-copies among questions, before they are answered.

    What was accepted, answered, exported or kept before (in any domain) stays, and so do seed
    problems; each dropped question keeps what it was matched with.

    \b
    Example:
      kgsynth dedup --dry-run
      kgsynth dedup --threshold 0.8
      kgsynth cypher report/near-duplicates
    """
    from kgsynth.steps import dedup as step

    with graph(ctx) as store:
        funnel = step.dedup(store, threshold=threshold, domain=domain, dry_run=dry_run)
    examples = [] if as_json else funnel.notes.pop("examples", [])
    show_funnel(ctx, funnel, as_json=as_json)
    for row in examples:
        click.echo(f"\n{row['similarity']:.3f} {row['reason']}")
        click.echo(f"  dropped {row['id']}: {_line(row['text'])}")
        click.echo(f"  matched {row['of']}: {_line(row['matched'])}")


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:159]}…"
