"""`merge` as a command."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from kgsynth import config
from kgsynth.cli.common import as_json, budget, domain, graph, show_funnel
from kgsynth.errors import UsageError

if TYPE_CHECKING:
    from kgsynth.calls.until import Budget


@click.command()
@click.option(
    "--dual-filter",
    is_flag=True,
    help="Also by meaning: embeddings and a model (the role tagger); else by rule alone.",
)
@click.option(
    "--embedding",
    default=config.BUNDLED,
    show_default=True,
    metavar="MODEL",
    help="Embedding model that compares names: any sentence-transformers model or folder.",
)
@click.option(
    "--same",
    type=click.FloatRange(-1, 1),
    help="Raw cosine from which on two names are one; else that of the model.",
)
@click.option(
    "--ask",
    type=click.FloatRange(-1, 1),
    help="Raw cosine from which on the model is asked; else that of the embedding model.",
)
@click.option("--undo", metavar="ID", help="Take the merge of this concept back, for good.")
@domain
@budget
@click.option("--dry-run", is_flag=True, help="Show what would be united and asked, write nothing.")
@as_json
@click.pass_context
def merge(
    ctx: click.Context,
    /,
    dual_filter: bool,
    undo: str | None,
    budget: "Budget | None",
    as_json: bool,
    **given: Any,
) -> None:
    """Unite concepts that mean the same. Nothing is discarded; `link` counts through merges.

    By rule: spellings of one name (plural, hyphen, LaTeX). With --dual-filter also by meaning: a
    model sets vague, wrong and too detailed knowledge points aside, embeddings find similar names,
    the model says which of them mean the same, and names each class. What you say in Browser
    (SAME_AS, DISTINCT_FROM, MERGED_INTO) and by `accept` and `reject` stands.

    \b
    Example:
      kgsynth merge
      kgsynth merge --dual-filter --dry-run
      kgsynth cypher explore/merged
      kgsynth merge --undo 3f2a9c...
    """
    from kgsynth.calls.journal import open_journal
    from kgsynth.calls.until import open_until
    from kgsynth.runs import open_run
    from kgsynth.steps import merge as step

    if undo is not None and (dual_filter or given["dry_run"]):
        raise UsageError("--undo takes one merge back and does nothing else.")
    with ExitStack() as stack:
        store = stack.enter_context(graph(ctx))
        if undo is not None:
            funnel = step.undo(store, undo)
        elif not dual_filter:
            funnel = step.merge(store, domain=given["domain"], dry_run=given["dry_run"])
        else:
            journal = stack.enter_context(open_journal(config.state_folder()))
            run = ""
            if not given["dry_run"]:
                run = stack.enter_context(open_run(store, "merge", given))
            funnel = step.merge(
                store, journal, run=run, dual_filter=True,
                until=open_until(budget, journal, run), **given,
            )  # fmt: skip
    show_funnel(ctx, funnel, as_json=as_json)
