"""Documents, tags and all pairs into the graph: ours online and offline, plain UNWIND, naive.

The naive side is one query a document that merges everything (`benchmarks.load`). Plain UNWIND
counts the pairs first, in memory, and merges or creates rows of 10,000, as manuals show it. The
sides that are online share a server, warm from the first; ours and plain UNWIND end with the same
counts. Merging takes longer the more pairs a concept has: the naive side is sampled with none and
with all of them.
"""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

from benchmarks.load import CLEAR, ROWS, SAMPLE, by_documents, concepts_of, counts
from benchmarks.sides import Row, against, files, row, serving, side
from kgsynth.offline import build
from kgsynth.steps import ingest, link
from kgsynth.store import Store, batched

DOCUMENTS = "UNWIND $rows AS row MERGE (d:Document {id: row[0]}) SET d.text = row[1]"
CONCEPTS = "UNWIND $rows AS row MERGE (c:Concept {id: row}) SET c.name = row"
TAGS = """
UNWIND $rows AS row
MATCH (d:Document {id: row[0]}) MATCH (c:Concept {id: row[1]})
MERGE (d)-[r:MENTIONS]->(c) SET r.names = [row[2]], r.topics = row[3]"""
PAIRS = """
UNWIND $rows AS row
MATCH (a:Concept {id: row[0]}) MATCH (b:Concept {id: row[1]})
MERGE (a)-[r:CO_OCCURS_WITH]->(b)
SET r.documentCount = row[2], r.weight = log(row[2] + 1e-6)"""


def plain(store: Store, folder: Path) -> None:
    """UNWIND, as manuals show it, on counts made beforehand."""

    def write(text: str, rows: list[object]) -> None:
        for batch in batched(rows, ROWS):
            store.write_text(f"{text} RETURN count(*)", {"rows": batch})

    with (folder / "documents.jsonl").open() as file:
        write(DOCUMENTS, [[one["id"], one["text"]] for one in map(json.loads, file)])
    found: Counter[tuple[str, str]] = Counter()
    tags: dict[tuple[str, str], list[str]] = {}
    with (folder / "concepts.jsonl").open() as file:
        for line in map(json.loads, file):
            for topic, below in line["topics"].items():
                tags.setdefault((line["id"], f"t {topic}"), [])
                for name in below:
                    tags.setdefault((line["id"], f"k {name}"), []).append(f"t {topic}")
            found.update(combinations(concepts_of(line), 2))
    write(CONCEPTS, sorted({concept for _, concept in tags}))
    write(TAGS, [[*key, key[1][2:], topics] for key, topics in tags.items()])
    write(PAIRS, [[*pair, count] for pair, count in found.items()])


def online(store: Store, texts: str, tags: str) -> None:
    """Ours on a server that runs."""
    ingest.documents(store, [texts])
    ingest.concepts(store, [tags])
    link.link(store)


def relationships(store: Store) -> int:
    """How many relationships the graph holds."""
    return int(store.read_text("MATCH ()-[r]->() RETURN count(r) AS n", {})[0]["n"])


def measure(documents: int) -> list[Row]:
    few = min(SAMPLE, documents // 2)
    with files(documents) as (folder, texts, tags), serving(folder) as store:
        by_documents(store, folder, 0, few)
        before = relationships(store)
        first, _ = side("", lambda: by_documents(store, folder, few, few), few, "documents")
        merged = (relationships(store) - before) * documents // few
        store.script_text(CLEAR, {})
        mine, _ = side("kgsynth online", lambda: online(store, texts, tags), documents, "documents")
        held = counts(store)
        size = relationships(store)
        store.script_text(CLEAR, {})
        by_rows, _ = side("plain UNWIND MERGE", lambda: plain(store, folder), documents,
                          "documents")  # fmt: skip
        # Ours has COVERS for a topic and a point that meet; these are pairs like all others here.
        assert relationships(store) == size
        by_documents(store, folder, 0, few, "warm ")
        last, _ = side("", lambda: by_documents(store, folder, few, few, "again "), few,
                       "documents")  # fmt: skip
    with files(documents) as (folder, texts, tags):
        made, _ = side("kgsynth offline, importer and server start",
                       lambda: build.build(folder, texts, tags, link=True), documents,
                       "documents")  # fmt: skip
        with serving(folder) as store:
            assert counts(store) == held
    both = first["seconds"] + last["seconds"]
    naive = row(f"one query a document, everything merged ({first['a second']} a second with "
                f"no pairs, {last['a second']} with all)", both, 2 * few, "documents",
                documents)  # fmt: skip
    rows = [mine, made, by_rows, naive]
    for each, written in zip(rows, (size, size, size, merged), strict=True):
        each["relationships a second"] = round(written / each["seconds"])
    return against(rows)
