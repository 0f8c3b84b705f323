"""Jobs by the step and method that stand on a call: for `try`, `retry`, `reparse` and plans."""

from importlib import import_module
from typing import Any

from kgsynth.calls.job import Job


def job(step: str, method: str, domain: str, *, run: str = "", **settings: Any) -> Job:
    """The job of a step; `settings` are those of its `job` function and of its model.

    Raises UsageError for a method that is not there.
    """
    found: Job = import_module(f"kgsynth.steps.{step}").job(
        domain, run=run, method=method, **settings
    )
    return found


def drawn(seed: int) -> dict[str, Any]:
    """The seed as a setting of `job`, for the jobs that draw a part of what they show."""
    return {"seed": seed} if seed else {}


def every(step: str, method: str, domain: str, *, run: str = "", **settings: Any) -> list[Job]:
    """The jobs of one command: `answer` has one for each solver that the settings name."""
    module = import_module(f"kgsynth.steps.{step}")
    if not method and hasattr(module, "jobs"):
        found: list[Job] = module.jobs(domain, run=run, **settings)
        return found
    return [job(step, method, domain, run=run, **settings)]
