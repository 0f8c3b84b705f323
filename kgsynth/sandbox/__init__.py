"""Runs Python that a model wrote, where it can read, reach and keep nothing of ours.

A program sees the standard library and LIBRARIES (those that are installed), a folder of its own in
memory, and /dev/null. It has no network, starts no process, and has bounded time, memory, threads,
disk and output. Linux only; `kgsynth.sandbox.boot` tells the layers. A level counts by what a
program that tries to get out (`escapes.py`) finds open; where every level is open, nothing is run.
"""

import importlib.util
import json
import os
import re
import select
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, Literal

from kgsynth.errors import KgsynthError
from kgsynth.sandbox import seccomp

Status = Literal[
    "ok", "failed", "timed out", "out of memory", "out of disk", "too much output", "refused"
]
Level = tuple[str, ...]

LIBRARIES = ("mpmath", "networkx", "numpy", "scipy", "sympy")
SECONDS, WALL = 5, 3.0  # of CPU time, whatever else the machine does; by the clock so many times
MEMORY, DISK, THREADS = 2**30, 2**24, 64  # bytes of address space, bytes of its folder
OUTPUT, TAIL = 2**16, 2**12  # bytes that a program may write; of its errors the end is kept
# Strongest first; all have seccomp and rlimits. Landlock alone: no folder to write to, no threads.
LEVELS: tuple[Level, ...] = (("namespaces", "landlock"), ("namespaces",), ("landlock",))

_FOLDER, _READY = "/program", b"\x06"
_BOOT = Path(__file__).with_name("boot.py")
_ESCAPES = Path(__file__).with_name("escapes.py")
_ENVIRONMENT = {
    "HOME": _FOLDER,
    "TMPDIR": _FOLDER,
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",  # a printed set is the same each time
    "PYTHONUTF8": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
_ENDS: tuple[tuple[Status, re.Pattern[str]], ...] = (
    ("out of memory", re.compile(r"\S*MemoryError\b")),
    ("out of disk", re.compile(r".*\[Errno (?:27|28)\]")),
    ("refused", re.compile(r"PermissionError\b|.*\[Errno (?:1|13|30)\]|\S*gaierror\b")),
    ("refused", re.compile(r"RuntimeError: can't start new thread")),
    ("refused", re.compile(rf"FileNotFoundError: .*: '(?:/(?!{_FOLDER[1:]}/)|\.\./)")),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a program: its output, the end of what it wrote as errors, wall seconds."""

    status: Status
    stdout: str
    stderr: str
    seconds: float

    @property
    def error(self) -> str:
        """The last line of its errors: the name of the exception and what it says."""
        return self.stderr.rstrip().rpartition("\n")[2]


def run(
    program: str,
    *,
    stdin: str = "",
    seconds: int = SECONDS,
    memory: int = MEMORY,
    output: int = OUTPUT,
    level: Level | None = None,
) -> Outcome:
    """Runs a program to its end, or to one of its limits.

    `seconds` of CPU time, and WALL times as many by the clock; `memory` and `output` in bytes. A
    program that ends of trying what it may not do is `refused`. Raises KgsynthError where no
    sandbox can be had.
    """
    layers = best() if level is None else level
    source = program.encode("utf-8", "replace")
    settings = {
        "layers": layers,
        "readable": _readable(),
        "libraries": {name: str(folder) for name, folder in libraries().items()},
        "filter": seccomp.build(threads="namespaces" in layers).hex(),
        "seconds": seconds,
        "memory": memory,
        "disk": DISK,
        "threads": THREADS,
        "length": len(source),
    }
    started = time.monotonic()
    with _held(source + stdin.encode("utf-8", "replace")) as given:
        process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-S", "-B", _BOOT, json.dumps(settings)],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,  # Ctrl-C is ours to handle
        )
    assert process.stdout and process.stderr
    with process.stdout as out, process.stderr as err:
        try:
            written, errors, stopped = _watch(
                process.pid, out, err, started + WALL * seconds, output
            )
        finally:
            os.kill(process.pid, signal.SIGKILL)  # it has no children that could outlive it
            _, ended, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(ended)
    told = errors.decode("utf-8", "replace")
    if not written.startswith(_READY):
        raise KgsynthError(
            "The sandbox does not start: "
            f"{told.rstrip().rpartition(chr(10))[2] or f'it ended with {process.returncode}'}."
        )
    spent = used.ru_utime + used.ru_stime >= seconds - 0.1
    return Outcome(
        stopped or _status(process.returncode, told, spent),
        written[1:].decode("utf-8", "replace"),
        told,
        time.monotonic() - started,
    )


def run_many(
    programs: Iterable[str], *, workers: int | None = None, **limits: Any
) -> Iterator[Outcome]:
    """The outcomes of programs in their order, at most `workers` (a core each) at a time.

    `limits` are those of `run`. Takes programs as they are needed. Raises KgsynthError where no
    sandbox can be had.
    """
    workers = workers or len(os.sched_getaffinity(0))
    limits["level"] = limits.get("level") or best()
    pool = ThreadPoolExecutor(workers)
    running: deque[Future[Outcome]] = deque()
    try:
        for program in programs:
            running.append(pool.submit(run, program, **limits))
            if len(running) > 2 * workers:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def best() -> Level:
    """The strongest level that holds here. Raises KgsynthError with what to do where none does."""
    wrong = {}
    for level in LEVELS:
        if not (found := probe(level)):
            return level
        wrong[" + ".join(level)] = found
    told = "; ".join(f"{name}: {found}" for name, found in wrong.items())
    raise KgsynthError(
        f"No sandbox can be had here, so nothing that a model programmed is run ({told}). It takes "
        "Linux on x86_64 or aarch64 with user namespaces (`sysctl user.max_user_namespaces`, "
        "`kernel.unprivileged_userns_clone`) or, from Linux 6.2 on, with Landlock (in the kernel's "
        "`lsm=` list); a container must allow one of the two."
    )


@cache
def probe(level: Level) -> str:
    """What is wrong with a level of confinement on this machine; empty where it holds."""
    if sys.platform != "linux" or not seccomp.supported():
        return f"not on {sys.platform} {os.uname().machine}"
    _compile()
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder, "secret")
        secret.write_text("secret")
        asked = {
            "secret": str(secret),
            "parent": os.getpid(),
            "memory": MEMORY,
            "environment": [name for name in os.environ if name not in _ENVIRONMENT],
        }
        try:
            outcome = run(
                _ESCAPES.read_text(encoding="utf-8"), stdin=json.dumps(asked), level=level
            )
        except (KgsynthError, OSError) as error:
            return str(error)
    if outcome.status != "ok":
        return f"{outcome.status}: {outcome.error}"
    try:
        return ", ".join(json.loads(outcome.stdout))
    except ValueError:
        return f"says {outcome.stdout!r}"


@cache
def libraries() -> dict[str, Path]:
    """The folders of the LIBRARIES that are installed: programs may import these."""
    found = {name: importlib.util.find_spec(name) for name in LIBRARIES}
    return {n: Path(s.origin).parent for n, s in found.items() if s is not None and s.origin}


@cache
def _readable() -> list[str]:
    """What a program needs of the machine's files: Python's library, shared ones, LIBRARIES."""
    system = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
    places = {Path(os.__file__).parent, Path(sys.base_prefix, "lib"), *map(Path, system)}
    for name, folder in libraries().items():
        places |= {folder, folder.with_name(f"{name}.libs")}
    there = {place for place in places if place.exists()}
    return sorted(str(place) for place in there if not there & {*place.parents})


def _compile() -> None:
    """Lets Python compile LIBRARIES where it has not: a program could not keep what it compiled."""
    fresh = [
        name
        for name, folder in libraries().items()
        if not Path(importlib.util.cache_from_source(str(folder / "__init__.py"))).exists()
    ]
    if fresh:
        subprocess.run(
            [sys.executable, "-c", f"import {', '.join(fresh)}"],
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
            check=True,
        )


def _held(data: bytes) -> IO[bytes]:
    """A file in memory that can be read and not written."""
    with open(os.memfd_create("program"), "wb") as file:
        file.write(data)
        file.flush()
        return open(f"/proc/self/fd/{file.fileno()}", "rb", buffering=0)


def _watch(
    pid: int, out: IO[bytes], err: IO[bytes], deadline: float, most: int
) -> tuple[bytes, bytes, Status | None]:
    """Output, the end of the errors, and why the process must be stopped, if it has not ended."""
    written, errors, total = bytearray(), b"", 0
    with selectors.DefaultSelector() as selector:
        selector.register(out, selectors.EVENT_READ)
        selector.register(err, selectors.EVENT_READ)
        while selector.get_map():
            if (left := deadline - time.monotonic()) <= 0:
                return bytes(written), errors, "timed out"
            for key, _ in selector.select(left):
                if not (chunk := os.read(key.fd, 2**16)):
                    selector.unregister(key.fileobj)
                elif key.fileobj is out:
                    written += chunk
                else:
                    errors = (errors + chunk)[-TAIL:]
                total += len(chunk)
            if total > most:
                return bytes(written[:most]), errors, "too much output"
    process = os.pidfd_open(pid)
    try:
        ended = select.select([process], [], [], max(0, deadline - time.monotonic()))[0]
    finally:
        os.close(process)
    return bytes(written), errors, None if ended else "timed out"


def _status(code: int, told: str, spent: bool) -> Status:
    """What a process ended of; `spent`: its CPU time was used up."""
    if code == 0:
        return "ok"
    if code == -signal.SIGKILL:
        return "timed out" if spent else "out of memory"
    if code == -signal.SIGSYS:
        return "refused"
    last = told.rstrip().rpartition("\n")[2]
    return next((status for status, pattern in _ENDS if pattern.match(last)), "failed")
