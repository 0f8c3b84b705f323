"""What the measurements share: one row for each side of an operation, and a loaded graph."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from scipy import sparse

from benchmarks import corpus
from kgsynth.server import local
from kgsynth.store import Store, open_store

T = TypeVar("T")
Row = dict[str, Any]
KEPT = "KGSYNTH_BENCH"  # names a folder for graphs that several operations of one run measure


def memory(field: str) -> int:
    """Bytes that this process holds (`VmRSS`), or the most since the last reset (`VmHWM`)."""
    text = Path("/proc/self/status").read_text()
    return int(text.split(f"{field}:")[1].split()[0]) * 1024


def side(name: str, work: Callable[[], T], number: int, unit: str, of: int = 0) -> tuple[Row, T]:
    """Does the work on `number` units; its row and what it gave.

    `of` says how many units there are in all where these are a sample: its seconds are then
    extrapolated, and the row says so.
    """
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak (proc(5))
    before, started = memory("VmRSS"), time.perf_counter()
    found = work()
    seconds = time.perf_counter() - started
    return row(name, seconds, number, unit, of, memory("VmHWM") - before), found


def row(name: str, seconds: float, number: int, unit: str, of: int = 0, grown: int = 0) -> Row:
    whole = of or number
    return {
        "side": name + (f" ({number:,} of {whole:,}, extrapolated)" if whole > number else ""),
        unit: whole,
        "seconds": round(seconds * whole / number, 2),
        "a second": round(number / seconds),
        "grown MB": round(grown / 1e6),
    }


def against(rows: list[Row], ours: int = 0) -> list[Row]:
    """The rows with how many times as long each takes as ours."""
    for each in rows:
        each["times ours"] = round(each["seconds"] / max(rows[ours]["seconds"], 0.01), 2)
    return rows


def holdings(documents: int, seed: int = 0) -> Any:
    """The corpus as a CSR array of ones (documents x concepts: topics, then points)."""
    rows, columns = [], []
    for chunk in corpus.tags(documents, seed):
        for concepts in (chunk.topic, chunk.point + corpus.TOPICS):
            rows.append(chunk.document + chunk.first)
            columns.append(concepts)
    found = sparse.coo_array(
        (np.ones(sum(map(len, rows)), np.int32), (np.concatenate(rows), np.concatenate(columns))),
        shape=(documents, corpus.TOPICS + corpus.POINTS),
    ).tocsr()
    found.data[:] = 1  # a point may stand under two topics
    return found


@contextmanager
def files(documents: int, seed: int = 0, *, keep: bool = False) -> Iterator[tuple[Path, str, str]]:
    """An empty project folder for a private server, and the corpus as two files.

    With `keep`, below the folder that KEPT names, where it is set: the graph is then for `linked`.
    """
    if keep and KEPT in os.environ and not _kept(documents).exists():
        yield _written(_kept(documents), documents, seed)
        return
    with tempfile.TemporaryDirectory(prefix="kgsynth-bench-") as name:
        try:
            yield _written(Path(name), documents, seed)
        finally:
            local.stop(Path(name))


def _written(folder: Path, documents: int, seed: int) -> tuple[Path, str, str]:
    corpus.write(folder, documents, seed)
    (folder / "kgsynth.toml").write_text('[db]\nheap = "3g"\npagecache = "1g"\n')
    return folder, str(folder / "documents.jsonl"), str(folder / "concepts.jsonl")


@contextmanager
def linked(documents: int) -> Iterator[Path]:
    """A project folder whose graph holds the corpus, linked with no pair stored.

    Below the folder that KEPT names, where it is set: its server runs on, for the next operation.
    """
    from kgsynth.offline import build
    from kgsynth.steps import link

    def made(folder: Path, texts: str, tags: str) -> Path:
        build.build(folder, texts, tags)
        with serving(folder) as store:
            link.link(store, pairs="none")
        return folder

    if KEPT not in os.environ:
        with files(documents) as found:
            yield made(*found)
        return
    folder = _kept(documents)
    if not folder.exists():
        made(*_written(folder, documents, 0))
    yield folder


@contextmanager
def kept() -> Iterator[None]:
    """Keeps graphs for several operations (KEPT); stops their servers at the end."""
    with tempfile.TemporaryDirectory(prefix="kgsynth-bench-") as name:
        os.environ[KEPT] = name
        try:
            yield
        finally:
            for folder in Path(name).iterdir():
                local.stop(folder)


def _kept(documents: int) -> Path:
    return Path(os.environ[KEPT]) / str(documents)


@contextmanager
def serving(folder: Path) -> Iterator[Store]:
    """The private server of a project folder, its schema applied."""
    from kgsynth import schema

    with open_store(local.start(folder).connection) as store:
        schema.migrate(store)
        yield store
