"""From settings to models, and models in chains."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessage

from kgsynth import assets, models
from kgsynth.config import ModelSettings
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.models import Generation, bundled
from kgsynth.models.messages import call_arguments, response
from kgsynth.parse import ParseError


def canned(*replies: str) -> ModelSettings:
    return ModelSettings("solver", "fake", options={"replies": list(replies)})


def test_equal_settings_are_one_model() -> None:
    one, other = ModelSettings("asker", "fake", options={"replies": ["x"]}), canned("x")
    assert models.chat_model(one) is models.chat_model(other)
    assert models.chat_model(one) is not models.chat_model(canned("y"))


def test_outputs_are_filed_under_an_honest_name() -> None:
    assert models.model_name(ModelSettings("tagger")) == "SmolLM2-135M-Instruct (bundled)"
    assert models.model_name(ModelSettings("tagger", model="a/b")) == "a/b"
    assert models.model_name(canned("x")) == "fake"


def test_any_langchain_model_by_its_path() -> None:
    path = "langchain_core.language_models.fake_chat_models:FakeListChatModel"
    settings = ModelSettings("asker", "langchain", path, options={"responses": ["hello"]})
    assert models.test(settings).text == "hello"


@pytest.mark.parametrize(
    ("path", "options", "says"),
    [
        ("no.such.module:Class", {}, "import path"),
        ("json", {}, "import path"),
        ("json:JSONDecoder", {}, "not a langchain-core"),
        ("langchain_core.language_models.fake_chat_models:FakeListChatModel", {}, "refused"),
    ],
)
def test_a_path_that_leads_nowhere_is_told(path: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        models.chat_model(ModelSettings("asker", "langchain", path, options=options))


def test_a_foreign_model_gets_only_arguments_it_declares() -> None:
    class Warm(FakeListChatModel):
        temperature: float = 0.0

    generation = Generation(0.5, 32, 0.9, 1, regex="a+")
    assert call_arguments(Warm(responses=["x"]), generation) == {"temperature": 0.5}
    assert call_arguments(models.chat_model(canned("x")), generation) == {
        "temperature": 0.5, "max_tokens": 32, "top_p": 0.9, "seed": 1, "regex": "a+",
    }  # fmt: skip


def test_without_vllm_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec

    def without(name: str) -> Any:
        return None if name == "vllm" else found(name)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    with pytest.raises(KgsynthError, match=r"kgsynth models install.*'\.\[vllm\]'") as raised:
        models.chat_model(ModelSettings("tagger", batch=17))
    assert "\n" not in str(raised.value)


def test_prompt_model_parser() -> None:
    prompt = assets.prompt("answer/solve")
    model = models.chat_model(canned("<solution>\nSix sevens.\nFinal answer: $42$\n</solution>"))
    chain = models.prompt_runnable(prompt) | model | models.parser_runnable(prompt)
    assert chain.invoke({"question": "6 times 7?"}).final == "42"
    assert [one.final for one in chain.batch([{"question": "a"}, {"question": "b"}])] == ["42"] * 2


def test_a_bad_row_of_a_chain_is_an_exception_in_its_place() -> None:
    prompt = assets.prompt("answer/solve")
    chain = (
        models.prompt_runnable(prompt)
        | models.chat_model(canned("I cannot do this."))
        | models.parser_runnable(prompt)
    )
    (found,) = chain.batch([{"question": "a"}], return_exceptions=True)
    assert isinstance(found, ParseError) and found.reason == "refusal"


def test_every_prompt_names_a_parser_and_fits_its_model() -> None:
    for name in assets.names("prompts"):
        meta = assets.prompt(name).meta
        models.parser_runnable(assets.prompt(name))
        assert meta["temperature"] >= 0 and meta["max_tokens"] > 16
        assert not ("schema" in meta and "form" in meta)


def test_messages_of_other_makers_are_read() -> None:
    meta = {"stop_reason": "max_tokens", "model": "other"}
    said = response(AIMessage([{"type": "text", "text": "hi"}], response_metadata=meta), 1.5)
    assert (said.text, said.finish_reason, said.model, said.seconds) == ("hi", "length", "other",
                                                                         1.5)  # fmt: skip
    assert said.output_tokens is None


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("KGSYNTH_CACHE", str(tmp_path))
    yield tmp_path


def test_a_failed_unpacking_leaves_nothing_behind(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(weights: Path, into: Path) -> None:
        (into / "config.json").write_text("{}")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundled, "_convert", full)
    with pytest.raises(KgsynthError, match="No space left"):
        bundled.unpack()
    assert not bundled.is_ready()
    assert list((cache / "models").iterdir()) == []


def test_whoever_unpacks_first_wins(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def beaten(weights: Path, into: Path) -> None:
        (into / "config.json").write_text("mine")
        bundled.folder().mkdir()
        (bundled.folder() / "config.json").write_text("theirs")

    monkeypatch.setattr(bundled, "_convert", beaten)
    assert (bundled.unpack() / "config.json").read_text() == "theirs"
    assert [one.name for one in (cache / "models").iterdir()] == [bundled.folder().name]
