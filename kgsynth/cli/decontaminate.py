"""`decontaminate` as a command."""

from typing import Any

import click

from kgsynth.cli.common import as_json, domain, graph, show_funnel

LINE = 160


@click.command()
@click.option(
    "--against",
    multiple=True,
    required=True,
    metavar="FILE",
    help="Benchmark items: JSONL, CSV or Parquet with text, problem or question, or a folder of "
    "such; may be said several times.",
)
@click.option(
    "--what",
    type=click.Choice(["questions", "problems", "documents", "passages"]),
    multiple=True,
    default=["questions"],
    show_default=True,
    help="What is compared; may be said several times.",
)
@click.option(
    "--way",
    "ways",
    type=click.Choice(["exact", "embedded", "renumbered", "reworded"]),
    multiple=True,
    default=["exact", "embedded", "renumbered", "reworded"],
    show_default=True,
    help="Drop what is found in that way; may be said several times.",
)
@domain
@click.option("--dry-run", is_flag=True, help="Show what would be dropped, write nothing.")
@as_json
@click.pass_context
def decontaminate(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Drop items that are in a benchmark: the same, with other numbers, in other words.

    Each dropped item keeps the text that it was matched with; what a person accepts stays. Said
    again with the same files, only what is new is compared.

    \b
    Example:
      kgsynth decontaminate --against MATH/test.jsonl --against gsm8k.parquet --dry-run
      kgsynth cypher explore/contamination -p way=reworded
    """
    from kgsynth.steps import decontaminate as step

    with graph(ctx) as store:
        funnel = step.decontaminate(store, **given)
    examples = [] if as_json else funnel.notes.pop("examples", [])
    show_funnel(ctx, funnel, as_json=as_json)
    for row in examples:
        click.echo(f"\n{row['score']:.3f} {row['way']}")
        click.echo(f"  dropped {row['id']}: {_line(row['text'])}")
        click.echo(f"  matched {row['benchmark']}, {row['item']}: {_line(row['matched'])}")


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LINE else f"{line[: LINE - 1]}…"
