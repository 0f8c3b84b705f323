"""Files as a stream of records: JSONL, CSV, Parquet, texts of many kinds, compressed, from stdin.

Nothing raises for bad input: what cannot be read comes as a `Fault` with its place and a reason.
"""

from collections.abc import Generator, Iterator, Sequence

from kgsynth.readers import bounded
from kgsynth.readers.files import KINDS, Found, walk
from kgsynth.readers.record import Fault, Item, Place, Record, Skipped, storable

__all__ = ["Fault", "Item", "Place", "Record", "Skipped", "read", "storable"]


def read(
    paths: Sequence[str],
    *,
    required: frozenset[str],
    wanted: frozenset[str],
    max_bytes: int,
    kinds: frozenset[str] = KINDS,
    format: str | None = None,
) -> Generator[Item, None, None]:
    """All records below the paths, in order: paths as given, folders by name, files by line.

    A table must have one of the `required` columns, and its `wanted` ones are read; a text file
    becomes the fields `id`, `title` and `text`. A line or file far above `max_bytes` (of text) is
    never in memory. `format` is the kind of standard input (`-`; JSONL unless said) and of named
    files. Raises UsageError when there is nothing at a path.
    """
    with bounded.Reader() as reader:
        for item in walk(paths, kinds, format):
            if isinstance(item, Found):
                yield from _read_one(item, required, wanted, max_bytes, reader)
            else:
                yield item


def _read_one(
    found: Found,
    required: frozenset[str],
    wanted: frozenset[str],
    max_bytes: int,
    reader: bounded.Reader,
) -> Iterator[Item]:
    """Records of one file; a fault when it breaks off."""
    from kgsynth.readers import tables, texts
    from kgsynth.readers.files import broken

    line = 0
    try:
        if found.kind == "jsonl":
            items = tables.jsonl(found, max_bytes)
        elif found.kind in ("csv", "tsv"):
            items = tables.separated(found, required, max_bytes)
        elif found.kind == "parquet":
            items = tables.parquet(found, required, wanted)
        else:
            items = texts.text(found, max_bytes, reader)
        for item in items:
            line = getattr(item, "place", Place(found.name, line)).line or line
            yield item
    except Exception as error:
        fault = broken(error, found, line)
        if fault is None:
            raise
        yield fault
