"""Hostile input through the real command and a real server: nothing breaks, blocks or is believed.

Poisoned files and strings end as kept or as refused with a reason of our own words; names and texts
that look like Cypher, and models that repeat them, change nothing but their own nodes.
"""

import json
import os
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgsynth import browser
from kgsynth.config import Connection
from kgsynth.steps import ingest
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

REASONS = {
    "cannot be read", "compressed data is broken", "empty file", "empty text", "field too long",
    "holds a NUL byte", "holds a lone surrogate", "line too long", "no column text",
    "not UTF-8", "not a JSON object", "not a readable Parquet file", "not a regular file",
    "not readable HTML", "not valid CSV", "not valid JSON", "text too long",
}  # fmt: skip


class Shell:
    """The command in a folder of its own, on the tests' server."""

    def __init__(self, folder: Path, connection: Connection) -> None:
        self.folder = folder
        self.env = {
            **os.environ,
            "NEO4J_URI": connection.uri,
            "NEO4J_USERNAME": connection.username,
            "NEO4J_PASSWORD": connection.password,
        }

    def run(self, *arguments: str | bytes, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "kgsynth", *arguments], cwd=self.folder, env=self.env,
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stdout


@pytest.fixture
def shell(tmp_path: Path, connection: Connection, store: Store) -> Shell:
    return Shell(tmp_path, connection)


# Bytes that are no text, or more than is taken: each is one refusal.
POISON: dict[str, bytes] = {
    "binary.txt": bytes(range(256)) * 40,
    "nul.txt": b"a\0b",
    "latin.txt": "caf\u00e9".encode("latin-1"),
    "utf16-no-mark.md": "no mark \u4e00".encode("utf-16-le"),
    "surrogate.txt": b"lone \xed\xa0\x80 surrogate",
    "overlong.txt": b"overlong \xc0\xaf",
    "spaces.txt": b" \t \n" * 1_000,
    "newlines.txt": b"\n" * 1_000_000,
    "empty.txt": b"",
    "empty.jsonl": b"",
    "invisible.txt": "\u200b\u202e\ufeff\u2060".encode(),
    "huge.txt": b"x" * 50_000_000,
    "bomb.html": b"<div>" * 100_000,
    "math-bomb.html": b"<math>" * 100_000,
    "tags.html": b"<i>x" * 400_000,
    "nul.html": b"<p>a\0b",
    "array.jsonl": b"[1, 2]\n",
    "deep.jsonl": b'{"text": ' + b"[" * 200_000 + b"\n",
    "digits.jsonl": b'{"text": "x", "level": ' + b"9" * 10_000 + b"}\n",
    "twice.jsonl": b'{"text": "one", "text": "two"}\n',
    "escaped-surrogate.jsonl": b'{"text": "\\ud800"}\n',
    "no-column.csv": b"id,body\n1,x\n",
    "open-quote.csv": b'text\n"never closed\n',
    "broken.parquet": b"PAR1 and no more",
    "broken.txt.gz": b"\x1f\x8b\x08\x00 and no more",
    "plain.jsonl.zst": b'{"text": "not packed"}\n',
}
# Odd, and text all the same: kept as it is.
ODD: dict[str, tuple[bytes, str]] = {
    "utf16.txt": ("\ufeffwith a mark \u4e00".encode("utf-16-le"), "with a mark \u4e00"),
    "bom.txt": ("\ufeffwith a mark".encode(), "with a mark"),
    "bidi.txt": ("\u202eright to left\u202c \u200bzero width".encode(),
                 "\u202eright to left\u202c \u200bzero width"),
    "noncharacter.txt": ("\uffff \U0010ffff \x07\x0c".encode(), "\uffff \U0010ffff \x07\x0c"),
    "line.txt": (b"long " * 900_000, "long " * 900_000),
    "heading.md": (b"# " + b"# " * 500_000 + b"x", "# " + "# " * 500_000 + "x"),
    "backtracks.md": (b"#" + b" \t" * 500_000 + b"x", "#" + " \t" * 500_000 + "x"),
}  # fmt: skip


def test_a_folder_of_poison(shell: Shell, store: Store) -> None:
    folder = shell.folder / "in"
    folder.mkdir()
    for name, data in POISON.items():
        (folder / name).write_bytes(data)
    for name, (data, _) in ODD.items():
        (folder / name).write_bytes(data)
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "loop").symlink_to(".")
    (folder / "unreadable.txt").symlink_to("/proc/self/mem")
    os.mkfifo(folder / "pipe.txt")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    refused, skipped = len(POISON) + 3, 2

    funnel = json.loads(shell.run("ingest", "documents", "in", "--json", code=1))

    seen = len(list(folder.iterdir()))
    assert (funnel["kept"], sum(funnel["dropped"].values())) == (len(ODD), refused)
    assert funnel["in"] == len(ODD) + refused
    assert sum(funnel["skipped files"].values()) == skipped
    assert seen == len(ODD) + refused + skipped
    assert set(funnel["dropped"]) <= REASONS
    stored = store.read_text("MATCH (d:Document) RETURN d.text AS text, d.externalIds AS ids", {})
    assert {row["ids"][0]: row["text"] for row in stored} == {
        name: text for name, (_, text) in ODD.items()
    }
    rejected = store.read_text("MATCH (x:Rejected) RETURN x.reason AS reason, x.raw AS raw", {})
    assert len(rejected) == refused
    assert all(len(row["raw"]) <= 2_000 for row in rejected)


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=40))
def test_any_string_is_kept_as_it_is_or_refused(
    store: Store, tmp_path: Path, texts: list[str]
) -> None:
    store.script("write/wipe")
    path = tmp_path / "in.jsonl"
    rows = [{"text": text, "title": text, "id": f"{text}{n}"} for n, text in enumerate(texts)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    funnel = ingest.documents(store, [str(path)])
    again = funnel.notes.get("duplicate", 0)
    assert funnel.taken == len(texts) == funnel.kept + again + sum(funnel.dropped.values())
    assert set(funnel.dropped) <= REASONS
    stored = store.read_text("MATCH (d:Document) RETURN d.text AS text", {})
    assert len(stored) == funnel.kept
    assert {row["text"] for row in stored} <= set(texts)


def test_copies_under_other_names_are_one_document(shell: Shell, store: Store) -> None:
    folder = shell.folder / "in"
    folder.mkdir()
    for name, text in {
        "a.txt": "Caf\u00e9 au lait", "b.txt": "Cafe\u0301  au\nlait\n",
        "c.md": "\ufeffCaf\u00e9 au\u200b lait", "d.txt": "Caf\u00e9 au lait",
    }.items():  # fmt: skip
        (folder / name).write_text(text, encoding="utf-8")
    funnel = json.loads(shell.run("ingest", "documents", "in", "--json"))
    assert (funnel["in"], funnel["kept"], funnel["duplicate"]) == (4, 1, 3)
    (row,) = store.read_text("MATCH (d:Document) RETURN d.externalIds AS ids", {})
    assert row["ids"] == ["a.txt", "b.txt", "c.md", "d.txt"]


VALUES = [
    2**63, -(2**63) - 1, 10**300, 1.5, float("nan"), float("inf"), True, None, "", [], {}, [[1]],
    [None], {"a": {"b": [1]}}, [float("nan")], "x" * 5_000,
]  # fmt: skip


def test_values_of_any_type(store: Store, tmp_path: Path) -> None:
    """R16: a wrong type is a reason, never an error of the driver, and only text is stored."""
    fields = ("id", "title", "source", "url", "licence", "language", "level", "subject")
    rows: list[dict[str, Any]] = [
        {"text": f"{field} {place}", field: value}
        for field in fields
        for place, value in enumerate(VALUES)
    ]
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    funnel = ingest.documents(store, [str(path)])
    assert funnel.taken == len(rows) == funnel.kept + sum(funnel.dropped.values())
    assert set(funnel.dropped) == {"wrong type", "field too long"}
    stored = store.read_text("MATCH (d:Document) RETURN properties(d) AS d", {})
    assert len(stored) == funnel.kept
    numbers = {"words", "createdAt", "externalIds"}
    for row in stored:
        assert all(isinstance(value, str) for key, value in row["d"].items() if key not in numbers)

    topics = [
        {"id": "id 3", **dict([pair])}
        for value in VALUES
        for pair in (("topics", value), ("topics", {"A": value}), ("topics", {"A": [value]}),
                     ("knowledgePoints", value), ("knowledgePoints", [value]))
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in topics), encoding="utf-8")
    funnel = ingest.concepts(store, [str(path)])
    known = funnel.notes.get("already there", 0)
    assert funnel.taken == len(topics) == funnel.kept + known + sum(funnel.dropped.values())
    names = store.read_text("MATCH (c:Concept) RETURN c.name AS name", {})
    assert {row["name"] for row in names} <= {"A"}


PAYLOADS = [
    "x\\u0060}) DETACH DELETE (n) // where\nMATCH (n) DETACH DELETE n; //",
    "`]->() WITH 1 AS one MATCH (n) DETACH DELETE n //",
    "'\"}) WITH 1 AS one MATCH (n) DETACH DELETE n WITH one UNWIND [{a: '",
]
REPLIES = """
import json

PAYLOAD = {payload!r}

def reply(call):
    if call.prompt.startswith("tag/"):
        points = [PAYLOAD] + [f"{{PAYLOAD[:60]}} {{n}} {{call.digest % 3}}" for n in range(5)]
        return json.dumps({{"level": PAYLOAD, "subject": PAYLOAD, "topics": [
            {{"topic": PAYLOAD[:80], "concepts": points}},
            {{"topic": PAYLOAD[:50] + " second", "concepts": points}}]}})
    if call.prompt.startswith("question/"):
        return (f"<question>\\n<concepts>{{PAYLOAD}}; {{PAYLOAD}}</concepts>\\n"
                f"{{PAYLOAD}} what is {{call.digest}} times two?\\n</question>")
    return (f"<solution>\\n{{PAYLOAD}} then {{call.digest}}.\\n"
            f"Final answer: {{PAYLOAD}}\\n</solution>")
"""


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_never_becomes_cypher(shell: Shell, store: Store, payload: str) -> None:
    """R17: documents, names, ids, domain, file name and a model's replies; sentinels survive."""
    store.write_text("UNWIND range(1, 7) AS n CREATE (:Sentinel {id: n})", {})
    folder = shell.folder
    (folder / "replies.py").write_text(REPLIES.format(payload=payload), encoding="utf-8")
    (folder / "kgsynth.toml").write_text(
        '[models.default]\nprovider = "fake"\nmodel = "one"\n'
        'options = { script = "replies.py:reply" }\n'
    )
    fields = ("title", "source", "url", "licence", "language", "level", "subject")
    documents = [
        {"id": f"{payload} {n}", "text": f"{payload} {n}", **dict.fromkeys(fields, payload)}
        for n in range(6)
    ]  # fmt: skip
    name = f"{payload.replace('/', '|')}.jsonl"
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in documents))
    concepts = [
        {"id": f"{payload} {n}", "topics": {payload: [payload, f"{payload} {n}"]}}
        for n in range(3)
    ]  # fmt: skip
    (folder / "concepts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in concepts))
    problem = {"problem": payload, "solution": payload, "answer": payload, "id": payload}
    (folder / "problems.jsonl").write_text(json.dumps(problem) + "\n")

    shell.run("ingest", "problems", "problems.jsonl", "--domain", payload)
    shell.run(
        "run", "synthllm-level3", name, "--concepts", "concepts.jsonl", "--domain", payload,
        "--set", "sample.epochs=1", "--set", "dedup.threshold=1", "--out", "data.jsonl",
    )  # fmt: skip

    (row,) = store.read_text("MATCH (n:Sentinel) RETURN count(n) AS n", {})
    assert row["n"] == 7
    labels = "MATCH (n) UNWIND labels(n) AS label RETURN collect(DISTINCT label) AS labels"
    assert set(store.read_text(labels, {})[0]["labels"]) <= {
        "Sentinel", "Migration", "Document", "Problem", "Concept", "Topic", "KnowledgePoint",
        "ConceptSet", "ConceptGraph", "Question", "Answer", "Call", "Run", "Example", "Dataset",
        "Lease",
    }  # fmt: skip
    (kept,) = store.read_text("MATCH (d:Document) WHERE d.externalIds = [$id] RETURN d {.*} AS d",
                              {"id": documents[0]["id"]})  # fmt: skip
    assert all(kept["d"][field] == payload for field in fields[:5])
    exported = [json.loads(line) for line in (folder / "data.jsonl").read_text().splitlines()]
    bare = payload.strip("`")  # which the parser takes for decoration
    assert exported and all(bare in row["messages"][0]["content"] for row in exported)
    shown = shell.run("trace", exported[0]["questionId"], "--json")
    assert json.loads(shown)
    shell.run("status", "--domain", payload)


HOSTILE_VALUES = [
    *PAYLOADS, "a`b", "\\", "\\\\", "\\\\u0022", "\\u0022 + 'z", "\\u0027",
    "a\\u000ab", "\\U0001F600", '"', "'", "\n\t\0\b\f\x7f", "{}[]", "// x", "*/ MATCH", "\u2028",
    "\U0001f600", r"$\frac{1}{2} \cup \upsilon$",
]  # fmt: skip


@pytest.mark.parametrize("version", ["", "CYPHER 5 ", "CYPHER 25 "])
def test_a_value_written_into_a_saved_query_is_that_value(store: Store, version: str) -> None:
    for value in HOSTILE_VALUES:
        whole = {"a": value, value: [value]}
        (row,) = store.read_text(f"{version}RETURN {browser.literal(whole)} AS x", {})
        assert row["x"] == whole
        text = browser.with_values(browser.query("neighbourhood"), {"topic": value})
        assert store.read_text(text, {}) == []


def test_every_printable_sign_in_an_id(store: Store, tmp_path: Path) -> None:
    """R18: ids are looked up in a full-text index; each is found again as it was given."""
    signs = [f"a{sign}b" for sign in string.printable] + list(string.punctuation)
    path = tmp_path / "in.jsonl"
    rows = [{"id": sign, "text": f"text {n}"} for n, sign in enumerate(signs)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert ingest.documents(store, [str(path)]).kept == len(rows)
    clash = [{**row, "text": f"other {n}"} for n, row in enumerate(rows)]
    path.write_text("".join(json.dumps(row) + "\n" for row in clash))
    again = ingest.documents(store, [str(path)])
    assert again.dropped == {"id given twice with different text": len(rows)}


def test_a_file_whose_name_is_no_text(shell: Shell, store: Store) -> None:
    name = os.fsdecode(b"in \xff.jsonl")
    (shell.folder / name).write_text('{"text": "a"}\n')
    shell.run("ingest", "documents", name)
    (stored,) = store.read_text("MATCH (d:Document) RETURN d.text AS text", {})
    assert stored["text"] == "a"
    (shell.folder / "kgsynth.toml").write_text(
        '[models.default]\nprovider = "fake"\nmodel = "one"\noptions = { replies = ["?"] }\n'
    )
    shell.run("run", "synthllm-level3", name, code=1)  # of one text nothing can be made
    (run,) = store.read_text("MATCH (r:Run) RETURN r.config AS config", {})
    assert name in json.dumps(json.loads(run["config"]), ensure_ascii=False)
