"""Passwords and keys show nowhere: not on the screen, in the graph, the journal or an export."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kgsynth.config import Connection
from kgsynth.store import Store
from tests.lab.model_server import Say, answer, serve

pytestmark = pytest.mark.neo4j

KEY = "sk-canary-0123456789abcdef"
WRONG = "wrong-canary-password"
ROOT = Path(__file__).parents[2]


class Shell:
    """The command with secrets in its environment; all that it said is kept."""

    def __init__(self, folder: Path, connection: Connection) -> None:
        self.folder = folder
        self.connection = connection
        self.said = ""

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {
            **os.environ, "PYTHONPATH": str(ROOT), "OPENAI_API_KEY": KEY,
            "NEO4J_URI": self.connection.uri, "NEO4J_USERNAME": self.connection.username,
            "NEO4J_PASSWORD": self.connection.password, **environment,
        }  # fmt: skip
        done = subprocess.run([sys.executable, "-m", "kgsynth", *arguments], cwd=self.folder,
                              env=env, capture_output=True, text=True, timeout=200)  # fmt: skip
        self.said += done.stdout + done.stderr
        return done

    def hides(self, *secrets: str) -> None:
        """Nothing that was said, and no file that was written, holds one of the secrets."""
        for secret in secrets:
            assert secret not in self.said
            for path in self.folder.rglob("*"):
                if path.is_file():
                    assert secret.encode() not in path.read_bytes(), path


@pytest.fixture
def shell(tmp_path: Path, connection: Connection, store: Store) -> Shell:
    (tmp_path / "documents.jsonl").write_text('{"text": "A ring has two operations."}\n')
    return Shell(tmp_path, connection)


def graph(store: Store) -> str:
    """All properties of all nodes, as one text."""
    return str(store.read_text("MATCH (n) RETURN properties(n) AS properties", {}))


def point_at(shell: Shell, url: str) -> None:
    (shell.folder / "kgsynth.toml").write_text(
        f'[models.default]\nprovider = "openai"\nmodel = "tiny"\nbase_url = ["{url}"]\n'
        "concurrency = 1\ntimeout = 20\nattempts = 1\npatience = 2\n"
    )


COMMANDS = [
    ("doctor",), ("status",), ("status", "--json"), ("cypher", "report/graph"),
    ("browse", "--print"), ("browse", "--print", "--json"), ("recipes",), ("init",),
]  # fmt: skip


def test_what_every_command_says(shell: Shell, store: Store) -> None:
    """A whole run with a key and a password, and the commands that look at it."""
    with serve(lambda body, attempt: Say(answer(body))) as server:
        point_at(shell, server.url)
        done = shell.run("run", "synthllm-level3", "documents.jsonl", "--set", "sample.epochs=1")
        assert done.returncode in (0, 1) and "tag" in done.stdout + done.stderr
        for command in COMMANDS:
            shell.run("--debug", *command)
    assert (shell.folder / ".kgsynth" / "responses.db").is_file()
    shell.hides(KEY, shell.connection.password)
    assert KEY not in graph(store) and shell.connection.password not in graph(store)


ECHOES: dict[str, Say] = {
    "401": Say({"error": {"message": f"Incorrect key: Bearer {KEY}", "code": KEY}}, 401),
    "403": Say(f"<html>Authorization: Bearer {KEY}</html>".encode(), 403),
}


@pytest.mark.parametrize("case", ECHOES)
def test_a_server_that_echoes_the_key(shell: Shell, store: Store, case: str) -> None:
    with serve(lambda body, attempt: ECHOES[case]) as server:
        point_at(shell, server.url)
        shell.run("ingest", "documents", "documents.jsonl")
        for command in (("tag",), ("--debug", "tag"), ("doctor",)):
            shell.run(*command)
        assert server.counters()["requests"]
    shell.hides(KEY)
    assert KEY not in graph(store)


@pytest.mark.parametrize("debug", [(), ("--debug",)])
def test_a_wrong_password(shell: Shell, debug: tuple[str, ...]) -> None:
    done = shell.run(*debug, "status", NEO4J_PASSWORD=WRONG)
    assert done.returncode == 1
    assert "refuses user" in done.stderr
    shell.hides(WRONG)


@pytest.mark.parametrize("arguments", [("status",), ("doctor",), ("browse", "--print")])
def test_a_password_in_an_address(shell: Shell, arguments: tuple[str, ...]) -> None:
    host = shell.connection.uri.partition("//")[2]
    for uri in (f"bolt://neo4j:{WRONG}@{host}", f"neo4j://{WRONG}@127.0.0.1:1"):
        for debug in ((), ("--debug",)):
            assert shell.run(*debug, *arguments, NEO4J_URI=uri).returncode
            assert shell.run(*debug, "--uri", uri, *arguments).returncode
    assert "must not hold a user or password" in shell.said
    shell.hides(WRONG)
    point_at(shell, f"http://me:{WRONG}@127.0.0.1:1/v1")
    done = shell.run("tag")
    assert done.returncode and "must not hold a user or password" in done.stdout + done.stderr
    assert WRONG not in shell.said


def test_a_key_in_the_settings_is_refused(shell: Shell) -> None:
    (shell.folder / "kgsynth.toml").write_text(f'[models.default]\napi_key = "{KEY}"\n')
    done = shell.run("tag")
    assert done.returncode and "must not hold an API key" in done.stdout + done.stderr
    assert KEY not in shell.said
