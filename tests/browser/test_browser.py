"""The queries to look around with, on a real graph; and in a real Neo4j Browser in Chromium."""

import base64
import contextlib
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgsynth import assets, browser
from kgsynth.calls.journal import open_journal
from kgsynth.runs import open_run
from kgsynth.steps import answer, export, generate, ground, ingest, link, sample
from kgsynth.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "mathematics"
sys.path.insert(0, str(ROOT / "tools"))

SETTINGS = '[models.default]\nprovider = "fake"\noptions = { script = "replies.py:reply" }\n'
REPLIES = """
def reply(call):
    if call.prompt == "answer/solve":
        return f"<solution>\\nThe remainder it is.\\nFinal answer: {call.digest % 7}\\n</solution>"
    if call.digest % 3 == 0:
        return "I would rather talk about the weather."
    names = [line[2:] for line in call.inputs["concepts"].splitlines() if line.startswith("- ")]
    return (f"<question>\\n<concepts>{names[0]}; {names[-1]}</concepts>\\n"
            f"What is the remainder of {call.digest} divided by seven?\\n</question>")
"""
HOME = "SHOW SETTINGS YIELD name, value WHERE name = 'server.directories.neo4j_home' RETURN value"


@pytest.fixture(scope="module")
def graph(shared_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Twelve documents of the example corpus and all that Level 3 makes of them."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "kgsynth.toml").write_text(SETTINGS)
    (folder / "replies.py").write_text(REPLIES)
    store = shared_store
    store.script("write/wipe")
    for kind in ("documents", "concepts"):
        lines = (EXAMPLES / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
        (folder / f"{kind}.jsonl").write_text("\n".join(lines[:12]), encoding="utf-8")
    with (
        contextlib.chdir(folder),
        open_journal(folder) as journal,
        open_run(store, "synthllm-level3", {}, 0) as run,
    ):
        ingest.documents(store, ["documents.jsonl"])
        ingest.concepts(store, ["concepts.jsonl"])
        link.link(store)
        sample.walk(store, epochs=1, engine="client")
        ground.ground(store, engine="sparse")
        generate.generate(store, journal, "synthllm-level3", run=run)
        answer.answer(store, journal, run=run)
        export.export(store, folder / "data.jsonl")
    return store


def result(store: Store, text: str) -> tuple[Counter[str], int]:
    """Nodes of a result by their last label, as Browser colours them, and its relationships."""
    import neo4j

    found = store.driver.execute_query(text, result_transformer_=neo4j.Result.graph)
    return Counter(sorted(node.labels)[-1] for node in found.nodes), len(found.relationships)


@pytest.mark.neo4j
@pytest.mark.parametrize("name", assets.names("cypher", "explore"))
def test_query_gives_something_to_draw(name: str, graph: Store) -> None:
    nodes, relationships = result(graph, browser.with_values(assets.query(name)))
    assert 2 <= nodes.total() <= 300, "Browser draws 300 nodes at most"
    assert relationships >= 1


@pytest.mark.neo4j
def test_lineage_reaches_everything_an_exported_row_comes_from(graph: Store) -> None:
    example = graph.read_text("MATCH (e:Example) RETURN e.id AS id LIMIT 1", {})[0]["id"]
    nodes, _ = result(graph, browser.with_values(browser.query("lineage"), {"id": example}))
    assert {"Example", "Dataset", "Question", "Answer", "ConceptSet", "Document", "Run"} < set(
        nodes
    )
    assert nodes["Call"] == 2 and nodes["Topic"] >= 1


@pytest.mark.neo4j
def test_bridges_counts_foreign_communities_where_there_are_communities(graph: Store) -> None:
    text = browser.with_values(browser.query("bridges"), {"limit": 1})
    rows = graph.read_text(text, {})
    graph.write_text("MATCH (t:Topic) SET t.community = 1", {})
    try:
        graph.write_text("MATCH (t:Topic {name: $name}) SET t.community = 2",
                         {"name": rows[0]["between"][0]})  # fmt: skip
        (row,) = graph.read_text(text, {})
        assert row["topic"] == rows[0]["between"][0] and row["bridged"] == len(row["between"])
    finally:
        graph.write_text("MATCH (t:Topic) REMOVE t.community", {})


@pytest.fixture
def chromium() -> str:
    """A Chromium of this machine. In CI a missing one is a failure."""
    from screenshot import find_chromium

    missing = "Chromium is missing (Debian: apt install chromium): Neo4j Browser was not looked at"
    path = find_chromium()
    if path is None:
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    return path


@pytest.fixture
def project(graph: Store) -> Path:
    """The project folder whose private server these tests run on."""
    home = Path(graph.read_text(HOME, {})[0]["value"])
    if home.parent.name != ".kgsynth":
        pytest.skip(f"NEO4J_URI names a server that is not a private one of kgsynth ({home})")
    return home.parents[1]


@pytest.mark.neo4j
@pytest.mark.browser
def test_browser_draws_the_saved_queries_in_style(
    chromium: str, project: Path, graph: Store
) -> None:
    from playwright.sync_api import Locator
    from screenshot import browse, log_in, new_page, run_editor

    rules = json.loads(browser.style_command().removeprefix(":style "))

    def drawn(frame: Locator) -> tuple[Counter[str], int]:
        """The circles of a frame by the label whose colour they have, and the number of arrows."""
        labels = {
            rule["color"]: name.removeprefix("node.")
            for name, rule in rules.items()
            if name.startswith("node.")
        }
        circles = frame.locator("g.node circle.b-outline")
        fills = circles.evaluate_all("all => all.map(one => one.getAttribute('fill'))")
        arrows = frame.locator("g.relationship path.b-outline")
        shapes = arrows.evaluate_all("all => all.map(one => one.getAttribute('d'))")
        return Counter(labels[fill] for fill in fills), sum(bool(shape) for shape in shapes)

    found = browse(project, "neighbourhood", "-p", "points=3")
    with new_page(chromium) as page:
        log_in(page, found)
        frame = run_editor(page)
        text = browser.with_values(browser.query("neighbourhood"), {"points": 3})
        wanted, arrows = result(graph, text)
        assert drawn(frame) == (wanted, arrows) and wanted["KnowledgePoint"] == 3

        drop(page, Path(found["queries"]))
        page.get_by_test_id("navigationFavorites").click()
        page.get_by_test_id("expandFolder-kgsynth").click()
        for name in ("overview", "lineage"):
            query = browser.query(name)
            page.get_by_test_id(f"scriptTitle-{query.title}").click()
            frame = run_editor(page)
            assert drawn(frame) == result(graph, browser.with_values(query))
        captions = frame.locator("g.node text.caption")
        assert "What is the" in " ".join(" ".join(captions.all_text_contents()).split())


def drop(page: "Page", file: Path) -> None:
    """Drops a file on Browser's page, as a person does with the mouse."""
    content = base64.b64encode(file.read_bytes()).decode()
    held = page.evaluate_handle(
        """([content, name]) => {
          const bytes = Uint8Array.from(atob(content), one => one.charCodeAt(0));
          const held = new DataTransfer();
          held.items.add(new File([bytes], name));
          return held;
        }""",
        [content, file.name],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event(".filedrop", event, {"dataTransfer": held})
