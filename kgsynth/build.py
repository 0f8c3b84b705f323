"""The first build of a graph without a server: files in, through Neo4j's importer (`db build`).

The graph is the one that `ingest documents` and `ingest concepts` make of the same files.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kgsynth import config, schema
from kgsynth.draft import Draft
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.funnel import Funnel
from kgsynth.progress import say
from kgsynth.readers import fields
from kgsynth.server import data, local
from kgsynth.server.home import Home
from kgsynth.steps import ingest
from kgsynth.store import batched, open_store

TEXTS = 5_000  # documents that are in memory at once
NO_ROOM = 16 << 20  # bytes left on a disk that is full
TAGS = 300_000  # relationships of one file, and in memory at once


def build(
    project: Path, documents: str, concepts: str, *, domain: str = config.DOMAIN
) -> tuple[Funnel, Funnel]:
    """Reads documents and tags into the empty private database of a project; starts its server.

    The database is empty or whole afterwards, whatever happens meanwhile. Needs about three times
    the size of the files on disk. Raises UsageError when NEO4J_URI is set or the database holds
    anything, KgsynthError when the import fails.
    """
    home = Home(project.resolve())
    refuse(home)
    home.make()
    folder = home.state / "build"
    shutil.rmtree(folder, ignore_errors=True)  # of a build that was killed
    folder.mkdir()
    try:
        with closing(Draft(folder)) as draft:
            with _on_disk(folder):
                read = ingest.documents(draft, [documents], domain=domain)
                tagged = ingest.concepts(draft, [concepts], domain=domain)
                nodes, relationships = import_files(draft, folder)
            refuse(home)
            say("Neo4j imports them.")
            data.import_files(home, folder, nodes, relationships)
            with open_store(local.start(home.project).connection) as store:
                schema.migrate(store)
                # Once more: the importer leaves out empty texts.
                store.write("write/ingest-rejected", draft.rejected())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return read, tagged


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
    if os.environ.get("NEO4J_URI"):
        raise UsageError(
            "db build fills the private database of this project, and NEO4J_URI names another "
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


def import_files(draft: Draft, folder: Path) -> tuple[list[str], list[str]]:
    """Writes the importer's files; their names as it takes them (`Label:Label=file`)."""
    import polars as pl

    now = datetime.now(UTC).isoformat()
    created = pl.lit(now).alias("createdAt:datetime")
    nodes: list[str] = []
    relationships: list[str] = []

    def write(frame: pl.DataFrame, into: list[str], what: str) -> None:
        if len(frame):
            name = f"{len(nodes) + len(relationships):06}.parquet"
            frame.write_parquet(folder / name, compression="zstd", compression_level=1)
            into.append(f"{what}={name}")

    count = 0
    for rows in batched(draft.documents(), TEXTS):
        count += len(rows)
        write(_documents(rows).with_columns(created), nodes, "Document")
    ids = pl.DataFrame({
        ":ID": range(count, count + len(draft.names)), "id": list(draft.concepts),
        "name": draft.names, "domain": draft.domains, "kind": draft.kinds,
    }, schema_overrides={":ID": pl.Int64}).with_columns(created)  # fmt: skip
    for kind in ("Topic", "KnowledgePoint"):
        write(ids.filter(pl.col("kind") == kind).drop("kind"), nodes, f"Concept:{kind}")
    for refused in batched(draft.rejected(), TEXTS):
        write(_rejected(refused).with_columns(created), nodes, "Rejected")
    lists = pl.Series(list(map(list, draft.lists)), dtype=pl.List(pl.String))
    for tags in _tags(draft):
        names = lists.gather(tags["names"])
        frame = tags.select(
            pl.col("document").alias(":START_ID"),
            (pl.col("concept") + count).alias(":END_ID"),
            pl.lit("given").alias("origin"),
            names.alias("names:string[]"),
            "topics",
        )
        topics = frame.filter(pl.col("topics") < 0).drop("topics")
        points = frame.filter(pl.col("topics") >= 0)
        write(topics, relationships, "HAS_TOPIC")
        listed = lists.gather(points["topics"]).alias("topics:string[]")
        write(points.drop("topics").with_columns(listed), relationships, "MENTIONS")
    return nodes, relationships


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


def _rejected(rows: list[dict[str, Any]]) -> Any:
    import polars as pl

    properties = [row["properties"] for row in rows]
    texts = [key for key in properties[0] if key != "line"]
    return pl.DataFrame({
        "id": [row["id"] for row in rows],
        "line:long": [each["line"] for each in properties],
        **{key: [each[key] for each in properties] for key in texts},
    }, schema_overrides={"line:long": pl.Int64, **dict.fromkeys(texts, pl.String)})  # fmt: skip


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
