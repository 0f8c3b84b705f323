"""HTML as Markdown that keeps headings, lists, tables, code, and mathematics as LaTeX.

markdownify on Beautiful Soup (with lxml, which ends what a page leaves open); formulas are put in
place first. Extractors of main content (trafilatura and others) lose them: tried on MathML, KaTeX,
MathJax and Wikipedia's markup.
"""

import re
import warnings
from typing import TYPE_CHECKING

from kgsynth.readers.record import unstorable

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_LEFT_OUT = ("script", "style", "noscript", "template", "nav", "footer", "aside", "form", "button",
             "iframe", "svg", "title")  # fmt: skip
_HIDDEN = (
    "[aria-hidden=true], .MathJax_Preview, .MathJax, .MathJax_Display, sup.reference, "
    ".mwe-math-mathml-inline + img, .mwe-math-mathml-display + img"
)
# Elements within elements; the steps below take time or stack for each level.
_DEEPEST = 200
_DISPLAYED = re.compile(r"\{\\(?:display|text)style\s+(.*)\}", re.DOTALL)
_MATH_IMAGE = re.compile(r"latex|tex\b|math|equation", re.IGNORECASE)


def read(data: bytes) -> tuple[str | None, str]:
    """Title and text of a page; one that cannot be stored comes as it is.

    Raises UnicodeDecodeError, and RecursionError when tags are nested too deep.
    """
    from bs4 import BeautifulSoup
    from markdownify import MarkdownConverter

    page = _decode(data)
    if unstorable(page):
        return None, page
    with warnings.catch_warnings(action="ignore"):  # of pages that look like XML or a path
        soup = BeautifulSoup(page, "lxml")
    _check_depth(soup)
    heading = soup.title or soup.h1
    title = " ".join(heading.get_text().split()) if heading else None
    _place_formulas(soup)
    for tag in [*soup(_LEFT_OUT), *soup.select(_HIDDEN)]:
        tag.decompose()
    _place_alternatives(soup)
    converter = MarkdownConverter(
        heading_style="ATX", bullets="-", strip=["a"], escape_asterisks=False,
        escape_underscores=False, escape_misc=False,
    )  # fmt: skip
    text = converter.convert_soup(soup)
    return title or None, re.sub(r"\n{3,}", "\n\n", text).strip()


def _check_depth(soup: "BeautifulSoup") -> None:
    from bs4 import Tag

    level: list[Tag] = [soup]
    for _ in range(_DEEPEST):
        level = [child for tag in level for child in tag.children if isinstance(child, Tag)]
    if level:
        raise RecursionError


def _decode(data: bytes) -> str:
    """UTF-8, UTF-16 with a byte order mark, or what the page declares."""
    from bs4.dammit import EncodingDetector

    from kgsynth.readers.record import decode

    try:
        return decode(data)
    except UnicodeDecodeError:
        declared = EncodingDetector.find_declared_encoding(data, is_html=True)
        if not declared or declared.lower() in ("utf-8", "utf8"):
            raise
        try:
            return data.decode(declared)
        except LookupError:
            pass
        raise


def _place_formulas(soup: "BeautifulSoup") -> None:
    """Puts LaTeX (or plain MathML, where a page has no LaTeX) in the place of what draws it."""
    for script in soup.select('script[type^="math/tex"]'):
        _put(script, _formula(script.get_text(), "display" in str(script["type"])))
    for math in soup.select("math"):
        tex = math.find("annotation", encoding=re.compile("tex", re.IGNORECASE))
        source = tex.get_text() if tex else str(math.get("alttext") or "")
        drawn = math.find_parent("mjx-container") or math
        display = math.get("display") == "block" or drawn.get("display") == "true"
        _put(drawn, _formula(source, display) if source else _plain(math))


def _place_alternatives(soup: "BeautifulSoup") -> None:
    """Puts the alternative text in the place of images, `^` and `_` in that of raised text."""
    for image in soup("img"):
        alt = str(image.get("alt") or "")
        drawn = "\\" in alt or _MATH_IMAGE.search(" ".join(image.get_attribute_list("class")))
        _put(image, _formula(alt) if alt and drawn else alt)
    for name, mark in (("sup", "^"), ("sub", "_")):
        for tag in soup(name):
            inner = tag.get_text().strip()
            _put(tag, f"{mark}{inner}" if len(inner) < 2 else f"{mark}{{{inner}}}")


def _put(tag: "Tag", text: str) -> None:
    """Makes plain text of an element, where it is: `replace_with` counts all its neighbours."""
    tag.name, tag.attrs = "span", {}
    tag.string = text


def _formula(tex: str, display: bool = False) -> str:
    """LaTeX between dollars, without the wrappers that pages put around it."""
    tex = tex.strip().strip("$").strip()
    if wrapped := _DISPLAYED.fullmatch(tex):
        tex = wrapped[1]
    return f"$${tex}$$" if display else f"${tex}$"


def _plain(math: "Tag") -> str:
    """MathML without attributes."""
    for tag in [math, *math.find_all(True)]:
        tag.attrs = {}
    return str(math)
