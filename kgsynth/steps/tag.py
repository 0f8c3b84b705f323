"""`tag`: a model names what documents and seed problems are about.

Of a document level, subject, topics and key concepts (SynthLLM, section 3.2), of a problem its
knowledge points (GSDP, section 2.2).
"""

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
from kgsynth.parse import points as parse_points
from kgsynth.parse import tags as parse_tags
from kgsynth.store import Row, Store

PROBLEMS = "problems"


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


def problem_item(row: Row, ordinal: int) -> Item:
    """A problem as the prompt sees it, with the solution that came with it."""
    solution = row["solution"] or "(no solution is known)"
    inputs = {"problem": fence("problem", row["text"]), "solution": fence("solution", solution)}
    kept = {name: row[name] for name in ("domain", "level", "subject")}
    return Item(row["id"], inputs, (row["id"],), kept)


def parse_problem(item: Item, reply: Response, key: str, *, prompt: assets.Prompt) -> list[Row]:
    """Knowledge points of one answer as rows of `write/tags`. Raises ParseError without any."""
    found = parse_points(reply.text, reply.finish_reason, prompt=prompt.shown(item.inputs))
    row = tag_row(item.source, {}, found, item.context["domain"])
    row["properties"] = {name: item.context[name] for name in ("level", "subject")}
    return [row]


def job(
    domain: str,
    *,
    run: str,
    method: str = "",
    prompt: str | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    **overrides: Any,
) -> Job:
    """Tagging the documents of a domain, or with the method `problems` its problems.

    `overrides` are settings of the model.
    """
    settings = config.model_settings("tagger", **overrides)
    problems = method == PROBLEMS
    chosen = assets.prompt(prompt or ("tag/problem" if problems else "tag/concepts"), domain)
    queries = (
        ("pending/tag-problems", "inputs/problem", problem_item)
        if problems
        else ("pending/tag", "inputs/document", item)
    )
    return Job(
        make_task("tag", method, chosen, settings),
        Pending(*queries, domain, limit, where, shard),
        partial(parse_problem if problems else parse, prompt=chosen),
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


def problems(
    store: Store,
    journal: Journal,
    *,
    run: str,
    domain: str = config.DOMAIN,
    prompt: str = "tag/problem",
    temperature: float | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    until: Until | None = None,
) -> Funnel:
    """Names at most ten knowledge points of each problem from its text and solution.

    Problems that were tagged by hand, or by this prompt and model, are left out. Knowledge points
    are all that is named: no topics (GSDP, section 2.2 and prompt A.1).
    """
    todo = job(
        domain,
        run=run,
        method=PROBLEMS,
        prompt=prompt,
        temperature=temperature,
        limit=limit,
        where=where,
        shard=shard,
    )
    return run_job(store, journal, todo, until=until)
