"""The store of responses: one SQLite file per project folder, written before anything else happens.

A response is kept under a key made of everything that determined it (design.md, law 1), as raw
text: a changed parser reads it again at no cost. WAL with synchronous=FULL: what `keep` returned
from survives a kill and a power cut (sqlite.org/wal.html).
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from kgsynth.errors import KgsynthError
from kgsynth.ids import content_id
from kgsynth.models import Response

FILE = "responses.db"
_FORMAT = 3
_TABLES = """
CREATE TABLE response (
  key TEXT PRIMARY KEY, base TEXT NOT NULL, sample INTEGER NOT NULL, request TEXT NOT NULL,
  text TEXT NOT NULL, reasoning TEXT, finish_reason TEXT NOT NULL, input_tokens INTEGER,
  output_tokens INTEGER, seconds REAL NOT NULL, model TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) WITHOUT ROWID;
CREATE TABLE claim (
  base TEXT NOT NULL, sample INTEGER NOT NULL, asker TEXT NOT NULL,
  PRIMARY KEY (base, sample), UNIQUE (base, asker)
) WITHOUT ROWID;
"""
# What a run has paid so far, by the role that asked: a budget holds over every restart of a run.
_SPENT = """
CREATE TABLE spent (
  run TEXT NOT NULL, role TEXT NOT NULL, calls INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL, seconds REAL NOT NULL, PRIMARY KEY (run, role)
) WITHOUT ROWID;
"""
# Rows of some thousand bytes belong into a table with a rowid (sqlite.org/withoutrowid.html). What
# was asked is most of what is stored, and is packed.
_PACKED = """
CREATE TABLE packed (
  key TEXT PRIMARY KEY, base TEXT NOT NULL, sample INTEGER NOT NULL, request BLOB NOT NULL,
  text TEXT NOT NULL, reasoning TEXT, finish_reason TEXT NOT NULL, input_tokens INTEGER,
  output_tokens INTEGER, seconds REAL NOT NULL, model TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
INSERT INTO packed SELECT key, base, sample, pack(request), text, reasoning, finish_reason,
  input_tokens, output_tokens, seconds, model, created_at FROM response;
DROP TABLE response;
ALTER TABLE packed RENAME TO response;
"""
_STEPS = (_TABLES, _SPENT, _PACKED)


def call_key(base: str, sample: int) -> str:
    """Key of one call: what is asked, of whom, with which parameters, and the sample number."""
    return content_id("Call", base, sample)


@dataclass(frozen=True, slots=True)
class Kept:
    """A response with what it answers: `request` is kept for people to read."""

    base: str
    sample: int
    request: object
    response: Response

    @property
    def key(self) -> str:
        """Key of the call."""
        return call_key(self.base, self.sample)


@dataclass(frozen=True, slots=True)
class Spent:
    """What answers cost: calls, tokens, seconds of the wall clock."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.calls + other.calls,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.seconds + other.seconds,
        )


class Journal:
    """The responses of a project. Build it with `open_journal`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def claim(self, asks: Sequence[tuple[str, str, int]]) -> list[int]:
        """Sample numbers for (base, asker, least), in order: stable for ever once given.

        Two askers whose requests are the same (one `base`) get different numbers, so that the
        second is a sample of its own and not a copy of the first. No number is below `least`: the
        calls before it may be known to the graph alone (another folder asked them).
        """
        numbers = []
        with self._transaction():
            for base, asker, least in asks:
                row = self.connection.execute(
                    "SELECT sample FROM claim WHERE base = ? AND asker = ?", (base, asker)
                ).fetchone()
                if row is None:
                    (number,) = self.connection.execute(
                        "SELECT max(coalesce(max(sample) + 1, 0), ?) FROM claim WHERE base = ?",
                        (least, base),
                    ).fetchone()
                    self.connection.execute(
                        "INSERT INTO claim VALUES (?, ?, ?)", (base, number, asker)
                    )
                    row = (number,)
                numbers.append(int(row[0]))
        return numbers

    def find(self, keys: Iterable[str]) -> dict[str, Response]:
        """The kept responses among these keys."""
        columns = ", ".join(Response.__dataclass_fields__)
        found = {}
        with _readable():
            for key in keys:
                row = self.connection.execute(
                    f"SELECT {columns} FROM response WHERE key = ?", (key,)
                ).fetchone()
                if row is not None:
                    found[key] = Response(*row)
        return found

    def keep(
        self, answers: Sequence[Kept], *, run: str = "", role: str = "", seconds: float = 0.0
    ) -> list[Response]:
        """Writes responses in one transaction; on return they are on disk.

        What they cost is added to what `run` has spent; `seconds` is the time of the wall clock
        that they took. Returns what is kept, in order: where
        another process answered the same call first, its response. Raises KgsynthError when the
        disk does not take them.
        """
        rows = [
            asdict(answer.response)
            | {
                "key": answer.key,
                "base": answer.base,
                "sample": answer.sample,
                "request": _pack(json.dumps(answer.request, ensure_ascii=False)),
            }
            for answer in answers
        ]
        if not rows:
            return []
        names = ", ".join(rows[0])
        marks = ", ".join(f":{name}" for name in rows[0])
        with self._transaction():
            self.connection.executemany(
                f"INSERT OR IGNORE INTO response ({names}) VALUES ({marks})", rows
            )
            self.connection.execute(
                "INSERT INTO spent VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                "calls = calls + excluded.calls, seconds = seconds + excluded.seconds, "
                "input_tokens = input_tokens + excluded.input_tokens, "
                "output_tokens = output_tokens + excluded.output_tokens",
                (
                    run,
                    role,
                    len(rows),
                    sum(row["input_tokens"] or 0 for row in rows),
                    sum(row["output_tokens"] or 0 for row in rows),
                    seconds,
                ),
            )
        found = self.find(row["key"] for row in rows)
        return [found[row["key"]] for row in rows]

    def request(self, key: str) -> object:
        """What was asked in a call: its messages, as they were sent. None where it is not kept."""
        with _readable():
            row = self.connection.execute(
                "SELECT request FROM response WHERE key = ?", (key,)
            ).fetchone()
        return None if row is None else json.loads(zlib.decompress(row[0]))

    def spent(self, run: str) -> dict[str, Spent]:
        """What a run has paid for in this project folder, by role."""
        with _readable():
            rows = self.connection.execute(
                "SELECT role, calls, input_tokens, output_tokens, seconds FROM spent WHERE run = ?",
                (run,),
            ).fetchall()
        return {role: Spent(*rest) for role, *rest in rows}

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield
            self.connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            self._roll_back()
            raise KgsynthError(
                f"The store of responses cannot be written: {error}. Free space or "
                "give it back its rights, then say the same command."
            ) from error
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")


def _pack(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "surrogatepass"))


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise KgsynthError(
            f"The store of responses cannot be read: {error}. Put back a copy of {FILE}, or move "
            "it away: what it held is then paid for again."
        ) from error


@contextmanager
def open_journal(state: Path) -> Iterator[Journal]:
    """Opens (or makes) the store of responses in the project's `.kgsynth/` folder.

    Raises KgsynthError when the file is no such store, was cut short, or is of a newer kgsynth.
    """
    from filelock import FileLock

    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = state / FILE
    _check_length(path)
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
        try:
            # One process at a time: switching to WAL does not wait for a lock, it fails.
            with FileLock(state / "responses.lock"):
                _prepare(connection, path)
        except (sqlite3.DatabaseError, OSError) as error:
            raise KgsynthError(f"{path} is not a readable store of responses: {error}.") from error
        yield Journal(connection)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > _FORMAT:
        raise KgsynthError(f"{path} was written by a newer kgsynth: upgrade kgsynth.")
    connection.execute("PRAGMA synchronous = FULL")
    if version < _FORMAT:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.create_function("pack", 1, _pack, deterministic=True)
        steps = "".join(_STEPS[version:])
        connection.executescript(f"BEGIN; {steps} PRAGMA user_version = {_FORMAT}; COMMIT;")


def _check_length(path: Path) -> None:
    """A file that was cut off shows at its header: SQLite itself may notice much later."""
    log = path.with_name(f"{path.name}-wal")
    # With a log beside it a grown header may come before the grown file, and SQLite mends that.
    if not path.is_file() or (log.is_file() and log.stat().st_size):
        return
    with path.open("rb") as file:
        head = file.read(100)
    size = int.from_bytes(head[16:18]) or 1
    pages = int.from_bytes(head[28:32])
    if head.startswith(b"SQLite format 3\0") and path.stat().st_size < pages * (
        65536 if size == 1 else size
    ):
        raise KgsynthError(
            f"{path} is not a readable store of responses: it was cut short. Put back a copy, or "
            "move it away: what it held is then paid for again."
        )
