"""OpenAI-compatible servers (`vllm serve` first of all), one or several addresses in turn."""

from collections.abc import AsyncIterator, Sequence
from itertools import count
from typing import Any, ClassVar

import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult
from langchain_openai._compat import httpx  # the one that the client takes: httpx or httpx2
from langchain_openai.chat_models.base import BaseChatOpenAI
from pydantic import Field, PrivateAttr, SecretStr

from kgsynth.models.failures import model_error
from kgsynth.models.records import conversation_seed

_LONGEST = 32 * 2**20  # bytes of a reply that are read
_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")
_CONNECT = 10.0  # seconds to get a connection; `timeout` is for the reply
# Servers commonly close a connection that was idle for 5 s: ours is given up before.
_IDLE = 4.0


class _Address(BaseChatOpenAI):
    """langchain-openai's client, for one choice.

    Keeps the reasoning that vLLM and others send beside the text; token counts that are no numbers
    are unknown.
    """

    def _create_chat_result(
        self, response: Any, generation_info: dict[str, Any] | None = None
    ) -> ChatResult:
        if isinstance(response, str):
            raise ValueError(f"a reply that is not JSON: {response!r}")
        raw = response if isinstance(response, dict) else response.model_dump(warnings=False)
        if not raw.get("choices"):
            raise ValueError(f"a reply without choices: {raw.get('error')}")
        raw["choices"] = raw["choices"][:1]
        usage = raw.get("usage") or {}
        if not all(isinstance(usage.get(name), int) for name in _COUNTS):
            raw["usage"] = None
        result = super()._create_chat_result(raw, generation_info)
        said = raw["choices"][0]["message"]
        kept = {
            "refusal": said.get("refusal"),
            "reasoning_content": said.get("reasoning") or said.get("reasoning_content"),
        }
        for name, text in kept.items():
            if isinstance(text, str) and text:
                result.generations[0].message.additional_kwargs[name] = text
        return result


class _Capped(httpx.AsyncByteStream):
    """The body of a reply, read up to a length."""

    def __init__(self, body: httpx.AsyncByteStream) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for part in self._body:
            read += len(part)
            if read > _LONGEST:
                raise ValueError(f"a reply of more than {_LONGEST >> 20} MB")
            yield part

    async def aclose(self) -> None:
        await self._body.aclose()


def _shown(address: Any) -> str:
    url = address.root_async_client.base_url
    return str(url.copy_with(username=None, password=None, query=None)).rstrip("/")


async def _cap(response: Any) -> None:
    response.stream = _Capped(response.stream)


class ServerChat(BaseChatModel):
    """A langchain-core chat model over one or several addresses of the same model.

    Nothing is tried again here: `asking` does that, and treats each of `endpoints` on its own; in a
    chain, requests go round the addresses, past one that cannot be reached. A call takes
    `temperature`, `max_tokens`, `top_p`, `seed`, `json_schema` (sent as `response_format`) and
    `regex` (vLLM's `structured_outputs`). Failures are ModelErrors; the key shows in none of them.
    """

    addresses: list[BaseChatModel]
    secret: SecretStr
    official: bool
    extra_body: dict[str, Any] = Field(default_factory=dict)
    forces_form: ClassVar[bool] = True
    _turn: Any = PrivateAttr(default_factory=count)

    @property
    def _llm_type(self) -> str:
        return "kgsynth-openai"

    @property
    def endpoints(self) -> list[tuple[str, "ServerChat"]]:
        """Each address without what may be secret in it, and the model at that address alone."""
        return [
            (_shown(one), self.model_copy(update={"addresses": [one]})) for one in self.addresses
        ]

    @classmethod
    def connect(
        cls,
        model: str,
        base_urls: Sequence[str],
        key: str | None,
        timeout: float,
        options: dict[str, Any],
    ) -> "ServerChat":
        """The model behind `base_urls` (none: OPENAI_BASE_URL, or OpenAI itself).

        `options` go to langchain-openai's client; `extra_body` into every request.
        """
        options = dict(options)
        extra = options.pop("extra_body", {})
        # Servers of one's own need no key, but the client insists on one.
        secret = SecretStr(key or "none")
        settings = {"max_retries": 0, "use_responses_api": False, **options}
        # As many connections as requests in flight: `concurrency` is the only bound.
        pool: Any = httpx.Limits(max_connections=None, keepalive_expiry=_IDLE)
        return cls(
            addresses=[
                _Address(
                    model=model, base_url=url, api_key=secret,
                    timeout=openai.Timeout(timeout, connect=min(_CONNECT, timeout)),
                    http_async_client=openai.DefaultAsyncHttpxClient(
                        limits=pool, event_hooks={"response": [_cap]}
                    ),
                    **settings,
                )
                for url in (base_urls or (None,))
            ],
            secret=secret, official=not base_urls, extra_body=extra,
        )  # fmt: skip

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        arguments = self._arguments(messages, **kwargs)
        for attempt, address in enumerate(self._in_turn(), start=1):
            try:
                return address._generate(messages, stop, run_manager, **arguments)
            except Exception as error:
                self._pass_over(error, attempt)
        raise AssertionError("the last address returned or raised")

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        arguments = self._arguments(messages, **kwargs)
        for attempt, address in enumerate(self._in_turn(), start=1):
            try:
                return await address._agenerate(messages, stop, run_manager, **arguments)
            except Exception as error:
                self._pass_over(error, attempt)
        raise AssertionError("the last address returned or raised")

    def _in_turn(self) -> list[BaseChatModel]:
        first = next(self._turn) % len(self.addresses)
        return self.addresses[first:] + self.addresses[:first]

    def _pass_over(self, error: Exception, attempt: int) -> None:
        """Lets the next address try when this one cannot be reached; raises otherwise."""
        failure = model_error(error, self.secret.get_secret_value())
        if failure.reason != "unreachable" or attempt == len(self.addresses):
            raise failure from None

    def _arguments(
        self,
        messages: list[BaseMessage],
        *,
        seed: int | None = None,
        json_schema: dict[str, Any] | None = None,
        regex: str | None = None,
        max_tokens: int | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """A call's arguments under the names of the API."""
        body = dict(self.extra_body)
        if regex is not None:
            body["structured_outputs"] = {"regex": regex}
        if json_schema is not None:
            # Not as the client's own argument: it raises for a reply that was cut off.
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "reply", "schema": json_schema},
            }
        if seed is not None:
            kwargs["seed"] = conversation_seed(seed, [(one.type, one.text) for one in messages])
        if max_tokens is not None:
            # OpenAI renamed it; compatible servers know the older name first of all.
            kwargs["max_completion_tokens" if self.official else "max_tokens"] = max_tokens
        if body:
            kwargs["extra_body"] = body
        return kwargs
