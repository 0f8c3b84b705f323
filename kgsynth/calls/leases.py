"""Leases: two processes on one database never do each other's work twice.

A process claims the sources it is about to ask for and gives each claim back in the transaction
that writes the result. The claims of a process that is gone are free at once on the same machine,
elsewhere after a time of silence by the server's clock, so that clocks need not agree.
"""

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from kgsynth.errors import KgsynthError
from kgsynth.ids import content_id
from kgsynth.store import Row, Store

BEAT = 20.0
SILENCE = 90.0


@cache
def _host() -> str:
    """One value for all processes that can see each other's process ids."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        boot, space = str(uuid.getnode()), ""
    return content_id("Host", socket.gethostname(), boot, space)


def bury(store: Store, *, remote: bool = False) -> None:
    """Frees the leases of processes that are gone, where there are any.

    Those of other machines (`remote`) only where this process has seen them silent for long: after
    an outage of the database everybody seems silent at first.
    """
    here = _host()
    gone = [row["id"] for row in store.read("lease/workers") if _gone(row, here, remote)]
    if gone:
        store.script("lease/leave", ids=gone)


def _gone(row: Row, here: str, remote: bool) -> bool:
    if row["host"] != here or row["started"] is None:
        return remote and bool(row["silent"] > SILENCE * 1000)
    return bool(_started(row["pid"]) != row["started"])


def _started(pid: int) -> float | None:
    """When a process of this machine started, by a clock that nobody sets.

    None: there is no such process, or no /proc to look at; then silence alone counts.
    """
    try:
        # Field 22 of proc(5), in ticks since the machine started; names may hold blanks.
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return float(text.rpartition(")")[2].split()[19])
    except OSError:
        return None


class Worker:
    """This process at one task. Build it with `working`."""

    def __init__(self, store: Store, task: str) -> None:
        self.store, self.task = store, task
        self.id = uuid.uuid4().hex
        self.steady = time.monotonic()
        self.properties = {
            "host": _host(),
            "pid": os.getpid(),
            "started": _started(os.getpid()),
            "task": task,
        }

    def lease(self, source: str) -> str:
        """Id of the lease on a source of this task."""
        return content_id("Lease", self.task, source)

    def claim(self, sources: Sequence[str]) -> tuple[list[str], int]:
        """The sources that are this process's from now on, and how many another one holds."""
        bury(self.store, remote=time.monotonic() - self.steady > SILENCE)
        rows = sorted(
            ({"id": self.lease(source), "source": source} for source in sources),
            key=lambda row: row["id"],
        )
        found = self.store.change("lease/claim", rows=rows, worker=self.id, claim=uuid.uuid4().hex)
        mine = {row["source"] for row in found if row["claimed"]}
        elsewhere = sum(row["elsewhere"] for row in found)
        return [source for source in sources if source in mine], elsewhere

    def beat(self) -> None:
        """Says that this process is at work; `steady` is since when it could do so in time."""
        began = time.monotonic()
        self.store.script("lease/beat", id=self.id, properties=self.properties)
        if time.monotonic() - began > BEAT:
            self.steady = time.monotonic()

    def tidy(self) -> None:
        """Frees leases whose process is not even on record."""
        self.store.script("lease/leave", ids=[])


@contextmanager
def working(store: Store, task: str) -> Iterator[Worker]:
    """This process as a worker at a task, until the block ends; its leases end with it."""
    worker = Worker(store, task)
    worker.beat()
    done = threading.Event()

    def beats() -> None:
        while not done.wait(BEAT):
            try:
                worker.beat()
            except KgsynthError:
                worker.steady = time.monotonic()  # the database is away

    threading.Thread(target=beats, name="kgsynth-beat", daemon=True).start()
    try:
        yield worker
    finally:
        done.set()
        # Else the leases end by silence, or when the next process sees that this one is gone.
        with suppress(KgsynthError):
            store.script("lease/leave", ids=[worker.id])
