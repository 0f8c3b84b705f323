"""Asking concurrently, from an event loop in a thread of its own, each endpoint at its own pace."""

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from kgsynth.models.asker import Asker, Endpoint, Unanswered
from kgsynth.models.failures import PASSING, model_error
from kgsynth.models.messages import Conversation, Reply, call_arguments, response
from kgsynth.models.pace import RETRY_AFTER, Pace, backoff
from kgsynth.models.records import Generation, ModelError, Response, Stopped

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_THREADS = 64  # for models that can only be asked synchronously
# Requests that wait out a 429 hold no slot; so many times `concurrency` of them may pile up.
_RESTING = 4
_FAREWELL = 1.0  # seconds that cancelled requests have to end
_PAUSE = 5.0  # seconds without an answer, all endpoints set aside, that are worth a line


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One event loop for the life of the process: pooled connections belong to their loop."""
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(_THREADS, "kgsynth-model"))
    threading.Thread(target=loop.run_forever, name="kgsynth-models", daemon=True).start()
    return loop


@dataclass(slots=True, eq=False)
class _Request:
    place: int
    conversation: Conversation
    arguments: dict[str, Any]
    failures: int = 0
    failed_at: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class _Place:
    """One endpoint of a model: whom to ask, at what pace, and how it went."""

    address: str
    model: "BaseChatModel"
    pace: Pace
    ended: dict[str, int] = field(default_factory=lambda: {"ok": 0, "limited": 0, "failed": 0})


class Live(Asker):
    """For everything else. What begins with `_on` runs in the event loop and is alone there."""

    def __init__(
        self,
        model: "BaseChatModel",
        report: Callable[[str], None],
        limits: dict[str, Any],
    ) -> None:
        super().__init__()
        self._model, self._report = model, report
        self._bound, self._timeout = limits["concurrency"], limits["timeout"]
        self._attempts, self._patience = limits["attempts"], limits["patience"]
        name = getattr(model, "name_on_outputs", type(model).__name__)
        found: Sequence[tuple[str, BaseChatModel]]
        found = getattr(model, "endpoints", None) or [(name, model)]
        self._places = [_Place(where, one, Pace(self._bound)) for where, one in found]
        self._replies: queue.SimpleQueue[tuple[int, Reply] | str | BaseException] = (
            queue.SimpleQueue()
        )
        self._ready: deque[_Request] = deque()
        self._submitted = self._taken = self._finished = self._resting = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._alarm: asyncio.TimerHandle | None = None
        self._heard = 0.0
        self._last: ModelError | None = None
        self._paused = self._closed = False

    @property
    def room(self) -> int:
        """Slots that neither hold a request nor are promised to one."""
        open_ = self._submitted - self._finished
        free = self._bound - (open_ - self._resting)
        return 0 if self._stop else max(0, min(free, self._bound * (1 + _RESTING) - open_))

    @property
    def endpoints(self) -> list[Endpoint]:
        """One for each address."""
        now = time.monotonic()
        return [
            Endpoint(one.address, int(one.pace.limit), one.pace.in_flight,
                     max(0.0, (one.pace.aside_until or now) - now), **one.ended)
            for one in sorted(self._places, key=lambda one: one.address)
        ]  # fmt: skip

    def give_up(self) -> None:
        """Cancels what is in flight, and lets go of its connections."""
        ending = asyncio.run_coroutine_threadsafe(self._on_give_up(), _loop())
        with suppress(TimeoutError):
            ending.result(_FAREWELL)

    async def _on_give_up(self) -> None:
        self._on_close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _send(self, place: int, conversation: Conversation, generation: Generation) -> None:
        self._submitted += 1
        request = _Request(place, conversation, call_arguments(self._model, generation))
        _loop().call_soon_threadsafe(self._on_request, request)

    def _collect(self, timeout: float | None) -> list[tuple[int, Reply]]:
        until = None if timeout is None else time.monotonic() + timeout
        replies: list[tuple[int, Reply]] = []
        while self._stop is None:
            left = None if until is None else max(0.0, until - time.monotonic())
            try:
                item = self._replies.get(not replies, left)
            except queue.Empty:
                break
            if isinstance(item, str):
                self._report(item)
            elif isinstance(item, BaseException):
                self._stop = item
            else:
                replies.append(item)
        return replies

    def _on_request(self, request: _Request) -> None:
        if self._taken == self._finished:
            self._heard = time.monotonic()  # silence counts from the first question
        self._taken += 1
        self._ready.append(request)
        self._on_change()

    def _on_change(self) -> None:
        """Sends what can be sent, and sees to it that this is looked at again in time."""
        now = time.monotonic()
        while self._ready and not self._closed:
            if sum(one.pace.in_flight for one in self._places) >= self._bound:
                break
            free = [one for one in self._places if one.pace.free(now)]
            # One that was set aside is tried before all others, or it would never come back.
            free.sort(key=lambda one: (one.pace.aside_until is None, -one.pace.free(now)))
            fits = ((place, request) for place in free if (request := self._fitting(place)))
            if (fit := next(fits, None)) is None:
                break
            place, request = fit
            # The next tie goes to another one.
            self._places = [one for one in self._places if one is not place] + [place]
            place.pace.sent(now)
            self._ready.remove(request)
            task = _loop().create_task(self._on_send(request, place, now))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._on_silence(now)

    def _fitting(self, place: _Place) -> _Request | None:
        """The first request that waits for this endpoint.

        One that failed there waits for another, as long as one is not set aside: an endpoint that
        fails everything is told by the different requests that fail, and costs each of them once.
        """
        up = {one.address for one in self._places if one.pace.aside_until is None}
        return next((one for one in self._ready if place.address not in one.failed_at
                     or not up - one.failed_at), None)  # fmt: skip

    def _on_silence(self, now: float) -> None:
        """Pauses while every endpoint is set aside; ends the run when that lasts too long."""
        if self._alarm is not None:
            self._alarm.cancel()
        if self._closed or self._taken == self._finished:
            return
        silent = all(one.pace.silent for one in self._places)
        if silent and self._last is not None:
            if now - self._heard >= self._patience:
                self._on_stop(Unanswered(
                    f"No answer for {now - self._heard:.0f} s from {self._names()} ({self._last}). "
                    "See to the model server, then say the same command again: what was answered "
                    "is kept.", self._last))  # fmt: skip
                return
            if not self._paused and now - self._heard >= _PAUSE:
                self._paused = True
                self._replies.put(f"Paused: {self._names()} does not answer ({self._last}). "
                                  "Trying again now and then.")  # fmt: skip
        elif self._paused:
            self._paused = False
            self._replies.put(f"Going on: {self._names()} answers again.")
        due = [one.pace.opens for one in self._places if one.pace.opens > now]
        if silent:
            due += [at for wait in (_PAUSE, self._patience) if (at := self._heard + wait) > now]
        if due:
            self._alarm = _loop().call_later(max(0.0, min(due) - now), self._on_change)

    def _names(self) -> str:
        return ", ".join(sorted(one.address for one in self._places))

    async def _on_send(self, request: _Request, place: _Place, sent: float) -> None:
        try:
            reply = await self._on_try(request, place, sent)
            if not self._closed:
                self._on_end(request, place, sent, reply)
                self._on_change()
        except Stopped as stop:
            self._on_stop(stop.by)
        except Exception as error:  # whatever it is, the caller must not wait for ever
            self._on_stop(error)

    async def _on_try(self, request: _Request, place: _Place, sent: float) -> Reply:
        try:
            async with asyncio.timeout(self._timeout):
                message = await place.model.ainvoke(request.conversation, **request.arguments)
            return response(message, time.monotonic() - sent)
        except Stopped:
            raise
        except TimeoutError:
            return ModelError("timeout", f"no reply within {self._timeout:g} s", transient=True)
        except Exception as error:
            return model_error(error)

    def _on_end(self, request: _Request, place: _Place, sent: float, reply: Reply) -> None:
        """What a reply means for its endpoint, and whether the request is done with it."""
        now = time.monotonic()
        if isinstance(reply, Response):
            place.ended["ok"] += 1
            place.pace.ok(now, sent)
            self._on_done(request, reply)
            return
        if reply.reason == "rate limited":
            place.ended["limited"] += 1
            self._last = reply
            self._on_wait(request, place.pace.limited(now, sent, reply.retry_after), reply)
            return
        place.ended["failed"] += 1
        if reply.reason not in PASSING:
            # A refusal is an answer: the endpoint is there.
            place.pace.ok(now, sent, measured=False)
            self._on_done(request, reply)
            return
        self._last = reply
        if reply.reason == "timeout":
            place.pace.timed_out()
        if place.pace.failed(now, sent, request.place, reached=reply.reason != "unreachable"):
            self._ready.appendleft(request)
            return
        request.failures += 1
        request.failed_at.add(place.address)
        if request.failures >= self._attempts:
            self._on_done(request, reply)
        else:
            asked_for = min(reply.retry_after or 0.0, RETRY_AFTER)
            self._on_wait(request, max(backoff(request.failures), asked_for), reply)

    def _on_wait(self, request: _Request, seconds: float, reply: ModelError) -> None:
        if seconds > self._patience:
            self._on_done(request, reply)
            return
        self._resting += 1
        timer: asyncio.TimerHandle
        timer = _loop().call_later(seconds, lambda: self._on_rested(request, timer))
        self._timers.add(timer)

    def _on_rested(self, request: _Request, timer: asyncio.TimerHandle) -> None:
        self._timers.discard(timer)
        self._resting -= 1
        self._ready.append(request)
        self._on_change()

    def _on_done(self, request: _Request, reply: Reply) -> None:
        if isinstance(reply, Response) or reply.reason not in PASSING:
            self._heard = time.monotonic()
        self._finished += 1
        self._replies.put((request.place, reply))

    def _on_stop(self, by: BaseException) -> None:
        self._replies.put(by)
        self._on_close()

    def _on_close(self) -> None:
        self._closed = True
        for timer in self._timers:
            timer.cancel()
        if self._alarm is not None:
            self._alarm.cancel()
        for task in self._tasks:
            if task is not asyncio.current_task(_loop()):
                task.cancel()
