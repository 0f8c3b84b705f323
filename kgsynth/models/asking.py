"""Requests in, replies out: nothing stalls, nothing is lost, no server is asked for too much.

    with asking(model) as asker:
        while todo or asker.in_flight:
            for _ in range(min(asker.room, len(todo))):
                asker.submit(*todo.pop())
            for place, reply in asker.arrived(None):
                ...

vLLM in process answers a whole batch inside `arrived`. Everything else is asked from an event loop
in a thread of its own; each address of a server is an endpoint with a pace of its own (`pace`).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kgsynth.models.asker import Asker, Endpoint
from kgsynth.models.live import Live
from kgsynth.models.messages import Conversation, Reply, call_arguments, response
from kgsynth.models.records import Generation, ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_DEFAULTS = {"concurrency": 64, "batch": 256, "timeout": 600.0, "attempts": 5, "patience": 1800.0}


@contextmanager
def asking(
    model: "BaseChatModel",
    report: Callable[[str], None] = lambda line: None,
    patience: float | None = None,
) -> Iterator[Asker]:
    """An asker for a model of `chat_model`; leaving the block gives up what is in flight.

    `metadata` of the model holds `concurrency` (requests at a time, all endpoints together),
    `timeout` (seconds for one try in all), `attempts`, `batch` and `patience`: for so many seconds
    a run waits while no endpoint answers. `report` gets a line when such a pause begins and ends.
    """
    limits = {**_DEFAULTS, **(model.metadata or {})}
    if patience is not None:
        limits["patience"] = patience
    if getattr(model, "whole_batches", False):
        yield _Batches(model, limits["batch"])
        return
    asker = Live(model, report, limits)
    try:
        yield asker
    finally:
        asker.give_up()


class _Batches(Asker):
    """For a model that answers whole batches in this very thread."""

    def __init__(self, model: Any, size: int) -> None:
        super().__init__()
        self._model, self._size = model, size
        self._waiting: list[tuple[int, Conversation, Generation]] = []
        self._ok = self._failed = 0

    @property
    def room(self) -> int:
        return 0 if self._stop else self._size - len(self._waiting)

    @property
    def endpoints(self) -> list[Endpoint]:
        name = getattr(self._model, "name_on_outputs", type(self._model).__name__)
        return [Endpoint(name, self._size, len(self._waiting), 0.0, self._ok, 0, self._failed)]

    def _send(self, place: int, conversation: Conversation, generation: Generation) -> None:
        self._waiting.append((place, conversation, generation))

    def _collect(self, timeout: float | None) -> list[tuple[int, Reply]]:
        generation = self._waiting[0][2]
        chosen = [one for one in self._waiting if one[2] == generation]
        self._waiting = [one for one in self._waiting if one[2] != generation]
        self._model.load()  # before the clock of the first batch starts
        started = time.monotonic()
        replies = self._model.batch(
            [conversation for _, conversation, _ in chosen],
            return_exceptions=True, **call_arguments(self._model, generation),
        )  # fmt: skip
        share = (time.monotonic() - started) / len(chosen)
        failed = sum(isinstance(reply, ModelError) for reply in replies)
        self._failed, self._ok = self._failed + failed, self._ok + len(replies) - failed
        return [
            (place, reply if isinstance(reply, ModelError) else response(reply, share))
            for (place, _, _), reply in zip(chosen, replies, strict=True)
        ]
