"""`tag`: a model reads each document and names level, subject, topics and key concepts."""

from functools import partial
from typing import Any

from kgsynth import assets, config
from kgsynth.calls.job import Job, run_job
from kgsynth.calls.journal import Journal
from kgsynth.calls.pending import Pending, Shard, fence
from kgsynth.calls.projector import Destination
from kgsynth.calls.tasks import Item, make_task
from kgsynth.calls.until import Until
from kgsynth.concepts.tags import tag_row
from kgsynth.funnel import Funnel
from kgsynth.models import Response
from kgsynth.parse import tags as parse_tags
from kgsynth.store import Row, Store


def item(row: Row, ordinal: int) -> Item:
    """A document as the prompt sees it."""
    text = fence("document", row["text"])
    return Item(row["id"], {"text": text}, (row["id"],), {"domain": row["domain"]})


def parse(item: Item, reply: Response, key: str, *, prompt: assets.Prompt) -> list[Row]:
    """Tags of one answer as rows of `write/tags`. Raises ParseError when there are none."""
    found = parse_tags(reply.text, reply.finish_reason, prompt=prompt.shown(item.inputs))
    row = tag_row(item.source, found.topics, [], item.context["domain"])
    row["properties"] = {"level": found.level, "subject": found.subject}
    return [row]


def job(
    domain: str,
    *,
    run: str,
    method: str = "",
    prompt: str = "tag/concepts",
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    **overrides: Any,
) -> Job:
    """Tagging the documents of a domain; `overrides` are settings of the model."""
    settings = config.model_settings("tagger", **overrides)
    chosen = assets.prompt(prompt, domain)
    return Job(
        make_task("tag", method, chosen, settings),
        Pending("pending/tag", "inputs/document", item, domain, limit, where, shard),
        partial(parse, prompt=chosen),
        Destination("write/tags", run, {"origin": "generated"}),
    )


def tag(
    store: Store,
    journal: Journal,
    *,
    run: str,
    domain: str = config.DOMAIN,
    prompt: str = "tag/concepts",
    temperature: float | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    until: Until | None = None,
) -> Funnel:
    """Tags the documents that have no tags given by hand and none from this prompt and model.

    Level, subject, 1-5 topics with 5-20 key concepts each (SynthLLM, section 3.2 and figure 10).
    A document that is tagged anew holds its last tags only.
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
    return run_job(store, journal, todo, until=until)
