"""Finding files below the given paths, and opening them, compressed or not."""

import gzip
import os
import stat
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from kgsynth.errors import UsageError
from kgsynth.readers.record import Fault, Place, Skipped, storable

STDIN = "-"
_SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".txt": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".tex": "tex",
    ".ipynb": "ipynb",
    ".pdf": "pdf",
}
KINDS = frozenset(_SUFFIXES.values())
_MAGIC = {b"\x1f\x8b": ".gz", b"\x28\xb5\x2f\xfd": ".zst"}


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read. `name` is shown to people, `inner` is its path within the folder given."""

    name: str
    path: str
    inner: str
    kind: str
    packed: str = ""

    @property
    def place(self) -> Place:
        """The file as a whole."""
        return Place(self.name)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The unpacked bytes; standard input stays open. Raises OSError."""
        stdin = sys.stdin.buffer if self.path == STDIN else None
        packed = _sniff(stdin) if stdin else self.packed
        if packed == ".gz":
            with gzip.open(stdin or self.path, "rb") as stream:
                yield cast(BinaryIO, stream)
        elif packed == ".zst":
            from backports import zstd

            with zstd.open(stdin or self.path, "rb") as stream:
                yield cast(BinaryIO, stream)
        elif stdin:
            yield stdin
        else:
            with open(self.path, "rb") as stream:
                yield stream


def _sniff(stream: BinaryIO) -> str:
    """How standard input is packed, by its first bytes."""
    peek = getattr(stream, "peek", None)
    head: bytes = peek(4) if peek else b""
    return next((packed for magic, packed in _MAGIC.items() if head.startswith(magic)), "")


def kind_of(name: str) -> tuple[str | None, str]:
    """Kind and packing of a file name; the kind is None where it is not known."""
    path = Path(name.lower())
    packed = path.suffix if path.suffix in (".gz", ".zst") else ""
    stem = Path(path.stem) if packed else path
    return _SUFFIXES.get(stem.suffix), packed


def walk(
    paths: Sequence[str], kinds: frozenset[str], format: str | None
) -> Iterator[Found | Fault | Skipped]:
    """Files to read, in order. Folders by name, without hidden files and linked folders.

    Raises UsageError, before anything is read, when there is nothing at a path.
    """
    named = [os.fspath(path) for path in paths]
    for path in named:
        if path != STDIN and not os.path.lexists(path):
            raise UsageError(f"There is no file or folder {storable(path)!r}.")
    for path in named:
        shown = storable(path)
        if path == STDIN:
            yield Found("-", STDIN, "-", format or "jsonl")
        elif os.path.isdir(path):
            yield from _folder(path, kinds)
        else:
            yield _file(path, shown, storable(os.path.basename(path)), kinds, format)


def _folder(top: str, kinds: frozenset[str]) -> Iterator[Found | Fault | Skipped]:
    failed: list[OSError] = []
    for folder, below, files in os.walk(top, onerror=failed.append):
        while failed:
            yield _unreadable(storable(failed[0].filename or top), failed.pop(0))
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in [name for name in below if os.path.islink(os.path.join(folder, name))]:
            yield Skipped(storable(os.path.join(folder, name)), "linked folder")
        for name in sorted(files):
            path = os.path.join(folder, name)
            if name.startswith("."):
                yield Skipped(storable(path), "hidden file")
                continue
            inner = Path(path).relative_to(top).as_posix()
            yield _file(path, storable(path), storable(inner), kinds, None)
    while failed:
        yield _unreadable(storable(failed[0].filename or top), failed.pop(0))


def _file(
    path: str, shown: str, inner: str, kinds: frozenset[str], format: str | None
) -> Found | Fault | Skipped:
    kind, packed = kind_of(path)
    kind = format or kind
    if kind not in kinds:
        suffix = "".join(Path(path).suffixes[-2:] if packed else Path(path).suffixes[-1:])
        return Skipped(shown, storable(suffix) or "no suffix")
    assert kind is not None
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        return _unreadable(shown, error)
    if not stat.S_ISREG(mode):
        return Fault(Place(shown), "not a regular file")
    return Found(shown, path, inner, kind, packed)


def _unreadable(name: str, error: OSError) -> Fault:
    return Fault(Place(name), "cannot be read", error.strerror or type(error).__name__)


def broken(error: Exception, found: Found, line: int) -> Fault | None:
    """The fault that an exception in the middle of a file means; None for a mistake of ours."""
    place = Place(found.name, line + 1 if line else None)
    if isinstance(error, (EOFError, zlib.error, gzip.BadGzipFile)) or (
        type(error).__name__ == "ZstdError"
    ):
        return Fault(place, "compressed data is broken", "what follows is lost")
    if isinstance(error, OSError):
        return _unreadable(found.name, error)
    return None
