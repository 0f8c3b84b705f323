"""`verify difficulty`: a model rates each question easy, medium or hard, and routes its answer.

The rating decides nothing about the question; `answer` sends each difficulty to the model that the
settings name for it (`[models.solver.hard]`; GSDP, section 2.4).
"""

from functools import partial
from typing import Any

from kgsynth import assets, config
from kgsynth.calls.job import Job, run_job
from kgsynth.calls.journal import Journal
from kgsynth.calls.pending import Pending, Shard, fence, question_text
from kgsynth.calls.projector import Destination
from kgsynth.calls.tasks import Item, make_task
from kgsynth.calls.until import Until
from kgsynth.funnel import Funnel
from kgsynth.models import Response
from kgsynth.parse import difficulty as parse_difficulty
from kgsynth.store import Row, Store
from kgsynth.verdicts import verdict

METHOD = "difficulty"


def item(row: Row, ordinal: int) -> Item:
    """A question as the prompt sees it."""
    return Item(row["id"], {"question": fence("problem", question_text(row))}, (row["id"],))


def parse(item: Item, reply: Response, key: str, *, prompt: assets.Prompt, model: str) -> list[Row]:
    """The rating of one answer as a row of `write/difficulties`. Raises ParseError without one."""
    label = parse_difficulty(reply.text, reply.finish_reason, prompt=prompt.shown(item.inputs))
    return [
        verdict(item.source, METHOD, label=label, passed=None, model=model,
                call=key)
    ]  # fmt: skip


def job(
    domain: str,
    *,
    run: str,
    method: str = METHOD,
    questions: str | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    **overrides: Any,
) -> Job:
    """Rating the questions of a domain; `overrides` are settings of the model."""
    prompt = assets.prompt("verify/difficulty", domain)
    task = make_task("verify", METHOD, prompt, config.model_settings("judge", **overrides))
    return Job(
        task,
        Pending("pending/verify-difficulty", "inputs/question", item, domain, limit, where, shard,
                {"method": questions}),
        partial(parse, prompt=prompt, model=task.model),
        Destination("write/difficulties", run),
    )  # fmt: skip


def difficulty(
    store: Store,
    journal: Journal,
    *,
    run: str,
    domain: str = config.DOMAIN,
    questions: str | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    until: Until | None = None,
) -> Funnel:
    """Rates each question that is not rejected, once by this prompt and model.

    The label is a Verdict, and `difficulty` of the question. `questions` keeps those of one method.
    A reply that says no level is a Rejected one, and leaves the question without a difficulty.
    """
    todo = job(domain, run=run, questions=questions, limit=limit, where=where, shard=shard)
    funnel = run_job(store, journal, todo, until=until)
    funnel.step = "verify difficulty"
    return funnel
