"""The store of responses: one SQLite file per project folder, written before anything else happens.

A response is kept under a key made of everything that determined it (design.md, law 1), as raw
text: a changed parser reads it again at no cost. WAL with synchronous=FULL: what `keep` returned
from survives a kill and a power cut (sqlite.org/wal.html).
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

from kgsynth.errors import KgsynthError
from kgsynth.ids import content_id
from kgsynth.models import Response

FILE = "responses.db"
_FORMAT = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS response (
  key TEXT PRIMARY KEY, base TEXT NOT NULL, sample INTEGER NOT NULL, request TEXT NOT NULL,
  text TEXT NOT NULL, reasoning TEXT, finish_reason TEXT NOT NULL, input_tokens INTEGER,
  output_tokens INTEGER, seconds REAL NOT NULL, model TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claim (
  base TEXT NOT NULL, sample INTEGER NOT NULL, asker TEXT NOT NULL,
  PRIMARY KEY (base, sample), UNIQUE (base, asker)
) WITHOUT ROWID;
"""


def call_key(base: str, sample: int) -> str:
    """Key of one call: what is asked, of whom, with which parameters, and the sample number."""
    return content_id("Call", base, sample)


class Journal:
    """The responses of a project. Build it with `open_journal`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def claim(self, asks: Sequence[tuple[str, str]]) -> list[int]:
        """Sample numbers for (base, asker) pairs, in order: stable for ever once given.

        Two askers whose requests are the same (one `base`) get different numbers, so that the
        second is a sample of its own and not a copy of the first.
        """
        numbers = []
        with self._transaction():
            for base, asker in asks:
                row = self.connection.execute(
                    "SELECT sample FROM claim WHERE base = ? AND asker = ?", (base, asker)
                ).fetchone()
                if row is None:
                    (number,) = self.connection.execute(
                        "SELECT coalesce(max(sample) + 1, 0) FROM claim WHERE base = ?", (base,)
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
        for key in keys:
            row = self.connection.execute(
                f"SELECT {columns} FROM response WHERE key = ?", (key,)
            ).fetchone()
            if row is not None:
                found[key] = Response(*row)
        return found

    def keep(self, base: str, sample: int, request: object, response: Response) -> Response:
        """Writes a response; on return it is on disk. `request` is kept for people to read.

        Returns what is kept: where another process answered the same call first, its response.
        """
        values = asdict(response) | {
            "key": call_key(base, sample),
            "base": base,
            "sample": sample,
            "request": json.dumps(request, ensure_ascii=False),
        }
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        with self._transaction():
            self.connection.execute(
                f"INSERT OR IGNORE INTO response ({names}) VALUES ({marks})", values
            )
        return self.find([values["key"]])[values["key"]]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield
            self.connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise KgsynthError(
                f"The store of responses cannot be written: {error}. Free space or "
                "give it back its rights, then say the same command."
            ) from error
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise


@contextmanager
def open_journal(state: Path) -> Iterator[Journal]:
    """Opens (or makes) the store of responses in the project's `.kgsynth/` folder.

    Raises KgsynthError when the file is no such store, or one of a newer kgsynth.
    """
    state.mkdir(parents=True, exist_ok=True)
    path = state / FILE
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > _FORMAT:
                raise KgsynthError(f"{path} was written by a newer kgsynth: upgrade kgsynth.")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.executescript(_TABLES)
            connection.execute(f"PRAGMA user_version = {_FORMAT}")
        except sqlite3.DatabaseError as error:
            raise KgsynthError(f"{path} is not a readable store of responses: {error}.") from error
        yield Journal(connection)
