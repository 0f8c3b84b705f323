"""A scripted OpenAI-compatible server on 127.0.0.1: what it says is a function of the request."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Say:
    """One HTTP reply. `body` is sent as it is when it is bytes; `drip` is seconds per byte."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0


def completion(text: str | None, **more: Any) -> dict[str, Any]:
    """A chat completion with one choice."""
    message = {"role": "assistant", "content": text, **more.pop("message", {})}
    return {
        "id": "1", "object": "chat.completion", "created": 1, "model": "tiny",
        "choices": [{"index": 0, "message": message,
                     "finish_reason": more.pop("finish_reason", "stop")}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}, **more,
    }  # fmt: skip


class Server:
    """The requests that came in, and how many at a time."""

    def __init__(self, reply: Callable[[dict[str, Any]], Say]) -> None:
        self.reply, self.requests = reply, list[dict[str, Any]]()
        self.authorizations = set[str]()
        self.in_flight = self.most_in_flight = 0
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.handle(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"

    def handle(self, http: BaseHTTPRequestHandler) -> None:
        request = json.loads(http.rfile.read(int(http.headers["Content-Length"])))
        with self.lock:
            self.requests.append(request)
            self.authorizations.add(http.headers["Authorization"])
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        say = self.reply(request)
        time.sleep(say.wait)
        with self.lock:
            # Before the reply leaves: the client may ask again as soon as it has read it.
            self.in_flight -= 1
        body = say.body if isinstance(say.body, bytes) else json.dumps(say.body).encode()
        try:
            http.send_response(say.status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
            for name, value in {**headers, **say.headers}.items():
                http.send_header(name, value)
            http.end_headers()
            for part in [body[n : n + 1] for n in range(len(body))] if say.drip else [body]:
                http.wfile.write(part)
                http.wfile.flush()
                time.sleep(say.drip)
        except OSError:
            pass  # the client gave up, as some tests want it to


@contextmanager
def serve(reply: Callable[[dict[str, Any]], Say]) -> Iterator[Server]:
    """Runs a server while the block runs."""
    server = Server(reply)
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()
        thread.join()
