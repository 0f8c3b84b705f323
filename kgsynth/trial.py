"""One call that writes nothing: rendered prompt, raw answer, what the parser makes of it."""

from typing import Any

from kgsynth import jobs
from kgsynth.calls import tasks
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.parse import ParseError
from kgsynth.store import Store


def trial(
    store: Store,
    method: str,
    *,
    document: str | None = None,
    concept_set: str | None = None,
    question: str | None = None,
    answer: str | None = None,
    domain: str,
) -> dict[str, Any]:
    """Asks once about one source and parses the answer; nothing goes to the graph or the journal.

    Raises UsageError when the source that the method needs is not named, KgsynthError when there
    is no such source or no answer.
    """
    step, _, verifier = method.partition(" ")
    if step == "verify":
        todo = jobs.job(step, verifier, domain)
    elif method in ("tag", "answer"):
        todo = jobs.job(method, "", domain)
    else:
        todo = jobs.job("generate", method, domain)
    inputs = todo.pending.inputs
    source, flag = {
        "inputs/document": (document, "--document"),
        "inputs/tagged-document": (document, "--document"),
        "inputs/question": (question, "--question"),
        "inputs/concept-set": (concept_set, "--set"),
        "inputs/judge-problem": (question, "--question"),
        "inputs/judge-solution": (answer, "--answer"),
        "inputs/judge-answers": (question, "--question"),
    }[inputs]
    if source is None:
        raise UsageError(f"`try {method}` needs {flag} ID.")
    rows = store.read(inputs, ids=[source])
    if not rows:
        raise KgsynthError(f"Nothing for {method!r} in the graph has the id {source!r}.")
    shown = todo.pending.make(rows[0], 0)
    messages, kept = tasks.probe(todo.task, shown)
    parsed: list[dict[str, Any]] = []
    error = None
    try:
        parsed = todo.parse(shown, kept, "try")
    except ParseError as failed:
        error = failed.reason
    return {
        "messages": [{"role": role, "text": text} for role, text in messages],
        "model": todo.task.model,
        "raw": kept.text,
        "finishReason": kept.finish_reason,
        "inputTokens": kept.input_tokens,
        "outputTokens": kept.output_tokens,
        "parsed": parsed,
        "error": error,
    }
