"""Small files of the kinds that people keep texts in, made by hand: PDF, notebook, LaTeX."""

import json
import zlib
from typing import Any

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>"


def pdf(
    *pages: bytes, title: str = "", outline: list[tuple[str, int]] | None = None, extra: bytes = b""
) -> bytes:
    """A PDF of content streams; `outline` holds title and page (from 0) of each bookmark."""
    outline = outline or []
    first = 4
    at = [first + 2 * number for number in range(len(pages))]
    marks = first + 2 * len(pages)
    kids = b" ".join(b"%d 0 R" % number for number in at)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Outlines %d 0 R >>" % marks,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        FONT,
    ]
    for number, page in enumerate(pages):
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R "
            b"/Resources << /Font << /F 3 0 R >> >> >>" % (at[number] + 1),
            stream(page),
        ]
    objects.append(b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>"
                   % (marks + 1, marks + len(outline), len(outline)))  # fmt: skip
    for number, (name, page) in enumerate(outline, marks + 1):
        after = b"/Next %d 0 R" % (number + 1) if number < marks + len(outline) else b""
        objects.append(b"<< /Title (%s) /Parent %d 0 R /Dest [%d 0 R /Fit] %s >>"
                       % (name.encode(), marks, at[page], after))  # fmt: skip
    objects.append(b"<< /Title (%s) >>" % title.encode())
    return assembled(objects, b"/Info %d 0 R " % len(objects) + extra)


def stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def packed(blanks: int, data: bytes) -> bytes:
    """A compressed stream of so many blanks, then data."""
    pack = zlib.compressobj(1)
    packed = b"".join(pack.compress(b" " * 2**20) for _ in range(blanks >> 20))
    packed += pack.compress(data) + pack.flush()
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def assembled(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """The objects, numbered from 1, with their table and trailer."""
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\n" \
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, trailer, len(data))  # fmt: skip


def words(*lines: tuple[float, float, str], size: float = 10) -> bytes:
    """Text at places of a page: x, y and the words (in PDF's own escapes)."""
    shown = "".join(f"1 0 0 1 {x} {y} Tm /F {size} Tf ({text}) Tj\n" for x, y, text in lines)
    return f"BT\n{shown}ET\n".encode("latin-1")


def scanned() -> bytes:
    """A page with a picture and no letter."""
    return pdf(b"q 100 0 0 100 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q\n")


def encrypted() -> bytes:
    """One that opens with a password only."""
    lock = (b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> /ID [<00> <00>] "
            % (b"61" * 32, b"62" * 32))  # fmt: skip
    return pdf(words((50, 700, "secret")), extra=lock)


def bomb(size: int) -> bytes:
    """A page whose few kilobytes unpack to `size` bytes."""
    page = (b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
            b"/Resources << /Font << /F 5 0 R >> >> >>")  # fmt: skip
    return assembled([b"<< /Type /Catalog /Pages 2 0 R >>",
                      b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page,
                      packed(size, words((50, 700, "end"))), FONT])  # fmt: skip


def notebook(cells: list[dict[str, Any]], **metadata: Any) -> bytes:
    """A notebook of format 4.5; cells get what they lack."""
    filled = []
    for number, cell in enumerate(cells):
        more = {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
        filled.append({"id": f"c{number}", "metadata": {}, **more, **cell})
    about = {"language_info": {"name": "python"}, **metadata}
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": about, "cells": filled}
    ).encode()
