"""Verdicts: what verifiers, models and persons say of items, and what follows for the items.

A verdict with `passed` true or false decides; one with `passed` null is a vote or a failed
measurement and decides nothing. An item is rejected when one deciding verdict failed it (the
reason is `<verifier>: <label>`), accepted when at least one passed it and none failed it, else
pending (`write/verdicts`, `write/settle`). What a person, a parser or `dedup` decided stands.
"""

from collections.abc import Iterable

from kgsynth.ids import content_id
from kgsynth.readers.record import storable
from kgsynth.store import Row, Store


def verdict(
    target: str,
    verifier: str,
    *,
    label: str | None,
    passed: bool | None,
    score: float | None = None,
    reason: str | None = None,
    criterion: str = "",
    model: str | None = None,
    sample: int | None = None,
    call: str | None = None,
    item: int = 0,
    **more: object,
) -> Row:
    """A verdict on an item as a row of `write/verdicts`.

    `label` says in a few fixed words what was found: it becomes the item's reason, and reasons are
    counted. `reason` is free text for people. One verdict a target, verifier, criterion, call and
    sample: writing it again replaces it. `more` are further properties (text only as data).
    """
    return {
        "id": content_id("Verdict", target, verifier, criterion, call or "", sample or 0),
        "target": target,
        "call": call,
        "item": item,
        "properties": {
            "verifier": verifier,
            "criterion": criterion,
            "label": label,
            "passed": passed,
            "score": score,
            "reason": None if reason is None else storable(reason),
            "model": model,
            "sample": sample,
            **more,
        },
    }


def write(store: Store, rows: Iterable[Row]) -> None:
    """Writes verdicts, and the status of the items they judge."""
    store.write("write/verdicts", rows, size=2_000)
