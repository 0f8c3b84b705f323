r"""LaTeX sources as Markdown: headings, lists and formulas (as LaTeX) stay, what sets them goes.

pylatexenc parses them. Left out: preamble, comments, figures, bibliography, marks of references.
"""

import logging
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kgsynth.readers.macros import argument, expand
from kgsynth.readers.notebook import fenced

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

_BODY = re.compile(r"\\begin\s*\{document\}(.*?)(?:\\end\s*\{document\}|\Z)", re.DOTALL)
_LEVELS = {"part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4,
           "paragraph": 5, "subparagraph": 6}  # fmt: skip
_LEFT_OUT = ("figure", "figure*", "wrapfigure", "tikzpicture", "picture", "pgfpicture",
             "thebibliography", "filecontents", "filecontents*", "comment", "CJK*")  # fmt: skip
# Formulas that pylatexenc does not know as such.
_FORMULAS = ("math", "displaymath", "equation", "equation*", "align", "align*", "alignat",
             "alignat*", "flalign", "flalign*", "gather", "gather*", "multline", "multline*",
             "eqnarray", "eqnarray*", "IEEEeqnarray", "dmath", "dmath*")  # fmt: skip
# What takes arguments that are no text, or none at all.
_SILENT = {
    "label": "{", "vspace": "*{", "hspace": "*{", "bibliographystyle": "{", "bibliography": "{",
    "includegraphics": "*[{", "setlength": "{{", "addtolength": "{{", "setcounter": "{{",
    "addtocounter": "{{", "pagestyle": "{", "thispagestyle": "{", "cite": "*[[{",
    "citep": "*[[{", "citet": "*[[{", "citealp": "*[[{", "autocite": "[[{", "nocite": "{",
    "input": "{", "include": "{", "author": "[{", "date": "{", "affil": "[{", "thanks": "{",
    "address": "{", "email": "{", "title": "[{", "usepackage": "[{", "newtheorem": "*{[{[",
    "theoremstyle": "{", "index": "{", "color": "[{", "addcontentsline": "{{{", "todo": "[{",
    "maketitle": "", "tableofcontents": "", "listoffigures": "", "listoftables": "",
    "appendix": "", "centering": "", "noindent": "", "newpage": "", "clearpage": "",
    "hline": "", "toprule": "", "midrule": "", "bottomrule": "", "cline": "{", "cmidrule": "[{",
}  # fmt: skip
_NAMED = {
    "theorem": "Theorem", "thm": "Theorem", "lemma": "Lemma", "lem": "Lemma",
    "proposition": "Proposition", "prop": "Proposition", "corollary": "Corollary",
    "cor": "Corollary", "definition": "Definition", "defn": "Definition", "example": "Example",
    "exercise": "Exercise", "remark": "Remark", "claim": "Claim", "conjecture": "Conjecture",
    "problem": "Problem", "solution": "Solution", "proof": "Proof", "abstract": "Abstract",
}  # fmt: skip
_MARK = "\x02"  # around the number of a code that was put aside: it is no LaTeX
_ASIDE = re.compile(f"{_MARK}([0-9]+){_MARK}")
_CODE = re.compile(
    r"\\begin\s*\{(?P<kept>verbatim\*?|Verbatim|lstlisting|minted)\}(?:\[[^\]\n]*\])?"
    r"(?(kept)(?:\{\w+\}(?=\s*\n))?)(?P<block>.*?)\\end\s*\{(?P=kept)\}"
    r"|\\(?:verb|lstinline)\*?(?P<mark>[^\sa-zA-Z*])(?P<inline>[^\n]*?)(?P=mark)",
    re.DOTALL,
)
_LABEL = re.compile(r"\\(?:label|nonumber|notag)\b(?:\s*\{[^{}]*\})?")
_NEWTHEOREM = re.compile(
    r"\\newtheorem\*?\s*\{([^{}]+)\}\s*(?:\[[^\]]*\])?\s*\{([^{}]+)\}(?:\s*\[[^\]]*\])?"
)
_SPACES = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")


def read(data: bytes) -> tuple[str | None, str]:
    """Title and text of a LaTeX source; its own macros are put in place.

    Raises UnreadableError for macros that grow without end, UnicodeDecodeError, RecursionError.
    """
    from kgsynth.readers.record import decode

    source = expand(decode(data).replace("\r\n", "\n").replace(_MARK, ""))
    theorems = {**_NAMED, **{name: shown for name, shown in _NEWTHEOREM.findall(source)}}
    body = _BODY.search(source)
    parse, convert = _converter(theorems)
    title = _title(source, parse, convert)
    codes: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        inline = found["mark"] is not None
        codes.append(f"`{found['inline']}`" if inline else fenced(found["block"], ""))
        place = f"{_MARK}{len(codes) - 1}{_MARK}"
        return place if inline else f"\n\n{place}\n\n"

    nodes = parse(_CODE.sub(put_aside, body[1] if body else source))
    text = _SPACES.sub("\n\n", convert.nodelist_to_text(nodes)).strip()
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return title, _ASIDE.sub(lambda found: codes[int(found[1])], text)


Parse = Callable[[str], list[Any]]


def _title(source: str, parse: Parse, convert: "LatexNodes2Text") -> str | None:
    r"""What `\title` says, in one line, or the first heading."""
    for command in ("title", "chapter", "section"):
        found = re.search(rf"\\{command}\*?\s*(?:\[[^\]]*\])?\s*(?=\{{)", source)
        if found and (inside := argument(source, found.end())):
            title = " ".join(convert.nodelist_to_text(parse(inside[0])).split())
            return title or None
    return None


def _converter(theorems: dict[str, str]) -> tuple[Parse, "LatexNodes2Text"]:
    """How LaTeX is parsed, and how its nodes become text."""
    from pylatexenc import latex2text, latexwalker, macrospec

    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)  # a source may be broken

    macros = {name: macrospec.std_macro(name, "*[{") for name in _LEVELS}
    macros |= {name: macrospec.std_macro(name, spec) for name, spec in _SILENT.items()}
    macros |= {
        "footnote": macrospec.std_macro("footnote", "[{"),
        "caption": macrospec.std_macro("caption", "[{"),
        "href": macrospec.std_macro("href", "{{"),
        "item": macrospec.std_macro("item", "["),
        "textcolor": macrospec.std_macro("textcolor", "[{{"),
    }
    environments = [macrospec.std_environment(name, "[") for name in theorems]
    environments += [
        macrospec.std_environment(name, "{" if name.startswith("alignat") else "",
                                  is_math_mode=True)
        for name in _FORMULAS
    ]  # fmt: skip
    environments += [
        macrospec.std_environment(name, spec)
        for name, spec in (("tabular", "[{"), ("tabular*", "{[{"), ("tabularx", "{[{"),
                           ("minipage", "[{"), ("multicols", "{"), ("longtable", "[{"))
    ]  # fmt: skip
    context = latexwalker.get_default_latex_context_db()
    context.add_context_category(
        "kgsynth", macros=macros.values(), environments=environments, prepend=True
    )

    def parse(source: str) -> list[Any]:
        walker = latexwalker.LatexWalker(source, latex_context=context, tolerant_parsing=True)
        nodes: list[Any] = walker.get_latex_nodes()[0]
        return nodes

    shown = latex2text.get_default_latex_context_db()
    macro, environment = latex2text.MacroTextSpec, latex2text.EnvironmentTextSpec
    shown.add_context_category(
        "kgsynth",
        prepend=True,
        macros=[
            *(macro(name, discard=True) for name in _SILENT),
            *(macro(name, _heading) for name in _LEVELS),
            *(macro(name, "") for name in ("ref", "eqref", "pageref", "autoref", "cref", "Cref")),
            macro("footnote", lambda n, l2tobj: f" ({_last(n, l2tobj)})"),
            macro("caption", lambda n, l2tobj: f"\n\n{_last(n, l2tobj)}\n\n"),
            macro("href", _last),
            macro("textcolor", _last),
            macro("item", _item),
            macro("\\", lambda node: "\n"),
            macro("par", lambda node: "\n\n"),
        ],
        specials=[latex2text.SpecialsTextSpec("&", "&")],
        environments=[
            *(environment(name, discard=True) for name in _LEFT_OUT),
            *(environment(name, _displayed) for name in _FORMULAS),
            *(environment(name, _theorem(shown_name)) for name, shown_name in theorems.items()),
            *(environment(name, _table) for name in ("tabular", "tabular*", "tabularx",
                                                     "longtable")),
        ],
    )  # fmt: skip

    class Converter(latex2text.LatexNodes2Text):  # type: ignore[misc]
        """Keeps formulas as their source, with the delimiters of Markdown."""

        def math_node_to_text(self, node: Any) -> str:
            opening, closing = node.delimiters
            inside = node.latex_verbatim()[len(opening) : -len(closing)]
            return _formula(inside, display=node.displaytype == "display")

    return parse, Converter(shown, strict_latex_spaces=True)


def _last(node: Any, l2tobj: "LatexNodes2Text") -> str:
    """The text of the last argument: the others say how it looks."""
    arguments = node.nodeargd.argnlist if node.nodeargd else None
    return str(l2tobj.nodelist_to_text([arguments[-1]])) if arguments and arguments[-1] else ""


def _heading(node: Any, l2tobj: "LatexNodes2Text") -> str:
    title = " ".join(_last(node, l2tobj).split())
    return f"\n\n{'#' * _LEVELS[node.macroname]} {title}\n\n" if title else ""


def _item(node: Any, l2tobj: "LatexNodes2Text") -> str:
    label = _last(node, l2tobj).strip()
    return f"\n- {label}" if label else "\n- "


def _theorem(name: str) -> Callable[..., str]:
    def shown(node: Any, l2tobj: "LatexNodes2Text") -> str:
        called = _last(node, l2tobj).strip()
        title = f"{name} ({called})" if called else name
        return f"\n\n**{title}.** {l2tobj.nodelist_to_text(node.nodelist).strip()}\n\n"

    return shown


def _table(node: Any, l2tobj: "LatexNodes2Text") -> str:
    """Rows between bars, the first of them as the head, as in Markdown."""
    rows = [
        [" ".join(cell.split()) for cell in line.split("&")]
        for line in l2tobj.nodelist_to_text(node.nodelist).split("\n")
        if line.strip()
    ]
    shown = [f"| {' | '.join(cells)} |" for cells in rows]
    if rows:
        shown.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n\n" + "\n".join(shown) + "\n\n"


def _displayed(node: Any) -> str:
    """A formula environment; what aligns in it stays, the rest is what `$$` says."""
    name = node.environmentname
    inside = "".join(part.latex_verbatim() for part in node.nodelist)
    if name.rstrip("*") in ("equation", "displaymath", "math", "dmath"):
        return _formula(inside, display=name != "math")
    columns = "".join(part.latex_verbatim() for part in node.nodeargd.argnlist if part)
    inside = f"{columns}{inside.rstrip()}"
    return _formula(f"\\begin{{{name}}}{inside}\n\\end{{{name}}}", display=True)


def _formula(tex: str, *, display: bool) -> str:
    tex = _LABEL.sub("", tex)
    tex = "\n".join(line.strip() for line in tex.split("\n") if line.strip())
    if display:
        return f"\n\n$$\n{tex}\n$$\n\n" if "\n" in tex else f"\n\n$${tex}$$\n\n"
    return f"${tex}$"
