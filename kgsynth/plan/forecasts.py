"""What one stage of a recipe, a judge or a solver will need: calls, tokens, seconds, money."""

from collections.abc import Sequence
from dataclasses import dataclass

from kgsynth.calls.job import Job
from kgsynth.calls.journal import Spent
from kgsynth.calls.until import cost
from kgsynth.plan.ranges import NOTHING, Range, exactly
from kgsynth.plan.rehearsal import Measured
from kgsynth.store import Row


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one stage, kind of question, judge or solver will need; `money` None: no price set."""

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


def free(command: str) -> Forecast:
    """The forecast of a stage that asks no model."""
    return Forecast(command, "", 0, NOTHING, NOTHING, NOTHING, NOTHING, None)


def costed(step: str, todo: Job, calls: Range, one: Measured) -> Forecast:
    """So many calls of a job, each as measured, at the price and concurrency that are set."""
    settings = todo.task.settings
    tokens_in, tokens_out = calls * one.input_tokens, calls * one.output_tokens
    # A batch in process shares its seconds among its calls; a server answers many at a time.
    at_once = 1 if settings.provider == "vllm" else settings.concurrency
    seconds = calls * one.seconds * exactly(1 / at_once)
    money = None
    if settings.price:

        def priced(end: str) -> float:
            tokens = int(getattr(tokens_in, end)), int(getattr(tokens_out, end))
            return cost(settings.price, Spent(0, *tokens, getattr(seconds, end)))

        money = Range(priced("low"), priced("expected"), priced("high"))
    return Forecast(step, todo.task.model, one.calls, calls, tokens_in, tokens_out, seconds, money)


def total(forecasts: Sequence[Forecast]) -> Row:
    """The sum of all steps, as `Forecast.as_row` gives them."""
    row: Row = {"step": "total", "model": "", "measured": sum(f.measured for f in forecasts)}
    for name in ("calls", "input_tokens", "output_tokens", "seconds"):
        row[name] = sum((getattr(f, name) for f in forecasts), NOTHING).as_list()
    priced = [f.money for f in forecasts if f.money is not None]
    row["money"] = sum(priced, NOTHING).as_list() if priced else None
    return row
