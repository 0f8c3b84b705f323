"""OpenAI-compatible servers (`vllm serve` first of all), one or several addresses in turn."""

from collections.abc import Sequence
from itertools import count
from typing import Any, ClassVar

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatResult
from langchain_openai.chat_models.base import BaseChatOpenAI
from pydantic import Field, PrivateAttr, SecretStr

from kgsynth.models.failures import model_error
from kgsynth.models.records import conversation_seed

# The client's own retries, on top of what a later run asks again.
_RETRIES = 2


class _Address(BaseChatOpenAI):
    """langchain-openai's client; keeps the reasoning that vLLM and others send beside the text."""

    def _create_chat_result(
        self, response: Any, generation_info: dict[str, Any] | None = None
    ) -> ChatResult:
        result = super()._create_chat_result(response, generation_info)
        raw = response if isinstance(response, dict) else response.model_dump(warnings=False)
        for generation, choice in zip(result.generations, raw["choices"], strict=True):
            said = choice["message"]
            reasoning = said.get("reasoning") or said.get("reasoning_content")
            if isinstance(reasoning, str) and isinstance(generation.message, AIMessage):
                generation.message.additional_kwargs["reasoning_content"] = reasoning
        return result


class ServerChat(BaseChatModel):
    """A langchain-core chat model over one or several addresses of the same model.

    Requests go round the addresses; one that cannot be reached is passed over for that request. A
    call takes `temperature`, `max_tokens`, `top_p`, `seed`, `json_schema` (sent as
    `response_format`) and `regex` (vLLM's `structured_outputs`). Failures are ModelErrors; the key
    shows in none of them.
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
        settings = {"max_retries": _RETRIES, "use_responses_api": False, **options}
        return cls(
            addresses=[
                _Address(model=model, base_url=url, api_key=secret, timeout=timeout, **settings)
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
            kwargs["response_format"] = {
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
