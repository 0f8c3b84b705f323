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
# Without lookup indexes: a database has its own under another name, which serves as well.
_MADE = re.compile(
    r"CREATE\s(?:FULLTEXT |VECTOR )?(?P<kind>CONSTRAINT|INDEX) (?P<name>\w+) IF NOT EXISTS"
)


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


def defects(store: Store) -> dict[str, str]:
    """What applied versions made and what is not usable now: name -> what is wrong with it.

    Waits for indexes that are being built. Without its constraint a MERGE of two writers makes
    two nodes of one id, and nobody is told.
    """
    done = applied(store)
    found = {row["name"]: row for row in store.read("server/indexes")}
    if any(row["state"] == "POPULATING" for row in found.values()):
        _await_indexes(store)
        found = {row["name"]: row for row in store.read("server/indexes")}
    wrong = {}
    for migration in migrations():
        for statement in migration.statements if migration.version in done else ():
            if (made := _MADE.match(statement)) is None:
                continue
            kind, name = made["kind"].lower(), made["name"]
            row = found.get(name)
            if row is None or (kind == "constraint" and row["constraint"] is None):
                wrong[name] = f"{kind} {name} is missing"
            elif row["state"] != "ONLINE":
                wrong[name] = f"{kind} {name} is {row['state'].lower()}"
    return wrong


def _await_indexes(store: Store) -> None:
    """Waits until indexes are built. The server's error for one that failed tells too little."""
    try:
        store.script("read/await-indexes")
    except KgsynthError:
        raise
    except Exception:
        failed = [row for row in store.read("server/indexes") if row["state"] != "ONLINE"]
        if not failed:
            raise


def _makers(known: list[Migration]) -> dict[str, str]:
    """The last statement that makes each constraint and index: a later version may replace one."""
    statements = (statement for migration in known for statement in migration.statements)
    return {made["name"]: one for one in statements if (made := _MADE.match(one)) is not None}


def mend(store: Store) -> list[str]:
    """Makes again what `defects` finds; returns the names. Raises KgsynthError where it cannot."""
    wrong = defects(store)
    found = {row["name"]: row for row in store.read("server/indexes")}
    for name, statement in _makers(migrations()).items():
        if name in wrong:
            if name in found and found[name]["constraint"] is None:
                store.script("server/drop-index", name=name)  # failed, or another under its name
            try:
                store.script_text(statement, {}, again=True)
            except KgsynthError:
                raise
            except Exception as error:
                raise KgsynthError(
                    f"{name} cannot be made again: {' '.join(str(error).split())[:300]}"
                ) from error
    if wrong:
        _await_indexes(store)
    if left := defects(store):
        raise KgsynthError(f"The schema cannot be mended: {'; '.join(left.values())}.")
    return sorted(wrong)


def migrate(store: Store) -> list[str]:
    """Applies what is missing; returns the versions applied now (none on a second call).

    Schema changes and data writes cannot share a transaction, so each version is recorded right
    after its statements; every statement is `IF NOT EXISTS`, so a crash in between does no harm.
    Raises KgsynthError when an applied file has changed since, the graph is of a newer kgsynth, or
    a constraint or index that was applied is not there any more (see `mend`).
    """
    known, done = migrations(), applied(store)
    if newer := sorted(set(done) - {migration.version for migration in known}):
        raise KgsynthError(
            f"This graph was made by a newer kgsynth (schema {newer[-1]}): upgrade kgsynth."
        )
    if wrong := defects(store):
        raise KgsynthError(
            f"The schema of this graph is damaged ({'; '.join(wrong.values())}): `kgsynth init` "
            "mends it."
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
            store.script_text(statement, {}, again=True)
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
