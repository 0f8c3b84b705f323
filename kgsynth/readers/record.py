"""What reading gives: records, faults with their place, and files that were left out."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

RAW = 2_000
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file as it was named, and the line or row (from 1)."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Record:
    """One object of the input, its values as they were read; `size` is what it takes, about."""

    place: Place
    values: dict[str, Any]
    size: int = field(default=0, compare=False)

    def reject(self, reason: str, detail: str = "") -> "Fault":
        """This record as a fault, with the values as its raw text."""
        short = {key: value[:RAW] if isinstance(value, str) else value
                 for key, value in self.values.items()}  # fmt: skip
        raw = json.dumps(short, ensure_ascii=False, default=str)
        return Fault(self.place, reason, detail, storable(raw))


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be used. `reason` is one of few, `detail` belongs to this case."""

    place: Place
    reason: str
    detail: str = ""
    raw: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return _CONTROL.sub(_escaped, storable(f"{self.place}: {self.reason}{detail}"))


def _escaped(match: re.Match[str]) -> str:
    return repr(match[0])[1:-1]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out, with its kind (the suffix, or what it is)."""

    file: str
    kind: str


Item = Record | Fault | Skipped


class TwiceError(ValueError):
    """A JSON object that says a key twice."""


def storable(raw: str | bytes) -> str:
    """The first 2,000 characters in a form that Neo4j takes: no NUL, no lone surrogates."""
    if isinstance(raw, bytes):
        raw = raw[: 4 * RAW].decode("utf-8", "backslashreplace")
    text = raw[:RAW].encode("utf-8", "backslashreplace").decode("utf-8")
    return text.replace("\0", "\\x00")[:RAW]


def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object of its pairs, for `object_pairs_hook`. Raises TwiceError for a key said twice.

    The json module would keep the last value and drop the others.
    """
    values = dict(pairs)
    if len(values) < len(pairs):
        raise TwiceError
    return values


def unstorable(text: str) -> str | None:
    """Why a text cannot be stored, or None."""
    if "\0" in text:
        return "holds a NUL byte"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "holds a lone surrogate"
    return None


class UnreadableError(ValueError):
    """A file that cannot be read: one of few reasons, and what it was here."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def decode(data: bytes) -> str:
    """UTF-8, or UTF-16 with a byte order mark. Raises UnicodeDecodeError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")
