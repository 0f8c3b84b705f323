"""Fixtures of the private server's tests: real servers, each in a project folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from kgsynth.server import local
from kgsynth.store import open_store

SIZES = {"heap": "512m", "pagecache": "64m"}
COMMAND = [sys.executable, "-m", "kgsynth"]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="package", autouse=True)
def _quick_java() -> Iterator[None]:
    """Servers that are started often and do little: half the start goes into optimising code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")
        yield


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project whose server runs; its folder's name holds what breaks careless quoting."""
    project = tmp_path_factory.mktemp("a projéct's folder")
    local.start(project, **SIZES)
    yield project
    local.stop(project)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A new project folder; a server that a test leaves behind in it is stopped."""
    (tmp_path / "kgsynth.toml").write_text('[db]\nheap = "512m"\npagecache = "64m"\n')
    yield tmp_path
    local.stop(tmp_path)


@pytest.fixture
def kgsynth() -> Run:
    """Runs the command line in a folder and gives what it printed."""

    def run(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=folder,
            input=stdin,
            capture_output=True,
            text=True,
            env=without_neo4j(),
            timeout=300,
            check=False,
        )

    return run


def without_neo4j() -> dict[str, str]:
    """The environment without a server of the developer's own."""
    return {key: value for key, value in os.environ.items() if not key.startswith("NEO4J_")}


def create_nodes(project: Path, count: int) -> None:
    """Writes nodes into the running server of a project."""
    server = local.status(project)
    assert server is not None
    with open_store(server.connection) as store:
        store.write_text("UNWIND range(1, $count) AS i CREATE (:Thing {i: i})", {"count": count})


def count_nodes(project: Path) -> int:
    """Number of nodes in the running server of a project."""
    server = local.status(project)
    assert server is not None
    with open_store(server.connection) as store:
        return int(store.value("server/node-count"))


def kill(project: Path) -> None:
    """Ends the server of a project as a crash does."""
    server = local.status(project)
    assert server is not None
    process = psutil.Process(server.pid)
    process.kill()
    process.wait(10)
