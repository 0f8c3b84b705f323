"""Schema as versioned files in `cypher/schema/`, applied in order and recorded in the graph.

File names follow neo4j-migrations (`V001__name.cypher`), statements end with `;` at a line's end.
"""

import re
from dataclasses import dataclass

from kgsynth import assets
from kgsynth.errors import KgsynthError
from kgsynth.ids import content_id
from kgsynth.store import Store

_STATEMENT_END = re.compile(r";\s*(?:\n|$)")


@dataclass(frozen=True, slots=True)
class Migration:
    """One schema file: version (`V001`), statements, checksum of the statements."""

    version: str
    name: str
    statements: tuple[str, ...]

    @property
    def checksum(self) -> str:
        """Hash of the statements; comments may change."""
        return content_id(*self.statements)


def migrations() -> list[Migration]:
    """All schema files in order of version."""
    found = []
    for name in assets.names("cypher", "schema"):
        version, _, title = name.removeprefix("schema/").partition("__")
        text = "\n".join(
            line for line in assets.query(name).text.splitlines() if not line.startswith("//")
        )
        statements = tuple(part.strip() for part in _STATEMENT_END.split(text) if part.strip())
        found.append(Migration(version, title, statements))
    return sorted(found, key=lambda migration: migration.version)


def applied(store: Store) -> dict[str, str]:
    """Versions already applied to this database, with their checksums."""
    return {row["id"]: row["checksum"] for row in store.read("read/migrations")}


def migrate(store: Store) -> list[str]:
    """Applies what is missing; returns the versions applied now (none on a second call).

    Schema changes and data writes cannot share a transaction, so each version is recorded right
    after its statements; every statement is `IF NOT EXISTS`, so a crash in between does no harm.
    Raises KgsynthError when an applied file has changed since, or the graph is of a newer kgsynth.
    """
    known, done = migrations(), applied(store)
    if newer := sorted(set(done) - {migration.version for migration in known}):
        raise KgsynthError(
            f"This graph was made by a newer kgsynth (schema {newer[-1]}): upgrade kgsynth."
        )
    fresh = []
    for migration in known:
        if migration.version in done:
            if done[migration.version] != migration.checksum:
                raise KgsynthError(
                    f"cypher/schema/{migration.version}__{migration.name}.cypher was changed after "
                    "it was applied: put it back and add a new version instead."
                )
            continue
        for statement in migration.statements:
            store.script_text(statement, {})
        store.script(
            "write/migration",
            id=migration.version,
            name=migration.name,
            checksum=migration.checksum,
        )
        fresh.append(migration.version)
    if fresh:
        store.script("read/await-indexes")
    return fresh
