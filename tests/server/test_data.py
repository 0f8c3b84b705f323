"""Moving the graph out, in and away."""

from pathlib import Path

import pytest

from kgsynth.errors import KgsynthError, UsageError
from kgsynth.server import data, local, swap
from kgsynth.server.home import Home
from tests.server.conftest import Run, count_nodes, create_nodes, kill


def test_the_life_of_a_graph(project: Path, tmp_path: Path, kgsynth: Run) -> None:
    local.start(project)
    create_nodes(project, 7)
    archive = tmp_path / "seven.dump"

    # A running server is stopped for the dump and runs again after it.
    told = kgsynth(project, "db", "dump", str(archive))
    assert told.returncode == 0, told.stderr
    assert archive.stat().st_size > 0
    assert count_nodes(project) == 7
    assert "say --yes" in kgsynth(project, "db", "dump", str(archive)).stderr
    with pytest.raises(UsageError, match="say --yes to replace it"):
        data.load(project, archive)

    # After a crash the dump holds what was written last.
    create_nodes(project, 2)
    kill(project)
    nine = tmp_path / "nine.dump"
    data.dump(project, nine)
    assert local.status(project) is None

    # A wipe takes the graph and nothing else.
    kept = project / ".kgsynth" / "responses.db"
    kept.write_text("stays")
    identity = Home(project.resolve()).identity_file.read_text()
    assert kgsynth(project, "db", "wipe").returncode == 2
    assert kgsynth(project, "db", "wipe", "--yes").stdout == "Wiped.\n"
    assert kgsynth(project, "db", "wipe", "--yes").stdout == "There was no database.\n"
    assert kept.read_text() == "stays"

    # Loading into an empty project asks nothing; into one with data it wants a yes.
    assert kgsynth(project, "db", "load", str(nine)).returncode == 0
    assert kgsynth(project, "db", "load", str(archive)).returncode == 2

    # What cannot be loaded leaves the graph as it was, and so does a load that was killed.
    broken = tmp_path / "broken.dump"
    broken.write_bytes(archive.read_bytes()[:-500])
    with pytest.raises(KgsynthError, match="Truncated source"):
        data.load(project, broken, overwrite=True)
    broken.write_text("no dump at all")
    with pytest.raises(KgsynthError, match="Not a valid Neo4j archive"):
        data.load(project, broken, overwrite=True)
    swap.set_aside(Home(project.resolve()))
    local.start(project)
    assert count_nodes(project) == 9
    assert Home(project.resolve()).identity_file.read_text() == identity


def test_the_graph_before_a_load_is_forgotten_at_once(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(project.resolve())
    for name in ("old", "new"):
        for folder in swap.current(home):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).touch()
        if name == "old":
            swap.set_aside(home)

    def killed(path: Path, **_: object) -> None:
        if path.exists():
            next(file for file in path.rglob("old") if file.is_file()).unlink()
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(swap.shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            swap.forget(home)
    swap.undo_unfinished_load(home)
    assert [sorted(file.name for file in folder.iterdir()) for folder in swap.current(home)] == [
        ["new"], ["new"],
    ]  # fmt: skip
    assert not (home.data / "discarded").exists() and not (home.data / "replaced").exists()


def test_without_a_database_there_is_nothing_to_move(project: Path, tmp_path: Path) -> None:
    with pytest.raises(KgsynthError, match="no database yet"):
        data.dump(project, tmp_path / "none.dump")
    assert data.wipe(project) is False
    with pytest.raises(UsageError, match="There is no file"):
        data.load(project, tmp_path / "none.dump")


def test_a_dump_onto_a_full_disk_leaves_no_half_a_file(project: Path, tmp_path: Path) -> None:
    home = Home(project.resolve())
    for folder in swap.current(home):
        folder.mkdir(parents=True)
        (folder / "neostore").touch()
    (tmp_path / "full.dump.part").symlink_to("/dev/full")
    with pytest.raises(KgsynthError):
        data.dump(project, tmp_path / "full.dump")
    assert not list(tmp_path.glob("full.dump*"))
