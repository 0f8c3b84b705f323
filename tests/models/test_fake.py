"""The scripted model: deterministic, told by prompt, counted."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kgsynth import assets, models
from kgsynth.config import ModelSettings
from kgsynth.errors import UsageError
from kgsynth.models import Generation, ModelError, Response
from kgsynth.models.fake import FakeChat, recognise

PLAIN = Generation(temperature=0.5, max_tokens=32, seed=0)
SCRIPT = """
from kgsynth.models import ModelError
from kgsynth.models.fake import FakeReply

def reply(call):
    said = call.messages[-1][1]
    if said == "flaky":
        if call.attempt == 0:
            raise ModelError("server error", "scripted", transient=True)
        return "at last"
    if said == "cut":
        return FakeReply("half", finish_reason="length", output_tokens=99, reasoning="hm")
    if said == "stop":
        raise KeyboardInterrupt
    return f"{call.prompt} {sorted(call.inputs)} {call.digest % 1000}"
"""

Ask = Callable[..., list[Response | ModelError]]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks the fake model with some options, in a project folder with a script."""
    (tmp_path / "kgsynth.toml").write_text("")
    (tmp_path / "replies.py").write_text(SCRIPT)
    monkeypatch.chdir(tmp_path)

    def asker(
        conversations: list[list[tuple[str, str]]], generation: Generation = PLAIN, **options: Any
    ) -> list[Response | ModelError]:
        options = options or {"script": "replies.py:reply"}
        model = models.chat_model(ModelSettings("asker", "fake", str(tmp_path), options=options))
        replies = dict(models.respond(model, conversations, generation))
        return [replies[place] for place in range(len(conversations))]

    return asker


def texts(replies: list[Response | ModelError]) -> list[str]:
    return [reply.text if isinstance(reply, Response) else str(reply) for reply in replies]


def test_a_script_sees_prompt_and_inputs(ask: Ask) -> None:
    prompt = assets.prompt("question/synthllm-level3")
    inputs = {"concepts": "- [[odd]]\n- $x$ .*", "documents": "<document 1>\na\n</document 1>"}
    (said,) = texts(ask([prompt.render(inputs)]))
    assert said.startswith("question/synthllm-level3 ['concepts', 'documents']")
    assert recognise(prompt.render(inputs)) == ("question/synthllm-level3", inputs)


def test_every_prompt_is_recognised() -> None:
    for name in assets.names("prompts"):
        prompt = assets.prompt(name)
        inputs = {key: f"the {key}\nin two lines" for key in prompt.inputs}
        assert recognise(prompt.render(inputs)) == (name, inputs)
    assert recognise([("user", "something else")]) == (None, {})


def test_a_script_can_fail_once_cut_off_and_count(ask: Ask, tmp_path: Path) -> None:
    flaky, cut = [("user", "flaky")], [("user", "cut")]
    again, half = ask([flaky, cut], script="replies.py:reply", log="calls.jsonl")
    assert isinstance(half, Response)
    assert (half.finish_reason, half.output_tokens, half.reasoning) == ("length", 99, "hm")
    assert texts([again]) == ["at last"]
    lines = (tmp_path / "calls.jsonl").read_text().splitlines()
    assert sorted(json.loads(line)["attempt"] for line in lines) == [0, 0, 1]


def test_an_interrupt_passes_through(ask: Ask) -> None:
    with pytest.raises(KeyboardInterrupt):
        ask([[("user", "stop")], [("user", "x")]])
    assert len(ask([[("user", "x")]])) == 1


def test_the_same_request_gets_the_same_reply_in_any_order(ask: Ask) -> None:
    many = [[("user", f"number {n}")] for n in range(50)]
    options = {"replies": [f"reply {n}" for n in range(10)]}
    forward = texts(ask(many, **options))
    assert texts(ask(many[::-1], **options)) == forward[::-1]
    assert len(set(forward)) > 5
    other = texts(ask(many, Generation(0.5, 32, seed=1), **options))
    assert other != forward


def test_replies_by_prompt(ask: Ask) -> None:
    solve = assets.prompt("answer/solve").render({"question": "What is $6 \\cdot 7$?"})
    options = {"replies": {"answer/solve": "42", "*": ["other"]}}
    assert texts(ask([solve, [("user", "hello")]], **options)) == ["42", "other"]


def test_every_call_is_logged(ask: Ask, tmp_path: Path) -> None:
    ask([[("user", str(n))] for n in range(30)], script="replies.py:reply", log="calls.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()]
    assert len(lines) == 30
    assert len({line["digest"] for line in lines}) == 30


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "needs options.script"),
        ({"script": "a.py:f", "replies": ["x"]}, "needs options.script"),
        ({"script": "nowhere.py:reply"}, "cannot be loaded"),
        ({"script": "json:no_such_function"}, "no function"),
        ({"reply": "x"}, "not reply"),
    ],
)
def test_bad_options_are_told(options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        FakeChat.from_options("fake", options)


def test_a_prompt_without_a_reply_is_told(ask: Ask) -> None:
    (said,) = ask([[("user", "x")]], replies={"tag/concepts": "y"})
    assert isinstance(said, ModelError) and "no reply for prompt None" in str(said)
