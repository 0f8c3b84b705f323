"""Files of many kinds and long texts into the graph: wholes and parts, once and for one size."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lab import sheets
from whole import whole

from kgsynth import ids
from kgsynth.config import Connection
from kgsynth.errors import UsageError
from kgsynth.readers.parts import cut, tokens
from kgsynth.steps import ground, ingest, link, select
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

BODY = "Every number has a square root, and we show that it is unique. " * 6
BOOK = f"# Roots\n\n## Real\n\n{BODY}1\n\n## Complex\n\n{BODY}2\n\n{BODY}3\n"
PARTS = """
MATCH (p:Document)-[r:PART_OF]->(d:Document)
RETURN d.id AS whole, r.position AS position, r.split AS split, p.id AS id, p.text AS text,
  p.title AS title, p.externalIds AS externalIds, p.split AS own, p.position AS first,
  p.status AS status, p.licence AS licence, p.words AS words ORDER BY whole, position
"""


def lines(folder: Path, rows: list[Any], name: str = "in.jsonl") -> str:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def document(store: Store, text: str) -> dict[str, Any]:
    (row,) = store.read_text("MATCH (d:Document {id: $id}) RETURN properties(d) AS d",
                             {"id": ids.text_id("Document", text)})  # fmt: skip
    return row["d"]


def test_every_kind_of_file(store: Store, connection: Connection, tmp_path: Path) -> None:
    """Through the command: what can be read is in the graph, the rest is counted and kept."""
    folder = tmp_path / "in"
    folder.mkdir()
    good = {
        "a.tex": rb"\title{Roots}\newcommand{\R}{\mathbb{R}}\section{Real} Let $x\in\R$.",
        "b.ipynb": sheets.notebook([{"cell_type": "markdown", "source": "# Notes\n\nText."}]),
        "c.pdf": sheets.pdf(sheets.words((50, 700, "A page.")), title="Pages"),
    }
    bad = {
        "d.pdf": sheets.scanned(), "e.pdf": sheets.encrypted(), "f.pdf": good["c.pdf"][:300],
        "g.ipynb": good["b.ipynb"][:-5], "h.tex": rb"\newcommand{\a}{\a\a}\a",
        "i.tex": rb"\documentclass{article}\newcommand{\x}{y}",
    }  # fmt: skip
    for name, data in {**good, **bad}.items():
        (folder / name).write_bytes(data)
    env = {**os.environ, "NEO4J_URI": connection.uri, "NEO4J_USERNAME": connection.username,
           "NEO4J_PASSWORD": connection.password}  # fmt: skip
    command = [sys.executable, "-m", "kgsynth", "ingest", "documents", "in", "--json"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    funnel = json.loads(done.stdout)
    assert (funnel["in"], funnel["kept"]) == (9, 3)
    assert funnel["dropped"] == {
        "no text in PDF": 1, "encrypted PDF": 1, "not a readable PDF": 1, "empty text": 1,
        "not a readable notebook": 1, "not readable LaTeX": 1}  # fmt: skip
    for name in bad:
        assert f"in/{name}: " in done.stderr
    rows = store.read_text("MATCH (d:Document) RETURN d.externalIds AS ids, d.title AS title, "
                           "d.text AS text ORDER BY d.externalIds[0]", {})  # fmt: skip
    assert rows == [
        {"ids": ["a.tex"], "title": "Roots",
         "text": "## Real\n\n Let $x\\in\\mathbb{R}$."},
        {"ids": ["b.ipynb"], "title": "Notes", "text": "# Notes\n\nText."},
        {"ids": ["c.pdf"], "title": "Pages", "text": "A page."},
    ]  # fmt: skip
    kept = store.read_text("MATCH (r:Rejected {step: 'ingest'}) RETURN r.source AS f", {})
    assert sorted(row["f"] for row in kept) == [f"in/{name}" for name in bad]


def test_a_long_text_becomes_parts(store: Store, tmp_path: Path) -> None:
    rows = [
        {"id": "book", "text": BOOK, "title": "On roots", "licence": "CC0"},
        {"id": "note", "text": "A short note."},
        {"text": BOOK.replace("root", "log")},
    ]
    path = lines(tmp_path, rows)
    funnel = ingest.documents(store, [path], split=100)
    assert (funnel.taken, funnel.kept, funnel.failures) == (3, 3, 0)
    assert funnel.notes == {"split": 2, "parts": 6}
    book = document(store, BOOK)
    assert book["text"] == BOOK
    assert (book["status"], book["reason"]) == ("rejected", "split into parts")
    assert "split" not in book and "position" not in book
    note = document(store, "A short note.")
    assert note["status"] == "pending" and "split" not in note
    found = store.read_text(PARTS, {})
    mine = [row for row in found if row["whole"] == book["id"]]
    assert [row["text"] for row in mine] == [part.text for part in cut(BOOK, 100)]
    assert all(tokens(row["text"]) <= 100 for row in mine)
    assert [row["title"] for row in mine] == [
        "On roots › Roots › Real",
        "On roots › Roots › Complex",
        "On roots › Roots › Complex",
    ]
    assert [row["externalIds"] for row in mine] == [["book#0"], ["book#1"], ["book#2"]]
    for position, row in enumerate(mine):
        assert row["id"] == ids.text_id("Document", row["text"])
        assert row["position"] == row["first"] == position
        assert row["split"] == row["own"] == 100
        assert (row["status"], row["licence"]) == ("pending", "CC0")
        assert row["words"] == len(row["text"].split())
    assert [row["externalIds"] for row in found if row not in mine] == [[], [], []]

    before = whole(store)
    again = ingest.documents(store, [path], split=100)
    assert (again.kept, again.notes) == (0, {"already there": 3})
    assert whole(store) == before
    plain = ingest.documents(store, [path])
    assert (plain.kept, plain.notes) == (0, {"already there": 3})
    assert whole(store) == before, "a text that is there in parts is not taken as a whole"


@pytest.mark.parametrize("other", [60, 5_000])
def test_one_size_for_a_text(store: Store, tmp_path: Path, other: int) -> None:
    path = lines(tmp_path, [{"id": "book", "text": BOOK}, {"text": "short"}])
    ingest.documents(store, [path], split=100)
    nodes, links = whole(store)
    funnel = ingest.documents(store, [path], split=other)
    assert funnel.dropped == {"in the graph in parts of another size": 1}
    assert funnel.failures == 1
    assert funnel.notes == {"already there": 1}
    after = whole(store)
    assert after[1] == links
    assert [json.loads(text)["labels"] for text in after[0] - nodes] == [["Rejected"]]
    assert not nodes - after[0]


def test_a_text_can_be_split_later(store: Store, tmp_path: Path) -> None:
    path = lines(tmp_path, [{"id": "book", "text": BOOK}])
    ingest.documents(store, [path])
    assert document(store, BOOK)["status"] == "pending"
    funnel = ingest.documents(store, [path], split=100)
    assert (funnel.kept, funnel.notes) == (0, {"already there": 1, "split": 1, "parts": 3})
    once = whole(store)
    store.script("write/wipe")
    ingest.documents(store, [path], split=100)
    assert whole(store) == once


def test_what_a_person_decided_stands(store: Store, tmp_path: Path) -> None:
    path = lines(tmp_path, [{"id": "book", "text": BOOK}])
    ingest.documents(store, [path])
    id = ids.text_id("Document", BOOK)
    store.write("write/verdict", [{"id": "v", "target": id, "status": "accepted", "reason": None,
                                   "passed": True}])  # fmt: skip
    ingest.documents(store, [path], split=100)
    assert document(store, BOOK)["status"] == "accepted"
    assert len(store.read_text(PARTS, {})) == 3


def test_the_order_of_arrival_does_not_count(store: Store, tmp_path: Path) -> None:
    """Parts that books share, a part that is a document of its own, a book under two ids."""
    real, complex_ = (part.text for part in cut(BOOK, 100)[:2])
    rows = [{"id": "a", "text": BOOK}, {"id": "b", "text": BOOK, "title": "B"},
            {"id": "c", "text": f"{complex_}\n\n{real}\n\n{BODY}4"}, {"id": "d", "text": real},
            {"text": f"# Roots\n\n{complex_}", "title": "Z"}]  # fmt: skip
    graphs = []
    for turn in range(4):
        store.script("write/wipe")
        random.Random(turn).shuffle(rows)
        for number, some in enumerate([rows[: turn + 1], rows[turn + 1 :]]):
            if some:
                ingest.documents(store, [lines(tmp_path, some, f"{number}.jsonl")], split=100)
        graphs.append(whole(store))
    assert graphs[0] == graphs[1] == graphs[2] == graphs[3]


def test_an_id_of_a_part_is_taken(store: Store, tmp_path: Path) -> None:
    path = lines(
        tmp_path, [{"id": "book#1", "text": "Another text."}, {"id": "book", "text": BOOK}]
    )
    funnel = ingest.documents(store, [path], split=100)
    assert funnel.dropped == {"id given twice with different text": 1}
    assert not store.read_text(PARTS, {})


def test_steps_work_with_the_parts_alone(store: Store, tmp_path: Path) -> None:
    path = lines(tmp_path, [{"id": "book", "text": BOOK}, {"id": "note", "text": "A short note."}])
    ingest.documents(store, [path], split=100)
    tags = [{"id": f"book#{n}", "topics": {"Roots": ["Square root", f"Proof {n}"]}}
            for n in range(3)]  # fmt: skip
    tags += [{"id": "book", "topics": {"Roots": ["Square root"]}}]
    funnel = ingest.concepts(store, [lines(tmp_path, tags, "tags.jsonl")])
    assert funnel.kept == 3
    assert funnel.dropped == {"source is split into parts": 1}
    link.link(store)
    (row,) = store.read_text("MATCH (c:Topic) RETURN c.documentCount AS n", {})
    assert row["n"] == 3
    pending = store.read("pending/tag", after="", limit=100, task="t", domain="mathematics")
    assert [row["id"] for row in pending] == [ids.text_id("Document", "A short note.")]
    store.write_text(
        "MATCH (c:KnowledgePoint) WITH collect(c) AS cs CREATE (s:ConceptSet {id: 's', "
        "domain: 'mathematics', strategy: 'x'}) FOREACH (c IN cs | "
        "CREATE (s)-[:SAMPLED {position: 0}]->(c))", {})  # fmt: skip
    store.write_text("MATCH (d:Document {id: $id}), (c:KnowledgePoint) CREATE (d)-[:MENTIONS]->(c)",
                     {"id": ids.text_id("Document", BOOK)})  # fmt: skip
    for engine in ("gds", "sparse", "cypher"):
        store.script_text("MATCH ()-[g:GROUNDED_IN]->() DELETE g", {})
        ground.ground(store, top=5, engine=engine)  # type: ignore[arg-type]
        found = store.read_text(
            "MATCH (:ConceptSet)-[:GROUNDED_IN]->(d) RETURN d.position AS p", {}
        )
        assert sorted(row["p"] for row in found) == [0, 1, 2], engine
    select.plain(store, min_words=2)
    assert document(store, BOOK)["reason"] == "split into parts"
    report = store.read("report/funnel", domain="mathematics")
    assert {"step": "ingest", "reason": "split into parts", "number": 1} in report


def test_dry_run_and_too_small_a_size(store: Store, tmp_path: Path) -> None:
    path = lines(tmp_path, [{"id": "book", "text": BOOK}])
    funnel = ingest.documents(store, [path], split=100, dry_run=True)
    assert funnel.notes == {"split": 1, "parts": 3}
    assert whole(store) == ({}, {})
    with pytest.raises(UsageError, match="at least 50"):
        ingest.documents(store, [path], split=10)
