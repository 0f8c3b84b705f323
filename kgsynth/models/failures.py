"""Why a request got no reply, in a few countable words."""

from kgsynth.models.records import ModelError

_TOO_LONG = ("maximum context length", "maximum model length", "context_length_exceeded",
             "context window", "prompt is too long", "longer than the maximum")  # fmt: skip
_REFUSED = ("content_policy", "content_filter", "content management policy")


def model_error(error: Exception, secret: str | None = None) -> ModelError:
    """Any exception of a model call as a ModelError; `secret` (an API key) never shows in it.

    Kinds are those of langchain-core (`langchain_core.exceptions.ModelError`), which its providers
    map HTTP statuses to.
    """
    from langchain_core import exceptions as core

    if isinstance(error, ModelError):
        return error
    text = f"{type(error).__name__}: {error}"
    if secret:
        text = text.replace(secret, "***")
    status = getattr(error, "status_code", None)
    said = f"{text} {getattr(error, 'code', None)}".casefold()
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
        return ModelError("unreachable", text, transient=True)
    if isinstance(error, core.ModelAPIError):
        return ModelError("server error", text, transient=True, retry_after=_retry_after(error))
    return ModelError("bad reply", text, transient=True)


def _retry_after(error: Exception) -> float | None:
    """Seconds of a `Retry-After` header, given as seconds or as a date (RFC 9110, 10.2.3)."""
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    value = getattr(getattr(error, "response", None), "headers", {}).get("retry-after")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
