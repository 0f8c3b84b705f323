"""Starts, finds and stops the private server of a project folder."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kgsynth.config import Connection
from kgsynth.progress import say
from kgsynth.server import admin, artifacts, memory, process, ready, serverlog
from kgsynth.server.fetch import ensure_jars
from kgsynth.server.home import (
    JVM_OPTIONS,
    Home,
    Identity,
    ensure_identity,
    read_identity,
    write_conf,
    write_private,
)
from kgsynth.server.memory import Memory
from kgsynth.server.swap import undo_unfinished_load

START_SECONDS = 600.0
PORT_TRIES = 3


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """A running server: how to reach it and what it is."""

    uri: str
    username: str
    password: str = field(repr=False)
    browser: str
    pid: int
    version: str
    heap: str
    pagecache: str
    home: str

    @property
    def connection(self) -> Connection:
        """How `store.open_store` reaches the server."""
        return Connection(self.uri, self.username, self.password)


def start(
    project: Path,
    *,
    heap: str | None = None,
    pagecache: str | None = None,
    timeout: float = START_SECONDS,
) -> ServerInfo:
    """Starts the project's server, or finds it running, and waits until Cypher and GDS answer.

    Sizes are as `memory.choose` reads them; a server that runs keeps its own. Raises KgsynthError
    with the reason from the server's log when it does not start; UsageError for a wrong size.
    """
    home = Home(project.resolve())
    home.make()
    with exclusive(home):
        return start_held(home, heap, pagecache, timeout)


def start_held(
    home: Home, heap: str | None, pagecache: str | None, timeout: float = START_SECONDS
) -> ServerInfo:
    """`start` for who holds the project's lock already."""
    wanted = memory.choose(home.project, heap, pagecache)
    if running := find(home):
        try:
            ready.wait(running.connection, home, running.pid, timeout)
            return running
        except ready.Broken as problem:
            say(f"The server runs but cannot serve ({problem}).")
            wanted = Memory(running.heap, running.pagecache)
    if shutil.disk_usage(home.folder).free < ready.NEEDED:
        raise ready.disk_full(home)
    stop_held(home)  # a start that was killed may have left a server behind that nobody knows
    jars = ensure_jars()
    for _ in range(PORT_TRIES - 1):
        try:
            return launch(home, jars, wanted, timeout)
        except serverlog.PortTaken:
            continue  # another process was faster: `launch` chooses anew
    return launch(home, jars, wanted, timeout)


def status(project: Path) -> ServerInfo | None:
    """The project's server when its process runs, else None. Asks nothing of the server."""
    return find(Home(project.resolve()))


def stop(project: Path) -> bool:
    """Stops the project's server; False when none ran."""
    home = Home(project.resolve())
    if not home.state.is_dir():
        return False
    with exclusive(home):
        return stop_held(home)


def stop_held(home: Home) -> bool:
    """`stop` for who holds the project's lock already."""
    pid = known_pid(home) or process.search(home.folder)
    if pid is not None:
        process.end(pid)
    home.pid_file.unlink(missing_ok=True)
    return pid is not None


@contextmanager
def exclusive(home: Home) -> Iterator[None]:
    """Holds the project's lock: two commands that start, stop or move data go one by one."""
    from filelock import FileLock, Timeout

    lock = FileLock(home.lock_file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("Another command is at work on this project's server; waiting for it.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def known_pid(home: Home) -> int | None:
    """Pid from the pid file, if that process is this project's server."""
    try:
        pid = int(json.loads(home.pid_file.read_text(encoding="ascii"))["pid"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return pid if process.is_server(pid, home.folder) else None


def find(home: Home) -> ServerInfo | None:
    """The running server of this home."""
    pid, identity = known_pid(home), read_identity(home)
    if pid is None or identity is None:
        return None
    sizes = Memory(**json.loads(home.pid_file.read_text(encoding="ascii"))["memory"])
    return describe(home, identity, pid, sizes)


def describe(home: Home, identity: Identity, pid: int, sizes: Memory) -> ServerInfo:
    """What a person or a client needs to know of the server."""
    return ServerInfo(
        uri=f"bolt://127.0.0.1:{identity.bolt_port}",
        username=identity.username,
        password=identity.password,
        browser=f"http://127.0.0.1:{identity.http_port}/browser/",
        pid=pid,
        version=artifacts.versions()["neo4j"],
        heap=sizes.heap,
        pagecache=sizes.pagecache,
        home=str(home.folder),
    )


def launch(home: Home, jars: Path, sizes: Memory, timeout: float) -> ServerInfo:
    """Configures and starts the server, and waits until it answers.

    Whatever ends the wait ends the server too, but for a server that needs longer (recovery after
    a crash). Raises PortTaken when another process took a port in between.
    """
    identity = configure(home, jars, sizes)
    if not (home.data / "databases" / "system").exists():
        admin.set_password(home, jars, identity.password)
    serverlog.rotate(home.log)
    log_begin = home.log.stat().st_size if home.log.exists() else 0
    pid = process.spawn(command(home, jars, sizes), home.log)
    try:
        write_private(home.pid_file, json.dumps({"pid": pid, "memory": asdict(sizes)}))
        info = describe(home, identity, pid, sizes)
        ready.wait(info.connection, home, pid, timeout, log_begin)
    except ready.StillStarting:
        raise
    except ready.Broken as problem:
        process.end(pid)
        home.pid_file.unlink(missing_ok=True)
        raise serverlog.broken(home.debug_log, str(problem)) from problem
    except BaseException:
        process.end(pid)
        home.pid_file.unlink(missing_ok=True)
        raise
    return info


def configure(home: Home, jars: Path, sizes: Memory) -> Identity:
    """Makes the server's home ready for itself and its admin command; what is remembered of it."""
    home.make()
    undo_unfinished_load(home)
    identity = ensure_identity(home)
    write_conf(home, identity, jars / "plugins", sizes.heap, sizes.pagecache)
    return identity


def command(home: Home, jars: Path, sizes: Memory) -> list[str]:
    """The command line of the server."""
    return [
        str(process.java()),
        f"-Xmx{sizes.heap}",
        *JVM_OPTIONS,
        f"-XX:ErrorFile={home.log.parent}/crash-%p.log",
        "-cp",
        process.class_path(jars),
        process.MAIN,
        process.home_option(home.folder),
        f"--config-dir={home.conf}",
        "--console-mode",
    ]
