"""`verify VERIFIER`: what was written is judged. A verifier is a module and a line here.

A verifier is a function of its module's name, `verify known-answer` is
`kgsynth.steps.verify.known_answer.known_answer(store, *, ...) -> Funnel`: it reads what it has not
judged yet page by page, and writes verdicts (`kgsynth.verdicts`), from which the status of items
follows. Of the funnel, in = items judged, kept = passed, dropped = failed, by label; an item that
could not be judged has a verdict without `passed`, is counted in the notes, and stays pending.
Verifiers that ask a model take `store, journal` and go through `kgsynth.calls.job.run_job` into
`write/verdicts`; their module has a `job` as the steps have (`kgsynth.jobs`).
"""

from importlib import import_module
from typing import Any

from kgsynth.calls.job import Job
from kgsynth.steps.verify.calibrate import calibrate
from kgsynth.steps.verify.difficulty import difficulty
from kgsynth.steps.verify.judge import judge
from kgsynth.steps.verify.judges import judges
from kgsynth.steps.verify.known_answer import known_answer
from kgsynth.steps.verify.majority import majority
from kgsynth.steps.verify.python import python

__all__ = ["calibrate", "difficulty", "judge", "judges", "known_answer", "majority", "python"]


def job(domain: str, *, run: str, method: str, **settings: Any) -> Job:
    """The job of a verifier that asks a model (for `try`, `retry`, `reparse`)."""
    module = import_module(f"kgsynth.steps.verify.{method.partition(' ')[0].replace('-', '_')}")
    found: Job = module.job(domain, run=run, method=method, **settings)
    return found
