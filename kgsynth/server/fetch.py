"""Fetches the pinned jars: in parallel, resumable, verified, safe for several processes at once."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

from kgsynth.errors import KgsynthError
from kgsynth.progress import Progress, progress, say
from kgsynth.server import artifacts
from kgsynth.server.artifacts import Jar

if TYPE_CHECKING:
    from requests import Response, Session

ATTEMPTS = 5
PARALLEL = 8
CHUNK = 1 << 16
TIMEOUT = (10, 20)
MARGIN = 16 << 20
DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


def ensure_jars() -> Path:
    """Folder with every jar of the lock, verified; what is missing or damaged is fetched first.

    Raises KgsynthError when the network or the disk does not allow it; what was fetched is kept.
    """
    folder = artifacts.server_folder()
    if damaged(folder, artifacts.jars()):
        fetch(artifacts.jars(), folder, repositories())
    return folder


def repositories() -> list[str]:
    """Base addresses of Maven repositories: KGSYNTH_MAVEN_REPO, else those jgo knows."""
    if given := os.environ.get("KGSYNTH_MAVEN_REPO"):
        return [given.rstrip("/")]
    from jgo.maven import MavenContext

    return [url.rstrip("/") for url in MavenContext().remote_repos.values()]


def damaged(folder: Path, jars: Sequence[Jar]) -> list[Jar]:
    """Jars that are not in the folder with their size and sha256 (0.3 s for the whole lock)."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        verdicts = pool.map(lambda jar: intact(folder / jar.path, jar), jars)
        return [jar for jar, good in zip(jars, verdicts, strict=True) if not good]


def intact(path: Path, jar: Jar) -> bool:
    """Whether the file is there with the jar's size and sha256."""
    return path.is_file() and path.stat().st_size == jar.size and sha256(path) == jar.sha256


def sha256(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(jars: Sequence[Jar], folder: Path, bases: Sequence[str]) -> None:
    """Fetches what the folder lacks of `jars`. A second process waits and then finds it done.

    Raises KgsynthError as `ensure_jars` does.
    """
    from filelock import FileLock, Timeout

    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            say("Another process is fetching the server; waiting for it.")
            lock.acquire()
        try:
            missing = damaged(folder, jars)
            check_space(folder, missing)
            download_all(missing, folder, bases)
        finally:
            lock.release()


def check_space(folder: Path, missing: Sequence[Jar]) -> None:
    """Raises KgsynthError when the disk cannot hold what is missing."""
    fetched = sum(part.stat().st_size for part in folder.glob("*/*.part"))
    needed = sum(jar.size for jar in missing) - fetched + MARGIN
    free = shutil.disk_usage(folder).free
    if missing and free < needed:
        raise KgsynthError(
            f"The server needs {needed >> 20} MB in {folder}, where {free >> 20} MB are free: free "
            "some space or set KGSYNTH_CACHE to a folder on another disk."
        )


def download_all(missing: Sequence[Jar], folder: Path, bases: Sequence[str]) -> None:
    """Downloads the jars in parallel; the first failure ends the others at their next chunk."""
    if not missing:
        return
    import requests

    total = sum(jar.size for jar in missing)
    say(f"Fetching Neo4j {artifacts.versions()['neo4j']} with GDS and Browser: {len(missing)} "
        f"files, {total / 1e6:.0f} MB, into {folder}")  # fmt: skip
    stop, counting = Event(), Lock()
    with (
        progress("Fetching", total=round(total / 1e6), unit="MB") as shown,
        requests.Session() as session,
        ThreadPoolExecutor(PARALLEL) as pool,
    ):
        session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=PARALLEL))
        count = byte_counter(shown, counting)
        try:
            largest_first = sorted(missing, key=lambda jar: -jar.size)
            futures = [
                pool.submit(download, jar, folder, Source(session, bases, count, stop))
                for jar in largest_first
            ]
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def byte_counter(shown: Progress, counting: Lock) -> Callable[[int], None]:
    """A counter of bytes for many threads that advances the progress in whole megabytes."""
    fetched = 0

    def count(size: int) -> None:
        nonlocal fetched
        with counting:
            before, fetched = fetched, fetched + size
            if step := fetched // 10**6 - before // 10**6:
                shown.advance(step)

    return count


@dataclass(frozen=True, slots=True)
class Source:
    """Where jars come from, who counts their bytes, and whether to go on."""

    session: "Session"
    bases: Sequence[str]
    count: Callable[[int], None]
    stop: Event


def download(jar: Jar, folder: Path, source: Source) -> None:
    """Fetches one jar onto a `.part` file that later runs go on with; renamed when verified.

    Raises KgsynthError after `ATTEMPTS` failures, or at once when no repository has the jar.
    """
    import requests

    path = folder / jar.path
    part = path.with_name(path.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    problem, pause = "", 0.0
    for attempt in range(ATTEMPTS):
        if source.stop.wait(pause):
            return
        pause = 2.0**attempt
        try:
            found = any(append(base, jar, part, source) for base in source.bases)
        except requests.RequestException as error:
            problem, pause = str(error), max(pause, asked_pause(error.response))
            continue
        if source.stop.is_set():
            return
        if not found:
            raise KgsynthError(f"No Maven repository has {jar.coordinate}: set KGSYNTH_MAVEN_REPO "
                               "to the base address of one that does.")  # fmt: skip
        if part.stat().st_size < jar.size:
            problem = "the connection ended early"
        elif intact(part, jar):
            part.replace(path)
            return
        else:
            problem = "what came is not the pinned file"
            part.unlink()
    raise KgsynthError(f"Could not fetch {jar.coordinate} ({problem}): check the network or the "
                       "proxy and say the same again; what was fetched is kept.")  # fmt: skip


def append(base: str, jar: Jar, part: Path, source: Source) -> bool:
    """Fetches what `part` lacks; False when this repository does not have the jar.

    Raises requests.RequestException when the transfer fails.
    """
    have = part.stat().st_size if part.exists() else 0
    if have >= jar.size:
        return True
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    url = f"{base}/{jar.url_path}"
    with source.session.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
        if response.status_code == 404:
            return False
        response.raise_for_status()
        with part.open("ab" if response.status_code == 206 else "wb") as file:
            for chunk in response.iter_content(CHUNK):
                if source.stop.is_set():
                    break
                file.write(chunk)
                source.count(len(chunk))
    return True


def asked_pause(response: "Response | None") -> float:
    """Seconds a busy server asks to wait (`Retry-After`), at most a minute."""
    asked = response.headers.get("Retry-After", "") if response is not None else ""
    return min(float(asked), 60.0) if asked.isdigit() else 0.0


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turns a full or read-only disk into a KgsynthError that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_ERRORS:
            raise
        raise KgsynthError(f"Cannot write to {folder} ({error.strerror}): free some space there, "
                           "or set KGSYNTH_CACHE to another folder.") from error  # fmt: skip
