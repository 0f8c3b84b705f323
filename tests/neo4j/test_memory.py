"""Memory of the command stays bounded, however long the lines or many the records (R14)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kgsynth.config import Connection
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

MEGABYTES = 1024 if sys.platform == "linux" else 2**20  # units of `ru_maxrss`
# Between the test and the command: a child begins with the size of its parent as its peak.
MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=open("peak", "w"))
"""


def ingest(folder: Path, connection: Connection, *arguments: str) -> tuple[dict[str, Any], float]:
    """The funnel of `ingest documents`, and the most memory that it held, in megabytes."""
    env = {
        **os.environ, "NEO4J_URI": connection.uri, "NEO4J_USERNAME": connection.username,
        "NEO4J_PASSWORD": connection.password,
    }  # fmt: skip
    command = [sys.executable, "-m", "kgsynth", "ingest", "documents", *arguments, "--json"]
    done = subprocess.run([sys.executable, "-c", MEASURE, *command], cwd=folder, env=env,
                          stdout=subprocess.PIPE, timeout=300)  # fmt: skip
    funnel = json.loads(done.stdout)
    code, peak = map(int, (folder / "peak").read_text().split())
    assert code == (1 if funnel["dropped"] else 0)
    return funnel, peak / MEGABYTES


def test_one_line_of_50_megabytes(store: Store, connection: Connection, tmp_path: Path) -> None:
    line = b"word " * 10_000_000
    long = {
        "a.txt": line, "b.md": b"# " + line, "c.html": b"<p>" + line, "d.csv": b"text\n" + line,
        "e.jsonl": b'{"text": "' + line + b'"}',
    }  # fmt: skip
    (tmp_path / "in").mkdir()
    for name, data in long.items():
        (tmp_path / "in" / name).write_bytes(data)
    (tmp_path / "in" / "f.txt").write_bytes(line[:4_900_000])
    funnel, held = ingest(tmp_path, connection, "in")
    assert funnel["dropped"] == {"line too long": 2, "text too long": 3}
    assert funnel["kept"] == 1
    assert 50 < held < 1_000


def test_300_megabytes_of_records(store: Store, connection: Connection, tmp_path: Path) -> None:
    """Every second record is the one before it; half of the bytes are read, not written."""
    path, filling = tmp_path / "many.jsonl", "so it goes on " * 1_000
    with path.open("w") as file:
        for n in range(22_000):
            file.write(f'{{"text": "{n // 2} {filling}"}}\n')
    assert path.stat().st_size > 300_000_000
    funnel, held = ingest(tmp_path, connection, str(path))
    assert (funnel["in"], funnel["kept"], funnel["duplicate"]) == (22_000, 11_000, 11_000)
    assert 50 < held < 1_000
    (row,) = store.read_text("MATCH (d:Document) RETURN count(d) AS n", {})
    assert row["n"] == 11_000


def test_many_small_records(store: Store, connection: Connection, tmp_path: Path) -> None:
    path = tmp_path / "small.jsonl"
    path.write_text("".join(f'{{"text": "short {n}"}}\n' for n in range(300_000)))
    funnel, held = ingest(tmp_path, connection, str(path), "--dry-run")
    assert funnel["in"] == funnel["kept"] == 300_000
    assert 50 < held < 1_000
