"""Records of JSONL, CSV and Parquet, in bounded memory."""

import json
from collections.abc import Iterator
from typing import BinaryIO

from kgsynth.readers.files import Found
from kgsynth.readers.record import Fault, Item, Place, Record, storable

# A text may be escaped in its line, and other fields stand beside it.
LINE = 4
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"


def lines(stream: BinaryIO, limit: int) -> Iterator[tuple[int, bytes, bool]]:
    """Lines as (number, bytes, whether it is whole); a longer line is cut at `limit` bytes."""
    number = 0
    while line := stream.readline(limit):
        number += 1
        whole = line.endswith(b"\n") or len(line) < limit
        yield number, line, whole
        while not whole:
            rest = stream.readline(limit)
            whole = rest.endswith(b"\n") or len(rest) < limit


def jsonl(found: Found, max_bytes: int) -> Iterator[Item]:
    """Records of a JSONL file; blank lines are passed over."""
    empty = True
    with found.open() as stream:
        for number, line, whole in lines(stream, LINE * max_bytes):
            if number == 1:
                if line.startswith(_UTF16):
                    yield Fault(found.place, "not UTF-8", "it is UTF-16: convert it to UTF-8")
                    return
                line = line.removeprefix(_BOM)
            if not line.strip():
                continue
            empty = False
            place = Place(found.name, number)
            if whole:
                yield _object(place, line)
            else:
                yield Fault(place, "line too long", f"over {LINE * max_bytes:,} bytes",
                            storable(line))  # fmt: skip
    if empty:
        yield Fault(found.place, "empty file")


def _object(place: Place, line: bytes) -> Record | Fault:
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Fault(place, "not UTF-8", f"byte {error.start + 1} of the line", storable(line))
    except json.JSONDecodeError as error:
        return Fault(place, "not valid JSON", f"{error.msg}, column {error.colno}", storable(line))
    except RecursionError:
        return Fault(place, "not valid JSON", "nested too deep", storable(line))
    except ValueError:
        return Fault(place, "not valid JSON", "a number of too many digits", storable(line))
    if not isinstance(value, dict):
        kind = "an array" if isinstance(value, list) else "no object"
        return Fault(place, "not a JSON object", f"it is {kind}", storable(line))
    return Record(place, value)


def csv(found: Found, required: frozenset[str], max_bytes: int) -> Iterator[Item]:
    """Records of a CSV or TSV file."""
    raise NotImplementedError


def parquet(found: Found, required: frozenset[str]) -> Iterator[Item]:
    """Records of a Parquet file."""
    raise NotImplementedError
