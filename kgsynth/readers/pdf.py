"""The text of PDF files, through PDFium.

Of the libraries with a permissive licence it was the best and the fastest on texts set by TeX and
by a browser (pypdf, pdfminer.six beside it): ligatures come as letters, words broken at a line end
come whole, columns come one after the other, at some 100 pages a second.
"""

import ctypes
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kgsynth.readers.record import UnreadableError

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_UNREADABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_WRAPPED = "\ufffe"  # PDFium's mark for a hyphen at which a word was broken
# Above this share of characters without a meaning, the fonts do not say what their glyphs are.
_GARBLED = 0.2
_SMALLER, _SHIFTED = 0.85, 0.1  # size of a script to its line's, and its shift in that size
_STACKED = 4  # sizes that a lowered script may begin before the end of the raised one above it
_END = {"": "", "^": "}", "_": "}"}
_SINGLE = re.compile(r"([\^_])\{(\S)\}")
_GAP = 1.5  # lines this many times as far apart as most of the page's begin a paragraph
_NO_TITLE = re.compile(r"untitled|microsoft word - .*|.*\.(docx?|dvi|tex|pdf|indd)", re.IGNORECASE)
_PASSWORD = 4  # FPDF_ERR_PASSWORD


@dataclass(slots=True)
class Line:
    """A line of a page: its text, baseline and size of letters (points).

    One whose end was a broken word goes on on the next line: `first` and `last` baseline.
    """

    text: str
    first: float
    last: float
    size: float


def read(data: bytes, max_bytes: int) -> tuple[str | None, str, str]:
    """Title (of the metadata) and text of a PDF, cut soon after `max_bytes`; what was lost of it.

    Raised and lowered letters come as `^` and `_`, entries of the outline as headings where they
    stand. Raises UnreadableError for one that is encrypted, broken, or has no text (scanned).
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise UnreadableError("encrypted PDF", "it opens with a password only") from None
        raise UnreadableError("not a readable PDF", str(error)[:200]) from None
    with document:
        pages, size, lost = [], 0, 0
        outline = _outline(document)
        for number in range(len(document)):
            try:
                text = _page(document[number], outline.get(number, []))
            except pypdfium2.PdfiumError:
                lost += 1
                continue
            pages.append(text)
            size += len(text)
            if size > max_bytes:
                break
        title = document.get_metadata_dict().get("Title", "").strip()
    text = "\n\n".join(filter(None, pages))
    if not text.strip():
        pages_told = f"{len(pages) + lost:,} pages"
        if lost:
            raise UnreadableError("not a readable PDF", f"{pages_told}, {lost:,} of them broken")
        raise UnreadableError("no text in PDF", f"{pages_told}; scanned? recognise its text first")
    readable = _UNREADABLE.sub("", text)
    if len(readable) < (1 - _GARBLED) * len(text):
        raise UnreadableError("no text in PDF", "its fonts do not say what their letters are")
    told = f"{lost:,} of {len(pages) + lost:,} pages are broken and left out" if lost else ""
    return None if not title or _NO_TITLE.fullmatch(title) else title, readable, told


def _outline(document: "PdfDocument") -> dict[int, list[tuple[int, str]]]:
    """Level (from 1) and title of the bookmarks of each page."""
    found: dict[int, list[tuple[int, str]]] = {}
    for bookmark in document.get_toc(max_depth=5):
        place = bookmark.get_dest()
        page = place.get_index() if place else None
        title = " ".join(bookmark.get_title().split())
        if page is not None and title:
            found.setdefault(page, []).append((bookmark.level + 1, title))
    return found


def _page(page: "PdfPage", headings: list[tuple[int, str]]) -> str:
    """The text of a page: paragraphs apart, headings marked."""
    lines = [line for line in _lines(page) if line.text.strip()]
    for level, title in headings:
        for line in lines:
            text = " ".join(line.text.split())
            # A bookmark may lack the number that the page shows before the title.
            if text.endswith(title) and len(text) <= len(title) + 12:
                line.text = f"\n{'#' * level} {text}\n"
                break
    gaps = sorted(gap for before, line in pairwise(lines) if (gap := before.last - line.first) > 0)
    usual = gaps[(len(gaps) - 1) // 2] if gaps else 0.0
    text = ""
    for place, line in enumerate(lines):
        if place:
            apart = lines[place - 1].last - line.first
            # Far above the line before: the next column.
            text += "\n\n" if apart > _GAP * usual or apart < -_GAP * usual else "\n"
        text += line.text.rstrip(" ")
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _lines(page: "PdfPage") -> list[Line]:
    """The lines of a page in reading order; a script stays on the line that it belongs to."""
    import pypdfium2.raw as pdfium

    x, y = ctypes.c_double(), ctypes.c_double()
    lines: list[Line] = []
    script, right, breaking = "", 0.0, True
    textpage = page.get_textpage()
    for index in range(textpage.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(textpage, index))
        if letter in "\r\n":
            breaking = True
        if letter == _WRAPPED or (letter.isspace() and breaking):
            continue
        if letter.isspace():
            lines[-1].text += _END[script] + letter
            script = ""
            continue
        pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
        size = pdfium.FPDFText_GetFontSize(textpage, index)
        line = lines[-1] if lines else Line("", y.value, y.value, size)
        shift = y.value - line.last
        raised = size < _SMALLER * line.size and _SHIFTED * line.size < abs(shift) < line.size
        near = -_STACKED * line.size < x.value - right < 2 * line.size
        if breaking and lines and near and (raised or (script and abs(shift) < 1)):
            breaking = False  # PDFium breaks a line where letters leave it
        if breaking:
            if lines:
                lines[-1].text += _END[script]
            lines.append(Line(letter, y.value, y.value, size))
            script, breaking = "", False
        else:
            mark = ("^" if shift > 0 else "_") if raised else ""
            if mark != script:
                line.text += _END[script] + (f"{mark}{{" if mark else "")
                script = mark
            line.text += letter
            if not mark:
                line.last, line.size = y.value, max(line.size, size)
        right = x.value + size / 2
    if lines:
        lines[-1].text += _END[script]
    for line in lines:
        # PDFium gives UTF-16 units: two of them make one letter beyond the first plane.
        text = line.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        line.text = _SINGLE.sub(r"\1\2", text)
    return lines
