"""Addresses, saved queries and style as texts; no server and no web browser needed."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from kgsynth import browser
from kgsynth.assets import names, parse_query
from kgsynth.config import Connection
from kgsynth.errors import KgsynthError, UsageError

HERE = Connection("bolt://127.0.0.1:17000", "neo4j", "secret-pw")


def test_an_address_fills_in_server_user_and_editor_but_never_the_password() -> None:
    text = "// 50% +\nRETURN 'a;b?c=d/e', \"π\""
    link = browser.address("http://127.0.0.1:17001/browser/", HERE, text)
    assert link.isascii() and " " not in link
    assert parse_qs(urlsplit(link).query) == {
        "dbms": ["bolt://neo4j@127.0.0.1:17000"],
        "cmd": ["edit"],
        "arg": [text],
    }
    assert "secret-pw" not in link


@pytest.mark.parametrize(
    ("uri", "dbms", "served"),
    [
        ("bolt://db:7687", "bolt://me@db:7687", "http://db:7474/browser/"),
        ("neo4j+ssc://db", "neo4j+s://me@db", "https://db:7473/browser/"),
        ("neo4j+s://a1.databases.neo4j.io", "neo4j+s://me@a1.databases.neo4j.io",
         "https://a1.databases.neo4j.io/browser/"),
        ("bolt://[::1]:7687", "bolt://me@[::1]:7687", "http://[::1]:7474/browser/"),
    ],
)  # fmt: skip
def test_other_servers(uri: str, dbms: str, served: str) -> None:
    assert browser.guess_browser(uri) == served
    link = browser.address(served, Connection(uri, "me", "", "a b"))
    assert parse_qs(urlsplit(link).query) == {"dbms": [dbms], "db": ["a b"]}


@pytest.mark.parametrize("text", ["RETURN 1 & 2", "RETURN '#'", "RETURN 1" + " " * 8_000])
def test_what_an_address_cannot_carry_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="favourite"):
        browser.address("http://127.0.0.1:1/browser/", HERE, text)


def test_parameters_become_values_and_nothing_else_does() -> None:
    query = parse_query("mine", """// Title of $name
// :param name => "it's"
// :param limit => 3
// :param more => null
MATCH (n {name: $name}) WHERE n.a <> '$limit' AND n.`$limit` = "\\"$limit" // $limit
RETURN n, $more LIMIT $limit;
""")  # fmt: skip
    text = browser.with_values(query, {"more": [1, {"a b": 'x"y'}]})
    assert (
        text
        == """// Title of $name
MATCH (n {name: "it's" /* name */}) WHERE n.a <> '$limit' AND n.`$limit` = "\\"$limit" // $limit
RETURN n, [1, {`a b`: "x\\"y"}] /* more */ LIMIT 3 /* limit */"""
    )
    with pytest.raises(UsageError, match="does not take limits"):
        browser.with_values(query, {"limits": 1})


def test_saved_queries_are_one_folder_each_and_always_the_same_bytes(tmp_path: Path) -> None:
    style, queries = browser.save(tmp_path)
    first = queries.read_bytes()
    assert browser.save(tmp_path) == (style, queries) and queries.read_bytes() == first
    with zipfile.ZipFile(queries) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    for folder, shown in browser.FOLDERS.items():
        saved = {name for name in texts if name.startswith(f"{shown}/")}
        wanted = {f"{shown}/{name.partition('/')[2]}.cypher" for name in names("cypher", folder)}
        assert wanted and wanted <= saved
    assert all(text.startswith("// ") and ":param" not in text for text in texts.values())


def test_the_style_is_one_line_without_a_semicolon_and_a_projects_own_comes_first(
    tmp_path: Path,
) -> None:
    command = browser.style_command(tmp_path)
    assert ";" not in command and "\n" not in command
    assert json.loads(command.removeprefix(":style "))["node.Topic"]["caption"] == "{name}"
    assert len(browser.address("http://127.0.0.1:17001/browser/", HERE, command)) < 8_000
    own = tmp_path / browser.STYLE
    own.write_text('node.Topic {\n  color: #FF0000;\n  caption: "{id}";\n  }\n')
    assert browser.style_command(tmp_path) == (
        ':style {"node.Topic":{"color":"#FF0000","caption":"{id}"}}'
    )
    own.write_text("Topics are red.")
    with pytest.raises(KgsynthError, match=r"kgsynth\.grass holds no rule"):
        browser.style_command(tmp_path)


def test_browse_for_a_server_that_is_not_private_shows_no_password(tmp_path: Path) -> None:
    arguments = ["--uri", "neo4j://db:7687", "--password", "secret-pw", "browse", "--print"]
    command = [sys.executable, "-m", "kgsynth", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "http://db:7474/browser/?dbms=neo4j://neo4j@db:7687&cmd=edit" in done.stdout
    assert "secret-pw" not in done.stdout and str(tmp_path) in done.stdout
    more = [*command, "--json", "--address", "http://db:9/browser/", "bridges", "-p", "limit=2"]
    found = json.loads(subprocess.run(more, cwd=tmp_path, capture_output=True, check=True).stdout)
    assert found["password"] is None and found["address"].startswith("http://db:9/browser/?")
    assert "LIMIT%202" in found["address"] and Path(found["style"]).is_file()
