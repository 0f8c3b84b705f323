"""`answer`: a model of its own solves every question."""

from functools import partial
from typing import Any

from kgsynth import assets, config
from kgsynth.calls import Job, run_job
from kgsynth.funnel import Funnel
from kgsynth.ids import content_id
from kgsynth.journal import Journal
from kgsynth.models import Response
from kgsynth.parse import answer as parse_answer
from kgsynth.pending import Pending, Shard
from kgsynth.projector import Destination
from kgsynth.store import Row, Store
from kgsynth.tasks import Item, make_task
from kgsynth.until import Until


def item(row: Row) -> Item:
    """A question as the prompt sees it."""
    parts = [part for part in (row["text"], row["input"]) if part]
    return Item(row["id"], {"question": "\n\n".join(parts)}, (row["id"],))


def parse(item: Item, reply: Response, key: str, *, prompt: assets.Prompt) -> list[Row]:
    """The solution of one answer as a row of `write/answers`. Raises ParseError when unusable."""
    found = parse_answer(reply.text, reply.finish_reason, prompt=prompt.shown(item.inputs))
    return [
        {
            "id": content_id("Answer", item.source, key, 0),
            "call": key,
            "item": 0,
            "question": item.source,
            "status": "pending",
            "reason": None,
            "properties": {
                "text": found.text,
                "final": found.final,
                "origin": "generated",
                "tokens": reply.output_tokens,
            },
        }
    ]


def job(
    domain: str,
    *,
    run: str,
    method: str = "",
    prompt: str = "answer/solve",
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    **overrides: Any,
) -> Job:
    """Answering the questions of a domain; `overrides` are settings of the model."""
    settings = config.model_settings("solver", **overrides)
    chosen = assets.prompt(prompt, domain)
    return Job(
        make_task("answer", method, chosen, settings),
        Pending("pending/answer", "inputs/question", item, domain, limit, where, shard),
        partial(parse, prompt=chosen),
        Destination("write/answers", run),
    )


def answer(
    store: Store,
    journal: Journal,
    *,
    run: str,
    domain: str = config.DOMAIN,
    prompt: str = "answer/solve",
    temperature: float | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    until: Until | None = None,
    target: int | None = None,
) -> Funnel:
    """Answers every question that is not rejected and has no answer from this prompt and model.

    Temperature 0, by the role `solver` (SynthLLM, section 3.3 and appendix B). Stops at `target`
    kept answers.
    """
    todo = job(
        domain,
        run=run,
        prompt=prompt,
        temperature=temperature,
        limit=limit,
        where=where,
        shard=shard,
    )
    return run_job(store, journal, todo, until=until, target=target)
