"""Tags made elsewhere, against a plain reading of the same lines; any order; replaced whole."""

import json
import random
import unicodedata
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from whole import whole

from kgsynth import ids
from kgsynth.concepts import tags
from kgsynth.config import Connection
from kgsynth.steps import ingest
from kgsynth.store import Store, open_store

pytestmark = pytest.mark.neo4j


def lines(folder: Path, rows: list[Any], name: str = "in.jsonl") -> str:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def sources(store: Store, tmp_path: Path) -> dict[str, str]:
    """Six documents and two problems; node ids by the ids they were given."""
    documents = [{"id": f"d{n}", "text": f"document {n}"} for n in range(6)]
    problems = [{"id": f"p{n}", "text": f"problem {n}"} for n in range(2)]
    ingest.documents(store, [lines(tmp_path, documents, "documents.jsonl")])
    ingest.problems(store, [lines(tmp_path, problems, "problems.jsonl")])
    return {row["id"]: ids.text_id("Document", row["text"]) for row in documents} | {
        row["id"]: ids.text_id("Problem", row["text"]) for row in problems
    }


def stored(store: Store, origin: str = "given") -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """(source, kind, concept id) -> (names, topics) of every tag of an origin."""
    rows = store.read_text(
        "MATCH (s)-[r:HAS_TOPIC|MENTIONS {origin: $origin}]->(c:Concept) RETURN s.id AS source, "
        "CASE WHEN c:Topic THEN 'Topic' WHEN c:KnowledgePoint THEN 'KnowledgePoint' END AS kind, "
        "type(r) AS type, c.id AS id, r.names AS names, r.topics AS topics",
        {"origin": origin},
    )
    for row in rows:
        assert (row["type"] == "HAS_TOPIC") == (row["kind"] == "Topic")
    return {(r["source"], r["kind"], r["id"]): (r["names"], r["topics"] or []) for r in rows}


def expected(rows: list[dict[str, Any]], sources: dict[str, str]) -> dict[Any, tuple[Any, ...]]:
    """The same, read off the lines without the code under test."""
    names: dict[Any, set[str]] = defaultdict(set)
    under: dict[Any, set[str]] = defaultdict(set)

    def concept(kind: str, name: str) -> str:
        return ids.content_id("Concept", kind, "mathematics",
                              unicodedata.normalize("NFKC", name).casefold())  # fmt: skip

    for row in rows:
        source = sources[row["id"]]
        for topic, points in row["topics"].items():
            names[source, "Topic", concept("Topic", topic)].add(topic)
            for point in points:
                key = (source, "KnowledgePoint", concept("KnowledgePoint", point))
                names[key].add(point)
                under[key].add(concept("Topic", topic))
        for point in row.get("knowledgePoints", []):
            names[source, "KnowledgePoint", concept("KnowledgePoint", point)].add(point)
    return {key: (sorted(found), sorted(under[key])) for key, found in names.items()}


def rows_of(seed: int, known: list[str]) -> list[dict[str, Any]]:
    """Lines with overlapping concepts in several spellings; some sources have two lines."""
    rng = random.Random(seed)
    topics = ["Algebra", "algebra", "ALGEBRA", "Geometry", "\uff26 fields", "\U0001d53d fields"]
    points = ["Groups", "groups", "Rings", "rings", "Circles", "\U0001d53d", "\uff26", "{Sets}"]
    return [
        {
            "id": rng.choice(known),
            "topics": {t: rng.sample(points, rng.randrange(4)) for t in rng.sample(topics, 2)},
            "knowledgePoints": rng.sample(points, rng.randrange(3)),
        }
        for _ in range(12)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_tags_in_any_order(
    store: Store, sources: dict[str, str], tmp_path: Path, seed: int
) -> None:
    rows = rows_of(seed, sorted(sources))
    graphs = []
    for turn in range(3):
        store.write_text("MATCH (c:Concept) DETACH DELETE c RETURN count(*)", {})
        random.Random(turn).shuffle(rows)
        funnel = ingest.concepts(store, [lines(tmp_path, rows)])
        assert (funnel.taken, funnel.kept, funnel.failures) == (12, 12, 0)
        assert stored(store) == expected(rows, sources)
        graphs.append(whole(store))
    assert graphs[0] == graphs[1] == graphs[2]
    again = ingest.concepts(store, [lines(tmp_path, rows)])
    assert (again.kept, again.notes) == (0, {"already there": 12})
    assert whole(store) == graphs[0]


def test_chunks_do_not_show(
    store: Store, sources: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(9, sorted(sources))
    path = lines(tmp_path, rows)
    monkeypatch.setattr(ingest, "CHUNK_RECORDS", 1)
    ingest.concepts(store, [path])
    assert stored(store) == expected(rows, sources), "two lines for one source count together"
    before = whole(store)
    ingest.concepts(store, [path])
    assert whole(store) == before


def test_concepts_are_named(store: Store, sources: dict[str, str], tmp_path: Path) -> None:
    rows = [{"id": "d0", "topics": {"b  Fields ": ["x"]}}, {"id": "p1", "topics": {"B fields": []}}]
    ingest.concepts(store, [lines(tmp_path, rows)])
    (topic,) = store.read_text("MATCH (t:Topic) RETURN labels(t) AS labels, properties(t) AS t", {})
    assert sorted(topic["labels"]) == ["Concept", "Topic"]
    assert topic["t"].pop("createdAt")
    assert topic["t"] == {"id": ids.concept_id("Topic", "B FIELDS", "mathematics"),
                          "name": "B fields", "domain": "mathematics"}  # fmt: skip


def test_later_tags_take_the_place_of_earlier_ones(
    store: Store, sources: dict[str, str], tmp_path: Path
) -> None:
    first = [{"id": "d0", "topics": {"Algebra": ["Groups"]}, "knowledgePoints": ["Sets"]},
             {"id": "d1", "topics": {"Algebra": ["Rings"]}}]  # fmt: skip
    second = [{"id": "d0", "topics": {"Geometry": ["Groups"]}}]
    ingest.concepts(store, [lines(tmp_path, first)])
    ingest.concepts(store, [lines(tmp_path, second)])
    assert stored(store) == expected([second[0], first[1]], sources)
    names = [row["name"] for row in store.read_text("MATCH (c:Concept) RETURN c.name AS name", {})]
    assert sorted(names) == ["Algebra", "Geometry", "Groups", "Rings", "Sets"], "concepts stay"


def test_given_and_generated_tags(store: Store, sources: dict[str, str], tmp_path: Path) -> None:
    given = {"id": "d0", "topics": {"Algebra": ["Groups"]}}
    model = tags.tag_row(sources["d0"], {"algebra": ["groups", "Rings"]}, [], "mathematics")
    renewed = tags.tag_row(sources["d0"], {"Geometry": ["Circles"]}, [], "mathematics")
    graphs = []
    for given_first in (True, False):
        store.write_text("MATCH (c:Concept) DETACH DELETE c RETURN count(*)", {})
        steps = [lambda: ingest.concepts(store, [lines(tmp_path, [given])]),
                 lambda: store.write("write/tags", [model], origin="generated")]  # fmt: skip
        for step in steps if given_first else reversed(steps):
            step()
        assert stored(store) == expected([given], sources), "what was given stands as given"
        rings = ids.concept_id("KnowledgePoint", "Rings", "mathematics")
        assert [key[2] for key in stored(store, "generated")] == [rings]
        graphs.append(whole(store))
        store.write("write/tags", [renewed], origin="generated")
        assert stored(store) == expected([given], sources)
        assert {names[0] for names, _ in stored(store, "generated").values()} == {
            "Geometry",
            "Circles",
        }
    assert graphs[0] == graphs[1]


def test_properties_are_set(store: Store, sources: dict[str, str]) -> None:
    row = tags.tag_row(sources["d0"], {"Algebra": []}, [], "mathematics")
    store.write("write/tags", [{**row, "properties": {"level": "school", "subject": "Algebra"}}],
                origin="generated")  # fmt: skip
    found = store.read_text("MATCH (d:Document) WHERE d.level IS NOT NULL RETURN d.id AS id, "
                            "d.level AS level, d.subject AS subject", {})  # fmt: skip
    assert found == [{"id": sources["d0"], "level": "school", "subject": "Algebra"}]


def test_two_at_once_give_the_same_graph(
    store: Store, connection: Connection, sources: dict[str, str], tmp_path: Path
) -> None:
    rows = [{"id": id, "topics": {t: ["Groups", "groups", "Rings"] for t in ("B", "a", "A", "c")}}
            for id in sorted(sources)]  # fmt: skip
    ingest.concepts(store, [lines(tmp_path, rows)])
    before = whole(store)
    store.write_text("MATCH (c:Concept) DETACH DELETE c RETURN count(*)", {})

    def work(turn: int) -> None:
        mine = random.Random(turn).sample(rows, len(rows))
        with open_store(connection) as own:
            ingest.concepts(own, [lines(tmp_path, mine, f"{turn}.jsonl")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert whole(store) == before


def test_node_ids_and_domains(store: Store, sources: dict[str, str], tmp_path: Path) -> None:
    rows = [{"id": sources["d3"], "topics": {"A": []}}, {"id": sources["p0"], "topics": {"A": []}}]
    assert ingest.concepts(store, [lines(tmp_path, rows)]).kept == 2
    assert {source for source, _, _ in stored(store)} == {sources["d3"], sources["p0"]}
    other = ingest.concepts(
        store, [lines(tmp_path, [{"id": "d0", "topics": {"A": []}}])], domain="code"
    )
    assert other.dropped == {"source of another domain": 1}


def test_bad_lines(
    store: Store, sources: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest.problems(store, [lines(tmp_path, [{"id": "d0", "text": "a third problem"}])])
    long = "x" * 10_000
    rows: list[Any] = [
        {"id": "d1", "topics": {"Algebra": [long, "Groups", "", 7], "": ["Rings"]}},
        {"id": "nobody", "topics": {"Algebra": []}},
        {"id": "d0", "topics": {"Algebra": []}},
        {"id": "d2", "topics": {"": []}},
        ["an array"],
        {"id": "d3", "topics": {"'; MATCH (n) DETACH DELETE n //": ["`{{x}}` [[y]]", "\\u0060"]}},
    ]
    path = lines(tmp_path, rows)
    capsys.readouterr()
    funnel = ingest.concepts(store, [path])
    assert funnel.taken == 6
    assert funnel.kept == 2
    assert funnel.dropped == {"unknown id": 1, "id names several sources": 1, "no concept": 1,
                              "not a JSON object": 1}  # fmt: skip
    assert funnel.notes == {"refused: name too long": 1, "refused: empty name": 2,
                            "refused: name is not text": 1}  # fmt: skip
    assert funnel.failures == 8
    told = capsys.readouterr().err.splitlines()
    assert f"{path}:2: unknown id (nobody)" in told
    several = next(line for line in told if "several" in line)
    assert f"Document {sources['d0']}" in several
    assert "Problem " in several
    good = [{"id": "d1", "topics": {"Algebra": ["Groups"]}, "knowledgePoints": ["Rings"]}, rows[5]]
    assert stored(store) == expected(good, sources)
    kept = store.read_text("MATCH (x:Rejected) RETURN x.reason AS reason, x.line AS line, "
                           "size(x.raw) AS size", {})  # fmt: skip
    assert len(kept) == 8
    assert all(row["size"] <= 2_000 for row in kept)
    assert {(row["reason"], row["line"]) for row in kept} >= {
        ("name too long", 1),
        ("unknown id", 2),
    }


def test_limit_and_dry_run(store: Store, sources: dict[str, str], tmp_path: Path) -> None:
    path = lines(tmp_path, [{"id": f"d{n}", "topics": {"A": []}} for n in range(6)] + [{}])
    before = whole(store)
    dry = ingest.concepts(store, [path], dry_run=True)
    assert (dry.taken, dry.kept, dry.failures) == (7, 6, 1)
    assert whole(store) == before
    assert ingest.concepts(store, [path], limit=2).kept == 2
    assert len(stored(store)) == 2


def test_other_kinds_of_files_are_skipped(store: Store, tmp_path: Path) -> None:
    (tmp_path / "tags.csv").write_text("id,topics\n")
    funnel = ingest.concepts(store, [str(tmp_path)])
    assert (funnel.taken, funnel.notes) == (0, {"skipped files": {".csv": 1}})
