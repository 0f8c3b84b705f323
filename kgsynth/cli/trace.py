"""`trace`: where one item came from."""

from typing import Any

import click

from kgsynth import config
from kgsynth.cli.common import as_json, dump, graph
from kgsynth.errors import KgsynthError


@click.command()
@click.argument("id")
@as_json
@click.pass_context
def trace(ctx: click.Context, /, id: str, as_json: bool) -> None:
    """Show the whole lineage of one item, by its ID (an exampleId of an export, for one).

    For the id of a call: what was asked and answered, word for word.

    \b
    Example:
      kgsynth trace 3f2a9c...
    """
    with graph(ctx, schema=False) as store:
        found = store.read("read/trace-start", id=id)
        if not found:
            raise KgsynthError(f"Nothing in the graph has the id {id!r}.")
        node = {"labels": found[0]["labels"], **found[0]["properties"]}
        node.pop("embedding", None)
        lineage = store.read("read/lineage", id=id)
        neighbours = [] if lineage else store.read("read/neighbours", id=id)
    said = _exchange(id) if "Call" in node["labels"] else None
    if as_json:
        dump({"node": node, "lineage": lineage, "neighbours": neighbours, "exchange": said})
    elif lineage:
        for line in lineage:
            _show_lineage(line)
    else:
        _show_node(node, neighbours)
    if said and not as_json:
        for role, text in said["request"]:
            click.echo(f"\n[{role}]\n{text}")
        click.echo(f"\n[reply]\n{said['reply']}")


def _exchange(key: str) -> dict[str, Any] | None:
    """What was asked in a call and answered, word for word, where this project folder holds it."""
    from kgsynth.calls.journal import FILE, open_journal

    state = config.state_folder()
    if not (state / FILE).is_file():
        return None
    with open_journal(state) as journal:
        request, replies = journal.request(key), journal.find([key])
    return {"request": request, "reply": replies[key].text} if request is not None else None


def _show_node(node: dict[str, Any], neighbours: list[dict[str, Any]]) -> None:
    click.echo(f"{'/'.join(node.pop('labels'))}")
    for name, value in sorted(node.items()):
        text = " ".join(str(value).split())
        click.echo(f"  {name}: {text[:200]}{'…' if len(text) > 200 else ''}")
    for row in neighbours:
        arrow = "->" if row["direction"] == "out" else "<-"
        click.echo(f"{arrow} {row['relationship']} ({row['number']:,})")
        for some in row["some"]:
            text = " ".join(some["text"].split())
            click.echo(f"     {'/'.join(some['labels'])} {some['id']}  {text}")


def _show_lineage(line: dict[str, Any]) -> None:
    question, call = line["question"], line["call"] or {}
    click.echo(
        f"Question {question['id']}  [{question['status']}] {question['reason'] or ''}".rstrip()
    )
    click.echo(f"  {question['text']}")
    click.echo(
        f"  method {question['method']}, prompt {call.get('prompt')} "
        f"({call.get('promptHash')}), model {call.get('model')}, "
        f"temperature {call.get('temperature')}"
    )
    click.echo(
        f"  call {call.get('id')}, tokens {call.get('inputTokens')} in, "
        f"{call.get('outputTokens')} out, ended by {call.get('finishReason')}"
    )
    for run in line["runs"]:
        click.echo(
            f"  run {run['id']}: {run['recipe']}, kgsynth {run['version']}, "
            f"started {run['startedAt']}"
        )
    if line["tests"]:
        click.echo(f"  tests {', '.join(line['tests'])}")
    if line["persona"]:
        click.echo(f"  in the voice of: {line['persona']}")
    for source in line["questions"]:
        click.echo(f"  made from question {source['id']} ({source['method']}): {source['text']}")
    for answer in line["answers"]:
        click.echo(
            f"Answer {answer['id']}  [{answer['status']}] {answer['reason'] or answer['origin']}, "
            f"model {answer['model']}, prompt {answer['prompt']} ({answer['promptHash']})"
        )
        if answer["votes"]:
            click.echo(f"  {answer['votes']} votes of {answer['samples']} samples")
        click.echo(f"  {answer['text'] or 'text not kept'}")
    if line["conceptSet"]:
        drawn = line["conceptSet"]
        click.echo(
            f"ConceptSet {drawn['id']}  {drawn['strategy']}, seed {drawn['seed']}, "
            f"epoch {drawn['epoch']}, ordinal {drawn['ordinal']}"
        )
        for step in line["walk"]:
            origin = "start" if step["previous"] is None else f"from {step['previous']}"
            click.echo(f"  {step['position']:>2} {step['kind']:<14} {step['name']}  ({origin})")
    for document in line["documents"]:
        score = "" if document["jaccard"] is None else f", Jaccard {document['jaccard']:.3f}"
        click.echo(f"Document {document['id']}  {document['title'] or ''}{score}")
        facts = {
            "ids": ", ".join(document["externalIds"] or []),
            "source": document["source"],
            "licence": document["licence"],
        }
        click.echo("  " + ", ".join(f"{name} {value}" for name, value in facts.items() if value))
    for verdict in line["verdicts"]:
        click.echo(f"Verdict {verdict['id']}  {_verdict(verdict)}")
    for example in line["examples"]:
        click.echo(f"Example {example['id']}  in {example['dataset']}")


def _verdict(verdict: dict[str, Any]) -> str:
    """`judges problem: kept, .9 (strict .9, mild .9)`; votes with their model."""
    head = " ".join(filter(None, (verdict["verifier"], verdict["criterion"])))
    score = None if verdict["score"] is None else f"{verdict['score']:g}"
    said = ", ".join(filter(None, (verdict["label"], score)))
    by = f" by {verdict['model']}" if verdict["model"] else ""
    reason = f" ({verdict['reason']})" if verdict["reason"] else ""
    return f"{head}: {said or 'no vote'}{by}{reason}"
