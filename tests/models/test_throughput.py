"""2,000 requests, one of three servers dead, the others troubled for a part of the time.

The servers are processes of their own. What the healthy part allows is measured side by side, on
the same machine and through the same client: the same requests to the two servers alone.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from kgsynth import models
from kgsynth.config import ModelSettings
from kgsynth.models import Generation, Response, asking

ROOT = Path(__file__).parents[2]
COUNT, CONCURRENCY = 2_000, 48
BEGIN, END = 400, 1_300  # answers after which the trouble begins and ends
RATE = 50.0  # requests a second that a server takes while it limits them


@dataclass(frozen=True)
class Lab:
    url: str

    def change(self, **some: Any) -> None:
        requests.post(self.url.removesuffix("/v1") + "/lab", json=some, timeout=10)

    def counters(self) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(
            self.url.removesuffix("/v1") + "/lab", timeout=10
        ).json()
        return found


@pytest.fixture
def labs(tmp_path: Path) -> Iterator[list[Lab]]:
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"latency": [0.05, 0.5]}))
    command = [sys.executable, "-m", "tests.lab.model_server", "--script", str(script)]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE))
            for _ in range(3)
        ]
        for process in processes:
            stack.callback(process.terminate)
        yield [Lab(one.stdout.readline().decode().strip()) for one in processes if one.stdout]


def ask(labs: list[Lab], name: str, at: dict[int, Callable[[], None]]) -> list[float]:
    """When each answer came; `at`: what happens after so many. Every request has one answer."""
    urls = tuple(one.url for one in labs)
    model = models.chat_model(ModelSettings("asker", "openai", name, urls, concurrency=CONCURRENCY))
    plain = Generation(temperature=0.5, max_tokens=32)
    todo, came, texts = list(range(COUNT)), list[float](), dict[int, str]()
    started = time.monotonic()
    with asking(model) as asker:
        while todo or asker.in_flight:
            for _ in range(min(asker.room, len(todo))):
                place = todo.pop()
                asker.submit(place, [("user", f"What is number {place}?")], plain)
            for place, reply in asker.arrived():
                assert isinstance(reply, Response) and place not in texts
                texts[place] = reply.text
                came.append(time.monotonic() - started)
                at.get(len(came), lambda: None)()
    assert len(texts) == COUNT == len(set(texts.values()))
    return came


@pytest.mark.parametrize("trouble", ["storm", "rate"])
def test_throughput_under_trouble(labs: list[Lab], trouble: str) -> None:
    one, other, dead = labs
    allowed = ask([one, other], f"plain-{trouble}", {})
    before = [lab.counters() for lab in labs]
    dead.change(dead=True)

    def all_to(**some: Any) -> Callable[[], None]:
        return lambda: [lab.change(**some) for lab in (one, other)].clear()

    begin, end = {
        "storm": (all_to(storm=0.5), all_to(storm=0.0)),
        "rate": (all_to(rate=RATE), all_to(rate=None)),
    }[trouble]
    came = ask(labs, trouble, {BEGIN: begin, END: end})
    seconds = allowed[-1]
    if trouble == "rate":
        # While they limit, the two allow no more than their rate.
        seconds += max(0.0, (END - BEGIN) / (2 * RATE) - (allowed[END - 1] - allowed[BEGIN - 1]))
    share = seconds / came[-1]
    after = [lab.counters() for lab in labs]
    refused = sum(lab["by_name"].get("429", 0) for lab in after)
    print(f"{trouble}: {share:.0%} of what the healthy part allows, {refused} times 429")
    assert share >= 0.8
    assert refused > 100  # there was a storm
    # No answer was paid for twice, and none was asked of the dead.
    paid = [new["ok"] - old["ok"] for new, old in zip(after, before, strict=True)]
    assert sum(paid) == COUNT and paid[2] == 0
