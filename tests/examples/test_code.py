"""The example corpus on programming: every snippet is run, its output compared; a connected graph.

A ```text block is the output of the block before it. Blocks of one document share their names.
Inline code that states an equality (`f(2) == 4`) is evaluated behind them.
"""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest

from kgsynth.concepts import names

FOLDER = Path(__file__).parents[2] / "examples" / "code"
SUBJECTS = {
    "Algorithms": 5,
    "Data structures": 4,
    "Programming languages": 5,
    "Systems": 4,
    "Software engineering": 3,
}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EQUALITY = re.compile(r"(?<!`)`([^`\n]+ (?:==|!=) [^`\n]+)`(?!`)")
BETWEEN = "\x1e"


def rows(name):
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


DOCUMENTS = rows("documents.jsonl")
TAGS = rows("concepts.jsonl")
TEXTS = {document["id"]: document["text"] for document in DOCUMENTS}


def snippets(text, language):
    """(code, output that the text shows) of each block of a language."""
    blocks = [(match[1], match[2]) for match in BLOCK.finditer(text)]
    following = [*blocks[1:], ("", "")]
    for (kind, code), (after, output) in zip(blocks, following, strict=True):
        if kind == language:
            yield code, output if after == "text" else ""


def in_language(language):
    return [ident for ident, text in TEXTS.items() if f"```{language}\n" in text]


def run(command, source=None):
    done = subprocess.run(
        command, input=source, capture_output=True, text=True, timeout=60, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_python(text):
    """(output, what the text shows) of each Python block of a document, run as one program."""
    shown = list(snippets(text, "python"))
    equalities = EQUALITY.findall(BLOCK.sub("", text))
    checks = "".join(f"assert {equality}, {equality!r}\n" for equality in equalities)
    source = "".join(f"{code}\nprint({BETWEEN!r}, end='')\n" for code, _ in shown) + checks
    outputs = run([sys.executable, "-I", "-X", "utf8", "-W", "error", "-"], source).split(BETWEEN)
    return list(zip(outputs[:-1], [output for _, output in shown], strict=True))


@pytest.mark.parametrize("document", in_language("python"))
def test_python(document):
    for output, shown in run_python(TEXTS[document]):
        assert output == shown


@pytest.mark.parametrize("document", in_language("sql"))
def test_sql(document):
    with sqlite3.connect(":memory:") as database:
        for code, shown in snippets(TEXTS[document], "sql"):
            found = []
            for statement in filter(str.strip, code.split(";")):
                found = database.execute(statement).fetchall()
            lines = ["|".join("NULL" if v is None else str(v) for v in row) for row in found]
            assert lines == shown.splitlines()


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler (cc)")
@pytest.mark.parametrize("document", in_language("c"))
def test_c(document, tmp_path):
    for code, shown in snippets(TEXTS[document], "c"):
        program = tmp_path / "program"
        flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-O1"]
        run(["cc", *flags, "-x", "c", "-", "-o", str(program)], code)
        assert run([str(program)]) == shown


@pytest.mark.parametrize(
    "text",
    [
        "```python\nprint(1 + 1)\n```\n```text\n3\n```",
        "```python\nprint(2)\n```\nnothing is shown",
        "```python\nassert 1 == 2\n```",
        "```python\nx = 1\n```\nNow `x == 2` holds.",
    ],
)
def test_a_wrong_snippet_is_noticed(text):
    with pytest.raises(AssertionError):
        for output, shown in run_python(text):
            assert output == shown


def test_every_block_is_checked():
    """Each fence opens one of the known kinds, and shows something or asserts it."""
    for ident, text in TEXTS.items():
        kinds = Counter(match[1] for match in BLOCK.finditer(text))
        assert set(kinds) <= {"python", "sql", "c", "text"}, ident
        assert 2 * sum(kinds.values()) == len(re.findall("^```", text, re.MULTILINE)), ident
        assert kinds["text"] >= 1, ident
    assert len(in_language("python")) >= 18


def test_documents_are_well_formed():
    assert len(TEXTS) == len(DOCUMENTS) == sum(SUBJECTS.values())
    assert Counter(document["subject"] for document in DOCUMENTS) == SUBJECTS
    for document in DOCUMENTS:
        assert set(document) == {"id", "title", "text", "level", "subject", "licence", "language"}
        assert re.fullmatch(r"[a-z-]+/[a-z0-9-]+", document["id"])
        assert document["id"].startswith(document["subject"].lower().replace(" ", "-") + "/")
        assert (document["licence"], document["language"]) == ("CC0-1.0", "en")
        assert document["level"] in {"high school", "undergraduate"}
        assert 200 <= len(document["text"].split()) <= 450, document["id"]
    assert len({document["title"] for document in DOCUMENTS}) == len(DOCUMENTS)


def test_every_document_is_tagged():
    assert [tags["id"] for tags in TAGS] == [document["id"] for document in DOCUMENTS]
    for tags in TAGS:
        assert set(tags) == {"id", "topics", "knowledgePoints"}
        assert tags["knowledgePoints"] == []
        assert 2 <= len(tags["topics"]) <= 5
        for topic, concepts in tags["topics"].items():
            assert 5 <= len(set(concepts)) == len(concepts) <= 8, (tags["id"], topic)


def by_kind(tags):
    yield list(tags["topics"])
    yield sorted({name for listed in tags["topics"].values() for name in listed})


@pytest.mark.parametrize(("kind", "fewest", "shared"), [(0, 25, 15), (1, 180, 60)])
def test_names_are_shared_and_join_all_documents(kind, fewest, shared):
    graph, met = nx.Graph(), Counter()
    for tags in TAGS:
        listed = list(by_kind(tags))[kind]
        met.update(listed)
        graph.add_edges_from(combinations(listed, 2))
    assert len(met) >= fewest
    assert sum(count > 1 for count in met.values()) >= shared
    assert nx.is_connected(graph)
    assert len({names.key(name) for name in met}) == len(met), "two spellings of one name"


def test_names_that_only_programming_has_stay_apart():
    apart = ["C", "C++", "C#", "O(n)", "O(n^2)", "O(n log n)", "2-SAT", "3-SAT", "B-tree",
             "B+ tree", "A* search", ".NET", "std::vector", "__init__", "*args", "=="]  # fmt: skip
    assert len({names.key(name) for name in apart}) == len(apart)
    assert names.key("Hash tables") == names.key("hash table")
