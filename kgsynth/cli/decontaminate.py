"""`decontaminate` as a command."""

from contextlib import ExitStack
from typing import Any

import click

from kgsynth import config
from kgsynth.cli.common import as_json, budget, domain, graph, show_funnel

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
@click.option(
    "--embedding",
    type=click.FloatRange(0, 1, min_open=True),
    metavar="THRESHOLD",
    help="Then drop what has a neighbour by embedding at that cosine or above.",
)
@click.option("--model", default=config.BUNDLED, show_default=True, help="Embedding model.")
@click.option(
    "--ask",
    is_flag=True,
    help="Of neighbours by embedding drop only what the judge, asked in both orders, calls the "
    "same problem both times.",
)
@domain
@budget
@click.option("--dry-run", is_flag=True, help="Show what would be dropped, write and ask nothing.")
@as_json
@click.pass_context
def decontaminate(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Drop items that are in a benchmark: the same, with other numbers, in other words.

    Each dropped item keeps the text that it was matched with; what a person accepts stays. Said
    again with the same files, only what is new is compared.

    \b
    Example:
      kgsynth decontaminate --against MATH/test.jsonl --against gsm8k.parquet --dry-run
      kgsynth decontaminate --against MATH/test.jsonl --embedding 0.75 --ask
      kgsynth cypher report/contamination -p way=reworded
    """
    from kgsynth.calls.journal import open_journal
    from kgsynth.calls.until import open_until
    from kgsynth.runs import open_run
    from kgsynth.steps import decontaminate as step

    budget = given.pop("budget")
    with ExitStack() as stack:
        store = stack.enter_context(graph(ctx))
        if given["ask"] and not given["dry_run"]:
            fingerprint = {name: value for name, value in given.items() if value is not None}
            journal = stack.enter_context(open_journal(config.state_folder()))
            run = stack.enter_context(open_run(store, "decontaminate", fingerprint))
            until = open_until(budget, journal, run)
            funnel = step.decontaminate(store, journal, run=run, until=until, **given)
        else:
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
