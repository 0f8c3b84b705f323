"""Jupyter notebooks as Markdown: text cells as they are, code fenced, short text outputs.

Read by nbformat, which brings older formats to the present one.
"""

import json
import re
from typing import Any

from kgsynth.readers.record import UnreadableError

# A longer output is a log or a dump, not text.
OUTPUT = 2_000
_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*)$", re.MULTILINE)
_NOT_A_NOTEBOOK = "not a readable notebook"


def read(data: bytes) -> tuple[str | None, str]:
    """Title (of its metadata, else its first heading) and text of a notebook.

    Of outputs, what is text and at most 2,000 characters is kept: formulas, values, prints; no
    images, no HTML, no error traces. Raises UnreadableError, UnicodeDecodeError and RecursionError.
    """
    import nbformat

    from kgsynth.readers.record import decode

    try:
        notebook = nbformat.reads(decode(data), as_version=4)  # type: ignore[no-untyped-call]
    except UnicodeDecodeError:
        raise
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UnreadableError(_NOT_A_NOTEBOOK, f"not valid JSON: {error.msg}, {where}") from None
    except Exception as error:  # of the many that a wrong structure raises in there
        raise UnreadableError(_NOT_A_NOTEBOOK, _line(error)) from None
    try:
        language = _language(notebook)
        texts = [text for cell in notebook["cells"] for text in _cell(cell, language)]
        title = notebook["metadata"].get("title")
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(_NOT_A_NOTEBOOK, _line(error)) from None
    text = "\n\n".join(text.strip("\n") for text in texts if text.strip())
    if not isinstance(title, str) or not title.strip():
        markdown = "\n\n".join(_source(c) for c in notebook["cells"] if c["cell_type"] != "code")
        heading = _HEADING.search(markdown)
        title = heading[1].rstrip("# \t") if heading else None
    return title, text


def _line(error: Exception) -> str:
    words = f"{type(error).__name__}: {error}".split()
    return " ".join(words)[:200]


def _language(notebook: Any) -> str:
    metadata = notebook["metadata"]
    for part in ("language_info", "kernelspec"):
        about = metadata.get(part) or {}
        if name := about.get("name" if part == "language_info" else "language"):
            return str(name).lower()
    return ""


def _source(cell: Any) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _cell(cell: Any, language: str) -> list[str]:
    """The texts of one cell: its source, then its outputs."""
    source = _source(cell)
    if cell["cell_type"] != "code":
        return [source]
    if not source.strip():
        return []
    outputs = [text for output in cell.get("outputs", ()) if (text := _output(output))]
    return [fenced(source, language), *outputs]


def _output(output: Any) -> str:
    kind = output["output_type"]
    if kind == "stream":
        shown = "" if output.get("name") == "stderr" else _joined(output.get("text"))
    elif kind in ("execute_result", "display_data"):
        data = output.get("data") or {}
        latex = _joined(data.get("text/latex"))
        if latex.strip() and len(latex) <= OUTPUT:
            return latex
        # What has a picture says as text only that it is one.
        pictured = any(str(name).startswith("image/") for name in data)
        shown = "" if pictured else _joined(data.get("text/plain"))
    else:
        shown = ""
    return fenced(shown, "text") if shown.strip() and len(shown) <= OUTPUT else ""


def _joined(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else value or ""


def fenced(text: str, language: str) -> str:
    """A text as a fenced block, with a fence that it does not hold."""
    longest = max((len(found) for found in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    body = text.strip("\n")
    return f"{fence}{language}\n{body}\n{fence}"
