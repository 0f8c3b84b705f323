"""Moves the graph of a project out, in, or away; a running server is stopped for it meanwhile."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kgsynth.errors import KgsynthError, UsageError
from kgsynth.server import admin, importing, local, memory, swap
from kgsynth.server.fetch import ensure_jars
from kgsynth.server.home import Home, read_identity
from kgsynth.store import open_store

NOT_RECOVERED = "Active logical log detected"


@contextmanager
def offline(home: Home) -> Iterator[None]:
    """Holds the project's lock with the server stopped; starts it again if it ran before."""
    home.make()
    with local.exclusive(home):
        running = local.find(home)
        local.stop_held(home)
        try:
            yield
        finally:
            if running:
                local.start_held(home, running.heap, running.pagecache)


def has_database(home: Home) -> bool:
    """Whether the project has a database on disk."""
    store = swap.current(home)[0]
    return store.is_dir() and any(store.iterdir())


def holds_data(project: Path) -> bool:
    """Whether the project's database may hold data: its node count, or its files when stopped."""
    home = Home(project.resolve())
    if (running := local.find(home)) is None:
        return has_database(home)
    with open_store(running.connection) as store:
        return bool(store.value("server/node-count"))


def dump(project: Path, file: Path, *, overwrite: bool = False) -> int:
    """Writes the graph as one archive that `load` and any Neo4j of this version read; its bytes.

    Raises UsageError when the file exists and `overwrite` is not set, KgsynthError when there is
    no database or the admin command fails.
    """
    home = Home(project.resolve())
    if file.exists() and not overwrite:
        raise UsageError(f"{file} exists: choose another name, or say --yes to replace it.")
    if not has_database(home):
        raise KgsynthError(f"{home.project} has no database yet: start it with `kgsynth db start`.")
    part = file.with_name(file.name + ".part")
    try:
        with offline(home):
            write_archive(home, ensure_jars(), part)
        part.replace(file)
    except OSError as error:
        raise KgsynthError(f"Cannot write {file} ({error.strerror}).") from error
    finally:
        part.unlink(missing_ok=True)
    return file.stat().st_size


def write_archive(home: Home, jars: Path, file: Path) -> None:
    """Runs the admin command's dump onto the file; after a crash the server recovers first."""
    arguments = ("database", "dump", swap.DATABASE, "--to-stdout")
    with file.open("wb") as target:
        try:
            admin.run(home, jars, *arguments, stdout=target)
        except KgsynthError as error:
            if NOT_RECOVERED not in str(error):
                raise
            local.start_held(home, None, None)
            local.stop_held(home)
            target.truncate(0)
            admin.run(home, jars, *arguments, stdout=target)


def load(project: Path, file: Path, *, overwrite: bool = False) -> None:
    """Replaces the graph by an archive that `dump` wrote; a failure leaves the graph as it was.

    Raises UsageError when there is data and `overwrite` is not set, or no such file; KgsynthError
    when the admin command fails.
    """
    home = Home(project.resolve())
    if not file.is_file():
        raise UsageError(f"There is no file {file}.")
    if not overwrite and holds_data(project):
        raise UsageError(f"{home.project} has a database: say --yes to replace it by {file}.")
    with _replaced(home) as (jars, _), file.open("rb") as source:
        admin.run(home, jars, "database", "load", swap.DATABASE, "--from-stdin", stdin=source)


def import_files(
    home: Home, folder: Path, nodes: Sequence[str], relationships: Sequence[str]
) -> None:
    """Replaces the graph by Parquet files in `folder`; a failure leaves the graph as it was.

    The files are named as `neo4j-admin database import` takes them (`Label=file`), their nodes
    numbered from 0: with other ids, looking them up takes a third of the time. Raises
    KgsynthError when the admin command fails.
    """
    with _replaced(home) as (jars, sizes):
        admin.run(
            home, jars, "database", "import", "full", swap.DATABASE, "--input-type=parquet",
            "--id-type=actual", "--path-pattern-style=none",
            f"--report-file={folder / 'import.log'}",
            *(f"--nodes={name}" for name in nodes),
            *(f"--relationships={name}" for name in relationships),
            folder=folder, heap=sizes.heap, heard=importing.show,
        )  # fmt: skip


@contextmanager
def _replaced(home: Home) -> Iterator[tuple[Path, memory.Memory]]:
    """Sets the graph aside while another takes its place; puts it back when that fails."""
    with offline(home):
        jars, sizes = ensure_jars(), memory.choose(home.project, None, None)
        local.configure(home, jars, sizes)
        swap.set_aside(home)
        try:
            yield jars, sizes
        except BaseException:
            swap.put_back(home)
            raise
        swap.forget(home)


def wipe(project: Path) -> bool:
    """Deletes the project's database; False when there was none.

    Password, ports and everything else in `.kgsynth/` stay.
    """
    home = Home(project.resolve())
    if read_identity(home) is None:
        return False
    with offline(home):
        old = home.data.with_name("data.old")
        shutil.rmtree(old, ignore_errors=True)
        had = has_database(home)
        if home.data.exists():
            home.data.rename(old)  # at once: a wipe that is stopped leaves no half a database
            shutil.rmtree(old)
    return had
