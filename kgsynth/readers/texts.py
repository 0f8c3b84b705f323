"""Text files as one record each: plain text, Markdown, HTML, LaTeX, notebooks, PDF."""

import re
from collections.abc import Iterator

from kgsynth.progress import say
from kgsynth.readers import bounded
from kgsynth.readers.files import STDIN, Found
from kgsynth.readers.record import Fault, Item, Record, UnreadableError, decode, storable

# A file may be that many times as large as the text that is read from it: tags, pictures, fonts.
MARKUP = {"html": 4, "ipynb": 20, "pdf": 20}
# Parsed, a tag takes a kilobyte.
_TAGS = 300_000
_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*)$", re.MULTILINE)
# A longer heading is no title.
_TITLE = 500


def text(found: Found, max_bytes: int, reader: bounded.Reader) -> Iterator[Item]:
    """The record of a text file: `id` is its path within the folder given."""
    limit = max_bytes * MARKUP.get(found.kind, 1)
    with found.open() as stream:
        data = stream.read(limit + 1)
    if not data:
        yield Fault(found.place, "empty file")
    elif len(data) > limit:
        reason = "file too large" if found.kind in ("ipynb", "pdf") else "text too long"
        yield Fault(found.place, reason, f"over {limit:,} bytes", storable(data))
    elif found.kind == "html" and data.count(b"<") > _TAGS:
        yield Fault(found.place, "not readable HTML", f"over {_TAGS:,} tags", storable(data))
    else:
        yield _record(found, data, max_bytes, reader)


def _record(found: Found, data: bytes, max_bytes: int, reader: bounded.Reader) -> Item:
    title = None
    try:
        if found.kind == "html":
            from kgsynth.readers import html

            title, text = html.read(data)
        elif found.kind in bounded.KINDS:
            title, text, lost = reader.read(found.kind, data, max_bytes)
            if lost:
                say(f"{found.place}: {lost}")
        else:
            text = decode(data)
    except UnreadableError as error:
        return Fault(found.place, error.reason, error.detail, storable(data))
    except UnicodeDecodeError as error:
        return Fault(found.place, "not UTF-8", f"byte {error.start + 1}", storable(data))
    except RecursionError:
        return Fault(found.place, "not readable HTML", "nested too deep", storable(data))
    if found.kind == "md" and (heading := _HEADING.search(text)):
        title = heading[1].rstrip("# \t")
    if title and len(title) > _TITLE:
        title = None
    id = None if found.path == STDIN else found.inner
    size = len(text) if found.kind in bounded.KINDS else len(data)
    return Record(found.place, {"id": id, "title": title, "text": text}, size)
