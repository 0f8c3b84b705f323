"""Asking OpenAI-compatible servers: four endpoints beside one, which should be four times as fast.

The servers are scripted processes of their own that take half a second for an answer. So many
questions go to one endpoint, and as many to four, with 8 requests in flight for each; beside them a
plain client that asks one endpoint with 8 threads and does nothing else.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from benchmarks.sides import against, row
from kgsynth import models
from kgsynth.config import ModelSettings
from kgsynth.models import Generation, Response, asking

ROOT = Path(__file__).parents[1]
EACH = 8  # requests in flight at an endpoint
SECONDS = 0.5  # for one answer


@contextmanager
def serving(number: int) -> Iterator[list[str]]:
    """Addresses of so many scripted servers."""
    with TemporaryDirectory(prefix="kgsynth-bench-") as folder:
        script = Path(folder) / "script.json"
        script.write_text(f'{{"latency": [{SECONDS}, {SECONDS}]}}')
        command = [sys.executable, "-m", "tests.lab.model_server", "--script", str(script)]
        processes = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for _ in range(number)
        ]
        try:
            yield [one.stdout.readline().strip() for one in processes if one.stdout]
        finally:
            for process in processes:
                process.terminate()
                process.wait()


def asked(urls: list[str], number: int) -> float:
    """Seconds for so many questions, all answered, none twice."""
    settings = ModelSettings("asker", "openai", "m", tuple(urls), concurrency=EACH * len(urls))
    todo, answers = list(range(number)), set[str]()
    started = time.perf_counter()
    with asking(models.chat_model(settings)) as asker:
        while todo or asker.in_flight:
            for _ in range(min(asker.room, len(todo))):
                place = todo.pop()
                asker.submit(place, [("user", f"What is {place}?")], Generation(0.5, 32))
            for _, reply in asker.arrived():
                assert isinstance(reply, Response)
                answers.add(reply.text)
    assert len(answers) == number
    return time.perf_counter() - started


def plainly(url: str, number: int) -> float:
    """The same by threads that post and wait."""

    def ask(place: int) -> str:
        body = {"model": "m", "temperature": 0.5, "max_tokens": 32,
                "messages": [{"role": "user", "content": f"What is {place}?"}]}  # fmt: skip
        reply = requests.post(f"{url}/chat/completions", json=body, timeout=60).json()
        return str(reply["choices"][0]["message"]["content"])

    started = time.perf_counter()
    with ThreadPoolExecutor(EACH) as threads:
        assert len(set(threads.map(ask, range(number)))) == number
    return time.perf_counter() - started


def measure(size: int) -> list[dict[str, Any]]:
    """Rows for one endpoint, four, and a plain client of one; `size` questions for four."""
    with serving(4) as urls:
        few = max(EACH, size // 4)
        rows = [
            row("one endpoint", asked(urls[:1], few), few, "questions", size),
            row("four endpoints", asked(urls, size), size, "questions"),
            row("threads, one endpoint", plainly(urls[0], few), few, "questions", size),
        ]
    return against(rows, ours=1)
