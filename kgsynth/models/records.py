"""What goes to a model and what comes back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from kgsynth.errors import KgsynthError


@dataclass(frozen=True, slots=True)
class Generation:
    """How a reply is decoded; all of it determines the reply.

    `seed` is the same for many conversations; our models mix the conversation into it
    (`conversation_seed`), or equal seeds would draw alike in all of them.
    `json_schema` and `regex` force the form where the provider can (vLLM in process, or an
    OpenAI-compatible server); at most one of the two.
    """

    temperature: float
    max_tokens: int
    top_p: float | None = None
    seed: int | None = None
    json_schema: dict[str, Any] | None = field(default=None, hash=False)
    regex: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """One reply.

    `finish_reason` is `stop`, `length` (cut off) or `refusal`; tokens as the model counts them,
    None where it does not say; `reasoning` where the server keeps it apart.
    """

    text: str
    finish_reason: str
    input_tokens: int | None
    output_tokens: int | None
    seconds: float
    model: str
    reasoning: str | None = None


class ModelError(KgsynthError):
    """One request that got no reply. `reason` is short and countable, `str()` holds the details.

    `transient`: asking again can help. `fatal`: every other request of this model fails alike (a
    wrong key, a model the server does not have). `retry_after`: seconds the server asked for.
    """

    def __init__(
        self,
        reason: str,
        detail: str = "",
        *,
        transient: bool = False,
        fatal: bool = False,
        retry_after: float | None = None,
    ) -> None:
        detail = " ".join(detail.split())[:500]
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.transient, self.fatal = reason, transient, fatal
        self.retry_after = retry_after


class Stopped(Exception):
    """A KeyboardInterrupt or SystemExit raised inside a model, on its way to the caller.

    In a task of an event loop either would end the loop and leave its callers waiting.
    """

    def __init__(self, by: BaseException) -> None:
        super().__init__(repr(by))
        self.by = by


def conversation_seed(seed: int, messages: Sequence[object]) -> int:
    """A seed of 31 bits from a seed and a conversation: stable, and different for each."""
    return int.from_bytes(blake2b(repr((seed, messages)).encode(), digest_size=4).digest()) >> 1
