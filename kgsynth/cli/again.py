"""Going over what was asked: `retry` and `reparse`."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from kgsynth import config
from kgsynth.cli.common import as_json, budget, domain, dump, graph, summary, table

if TYPE_CHECKING:
    from kgsynth.calls.until import Budget

STEP = click.argument("step", required=False)
METHOD = click.option("--method", help="Only calls of this method.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would happen, write nothing.")


@click.command()
@STEP
@METHOD
@click.option("--reason", help="Only failures with this reason, as `kgsynth status` names it.")
@click.option(
    "--where",
    metavar="PREDICATE",
    help="Only failures for which this Cypher holds, on `call`, `source` and `reasons`.",
)
@click.option("--temperature", type=click.FloatRange(0, 2), help="Instead of the role's.")
@click.option("--max-tokens", type=click.IntRange(min=1), help="Instead of the role's.")
@domain
@budget
@DRY_RUN
@as_json
@click.pass_context
def retry(
    ctx: click.Context,
    /,
    step: str | None,
    method: str | None,
    reason: str | None,
    where: str | None,
    temperature: float | None,
    max_tokens: int | None,
    domain: str,
    budget: "Budget | None",
    dry_run: bool,
    as_json: bool,
) -> None:
    """Ask again about chosen failures of STEP (tag, generate, answer; all if none is named).

    Each gets a new sample. What was kept is not touched, the old failure stays on record.

    \b
    Example:
      kgsynth retry answer --reason truncated --max-tokens 4096
      kgsynth retry generate --where "call.finishReason = 'stop' AND source.epoch = 1"
    """
    from kgsynth import retry as again
    from kgsynth.calls.journal import open_journal
    from kgsynth.calls.until import open_until
    from kgsynth.progress import say
    from kgsynth.runs import open_run

    chosen: dict[str, Any] = {"domain": domain, "step": step, "method": method}
    chosen |= {"reason": reason, "where": where}
    settings: dict[str, Any] = {"temperature": temperature, "max_tokens": max_tokens}
    settings = {name: value for name, value in settings.items() if value is not None}
    with ExitStack() as stack:
        store = stack.enter_context(graph(ctx))
        failed = again.failures(store, **chosen)
        if not settings and (others := again.elsewhere(failed, domain)):
            say(
                f"{others:,} failures are of prompts, models or parameters that are not set now: "
                "they are left alone."
            )
        if dry_run or not failed:
            found = {"failures": len(failed), "reasons": again.counts(failed)}
            reasons = ", ".join(f"{n} {why}" for why, n in again.counts(failed).items())
            line = f"retry: {len(failed):,} failures{': ' if reasons else '.'}{reasons}"
            dump(found) if as_json else click.echo(line)
            return
        journal = stack.enter_context(open_journal(config.state_folder()))
        run = stack.enter_context(open_run(store, "retry", {**chosen, **settings}))
        until = open_until(budget, journal, run)
        funnels = []
        for funnel in again.retry(
            store, journal, failed, run=run, domain=domain, until=until, **settings
        ):
            funnels.append(funnel)
            if not as_json:
                click.echo(summary(funnel))
    if as_json:
        dump([funnel.as_row() for funnel in funnels])
    if any(funnel.failures for funnel in funnels):
        ctx.exit(1)


@click.command()
@STEP
@METHOD
@click.option(
    "--where",
    metavar="PREDICATE",
    help="Only calls for which this Cypher holds, on `call` and `source`.",
)
@click.option("--all", "everything", is_flag=True, help="Those of the present parser too.")
@domain
@DRY_RUN
@as_json
@click.pass_context
def reparse(ctx: click.Context, /, as_json: bool, dry_run: bool, **chosen: Any) -> None:
    """Read the stored replies of STEP with the present parser, and show what changes.

    Nothing is asked and nothing is paid: the raw text of every reply is in the project's store of
    responses. What is no longer there, and what was made of a text that changed, is rejected with
    the reason; such questions are then asked about again by their step.

    \b
    Example:
      kgsynth reparse answer --dry-run
    """
    from kgsynth import reparse as again
    from kgsynth.calls.journal import open_journal

    with graph(ctx) as store, open_journal(config.state_folder()) as journal:
        changes = again.reparse(store, journal, dry_run=dry_run, **chosen)
    if as_json:
        dump([change.as_row() for change in changes])
        return
    if not changes:
        click.echo("reparse: nothing to do, the present parser read every reply.")
        return
    rows = [change.as_row() for change in changes]
    for row in rows:
        del row["examples"]
    named = [{name.replace("_", " "): value for name, value in row.items()} for row in rows]
    click.echo(table(named))
    for change in changes:
        for before, after in change.examples:
            click.echo(f"\n{change.step} {change.method}".rstrip())
            click.echo(f"  before: {_short(before)}\n  after:  {_short(after)}")
    if dry_run:
        click.echo("\nNothing was written (--dry-run).")
    elif any(c.step == "tag" and (c.changed or c.new) for c in changes):
        click.echo("\nTags changed: say `kgsynth merge` and `kgsynth link` next.")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[:160]}…" if len(text) > 160 else text or "(nothing)"
