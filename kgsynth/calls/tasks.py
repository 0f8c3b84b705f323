"""What a step asks: prompt, model and parameters; the same for every source it asks about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kgsynth import models
from kgsynth.assets import Prompt
from kgsynth.config import ModelSettings
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.ids import content_id
from kgsynth.store import Row

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


@dataclass(frozen=True, slots=True)
class Task:
    """What one step asks of one role: prompt, model and parameters, the same for every source."""

    step: str
    method: str
    prompt: Prompt
    settings: ModelSettings
    generation: models.Generation

    @property
    def name(self) -> str:
        """Step and method, for people."""
        return f"{self.step} {self.method}".strip()

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

    def chat_model(self) -> "BaseChatModel":
        """The chat model, made at the first call: a run with nothing to ask loads no model."""
        return models.chat_model(self.settings)


@dataclass(frozen=True, slots=True)
class Item:
    """One pending source: its id, the prompt's inputs, every node that is shown to the model.

    `ordinal` tells the calls of a task about one source apart; `last`: none of them follows in
    the same page. `attempt` counts how often the source was set free to be asked again (`retry`).
    No sample number is below `least`: those are of calls in the graph. `seed`, where a part of what
    is shown was drawn.
    """

    source: str
    inputs: dict[str, str]
    used: tuple[str, ...]
    context: Row = field(default_factory=dict)
    ordinal: int = 0
    last: bool = True
    attempt: int = 0
    least: int = 0
    seed: int | None = None


# Rows for the step's write query; a row with status 'rejected' has a reason. ParseError: no row.
Parse = Callable[[Item, models.Response, str], list[Row]]


def make_task(step: str, method: str, prompt: Prompt, settings: ModelSettings) -> Task:
    """The task of a step. Temperature: the role's setting > the prompt's front matter.

    Labels are always held to their JSON schema; the tagged form of questions and answers is forced
    while decoding only where the role says so. Raises UsageError where no temperature is said.
    """
    chosen = settings.temperature
    if chosen is None:
        chosen = prompt.meta.get("temperature")
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


def probe(task: Task, item: Item) -> tuple[list[tuple[str, str]], models.Response]:
    """One call that writes nothing: the rendered messages and the answer (`kgsynth try`).

    Raises KgsynthError when the model gives no answer.
    """
    messages = task.prompt.render(item.inputs)
    ((_, answer),) = models.respond(task.chat_model(), [messages], task.generation)
    if isinstance(answer, models.ModelError):
        raise KgsynthError(f"No answer: {answer}")
    return messages, answer
