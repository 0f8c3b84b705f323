"""Text files as one record each: plain text, Markdown, HTML."""

import re
from collections.abc import Iterator

from kgsynth.readers.files import STDIN, Found
from kgsynth.readers.record import Fault, Item, Record, storable

# A page may be that many times as large as the text that is read from it.
MARKUP = 4
# Parsed, a tag takes a kilobyte.
_TAGS = 300_000
_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*)$", re.MULTILINE)
# A longer heading is no title.
_TITLE = 500


def text(found: Found, max_bytes: int) -> Iterator[Item]:
    """The record of a text file: `id` is its path within the folder given."""
    limit = max_bytes * (MARKUP if found.kind == "html" else 1)
    with found.open() as stream:
        data = stream.read(limit + 1)
    if not data:
        yield Fault(found.place, "empty file")
    elif len(data) > limit:
        yield Fault(found.place, "text too long", f"over {limit:,} bytes", storable(data))
    elif found.kind == "html" and data.count(b"<") > _TAGS:
        yield Fault(found.place, "not readable HTML", f"over {_TAGS:,} tags", storable(data))
    else:
        yield _record(found, data)


def _record(found: Found, data: bytes) -> Item:
    title = None
    try:
        if found.kind == "html":
            from kgsynth.readers import html

            title, text = html.read(data)
        else:
            text = decode(data)
    except UnicodeDecodeError as error:
        return Fault(found.place, "not UTF-8", f"byte {error.start + 1}", storable(data))
    except RecursionError:
        return Fault(found.place, "not readable HTML", "nested too deep", storable(data))
    if found.kind == "md" and (heading := _HEADING.search(text)):
        title = heading[1].rstrip("# \t")
    if title and len(title) > _TITLE:
        title = None
    id = None if found.path == STDIN else found.inner
    return Record(found.place, {"id": id, "title": title, "text": text}, len(data))


def decode(data: bytes) -> str:
    """UTF-8, or UTF-16 with a byte order mark. Raises UnicodeDecodeError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")
