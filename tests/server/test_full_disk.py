"""A disk that fills up under a running server (reliability: a database that needs a restart)."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgsynth import schema
from kgsynth.errors import KgsynthError
from kgsynth.ids import content_id
from kgsynth.server import local
from kgsynth.store import Row, open_store
from tests.server.conftest import SIZES


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with 260 MB, in memory."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=260m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("a disk to fill up needs the right to mount one")
    yield disk
    local.stop(disk)
    subprocess.run(["umount", str(disk)], check=True)


def rows(batch: int) -> list[Row]:
    """Rows of 2 kB that no other batch has."""
    return [
        {"id": content_id("full disk", batch, n), "properties": {"batch": batch, "raw": "x" * 2000}}
        for n in range(500)
    ]


def written(project: Path) -> dict[int, int]:
    """How many nodes of each batch are there."""
    server = local.status(project)
    assert server is not None
    with open_store(server.connection) as store:
        found = store.read_text(
            "MATCH (x:Rejected) RETURN x.batch AS batch, count(*) AS nodes, "
            "count(DISTINCT x.id) AS ids",
            {},
        )
    assert all(row["nodes"] == row["ids"] for row in found)
    return {row["batch"]: row["nodes"] for row in found}


def test_a_disk_filled_up_and_freed_again(small_disk: Path) -> None:
    server = local.start(small_disk, **SIZES)
    with open_store(server.connection) as store:
        schema.migrate(store)
        store.write("write/ingest-rejected", rows(0))
        filler = small_disk / "filler"
        with filler.open("wb") as file:
            left = shutil.disk_usage(small_disk).free - 3_000_000
            for _ in range(left >> 20):
                file.write(b"x" * (1 << 20))

        # The server comes to a stop with its disk; nobody waits for it, and what to do is told.
        confirmed = 0
        with pytest.raises(KgsynthError, match=r"disk is full\. Free space, restart it"):
            for batch in range(1, 1000):
                store.write("write/ingest-rejected", rows(batch))
                confirmed = batch
        with pytest.raises(KgsynthError, match=r"Free space, restart it .`kgsynth db start`"):
            store.read("server/node-count")
    with pytest.raises(KgsynthError, match="free some space and start it again"):
        local.start(small_disk)
    before = local.status(small_disk)

    # With space again, a start restarts it; what was confirmed is there, and the same again
    # completes the rest, whether the batch that failed had arrived or not.
    filler.unlink()
    after = local.start(small_disk)
    assert before is not None and after.pid != before.pid
    assert (after.uri, after.heap) == (before.uri, before.heap)
    assert set(range(confirmed + 1)) <= set(written(small_disk))
    with open_store(after.connection) as store:
        for batch in range(confirmed + 2):
            store.write("write/ingest-rejected", rows(batch))
    assert written(small_disk) == dict.fromkeys(range(confirmed + 2), 500)
