"""Fetching: against a real HTTP server on this machine that can be told to misbehave."""

import hashlib
import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kgsynth.errors import KgsynthError
from kgsynth.server import fetch
from kgsynth.server.artifacts import Jar


class Repository(ThreadingHTTPServer):
    """Serves jars by path; `cut` ends an answer early, `ranges` False ignores what is asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.cut: Counter[str] = Counter()
        self.busy: Counter[str] = Counter()
        self.ranges = True

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def add(self, name: str, size: int) -> Jar:
        content = os.urandom(size)
        jar = Jar(f"org.example:{name}:1.0", "lib", size, hashlib.sha256(content).hexdigest())
        self.files[f"/{jar.url_path}"] = content
        return jar


class Handler(BaseHTTPRequestHandler):
    server: Repository

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.asked.append((self.path, asked))
        if self.server.busy[self.path] > 0:
            self.server.busy[self.path] -= 1
            self.send_response(429)
            self.send_header("Retry-After", "1")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        content = self.server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        begin = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.server.ranges else 0
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        if self.server.cut[self.path] > 0:
            self.server.cut[self.path] -= 1
            self.wfile.write(content[begin : begin + len(content) // 2])
            self.close_connection = True
            return
        self.wfile.write(content[begin:])

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def repository() -> Iterator[Repository]:
    with Repository() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_fetches_all_and_leaves_no_parts(repository: Repository, tmp_path: Path) -> None:
    jars = [repository.add(f"jar{i}", 1000 * i + 1) for i in range(40)]
    fetch.fetch(jars, tmp_path, [repository.base])
    assert fetch.damaged(tmp_path, jars) == []
    assert not list(tmp_path.glob("*/*.part"))


def test_goes_on_with_a_half_fetched_file(repository: Repository, tmp_path: Path) -> None:
    jar = repository.add("half", 100_000)
    part = tmp_path / f"{jar.path}.part"
    part.parent.mkdir()
    part.write_bytes(repository.files[f"/{jar.url_path}"][:60_000])
    fetch.fetch([jar], tmp_path, [repository.base])
    assert repository.asked == [(f"/{jar.url_path}", "bytes=60000-")]
    assert fetch.damaged(tmp_path, [jar]) == []


def test_a_server_without_ranges_starts_the_file_anew(
    repository: Repository, tmp_path: Path
) -> None:
    jar = repository.add("half", 100_000)
    repository.ranges = False
    part = tmp_path / f"{jar.path}.part"
    part.parent.mkdir()
    part.write_bytes(b"x" * 60_000)
    fetch.fetch([jar], tmp_path, [repository.base])
    assert fetch.damaged(tmp_path, [jar]) == []


def test_a_cut_connection_is_gone_on_with(repository: Repository, tmp_path: Path) -> None:
    jar = repository.add("cut", 1_000_000)
    repository.cut[f"/{jar.url_path}"] = 1
    fetch.fetch([jar], tmp_path, [repository.base])
    assert fetch.damaged(tmp_path, [jar]) == []
    ranges = [asked for _, asked in repository.asked]
    assert ranges[0] is None
    assert ranges[1] is not None


def test_a_busy_server_is_asked_again(repository: Repository, tmp_path: Path) -> None:
    jar = repository.add("busy", 1000)
    repository.busy[f"/{jar.url_path}"] = 1
    fetch.fetch([jar], tmp_path, [repository.base])
    assert fetch.damaged(tmp_path, [jar]) == []


@pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
def test_a_damaged_cache_repairs_itself(
    repository: Repository, tmp_path: Path, damage: str
) -> None:
    jars = [repository.add(f"jar{i}", 5000) for i in range(3)]
    fetch.fetch(jars, tmp_path, [repository.base])
    repository.asked.clear()
    file = tmp_path / jars[1].path
    if damage == "gone":
        file.unlink()
    else:
        content = file.read_bytes()
        file.write_bytes(content[:100] if damage == "cut" else b"\0" + content[1:])
    assert fetch.damaged(tmp_path, jars) == [jars[1]]
    fetch.fetch(jars, tmp_path, [repository.base])
    assert fetch.damaged(tmp_path, jars) == []
    assert [path for path, _ in repository.asked] == [f"/{jars[1].url_path}"]


def test_what_is_not_the_pinned_file_is_refused(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "ATTEMPTS", 2)
    jar = repository.add("forged", 5000)
    repository.files[f"/{jar.url_path}"] = os.urandom(5000)
    with pytest.raises(KgsynthError, match=r"forged:1\.0 .*not the pinned file") as caught:
        fetch.fetch([jar], tmp_path, [repository.base])
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.glob("lib/*"))


def test_a_jar_nobody_has_fails_at_once(repository: Repository, tmp_path: Path) -> None:
    jar = repository.add("known", 1000)
    lost = Jar("org.example:lost:1.0", "lib", 10, "0" * 64)
    with pytest.raises(KgsynthError, match=r"No Maven repository has org\.example:lost:1\.0"):
        fetch.fetch([lost, jar], tmp_path, [repository.base])
    assert sum(path.endswith("lost-1.0.jar") for path, _ in repository.asked) == 1


def test_the_second_repository_is_asked_when_the_first_lacks_it(
    repository: Repository, tmp_path: Path
) -> None:
    jar = repository.add("second", 1000)
    fetch.fetch([jar], tmp_path, [f"{repository.base}/empty", repository.base])
    assert fetch.damaged(tmp_path, [jar]) == []


def test_no_network_is_one_line_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "ATTEMPTS", 2)
    jar = Jar("org.example:far:1.0", "lib", 10, "0" * 64)
    with pytest.raises(KgsynthError, match="check the network or the proxy") as caught:
        fetch.fetch([jar], tmp_path, ["http://127.0.0.1:9"])
    assert "\n" not in str(caught.value)


def test_a_disk_too_small_is_told_before_anything_is_fetched(
    repository: Repository, tmp_path: Path
) -> None:
    huge = Jar("org.example:huge:1.0", "lib", 1 << 60, "0" * 64)
    with pytest.raises(KgsynthError, match="free some space or set KGSYNTH_CACHE"):
        fetch.fetch([huge], tmp_path, [repository.base])
    assert repository.asked == []


def test_a_disk_that_fills_up_meanwhile_is_told(repository: Repository, tmp_path: Path) -> None:
    jar = repository.add("full", 100_000)
    part = tmp_path / f"{jar.path}.part"
    part.parent.mkdir()
    part.symlink_to("/dev/full")
    with pytest.raises(KgsynthError, match=r"No space left on device.*free some space"):
        fetch.fetch([jar], tmp_path, [repository.base])


def test_several_at_once_fetch_everything_once(repository: Repository, tmp_path: Path) -> None:
    jars = [repository.add(f"jar{i}", 50_000) for i in range(20)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: fetch.fetch(jars, tmp_path, [repository.base]), range(4)))
    assert fetch.damaged(tmp_path, jars) == []
    assert len(repository.asked) == len(jars)
