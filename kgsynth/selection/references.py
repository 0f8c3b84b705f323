"""What `select` asks a model: texts on the units of the syllabi, and ratings of documents."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from kgsynth import assets, config
from kgsynth.calls.job import Job
from kgsynth.calls.pending import Pending, fence
from kgsynth.calls.projector import Destination
from kgsynth.calls.tasks import Item, make_task
from kgsynth.errors import UsageError
from kgsynth.ids import content_id, normalise_text, seed_from
from kgsynth.models import Response
from kgsynth.parse import passage as parse_passage
from kgsynth.parse import ratings as parse_ratings
from kgsynth.store import Row

WRITTEN, RATED = "syllabus-document", "rate"
# Characters of a document that are rated.
SHOWN = 6_000


def unit_id(domain: str, line: str) -> str:
    """Id of a unit of a domain's syllabi."""
    return content_id("Passage", "syllabus", domain, normalise_text(line))


def unit_item(row: Row, ordinal: int, *, forms: Sequence[str]) -> Item:
    """A unit of a syllabus as the prompt sees it, with one of the forms."""
    form = forms[seed_from("form", row["id"]) % len(forms)]
    inputs = {"domain": row["domain"], "unit": row["text"], "form": form}
    return Item(row["id"], inputs, (row["id"],), {"domain": row["domain"], "form": form})


def parse_unit(item: Item, reply: Response, key: str, *, prompt: assets.Prompt) -> list[Row]:
    """The text of one answer as a row of `write/passages`. Raises ParseError when there is none."""
    text = parse_passage(reply.text, reply.finish_reason, prompt=prompt.shown(item.inputs))
    properties = {
        "text": text,
        "method": WRITTEN,
        "style": item.context["form"],
        "domain": item.context["domain"],
        "tokens": reply.output_tokens,
    }
    return [
        {
            "id": content_id("Passage", key, 0),
            "call": key,
            "item": 0,
            "source": item.source,
            "status": "pending",
            "reason": None,
            "properties": properties,
        }
    ]


def document_item(row: Row, ordinal: int) -> Item:
    """A document as the rater sees it."""
    text = fence("document", row["text"][:SHOWN])
    return Item(row["id"], {"domain": row["domain"], "text": text}, (row["id"],))


def parse_rating(item: Item, reply: Response, key: str, *, model: str) -> list[Row]:
    """The marks of one answer as rows of `write/ratings`. Raises ParseError when one is missing."""
    marks = parse_ratings(reply.text, reply.finish_reason)
    return [
        {
            "id": content_id("Verdict", item.source, RATED, criterion, key),
            "call": key,
            "item": place,
            "target": item.source,
            "properties": {
                "verifier": RATED,
                "model": model,
                "criterion": criterion,
                "score": mark,
            },
        }
        for place, (criterion, mark) in enumerate(marks.items())
    ]


def job(domain: str, *, run: str, method: str, **overrides: Any) -> Job:
    """Writing texts on the units of the syllabi, or rating documents, by `method`.

    `overrides` are settings of the model. Raises UsageError for another method.
    """
    if method == WRITTEN:
        prompt = assets.prompt("select/document", domain)
        make = partial(unit_item, forms=prompt.meta["forms"])
        return Job(
            make_task("select", method, prompt, config.model_settings("asker", **overrides)),
            Pending("pending/select-units", "inputs/passage", make, domain),
            partial(parse_unit, prompt=prompt),
            Destination("write/passages", run),
        )
    if method == RATED:
        prompt = assets.prompt("select/rate", domain)
        task = make_task("select", method, prompt, config.model_settings("judge", **overrides))
        return Job(
            task,
            Pending("pending/select-rate", "inputs/document", document_item, domain),
            partial(parse_rating, model=task.model),
            Destination("write/ratings", run),
        )
    raise UsageError(f"select has no method {method!r}: {WRITTEN}, {RATED}.")
