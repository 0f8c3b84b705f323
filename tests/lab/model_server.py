"""A scripted OpenAI-compatible server on 127.0.0.1: what it says, how late, and how it fails.

As a process of its own, `python -m tests.lab.model_server --port 0 --script FILE` prints its
address; in a test, `with serve(script) as server` or `with serve(function) as server`. What a
script says is a function of its seed, the request's body and how often that body came before, so
that a rerun is the same; the text of an answer is a function of the body alone.

A script is a JSON object (fields of `Script`). `POST /lab` with some of its fields changes them at
run time, `GET /lab` gives the counters.
"""

import argparse
import asyncio
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Say:
    """One HTTP reply. `body` is sent as it is when it is bytes.

    `wait`: seconds before it; `drip`: seconds a byte; `end`: 'close' ends the connection after the
    body, 'reset' breaks it before anything is sent, 'stall' sends half and then nothing more.
    """

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0
    end: str = ""
    name: str = ""


@dataclass(frozen=True)
class Script:
    """What the server does when no function says it.

    `latency`: seconds, drawn evenly between the two; `faults`: share of each (names of `FAULTS`);
    `sequence`: names, 'ok' among them, for the first, second, ... time that a body comes; `storm`:
    share of 429 at once; `capacity`: requests at a time, and `rate`: a second, beyond which it is
    429; `retry_after`: seconds that a 429 of these asks for; `dead`: every connection is reset.
    """

    seed: int = 0
    latency: tuple[float, float] = (0.0, 0.0)
    faults: dict[str, float] = field(default_factory=dict)
    sequence: tuple[str, ...] = ()
    storm: float = 0.0
    capacity: int | None = None
    rate: float | None = None
    retry_after: float | None = None
    dead: bool = False


Reply = Callable[[Body, int], Say]


def completion(text: Any, **more: Any) -> Body:
    """A chat completion with one choice."""
    message = {"role": "assistant", "content": text, **more.pop("message", {})}
    return {
        "id": "1", "object": "chat.completion", "created": 1, "model": more.pop("model", "tiny"),
        "choices": [{"index": 0, "message": message,
                     "finish_reason": more.pop("finish_reason", "stop")}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}, **more,
    }  # fmt: skip


def _digest(*what: Any) -> int:
    said = json.dumps(what, sort_keys=True).encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest())


_FIELD = {
    "Sequences": ["Recurrence", "Geometric series", "Limit", "Induction", "Partial sum", "Bound"],
    "Triangles": ["Area", "Law of cosines", "Similarity", "Median", "Incircle", "Angle bisector"],
    "Divisibility": ["Greatest common divisor", "Prime", "Remainder", "Euler totient", "Inverse"],
    "Counting": ["Binomial coefficient", "Permutation", "Inclusion and exclusion", "Bijection"],
    "Matrices": ["Determinant", "Eigenvalue", "Rank", "Trace", "Inverse matrix", "Basis"],
    "Integration": ["Substitution", "Integration by parts", "Antiderivative", "Area", "Limit"],
}


def recipe_text(body: Body) -> str:
    """A reply that the steps of a recipe can use, drawn from the request."""
    from kgsynth.models.fake import recognise

    digest = _digest(body)
    draw = random.Random(digest)
    said = [(one["role"], one["content"]) for one in body["messages"]]
    prompt, inputs = recognise(said)
    kind = prompt.partition("/")[0] if prompt else ""
    if kind == "tag":
        topics = [
            {"topic": topic, "concepts": draw.sample(_FIELD[topic], 4)}
            for topic in draw.sample(sorted(_FIELD), 2)
        ]
        return json.dumps({"level": "College", "subject": "Algebra", "topics": topics})
    if kind == "question":
        names = re.findall(r"^- (.*)$", inputs.get("concepts", ""), re.M) or ["Number"]
        return (
            f"<question>\n<concepts>{names[0]}; {names[-1]}</concepts>\n"
            f"Compute $\\frac{{{digest}}}{{7}}$ and give the remainder of the division.\n"
            "</question>"
        )
    if kind == "answer":
        return (
            "<solution>\nWe divide and keep the remainder, so the number is found as asked.\n"
            f"Final answer: {digest % 7}\n</solution>"
        )
    return f"Reply {digest}."


def answer(body: Body, **more: Any) -> Body:
    """A good answer to a request, with tokens counted by the word."""
    text = recipe_text(body)
    taken = sum(len(str(one["content"]).split()) for one in body["messages"])
    made = len(text.split())
    usage = {"prompt_tokens": taken, "completion_tokens": made, "total_tokens": taken + made}
    return completion(text, model=body.get("model", "tiny"), usage=usage, **more)


def _bytes(body: Body) -> bytes:
    return json.dumps(answer(body)).encode()


def _message(body: Body, **message: Any) -> Say:
    good = answer(body)
    good["choices"][0]["message"] |= message
    return Say(good)


def _choices(body: Body, times: int) -> Say:
    good = answer(body)
    return Say({**good, "choices": good["choices"] * times})


_HTML = b"<html><body><h1>Something went wrong</h1></body></html>"
_CALL = {"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}

# Everything that a server was seen to do instead of answering (reliability.md, R9).
FAULTS: dict[str, Callable[[Body], Say]] = {
    "429": lambda body: Say({"error": {"message": "slow down"}}, 429),
    "429-seconds": lambda body: Say({}, 429, {"Retry-After": "1"}),
    "429-date": lambda body: Say(
        {},
        429,
        {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)},
    ),
    "400": lambda body: Say({"error": {"message": "no such field"}}, 400),
    "too-long": lambda body: Say({"error": {"message": "maximum context length is 10"}}, 400),
    "401": lambda body: Say({"error": {"message": "wrong key"}}, 401),
    "408": lambda body: Say({}, 408),
    "500": lambda body: Say(_HTML, 500, {"Content-Type": "text/html"}),
    "502": lambda body: Say(_HTML, 502, {"Content-Type": "text/html"}),
    "503": lambda body: Say({"error": {"message": "overloaded"}}, 503),
    "reset": lambda body: Say(b"", end="reset"),
    "stall": lambda body: Say(answer(body), end="stall"),
    "drip": lambda body: Say(answer(body), drip=1.0),
    "short": lambda body: Say(_bytes(body)[:50], headers={"Content-Length": "4000"}, end="close"),
    "error-200": lambda body: Say({"error": {"message": "out of memory"}}),
    "html-200": lambda body: Say(_HTML, headers={"Content-Type": "text/html"}),
    "not-json": lambda body: Say(b"here you are:"),
    "half-json": lambda body: Say(_bytes(body)[:-20]),
    "not-utf8": lambda body: Say(b'{"id": "\xff\xfe"}'),
    "nan": lambda body: Say(
        json.dumps({**answer(body), "usage": {"prompt_tokens": float("nan")}}).encode()
    ),
    "no-choices": lambda body: _choices(body, 0),
    "two-choices": lambda body: _choices(body, 2),
    "null-choices": lambda body: Say({**answer(body), "choices": None}),
    "empty": lambda body: _message(body, content=""),
    "null": lambda body: _message(body, content=None),
    "tools": lambda body: _message(body, content=None, tool_calls=[_CALL]),
    "reasoning": lambda body: _message(body, content=None, reasoning="hm"),
    "think": lambda body: _message(body, content="<think>never closed"),
    "surrogate": lambda body: _message(body, content="half \ud800 a pair"),
    "length": lambda body: Say(answer(body, finish_reason="length")),
    "huge": lambda body: _message(body, content="word " * 600_000),
}


class Server:
    """Runs in an event loop; `requests` are the bodies that came in."""

    def __init__(self, script: Script, reply: Reply | None = None) -> None:
        self.script, self.reply, self.url = script, reply, ""
        self.requests: list[Body] = []
        self.authorizations: set[str] = set()
        self.by_name: Counter[str] = Counter()
        self.seen: Counter[int] = Counter()
        self.in_flight = self.most_in_flight = 0
        self._tokens, self._since = 0.0, time.monotonic()

    def counters(self) -> Body:
        """What `GET /lab` gives."""
        return {
            "requests": len(self.requests),
            "ok": self.by_name["ok"],
            "unique": len(self.seen),
            "most_per_body": max(self.seen.values(), default=0),
            "by_name": dict(self.by_name),
            "most_in_flight": self.most_in_flight,
            "script": asdict(self.script),
        }

    def say(self, body: Body) -> Say:
        """The reply to a request, by the function or by the script."""
        attempt = self.seen[_digest(body)]
        self.seen[_digest(body)] += 1
        if self.reply is not None:
            return self.reply(body, attempt)
        script = self.script
        if self._too_much():
            wait = script.retry_after
            headers = {} if wait is None else {"Retry-After": f"{wait:g}"}
            return Say({"error": {"message": "slow down"}}, 429, headers, name="429")
        draw = random.Random(_digest(script.seed, body, attempt))
        wait = draw.uniform(*script.latency)
        if draw.random() < script.storm:
            return Say({"error": {"message": "storm"}}, 429, name="429")
        name = "ok"
        if attempt < len(script.sequence):
            name = script.sequence[attempt]
        elif script.faults:
            shares = {**script.faults, "ok": 1 - sum(script.faults.values())}
            (name,) = draw.choices(list(shares), list(shares.values()))
        said = Say(answer(body)) if name == "ok" else FAULTS[name](body)
        return replace(said, wait=wait, name=name)

    def _too_much(self) -> bool:
        script = self.script
        if script.capacity is not None and self.in_flight > script.capacity:
            return True
        if script.rate is None:
            return False
        now = time.monotonic()
        # The bucket holds what half a second brings.
        self._tokens = min(max(1.0, script.rate / 2),
                           self._tokens + (now - self._since) * script.rate)  # fmt: skip
        self._since = now
        if self._tokens < 1:
            return True
        self._tokens -= 1
        return False

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, with as many requests as come."""
        try:
            # Cancelled only at the end; asyncio would log that as an error.
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._one(reader, writer):
                    pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        if path == "/lab":
            if method == "POST":
                self.change(json.loads(raw))
            return await self._write(writer, Say(self.counters()))
        if self.script.dead:
            writer.transport.abort()
            self.by_name["dead"] += 1
            return False
        body = json.loads(raw)
        self.requests.append(body)
        self.authorizations |= {line.split(": ", 1)[1] for line in head
                                if line.lower().startswith("authorization: ")}  # fmt: skip
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            said = self.say(body)
            await asyncio.sleep(said.wait)
        finally:
            # Before the reply leaves: the client may ask again as soon as it has read it.
            self.in_flight -= 1
        self.by_name[said.name or str(said.status)] += 1
        return await self._write(writer, said)

    async def _write(self, writer: asyncio.StreamWriter, say: Say) -> bool:
        if say.end == "reset":
            writer.transport.abort()
            return False
        body = say.body if isinstance(say.body, bytes) else json.dumps(say.body).encode()
        headers = {
            "Content-Type": "application/json", "Content-Length": str(len(body)),
            "Date": format_datetime(datetime.now(UTC), usegmt=True), **say.headers,
        }  # fmt: skip
        lines = [f"HTTP/1.1 {say.status} Said", *(f"{k}: {v}" for k, v in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        for part in [body[n : n + 1] for n in range(len(body))] if say.drip else [body]:
            writer.write(part[: len(part) // 2] if say.end == "stall" else part)
            await writer.drain()
            await asyncio.sleep(say.drip)
        if say.end == "stall":
            await asyncio.sleep(3600)
        return say.end != "close"

    def change(self, some: Body) -> None:
        """Changes some fields of the script."""
        unknown = set(some) - {one.name for one in fields(Script)}
        if unknown:
            raise ValueError(f"a script has no {unknown}")
        self.script = replace(self.script, **some)


async def _run(server: Server, port: int, ready: Callable[[], object]) -> None:
    listening = await asyncio.start_server(server.connected, "127.0.0.1", port, backlog=1024)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    ready()
    async with listening:
        await listening.serve_forever()


async def _hang_up() -> None:
    open_ = asyncio.all_tasks() - {asyncio.current_task()}
    for task in open_:
        task.cancel()
    await asyncio.gather(*open_, return_exceptions=True)
    await asyncio.sleep(0)  # connections close one turn later


@contextmanager
def serve(what: Script | Reply | None = None, port: int = 0) -> Iterator[Server]:
    """Runs a server in a thread while the block runs."""
    script, reply = (what, None) if isinstance(what, Script) else (Script(), what)
    server, ready = Server(script, reply), threading.Event()
    loop = asyncio.new_event_loop()
    running = loop.create_task(_run(server, port, ready.set))

    def until_stopped() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(running)
        loop.run_until_complete(_hang_up())
        loop.close()

    thread = threading.Thread(target=until_stopped)
    thread.start()
    try:
        assert ready.wait(10), "the server does not start"
        yield server
    finally:
        loop.call_soon_threadsafe(running.cancel)
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script", type=Path, help="a JSON file")
    given = parser.parse_args()
    server = Server(Script())
    if given.script:
        server.change(json.loads(given.script.read_text(encoding="utf-8")))
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(server, given.port, lambda: print(server.url, flush=True)))


if __name__ == "__main__":
    main()
