"""Benchmark items near to a text by embedding, and what a model says of them.

Neighbours are kept as verdicts that decide nothing (`neighbour`, by rank), so that a stopped run
goes on with them; the model is asked about each in both orders, and only where it says `same` both
times the item is dropped.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from kgsynth import assets, config, verdicts
from kgsynth.calls.job import Job
from kgsynth.calls.pending import Pending, fence
from kgsynth.calls.projector import Destination
from kgsynth.calls.tasks import Item, make_task
from kgsynth.contamination import benchmark
from kgsynth.models import Response
from kgsynth.parse import concept_pair
from kgsynth.store import Row

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VERIFIER = "decontaminate"
ASKED = 3  # neighbours of an item that the model is asked about, at most
SHOWN = 6_000  # characters of each text
_CELLS = 25_000_000  # similarities at a time


def nearest(
    texts: "NDArray[np.float16]", items: "NDArray[np.float16]", threshold: float, most: int = 1
) -> list[list[tuple[int, float]]]:
    """For each text the items at a cosine of at least `threshold`, nearest first, at most `most`.

    Rows are of unit length. Takes 100 MB, and 4 bytes a number of `items`.
    """
    import numpy as np

    held, found = items.astype(np.float32), []
    size = max(1, _CELLS // max(1, len(items)))
    for start in range(0, len(texts), size):
        similar = texts[start : start + size].astype(np.float32) @ held.T
        for row in similar:
            near = np.flatnonzero(row >= threshold)
            best = near[np.lexsort((near, -row[near]))][:most]
            found.append([(int(place), min(1.0, float(row[place]))) for place in best])
    return found


def shown(row: Row, ordinal: int, *, comparison: str) -> Item:
    """A text and one of its neighbours as the judge sees them, in one of the orders."""
    rank, turned = divmod(ordinal, 2)
    (other,) = [
        each["matched"]
        for each in row["neighbours"]
        if (each["criterion"], each["sample"]) == (comparison, rank)
    ]
    both = [fence("problem", text[:SHOWN]) for text in (row["text"], other)]
    first, second = reversed(both) if turned else both
    return Item(row["id"], {"first": first, "second": second}, (row["id"],), {"ordinal": ordinal})


def parse(item: Item, reply: Response, key: str, *, comparison: str, model: str) -> list[Row]:
    """A vote as a row of `write/verdicts`. Raises ParseError where nothing readable is said."""
    said = concept_pair(reply.text, reply.finish_reason)
    return [
        verdicts.verdict(
            item.source, VERIFIER, label="same" if said.value else "different", passed=None,
            criterion=comparison, sample=item.context["ordinal"], reason=said.reason, model=model,
            call=key,
        )
    ]  # fmt: skip


def job(domain: str, *, run: str, method: str, **overrides: Any) -> Job:
    """Asking about neighbours of the comparison `method`; `overrides` are of the model."""
    prompt = assets.prompt("decontaminate/same", domain)
    task = make_task(VERIFIER, method, prompt, config.model_settings("judge", **overrides))
    return Job(
        task,
        Pending(
            "decontaminate/pending", "decontaminate/neighbours", partial(shown, comparison=method),
            domain, parameters={"set": method}, counted=False,
        ),
        partial(parse, comparison=method, model=task.model),
        Destination("write/verdicts", run),
    )  # fmt: skip


def kept(
    ids: Sequence[str], found: Sequence[Sequence[tuple[benchmark.Item, float]]], comparison: str
) -> list[Row]:
    """Neighbours of items, each with its cosine, as rows of `write/verdicts`, by rank."""
    return [
        verdicts.verdict(
            id_, VERIFIER, label="neighbour", passed=None, criterion=comparison, sample=rank,
            score=score, matched=near.text, benchmark=near.file,
            benchmarkItem=near.id,
        )
        for id_, nears in zip(ids, found, strict=True)
        for rank, (near, score) in enumerate(nears)
    ]  # fmt: skip
