"""The fault laboratory: the real command killed again and again, and the database under it.

A whole recipe runs against a model server that fails now and then. It is killed at random moments
and started again until it ends; the graph must be that of an undisturbed run, and the server's own
count says what was paid twice. `make torture` kills more often, with another seed each time.
"""

import json
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import blake2b
from pathlib import Path

import psutil
import pytest
from lab.model_server import FAULTS, Body, Say, Server, answer, serve
from project import Project, snapshot

from kgsynth.config import Connection
from kgsynth.server import local
from kgsynth.store import Store, open_store

pytestmark = pytest.mark.neo4j

KILLS = int(os.environ.get("KGSYNTH_KILLS", "25"))
SEED = int(os.environ.get("KGSYNTH_SEED", "1"))
CONCURRENCY, BATCH = 8, 8
# Passing faults: what comes in the end is a function of the request alone.
PASSING = ("429", "500", "502", "reset", "short", "not-json", "html-200")


class Model:
    """A model server that answers by the request alone, after some failures by the attempt."""

    def __init__(self) -> None:
        self.paid: Counter[str] = Counter()
        self.lock = threading.Lock()

    def __call__(self, body: Body, attempt: int) -> Say:
        text = json.dumps(body, sort_keys=True)
        draw = random.Random(f"{SEED}|{attempt}|{text}")
        wait = draw.uniform(0.01, 0.08)
        if attempt < 3 and draw.random() < 0.15:
            said = FAULTS[draw.choice(PASSING)](body)
            return Say(said.body, said.status, said.headers, wait, end=said.end)
        fate = blake2b(text.encode(), digest_size=1).digest()[0] % 10
        good = answer(body)
        if body.get("response_format") is None and fate < 3:
            choice = good["choices"][0]
            if fate == 0:
                choice["message"]["content"] = ""
            elif fate == 1:
                choice["message"]["content"] = choice["message"]["content"][:40]
                choice["finish_reason"] = "length"
            else:
                choice["message"]["content"] = "I would rather talk about the weather of today."
        with self.lock:
            self.paid[text] += 1
        return Say(good, wait=wait)


class Served(Project):
    """A project whose model is behind HTTP."""

    url = ""

    def model(self, name: str) -> None:
        (self.folder / "kgsynth.toml").write_text(
            f'[models.default]\nprovider = "openai"\nmodel = "{name}"\nbase_url = "{self.url}"\n'
            f"concurrency = {CONCURRENCY}\nbatch = {BATCH}\ntimeout = 20.0\n"
        )

    def start(self) -> subprocess.Popen[bytes]:
        with (self.folder / "err.log").open("ab") as log:
            return subprocess.Popen(
                self.recipe(), cwd=self.folder, env=self.env, stdout=subprocess.DEVNULL, stderr=log
            )

    def forget(self) -> None:
        for left in (
            "data.jsonl",
            *(f".kgsynth/responses.db{end}" for end in ("", "-wal", "-shm")),
        ):
            (self.folder / left).unlink(missing_ok=True)


@pytest.fixture
def laboratory() -> Iterator[tuple[Model, Server]]:
    model = Model()
    with serve(model) as server:
        yield model, server


def served(folder: Path, connection: Connection, url: str) -> Served:
    folder.mkdir(exist_ok=True)
    project = Served(folder, connection)
    project.url = url
    project.model("tiny")
    return project


def finish(project: Served) -> None:
    process = project.start()
    assert process.wait(400) == 0, (project.folder / "err.log").read_text()[-3000:]


def wait(process: subprocess.Popen[bytes], seconds: float, enough: Callable[[], bool]) -> None:
    """Waits until it is enough, the process has ended, or the time is over."""
    deadline = time.monotonic() + seconds
    while not enough() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


def never() -> bool:
    return False


@pytest.mark.timeout(600 + 30 * KILLS)
def test_killed_at_random_moments_the_graph_is_that_of_an_undisturbed_run(
    tmp_path: Path, connection: Connection, store: Store, laboratory: tuple[Model, Server]
) -> None:
    model, server = laboratory
    project = served(tmp_path, connection, server.url)
    finish(project)
    undisturbed, exported = snapshot(store), (tmp_path / "data.jsonl").read_bytes()
    alone = set(model.paid)
    assert set(model.paid.values()) == {1}
    store.script("write/wipe")
    project.forget()
    model.paid.clear()
    server.seen.clear()
    draw = random.Random(SEED)
    kills = 0
    for _ in range(KILLS):
        process = project.start()
        before = len(server.requests)
        if draw.random() < 0.7:
            some = before + draw.randint(1, 12)
            wait(process, 20, lambda some=some: len(server.requests) >= some)
            time.sleep(draw.uniform(0, 0.15))
        else:
            wait(process, draw.uniform(0.5, 5), never)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
    finish(project)
    assert kills >= KILLS // 2
    assert snapshot(store) == undisturbed
    assert (tmp_path / "data.jsonl").read_bytes() == exported
    assert set(model.paid) == alone
    # Paid twice: at most what was in flight at a kill.
    assert model.paid.total() - len(model.paid) <= kills * CONCURRENCY
    reasons = store.read_text(
        "MATCH (n:Rejected|Question|Answer) WHERE n:Rejected OR n.status = 'rejected' "
        "RETURN count(n) AS all, count(n.reason) AS told", {})  # fmt: skip
    assert reasons[0]["all"] == reasons[0]["told"] > 0


@pytest.mark.timeout(900)
def test_the_database_killed_under_a_run_costs_nothing(
    tmp_path: Path, connection: Connection, store: Store, laboratory: tuple[Model, Server]
) -> None:
    model, server = laboratory
    finish(served(tmp_path / "alone", connection, server.url))
    undisturbed, alone = snapshot(store), Counter(model.paid)
    model.paid.clear()
    server.seen.clear()
    own = local.start(tmp_path / "own", heap="768m", pagecache="128m")
    with ExitStack() as stack:
        stack.callback(local.stop, tmp_path / "own")
        there = Connection(own.uri, own.username, own.password)
        project = served(tmp_path / "own", there, server.url)
        process = project.start()
        stack.callback(process.wait)
        stack.callback(process.kill)
        for calls in (20, 45):
            wait(process, 200, lambda calls=calls: model.paid.total() >= calls)
            assert process.poll() is None, (project.folder / "err.log").read_text()[-2000:]
            java = local.status(tmp_path / "own")
            assert java is not None
            server_process = psutil.Process(java.pid)
            server_process.kill()
            server_process.wait(30)
            again = local.start(tmp_path / "own", heap="768m", pagecache="128m")
            assert again.uri == own.uri
        assert process.wait(400) == 0, (project.folder / "err.log").read_text()[-3000:]
        with open_store(there) as other:
            assert snapshot(other) == undisturbed
        assert model.paid == alone
        assert "serves again" in (project.folder / "err.log").read_text()
