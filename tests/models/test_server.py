"""OpenAI-compatible servers: what is sent, what comes back, and every way it can go wrong."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from lab.model_server import Say, Server, completion, serve

from kgsynth import models
from kgsynth.config import ModelSettings
from kgsynth.errors import KgsynthError
from kgsynth.models import Generation, ModelError, Response

KEY = "sk-never-to-be-shown-0123456789"
PLAIN = Generation(temperature=0.5, max_tokens=32)


def settings(*servers: Server | str, **more: Any) -> ModelSettings:
    urls = tuple(one if isinstance(one, str) else one.url for one in servers)
    return ModelSettings("asker", "openai", "tiny", urls, "KGSYNTH_TEST_KEY", **more)


def ask(
    chosen: ModelSettings,
    texts: list[str],
    generation: Generation = PLAIN,
    patience: float = 0,
) -> list[Response | ModelError]:
    conversations = [[("system", "You count."), ("user", text)] for text in texts]
    replies = dict(models.respond(models.chat_model(chosen), conversations, generation, patience))
    return [replies[place] for place in range(len(texts))]


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGSYNTH_TEST_KEY", KEY)


def last(request: dict[str, Any]) -> str:
    return str(request["messages"][-1]["content"])


def test_a_reply_with_all_it_says() -> None:
    def reply(request: dict[str, Any], attempt: int) -> Say:
        return Say(completion("seven", message={"reasoning": "three and four"}))

    with serve(reply) as server:
        (said,) = ask(settings(server), ["3 + 4?"])
    assert isinstance(said, Response)
    assert (said.text, said.finish_reason, said.model) == ("seven", "stop", "tiny")
    assert (said.input_tokens, said.output_tokens) == (11, 7)
    assert said.reasoning == "three and four"
    assert said.seconds > 0
    assert server.authorizations == {f"Bearer {KEY}"}


def test_what_is_sent() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    with serve(lambda request, attempt: Say(completion("1"))) as server:
        chosen = settings(server, options={"extra_body": {"top_k": 5}})
        ask(chosen, ["a", "b"], Generation(0.5, 32, 0.9, 3, json_schema=schema))
        ask(chosen, ["a"], Generation(0.5, 32, 0.9, 3, regex="[0-9]+"))
        ask(chosen, ["a"], Generation(0.5, 32, 0.9, 4))
    by_text: dict[str, list[dict[str, Any]]] = {}
    for request in server.requests:
        by_text.setdefault(last(request), []).append(request)
    first, second, third = by_text["a"]
    assert first["messages"][0] == {"role": "system", "content": "You count."}
    assert (first["temperature"], first["top_p"], first["max_tokens"]) == (0.5, 0.9, 32)
    assert first["response_format"]["json_schema"]["schema"] == schema
    assert first["top_k"] == second["top_k"] == 5
    assert second["structured_outputs"] == {"regex": "[0-9]+"}
    assert "response_format" not in second and "structured_outputs" not in third
    # One seed for a batch is another number for each conversation, always the same one.
    assert first["seed"] == second["seed"] != third["seed"]
    assert by_text["b"][0]["seed"] != first["seed"]


def test_all_are_answered_with_no_more_at_a_time_than_allowed() -> None:
    with serve(lambda request, attempt: Say(completion(last(request)), wait=0.02)) as server:
        replies = ask(settings(server, concurrency=5), [f"number {n}" for n in range(40)])
    assert [said.text for said in replies if isinstance(said, Response)] == [
        f"number {n}" for n in range(40)
    ]
    assert 2 <= server.most_in_flight <= 5


def test_replies_come_as_they_arrive() -> None:
    def reply(request: dict[str, Any], attempt: int) -> Say:
        return Say(completion("x"), wait=0.8 if last(request) == "slow" else 0)

    with serve(reply) as server:
        model = models.chat_model(settings(server))
        conversations = [[("user", "slow")], [("user", "fast")]]
        places = [place for place, _ in models.respond(model, conversations, PLAIN)]
    assert places == [1, 0]


def test_several_addresses_take_turns_and_one_that_is_down_is_passed_over() -> None:
    with (
        serve(lambda request, attempt: Say(completion("one"))) as one,
        serve(lambda request, attempt: Say(completion("two"))) as two,
    ):
        replies = ask(settings(one, two, "http://127.0.0.1:9/v1"), ["x"] * 12)
    assert all(isinstance(said, Response) for said in replies)
    assert len(one.requests) >= 4 and len(two.requests) >= 4
    assert len(one.requests) + len(two.requests) == 12


DUE = datetime.now(UTC) + timedelta(hours=10)
LATER = format_datetime(DUE, usegmt=True)
TOO_LONG = {"error": {"message": "This model's maximum context length is 10 tokens.", "code": 400}}
FAULTS: dict[str, tuple[Say, str, bool, bool]] = {
    "too long": (Say(TOO_LONG, 400), "prompt too long", False, False),
    "too large": (Say({}, 413), "prompt too long", False, False),
    "filtered": (Say({"error": {"message": "content_policy_violation"}}, 400), "refused", False,
                 False),
    "bad request": (Say({"error": {"message": "no such field"}}, 400), "bad request", True, False),
    "wrong key": (Say({"error": {"message": f"wrong key {KEY}"}}, 401), "unauthorised", True, True),
    "forbidden": (Say({}, 403), "unauthorised", True, True),
    "no model": (Say({"error": {"message": "no model"}}, 404), "model not found", True, True),
    "too many": (Say({}, 429, {"Retry-After": "17"}), "rate limited", True, False),
    "too many, by date": (Say({}, 429, {"Retry-After": LATER}), "rate limited", True, False),
    "no money": (Say({"error": {"message": "x", "code": "insufficient_quota"}}, 429),
                 "quota used up", True, True),
    "timeout there": (Say({}, 408), "timeout", True, False),
    "broken": (Say(b"<html>oops</html>", 500), "server error", True, False),
    "gateway": (Say(b"<html>oops</html>", 502), "server error", True, False),
    "hangs": (Say(completion("late"), wait=3), "timeout", True, False),
    "drips": (Say(completion("slow"), drip=0.05), "timeout", True, False),
    "cut off": (Say(b"{", headers={"Content-Length": "4000"}, end="close"), "connection lost",
                True, False),
    "error with 200": (Say({"error": {"message": "out of memory"}}), "bad reply", True, False),
    "no choices": (Say({**completion("x"), "choices": None}), "bad reply", True, False),
    "HTML with 200": (Say(b"<html>hello</html>"), "bad reply", True, False),
    "not UTF-8": (Say(b'{"id": "\xff\xfe'), "bad reply", True, False),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_that_items_error_only(fault: str) -> None:
    say, reason, transient, fatal = FAULTS[fault]

    def reply(request: dict[str, Any], attempt: int) -> Say:
        return say if last(request) == "bad" else Say(completion("good"))

    with serve(reply) as server:
        good, bad, also = ask(settings(server, timeout=1.0), ["good", "bad", "good"])
    assert isinstance(good, Response) and isinstance(also, Response)
    assert isinstance(bad, ModelError), bad
    assert (bad.reason, bad.transient, bad.fatal) == (reason, transient, fatal)
    assert KEY not in str(bad) and KEY not in repr(bad.__cause__)
    if fault.startswith("too many"):
        assert bad.retry_after is not None
        due = (DUE - datetime.now(UTC)).total_seconds()
        assert bad.retry_after == pytest.approx(due if "date" in fault else 17, abs=60)


@pytest.mark.parametrize(
    ("body", "text", "finish_reason"),
    [
        (completion(None), "", "stop"),
        (completion("", message={"reasoning": "hm"}), "", "stop"),
        (completion("half a", finish_reason="length"), "half a", "length"),
        (completion(None, message={"refusal": "I won't."}), "I won't.", "refusal"),
        (completion("", finish_reason="content_filter"), "", "refusal"),
        (completion("<think>never closed"), "<think>never closed", "stop"),
    ],
)
def test_odd_replies_are_replies(body: dict[str, Any], text: str, finish_reason: str) -> None:
    with serve(lambda request, attempt: Say(body)) as server:
        (said,) = ask(settings(server), ["x"])
    assert isinstance(said, Response)
    assert (said.text, said.finish_reason) == (text, finish_reason)


def test_nobody_listens() -> None:
    (said,) = ask(settings("http://127.0.0.1:9/v1"), ["x"], patience=0)
    assert isinstance(said, ModelError)
    assert (said.reason, said.transient, said.fatal) == ("unreachable", True, False)


def test_passing_faults_are_tried_again_a_few_times() -> None:
    told = threading.Event()

    def reply(request: dict[str, Any], attempt: int) -> Say:
        if told.is_set():
            return Say(completion("now"))
        told.set()
        return Say({}, 429, {"Retry-After": "0.1"})

    with serve(reply) as server:
        (said,) = ask(settings(server), ["x"], patience=1)
    assert isinstance(said, Response) and len(server.requests) == 2


def test_who_stops_reading_gives_up_what_is_in_flight() -> None:
    def reply(request: dict[str, Any], attempt: int) -> Say:
        return Say(completion("x"), wait=0 if last(request) == "0" else 5)

    with serve(reply) as server:
        model = models.chat_model(settings(server))
        replies = models.respond(model, [[("user", str(n))] for n in range(8)], PLAIN)
        started = time.monotonic()
        assert next(replies)[0] == 0
        replies.close()  # type: ignore[attr-defined]
        assert time.monotonic() - started < 4


def test_a_missing_key_is_said_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KGSYNTH_TEST_KEY")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(KgsynthError, match="set KGSYNTH_TEST_KEY"):
        models.chat_model(ModelSettings("asker", "openai", "tiny", (), "KGSYNTH_TEST_KEY"))


def test_a_server_of_ones_own_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KGSYNTH_TEST_KEY")
    with serve(lambda request, attempt: Say(completion("hi"))) as server:
        (said,) = ask(settings(server, concurrency=3), ["x"])
    assert isinstance(said, Response)


def test_the_key_shows_nowhere_in_the_model() -> None:
    model = models.chat_model(settings("http://127.0.0.1:9/v1"))
    assert KEY not in repr(model) and KEY not in json.dumps(model.model_dump(), default=str)
