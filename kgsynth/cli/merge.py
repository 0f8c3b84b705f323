"""`merge` as a command."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgsynth import config
from kgsynth.cli.common import as_json, budget, domain, dump, graph, show_funnel, table
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
@click.option(
    "--calibrate",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help='Show where labelled pairs of names fall: JSONL of {"a", "b", "same"}. Needs no database.',
)
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
    calibrate: Path | None,
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
      kgsynth cypher report/merged
      kgsynth merge --undo 3f2a9c...
      kgsynth merge --calibrate examples/mathematics/concept-pairs.jsonl
    """
    from kgsynth.calls.journal import open_journal
    from kgsynth.calls.until import open_until
    from kgsynth.runs import open_run
    from kgsynth.steps import merge as step

    if undo is not None and (dual_filter or given["dry_run"] or calibrate):
        raise UsageError("--undo takes one merge back and does nothing else.")
    if calibrate is not None:
        _calibrate(calibrate, as_json, given["embedding"], given["same"], given["ask"])
        return
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


def _calibrate(
    file: Path, as_json: bool, model: str, same: float | None, ask: float | None
) -> None:
    """Shows where labelled pairs fall for an embedding model."""
    from kgsynth import embed
    from kgsynth.merging import calibration

    known = embed.known(model, same, ask)
    found = calibration.calibrate(calibration.read(file), model, known)
    if as_json:
        dump(found.as_row())
        return
    click.echo(table([
        {"similarity": f"{one.low:5.2f} to {one.high:.2f}", "same": one.same,
         "different": one.different}
        for one in found.bins
    ]))  # fmt: skip
    rows = []
    for label, outcome in (("in force", found.in_force), ("suggested", found.suggested)):
        if outcome is not None:
            rows.append({
                "thresholds": label, "same": f"{outcome.thresholds.same:.2f}",
                "ask": f"{outcome.thresholds.ask:.2f}",
                "merged": "{} + {}".format(*outcome.merged),
                "asked": "{} + {}".format(*outcome.asked),
                "apart": "{} + {}".format(*outcome.apart),
                "precision": _share(outcome.precision), "recall": _share(outcome.recall),
                "with the model": _share(outcome.reach),
            })  # fmt: skip
    click.echo(f"\n{table(rows)}\n")
    click.echo(
        "Pairs are counted as same + different. Precision and recall are of the embedding alone; "
        "with the model is the recall if it is right about all it is asked.\n"
        f'Set them in kgsynth.toml: [embeddings."{model}"] same = ..., ask = ...'
    )


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"
