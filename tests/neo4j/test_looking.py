"""Commands that look, on a real server: light, read-only, and in one line when they cannot."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kgsynth.config import Connection
from kgsynth.steps import ingest
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

HEAVY = ["torch", "vllm", "graphdatascience", "transformers", "polars"]


@pytest.fixture
def env(connection: Connection) -> dict[str, str]:
    return {
        **os.environ,
        "NEO4J_URI": connection.uri,
        "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
    }


def kgsynth(*arguments: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kgsynth", *arguments], cwd=cwd, env=env, capture_output=True,
        text=True,
    )  # fmt: skip


def test_status_loads_nothing_heavy(tmp_path: Path, store: Store, env: dict[str, str]) -> None:
    code = (
        "import sys, kgsynth.cli\nsys.argv = ['kgsynth', 'status']\n"
        "try:\n    kgsynth.cli.main()\nexcept SystemExit as stop:\n    assert not stop.code\n"
        f"found = [m for m in {HEAVY!r} if m in sys.modules]\nassert not found, found\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "The graph is empty" in done.stdout


def test_a_query_of_ones_own_reads_only_unless_told(
    tmp_path: Path, store: Store, env: dict[str, str]
) -> None:
    own = tmp_path / "own.cypher"
    own.write_text(
        "// Mine\n// :param n => 2\nUNWIND range(1, $n) AS i CREATE (:Persona {id: toString(i)})"
    )
    refused = kgsynth("cypher", str(own), cwd=tmp_path, env=env)
    assert refused.returncode == 1 and "--write" in refused.stderr, refused.stderr
    assert store.read_text("MATCH (p:Persona) RETURN count(p) AS n", {}) == [{"n": 0}]
    done = kgsynth("cypher", str(own), "--write", "-p", "n=3", cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    assert store.read_text("MATCH (p:Persona) RETURN count(p) AS n", {}) == [{"n": 3}]
    wrong = tmp_path / "wrong.cypher"
    wrong.write_text("RETRUN 1")
    bad = kgsynth("cypher", str(wrong), cwd=tmp_path, env=env)
    assert bad.returncode == 2 and len(bad.stderr.strip().splitlines()) <= 3, bad.stderr


def test_parameters_missing_or_unknown_are_named_before_the_server_sees_them(
    tmp_path: Path, store: Store, env: dict[str, str]
) -> None:
    done = kgsynth("cypher", "report/graph", "-p", "nothing=1", cwd=tmp_path, env=env)
    assert done.returncode == 2 and "nothing" in done.stderr
    rows = kgsynth("cypher", "report/graph", "--json", cwd=tmp_path, env=env)
    assert json.loads(rows.stdout)[0]["documents"] == 0


def test_trace_of_any_node_and_of_none(tmp_path: Path, store: Store, env: dict[str, str]) -> None:
    (tmp_path / "d.jsonl").write_text(
        '{"id": "a", "title": "T", "text": "One and two are three."}\n'
    )
    ingest.documents(store, [str(tmp_path / "d.jsonl")])
    (row,) = store.read_text("MATCH (d:Document) RETURN d.id AS id", {})
    shown = kgsynth("trace", row["id"], cwd=tmp_path, env=env)
    assert shown.returncode == 0 and "One and two are three." in shown.stdout
    none = kgsynth("trace", "f" * 32, cwd=tmp_path, env=env)
    assert none.returncode == 1 and "Nothing in the graph" in none.stderr


def test_doctor_finds_the_real_server_in_order(
    tmp_path: Path, store: Store, env: dict[str, str]
) -> None:
    done = kgsynth("doctor", "--no-models", "--json", cwd=tmp_path, env=env)
    checks = {check["check"]: check for check in json.loads(done.stdout)}
    assert {"server", "gds", "schema", "indexes", "disk"} <= set(checks)
    assert all(checks[name]["ok"] for name in ("server", "gds", "schema", "indexes")), checks


def test_doctor_says_how_to_mend_a_wrong_password(tmp_path: Path, env: dict[str, str]) -> None:
    wrong = {**env, "NEO4J_PASSWORD": "not-the-password"}
    done = kgsynth("doctor", "--no-models", cwd=tmp_path, env=wrong)
    assert done.returncode == 1 and "NEO4J_PASSWORD" in done.stdout
    assert "not-the-password" not in done.stdout + done.stderr
