"""Documents and tags into the graph: ours online and offline, plain UNWIND, a query a document.

The query a document merges what a plain program would: the document, its concepts, and every pair
of them, since a walk without those needs them stored. Ours stores none: the walk goes through
the documents. The graphs of both of ours are compared.
"""

import json
import os
import shutil
from contextlib import closing
from itertools import chain, combinations, islice
from pathlib import Path
from typing import Any

from benchmarks.sides import KEPT, Row, against, files, row, serving, side
from kgsynth.offline import build
from kgsynth.offline.draft import Draft
from kgsynth.server import data, local
from kgsynth.server.home import Home
from kgsynth.steps import ingest, link
from kgsynth.store import Store, batched

ROWS = 10_000  # of one transaction
SAMPLE = 200  # documents, after as many that warm the server
PLAIN = """
UNWIND $rows AS row
MATCH (d:Document {id: row.id}) MATCH (c:Concept {id: row.concept})
MERGE (d)-[r:MENTIONS]->(c) SET r.topics = [row.topic]"""
NAIVE = """
MERGE (d:Document {id: $id}) SET d.text = $text
FOREACH (name IN $concepts | MERGE (c:Concept {id: name}) MERGE (d)-[:MENTIONS]->(c))
WITH 1 AS once UNWIND $pairs AS pair
MATCH (a:Concept {id: pair[0]}) MATCH (b:Concept {id: pair[1]})
MERGE (a)-[r:CO_OCCURS_WITH]->(b)
ON CREATE SET r.documentCount = 1 ON MATCH SET r.documentCount = r.documentCount + 1"""

CLEAR = """
MATCH (n) WHERE NOT n:Migration CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 500 ROWS"""


def counts(store: Store) -> dict[str, int]:
    """Nodes by label and relationships by type."""
    rows = store.read_text(
        "MATCH (n) WHERE NOT n:Migration RETURN reduce(s = '', l IN labels(n) | s + l) AS what, "
        "count(*) AS n UNION ALL MATCH ()-[r]->() RETURN type(r) AS what, count(*) AS n", {},
    )  # fmt: skip
    return {each["what"]: each["n"] for each in rows}


def concepts_of(line: dict[str, Any]) -> list[str]:
    """The names of a line's concepts, told apart by kind."""
    points = {f"k {name}" for name in chain.from_iterable(line["topics"].values())}
    return sorted(points | {f"t {topic}" for topic in line["topics"]})


def by_documents(store: Store, folder: Path, first: int, number: int, mark: str = "") -> None:
    """One query a document, everything merged; `mark` makes other documents of the same ones."""
    with (
        (folder / "documents.jsonl").open() as texts, (folder / "concepts.jsonl").open() as tags,
        store.driver.session() as session,
    ):  # fmt: skip
        for text, tag in islice(zip(texts, tags, strict=True), first, first + number):
            line, given = json.loads(tag), json.loads(text)
            concepts = concepts_of(line)
            session.run(NAIVE, id=mark + given["id"], text=given["text"], concepts=concepts,
                        pairs=list(combinations(concepts, 2))).consume()  # fmt: skip


def tag_rows(store: Store, folder: Path, number: int) -> list[dict[str, str]]:
    """Rows for PLAIN of the first documents, whose tags are taken away."""
    ids = {row["external"]: row["id"] for row in store.read_text(
        "MATCH (d:Document) RETURN d.id AS id, d.externalIds[0] AS external", {})}  # fmt: skip
    names = {row["name"]: row["id"] for row in store.read_text(
        "MATCH (c:KnowledgePoint) RETURN c.id AS id, c.name AS name", {})}  # fmt: skip
    with (folder / "concepts.jsonl").open() as file:
        lines = [json.loads(line) for line in islice(file, number)]
    store.write_text("MATCH (d:Document)-[r:MENTIONS]->() WHERE d.id IN $ids DELETE r "
                     "RETURN count(*)", {"ids": [ids[line["id"]] for line in lines]})  # fmt: skip
    return [{"id": ids[line["id"]], "concept": names[name], "topic": topic}
            for line in lines
            for topic, below in line["topics"].items() for name in below]  # fmt: skip


def first_lines(folder: Path, number: int) -> str:
    """A file with the tags of the first documents."""
    few = folder / "few.jsonl"
    with (folder / "concepts.jsonl").open() as file:
        few.write_text("".join(islice(file, number)))
    return str(few)


def by_rows(store: Store, rows: list[dict[str, str]]) -> None:
    """Tags of documents and concepts that are there: plain UNWIND, 10,000 rows a transaction."""
    for batch in batched(rows, ROWS):
        store.write_text(PLAIN + " RETURN count(*)", {"rows": batch})


def measure(documents: int) -> list[Row]:
    with files(documents, keep=True) as (folder, texts, tags):
        with serving(folder) as store:
            warm = min(SAMPLE, documents // 2)
            by_documents(store, folder, 0, warm)
            naive, _ = side("one query a document, all pairs merged",
                            lambda: by_documents(store, folder, warm, warm), warm, "documents",
                            documents)  # fmt: skip
            store.script_text(CLEAR, {})
            read, _ = side("", lambda: ingest.documents(store, [texts]), documents, "documents")
            tagged, _ = side("", lambda: ingest.concepts(store, [tags]), documents, "documents")
            online = counts(store)
            few = min(documents // 2, 2_500)
            rows = tag_rows(store, folder, 2 * few)
            by_rows(store, rows[: len(rows) // 2])  # warms the server
            plain, _ = side("tags alone, plain UNWIND MERGE",
                            lambda: by_rows(store, rows[len(rows) // 2 :]), few, "documents",
                            documents)  # fmt: skip
            tag_rows(store, folder, few)
            alone, _ = side("tags alone, kgsynth ingest concepts",
                            lambda: ingest.concepts(store, [first_lines(folder, few)]), few,
                            "documents", documents)  # fmt: skip
        local.stop(folder)
        data.wipe(folder)
        prepared, imported = offline(folder, texts, tags, documents)
        with serving(folder) as store:
            assert counts(store) == online
            if KEPT in os.environ:
                link.link(store, pairs="none")
    both = row("kgsynth online: both", read["seconds"] + tagged["seconds"], documents, "documents")
    size = online["MENTIONS"] + online["HAS_TOPIC"]
    both["relationships a second"] = round(size / both["seconds"])
    imported["relationships a second"] = round(size / imported["seconds"])
    whole = row("kgsynth offline: both", prepared["seconds"] + imported["seconds"], documents,
                "documents")  # fmt: skip
    read["side"], tagged["side"] = "kgsynth ingest documents", "kgsynth ingest concepts"
    both["grown MB"] = max(read["grown MB"], tagged["grown MB"])
    whole["grown MB"] = prepared["grown MB"]
    return against([both, read, tagged, whole, prepared, imported, alone, plain, naive])


def offline(folder: Path, texts: str, tags: str, documents: int) -> tuple[Row, Row]:
    """Reading into files, and their import; the schema comes with the first start."""
    home = Home(folder.resolve())
    home.make()
    place = home.state / "build"
    place.mkdir()
    with closing(Draft(place)) as draft:

        def read() -> Any:
            ingest.documents(draft, [texts])
            ingest.concepts(draft, [tags])
            written = build.Files(place)
            build.write_graph(draft, written)
            return written

        prepared, written = side("kgsynth offline: read", read, documents,
                                                "documents")  # fmt: skip
        imported, _ = side("kgsynth offline: import",
                           lambda: data.import_files(home, place, written.nodes,
                                                     written.relationships),
                           documents, "documents")  # fmt: skip
    shutil.rmtree(place)
    return prepared, imported
