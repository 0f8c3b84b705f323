"""One call that writes nothing: rendered prompt, raw answer, what the parser makes of it."""

from functools import partial
from typing import Any

from kgsynth import tasks
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.parse import ParseError
from kgsynth.steps import answer, generate, tag
from kgsynth.store import Store


def trial(
    store: Store,
    method: str,
    *,
    document: str | None = None,
    concept_set: str | None = None,
    question: str | None = None,
    domain: str,
) -> dict[str, Any]:
    """Asks once about one source and parses the answer; nothing goes to the graph or the journal.

    Raises UsageError when the source that the method needs is not named, KgsynthError when there
    is no such source or no answer.
    """
    if method == "tag":
        source, flag, inputs = document, "--document", "inputs/document"
        task, item, parse = tag.make(domain), tag.item, tag.parse
    elif method == "answer":
        source, flag, inputs = question, "--question", "inputs/question"
        task, item, parse = answer.make(domain), answer.item, answer.parse
    else:
        source, flag, inputs = concept_set, "--set", "inputs/concept-set"
        task, item = generate.make(method, domain), generate.item
        parse = partial(generate.parse, method=method)
    if source is None:
        raise UsageError(f"`try {method}` needs {flag} ID.")
    rows = store.read(inputs, ids=[source])
    if not rows:
        raise KgsynthError(f"Nothing for {method!r} in the graph has the id {source!r}.")
    shown = item(rows[0])
    messages, kept = tasks.probe(task, shown)
    parsed: list[dict[str, Any]] = []
    error = None
    try:
        parsed = parse(shown, kept, "try")
    except ParseError as failed:
        error = failed.reason
    return {
        "messages": [{"role": role, "text": text} for role, text in messages],
        "model": task.model,
        "raw": kept.text,
        "finishReason": kept.finish_reason,
        "inputTokens": kept.input_tokens,
        "outputTokens": kept.output_tokens,
        "parsed": parsed,
        "error": error,
    }
