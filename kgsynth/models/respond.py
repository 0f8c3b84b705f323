"""Many conversations to one model; replies as they arrive."""

import asyncio
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

from kgsynth.models.failures import model_error
from kgsynth.models.records import Generation, ModelError, Response, Stopped

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Conversation = list[tuple[str, str]]
Reply = Response | ModelError
_CONCURRENCY, _BATCH, _TIMEOUT = 64, 256, 600.0


def respond(
    model: "BaseChatModel", conversations: Sequence[Conversation], generation: Generation
) -> Iterator[tuple[int, Reply]]:
    """Yields (place, reply) for every conversation, each once, as replies arrive.

    A conversation is a list of (role, text). vLLM in process answers by the batch, everything else
    concurrently; `metadata` of the model holds `batch`, `concurrency` and `timeout` (seconds for
    one reply in all). A request that fails is a ModelError in its place and touches no other;
    KeyboardInterrupt and SystemExit pass through, and what is in flight is given up.
    """
    kwargs = call_arguments(model, generation)
    limits = model.metadata or {}
    if getattr(model, "whole_batches", False):
        return _by_batch(model, conversations, kwargs, limits.get("batch", _BATCH))
    return _concurrently(
        model, conversations, kwargs, limits.get("concurrency", _CONCURRENCY),
        limits.get("timeout", _TIMEOUT),
    )  # fmt: skip


def call_arguments(model: "BaseChatModel", generation: Generation) -> dict[str, Any]:
    """A generation as keyword arguments of a call, as far as the model knows them.

    Our own models take all of it; any other takes what it declares as a field of that name.
    """
    given = {
        name: value for name in Generation.__dataclass_fields__
        if (value := getattr(generation, name)) is not None
    }  # fmt: skip
    if getattr(model, "forces_form", False):
        return given
    return {name: value for name, value in given.items() if name in type(model).model_fields}


def _by_batch(
    model: Any,
    conversations: Sequence[Conversation],
    kwargs: dict[str, Any],
    size: int,
) -> Iterator[tuple[int, Reply]]:
    if conversations:
        model.load()  # before the clock of the first batch starts
    for start in range(0, len(conversations), size):
        chunk = conversations[start : start + size]
        started = time.monotonic()
        replies = model.batch(list(chunk), return_exceptions=True, **kwargs)
        share = (time.monotonic() - started) / len(chunk)
        for place, reply in enumerate(replies, start):
            yield place, reply if isinstance(reply, ModelError) else response(reply, share)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One event loop for the life of the process: pooled connections belong to their loop."""
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(_CONCURRENCY, "kgsynth-model"))
    threading.Thread(target=loop.run_forever, name="kgsynth-models", daemon=True).start()
    return loop


def _concurrently(
    model: "BaseChatModel",
    conversations: Sequence[Conversation],
    kwargs: dict[str, Any],
    concurrency: int,
    timeout: float,
) -> Iterator[tuple[int, Reply]]:
    arrived: queue.SimpleQueue[tuple[int, Reply] | BaseException | None] = queue.SimpleQueue()
    todo = iter(enumerate(conversations))

    async def one(conversation: Conversation) -> Reply:
        started = time.monotonic()
        try:
            async with asyncio.timeout(timeout):
                message = await model.ainvoke(list(conversation), **kwargs)
        except Stopped:
            raise
        except TimeoutError:
            return ModelError("timeout", f"no reply within {timeout:g} s", transient=True)
        except Exception as error:
            return model_error(error)
        return response(message, time.monotonic() - started)

    async def work() -> None:
        for place, conversation in todo:
            try:
                arrived.put((place, await one(conversation)))
            except Stopped as stop:
                arrived.put(stop.by)
                return

    async def everything() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(concurrency, len(conversations))):
                    group.create_task(work())
        except BaseException as error:
            arrived.put(error)
            raise
        arrived.put(None)

    running = asyncio.run_coroutine_threadsafe(everything(), _loop())
    try:
        while (item := arrived.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        running.cancel()


def response(message: Any, seconds: float) -> Response:
    """A langchain-core AIMessage as a Response."""
    meta = message.response_metadata
    usage = message.usage_metadata or {}
    refusal = message.additional_kwargs.get("refusal")
    finish = "refusal" if refusal else meta.get("finish_reason") or meta.get("stop_reason")
    return Response(
        text=message.text or refusal or "",
        finish_reason={"max_tokens": "length", "end_turn": "stop", "content_filter": "refusal"}.get(
            finish, finish or "stop"
        ),
        input_tokens=usage.get("input_tokens"),
        output_tokens=usage.get("output_tokens"),
        seconds=seconds,
        model=meta.get("model_name") or meta.get("model") or "",
        reasoning=message.additional_kwargs.get("reasoning_content"),
    )
