"""Records of JSONL, CSV and Parquet, in bounded memory."""

import csv
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from kgsynth.readers.files import STDIN, Found
from kgsynth.readers.record import (
    Fault,
    Item,
    Place,
    Record,
    TwiceError,
    each_key_once,
    storable,
)

# A text may be escaped in its line, and other fields stand beside it.
LINE = 4
BATCH = 1_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"
_IS_UTF16 = "it is UTF-16: convert it to UTF-8"


def lines(stream: BinaryIO, limit: int) -> Iterator[tuple[int, bytes, bool]]:
    """Lines as (number, bytes, whether it is whole); a longer line is cut at `limit` bytes."""
    number = 0
    while line := stream.readline(limit):
        number += 1
        whole = line.endswith(b"\n") or len(line) < limit
        yield number, line.removeprefix(_BOM) if number == 1 else line, whole
        while not whole:
            rest = stream.readline(limit)
            whole = rest.endswith(b"\n") or len(rest) < limit


def jsonl(found: Found, max_bytes: int) -> Iterator[Item]:
    """Records of a JSONL file; blank lines are passed over."""
    limit = LINE * max_bytes
    empty = True
    with found.open() as stream:
        for number, line, whole in lines(stream, limit):
            if number == 1 and line.startswith(_UTF16):
                yield Fault(found.place, "not UTF-8", _IS_UTF16)
                return
            if not line.strip():
                continue
            empty = False
            place = Place(found.name, number)
            yield _object(place, line) if whole else _too_long(place, limit, line)
    if empty:
        yield Fault(found.place, "empty file")


def _too_long(place: Place, limit: int, raw: bytes) -> Fault:
    return Fault(place, "line too long", f"over {limit:,} bytes", storable(raw))


def _object(place: Place, line: bytes) -> Record | Fault:
    try:
        value = json.loads(line.decode(), object_pairs_hook=each_key_once)
    except UnicodeDecodeError as error:
        return Fault(place, "not UTF-8", f"byte {error.start + 1} of the line", storable(line))
    except json.JSONDecodeError as error:
        return Fault(place, "not valid JSON", f"{error.msg}, column {error.colno}", storable(line))
    except RecursionError:
        return Fault(place, "not valid JSON", "nested too deep", storable(line))
    except TwiceError:
        return Fault(place, "not valid JSON", "a key said twice", storable(line))
    except ValueError:
        return Fault(place, "not valid JSON", "a number of too many digits", storable(line))
    if not isinstance(value, dict):
        kind = "an array" if isinstance(value, list) else "a single value"
        return Fault(place, "not a JSON object", f"it is {kind}", storable(line))
    return Record(place, value, len(line))


def separated(found: Found, required: frozenset[str], max_bytes: int) -> Iterator[Item]:
    """Records of a CSV or TSV file; a record's place is its first line."""
    limit = LINE * max_bytes
    csv.field_size_limit(limit)
    cut: list[bytes] = []

    def texts(stream: BinaryIO) -> Iterator[str]:
        for _, line, whole in lines(stream, limit):
            if not whole:
                cut.append(line[:BATCH])
            yield line.decode(errors="surrogateescape")

    header: list[str] = []
    with found.open() as stream:
        rows = csv.reader(texts(stream), strict=True,
                          delimiter="\t" if found.kind == "tsv" else ",")  # fmt: skip
        while True:
            place = Place(found.name, rows.line_num + 1)
            try:
                row = next(rows)
            except StopIteration:
                break
            except csv.Error as error:
                span = f"{error}; lines {place.line} to {rows.line_num} are lost"
                yield Fault(place, "not valid CSV", span)
                continue
            if not row:
                continue
            if header:
                yield _too_long(place, limit, cut[0]) if cut else _row(place, header, row)
                cut.clear()
                continue
            header = [name.strip() for name in row]
            if fault := _header(found, header, required):
                yield fault
                return
    if not header:
        yield Fault(found.place, "empty file")


def _header(found: Found, names: list[str], required: frozenset[str]) -> Fault | None:
    """Why a table with these columns cannot be read, or None."""
    if names[0].encode(errors="surrogateescape").startswith(_UTF16):
        return Fault(found.place, "not UTF-8", _IS_UTF16)
    listed = storable(", ".join(names)[:200])
    if not required.intersection(names):
        return Fault(found.place, f"no column {' or '.join(sorted(required))}", f"it has {listed}")
    if len(set(names)) < len(names):
        return Fault(found.place, "two columns of one name", listed)
    return None


def _row(place: Place, header: list[str], row: list[str]) -> Record | Fault:
    raw = storable(", ".join(row))
    if len(row) > len(header):
        return Fault(place, "not valid CSV", f"{len(row)} fields, {len(header)} columns", raw)
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return Fault(place, "not UTF-8", "", raw)
    values = {name: value or None for name, value in zip(header, row, strict=False)}
    return Record(place, values, sum(map(len, row)))


def parquet(found: Found, required: frozenset[str], wanted: frozenset[str]) -> Iterator[Item]:
    """Records of a Parquet file, row by row; wanted columns only, a row group at a time."""
    import polars as pl

    number = 0
    with _on_disk(found) as path:
        try:
            frame = pl.scan_parquet(path, glob=False, hive_partitioning=False)
            names = frame.collect_schema().names()
            if fault := _header(found, names, required):
                yield fault
                return
            frame = frame.select(name for name in names if name in wanted)
            for batch in frame.collect_batches(chunk_size=BATCH, maintain_order=True):
                for values in batch.iter_rows(named=True):
                    number += 1
                    size = sum(len(value) for value in values.values() if isinstance(value, str))
                    yield Record(Place(found.name, number), values, size)
        except pl.exceptions.PolarsError as error:
            place = Place(found.name, number + 1 if number else None)
            yield Fault(place, "not a readable Parquet file", str(error).splitlines()[0][:200])
            return
    if not number:
        yield Fault(found.place, "empty file")


@contextmanager
def _on_disk(found: Found) -> Iterator[str]:
    """The path of the unpacked file: Parquet is read from its end."""
    if found.path != STDIN and not found.packed:
        yield found.path
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as copy, found.open() as stream:
        shutil.copyfileobj(stream, copy)
        copy.flush()
        yield copy.name
