"""Between our records and langchain-core: arguments of a call, and what a message says."""

import math
from typing import TYPE_CHECKING, Any

from kgsynth.models.records import Generation, ModelError, Response

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Conversation = list[tuple[str, str]]
Reply = Response | ModelError
_FINISH = {"max_tokens": "length", "end_turn": "stop", "content_filter": "refusal"}


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


def response(message: Any, seconds: float) -> Response:
    """A langchain-core AIMessage as a Response. Halves of a surrogate pair become U+FFFD."""
    meta = message.response_metadata
    usage = message.usage_metadata or {}
    refusal = message.additional_kwargs.get("refusal")
    reasoning = message.additional_kwargs.get("reasoning_content")
    finish = "refusal" if refusal else meta.get("finish_reason") or meta.get("stop_reason")
    return Response(
        text=_whole(message.text or refusal or ""),
        finish_reason=_FINISH.get(finish, finish or "stop"),
        input_tokens=_count(usage.get("input_tokens")),
        output_tokens=_count(usage.get("output_tokens")),
        seconds=seconds,
        model=meta.get("model_name") or meta.get("model") or "",
        reasoning=_whole(reasoning) if isinstance(reasoning, str) else None,
    )


def _whole(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and math.isfinite(value) else None
