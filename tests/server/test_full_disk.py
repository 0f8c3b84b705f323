"""A disk that fills up under a running server (reliability: a database that needs a restart)."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgsynth.errors import KgsynthError
from kgsynth.server import local
from tests.server.conftest import SIZES, count_nodes, create_nodes


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


def test_a_disk_filled_up_and_freed_again(small_disk: Path) -> None:
    local.start(small_disk, **SIZES)
    create_nodes(small_disk, 10)
    filler = small_disk / "filler"
    with filler.open("wb") as file:
        left = shutil.disk_usage(small_disk).free - 3_000_000
        for _ in range(left >> 20):
            file.write(b"x" * (1 << 20))

    # The server comes to a stop with its disk, and says what is missing.
    with pytest.raises(Exception, match=r"(?i)could not|critical error|cannot"):
        for _ in range(1000):
            create_nodes(small_disk, 2000)
    with pytest.raises(KgsynthError, match="free some space and start it again"):
        local.start(small_disk)
    before = local.status(small_disk)

    # With space again, a start restarts it, and what was confirmed is there.
    filler.unlink()
    after = local.start(small_disk)
    assert before is not None and after.pid != before.pid
    assert (after.uri, after.heap) == (before.uri, before.heap)
    assert count_nodes(small_disk) >= 10
    create_nodes(small_disk, 1)
