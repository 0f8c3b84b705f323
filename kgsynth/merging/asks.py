"""What `merge` asks a model: is a point fit, do two names mean the same, which name stays.

Each is asked one by one and of the tagger, the role that names concepts: an answer then belongs to
one question alone and stays right when others come, and a server computes the instruction once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kgsynth import assets, config
from kgsynth.calls.job import Job
from kgsynth.calls.pending import Pending, fence
from kgsynth.calls.projector import Destination
from kgsynth.calls.tasks import Item, make_task
from kgsynth.concepts.names import key
from kgsynth.errors import UsageError
from kgsynth.ids import content_id
from kgsynth.models import Response
from kgsynth.parse import concept_name, concept_pair, concept_quality
from kgsynth.parse.read_concepts import GOOD
from kgsynth.store import Row

QUALITY, SAME, NAME = "quality", "same", "name"


def quality_item(row: Row, ordinal: int) -> Item:
    """A knowledge point as the prompt sees it."""
    return Item(row["id"], {"domain": row["domain"], "name": fence("name", row["name"])},
                (row["id"],))  # fmt: skip


def parse_quality(item: Item, reply: Response, key: str, *, model: str) -> list[Row]:
    """The quality of a knowledge point as a row of `write/verdicts`."""
    said = concept_quality(reply.text, reply.finish_reason)
    passed = said.value == GOOD
    properties = {
        "verifier": QUALITY, "model": model, "criterion": QUALITY, "label": said.value,
        "passed": passed, "reason": said.reason,
    }  # fmt: skip
    return [{"id": content_id("Verdict", item.source, QUALITY, key), "target": item.source,
             "call": key, "item": 0, "properties": properties}]  # fmt: skip


def pair_item(row: Row, ordinal: int) -> Item:
    """Two concepts as the prompt sees them, that of the lower id first."""
    (other,) = [other for other in row["others"] if other["ordinal"] == ordinal]
    shown = {"first": fence("first", row["name"]), "second": fence("second", other["name"])}
    return Item(row["id"], {"domain": row["domain"], **shown}, (row["id"], other["id"]),
                {"similarity": other["similarity"]})  # fmt: skip


def parse_pair(item: Item, reply: Response, key: str) -> list[Row]:
    """Whether two concepts are the same, as a row of `merge/judged`."""
    said = concept_pair(reply.text, reply.finish_reason)
    one, other = item.used
    return [{"id": content_id("Pair", one, other), "source": one, "other": other,
             "same": said.value, "reason": said.reason, "similarity": item.context["similarity"],
             "properties": {"text": "the same" if said.value else "distinct"}}]  # fmt: skip


def class_item(row: Row, ordinal: int) -> Item:
    """A class of concepts as the prompt sees it: of several spellings of one name the most used."""
    names: dict[str, str] = {}
    for member in row["members"]:
        names.setdefault(key(member["name"]), member["name"])
    listed = fence("names", "\n".join(f"- {name}" for name in names.values()))
    used = [row["id"], *(one["id"] for one in row["members"] if one["id"] != row["id"])]
    return Item(row["id"], {"domain": row["domain"], "names": listed}, tuple(used))


def parse_name(item: Item, reply: Response, key: str, *, model: str) -> list[Row]:
    """The name of a class as a row of `merge/class-names`."""
    said = concept_name(reply.text, reply.finish_reason)
    properties = {
        "verifier": "merge", "model": model, "criterion": NAME, "label": said.value,
        "reason": said.reason,
    }  # fmt: skip
    return [{"id": content_id("Verdict", NAME, key), "call": key, "members": list(item.used),
             "properties": properties}]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Ask:
    """One kind of question: where it is pending, how it is read, made, and written back."""

    inputs: str
    make: Callable[[Row, int], Item]
    parse: Callable[..., list[Row]]
    into: str
    named: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)


_ASKS = {
    QUALITY: _Ask("inputs/concept", quality_item, parse_quality, "write/verdicts", named=True),
    SAME: _Ask("inputs/concept-pairs", pair_item, parse_pair, "merge/judged",
               parameters={"ask": -1.0, "same": 1.1}),
    NAME: _Ask("inputs/concept-class", class_item, parse_name, "merge/class-names", named=True),
}  # fmt: skip


def job(
    domain: str,
    *,
    run: str,
    method: str,
    parameters: Mapping[str, Any] | None = None,
    **overrides: Any,
) -> Job:
    """Asking about quality, pairs or names of concepts, by `method`.

    `overrides` are settings of the model. Raises UsageError for another method.
    """
    if method not in _ASKS:
        raise UsageError(f"merge has no method {method!r}: {', '.join(_ASKS)}.")
    ask = _ASKS[method]
    settings = config.model_settings("tagger", **overrides)
    task = make_task("merge", method, assets.prompt(f"merge/{method}", domain), settings)
    return Job(
        task,
        Pending(f"pending/merge-{method}", ask.inputs, ask.make, domain,
                parameters=ask.parameters if parameters is None else parameters,
                counted=False),
        partial(ask.parse, model=task.model) if ask.named else ask.parse,
        Destination(ask.into, run),
    )  # fmt: skip
