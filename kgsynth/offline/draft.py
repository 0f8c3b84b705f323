"""A graph before there is a database: what `ingest` writes, kept in files for Neo4j's importer.

`Draft` stands in for the Store of `ingest`, so reading, refusing and naming are the same code as
online. What MERGE unites on a server is united here: records of one text, spellings of one name,
tags of one source. Texts are in SQLite on disk; in memory are the concepts and distinct lists of
names (some 500 bytes each), and 4 bytes a document.
"""

import json
import re
import sqlite3
import threading
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgsynth.store import Row, Store, Write

if TYPE_CHECKING:
    import numpy as np

_TABLES = """
CREATE TABLE document (n INTEGER PRIMARY KEY, id TEXT UNIQUE, words INTEGER, domain TEXT,
  externals TEXT, properties TEXT);
CREATE TABLE external (id TEXT, n INTEGER, PRIMARY KEY (id, n)) WITHOUT ROWID;
CREATE TABLE rejected (id TEXT PRIMARY KEY, properties TEXT) WITHOUT ROWID;
"""
_DOCUMENTS = "SELECT n, id, words, domain, externals, properties FROM document"
_KNOWN = "SELECT id, domain, externals FROM document"
_AMONG = "IN (SELECT value FROM json_each(?))"
_TERM = re.compile(r'"((?:[^"\\]|\\.)*)"')
# Of several records with one text, the first in this order is shown (`write/documents`).
_ORDER = ("title", "source", "url", "licence", "language", "domain", "text", "level", "subject")


def in_neo4j(text: str | None) -> tuple[bool, bytes]:
    """A sort key: how Cypher orders strings that are not both stored, with null as the last."""
    return text is None, (text or "").encode("utf-16-be")


class Draft(Store):
    """What `ingest documents` and `ingest concepts` ask of a store, on files below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._sql = sqlite3.connect(folder / "draft.db", check_same_thread=False)
        self._sql.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
        self.concepts: dict[str, int] = {}
        self.names: list[str] = []
        self.kinds: list[str] = []
        self.domains: list[str] = []
        self.lists: dict[tuple[str, ...], int] = {}
        self.parts = 0  # files of tags
        self._last = array("i")  # of each document: the file that holds its tags, or -1

    def close(self) -> None:
        """Closes the files."""
        self._sql.close()

    def read(self, name: str, /, *, where: str | None = None, **parameters: Any) -> list[Row]:
        """The reads of `ingest`."""
        if name == "read/known-documents":
            known = self._rows(f"{_KNOWN} WHERE id {_AMONG}", parameters["ids"])
            return list(map(_known, known))
        if name == "read/external-ids":
            terms = [re.sub(r"\\(.)", r"\1", term) for term in _TERM.findall(parameters["terms"])]
            found = self._rows(
                f"{_KNOWN} WHERE n IN (SELECT n FROM external WHERE id {_AMONG}) ORDER BY id",
                terms,
            )
            return [{**_known(row), "problem": False} for row in found]
        if name == "read/tags":
            return self._tags_of(parameters["ids"])
        assert name == "read/known-problems", name
        return []

    def write(
        self, name: str, rows: Iterable[Row], /, *, size: int = 0, **parameters: Any
    ) -> dict[str, int]:
        """The writes of `ingest` that are one query."""
        if name == "write/tags":
            self._write_tags(list(rows))
        else:
            assert name == "write/ingest-rejected", name
            self._put("INSERT OR REPLACE INTO rejected VALUES (?, ?)",
                      [(row["id"], json.dumps(row["properties"])) for row in rows])  # fmt: skip
        return {}

    def write_together(self, writes: Sequence[Write]) -> dict[str, int]:
        """Documents, as `write/documents` does it."""
        for part in writes:
            if part.rows:
                assert part.query == "write/documents", part.query
                self._write_documents(part.rows)
        return {}

    def documents(self) -> Iterator[tuple[Any, ...]]:
        """All documents: (n, id, words, domain, externals, properties), the last two as JSON."""
        return iter(self._sql.execute(f"{_DOCUMENTS} ORDER BY n"))

    def rejected(self) -> Iterator[Row]:
        """What was refused, as rows of `write/ingest-rejected`."""
        for id, properties in self._sql.execute("SELECT * FROM rejected ORDER BY id"):
            yield {"id": id, "properties": json.loads(properties)}

    def tags(self, part: int) -> "np.ndarray[Any, Any]":
        """Tags that hold, of one file: document, concept, list of names, list of topics or -1."""
        import numpy as np

        rows = np.load(self._file(part))
        held: np.ndarray[Any, Any] = rows[:, np.frombuffer(self._last, np.int32)[rows[0]] == part]
        return held

    def _rows(self, query: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._sql.execute(query, [json.dumps(values)]).fetchall()

    def _put(self, query: str, rows: Iterable[tuple[Any, ...]]) -> None:
        with self._lock, self._sql:
            self._sql.executemany(query, rows)

    def _file(self, part: int) -> Path:
        return self.folder / f"tags-{part:06}.npy"

    def _write_documents(self, rows: Sequence[Row]) -> None:
        ids = [row["id"] for row in rows]
        held = {row[1]: (row[0], json.loads(row[4]), json.loads(row[5]))
                for row in self._rows(f"{_DOCUMENTS} WHERE id {_AMONG}", ids)}  # fmt: skip
        words, externals = {}, []
        for row in rows:
            id, external, properties = row["id"], row["externalId"], row["properties"]
            words[id] = row["words"]
            if id not in held:
                held[id] = len(self._last), [external] if external else [], properties
                self._last.append(-1)
            else:
                number, known, shown = held[id]
                lowest = known[0] if known else None
                shown = min((shown, lowest), (properties, external), key=_place)[0]
                known = sorted({*known, external} - {None}, key=in_neo4j)
                held[id] = number, known, shown
            if external:
                externals.append((external, held[id][0]))
        self._put("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?)",
                  [(number, id, words[id], shown["domain"], json.dumps(known), json.dumps(shown))
                   for id, (number, known, shown) in held.items()])  # fmt: skip
        self._put("INSERT OR IGNORE INTO external VALUES (?, ?)", externals)

    def _write_tags(self, rows: list[Row]) -> None:
        import numpy as np

        sources = json.dumps([row["source"] for row in rows])
        with self._lock:
            numbers = dict(self._sql.execute(f"SELECT id, n FROM document WHERE id {_AMONG}",
                                             [sources]))  # fmt: skip
        entries = array("i")
        lists = self.lists
        for row in rows:
            number = numbers[row["source"]]
            self._last[number] = self.parts
            for kind, part in (("Topic", "topics"), ("KnowledgePoint", "points")):
                for tag in row[part]:
                    concept = self._concept(tag["id"], tag["name"], kind, row["domain"])
                    names = lists.setdefault(tuple(tag["names"]), len(lists))
                    topics = -1
                    if kind == "KnowledgePoint":
                        topics = lists.setdefault(tuple(tag["topics"]), len(lists))
                    entries.extend((number, concept, names, topics))
        np.save(self._file(self.parts), np.frombuffer(entries, np.int32).reshape(-1, 4).T)
        self.parts += 1

    def _concept(self, id: str, name: str | None, kind: str, domain: str) -> int:
        """Number of a concept; its name is the lowest that came, as in `write/tags`."""
        number = self.concepts.get(id)
        if number is None:
            assert name is not None
            number = self.concepts[id] = len(self.names)
            self.names.append(name)
            self.kinds.append(kind)
            self.domains.append(domain)
        elif name is not None and name != self.names[number]:
            self.names[number] = min(self.names[number], name, key=in_neo4j)
        return number

    def _tags_of(self, sources: Sequence[str]) -> list[Row]:
        """Tags of some sources, as `read/tags` gives them."""
        import numpy as np

        numbers = dict(self._rows(f"SELECT n, id FROM document WHERE id {_AMONG}", sources))
        found: dict[str, list[Any]] = {}
        for part in sorted({self._last[number] for number in numbers} - {-1}):
            ids, lists = list(self.concepts), list(self.lists)
            tags = self.tags(part)
            for document, concept, names, topics in tags[
                :, np.isin(tags[0], [*numbers])
            ].T.tolist():
                found.setdefault(numbers[document], []).append([
                    topics < 0, ids[concept], list(lists[names]),
                    [] if topics < 0 else list(lists[topics]),
                ])  # fmt: skip
        return [{"source": source, "tags": listed} for source, listed in found.items()]


def _known(row: tuple[Any, ...]) -> Row:
    return {"id": row[0], "externalIds": json.loads(row[2]), "domain": row[1]}


def _place(record: tuple[Row, str | None]) -> list[tuple[bool, bytes]]:
    properties, external = record
    return [in_neo4j(external), *(in_neo4j(properties[key]) for key in _ORDER)]
