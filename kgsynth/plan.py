"""`run --plan`: calls, tokens, time and cost of a recipe, from counts in the graph and few calls.

What a step's calls take is read from those it made already, else from a few measured ones. The
measured calls of a step whose sources are there are calls of the run itself; where the sources are
not there yet (concept sets before everything is tagged), a rehearsal stands for them. All answers
stay in the journal: a second plan, and the run, pay for none of them again.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from inspect import signature
from statistics import fmean, stdev
from typing import Any

from kgsynth import jobs, models
from kgsynth.calls.job import Job, run_job
from kgsynth.calls.journal import Journal, Kept, Spent, call_key
from kgsynth.calls.projector import read_reply
from kgsynth.calls.tasks import Item
from kgsynth.calls.until import cost
from kgsynth.errors import KgsynthError
from kgsynth.ids import content_id
from kgsynth.recipes import Recipe, Stage
from kgsynth.store import Row, Store

MEASURE = 8
PLANNED = ("tag", "generate", "answer")
# Twice the standard error of a mean: 19 of 20 such ranges hold the true mean.
_WIDTH = 2.0


@dataclass(frozen=True, slots=True)
class Range:
    """An expected value with a low and a high one."""

    low: float
    expected: float
    high: float

    def __mul__(self, other: "Range") -> "Range":
        return Range(self.low * other.low, self.expected * other.expected, self.high * other.high)

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.expected + other.expected, self.high + other.high)

    def as_list(self) -> list[float]:
        """Low, expected, high; rounded to four digits."""
        return [float(f"{value:.4g}") for value in (self.low, self.expected, self.high)]


NOTHING = Range(0, 0, 0)


def exactly(value: float) -> Range:
    """A value that is known."""
    return Range(value, value, value)


def mean(values: Sequence[float]) -> Range:
    """The mean of a sample, and how far off it may be."""
    if not values:
        return NOTHING
    centre = fmean(values)
    if len(values) < 2:
        return Range(centre / 2, centre, centre * 2)
    off = _WIDTH * stdev(values) / math.sqrt(len(values))
    return Range(max(0.0, centre - off), centre, centre + off)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one step will need: calls, tokens, seconds, money (None: no price is set)."""

    step: str
    model: str
    measured: int
    calls: Range
    input_tokens: Range
    output_tokens: Range
    seconds: Range
    money: Range | None

    def as_row(self) -> Row:
        """Plain JSON values; a range is [low, expected, high]."""
        row: Row = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            row[name] = value.as_list() if isinstance(value, Range) else value
        return row


def topics_to_come(topics: Sequence[Sequence[str]], documents: int) -> Range:
    """How many topics `documents` documents will have, given those of some, in random order.

    Heaps' law: distinct names grow as a power of the number of texts, below 1 once names recur.
    The power is read off at half of the sample and at the whole.
    """
    seen: set[str] = set()
    grown: list[int] = []
    for held in topics:
        seen.update(held)
        grown.append(len(seen))
    if not grown:
        return NOTHING
    now, sample = grown[-1], len(grown)
    if sample >= documents:
        return exactly(now)
    ratio, half = documents / sample, grown[max(0, sample // 2 - 1)]
    power = min(1.0, max(0.0, math.log2(now / half))) if sample > 1 and half else 1.0
    return Range(now, now * ratio**power, now * ratio)


def forecast(
    recipe: Recipe,
    settled: Sequence[Mapping[str, Any]],
    given: Mapping[str, Any],
    *,
    measure: int = MEASURE,
) -> list[Forecast]:
    """Plans a recipe: the steps that read input run, the rest is counted and measured.

    `given` are the arguments that its steps share (`recipes.run_stages`). Raises KgsynthError when
    there is nothing to plan for, or no model answers.
    """
    store, journal = given["store"], given["journal"]
    found: list[Forecast] = []
    to_come = Sources()
    for stage, values in zip(recipe.stages, settled, strict=True):
        step = stage.command.partition(" ")[0]
        if stage.reads_input:
            if given["inputs"].get(stage.command):
                stage.perform(values, given)
        elif step == "sample":
            to_come.sets = to_come.sets + _sets(store, stage, values, given)
        elif step in PLANNED:
            todo = _job(stage, values, given)
            present = todo.pending.count(store, todo.task)
            calls = to_come.calls(step, todo, present)
            if not calls.high:
                continue
            measured, made = _measure(
                store, journal, todo, given, present, to_come.rehearsed, measure
            )
            items = mean([call["items"] for call in measured])
            wanted = todo.pending.parameters.get("wanted")
            if wanted and items.expected:
                calls = calls * exactly(max(1.0, wanted / items.expected))
            found.append(_forecast(stage, todo, calls, measured))
            # What the measured calls brought is in the graph by now.
            done = present - todo.pending.count(store, todo.task) if present else 0
            left = Range(*(max(0.0, n - done) for n in (calls.low, calls.expected, calls.high)))
            to_come.add(step, left, measured, made)
    if not found:
        raise KgsynthError("Nothing is left to ask: the run would call no model.")
    return found


def left_out(recipe: Recipe, settled: Sequence[Mapping[str, Any]]) -> list[str]:
    """The stages of a recipe that ask a model and are in no forecast."""
    return [
        stage.command
        for stage, values in zip(recipe.stages, settled, strict=True)
        if "journal" in signature(stage.function).parameters
        and stage.command.partition(" ")[0] not in PLANNED
        # These two ask only where they are told to.
        and (stage.command != "merge" or values.get("dual_filter"))
        and (stage.command != "decontaminate" or values.get("ask"))
    ]


@dataclass(slots=True)
class Sources:
    """What later steps of a recipe will be asked about and is not in the graph yet."""

    documents: Range = NOTHING
    sets: Range = NOTHING
    questions: Range = NOTHING
    originals: Range = NOTHING
    rehearsed: list[Row] = field(default_factory=list)

    def calls(self, step: str, todo: Job, present: int) -> Range:
        """How many calls a step will make about what is there and what is to come."""
        here = exactly(present)
        if step == "answer":
            return here + self.questions * exactly(todo.pending.parameters["samples"])
        if todo.pending.inputs == "inputs/concept-set":
            sets = (self.sets.low, self.sets.expected, self.sets.high)
            return Range(*(max(number, present) for number in sets))
        if todo.pending.inputs == "inputs/tagged-document":
            return here + self.documents
        return here + (self.originals if todo.pending.inputs == "inputs/question" else NOTHING)

    def add(self, step: str, calls: Range, measured: list[Row], made: list[Row]) -> None:
        """Counts what so many more calls of a step will bring, given what measured ones brought."""
        if step == "tag":
            self.documents = calls
        elif step == "generate":
            self.questions = self.questions + calls * mean([call["items"] for call in measured])
            self.originals = calls * mean([call["originals"] for call in measured])
            self.rehearsed = made or self.rehearsed


def _job(stage: Stage, values: Mapping[str, Any], given: Mapping[str, Any]) -> Job:
    names = ("prompt", "temperature", "per_document", "samples", "questions")
    settings = {name: values[name] for name in names if values.get(name) is not None}
    step, _, kind = stage.command.partition(" ")
    method = str(values.get("method", kind))
    return jobs.job(step, method, given["domain"], run=given["run"], **settings)


def _sets(store: Store, stage: Stage, values: Mapping[str, Any], given: Mapping[str, Any]) -> Range:
    """How many concept sets the recipe will still draw."""
    chosen = {
        name: values.get(name, parameter.default)
        for name, parameter in signature(stage.function).parameters.items()
    }
    strategy = stage.command.partition(" ")[2]
    if strategy == "walk":
        wanted = _walks(store, chosen, given["domain"])
    else:
        # How many combinations there are is known when the graph is linked: at most so many.
        wanted = Range(0.0, float(chosen["sets"]), float(chosen["sets"]))
    drawn = store.value("report/drawn", domain=given["domain"], strategy=strategy)
    return Range(*(max(0.0, value - drawn) for value in (wanted.low, wanted.expected, wanted.high)))


def _walks(store: Store, chosen: Mapping[str, Any], domain: str) -> Range:
    """How many walks there will be in all: a number for each topic that is known or to come."""
    graph = store.read("report/graph", domain=domain)[0]
    tagged = store.read("report/topics-by-document", domain=domain, limit=20_000)
    topics = topics_to_come([row["topics"] for row in tagged], graph["documents"])
    wanted = topics * exactly(chosen["epochs"] * chosen["sets_per_topic"])
    most = float(chosen["sets"] or math.inf)
    return Range(*(min(number, most) for number in (wanted.low, wanted.expected, wanted.high)))


def _measure(
    store: Store,
    journal: Journal,
    todo: Job,
    given: Mapping[str, Any],
    present: int,
    rehearsed: list[Row],
    measure: int,
) -> tuple[list[Row], list[Row]]:
    """Calls of a task with what they took and gave, and the items for the next step to rehearse."""
    calls = store.read("report/task-calls", task=todo.task.id, limit=1000)
    if len(calls) < measure and present:
        few = replace(todo.pending, limit=measure - len(calls))
        run_job(store, journal, replace(todo, pending=few))
        calls = store.read("report/task-calls", task=todo.task.id, limit=1000)
    if calls:
        return calls, []
    if todo.pending.inputs == "inputs/concept-set":
        alone = todo.pending.query == "pending/generate-points"
        rehearsal = "inputs/rehearsal-points" if alone else "inputs/rehearsal-set"
        rows = store.read(rehearsal, domain=given["domain"], limit=measure)
    else:
        rows = [
            {"id": row["id"], "input": None, "level": None, "subject": None, **row["properties"]}
            for row in rehearsed[:measure]
        ]
    if not rows:
        raise KgsynthError(
            f"There is nothing to measure {todo.task.name!r} with: tag some documents first "
            "(`kgsynth tag --limit 20`), or plan the steps before it."
        )
    return _rehearse(journal, todo, [todo.pending.make(row, 0) for row in rows], given["run"])


def _rehearse(
    journal: Journal, todo: Job, items: Sequence[Item], run: str
) -> tuple[list[Row], list[Row]]:
    """Asks about items that stand for sources to come; nothing is written to the graph."""
    task = todo.task
    talks = [task.prompt.render(item.inputs) for item in items]
    bases = [content_id("Ask", talk, *task.determinants()) for talk in talks]
    replies = journal.find(call_key(base, 0) for base in bases)
    first = {base: place for place, base in reversed(list(enumerate(bases)))}
    missing = sorted(place for base, place in first.items() if call_key(base, 0) not in replies)
    if missing:
        for place, reply in models.respond(
            task.chat_model(), [talks[place] for place in missing], task.generation
        ):
            if isinstance(reply, models.ModelError):
                raise KgsynthError(f"{task.model} gave no answer to measure: {reply}")
            base = bases[missing[place]]
            (kept,) = journal.keep(
                [Kept(base, 0, talks[missing[place]], reply)], run=run, role=task.settings.role
            )
            replies[call_key(base, 0)] = kept
    calls: list[Row] = []
    made: list[Row] = []
    for item, base in zip(items, bases, strict=True):
        reply = replies[call_key(base, 0)]
        rows, _ = read_reply(task, todo.parse, item, call_key(base, 0), reply)
        good = [row for row in rows if row.get("status") != "rejected"]
        made += good
        calls.append(
            {
                "inputTokens": reply.input_tokens,
                "outputTokens": reply.output_tokens,
                "seconds": reply.seconds,
                "items": len(good),
                "originals": sum(row["properties"].get("origin") == "original" for row in good),
            }
        )
    return calls, made


def _forecast(stage: Stage, todo: Job, sources: Range, calls: Sequence[Row]) -> Forecast:
    settings = todo.task.settings
    tokens_in = sources * mean([call["inputTokens"] or 0 for call in calls])
    tokens_out = sources * mean([call["outputTokens"] or 0 for call in calls])
    # A batch in process shares its seconds among its calls; a server answers many at a time.
    at_once = 1 if settings.provider == "vllm" else settings.concurrency
    seconds = sources * mean([call["seconds"] / at_once for call in calls])
    money = None
    if settings.price:

        def priced(end: str) -> float:
            tokens = int(getattr(tokens_in, end)), int(getattr(tokens_out, end))
            return cost(settings.price, Spent(0, *tokens, getattr(seconds, end)))

        money = Range(priced("low"), priced("expected"), priced("high"))
    return Forecast(
        stage.command, todo.task.model, len(calls), sources, tokens_in, tokens_out, seconds, money
    )


def total(forecasts: Sequence[Forecast]) -> Row:
    """The sum of all steps, as `Forecast.as_row` gives them."""
    row: Row = {"step": "total", "model": "", "measured": sum(f.measured for f in forecasts)}
    for name in ("calls", "input_tokens", "output_tokens", "seconds"):
        row[name] = sum((getattr(f, name) for f in forecasts), NOTHING).as_list()
    priced = [f.money for f in forecasts if f.money is not None]
    row["money"] = sum(priced, NOTHING).as_list() if priced else None
    return row
