"""Waits until a starting server answers, and says meanwhile that it is alive."""

import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

from kgsynth.config import Connection
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.progress import QUIET_SECONDS, say
from kgsynth.server import process, serverlog
from kgsynth.server.home import Home

# A start on less would leave half a database; with nothing left a server hangs instead of ending.
NEEDED = 100 << 20
NOTHING_LEFT = 1 << 20


class Broken(KgsynthError):
    """The server runs, but its database came to a stop: a full disk or a damaged log."""


class StillStarting(KgsynthError):
    """The server needs longer than the caller would wait; it is left to go on."""


def wait(connection: Connection, home: Home, pid: int, timeout: float, log_begin: int = 0) -> None:
    """Waits until the server answers Cypher and GDS tells its version.

    Raises KgsynthError with the reason from the log (read from byte `log_begin`) when the server
    ends, Broken when its database cannot serve, StillStarting after `timeout` seconds.
    """
    begin = time.monotonic()
    with heartbeat(home) as beat:
        while not answers(connection):
            if not process.is_server(pid, home.folder):
                raise serverlog.failure(home.log, log_begin)
            if shutil.disk_usage(home.folder).free < NOTHING_LEFT:
                raise disk_full(home)
            if time.monotonic() - begin > timeout:
                raise StillStarting(
                    f"Neo4j has not answered for {timeout:.0f} s and goes on starting (`kgsynth db "
                    "logs --follow` shows it): say `kgsynth db start` again to wait, or stop it "
                    "with `kgsynth db stop`."
                )
            beat()
            time.sleep(0.1)


def disk_full(home: Home) -> KgsynthError:
    """The error to raise when the disk of the project has no room for a server."""
    free = shutil.disk_usage(home.folder).free
    return KgsynthError(f"The disk of {home.project} has {free >> 20} MB left and Neo4j needs "
                        f"{NEEDED >> 20} MB: free some space and start it again.")  # fmt: skip


def answers(connection: Connection) -> bool:
    """Whether the server answers a query that needs both Neo4j and GDS.

    Raises KgsynthError when it refuses the login, Broken when its database needs a restart.
    """
    from neo4j.exceptions import AuthError

    from kgsynth.store import open_store

    if not listens(connection.uri):
        return False
    try:
        with open_store(replace(connection, database="system"), patience=0) as system:
            databases = system.read("server/database-status")
        if any(database["message"] for database in databases):
            raise Broken(databases[0]["message"])
        if not any(database["status"] == "online" for database in databases):
            return False
        with open_store(connection, patience=0) as store:
            return bool(store.value("server/gds-version"))
    except (UsageError, Broken):
        raise
    except KgsynthError as error:
        if isinstance(error.__context__, AuthError):
            raise KgsynthError(
                "The private server refuses the password that was remembered for it: write the one "
                "that was set since into .kgsynth/server.json of the project."
            ) from error
        return False


def listens(uri: str) -> bool:
    """Whether something accepts connections there."""
    address = urlsplit(uri)
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address.hostname or "", address.port or 0)) == 0


@contextmanager
def heartbeat(home: Home) -> Iterator[Callable[[], None]]:
    """A function to call now and then: shows the seconds on a terminal, else a line at times."""
    begin = spoken = time.monotonic()
    terminal = sys.stderr.isatty()

    def beat() -> None:
        nonlocal spoken
        now = time.monotonic()
        if terminal:
            print(f"\rStarting Neo4j: {now - begin:.0f} s", end="", file=sys.stderr, flush=True)
        elif now - spoken >= QUIET_SECONDS:
            spoken = now
            last = " ".join(serverlog.last_lines(home.log, 1))
            say(f"Starting Neo4j: {now - begin:.0f} s, its log says: {last}")

    try:
        yield beat
    finally:
        if terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
