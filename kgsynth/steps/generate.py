"""`generate METHOD`: a model writes questions. A method is one prompt file in `prompts/question/`.

The prompt's front matter names its `source` (what is shown to the model), so a further question
style is a further file and no code.
"""

from functools import partial
from typing import Any

from kgsynth import assets, config
from kgsynth.calls import Job, run_job
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.ids import content_id, normalise_name, normalise_text
from kgsynth.journal import Journal
from kgsynth.models import Response
from kgsynth.parse import questions as parse_questions
from kgsynth.pending import Pending, Shard, fence
from kgsynth.projector import Destination
from kgsynth.store import Row, Store
from kgsynth.tasks import Item, make_task
from kgsynth.until import Until

SOURCES = {"concept-set": "inputs/concept-set"}
# On copies: an exact copy is the same text up to case and blanks.
COPY = "copy of another question"


def methods() -> list[str]:
    """The names of the question methods there are prompts for."""
    names = (name.removeprefix("question/") for name in assets.names("prompts", "question"))
    return sorted(name for name in names if "." not in name)


def item(row: Row) -> Item:
    """A concept set with its documents as the prompt sees them; repeated concepts once."""
    concepts = {concept["id"]: concept for concept in row["concepts"]}
    topics = [c["name"] for c in concepts.values() if c["topic"]]
    points = [c["name"] for c in concepts.values() if not c["topic"]]
    listed = "\n".join(
        [
            "Topics:",
            *(f"- {name}" for name in topics),
            "Key concepts:",
            *(f"- {name}" for name in points),
        ]
    )
    documents = "\n\n".join(
        fence(f"document-{place}", document["text"])
        for place, document in enumerate(row["documents"], start=1)
    )
    used = (row["id"], *(document["id"] for document in row["documents"]))
    return Item(
        row["id"],
        {"concepts": listed, "documents": documents},
        used,
        {
            "domain": row["domain"],
            "by_name": {normalise_name(c["name"]): c["id"] for c in concepts.values()},
        },
    )


def parse(
    item: Item, reply: Response, key: str, *, method: str, prompt: assets.Prompt
) -> list[Row]:
    """Questions of one answer as rows of `write/questions`, unusable ones with their reason.

    A concept that the model named counts as tested only when it is one of the set's. Raises
    ParseError when no question is usable.
    """
    by_name: dict[str, str] = item.context["by_name"]
    found = parse_questions(reply.text, reply.finish_reason, prompt=prompt.shown(item.inputs))
    rows: list[Row] = []
    for place, question in enumerate(found):
        tested = {
            by_name[name] for name in map(normalise_name, question.concepts) if name in by_name
        }
        rows.append(
            {
                "id": content_id("Question", method, item.source, key, place),
                "call": key,
                "item": place,
                "status": "rejected" if question.reason else "pending",
                "reason": question.reason,
                "sources": [{"id": item.source, "role": "concepts"}]
                + [{"id": id_, "role": "reference"} for id_ in item.used[1:]],
                "concepts": sorted(tested),
                "properties": {
                    "text": question.text,
                    "method": method,
                    "origin": "created",
                    "domain": item.context["domain"],
                    "textKey": content_id("text", normalise_text(question.text).casefold()),
                    "words": len(question.text.split()),
                },
            }
        )
    return rows


def reject_copies(store: Store, rows: list[Row]) -> None:
    """Rejects rows whose text stands in the graph or earlier in the page."""
    rows = [row for row in rows if row["status"] != "rejected"]
    keys = sorted({row["properties"]["textKey"] for row in rows})
    first = {found["key"]: found["id"] for found in store.read("read/question-copies", keys=keys)}
    for row in rows:
        holder = first.setdefault(row["properties"]["textKey"], row["id"])
        if holder != row["id"]:
            row["status"], row["reason"] = "rejected", COPY
            row["properties"]["copyOf"] = holder


def job(
    domain: str,
    *,
    run: str,
    method: str,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    **overrides: Any,
) -> Job:
    """Writing questions by a method; `overrides` are settings of the model.

    Raises UsageError when there is no such method, or its prompt names no source we know.
    """
    if method not in methods():
        raise UsageError(f"There is no method {method!r}: {', '.join(methods())}.")
    prompt = assets.prompt(f"question/{method}", domain)
    source = prompt.meta.get("source")
    if source not in SOURCES:
        raise UsageError(f"Prompt {prompt.name!r}: source must be one of {', '.join(SOURCES)}.")
    settings = config.model_settings("asker", **overrides)
    return Job(
        make_task("generate", method, prompt, settings),
        Pending(f"pending/generate-{source}", SOURCES[source], item, domain, limit, where, shard),
        partial(parse, method=method, prompt=prompt),
        Destination("write/questions", run, settle=reject_copies),
    )


def generate(
    store: Store,
    journal: Journal,
    method: str,
    *,
    run: str,
    domain: str = config.DOMAIN,
    temperature: float | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    until: Until | None = None,
    target: int | None = None,
) -> Funnel:
    """Writes questions for every source that this method has not been asked about.

    `synthllm-level3`: 1-3 questions on each grounded concept set, temperature .75 (SynthLLM,
    section 3.2, appendix B and figure 9). Stops at `target` kept questions. Raises UsageError for
    an unknown method.
    """
    todo = job(
        domain,
        run=run,
        method=method,
        temperature=temperature,
        limit=limit,
        where=where,
        shard=shard,
    )
    return run_job(store, journal, todo, until=until, target=target)
