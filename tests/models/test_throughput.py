"""2,000 requests, one of three servers dead, the others troubled for a part of the time.

The servers are processes of their own. What the healthy part allows is measured side by side, at
the same time and through the same client, so that a busy machine slows both: the same requests to
two servers that are well.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from kgsynth import models
from kgsynth.config import ModelSettings
from kgsynth.models import Endpoint, Generation, Response, asking

ROOT = Path(__file__).parents[2]
COUNT, CONCURRENCY = 2_000, 20
BEGIN, END = 400, 1_000  # answers after which the trouble begins and ends
RATE = 15.0  # requests a second that a server takes while it limits them: fewer than it could


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
            for _ in range(5)
        ]
        for process in processes:
            stack.callback(process.terminate)
        yield [Lab(one.stdout.readline().decode().strip()) for one in processes if one.stdout]


def ask(
    labs: list[Lab], name: str, at: dict[int, Callable[[], None]]
) -> tuple[list[float], dict[str, Endpoint]]:
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
        states = {one.address: one for one in asker.endpoints}
    assert len(texts) == COUNT == len(set(texts.values()))
    return came, states


@pytest.mark.parametrize("trouble", ["storm", "rate"])
def test_throughput_under_trouble(labs: list[Lab], trouble: str) -> None:
    one, other, dead, *well = labs
    dead.change(dead=True)

    def change(**some: Any) -> None:
        one.change(**some)
        other.change(**some)

    begin, end = {
        "storm": (partial(change, storm=0.5), partial(change, storm=0.0)),
        "rate": (partial(change, rate=RATE), partial(change, rate=None)),
    }[trouble]
    with ThreadPoolExecutor() as threads:
        beside = threads.submit(ask, well, f"beside-{trouble}", {})
        came, states = ask([one, other, dead], trouble, {BEGIN: begin, END: end})
        allowed, _ = beside.result()
    seconds = allowed[-1]
    if trouble == "rate":
        # While they limit, the two allow no more than their rate.
        seconds += max(0.0, (END - BEGIN) / (2 * RATE) - (allowed[END - 1] - allowed[BEGIN - 1]))
    share = seconds / came[-1]
    ended = [lab.counters() for lab in (one, other, dead)]
    refused = sum(lab["by_name"].get("429", 0) for lab in ended)
    print(f"{trouble}: {share:.0%} of what the healthy part allows ({came[-1]:.1f} s beside "
          f"{allowed[-1]:.1f} s), {refused} times 429")  # fmt: skip
    assert share >= 0.8
    assert refused > 100  # there was trouble
    # Paid for twice is at most what was lost on its way here; nothing was asked of the dead.
    lost = states[one.url].failed + states[other.url].failed
    assert COUNT <= sum(lab["ok"] for lab in ended) <= COUNT + lost <= COUNT + 10
    assert ended[2]["ok"] == 0 and states[dead.url].failed < 100
