"""`run` and `recipes`: a paper's whole pipeline in one command."""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgsynth import config
from kgsynth.cli.common import (
    as_json,
    budget,
    domain,
    dump,
    graph,
    shard,
    summary,
    table,
)
from kgsynth.cli.look import show_status
from kgsynth.errors import KgsynthError, UsageError

if TYPE_CHECKING:
    from kgsynth.calls.pending import Shard
    from kgsynth.calls.until import Budget
    from kgsynth.recipes import Recipe

LOOK_AT = 3


def _value(text: str) -> Any:
    """A setting's value: JSON where it is JSON, else the text itself."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _settings(sets: tuple[str, ...]) -> list[tuple[str, Any]]:
    pairs = []
    for given in sets:
        key, equals, value = given.partition("=")
        if not equals or "." not in key:
            raise UsageError(f"--set takes step.key=value, not {given!r}.")
        pairs.append((key.strip().replace("-", "_"), _value(value.strip())))
    return pairs


@click.command()
@click.argument("recipe")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option(
    "--concepts",
    multiple=True,
    type=click.Path(exists=True),
    help="Tags made elsewhere, as for `ingest concepts`; the model tags the rest.",
)
@click.option(
    "--against",
    multiple=True,
    type=click.Path(exists=True),
    help="Benchmarks that no question may stand in, as for `decontaminate`, where a recipe has it.",
)
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="STEP.KEY=VALUE",
    help="A setting of one step, instead of the recipe's.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The exported file or folder, as for `export` [default: RECIPE.jsonl].",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all draws.")
@domain
@shard
@budget
@click.option(
    "--target",
    type=click.IntRange(min=1),
    help="Stop at that many kept pairs in all; where the recipe judges answers, a few more may be.",
)
@click.option(
    "--plan", is_flag=True, help="Show calls, tokens, time and cost; make only a few calls."
)
@as_json
@click.pass_context
def run(
    ctx: click.Context,
    /,
    recipe: str,
    paths: tuple[str, ...],
    concepts: tuple[str, ...],
    against: tuple[str, ...],
    sets: tuple[str, ...],
    out: Path | None,
    seed: int,
    domain: str,
    shard: "Shard | None",
    budget: "Budget | None",
    target: int | None,
    plan: bool,
    as_json: bool,
) -> None:
    """Run RECIPE over documents or problems (gsdp). Say the same again to continue after any stop.

    \b
    Example:
      kgsynth run synthllm-level3 docs/*.jsonl --plan
      kgsynth run synthllm-level3 docs/*.jsonl --set sample.epochs=2 --out data.jsonl
      kgsynth run gsdp problems.jsonl --against benchmark.jsonl
    """
    from kgsynth import funnels, recipes
    from kgsynth.calls.journal import open_journal
    from kgsynth.calls.until import open_until
    from kgsynth.progress import say
    from kgsynth.runs import open_run, start_run

    if shard is not None and target is not None:
        raise UsageError("--target counts over all shards: say --limit, or share without --shard.")
    if plan and (shard or budget or target):
        raise UsageError("--plan is of a whole run: leave out --shard, --budget and --target.")
    chosen = recipes.load(recipe)
    settled = recipes.settle(chosen, config.read_toml(), _settings(sets))
    out = out or Path(f"{recipe}.jsonl")
    inputs = {"paths": list(paths), "concepts": list(concepts), "domain": domain, "seed": seed}
    if against:
        inputs["against"] = list(against)
    if against and not any(stage.needs == "against" for stage in chosen.stages):
        raise UsageError(f"Recipe {recipe} does not decontaminate: leave out --against.")
    given = {
        "domain": domain,
        "seed": seed,
        "file": out,
        "against": against,
        "shard": shard and replace(shard, together=True),
        "inputs": {
            "ingest documents": paths,
            "ingest problems": paths,
            "ingest concepts": concepts,
        },
    }
    failures = 0
    done = []
    started = time.monotonic()
    with ExitStack() as stack:
        store = stack.enter_context(graph(ctx))
        journal = stack.enter_context(open_journal(config.state_folder()))
        fingerprint = recipes.fingerprint(chosen, settled, inputs)
        if plan:
            given |= {
                "store": store,
                "journal": journal,
                "run": start_run(store, recipe, fingerprint, seed),
            }
            _show_plan(chosen, settled, given, as_json=as_json)
            return
        run_id = stack.enter_context(open_run(store, recipe, fingerprint, seed))
        until = open_until(budget, journal, run_id)
        given |= {"store": store, "journal": journal, "run": run_id, "until": until}
        try:
            for funnel in recipes.run_stages(chosen, settled, given, target=target):
                say(summary(funnel))
                failures += funnel.failures
                done.append(funnel.as_row())
        except KgsynthError:
            with suppress(KgsynthError):  # the database may be what failed
                show_status(funnels.report(store, domain), err=True)
            raise
        report = funnels.report(store, domain)
    seconds = time.monotonic() - started
    met = next((row for row in done if "reached" in row), None)
    if as_json:
        dump(
            {
                "run": run_id,
                "file": str(out),
                "seconds": round(seconds, 1),
                "stages": done,
                "target": met and {name: met[name] for name in ("target", "reached", "ended")},
                **report,
            }
        )
    else:
        show_status(report)
        if met:
            click.echo(f"\n{met['reached']:,} of {met['target']:,} pairs: {met['ended']}.")
        click.echo(f"\nThis command took {seconds:.0f} s.")
        _look(out)
    if failures:
        click.echo(f"{failures} inputs or requests failed: see the reasons above.", err=True)
        ctx.exit(1)


def _show_plan(
    recipe: "Recipe", settled: list[dict[str, Any]], given: dict[str, Any], *, as_json: bool
) -> None:
    """Prints what a recipe will need, with a range for every number."""
    from kgsynth import plan
    from kgsynth.plan.forecasts import total
    from kgsynth.progress import duration

    found = plan.forecast(recipe, settled, given)
    whole = total(found.steps)
    unplanned = list(dict.fromkeys(plan.left_out(recipe, settled, given)))
    if as_json:
        dump(
            {
                "steps": [each.as_row() for each in found.steps],
                "total": whole,
                "assumed": found.assumed,
                "notPlanned": unplanned,
            }
        )
        return
    if not any(each.calls.high for each in found.steps):
        click.echo("Nothing is left to ask: the run would call no model.")
        return
    rows = []
    for row in [*(each.as_row() for each in found.steps), whole]:
        free = not row["calls"][2]
        rows.append(
            {
                "step": row["step"],
                "calls": _range(row["calls"], "{:,.0f}".format),
                "tokens in": _range(row["input_tokens"], "{:,.0f}".format),
                "tokens out": _range(row["output_tokens"], "{:,.0f}".format),
                "time": _range(row["seconds"], duration),
                "cost": _range(row["money"]) if row["money"] else "" if free else "no price set",
                "measured": "" if free else f"{row['measured']} calls",
                "model": row["model"],
            }
        )
    click.echo(table(rows, cut=None))
    click.echo(
        "\nExpected (low to high). The measured calls are kept: the run pays for none of them "
        "again.\nTime is that of the model alone, at the concurrency that is set."
    )
    if any(each.calls.high and not each.measured for each in found.steps):
        click.echo(
            "Where 0 calls were measured, the size of the prompt and a guess of replies stand."
        )
    if found.assumed:
        click.echo(f"Assumed, as nothing tells yet: {'; '.join(found.assumed)}.")
    if unplanned:
        click.echo(f"Not planned, and asking models as well: {', '.join(unplanned)}.")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2g}"


def _range(values: list[float], shown: Callable[[float], str] = _number) -> str:
    low, expected, high = (shown(value) for value in values)
    return expected if low == high else f"{expected} ({low} to {high})"


def _look(out: Path) -> None:
    """Shows where the export is and the first rows of it."""
    files = sorted(out.glob("*")) if out.is_dir() else [out]
    files += sorted(out.parent.glob(f"{out.stem}-*{out.suffix}"))
    kept = (one for one in files if one.is_file() and one.suffix in (".jsonl", ".parquet"))
    if (file := next(kept, None)) is None:
        click.echo("\nNothing was exported yet.")
        return
    click.echo(f"\nExported: {out.absolute()}")
    for row in _rows(file):
        parts = [(message["role"], message["content"]) for message in row.get("messages", [])]
        parts = parts or [(name, str(value)) for name, value in row.items()][:3]
        click.echo("")
        for name, text in parts:
            text = " ".join(text.split())
            click.echo(f"  {name:>9}: {text[:160]}{'…' if len(text) > 160 else ''}")
        if "exampleId" in row:
            click.echo(f"    example: {row['exampleId']}  ({', '.join(row['concepts'][:4])})")


def _rows(file: Path) -> list[dict[str, Any]]:
    """The first rows of an export."""
    if file.suffix == ".parquet":
        import polars as pl

        return pl.scan_parquet(file).head(LOOK_AT).collect().to_dicts()
    with file.open(encoding="utf-8", errors="replace") as lines:
        return [json.loads(line) for line in islice(lines, LOOK_AT)]


@click.command()
@click.argument("name", required=False)
@as_json
def recipes(name: str | None, as_json: bool) -> None:
    """List the recipes, or show the stages and settings of one.

    \b
    Example:
      kgsynth recipes synthllm-level3
    """
    from inspect import signature

    from kgsynth import recipes as all_recipes

    if name is None:
        found = [all_recipes.load(each) for each in all_recipes.names()]
        rows = [{"recipe": r.name, "about": r.about, "paper": r.paper} for r in found]
        dump(rows) if as_json else click.echo(table(rows, ["recipe", "about"]))
        return
    recipe = all_recipes.load(name)
    hidden = {"store", "journal", "run", "paths", "file", "domain", "dry_run", "seed", "count",
              "shard", "until", "target", "against"}  # fmt: skip
    stages: list[dict[str, Any]] = []
    for stage in recipe.stages:
        settings = {
            parameter.name: stage.settings.get(parameter.name, parameter.default)
            for parameter in signature(stage.function).parameters.values()
            if parameter.name not in hidden
        }
        stages.append({"step": stage.command, "settings": settings})
    if as_json:
        dump(
            {"recipe": recipe.name, "about": recipe.about, "paper": recipe.paper, "stages": stages}
        )
        return
    click.echo(f"{recipe.name}: {recipe.about}\n{recipe.paper}\n")
    for stage_row in stages:
        values = ", ".join(f"{key}={value}" for key, value in stage_row["settings"].items())
        click.echo(f"  {stage_row['step']:<18} {values}")
