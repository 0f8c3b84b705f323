"""The jars of the private server, pinned by coordinate, size and sha256 in `artifacts.json`."""

import hashlib
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LOCK = Path(__file__).with_name("artifacts.json")


@dataclass(frozen=True, slots=True)
class Jar:
    """One file of the lock; `coordinate` is `group:artifact:version[:classifier]` as in Maven."""

    coordinate: str
    folder: str
    size: int
    sha256: str

    @property
    def path(self) -> str:
        """Path below the cache. The group is part of it: two groups share artifact names."""
        group, rest = self.coordinate.split(":", 1)
        return f"{self.folder}/{group}.{rest.replace(':', '-')}.jar"

    @property
    def url_path(self) -> str:
        """Path below the base address of a Maven repository."""
        group, artifact, version, *classifier = self.coordinate.split(":")
        name = "-".join([artifact, version, *classifier])
        return f"{group.replace('.', '/')}/{artifact}/{version}/{name}.jar"


@cache
def versions() -> dict[str, str]:
    """Versions of `neo4j`, `browser` and `gds` that the lock holds."""
    found: dict[str, str] = json.loads(LOCK.read_bytes())["versions"]
    return found


@cache
def jars() -> tuple[Jar, ...]:
    """Every jar of the lock, in its order."""
    entries = json.loads(LOCK.read_bytes())["jars"]
    return tuple(Jar(e["jar"], e["folder"], e["size"], e["sha256"]) for e in entries)


def cache_folder() -> Path:
    """The per-user cache that all projects share: KGSYNTH_CACHE, else the platform's own place."""
    from platformdirs import user_cache_path

    given = os.environ.get("KGSYNTH_CACHE")
    return Path(given).expanduser().resolve() if given else user_cache_path("kgsynth")


def server_folder() -> Path:
    """Folder of this lock's jars (`lib/`, `plugins/`); another lock gets another folder."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:8]
    return cache_folder() / f"neo4j-{versions()['neo4j']}-{digest}"
