"""A run never loses, never repeats, never stalls: kills, signals, budgets, processes side by side.

The model is scripted and logs every request, so what was paid for is counted and not assumed.
"""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from project import Project

from kgsynth import assets
from kgsynth.calls import leases
from kgsynth.config import Connection
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

PROMPTS = Path(__file__).parents[2] / "prompts"

SCRIPT = """
import json, os, pathlib, signal, time
from kgsynth.models.fake import FakeReply

def tags(call):
    concepts = ["Prime", "Divisor", f"Remainder {call.digest}"]
    return json.dumps({"level": "College", "subject": "Algebra",
                       "topics": [{"topic": "Numbers", "concepts": concepts}]})

def quick(call):
    return FakeReply(tags(call), output_tokens=10, input_tokens=40)

def other(call):
    return quick(call)

def slow(call):
    return FakeReply(tags(call), output_tokens=10, input_tokens=40, delay=0.1)

def parrot(call):
    return FakeReply("The same long answer. " * 10, output_tokens=10, input_tokens=40)

def dies(call):
    log = pathlib.Path("calls.log")
    if not pathlib.Path("died").exists() and len(log.read_text().splitlines()) > 120:
        pathlib.Path("died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return quick(call)
"""


class Tagging(Project):
    """128 small documents and a model that tags them."""

    def __init__(self, folder: Path, connection: Connection) -> None:
        super().__init__(folder, connection)
        (folder / "replies.py").write_text(SCRIPT)
        lines = (json.dumps({"text": f"Text {n} on numbers."}) for n in range(128))
        (folder / "docs.jsonl").write_text("\n".join(lines))

    def model(self, name: str, concurrency: int = 4, more: str = "") -> None:
        (self.folder / "kgsynth.toml").write_text(
            f'[models.default]\nprovider = "fake"\nmodel = "{name}"\nbatch = 16\n'
            f"concurrency = {concurrency}\n{more}\n"
            f'options = {{ script = "replies.py:{name}", log = "calls.log" }}\n'
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "said.log").open("wb") as said:
            return subprocess.Popen(
                self.command(*arguments), cwd=self.folder, env=self.env,
                stdout=subprocess.DEVNULL, stderr=said,
            )  # fmt: skip

    def end(self, process: subprocess.Popen[bytes], seconds: float = 60) -> str:
        process.wait(seconds)
        return (self.folder / "said.log").read_text()

    def wait_for(self, calls: int) -> None:
        deadline = time.monotonic() + 60
        while sum(self.asked().values()) < calls:
            assert time.monotonic() < deadline, "the model was not asked"
            time.sleep(0.02)


@pytest.fixture
def tagging(tmp_path: Path, connection: Connection, store: Store) -> Tagging:
    project = Tagging(_made(tmp_path / "one"), connection)
    project.model("quick")
    project.run(project.command("ingest", "documents", "docs.jsonl"))
    return project


def tagged(store: Store) -> int:
    (row,) = store.read_text(
        "MATCH (d:Document)<-[:USED]-(:Call {step: 'tag', status: 'ok'}) "
        "RETURN count(DISTINCT d) AS n", {})  # fmt: skip
    assert store.read_text("MATCH (l:Lease|Worker) RETURN count(l) AS n", {}) == [{"n": 0}]
    return int(row["n"])


def test_killed_after_120_of_128_answers_the_next_run_asks_for_8(
    tagging: Tagging, store: Store
) -> None:
    tagging.model("dies", concurrency=1)
    process = tagging.start("tag")
    assert process.wait(120) == -signal.SIGKILL
    tagging.run(tagging.command("tag"))
    asked = tagging.asked()
    assert tagged(store) == len(asked) == 128
    # The one that was in flight when it was killed is paid twice, and nothing else.
    assert Counter(asked.values()) == {1: 127, 2: 1}


def test_a_change_asks_again_for_what_it_determines_and_for_nothing_else(
    tagging: Tagging, store: Store
) -> None:
    tagging.run(tagging.command("tag"))
    assert sum(tagging.asked().values()) == 128
    with (tagging.folder / "docs.jsonl").open("a") as file:
        file.write('\n{"text": "One more text."}\n{"text": "And another one."}\n')
    tagging.run(tagging.command("ingest", "documents", "docs.jsonl"))
    tagging.run(tagging.command("tag"))
    assert sum(tagging.asked().values()) == 130
    expected = 130
    for change in (
        lambda: tagging.model("other"),
        lambda: tagging.model("other", more="temperature = 0.25"),
        lambda: tagging.model("other", more="temperature = 0.25\nmax_tokens = 300"),
    ):
        change()
        expected += 130
        tagging.run(tagging.command("tag"))
        assert sum(tagging.asked().values()) == expected
        tagging.run(tagging.command("tag"))
        assert sum(tagging.asked().values()) == expected
    # A prompt of one's own; and back to what was asked first, which costs nothing.
    prompts = tagging.folder / "prompts" / "tag"
    prompts.mkdir(parents=True)
    text = (PROMPTS / "tag" / "concepts.md").read_text()
    (prompts / "concepts.md").write_text(text.replace("Index this text", "Index the text"))
    tagging.run(tagging.command("tag"))
    assert sum(tagging.asked().values()) == expected + 130
    (prompts / "concepts.md").unlink()
    tagging.model("quick")
    tagging.run(tagging.command("tag"))
    assert sum(tagging.asked().values()) == expected + 130
    assert tagged(store) == 130


def test_two_processes_share_the_work_and_one_takes_over_when_the_other_dies(
    tagging: Tagging, tmp_path: Path, connection: Connection, store: Store
) -> None:
    second = Tagging(_made(tmp_path / "two"), connection)
    tagging.model("slow")
    second.model("slow")
    running = [tagging.start("tag"), second.start("tag")]
    assert [process.wait(120) for process in running] == [0, 0]
    asked = [tagging.asked(), second.asked()]
    assert all(asked) and not set(asked[0]) & set(asked[1])
    assert sum(map(len, asked)) == sum(sum(a.values()) for a in asked) == tagged(store) == 128
    # Again with another model: one is killed, the other finishes at once all the same.
    for project in (tagging, second):
        (project.folder / "calls.log").unlink()
        project.model("slow", more="temperature = 0.5")
    running = [tagging.start("tag"), second.start("tag")]
    tagging.wait_for(20)
    second.wait_for(8)
    running[0].kill()
    running[0].wait()
    assert running[1].wait(60) == 0
    both = tagging.asked() + second.asked()
    assert len(both) == 128 and max(both.values()) <= 2
    # Paid twice: what was in flight or not yet written at the kill.
    assert sum(both.values()) - 128 <= 16 + 4


def test_shards_split_the_work_with_nothing_in_common(tagging: Tagging, store: Store) -> None:
    dry = [
        json.loads(tagging.run(tagging.command("tag", "--shard", place, "--dry-run", "--json")))
        for place in ("1/3", "2/3", "3/3")
    ]
    assert sum(part["pending"] for part in dry) == 128 and not tagging.asked()
    for place in ("2/3", "1/3", "3/3", "1/3"):
        tagging.run(tagging.command("tag", "--shard", place))
    assert tagged(store) == 128 and set(tagging.asked().values()) == {1}
    assert "1 <= i <= n" in subprocess.run(
        tagging.command("tag", "--shard", "4/3"), cwd=tagging.folder, env=tagging.env,
        capture_output=True, text=True,
    ).stderr  # fmt: skip


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_finishes_what_is_in_flight_and_says_how_to_go_on(
    tagging: Tagging, store: Store, number: signal.Signals, code: int
) -> None:
    tagging.model("slow")
    process = tagging.start("tag")
    tagging.wait_for(30)
    process.send_signal(number)
    said = tagging.end(process)
    assert process.returncode == code, said
    assert "in flight is finished first" in said and "Say the same command again" in said
    asked = tagging.asked()
    assert 30 <= tagged(store) == len(asked) < 128
    tagging.run(tagging.command("tag"))
    assert tagged(store) == 128 and set(tagging.asked().values()) == {1}


def test_the_same_answer_to_everything_stops_the_run(tagging: Tagging, store: Store) -> None:
    tagging.model("parrot")
    process = tagging.start("tag")
    said = tagging.end(process)
    assert process.returncode == 1 and "same" in said.splitlines()[-1], said
    assert 20 <= sum(tagging.asked().values()) <= 24
    tagging.model("quick")
    tagging.run(tagging.command("tag"))
    assert tagged(store) == 128


def test_ctrl_c_twice_stops_now_and_loses_nothing(tagging: Tagging, store: Store) -> None:
    script = (tagging.folder / "replies.py").read_text()
    (tagging.folder / "replies.py").write_text(script.replace("delay=0.1", "delay=30"))
    tagging.model("slow")
    process = tagging.start("tag")
    tagging.wait_for(4)
    started = time.monotonic()
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
    said = tagging.end(process)
    assert process.returncode == 130 and time.monotonic() - started < 15, said
    tagging.model("quick")
    tagging.run(tagging.command("tag"))
    assert tagged(store) == 128


def test_a_budget_stops_the_run_and_the_same_command_spends_no_more(
    tagging: Tagging, store: Store
) -> None:
    # A call is 50 tokens: 20 of them fit.
    out = tagging.run(tagging.command("tag", "--budget", "1000 tokens"))
    assert "budget of 1,000 tokens is used up" in out
    first = sum(tagging.asked().values())
    assert first <= 20 + 4 and first >= 16
    tagging.run(tagging.command("tag", "--budget", "1000 tokens"))
    assert sum(tagging.asked().values()) == first
    tagging.run(tagging.command("tag", "--budget", "2000 tokens"))
    assert first + 10 <= sum(tagging.asked().values()) <= 44
    tagging.run(tagging.command("tag", "--budget", "2$"), code=2)  # no prices are set
    tagging.model("quick", more="price = { input = 1000.0, output = 6000.0 }")  # 0.10 a call
    before = sum(tagging.asked().values())
    tagging.run(tagging.command("tag", "--budget", "0.5h", "--limit", "3"))
    assert sum(tagging.asked().values()) == before + 3
    done = tagging.run(tagging.command("tag", "--budget", "6.60$"))
    assert "budget of 6.60 is used up" in done
    assert sum(tagging.asked().values()) <= 66 + 3 + 4
    tagging.run(tagging.command("tag"))
    assert tagged(store) == 128 and set(tagging.asked().values()) == {1}


def test_a_full_disk_under_the_responses_stops_the_asking_and_loses_nothing(
    tagging: Tagging, store: Store
) -> None:
    # No file may grow beyond 150 kB: for SQLite that is a disk that is full.
    limit = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (150_000,) * 2)"
    code = (
        f"{limit}; sys.argv = ['kgsynth', 'tag']; runpy.run_module('kgsynth', run_name='__main__')"
    )
    with (tagging.folder / "said.log").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=tagging.folder, env=tagging.env,
            stdout=subprocess.DEVNULL, stderr=said,
        )  # fmt: skip
    said_ = tagging.end(process)
    last = said_.strip().splitlines()[-1]
    assert process.returncode == 1 and "Free space" in last, said_
    before = tagging.asked()
    assert 0 < len(before) < 128 and set(before.values()) == {1}
    tagging.run(tagging.command("tag"))
    assert tagged(store) == 128
    # Lost at the full disk: at most what was in flight then.
    assert sum(tagging.asked().values()) - 128 <= 4 + 4


def test_a_recipe_in_two_shards_is_one_run_of_two_machines(
    tmp_path: Path, connection: Connection, store: Store
) -> None:
    alone = Project(_made(tmp_path / "alone"), connection)
    alone.run(alone.recipe())
    asked = alone.asked()
    sizes = store.read("report/graph", domain="mathematics")
    store.script("write/wipe")
    shards = [Project(_made(tmp_path / name), connection) for name in ("one", "two")]

    def start(place: int) -> subprocess.Popen[bytes]:
        project = shards[place - 1]
        with (project.folder / "said.log").open("wb") as said:
            return subprocess.Popen(
                project.recipe("--shard", f"{place}/2"), cwd=project.folder, env=project.env,
                stdout=subprocess.DEVNULL, stderr=said,
            )  # fmt: skip

    # One alone waits for the other's tags, and does so again when it was killed meanwhile.
    for _ in range(2):
        first_alone = start(1)
        deadline = time.monotonic() + 60
        while "waiting for" not in (shards[0].folder / "said.log").read_text():
            assert first_alone.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
        first_alone.kill()
        first_alone.wait()
    assert store.read_text("MATCH (s:ConceptSet) RETURN count(s) AS n", {}) == [{"n": 0}]
    running = [start(1), start(2)]
    codes = [process.wait(200) for process in running]
    said_ = [(project.folder / "said.log").read_text() for project in shards]
    assert codes == [0, 0], said_
    assert store.read("report/graph", domain="mathematics") == sizes
    first, second = (project.asked() for project in shards)
    assert first and second and set(first) | set(second) == set(asked)
    assert set(first.values()) | set(second.values()) == {1}
    # Copies that both write at the same moment are both answered; all else is asked once.
    assert {prompt for prompt, _ in set(first) & set(second)} <= {"answer/solve"}
    assert len(set(first) & set(second)) <= 1


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_leases_of_a_dead_process_are_gone_even_when_nothing_is_left_to_do(
    tagging: Tagging, store: Store
) -> None:
    tagging.run(tagging.command("tag"))
    dead = {"host": leases._host(), "pid": 2**22 - 1, "started": 1.0, "task": "t"}
    store.script("lease/beat", id="w", properties=dead)
    rows = [{"id": "l", "source": "s"}]
    store.write_text(
        assets.query("lease/claim").text, {"rows": rows, "worker": "w", "claim": "c"}
    )  # fmt: skip
    tagging.run(tagging.command("tag"))
    assert tagged(store) == 128
