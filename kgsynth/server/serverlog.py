"""Why the server did not start: the reason from its own log, as one line a person can act on."""

import re
from pathlib import Path

from kgsynth.errors import KgsynthError

# What the log says (any case) -> what to do about it. The first that is found holds.
REMEDIES = {
    "no space left on device": "The disk is full: free some space and start again.",
    "disk quota exceeded": "Your disk quota is used up: free some space and start again.",
    "lock file has been locked by another process": (
        "Another process uses this database: stop it first."
    ),
    "could not reserve enough space": "There is not that much memory: choose a smaller --heap.",
    "insufficient memory for the java runtime": (
        "There is not that much memory: choose a smaller --heap or --pagecache."
    ),
    "outofmemoryerror": "The heap is too small for this database: choose a larger --heap.",
    "too small maximum heap": "The heap is too small: choose a larger --heap.",
    "exceeds physical memory": (
        "The machine has not that much memory: choose a smaller --heap or --pagecache."
    ),
    "recovery not possible": (
        "Its transaction log is damaged: go back to a dump with `kgsynth db load FILE --yes`, or "
        "begin anew with `kgsynth db wipe`; the stored model responses stay."
    ),
}
TELLING = re.compile(r"\b(?:Caused by|ERROR|Error|Exception)\b[:\s]+(.*)")
EXCEPTION_NAME = re.compile(r"^(?:[\w$]+\.)+[\w$]+(?:Exception|Error)?:\s*")


class PortTaken(KgsynthError):
    """Another process took one of the server's ports."""


def failure(log: Path, begin: int) -> KgsynthError:
    """The error to raise for a server that ended; its log is read from byte `begin`."""
    text = tail(log, begin)
    if "address already in use" in text.lower():
        return PortTaken(f"Neo4j did not start: {reason(text)}")
    return KgsynthError(f"Neo4j did not start: {reason(text)} (log: {log})")


def broken(debug_log: Path, problem: str) -> KgsynthError:
    """The error to raise for a server whose database cannot serve; the cause is in `debug_log`."""
    text = tail(debug_log, 0)
    start = text.rfind('"Failed to start DatabaseId')
    told = reason(text[start:].replace("\\n", "\n")) if start >= 0 else problem
    return KgsynthError(f"Neo4j runs, but its database did not start: {told} (log: {debug_log})")


def reason(text: str) -> str:
    """What to do, where a log shows a known problem; else the innermost cause that it names."""
    lowered = text.lower()
    if remedy := next((advice for sign, advice in REMEDIES.items() if sign in lowered), None):
        return remedy
    told = [EXCEPTION_NAME.sub("", found[1].strip()) for found in TELLING.finditer(text)]
    lines = [line.strip() for line in text.splitlines()]
    return next(filter(None, [*reversed(told), *reversed(lines)]), "it said nothing")


def tail(log: Path, begin: int) -> str:
    """The log from byte `begin` on, at most its last 200 kB."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(begin, size - 200_000))
            return file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""


def rotate(log: Path, limit: int = 10_000_000) -> None:
    """Sets a log of more than `limit` bytes aside as `.1`."""
    if log.exists() and log.stat().st_size > limit:
        log.replace(log.with_name(log.name + ".1"))


def last_lines(log: Path, count: int) -> list[str]:
    """The last `count` lines of the log (within its last 200 kB)."""
    return tail(log, 0).splitlines()[-count:] if count else []
