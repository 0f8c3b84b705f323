"""Why a request got no reply, in a few countable words."""

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from kgsynth.errors import KgsynthError
from kgsynth.models.records import ModelError

# Failures that can pass by themselves: the same request is tried again. (What is only `transient`,
# a 400 for one, may be asked again by a later run, when something was mended.)
PASSING = {
    "timeout", "unreachable", "connection lost", "server error", "engine error", "bad reply",
    "rate limited",
}  # fmt: skip

_TOO_LONG = ("maximum context length", "maximum model length", "context_length_exceeded",
             "context window", "prompt is too long", "longer than the maximum")  # fmt: skip
# httpx's, and httpx2's, of which langchain-openai takes one or the other.
_NO_CONNECTION = ("ConnectError", "ConnectTimeout", "ConnectionRefusedError")
_LOGIN = re.compile(r"//[^/@\s]+@")
_SHOWN = 2_000  # characters of an error
_REFUSED = ("content_policy", "content_filter", "content management policy")


def model_error(error: Exception, secret: str | None = None) -> ModelError:
    """Any exception of a model call as a ModelError; `secret` (an API key) never shows in it.

    Kinds are those of langchain-core (`langchain_core.exceptions.ModelError`), which its providers
    map HTTP statuses to.
    """
    from langchain_core import exceptions as core

    if isinstance(error, ModelError):
        return error
    if isinstance(error, KgsynthError):
        return ModelError("cannot be asked", str(error), transient=True, fatal=True)
    text = _LOGIN.sub("//***@", f"{type(error).__name__}: {error}")
    if secret:
        text = text.replace(secret, "***")
    said = f"{text} {getattr(error, 'code', None)}".casefold()
    text = text[:_SHOWN]  # not before: a part of the secret would stay
    if any(type(one).__name__ in _NO_CONNECTION for one in _causes(error)):
        return ModelError("unreachable", text, transient=True)
    status = getattr(error, "status_code", None)
    if isinstance(error, core.ContextOverflowError) or status == 413:
        return ModelError("prompt too long", text)
    # vLLM in process raises errors of its own for what a server would answer with 400.
    refused = type(error).__name__ in ("VLLMValidationError", "VLLMClientError")
    if refused or isinstance(error, core.ModelInvalidRequestError) or status in (400, 422):
        if any(mark in said for mark in _TOO_LONG):
            return ModelError("prompt too long", text)
        if any(mark in said for mark in _REFUSED):
            return ModelError("refused", text)
        return ModelError("bad request", text, transient=True)
    if isinstance(error, core.ModelAuthenticationError | core.ModelPermissionDeniedError):
        return ModelError("unauthorised", text, transient=True, fatal=True)
    if isinstance(error, core.ModelNotFoundError):
        return ModelError("model not found", text, transient=True, fatal=True)
    if isinstance(error, core.ModelRateLimitError):
        spent = "insufficient_quota" in said
        return ModelError("quota used up" if spent else "rate limited", text, transient=True,
                          fatal=spent, retry_after=_retry_after(error))  # fmt: skip
    if isinstance(error, core.ModelTimeoutError | TimeoutError) or status == 408:
        return ModelError("timeout", text, transient=True)
    if isinstance(error, core.ModelConnectionError | ConnectionError):
        return ModelError("connection lost", text, transient=True)
    if isinstance(error, core.ModelAPIError):
        return ModelError("server error", text, transient=True, retry_after=_retry_after(error))
    return ModelError("bad reply", text, transient=True)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _retry_after(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", {})
    return retry_after(headers.get("retry-after"), headers.get("date"))


def retry_after(value: str | None, date: str | None, clock: datetime | None = None) -> float | None:
    """Seconds of a `Retry-After` header, given as seconds or as a date (RFC 9110, 10.2.3).

    A date counts from the server's own `Date` header, and only without one from our clock, which
    may be wrong.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            now = parsedate_to_datetime(date) if date else clock or datetime.now(UTC)
            seconds = (parsedate_to_datetime(value) - now).total_seconds()
        except (TypeError, ValueError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
