"""`verify`: what was written is judged, and accepted or rejected."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgsynth.cli.asking import model_options, model_step
from kgsynth.cli.common import (
    as_json,
    domain,
    dump,
    graph,
    limit,
    show_funnel,
    table,
    where,
)

if TYPE_CHECKING:
    from kgsynth.calibration import Agreement


@click.group()
def verify() -> None:
    """Judge what was written: each verdict is kept, and the status of items follows from them.

    \b
    Example:
      kgsynth verify known-answer
    """


@verify.command()
@click.option("--method", "questions", help="Only questions of that method.")
@model_options
def difficulty(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Let the judge rate each question easy, medium or hard; `answer` routes by it.

    \b
    Example:
      kgsynth verify difficulty
    """
    model_step(ctx, "verify difficulty", "verify difficulty", as_json, **given)


@verify.command()
@click.option(
    "--criterion",
    type=click.Choice(["problem", "solution"]),
    help="Only questions (problem), or only answers (solution); else both, questions first.",
)
@click.option(
    "--judge",
    "ask",
    multiple=True,
    metavar="NAME",
    help="Ask only that judge of the panel; may be said several times.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.85,
    show_default=True,
    help="Keep questions whose mean score is that and more.",
)
@click.option(
    "--quorum",
    type=click.IntRange(min=1),
    help="Votes that an item needs; with fewer it stays pending [all of the panel].",
)
@click.option(
    "--retries",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Ask again so often where a reply was no vote.",
)
@click.option("--decide-only", is_flag=True, help="Decide from the stored votes, ask nothing.")
@click.option("--method", "questions", help="Only questions of that method, and their answers.")
@model_options
def judges(ctx: click.Context, /, as_json: bool, dry_run: bool, **given: Any) -> None:
    """Let a panel of models score questions and answers, and decide jointly (GSDP).

    The panel is [[models.judges]] of kgsynth.toml. A question is kept where the weighted mean of
    its scores reaches the threshold; one judge that finds an answer wrong vetoes it. Votes are
    kept: with other weights or another threshold, say it again, and it decides anew without a call.

    \b
    Example:
      kgsynth verify judges
      kgsynth verify judges --threshold 0.9 --decide-only
    """
    if not dry_run:
        model_step(ctx, "verify judges", "verify judges", as_json, dry_run=False, **given)
        return
    from kgsynth.steps.verify.judges import ahead

    names = ("criterion", "ask", "domain", "questions", "where", "limit", "shard")
    with graph(ctx) as store:
        rows = ahead(store, **{name: given[name] for name in names})
    dump(rows) if as_json else click.echo(f"{table(rows)}\nNothing was asked.")


@verify.command()
@click.option(
    "--seconds",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="CPU time that a program may take; by the clock three times as much.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=64),
    default=1024,
    show_default=True,
    help="MiB that a program may take.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), help="Programs at a time [as many as cores]."
)
@click.option("--again", is_flag=True, help="Also those that were run and could not be judged.")
@click.option("--method", "questions", help="Only answers to questions of that method.")
@domain
@where
@limit
@click.option("--dry-run", is_flag=True, help="Say how many programs wait, run nothing.")
@as_json
@click.pass_context
def python(ctx: click.Context, /, as_json: bool, dry_run: bool, memory: int, **given: Any) -> None:
    """Run the program of each answer in a sandbox, and compare what it prints with the answer.

    The last block of Python in the answer counts, with the tests (assert) that the question gives.
    Programs see no network, no files and no environment of this machine (`kgsynth doctor` says
    which sandbox that is); where none can be had, nothing is run.

    \b
    Example:
      kgsynth verify python --seconds 10
      kgsynth verify python --domain code
    """
    from kgsynth.steps.verify.python import python as verifier
    from kgsynth.steps.verify.python import waiting

    with graph(ctx) as store:
        if not dry_run:
            funnel = verifier(store, memory=memory * 2**20, **given)
            show_funnel(ctx, funnel, as_json=as_json)
            return
        names = ("domain", "questions", "where", "again")
        number = waiting(store, **{name: given[name] for name in names})
    dump({"pending": number}) if as_json else click.echo(f"{number:,} answers with code wait.")


@verify.command("known-answer")
@click.option("--again", is_flag=True, help="Also those of which nothing could be said.")
@click.option("--method", help="Only answers to questions of that method.")
@click.option(
    "--seconds",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Time for one comparison; what takes longer stays open.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), help="Comparisons at a time [as many as cores]."
)
@domain
@where
@limit
@as_json
@click.pass_context
def known_answer(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Compare final answers with the known ones, mathematically.

    Known is the `reference` of a question, or the answer that came with a seed problem. What says
    the same in other words is right (1/2 and 0.5, x>2 and (2, oo)); what is in doubt (0.33 against
    1/3, 5 against 5 cm) is counted and stays open.

    \b
    Example:
      kgsynth verify known-answer
    """
    from kgsynth.steps.verify.known_answer import known_answer as verifier

    with graph(ctx) as store:
        funnel = verifier(store, **given)
    show_funnel(ctx, funnel, as_json=as_json)


@verify.command()
@click.option(
    "--against",
    required=True,
    metavar="NAME|FILE",
    help='A judge whose votes are stored, or a file of lines {"id": ..., "good": true | false}.',
)
@click.option(
    "--criterion", type=click.Choice(["problem", "solution"]), help="Only one of the two."
)
@click.option(
    "--judge",
    "only",
    multiple=True,
    metavar="NAME",
    help="Panels of these judges only; may be said several times [all with votes].",
)
@click.option("--size", type=click.IntRange(min=1), help="Panels of at most so many judges.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.85,
    show_default=True,
    help="A question is kept, and good by a judge, from that score on.",
)
@click.option("--method", "questions", help="Only questions of that method, and their answers.")
@click.option(
    "--plot", type=click.Path(path_type=Path, dir_okay=False), help="Draw it: .png, .svg or .pdf."
)
@domain
@where
@as_json
@click.pass_context
def calibrate(
    ctx: click.Context, /, against: str, plot: Path | None, as_json: bool, **given: Any
) -> None:
    """Compare every combination of judges with a reference, from stored votes (GSDP, table 4).

    Accuracy, precision, recall, F1 and retention of what each panel keeps. Nothing is asked. For
    votes on all items let every judge vote first: kgsynth verify judges --threshold 0.

    \b
    Example:
      kgsynth verify calibrate --against gpt --plot panels.svg
      kgsynth verify calibrate --against labels.jsonl --criterion solution
    """
    from kgsynth.steps.verify.calibrate import calibrate as step

    with graph(ctx, schema=False) as store:
        found = step(store, Path(against) if Path(against).is_file() else against, **given)
    if plot is not None:
        from kgsynth import plots

        plots.calibration(found, plot)
    if as_json:
        dump([each.as_row() for each in found])
        return
    for each in found:
        click.echo(
            f"\n{each.criterion.capitalize()}s against {each.reference}: {each.items:,} items, "
            f"{each.good:,} good; {each.left_out:,} left out that a judge has no vote on.\n"
        )
        click.echo(table([_panel(panel) for panel in each.panels], cut=None))


def _panel(panel: "Agreement") -> dict[str, str]:
    """A row of the table, with two digits."""
    measures = ("accuracy", "precision", "recall", "f1", "retention")
    values = {name: getattr(panel, name) for name in measures}
    return {
        "judges": " + ".join(panel.judges),
        **{name: "-" if value is None else f"{value:.2f}" for name, value in values.items()},
    }


@verify.command()
@click.option("--seed", type=int, default=0, show_default=True, help="Of the draw.")
@click.option("--method", "questions", help="Only questions of that method.")
@model_options
def judge(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Show a model all answers to a question; keep one that it does not find wrong (SynthLLM).

    Outvoted samples take part where `answer --keep all` kept their texts.

    \b
    Example:
      kgsynth answer --samples 8 --temperature 0.7 --keep all
      kgsynth verify judge
    """
    if given["dry_run"]:
        del given["seed"]  # the calls do not depend on it
    model_step(ctx, "verify judge", "verify judge", as_json, **given)


@verify.command()
@click.option(
    "--agreement",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Accept from that share of the samples on.",
)
@click.option("--method", "questions", help="Only questions of that method.")
@domain
@where
@as_json
@click.pass_context
def majority(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Accept an answer where enough of its samples agree; reject it after a tie or too few.

    \b
    Example:
      kgsynth answer --samples 8 --temperature 0.7
      kgsynth verify majority --agreement 0.6
    """
    from kgsynth.steps.verify import majority as step

    with graph(ctx) as store:
        funnel = step(store, **given)
    show_funnel(ctx, funnel, as_json=as_json)
