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
        "concurrency = 1\ntimeout = 20\nattempts = 1\npatience = 1\n"
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


BEARER = f"Authorization: Bearer {KEY}"
ECHOES: dict[str, Say] = {
    "400": Say({"error": {"message": f"no such header: {BEARER}", "param": BEARER}}, 400),
    "401": Say({"error": {"message": f"Incorrect key: {BEARER}", "code": KEY}}, 401),
    "500": Say(f"<html>{BEARER}</html>".encode(), 500, {"Content-Type": "text/html"}),
    "200 with an error": Say({"error": {"message": BEARER, "headers": [{"value": BEARER}]}}),
    "200 of another form": Say({"choices": [{"index": BEARER, "message": BEARER}]}),
    "not JSON": Say(BEARER.encode()),
    "not JSON, and says so": Say(BEARER.encode(), 200, {"Content-Type": "text/plain"}),
    "not JSON, the key at its cut": Say(b"-" * 64 + BEARER.encode(), 200,
                                        {"Content-Type": "text/plain"}),
}  # fmt: skip
# What is left of a key that was cut tells too much of it.
PART = KEY[:12]


def test_a_server_that_echoes_the_key(shell: Shell, store: Store) -> None:
    """Each reply to `tag` of one document; what was said, kept and exported holds no key."""
    current = Say({})
    with serve(lambda body, attempt: current) as server:
        point_at(shell, server.url)
        shell.run("ingest", "documents", "documents.jsonl")
        for case in ECHOES:
            current = ECHOES[case]
            before = server.counters()["requests"]
            assert shell.run("--debug", "tag").returncode == 1, case
            assert server.counters()["requests"] > before, case
            assert PART not in shell.said, case
        shell.run("doctor")
        shell.run("export", "data.jsonl")
    shell.hides(PART)
    assert PART not in graph(store)


@pytest.mark.parametrize("debug", [(), ("--debug",)])
def test_a_wrong_password(shell: Shell, debug: tuple[str, ...]) -> None:
    done = shell.run(*debug, "status", NEO4J_PASSWORD=WRONG)
    assert done.returncode == 1
    assert "refuses user" in done.stderr
    shell.hides(WRONG)


@pytest.mark.parametrize("arguments", [("status",), ("doctor",), ("browse", "--print")])
def test_a_password_in_an_address(shell: Shell, arguments: tuple[str, ...]) -> None:
    (shell.folder / "kgsynth.toml").write_text(
        '[models.default]\nprovider = "fake"\nmodel = "one"\noptions = { replies = ["?"] }\n'
    )
    host = shell.connection.uri.partition("//")[2]
    assert shell.run(*arguments, NEO4J_URI=f"bolt://neo4j:{WRONG}@{host}").returncode
    assert shell.run("--debug", "--uri", f"neo4j://{WRONG}@127.0.0.1:1", *arguments).returncode
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
