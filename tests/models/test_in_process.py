"""The bundled model in an in-process vLLM: one engine for the whole module, loaded once."""

import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from kgsynth import assets, config, models, parse
from kgsynth.calls.journal import open_journal
from kgsynth.calls.pending import fence
from kgsynth.models import Generation, ModelError, Response
from kgsynth.runs import start_run
from kgsynth.steps import generate, ingest
from kgsynth.store import Store

pytestmark = pytest.mark.vllm

EXAMPLES = Path(__file__).parents[2] / "examples" / "mathematics"
DOCUMENTS = 1
METHODS = ("synthllm-level1", "synthllm-level2", "rephrase", "persona")
WARM = Generation(temperature=1.0, max_tokens=24, seed=0)


def asked(text: str) -> list[tuple[str, str]]:
    return [("user", text)]


def ask(
    conversations: list[list[tuple[str, str]]], generation: Generation = WARM, role: str = "tagger"
) -> list[Response | ModelError]:
    model = models.chat_model(config.model_settings(role, {}))
    replies = dict(models.respond(model, conversations, generation))
    return [replies[place] for place in range(len(conversations))]


def texts(replies: list[Response | ModelError]) -> list[str]:
    assert all(isinstance(reply, Response) for reply in replies), replies
    return [reply.text for reply in replies if isinstance(reply, Response)]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What loading and a first call wrote to stdout, by file descriptor (also child processes)."""
    file = tmp_path_factory.mktemp("stdout") / "out"
    sys.stdout.flush()
    saved = os.dup(1)
    with file.open("wb") as out:
        os.dup2(out.fileno(), 1)
        try:
            ask([asked("Hello!")])
        finally:
            sys.stdout.flush()
            os.dup2(saved, 1)
            os.close(saved)
    yield file.read_text()
    from kgsynth.models import in_process

    in_process.unload()


@pytest.fixture(autouse=True)
def _loaded(printed: str) -> None:
    """Every test of this module runs on the loaded engine."""


def test_nothing_is_printed_on_stdout(printed: str) -> None:
    assert printed == ""


def test_no_environment_is_left_to_children() -> None:
    assert "libgomp" not in os.environ.get("LD_PRELOAD", "")


def test_a_reply_says_what_it_cost_and_who_made_it() -> None:
    (said,) = ask([asked("How many sides does a hexagon have?")], Generation(0.0, 8))
    assert isinstance(said, Response)
    assert said.model == "SmolLM2-135M-Instruct (bundled)"
    assert said.finish_reason == "length" and said.output_tokens == 8
    assert said.input_tokens and said.input_tokens > 20
    assert said.text.strip() and said.seconds > 0


def test_all_roles_share_one_engine() -> None:
    from kgsynth.models import in_process

    for role in config.ROLES:
        assert texts(ask([asked("Hello!")], role=role))
    assert len(in_process._LOADED) == 1


def test_a_prompt_that_is_too_long_is_that_items_error_only() -> None:
    before, long, after = ask([asked("Say yes."), asked("many words " * 9000), asked("Say no.")])
    assert isinstance(before, Response) and isinstance(after, Response)
    assert isinstance(long, ModelError)
    assert (long.reason, long.transient) == ("prompt too long", False)


def test_a_chunk_is_one_pass_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    model: Any = models.chat_model(replace(config.model_settings("tagger", {}), batch=3))
    engine = model.load()
    passes: list[int] = []
    run = engine.wait_for_completion

    def counted(*arguments: Any, **more: Any) -> Any:
        outputs = run(*arguments, **more)
        passes.append(len(outputs))
        return outputs

    monkeypatch.setattr(engine, "wait_for_completion", counted)
    found = list(models.respond(model, [asked(f"Say {n}.") for n in range(7)], WARM))
    assert [place for place, _ in found] == list(range(7))
    assert passes == [3, 3, 1]


def test_seeds() -> None:
    many = [asked("Name a fruit."), asked("Name a fruit."), asked("Name a town.")]
    first, twin, other = texts(ask(many))
    assert first == twin != other
    assert texts(ask(many)) == [first, twin, other]
    assert texts(ask(many[:1], replace(WARM, seed=1))) != [first]


def test_a_form_is_kept_to() -> None:
    schema = {
        "type": "object",
        "properties": {
            "level": {"enum": ["low", "high"]},
            "names": {"type": "array", "minItems": 2, "maxItems": 3,
                      "items": {"type": "string", "pattern": "^[A-Z][a-z]{2,8}$"}},
        },
        "required": ["level", "names"], "additionalProperties": False,
    }  # fmt: skip
    generation = Generation(0.8, 80, seed=0, json_schema=schema)
    for text in texts(ask([asked(f"Name {n} towns as JSON.") for n in range(4)], generation)):
        value = json.loads(text)
        assert value["level"] in ("low", "high") and 2 <= len(value["names"]) <= 3
        assert not re.search(r"\s{2}|\n", text)
    generation = Generation(0.8, 40, seed=0, regex="<n>[0-9]{1,3}</n>")
    for text in texts(ask([asked("A number?")] * 2, generation)):
        assert re.fullmatch("<n>[0-9]{1,3}</n>", text)


def test_an_interrupt_leaves_nothing_in_the_engine() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, 1.0)
        with pytest.raises(KeyboardInterrupt):
            ask([asked(f"Tell a long story about {n}.") for n in range(8)],
                Generation(1.0, 4000))  # fmt: skip
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(texts(ask([asked("Say yes."), asked("Say no.")]))) == 2


def test_prompt_model_parser_by_the_batch() -> None:
    prompt = assets.prompt("answer/solve")
    model = models.chat_model(config.model_settings("solver", {}))
    bound = model.bind(temperature=0.0, max_tokens=int(prompt.meta["max_tokens"]),
                       regex=prompt.meta["form"])  # fmt: skip
    chain = models.prompt_runnable(prompt) | bound | models.parser_runnable(prompt)
    found = chain.batch([{"question": f"What is {n} + 1?"} for n in range(4)],
                        return_exceptions=True)  # fmt: skip
    assert any(isinstance(one, parse.ParsedAnswer) and one.final for one in found)


def _documents(count: int) -> list[dict[str, Any]]:
    lines = (EXAMPLES / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[:: len(lines) // count][:count]]


def _share(name: str, conversations: list[dict[str, str]], temperature: float) -> list[Any]:
    """What the parser keeps of the replies to a prompt in its forced form."""
    prompt = assets.prompt(name)
    generation = Generation(temperature, int(prompt.meta["max_tokens"]), seed=0,
                            json_schema=prompt.meta.get("schema"),
                            regex=prompt.meta.get("form"))  # fmt: skip
    kept = []
    for reply in ask([prompt.render(inputs) for inputs in conversations], generation):
        assert isinstance(reply, Response)
        try:
            kept.append(parse.parser(prompt.meta["output"])(reply.text, reply.finish_reason))
        except parse.ParseError as error:
            assert error.reason in ("truncated", "repeats itself", "too short", "copies the prompt")
    return kept


def test_enough_of_what_the_bundled_model_writes_can_be_kept() -> None:
    documents = _documents(6)
    tagged = _share("tag/concepts", [{"text": fence("document", one["text"])}
                                     for one in documents[:4]], 0.0)  # fmt: skip
    assert len(tagged) >= 2
    pairs = [
        {"documents": "\n\n".join(fence(f"document-{n}", one["text"])
                                  for n, one in enumerate((left, right), 1)),
         "concepts": "Topics:\n- Sequences\n- Triangles\nKey concepts:\n- Recurrence\n- Area"}
        for left, right in pairwise(documents)
    ]  # fmt: skip
    replies = _share("question/synthllm-level3", pairs, 0.75)
    assert len(replies) >= len(pairs) * 0.3
    questions = [one.text for reply in replies for one in reply if one.reason is None]
    assert len(set(questions)) >= len(pairs) * 0.3
    answers = _share("answer/solve", [{"question": text} for text in questions[:8]], 0.0)
    assert len(answers) >= min(len(questions), 8) * 0.3


@pytest.mark.neo4j
def test_each_method_on_documents_end_to_end(store: Store, tmp_path: Path) -> None:
    names = {one["id"] for one in _documents(DOCUMENTS)}
    for name in ("documents", "concepts"):
        lines = (EXAMPLES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if json.loads(line)["id"] in names]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(kept), encoding="utf-8")
    assert ingest.documents(store, [str(tmp_path / "documents.jsonl")]).kept == DOCUMENTS
    assert ingest.concepts(store, [str(tmp_path / "concepts.jsonl")]).kept == DOCUMENTS
    run = start_run(store, "test", {})
    with open_journal(tmp_path / ".kgsynth") as journal:
        # What level 1 extracts is varied; the bundled model may have extracted nothing.
        store.write_text(
            "MATCH (d:Document) CREATE (q:Question {id: '0', text: 'What is the sum of the first "
            "20 odd numbers?', origin: 'original', method: 'synthllm-level1', domain: d.domain, "
            "status: 'pending'})-[:GENERATED_FROM]->(d) RETURN q.id", {})  # fmt: skip
        for method in METHODS:
            assert generate.generate(store, journal, method, run=run, limit=1).taken == 1
    rows = store.read_text(
        "MATCH (c:Call {step: 'generate'})-[:USED]->(source) "
        "OPTIONAL MATCH (q:Question)-[:PRODUCED_BY]->(c) "
        "OPTIONAL MATCH (r:Rejected)-[:PRODUCED_BY]->(c) "
        "RETURN c.method AS method, c.model AS model, count(q) + count(r) AS came, "
        "all(q IN collect(q) WHERE q.text <> '' AND q.method = c.method AND "
        "EXISTS { (q)-[:GENERATED_FROM*1..2]->(:Document) }) AS traced", {})  # fmt: skip
    assert {row["method"] for row in rows} == set(METHODS)
    for row in rows:
        assert row["came"] and row["traced"] and row["model"].startswith("SmolLM2"), row
