"""`db build`: the graph of an offline build is that of `ingest`, node for node; what it refuses."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from kgsynth import ids
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.offline import build
from kgsynth.server import admin, data, local, swap
from kgsynth.server.home import Home
from kgsynth.steps import ingest, link
from kgsynth.store import open_store
from tests.neo4j.whole import whole
from tests.server.conftest import Run, create_nodes

TITLES = [None, "a;b", 'say "so"', "\U0001d53d", "\uff26", "line\nbreak", "-", "'"]
POINTS = [
    "Groups",
    "groups",
    "RINGS",
    "Rings",
    "a;b",
    'the "q"',
    "\U0001d53d",
    "\uff26",
    "-",
    "x,y",
]


def hostile(seed: int) -> tuple[list[Any], list[Any]]:
    """Lines of documents and of tags: quotes, line breaks, several ids of one text, what is bad."""
    rng = random.Random(seed)
    texts = [
        f"Text {n}\n\n  of; \"quotes\", \\n and 'more' \u00e9\U0001d53d\t|{n}|" for n in range(40)
    ]
    documents: list[Any] = []
    for n in range(120):
        text = rng.choice(texts)
        documents.append({
            "id": rng.choice([None, f"d{n}", f" {n};\"'\\ \U0001d53d", f"\uff26{n}"]),
            "text": text if rng.random() < 0.5 else "  " + text.replace(" ", "   "),
            "title": rng.choice(TITLES), "url": rng.choice([None, "https://x.y/?a=b;c"]),
            "level": rng.choice([None, "College", 7]), "subject": rng.choice([None, "Algebra"]),
        })  # fmt: skip
    documents += [{"id": "d0", "text": "another text of an id that is taken"}, {"text": ""}, [],
                  {"title": "none"}, {"text": "nul \0"}]  # fmt: skip
    named = [line["id"] for line in documents[:120] if line["id"]]
    named += [ids.text_id("Document", text) for text in texts[:5]]
    tags: list[Any] = []
    for _ in range(90):
        topics = {rng.choice(["Algebra", "algebra", " ALGEBRA", "\U0001d53d", "\uff26"]):
                  rng.sample(POINTS, rng.randrange(6)) for _ in range(2)}  # fmt: skip
        tags.append({"id": rng.choice(named), "topics": topics,
                     "knowledgePoints": rng.sample(POINTS, rng.randrange(1, 3))})  # fmt: skip
    tags += [{"id": "nobody", "topics": {"A": []}}, {"id": named[0], "topics": {"": ["x", 7]}}, 3]
    return documents, tags


def written(folder: Path, seed: int) -> tuple[str, str]:
    paths = []
    for name, rows in zip(("documents", "concepts"), hostile(seed), strict=True):
        path = folder / f"{name}.jsonl"
        lines = [json.dumps(row, ensure_ascii=False) for row in rows] + ["{broken", ""]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        paths.append(str(path))
    return paths[0], paths[1]


def test_the_graph_is_that_of_ingest(
    project: Path, monkeypatch: pytest.MonkeyPatch, kgsynth: Run
) -> None:
    monkeypatch.setattr(ingest, "CHUNK_RECORDS", 7)
    monkeypatch.setattr(build, "CHARACTERS", 1_000)
    documents, concepts = written(project, 0)
    funnels = build.build(project, documents, concepts, link=True)
    server = local.status(project)
    assert server is not None
    with open_store(server.connection) as store:
        built = whole(store)
        names = [row["name"] for row in store.read("server/indexes")]
        assert len(built[0]) > 50
        assert "document_id_unique" in names

        # What holds anything is not built into.
        told = kgsynth(project, "db", "build", documents, concepts)
        assert told.returncode == 2
        assert "needs an empty database" in told.stderr

        store.write_text("MATCH (n) DETACH DELETE n RETURN count(*)", {})
        again = [ingest.documents(store, [documents]), ingest.concepts(store, [concepts])]
        linked = link.link(store)
        assert whole(store) == built
    assert [funnel.as_row() for funnel in funnels[:2]] == [funnel.as_row() for funnel in again]
    assert (funnels[2].taken, funnels[2].kept) == (linked.taken, linked.kept)
    assert sum(funnels[2].notes["pairs"].values()) == linked.notes["new"]
    assert not (project / ".kgsynth" / "build").exists()


def test_another_server_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch, kgsynth: Run
) -> None:
    paths = written(project, 1)
    for name in ("NEO4J_URI", "NEO4J_PASSWORD"):
        with monkeypatch.context() as patch:
            patch.setenv(name, "bolt://127.0.0.1:7687")
            with pytest.raises(UsageError, match=f"{name} names another server"):
                build.build(project, *paths)
    done = kgsynth(project, "--uri", "bolt://127.0.0.1:7687", "db", "build", *paths)
    assert done.returncode == 2 and "leave --uri out" in done.stderr


def test_one_build_at_a_time_and_none_of_no_document(project: Path) -> None:
    home = Home(project.resolve())
    home.make()
    paths = written(project, 3)
    with (
        FileLock(home.state / "build.lock"),
        pytest.raises(KgsynthError, match="Another `kgsynth db build`"),
    ):
        build.build(project, *paths)
    Path(paths[0]).write_text('{"text": ""}\n')
    documents, concepts = build.build(project, *paths)
    assert (documents.kept, documents.failures) == (0, 1) and not concepts.kept
    assert not data.has_database(home)


def test_a_build_that_fails_or_is_killed_leaves_an_empty_graph(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = written(project, 2)
    home = Home(project.resolve())
    run = admin.run

    def half(*arguments: Any, **more: Any) -> None:
        run(*arguments, **more)
        raise KgsynthError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(data.admin, "run", half)
        with pytest.raises(KgsynthError, match="the disk is full"):
            build.build(project, *paths)
    assert not data.has_database(home)

    # Killed: what stood aside comes back at the next start.
    swap.set_aside(home)
    for folder in swap.current(home):
        folder.mkdir()
        (folder / "half").write_text("a store")
    local.start(project)
    build.refuse(home)
    create_nodes(project, 3)
    with pytest.raises(UsageError, match="holds 3 nodes"):
        build.build(project, *paths)
