"""A scripted, deterministic model, for tests and dry runs.

In `kgsynth.toml` (`[models.default] provider = "fake"`), one of
- `options = { script = "replies.py:reply" }`: a function of one `FakeCall` in a file of the project
  folder (or `package.module:function`) that returns the text, a `FakeReply`, or raises;
- `options = { replies = ["...", "..."] }`, or by prompt name with `"*"` for the rest:
  `options = { replies = { "tag/concepts" = ["{...}"], "*" = ["..."] } }`.
Among several replies a hash of the conversation and the seed chooses: the same request gets the
same reply whatever the order, the number of workers or a restart. `options.log` names a file that
gets one JSON line per call, so that a test can count what was really asked.
"""

import asyncio
import json
import re
import runpy
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, convert_to_openai_messages
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import PrivateAttr

from kgsynth import assets, config
from kgsynth.errors import UsageError
from kgsynth.models.records import Stopped


@dataclass(frozen=True, slots=True)
class FakeCall:
    """One request as a script sees it.

    `prompt` is the name of the prompt file it was rendered from, None for any other conversation;
    `inputs` are that prompt's inputs, read back. `attempt` counts from 0 how often this process has
    sent the very same request. `digest` is a stable hash of conversation and seed, to draw from.
    """

    prompt: str | None
    inputs: dict[str, str]
    messages: tuple[tuple[str, str], ...]
    generation: dict[str, Any]
    attempt: int
    digest: int


@dataclass(frozen=True, slots=True)
class FakeReply:
    """What a script can say beyond a text. Tokens not given are words; `delay` is in seconds."""

    text: str
    finish_reason: str = "stop"
    input_tokens: int | None = None
    output_tokens: int | None = None
    delay: float = 0.0
    reasoning: str | None = None


Script = Callable[[FakeCall], str | FakeReply]


class FakeChat(BaseChatModel):
    """A langchain-core chat model that answers by a script."""

    name_on_outputs: str
    script: Script
    log: Path | None = None
    forces_form: ClassVar[bool] = True
    _asked: Counter[str] = PrivateAttr(default_factory=Counter)
    _lock: Any = PrivateAttr(default_factory=threading.Lock)

    @property
    def _llm_type(self) -> str:
        return "kgsynth-fake"

    @classmethod
    def from_options(cls, name: str, options: Mapping[str, Any]) -> "FakeChat":
        """The fake model of a role's `options`. Raises UsageError when they name no replies."""
        if unknown := sorted(set(options) - {"script", "replies", "log"}):
            raise UsageError(f"The fake model takes script, replies and log, not "
                             f"{', '.join(unknown)}.")  # fmt: skip
        if ("script" in options) == ("replies" in options):
            raise UsageError('The fake model needs options.script = "file.py:function" or '
                             "options.replies = [...].")  # fmt: skip
        script = (_load_script(options["script"]) if "script" in options
                  else _canned(options["replies"]))  # fmt: skip
        log = config.find_project() / options["log"] if "log" in options else None
        return cls(name_on_outputs=name, script=script, log=log)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        reply = self._reply(messages, kwargs)
        time.sleep(reply.delay)
        return self._result(messages, reply)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        try:
            reply = self._reply(messages, kwargs)
        except (KeyboardInterrupt, SystemExit) as stop:
            raise Stopped(stop) from stop
        await asyncio.sleep(reply.delay)
        return self._result(messages, reply)

    def _reply(self, messages: list[BaseMessage], generation: dict[str, Any]) -> FakeReply:
        said = tuple((one["role"], str(one["content"]))
                     for one in convert_to_openai_messages(messages))  # fmt: skip
        request = json.dumps([said, generation], sort_keys=True)
        with self._lock:
            attempt = self._asked[request]
            self._asked[request] += 1
        prompt, inputs = recognise(said)
        seeded = json.dumps([said, generation.get("seed")])
        digest = int.from_bytes(blake2b(seeded.encode(), digest_size=8).digest())
        call = FakeCall(prompt, inputs, said, generation, attempt, digest)
        if self.log is not None:
            line = json.dumps({"prompt": prompt, "digest": digest, "attempt": attempt})
            with self._lock, self.log.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        reply = self.script(call)
        return FakeReply(reply) if isinstance(reply, str) else reply

    def _result(self, messages: list[BaseMessage], reply: FakeReply) -> ChatResult:
        taken = (reply.input_tokens if reply.input_tokens is not None
                 else sum(len(message.text.split()) for message in messages))  # fmt: skip
        made = (reply.output_tokens if reply.output_tokens is not None
                else len(reply.text.split()))  # fmt: skip
        message = AIMessage(
            content=reply.text,
            additional_kwargs={"reasoning_content": reply.reasoning} if reply.reasoning else {},
            response_metadata={
                "finish_reason": reply.finish_reason, "model_name": self.name_on_outputs,
            },
            usage_metadata={
                "input_tokens": taken, "output_tokens": made, "total_tokens": taken + made,
            },
        )  # fmt: skip
        return ChatResult(generations=[ChatGeneration(message=message)])


def recognise(messages: Sequence[tuple[str, str]]) -> tuple[str | None, dict[str, str]]:
    """The name of the prompt file that a conversation was rendered from, and its inputs."""
    for name in assets.names("prompts"):
        shapes = _shapes(assets.prompt(name))
        if [role for role, _ in shapes] != [role for role, _ in messages]:
            continue
        found = [re.fullmatch(shape, text, re.DOTALL)
                 for (_, shape), (_, text) in zip(shapes, messages, strict=True)]  # fmt: skip
        if all(found):
            inputs = {key: value for match in found if match
                      for key, value in match.groupdict().items()}  # fmt: skip
            return name, inputs
    return None, {}


@cache
def _shapes(prompt: assets.Prompt) -> list[tuple[str, str]]:
    """(role, pattern) of each message; an input that occurs twice must be equal both times."""
    seen: set[str] = set()

    def group(match: re.Match[str]) -> str:
        name = match[1]
        pattern = f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
        seen.add(name)
        return pattern

    return [
        (role, re.sub(r"\\\[\\\[(\w+)\\\]\\\]", group, re.escape(text)))
        for role, text in prompt.messages
    ]


def _load_script(where: str) -> Script:
    place, _, name = where.rpartition(":")
    try:
        if place.endswith(".py"):
            found = runpy.run_path(str(config.find_project() / place)).get(name)
        else:
            found = getattr(import_module(place), name, None)
    except (OSError, ImportError, ValueError) as error:
        raise UsageError(f"options.script = {where!r} cannot be loaded: {error}.") from error
    if not callable(found):
        raise UsageError(f"options.script = {where!r}: there is no function {name!r}.")
    script: Script = found
    return script


def _canned(replies: str | Sequence[str] | Mapping[str, str | Sequence[str]]) -> Script:
    table = replies if isinstance(replies, Mapping) else {"*": replies}
    lists = {name: [given] if isinstance(given, str) else list(given)
             for name, given in table.items()}  # fmt: skip

    def reply(call: FakeCall) -> str:
        chosen = lists.get(call.prompt or "*") or lists.get("*")
        if not chosen:
            raise UsageError(f"The fake model has no reply for prompt {call.prompt!r}.")
        return chosen[call.digest % len(chosen)]

    return reply
