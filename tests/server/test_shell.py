"""The Cypher prompt."""

import json
import os
import pty
import select
import subprocess
import time
from pathlib import Path

import pytest

from kgsynth.errors import KgsynthError
from kgsynth.server import local, shell
from kgsynth.store import open_store
from tests.server.conftest import COMMAND, Run, without_neo4j


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        ("RETURN 1;", ["RETURN 1"], ""),
        ("RETURN 1; RETURN 2 ;", ["RETURN 1", "RETURN 2"], ""),
        ("RETURN 1", [], "RETURN 1"),
        ("RETURN ';' AS a; RETURN \"it's;\"", ["RETURN ';' AS a"], ' RETURN "it\'s;"'),
        (r"RETURN '\';' AS a;", [r"RETURN '\';' AS a"], ""),
        ("MATCH (`a;b`) RETURN 1;", ["MATCH (`a;b`) RETURN 1"], ""),
        ("RETURN 1 // not; here\n;", ["RETURN 1 // not; here"], ""),
        ("RETURN /* ; */ 4 / 2;", ["RETURN /* ; */ 4 / 2"], ""),
        ("RETURN 'open;", [], "RETURN 'open;"),
        ("// only a comment; ", [], ""),
        (";;\n;", [], ""),
    ],
)
def test_statements_end_at_semicolons_of_their_own(text: str, found: list[str], rest: str) -> None:
    assert shell.statements(text) == (found, rest)


def test_a_long_text_without_an_end_is_read_at_once() -> None:
    begin = time.monotonic()
    assert shell.statements("RETURN '" + "x;" * 200_000) == ([], "RETURN '" + "x;" * 200_000)
    assert time.monotonic() - begin < 10  # a search from every semicolon took minutes


def test_values_read_as_cypher(served: Path) -> None:
    server = local.status(served)
    assert server is not None
    with open_store(server.connection) as store:
        answer = shell.run(
            store,
            "CREATE p = (a:A:B {name: 'it\"s'})-[r:KNOWS {since: 2}]->(b)<-[:LIKES]-(:C) "
            "RETURN a, r, b, p, [a, 1, 'x'] AS list, {f: 0.25, k: null} AS map, "
            "date('2026-01-02') AS day, true AS yes, 12345 AS number",
        )
        shell.run(store, "MATCH (n) DETACH DELETE n")
    assert answer.shown == [
        {
            "a": '(:A:B {name: "it\\"s"})',
            "r": "[:KNOWS {since: 2}]",
            "b": "()",
            "p": '(:A:B {name: "it\\"s"})-[:KNOWS {since: 2}]->()<-[:LIKES]-(:C)',
            "list": '[(:A:B {name: "it\\"s"}), 1, "x"]',
            "map": "{f: 0.25, k: null}",
            "day": "2026-01-02",
            "yes": "true",
            "number": "12345",
        }
    ]
    assert answer.summary.startswith("1 row, ")
    assert "3 nodes created" in answer.summary


def test_rows_beyond_the_limit_are_told(served: Path) -> None:
    server = local.status(served)
    assert server is not None
    with open_store(server.connection) as store:
        answer = shell.run(store, "UNWIND range(1, 10) AS i RETURN i", limit=3)
        exact = shell.run(store, "UNWIND range(1, 3) AS i RETURN i", limit=3)
        with pytest.raises(KgsynthError, match="Invalid input"):
            shell.run(store, "RETRUN 1")
    assert [row["i"] for row in answer.rows] == [1, 2, 3]
    assert answer.summary.startswith("the first 3 rows, ")
    assert exact.summary.startswith("3 rows, ")


def test_statements_from_the_command_line_and_from_stdin(served: Path, kgsynth: Run) -> None:
    told = kgsynth(served, "db", "shell", "--json", "-c", "RETURN 1 AS a, 'x' AS b")
    assert json.loads(told.stdout) == [{"a": 1, "b": "x"}]
    told = kgsynth(served, "db", "shell", "--nl", "-c", "UNWIND [1, 2] AS a RETURN a")
    assert told.stdout == '{"a": 1}\n{"a": 2}\n'
    told = kgsynth(served, "db", "shell", stdin="RETURN 1 AS one;\nRETURN 2\nAS two")
    assert told.stdout.split() == ["one", "---", "1", "two", "---", "2"]
    told = kgsynth(served, "db", "shell", "-c", "RETRUN 1; RETURN 2 AS never")
    assert told.returncode == 1
    assert "Invalid input" in told.stderr
    assert told.stdout == ""


def test_the_prompt(served: Path) -> None:
    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "db", "shell"], cwd=served, stdin=inside, stdout=inside, stderr=inside,
        env=without_neo4j() | {"TERM": "dumb"}, start_new_session=True,
    )  # fmt: skip
    os.close(inside)

    def until(sign: str) -> str:
        seen = ""
        deadline = time.monotonic() + 60
        while sign not in seen and time.monotonic() < deadline:
            if select.select([terminal], [], [], 1)[0]:
                seen += os.read(terminal, 4096).decode()
        assert sign in seen
        return seen

    def say(text: str) -> None:
        os.write(terminal, f"{text}\n".encode())

    try:
        until("neo4j> ")
        say("RETURN 40 + 2")
        until("...> ")
        say("AS answer;")
        assert "42" in until("neo4j> ")
        say("RETRUN 1;")
        assert "Invalid input" in until("neo4j> ")
        say(":help")
        assert ":quit" in until("neo4j> ")
        say(":quit")
        process.wait(20)
    finally:
        process.kill()
        process.wait(10)
        os.close(terminal)
    assert process.returncode == 0
    history = served / ".kgsynth" / "shell-history"
    assert "RETURN 40 + 2" in history.read_text()
    assert history.stat().st_mode & 0o077 == 0


def test_logs(served: Path, kgsynth: Run) -> None:
    told = kgsynth(served, "db", "logs", "-n", "1000")
    assert "Neo4j" in told.stdout
    assert len(kgsynth(served, "db", "logs", "-n", "2").stdout.splitlines()) == 2
