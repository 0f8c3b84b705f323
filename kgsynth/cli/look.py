"""Looking at things: `status`, `cypher`, `prompt`, `try`; and a person's verdict."""

from typing import Any

import click

from kgsynth import assets, config
from kgsynth.cli.common import (
    as_json,
    as_lines,
    domain,
    dump,
    find_query,
    graph,
    query_parameters,
    read_parameters,
    show_rows,
    table,
)
from kgsynth.errors import KgsynthError


def show_status(report: dict[str, Any], *, err: bool = False) -> None:
    """Prints the graph's size, the funnel, the items and what was spent."""
    size = ", ".join(f"{count:,} {_words(name)}" for name, count in report["graph"].items())
    click.echo(f"\nGraph ({report['domain']}): {size}\n", err=err)
    if report["linked"]:
        click.echo(f"Concepts linked with {report['linked']}\n", err=err)
    rows = []
    for row in report["funnel"]:
        reasons = sorted(row["reasons"].items(), key=lambda pair: (-pair[1], pair[0]))
        rows.append(
            {
                "step": row["step"],
                "in": row["in"],
                "kept": row["kept"],
                "dropped": row["dropped"],
                "calls": row.get("calls"),
                "tokens in": row.get("inputTokens"),
                "tokens out": row.get("outputTokens"),
                "seconds": row.get("seconds"),
                "why dropped": "; ".join(f"{count} {reason}" for reason, count in reasons),
            }
        )
    click.echo(
        table(rows, cut=None) or "The graph is empty: `kgsynth ingest documents PATH`.", err=err
    )
    if report["items"]:
        items = ", ".join(
            f"{row['number']:,} {row['item']} {row['status']}" for row in report["items"]
        )
        click.echo(f"\nItems: {items}", err=err)
    for model in sorted({row["model"] for row in report["cost"]}):
        calls = [row for row in report["cost"] if row["model"] == model]
        tokens = sum(row["outputTokens"] or 0 for row in calls)
        click.echo(
            f"Model: {model}: {sum(row['calls'] for row in calls):,} calls, "
            f"{tokens:,} tokens out.{_caution(model)}",
            err=err,
        )


def _words(name: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name)


def _caution(model: str) -> str:
    bundled = model.endswith(f"({config.BUNDLED})")
    return " It proves the pipeline; its mathematics is wrong." if bundled else ""


@click.command()
@domain
@as_json
@click.pass_context
def status(ctx: click.Context, /, domain: str, as_json: bool) -> None:
    """Show the funnel (in, kept, dropped by reason) and what it cost.

    \b
    Example:
      kgsynth status --json
    """
    from kgsynth import funnels

    with graph(ctx, schema=False) as store:
        report = funnels.report(store, domain)
    dump(report) if as_json else show_status(report)


@click.command()
@click.argument("name", required=False, metavar="NAME|FILE")
@query_parameters
@click.option("--list", "listing", is_flag=True, help="List the queries with their titles.")
@click.option("--show", is_flag=True, help="Print the query instead of running it.")
@click.option("--write", is_flag=True, help="Allow it to change the graph.")
@as_json
@as_lines
@click.pass_context
def cypher(
    ctx: click.Context,
    /,
    name: str | None,
    given: tuple[str, ...],
    listing: bool,
    show: bool,
    write: bool,
    as_json: bool,
    as_lines: bool,
) -> None:
    """Run a query of cypher/ by NAME, or a FILE of your own. Reads only, unless --write.

    Parameters that are not given take the example values of the query's header.

    \b
    Example:
      kgsynth cypher --list
      kgsynth cypher sample/one-hop -p limit=5 --json
    """
    if listing or name is None:
        rows = [
            {"query": each, "title": assets.query(each).title}
            for each in assets.names("cypher")
            if not each.startswith("schema/")
        ]
        show_rows(rows, as_json=as_json, as_lines=as_lines)
        return
    query, own = find_query(name)
    if show:
        click.echo(query.text + ";")
        return
    parameters = {**query.parameters, **read_parameters(given, query.parameters)}
    if not own:
        query.check(set(parameters))
    with graph(ctx, schema=False) as store:
        run = (
            (store.script_text if query.auto_commit else store.write_text)
            if write
            else store.read_text
        )
        rows = run(query.text, parameters)
    show_rows(rows, as_json=as_json, as_lines=as_lines)


@click.command()
@click.argument("name", required=False)
@click.option("--list", "listing", is_flag=True, help="List the prompts with their purpose.")
@click.option("--language", help="Variant for a language.")
@domain
@as_json
def prompt(
    name: str | None, listing: bool, language: str | None, domain: str, as_json: bool
) -> None:
    """Show a prompt with its inputs, in its variant for the domain and language.

    \b
    Example:
      kgsynth prompt question/synthllm-level3
    """
    if listing or name is None:
        found = [assets.prompt(each) for each in assets.names("prompts")]
        rows = [
            {"prompt": p.name, "inputs": ", ".join(p.inputs), "purpose": p.purpose} for p in found
        ]
        dump(rows) if as_json else click.echo(table(rows))
        return
    shown = assets.prompt(name, domain, language)
    if as_json:
        dump(
            {
                "prompt": shown.name,
                "purpose": shown.purpose,
                "paper": shown.paper,
                "inputs": shown.inputs,
                "hash": shown.hash,
                **shown.meta,
                "messages": [{"role": role, "text": text} for role, text in shown.messages],
            }
        )
        return
    click.echo(
        f"{shown.name} ({shown.hash})\n{shown.purpose}\nPaper: {shown.paper}\n"
        f"Inputs: {', '.join(shown.inputs)}"
    )
    for role, text in shown.messages:
        click.echo(f"\n# {role}\n{text}")


@click.command("try")
@click.argument("method")
@click.option("--document", help="Id of a document (for `tag`).")
@click.option("--set", "concept_set", help="Id of a concept set (for question methods).")
@click.option("--question", help="Id of a question (for `answer`, `verify ...`).")
@click.option("--answer", help="Id of an answer (for `verify judges solution`).")
@domain
@as_json
@click.pass_context
def try_(
    ctx: click.Context,
    /,
    method: str,
    document: str | None,
    concept_set: str | None,
    question: str | None,
    answer: str | None,
    domain: str,
    as_json: bool,
) -> None:
    """Make one call and write nothing: the prompt, the raw answer, what the parser made of it.

    METHOD is `tag`, `answer`, a question method, or a verifier with its method:
    "verify judges problem [JUDGE]", "verify judges solution [JUDGE]", "verify judge".

    \b
    Example:
      kgsynth try synthllm-level3 --set 9d0c...
    """
    from kgsynth import trial

    with graph(ctx, schema=False) as store:
        result = trial.trial(
            store,
            method,
            document=document,
            concept_set=concept_set,
            question=question,
            answer=answer,
            domain=domain,
        )
    if as_json:
        dump(result)
        return
    for message in result["messages"]:
        click.echo(f"# {message['role']}\n{message['text']}\n")
    click.echo(
        f"# raw answer ({result['model']}, ended by {result['finishReason']})\n{result['raw']}\n"
    )
    if result["error"]:
        click.echo(f"# rejected: {result['error']}")
    else:
        click.echo("# parsed")
        dump(result["parsed"])


def _verdict(ctx: click.Context, /, id: str, status: str, reason: str | None) -> None:
    from kgsynth.ids import content_id

    row = {
        "id": content_id("Verdict", id, "person"),
        "target": id,
        "status": status,
        "passed": status == "accepted",
        "reason": reason,
    }
    with graph(ctx) as store:
        written = store.write("write/verdict", [row])
    if not written.get("properties_set"):
        raise KgsynthError(f"Nothing that can be judged has the id {id!r}.")
    click.echo(f"{status}: {id}")


@click.command()
@click.argument("id")
@click.pass_context
def accept(ctx: click.Context, /, id: str) -> None:
    """Accept an item: a person's verdict, which later runs respect.

    \b
    Example:
      kgsynth accept 3f2a9c...
    """
    _verdict(ctx, id, "accepted", None)


@click.command()
@click.argument("id")
@click.option("--reason", required=True, help="Why.")
@click.pass_context
def reject(ctx: click.Context, /, id: str, reason: str) -> None:
    """Reject an item: a person's verdict, which later runs respect.

    \b
    Example:
      kgsynth reject 3f2a9c... --reason "ambiguous"
    """
    _verdict(ctx, id, "rejected", reason)
