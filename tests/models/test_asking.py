"""Many requests to servers that fail in every way: nothing stalls, nothing is lost."""

import gc
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from lab.model_server import FAULTS, Body, Say, Script, Server, answer, completion, serve

from kgsynth import assets, models, parse
from kgsynth.config import ModelSettings
from kgsynth.errors import KgsynthError
from kgsynth.models import Asker, Generation, ModelError, Response, Unanswered, asking
from kgsynth.models.failures import retry_after
from kgsynth.models.messages import Conversation
from kgsynth.models.pace import backoff

KEY = "sk-never-to-be-shown-0123456789"
NOBODY = "http://127.0.0.1:9/v1"
PLAIN = Generation(temperature=0.5, max_tokens=32)
Reply = Response | ModelError


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGSYNTH_TEST_KEY", KEY)


@pytest.fixture(autouse=True)
def _unclosed() -> Iterator[None]:
    """A request given up while it connects leaves its socket to the garbage collector (httpx)."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are a tenth as long."""
    monkeypatch.setattr("kgsynth.models.live._PAUSE", 0.1)
    monkeypatch.setattr("kgsynth.models.live.backoff", lambda times: backoff(times) / 10)
    monkeypatch.setattr("kgsynth.models.pace._WAITS", (0.05, 3.0))
    monkeypatch.setattr("kgsynth.models.pace._RESTS", (0.1, 6.0))


def settings(*servers: Server | str, **more: Any) -> ModelSettings:
    urls = tuple(one if isinstance(one, str) else one.url for one in servers)
    return ModelSettings("asker", "openai", "tiny", urls, "KGSYNTH_TEST_KEY", **more)


def questions(count: int) -> list[Conversation]:
    return [[("user", f"What is number {n}?")] for n in range(count)]


def drain(asker: Asker, conversations: list[Conversation]) -> Iterator[tuple[int, Reply]]:
    todo = list(enumerate(conversations))[::-1]
    while todo or asker.in_flight:
        while todo and asker.room:
            asker.submit(*todo.pop(), PLAIN)
        yield from asker.arrived()


def ask(chosen: ModelSettings, conversations: list[Conversation], **more: Any) -> list[Reply]:
    """The reply to each, which must come exactly once."""
    with asking(models.chat_model(chosen), **more) as asker:
        replies = list(drain(asker, conversations))
    assert sorted(place for place, _ in replies) == list(range(len(conversations)))
    return [reply for _, reply in sorted(replies, key=lambda one: one[0])]


def texts(replies: list[Reply]) -> list[str]:
    assert all(isinstance(one, Response) for one in replies), Counter(map(str, replies))
    return [one.text for one in replies if isinstance(one, Response)]


# What becomes of each reply of R9: 'again' (asked again, then good), a text and a finish reason,
# or the reason of a failure that is final.
FATES: dict[str, str | tuple[str | None, str]] = {
    "429": "again", "429-seconds": "again", "429-date": "again", "408": "again", "500": "again",
    "502": "again", "503": "again", "reset": "again", "stall": "again", "drip": "again",
    "short": "again", "error-200": "again", "html-200": "again", "not-json": "again",
    "half-json": "again", "not-utf8": "again", "no-choices": "again", "null-choices": "again",
    "400": "bad request", "too-long": "prompt too long", "401": "unauthorised",
    "nan": (None, "stop"), "two-choices": (None, "stop"), "length": (None, "length"),
    "empty": ("", "stop"), "null": ("", "stop"), "tools": ("", "stop"),
    "reasoning": ("", "stop"), "think": ("<think>never closed", "stop"),
    "surrogate": ("half \ufffd a pair", "stop"), "huge": ("word " * 600_000, "stop"),
}  # fmt: skip


def test_every_fault_has_a_fate() -> None:
    assert set(FATES) == set(FAULTS)


@pytest.mark.parametrize("fault", FATES)
def test_every_fault(fault: str, impatient: None) -> None:
    fate, question = FATES[fault], questions(1)
    with serve(Script(sequence=(fault, "ok"))) as server:
        started = time.monotonic()
        (reply,) = ask(settings(server, timeout=1.0), question)
        took = time.monotonic() - started
        good = answer(server.requests[0])["choices"][0]["message"]["content"]
    if fate == "again":
        assert texts([reply]) == [good]
        assert server.by_name == {fault: 1, "ok": 1} or fault in ("drip", "stall")
        assert took < 10  # also where one byte a second drips
        assert took > {"429-seconds": 1.0}.get(fault, 0)
    elif isinstance(fate, str):
        assert isinstance(reply, ModelError) and reply.reason == fate
        assert len(server.requests) == 1
    else:
        text, finish_reason = fate
        assert isinstance(reply, Response), reply
        assert reply.text == (good if text is None else text)
        assert reply.finish_reason == finish_reason
        assert len(server.requests) == 1
    assert KEY not in str(reply)


def test_a_reply_cut_off_under_a_schema_is_a_reply() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    with (
        serve(lambda body, attempt: Say(completion('{"n": 1', finish_reason="length"))) as server,
        asking(models.chat_model(settings(server))) as asker,
    ):
        asker.submit(7, questions(1)[0], Generation(0.0, 32, json_schema=schema))
        ((place, reply),) = asker.arrived()
    assert place == 7 and isinstance(reply, Response)
    assert (reply.text, reply.finish_reason) == ('{"n": 1', "length")


def test_a_reply_without_end_is_not_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch, impatient: None
) -> None:
    monkeypatch.setattr("kgsynth.models.server._LONGEST", 100_000)
    with serve(Script(sequence=("huge", "ok"))) as server:
        assert texts(ask(settings(server), questions(1)))
    assert server.by_name == {"huge": 1, "ok": 1}


def test_429s_use_up_no_attempt(impatient: None) -> None:
    with serve(Script(sequence=("429",) * 3, latency=(0.0, 0.1))) as server:
        assert texts(ask(settings(server, attempts=2), questions(8)))
    assert server.by_name == {"429": 24, "ok": 8}


def test_attempts_are_bounded(impatient: None) -> None:
    def reply(body: Body, attempt: int) -> Say:
        bad = body["messages"][-1]["content"].endswith(("number 3?", "number 7?"))
        return Say({}, 500) if bad else Say(answer(body), wait=0.02)

    with serve(reply) as server:
        replies = ask(settings(server, attempts=3), questions(30))
    failed = [one for one in replies if isinstance(one, ModelError)]
    assert [one.reason for one in failed] == ["server error"] * 2
    assert max(server.seen.values()) == 3 and len(server.requests) == 28 + 6


def test_one_faulty_request_alone_ends(impatient: None) -> None:
    with serve(lambda body, attempt: Say({}, 500)) as server:
        (reply,) = ask(settings(server, attempts=4), questions(1))
    assert isinstance(reply, ModelError) and reply.reason == "server error"
    assert len(server.requests) == 4


@contextmanager
def changed(server: Server, after: int, **some: Any) -> Iterator[None]:
    """Changes the script once `after` requests have come."""
    said = server.say

    def say(body: Body) -> Say:
        if len(server.requests) == after:
            server.change(some)
        return said(body)

    server.say = say  # type: ignore[method-assign]
    yield


@pytest.mark.parametrize("fault", ["500", "502", "reset", "429", "stall", "html-200"])
def test_an_endpoint_that_is_down_for_a_while_fails_no_request(fault: str, impatient: None) -> None:
    lines: list[str] = []
    down = Script(faults={fault: 1.0})
    with serve(down) as server:
        started = time.monotonic()
        said = server.say

        def say(body: Body) -> Say:
            if time.monotonic() - started > 2:
                server.change({"faults": {}})
            return said(body)

        server.say = say  # type: ignore[method-assign]
        chosen = settings(server, attempts=3, timeout=0.5, concurrency=8)
        assert len(texts(ask(chosen, questions(40), report=lines.append))) == 40
    assert server.by_name["ok"] == 40
    assert len(lines) >= 2 and len(lines) % 2 == 0
    assert "Paused" in lines[0] and server.url in lines[0] and "answers again" in lines[-1]
    # Set aside, it is tried now and then; in flight at first were at most eight.
    assert server.by_name[fault] < (150 if fault == "429" else 60)


def test_the_others_take_over_from_one_that_is_dead() -> None:
    with serve() as one, serve() as other, serve(Script(dead=True)) as dead:
        chosen = settings(NOBODY, one, dead, other, attempts=2)
        assert len(set(texts(ask(chosen, questions(60))))) == 60
    assert len(one.requests) + len(other.requests) == 60
    assert len(one.requests) > 10 and len(other.requests) > 10
    assert dead.by_name["dead"] < 30


def test_an_endpoint_that_comes_back_is_used_again(impatient: None) -> None:
    slow, asked, replies = Script(latency=(0.02, 0.05)), iter(questions(20_000)), list[Reply]()
    with serve(slow) as one, serve(Script(dead=True, latency=(0.02, 0.05))) as other:
        model = models.chat_model(settings(one, other, concurrency=4))
        with asking(model) as asker:
            while other.by_name["ok"] <= 20 or asker.in_flight:  # for ever where it never is
                while asker.room and other.by_name["ok"] <= 20:
                    asker.submit(len(replies) + asker.in_flight, next(asked), PLAIN)
                replies += [reply for _, reply in asker.arrived()]
                if len(replies) > 30:
                    other.change({"dead": False})
            by_address = {state.address: state for state in asker.endpoints}
    texts(replies)
    assert by_address[one.url].ok + by_address[other.url].ok == len(replies)
    assert by_address[other.url].failed > 0 and by_address[other.url].resting == 0


def test_patience_ends(impatient: None) -> None:
    lines: list[str] = []
    with pytest.raises(Unanswered, match=r"No answer for .*127.0.0.1:9/v1.*unreachable.*same com"):
        ask(settings(NOBODY, patience=1.5), questions(3), report=lines.append)
    assert len(lines) == 1


def test_what_arrived_before_is_given_back_before_the_end(impatient: None) -> None:
    with serve() as server, changed(server, 10, dead=True):
        replies = []
        model = models.chat_model(settings(server, patience=0.5, concurrency=4))
        with asking(model) as asker, pytest.raises(Unanswered):
            for _, reply in drain(asker, questions(50)):
                replies.append(reply)
    assert len(texts(replies)) == server.by_name["ok"] == 10


def test_a_fatal_failure_comes_at_once() -> None:
    with serve(Script(faults={"401": 1.0})) as server:
        first = next(iter(ask(settings(server), questions(1))))
    assert isinstance(first, ModelError) and first.fatal and len(server.requests) == 1


@pytest.mark.parametrize("fault", ["400", "too-long"])
def test_an_error_rate_that_stays_high_stops_the_run(fault: str) -> None:
    reason = {"400": "bad request", "too-long": "prompt too long"}[fault]
    with (
        serve(Script(faults={fault: 0.7})) as server,
        pytest.raises(KgsynthError, match=rf"of the last 50 requests failed.*'{reason}'.*kept"),
    ):
        ask(settings(server, concurrency=8), questions(500))
    assert len(server.requests) < 100


def test_a_lower_error_rate_does_not_though_failures_come_first() -> None:
    def reply(body: Body, attempt: int) -> Say:
        number = int(body["messages"][-1]["content"].split()[-1][:-1])
        return Say({}, 400) if number % 3 == 0 else Say(answer(body), wait=0.5)

    with serve(reply) as server:
        replies = ask(settings(server, concurrency=150), questions(300))
    assert sum(isinstance(one, ModelError) for one in replies) == 100
    assert len(server.requests) == 300


def test_the_same_text_to_everything_stops_the_run() -> None:
    same = "I am a helpful assistant. " * 5
    with (
        serve(lambda body, attempt: Say(completion(same))) as server,
        pytest.raises(KgsynthError, match="very same text to 20 different prompts"),
    ):
        ask(settings(server, concurrency=4), questions(300))
    assert len(server.requests) < 40
    with serve(lambda body, attempt: Say(completion("yes"))) as server:
        assert len(ask(settings(server), questions(60))) == 60  # a label may well be the same
    with serve(lambda body, attempt: Say(completion(same))) as server:
        assert len(ask(settings(server), questions(1) * 60)) == 60  # so may one prompt's samples


def test_room_is_bounded_and_whoever_waits_out_a_429_takes_none() -> None:
    with serve(Script(latency=(2.0, 2.0))) as server:
        model = models.chat_model(settings(server, concurrency=5))
        with asking(model) as asker:
            assert asker.room == 5 and asker.in_flight == 0 and asker.arrived(0.1) == []
            for place, one in enumerate(questions(5)):
                asker.submit(place, one, PLAIN)
            assert asker.room == 0 and asker.in_flight == 5
            with pytest.raises(ValueError, match="in flight already"):
                asker.submit(0, questions(1)[0], PLAIN)
            started = time.monotonic()
            assert asker.arrived(0.05) == []
            assert time.monotonic() - started < 1.5
            while asker.in_flight:
                asker.arrived()
            assert asker.room == 5
            server.change({"faults": {"429-seconds": 1.0}, "latency": [0.0, 0.0]})
            for place, one in enumerate(questions(5)):
                asker.submit(place, one, Generation(0.6, 32))
            assert asker.arrived(0.7) == []
            assert asker.in_flight == 5 and asker.room == 5
            server.change({"faults": {}})
            while asker.in_flight:
                assert len(texts([reply for _, reply in asker.arrived()]))
    assert server.most_in_flight == 5


def test_a_date_to_wait_for_counts_from_the_servers_own_clock() -> None:
    due, said = "Sat, 21 Nov 2026 10:00:30 GMT", "Sat, 21 Nov 2026 10:00:00 GMT"
    ours = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)  # an hour slow
    assert retry_after(due, said, ours) == 30
    assert retry_after(due, None, ours) == 3630
    assert retry_after(said, due, ours) == 0
    assert retry_after("17", None) == 17 and retry_after("-3", None) == 0
    for nonsense in ("soon", "nan", "inf", "", "Sat, 99 Nov"):
        assert retry_after(nonsense, said, ours) is None
    assert retry_after(None, said) is None


def test_a_run_again_is_the_same() -> None:
    script = Script(seed=5, faults={"500": 0.2, "429": 0.2}, latency=(0.0, 0.01))
    runs = []
    for _ in range(2):
        with serve(script) as server:
            said = texts(ask(settings(server), questions(40)))
            runs.append((said, server.by_name, sorted(server.seen.values())))
    assert runs[0] == runs[1]
    assert runs[0][1]["500"] > 2 and runs[0][1]["ok"] == 40


def test_the_lab_answers_what_a_recipe_asks() -> None:
    wanted = {
        "tag/concepts": {"text": "A sequence is a list."},
        "question/synthllm-level3": {"concepts": "- Limit\n- Area", "documents": "One. Two."},
        "answer/solve": {"question": "What is 6 times 7?"},
    }
    with serve() as server:
        for name, inputs in wanted.items():
            prompt = assets.prompt(name)
            (said,) = ask(settings(server), [prompt.render(inputs)])
            assert isinstance(said, Response)
            assert parse.parser(prompt.meta["output"])(said.text, said.finish_reason)


def test_the_endpoints_tell_no_password() -> None:
    url = "http://me:secret@127.0.0.1:9/v1?token=secret"
    with asking(models.chat_model(settings(url))) as asker:
        (state,) = asker.endpoints
    assert state.address == "http://127.0.0.1:9/v1" and "secret" not in repr(state)
