"""`ingest`: documents, problems, and concepts tagged elsewhere."""

from typing import Any

import click

from kgsynth.cli.common import as_json, domain, graph, limit, show_funnel

PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATH...")


@click.group()
def ingest() -> None:
    """Read documents, problems, or concepts tagged elsewhere.

    \b
    Example:
      kgsynth ingest documents notes/ corpus.jsonl.zst
      kgsynth ingest concepts tags.jsonl
    """


def _ingest(
    ctx: click.Context, /, kind: str, as_json: bool, paths: tuple[str, ...], **kw: Any
) -> None:
    from kgsynth.steps import ingest as step

    with graph(ctx) as store:
        funnel = getattr(step, kind)(store, list(paths), **kw)
    show_funnel(ctx, funnel, as_json=as_json)


FORMAT = click.option(
    "--format",
    "format",
    type=click.Choice(["jsonl", "csv", "parquet", "txt"]),
    help="Format of standard input (-).",
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Read and count, write nothing.")


@ingest.command()
@PATHS
@FORMAT
@click.option(
    "--split",
    type=click.IntRange(min=50),
    metavar="N",
    help="Cut texts above N tokens at headings and paragraphs.",
)
@domain
@limit
@DRY_RUN
@as_json
@click.pass_context
def documents(ctx: click.Context, /, **given: Any) -> None:
    """Read documents: JSONL, Parquet, CSV, folders of texts; - is standard input.

    Texts are .txt, .md, .html, .tex, .ipynb and .pdf, compressed (.gz, .zst) or not. LaTeX comes
    as Markdown with its formulas, its own macros in place; a notebook with its code and short text
    outputs. A PDF must hold its text (a scanned one is refused) and no password.

    --split counts tokens without a tokenizer: up to six letters of a word, one digit or one sign
    are one (within 10% on English notes, manuals and code). Part 3 of book.tex, counted from 0, is
    a document with the id book.tex#3, PART_OF the whole; steps work with the parts only. Formulas,
    code and rows of tables stay whole. A text that is in the graph in parts of another size is
    refused.

    \b
    Example:
      kgsynth ingest documents notes/ corpus.jsonl.zst --domain mathematics
    """
    _ingest(ctx, "documents", **given)


@ingest.command()
@PATHS
@FORMAT
@domain
@limit
@DRY_RUN
@as_json
@click.pass_context
def problems(ctx: click.Context, /, **given: Any) -> None:
    """Read seed problems: text, problem or question, with optional solution and answer.

    \b
    Example:
      kgsynth ingest problems seeds.jsonl
    """
    _ingest(ctx, "problems", **given)


@ingest.command()
@PATHS
@domain
@limit
@DRY_RUN
@as_json
@click.pass_context
def concepts(ctx: click.Context, /, **given: Any) -> None:
    """Read concepts tagged elsewhere, one source a line.

    \b
    A line:
      {"id": "notes/7", "topics": {"Algebra": ["Quadratic formula"]}, "knowledgePoints": []}

    \b
    Example:
      kgsynth ingest concepts tags.jsonl
    """
    _ingest(ctx, "concepts", **given)
