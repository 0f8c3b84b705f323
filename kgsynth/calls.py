"""Model calls of a step: what is pending is asked, kept, parsed, and written back with its origin.

One path for every step that asks a model:
render -> key -> journal (or model -> journal) -> parse -> one transaction into the graph.
A crash anywhere loses at most the requests in flight: a source is pending until its `Call` is in
the graph, and a response that is in the journal is never asked for again (design.md, law 1).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kgsynth import models
from kgsynth.assets import Prompt
from kgsynth.config import ModelSettings
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.funnel import Funnel
from kgsynth.ids import content_id
from kgsynth.journal import Journal, call_key
from kgsynth.parse import ParseError
from kgsynth.progress import progress
from kgsynth.store import Row, Store, Write

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

RAW_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Task:
    """What one step asks of one role: prompt, model and parameters, the same for every source."""

    step: str
    method: str
    prompt: Prompt
    settings: ModelSettings
    generation: models.Generation

    @property
    def model(self) -> str:
        """The name under which the model's outputs are filed."""
        return models.model_name(self.settings)

    @property
    def id(self) -> str:
        """Fingerprint: a source is pending while no `Call` of this task used it."""
        return content_id("Task", self.step, self.method, self.prompt.hash, *self.determinants())

    def determinants(self) -> tuple[Any, ...]:
        """What determines an answer beside the messages: the model and its parameters."""
        chosen = self.generation
        return (
            self.settings.provider == "fake",
            self.model,
            chosen.temperature,
            chosen.top_p,
            chosen.max_tokens,
            chosen.json_schema,
            chosen.regex,
            self.settings.options.get("extra_body"),
        )


@dataclass(frozen=True, slots=True)
class Item:
    """One pending source: its id, the prompt's inputs, every node that is shown to the model."""

    source: str
    inputs: dict[str, str]
    used: tuple[str, ...]
    context: Row = field(default_factory=dict)


# Rows for the step's write query; a row with status 'rejected' has a reason. ParseError: no row.
Parse = Callable[[Item, models.Response, str], list[Row]]


def make_task(
    step: str,
    method: str,
    prompt: Prompt,
    settings: ModelSettings,
    *,
    temperature: float | None = None,
) -> Task:
    """The task of a step. Temperature: argument > role's setting > the prompt's front matter.

    Labels are always held to their JSON schema; the tagged form of questions and answers is forced
    while decoding only where the role says so. Raises UsageError where no temperature is said.
    """
    chosen = next(
        (
            value
            for value in (temperature, settings.temperature, prompt.meta.get("temperature"))
            if value is not None
        ),
        None,
    )
    if chosen is None:
        raise UsageError(
            f"Prompt {prompt.name!r} says no temperature: set one for role {settings.role!r}."
        )
    limit = prompt.meta.get("max_tokens")
    generation = models.Generation(
        temperature=float(chosen),
        max_tokens=min(settings.max_tokens, int(limit))
        if limit and settings.forces_form
        else settings.max_tokens,
        top_p=settings.top_p,
        json_schema=prompt.meta.get("schema"),
        regex=prompt.meta.get("form") if settings.forces_form else None,
    )
    return Task(step, method, prompt, settings, generation)


def run_task(
    store: Store,
    journal: Journal,
    task: Task,
    pages: Iterable[Sequence[Item]],
    parse: Parse,
    *,
    into: str,
    run: str,
    total: int | None,
    settle: Callable[[list[Row]], None] | None = None,
    parameters: Row | None = None,
) -> Funnel:
    """Answers all pending items page by page and writes the parsed rows with query `into`.

    `settle` may reject rows of a page before they are written (exact copies, for one). A reply
    that cannot be used becomes a `Rejected` node with its raw text. A request that failed for a
    passing reason is counted and its source stays pending. Returns calls taken, calls that ended
    with a kept item, and drops by reason.
    """
    funnel = Funnel(task.step)
    tokens, seconds, items = 0, 0.0, 0
    with progress(f"{task.step} {task.method}".strip(), total, "calls") as shown:
        for page in pages:
            calls: list[Row] = []
            outputs: list[list[Row]] = []
            rejected: list[Row] = []
            for item, key, sample, reply in _replies(journal, task, page):
                funnel.taken += 1
                if isinstance(reply, models.ModelError) and reply.transient:
                    funnel.drop(f"not answered: {reply.reason}", failure=True)
                    continue
                calls.append(_call_row(task, item, key, sample, reply))
                try:
                    if isinstance(reply, models.ModelError):
                        raise ParseError(reply.reason)
                    outputs.append(parse(item, reply, key))
                except Exception as error:
                    # A reply that breaks the parser is one bad reply, kept raw, not a dead run.
                    reason = (
                        error.reason
                        if isinstance(error, ParseError)
                        else f"the parser failed ({type(error).__name__})"
                    )
                    raw = reply.text if isinstance(reply, models.Response) else str(reply)
                    rejected.append(_rejected_row(task, key, raw, reason))
                    outputs.append([])
            if page and not calls:
                raise KgsynthError(
                    f"{task.model} answered none of {len(page)} requests "
                    f"({', '.join(funnel.dropped)}): see `kgsynth models test`, then say the same "
                    "command again."
                )
            if settle is not None:
                settle([row for rows in outputs for row in rows])
            for call, rows in zip(calls, outputs, strict=True):
                good = sum(row.get("status") != "rejected" for row in rows)
                call["properties"]["status"] = "ok" if good else "rejected"
                funnel.kept += bool(good)
                items += good
                for row in rows:
                    if row.get("status") == "rejected":
                        funnel.drop(row["reason"])
                tokens += call["properties"]["outputTokens"] or 0
                seconds += call["properties"]["seconds"]
            for row in rejected:
                funnel.drop(row["reason"])
            store.write_together(
                [
                    Write("write/calls", calls, {"run": run}),
                    Write(into, [row for rows in outputs for row in rows], parameters),
                    Write("write/rejected", rejected),
                ]
            )
            shown.advance(len(page), f"{tokens} tokens")
    if funnel.taken:
        funnel.notes |= {
            "items": items,
            "model": task.model,
            "outputTokens": tokens,
            "seconds": round(seconds, 1),
        }
    return funnel


def _replies(
    journal: Journal, task: Task, page: Sequence[Item]
) -> Iterator[tuple[Item, str, int, models.Response | models.ModelError]]:
    """Every item of the page with its key, sample number and reply, in the page's order."""
    conversations = [task.prompt.render(item.inputs) for item in page]
    bases = [content_id("Ask", messages, *task.determinants()) for messages in conversations]
    askers = [f"{task.step}|{task.method}|{item.source}" for item in page]
    samples = journal.claim(list(zip(bases, askers, strict=True)))
    if task.generation.temperature == 0 and any(samples):
        # A second sample at temperature 0 is the first again: it is asked once and shared.
        samples = [0] * len(samples)
    keys = [call_key(base, sample) for base, sample in zip(bases, samples, strict=True)]
    replies: dict[str, models.Response | models.ModelError] = dict(journal.find(keys))
    missing = {key: index for index, key in enumerate(keys) if key not in replies}
    by_sample: dict[int, list[int]] = {}
    for index in missing.values():
        by_sample.setdefault(samples[index], []).append(index)
    for sample, indices in sorted(by_sample.items()):
        for place, answer in models.respond(
            _model(task),
            [conversations[index] for index in indices],
            replace(task.generation, seed=sample),
        ):
            index = indices[place]
            if isinstance(answer, models.ModelError):
                if answer.fatal:
                    raise answer
                replies[keys[index]] = answer
            else:
                replies[keys[index]] = journal.keep(
                    bases[index], sample, conversations[index], answer
                )
    for index, item in enumerate(page):
        yield item, keys[index], samples[index], replies[keys[index]]


def _model(task: Task) -> "BaseChatModel":
    """The chat model, made at the first call: a run with nothing to ask loads no model."""
    return models.chat_model(task.settings)


def _rejected_row(task: Task, key: str, raw: str, reason: str) -> Row:
    return {
        "id": content_id("Rejected", key, 0),
        "call": key,
        "raw": raw[:RAW_LIMIT],
        "reason": reason,
        "step": task.step,
        "method": task.method,
    }


def _call_row(
    task: Task, item: Item, key: str, sample: int, reply: models.Response | models.ModelError
) -> Row:
    answer = reply if isinstance(reply, models.Response) else None
    return {
        "id": key,
        "used": [{"id": id_, "position": n} for n, id_ in enumerate(item.used)],
        "properties": {
            "task": task.id,
            "step": task.step,
            "role": task.settings.role,
            "method": task.method,
            "prompt": task.prompt.name,
            "promptHash": task.prompt.hash,
            "model": task.model,
            "temperature": task.generation.temperature,
            "maxTokens": task.generation.max_tokens,
            "sample": sample,
            "inputTokens": answer.input_tokens if answer else None,
            "outputTokens": answer.output_tokens if answer else None,
            "seconds": answer.seconds if answer else 0.0,
            "finishReason": answer.finish_reason if answer else "error",
        },
    }


def probe(task: Task, item: Item) -> tuple[list[tuple[str, str]], models.Response]:
    """One call that writes nothing: the rendered messages and the answer (`kgsynth try`).

    Raises KgsynthError when the model gives no answer.
    """
    messages = task.prompt.render(item.inputs)
    ((_, answer),) = models.respond(_model(task), [messages], task.generation)
    if isinstance(answer, models.ModelError):
        raise KgsynthError(f"No answer: {answer}")
    return messages, answer
