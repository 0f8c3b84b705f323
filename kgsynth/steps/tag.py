"""`tag`: a model reads each document and names level, subject, topics and key concepts."""

from kgsynth import assets, config
from kgsynth.calls import run_task
from kgsynth.funnel import Funnel
from kgsynth.journal import Journal
from kgsynth.models import Response
from kgsynth.parse import tags as parse_tags
from kgsynth.pending import Pending, Shard, fence
from kgsynth.projector import Destination
from kgsynth.store import Row, Store
from kgsynth.tags import tag_row
from kgsynth.tasks import Item, Task, make_task
from kgsynth.until import Until


def make(domain: str, *, prompt: str = "tag/concepts", temperature: float | None = None) -> Task:
    """The task of tagging documents of a domain."""
    settings = config.model_settings("tagger")
    return make_task("tag", "", assets.prompt(prompt, domain), settings, temperature=temperature)


def item(row: Row) -> Item:
    """A document as the prompt sees it."""
    text = fence("document", row["text"])
    return Item(row["id"], {"text": text}, (row["id"],), {"domain": row["domain"]})


def parse(item: Item, reply: Response, key: str) -> list[Row]:
    """Tags of one answer as rows of `write/tags`. Raises ParseError when there are none."""
    found = parse_tags(reply.text, reply.finish_reason)
    row = tag_row(item.source, found.topics, [], item.context["domain"])
    row["properties"] = {"level": found.level, "subject": found.subject}
    return [row]


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
    task = make(domain, prompt=prompt, temperature=temperature)
    pending = Pending("pending/tag", "inputs/document", item, domain, limit, where, shard)
    return run_task(store, journal, task, pending, parse, destination(run), until=until)


def destination(run: str) -> Destination:
    """Where tags are written."""
    return Destination("write/tags", run, {"origin": "generated"})
