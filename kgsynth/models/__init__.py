"""Models: every provider is a langchain-core chat model, so a prompt is `prompt | model | parser`.

    from kgsynth import assets, config, models
    prompt = assets.prompt("answer/solve")
    model = models.chat_model(config.model_settings("solver"))
    chain = models.prompt_runnable(prompt) | model | models.parser_runnable(prompt)
    chain.invoke({"question": "What is 6 times 7?"})

`asking` is the same for a step: many requests, replies as they arrive, errors by the item, and
nothing stalls (`respond`: for those who have all their questions at hand).
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kgsynth import assets, parse
from kgsynth.config import ModelSettings
from kgsynth.models.asker import Asker, Endpoint, Unanswered
from kgsynth.models.asking import asking
from kgsynth.models.factory import chat_model, model_name
from kgsynth.models.records import Generation, ModelError, Response
from kgsynth.models.respond import respond

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, BaseMessage
    from langchain_core.runnables import Runnable

__all__ = [
    "Asker", "Endpoint", "Generation", "ModelError", "Response", "Unanswered", "asking",
    "chat_model", "model_name", "parser_runnable", "prompt_runnable", "respond", "test",
]  # fmt: skip

_TEST_PROMPT = "test/hello"


def prompt_runnable(prompt: assets.Prompt) -> "Runnable[dict[str, str], list[BaseMessage]]":
    """A prompt as the first link of a chain: its inputs in, messages out."""
    from langchain_core.messages import convert_to_messages
    from langchain_core.runnables import RunnableLambda

    def render(inputs: dict[str, str]) -> "list[BaseMessage]":
        return convert_to_messages(prompt.render(inputs))

    return RunnableLambda(render, name=prompt.name)


def parser_runnable(prompt: assets.Prompt) -> "Runnable[AIMessage, Any]":
    """The parser that the prompt's front matter names, as the last link of a chain.

    Invoking it raises kgsynth.parse.ParseError for a reply that cannot be used.
    """
    from langchain_core.runnables import RunnableLambda

    parser = parse.parser(prompt.meta["output"])

    def read(message: "AIMessage") -> Any:
        from kgsynth.models.messages import response

        reply = response(message, 0.0)
        return parser(reply.text, reply.finish_reason)

    return RunnableLambda(read, name=prompt.meta["output"])


def test(settings: ModelSettings) -> Response:
    """One real call with the settings of a role, tried once.

    Raises KgsynthError when there is no reply.
    """
    settings = replace(settings, attempts=1)
    prompt = assets.prompt(_TEST_PROMPT)
    generation = Generation(
        temperature=settings.temperature or 0.0, top_p=settings.top_p,
        max_tokens=min(settings.max_tokens, int(prompt.meta["max_tokens"])),
    )  # fmt: skip
    ((_, reply),) = respond(chat_model(settings), [prompt.render({})], generation, patience=0)
    if isinstance(reply, ModelError):
        raise reply
    return reply
