"""The first build of a graph without a server: files in, through Neo4j's importer (`db build`).

The graph is the one that `ingest documents` and `ingest concepts` make of the same files.
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kgsynth import config, schema
from kgsynth.concepts.linked import Linked
from kgsynth.concepts.new_pairs import SHARES, share_id
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.funnel import Funnel
from kgsynth.offline.draft import Draft
from kgsynth.offline.drafted import drafted, tables
from kgsynth.progress import say
from kgsynth.readers import fields
from kgsynth.server import data, local
from kgsynth.server.home import Home
from kgsynth.steps import ingest
from kgsynth.store import batched, open_store

TEXTS, CHARACTERS = 5_000, 50_000_000  # of documents that are in memory at once
NO_ROOM = 16 << 20  # bytes left on a disk that is full
TAGS = 300_000  # relationships of one file, and in memory at once


def build(
    project: Path,
    documents: str,
    concepts: str,
    *,
    domain: str = config.DOMAIN,
    link: bool = False,
    max_pairs: int = 50_000_000,
) -> list[Funnel]:
    """Reads documents and tags into the empty private database of a project; starts its server.

    With `link`, all pairs of concepts as well, as `kgsynth link` sets them. The database is empty
    or whole afterwards, whatever happens meanwhile. Needs about three times
    the size of the files on disk. Nothing is built of no document. Raises UsageError when another
    server is named or the database holds anything, KgsynthError above `max_pairs` distinct pairs,
    while another build is at work, and when the import fails.
    """
    home = Home(project.resolve())
    refuse(home)
    home.make()
    with _folder(home) as folder, closing(Draft(folder)) as draft:
        with _on_disk(folder):
            funnels = [
                ingest.documents(draft, [documents], domain=domain),
                ingest.concepts(draft, [concepts], domain=domain),
            ]
            if not funnels[0].kept:
                say("No document was kept: nothing is built.")
                return funnels
            files = Files(folder)
            linked = write_graph(draft, files, max_pairs if link else None)
            funnels += [linked] if link else []
        refuse(home)
        say("Neo4j imports them.")
        data.import_files(home, folder, files.nodes, files.relationships)
        with open_store(local.start(home.project).connection) as store:
            schema.migrate(store)
            # Once more: the importer leaves out empty texts.
            store.write("write/ingest-rejected", draft.rejected())
    return funnels


@contextmanager
def _folder(home: Home) -> Iterator[Path]:
    """An empty folder for one build. Raises KgsynthError while another is at work."""
    from filelock import FileLock, Timeout

    lock, folder = FileLock(home.state / "build.lock"), home.state / "build"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise KgsynthError("Another `kgsynth db build` is at work in this project.") from None
    try:
        shutil.rmtree(folder, ignore_errors=True)  # of a build that was killed
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


@contextmanager
def _on_disk(folder: Path) -> Iterator[None]:
    """Raises KgsynthError when the folder's disk has no room."""
    try:
        yield
    except Exception as error:
        if shutil.disk_usage(folder).free > NO_ROOM:
            raise
        raise KgsynthError(
            f"The disk of {folder.parent} is full ({error}): free some space. Nothing was built."
        ) from error


def refuse(home: Home) -> None:
    """Raises UsageError unless the graph to be built into is a private one that is empty."""
    if named := [name for name in ("NEO4J_URI", "NEO4J_PASSWORD") if os.environ.get(name)]:
        raise UsageError(
            f"db build fills the private database of this project, and {named[0]} names another "
            "server: unset it, or say `kgsynth ingest`."
        )
    if not data.has_database(home):
        return
    with open_store(local.start(home.project).connection) as store:
        if nodes := store.value("server/nodes-in-use"):
            raise UsageError(
                f"db build needs an empty database, and that of {home.project} holds {nodes:,} "
                "nodes: say `kgsynth ingest`, or delete them with `kgsynth db wipe`."
            )


@dataclass(frozen=True, slots=True)
class Files:
    """Files for the importer, by name as it takes them (`Label:Label=file`)."""

    folder: Path
    nodes: list[str] = field(default_factory=list)
    relationships: list[str] = field(default_factory=list)

    def write(self, into: list[str], what: str, frame: Any) -> None:
        """Writes a table, unless it is empty; the importer need not look at columns of nulls."""
        if len(frame):
            frame = frame[[column.name for column in frame if column.null_count() < len(frame)]]
            name = f"{len(self.nodes) + len(self.relationships):06}.parquet"
            frame.write_parquet(self.folder / name, compression="zstd", compression_level=1)
            into.append(f"{what}={name}")


def write_graph(draft: Draft, files: Files, max_pairs: int | None = None) -> Funnel:
    """Writes the importer's files; with `max_pairs` the pairs of concepts, too: their funnel."""
    import numpy as np
    import polars as pl

    created = pl.lit(datetime.now(UTC)).alias("createdAt:datetime")
    count = 0
    for rows in _bounded(draft.documents()):
        count += len(rows)
        files.write(files.nodes, "Document", _documents(rows).with_columns(created))
    _write_tags(draft, files, count)
    # The numbers are the ids that Neo4j itself gives (`--id-type=actual`): no two nodes share one.
    number = count + len(draft.names)
    for refused in batched(draft.rejected(), TEXTS):
        files.write(files.nodes, "Rejected", _rejected(refused, number).with_columns(created))
        number += len(refused)
    concepts = pl.DataFrame({
        ":ID": range(count, count + len(draft.names)), "id": list(draft.concepts),
        "name": draft.names, "domain": draft.domains, "kind": draft.kinds,
    }, schema_overrides={":ID": pl.Int64}).with_columns(created)  # fmt: skip
    funnel = Funnel("link", taken=count)
    if max_pairs is not None:
        linked = Linked()
        found = drafted(draft, count, linked, max_pairs)
        degree = np.zeros(len(concepts), dtype=np.int64)
        pairs: Counter[str] = Counter()
        for kind, table in tables(found, degree, count):
            files.write(files.relationships, kind, table)
            pairs[kind] += len(table)
        counts = np.stack([found.documents, np.zeros_like(degree), degree])
        counts[:, found.order] = counts.copy()
        names = ("documentCount:long", "problemCount:long", "degree:long")
        concepts = concepts.with_columns(
            pl.Series(name, values) for name, values in zip(names, counts, strict=True)
        )
        others = [None] * SHARES
        files.write(files.nodes, "ConceptGraph", pl.DataFrame({
            ":ID": range(number, number + 1 + SHARES),
            "id": ["concepts", *map(share_id, range(SHARES))],
            "complete:boolean": [True, *others], "source": [linked.source, *others],
            "eps:double": [linked.eps, *others], "pairs": [linked.pairs, *others],
            "minCount:long": [linked.min_count, *others],
        }, schema_overrides={":ID": pl.Int64}).with_columns(created))  # fmt: skip
        funnel.notes["pairs"] = dict(pairs)
        funnel.kept = count - found.empty
        if found.empty:
            funnel.drop("without concepts", found.empty)
    for kind in ("Topic", "KnowledgePoint"):
        named = concepts.filter(pl.col("kind") == kind).drop("kind")
        files.write(files.nodes, f"Concept:{kind}", named)
    return funnel


def _bounded(documents: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Lists of documents of bounded number and size."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    for row in documents:
        rows.append(row)
        size += len(row[-1])
        if len(rows) == TEXTS or size >= CHARACTERS:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _write_tags(draft: Draft, files: Files, first: int) -> None:
    """Tags; concepts are numbered from `first`."""
    import polars as pl

    lists = pl.Series(list(map(list, draft.lists)), dtype=pl.List(pl.String))
    for tags in _tags(draft):
        frame = tags.select(
            pl.col("document").alias(":START_ID"),
            (pl.col("concept") + first).alias(":END_ID"),
            pl.lit("given").alias("origin"),
            lists.gather(tags["names"]).alias("names:string[]"),
            "topics",
        )
        topics = frame.filter(pl.col("topics") < 0).drop("topics")
        points = frame.filter(pl.col("topics") >= 0)
        listed = lists.gather(points["topics"]).alias("topics:string[]")
        files.write(files.relationships, "HAS_TOPIC", topics)
        files.write(files.relationships, "MENTIONS", points.drop("topics").with_columns(listed))


def _documents(rows: list[tuple[Any, ...]]) -> Any:
    import polars as pl

    texts = [json.loads(row[5]) for row in rows]
    return pl.DataFrame({
        ":ID": [row[0] for row in rows],
        "id": [row[1] for row in rows],
        "words:long": [row[2] for row in rows],
        "externalIds:string[]": [json.loads(row[4]) for row in rows],
        "status": ["pending"] * len(rows),
        **{key: [text[key] for text in texts] for key in ("text", "domain", *fields.META)},
    }, schema_overrides={
        ":ID": pl.Int64, "words:long": pl.Int64, "externalIds:string[]": pl.List(pl.String),
        **dict.fromkeys(fields.META, pl.String),
    })  # fmt: skip


def _rejected(rows: list[dict[str, Any]], first: int) -> Any:
    """Rejected nodes, numbered from `first`."""
    import polars as pl

    properties = [row["properties"] for row in rows]
    texts = [key for key in properties[0] if key != "line"]
    return pl.DataFrame({
        ":ID": range(first, first + len(rows)),
        "id": [row["id"] for row in rows],
        "line:long": [each["line"] for each in properties],
        **{key: [each[key] for each in properties] for key in texts},
    }, schema_overrides={
        ":ID": pl.Int64, "line:long": pl.Int64, **dict.fromkeys(texts, pl.String)})  # fmt: skip


def _tags(draft: Draft) -> Iterator[Any]:
    """Tags that hold, some files at a time."""
    import polars as pl

    names = ("document", "concept", "names", "topics")
    gathered: list[Any] = []
    size = 0
    for part in range(draft.parts):
        gathered.append(pl.DataFrame(dict(zip(names, draft.tags(part), strict=True))))
        size += len(gathered[-1])
        if size >= TAGS:
            yield pl.concat(gathered)
            gathered, size = [], 0
    if gathered:
        yield pl.concat(gathered)
