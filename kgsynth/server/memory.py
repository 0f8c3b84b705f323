"""Heap and page cache of the private server: given, from `[db]` of kgsynth.toml, or by machine."""

import re
from dataclasses import dataclass
from pathlib import Path

from kgsynth.config import read_toml
from kgsynth.errors import UsageError

MB, GB = 1 << 20, 1 << 30
SIZE = re.compile(r"\d+[kmg]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Memory:
    """Sizes as Java and Neo4j write them (`512m`, `2g`)."""

    heap: str
    pagecache: str


def choose(project: Path, heap: str | None, pagecache: str | None) -> Memory:
    """Sizes from the arguments, then `[db]` of the project's kgsynth.toml, then the machine's.

    Raises UsageError for a size that is not a number with k, m or g.
    """
    table = read_toml(project).get("db", {})
    given = {key for key, value in table.items() if not isinstance(value, dict)}
    if unknown := sorted(given - {"heap", "pagecache"}):
        raise UsageError(f"[db]: unknown setting {', '.join(unknown)}; known are heap, pagecache.")
    automatic = by_machine(machine_memory())
    return Memory(
        checked("heap", heap or table.get("heap") or automatic.heap),
        checked("pagecache", pagecache or table.get("pagecache") or automatic.pagecache),
    )


def checked(name: str, size: object) -> str:
    """The size in lower case. Raises UsageError when it is none."""
    if not isinstance(size, str) or not SIZE.fullmatch(size):
        raise UsageError(f"{name} {size!r} is not a size: write a number with k, m or g, as 2g.")
    return size.lower()


def by_machine(total: int) -> Memory:
    """A sixth of the memory (bytes) for the heap and an eighth for the page cache.

    The rest is for the model server beside it. Above 31 GB a heap loses its short pointers.
    """
    return Memory(
        f"{min(max(total // 6, 512 * MB), 31 * GB) // MB}m",
        f"{min(max(total // 8, 128 * MB), 64 * GB) // MB}m",
    )


def machine_memory() -> int:
    """Memory of this machine, or of the container it is, in bytes."""
    import psutil

    total: int = psutil.virtual_memory().total
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        path = Path(limit)
        if path.is_file() and (text := path.read_text(encoding="ascii").strip()).isdigit():
            total = min(total, int(text))
    return total
