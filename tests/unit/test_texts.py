"""LaTeX, notebooks and PDF as text; and files made to break their reader."""

import gzip
import time
from pathlib import Path

import pytest
from lab import sheets
from test_readers import put, read_all, reasons, texts

from kgsynth.readers import Fault, Record, bounded
from kgsynth.readers.record import UnreadableError

PAPER = r"""% a comment
\documentclass{article}
\newcommand{\R}{\mathbb{R}}
\newcommand{\norm}[1]{\left\lVert #1 \right\rVert}
\newcommand*{\pd}[2][t]{\frac{\partial #2}{\partial #1}}
\def\eps{\varepsilon} \def\pair#1#2{(#1, #2)}
\DeclareMathOperator{\tr}{tr}
\newtheorem{satz}{Satz}
\title{Norms in \textbf{$\R^n$}\thanks{Grant 7}}
\author{A. Nyone}
\begin{document}
\maketitle
\begin{abstract}We look at norms.\end{abstract}
\section[Short]{Basics of \emph{norms}}\label{sec:b}
Let $x\in\R$ be --- say --- ``small'', 50\% of \(\norm{x} < \eps x\)~\cite{foo}. Erd\H{o}s, na\"ive. % gone
\begin{equation}\label{eq:1}
 \pd{f} + \pd[s]{g} = \tr A_{\pair1{\pair ab}}
\end{equation}
\begin{figure}\includegraphics[width=3cm]{x.pdf}\caption{Drawn.}\end{figure}
\subsection*{Lists}
\begin{itemize}
\item one \href{http://u}{link}\footnote{A note.}
\item[two] $a < b$ and \textcolor{red}{red}
\end{itemize}
\begin{satz}[Cauchy]\label{t} If $a<b$ then \[ a \le b. \] \end{satz}
\begin{proof} Trivial. \end{proof}
\begin{tabular}{l|c} n & $n!$ \\ \hline 1 & 1 \\ 5 & 120 \end{tabular}
\begin{verbatim}
x = 1 % not a \comment
\end{verbatim}
Inline \verb|a_b % c| code.
\begin{align*}
 a &= b \label{x}\\
   &= c
\end{align*}
\begin{thebibliography}{9}\bibitem{foo} Foo.\end{thebibliography}
\end{document}
after the end
"""  # noqa: E501
SAID = r"""**Abstract.** We look at norms.

## Basics of norms

Let $x\in\mathbb{R}$ be — say — “small”, 50% of $\left\lVert x \right\rVert < \varepsilon x$ . Erdős, naïve.

$$\frac{\partial f}{\partial t} + \frac{\partial g}{\partial s} = \operatorname{tr} A_{(1, (a, b))}$$

### Lists

- one link (A note.)

- two $a < b$ and red

**Satz (Cauchy).** If $a<b$ then

$$a \le b.$$

**Proof.** Trivial.

| n | $n!$ |
| --- | --- |
| 1 | 1 |
| 5 | 120 |

```
x = 1 % not a \comment
```

Inline `a_b % c` code.

$$
\begin{align*}
a &= b \\
&= c
\end{align*}
$$"""  # noqa: E501


def test_latex_as_markdown(tmp_path: Path) -> None:
    (record,) = read_all(put(tmp_path, "a.tex", PAPER))
    assert isinstance(record, Record)
    assert record.values["title"] == r"Norms in $\mathbb{R}^n$"
    assert record.values["text"].replace("\u00a0", " ") == SAID


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a\n% comment\nb % c\n\nc", "a\nb\n\nc"),
        (r"50\% of $x$ \\ new", "50% of $x$\n new"),
        (r"\newcommand{\a}{\b}\newcommand{\b}{deep}\a{} x", "deep x"),
        (r"\newcommand\x[2]{#1+#2} $\x{a}{b}$ \x{c}", "$a+b$ c"),
        (r"\renewcommand{\vec}[1]{\mathbf{#1}}$\vec v$", r"$\mathbf{v}$"),
        (r"\newcommand{\be}{\begin{equation}}\newcommand{\ee}{\end{equation}}\be x \ee", "$$x$$"),
        (r"\chapter{One}\paragraph{Two} Text", "# One\n\n##### Two\n\n Text"),
        (r"\[ x \tag{1} \label{l} \]", r"$$x \tag{1}$$"),
        (r"\begin{lstlisting}[language=C]" + "\nint a[3];\n" + r"\end{lstlisting}",
         "```\nint a[3];\n```"),
        (r"unknown \foo{kept} \baz and {\bf bold}", "unknown kept and bold"),
        ("open $x + 1\n\nnext } and { text", None),
        (r"\begin{itemize} \item never closed", None),
        (r"\section{" * 50, None),
        ("\\newcommand{\\x}[", None),
    ],
)  # fmt: skip
def test_latex_pieces(tmp_path: Path, source: str, text: str | None) -> None:
    """What is broken gives some text or a fault, and never ends the run."""
    found = read_all(put(tmp_path, "a.tex", source), put(tmp_path, "b.txt", "next"))
    assert len(found) == 2
    assert texts(found)[-1] == "next"
    if text is not None:
        assert texts(found)[0] == text


def test_macros_that_never_end(tmp_path: Path) -> None:
    put(tmp_path, "a.tex", r"\newcommand{\a}{\a\a}\a")
    doubling = "".join(rf"\newcommand{{\m{chr(98 + n)}}}{{\m{chr(97 + n)}\m{chr(97 + n)}}}"
                       for n in range(24))  # fmt: skip
    put(tmp_path, "b.tex", r"\newcommand{\ma}{many words}" + doubling + r"\my")
    put(tmp_path, "c.tex", "{" * 20_000)
    put(tmp_path, "d.tex", r"good \emph{text}")
    found = read_all(tmp_path)
    assert [reason for _, reason in reasons(found)] == ["not readable LaTeX"] * 3
    assert texts(found) == ["good text"]


def test_notebook_as_markdown(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Roots\n", "Let $x^2 = 2$."]},
        {"cell_type": "code", "source": "x = 2 ** .5\nprint(x)\nx", "outputs": [
            {"output_type": "stream", "name": "stdout", "text": ["1.41421\n"]},
            {"output_type": "stream", "name": "stderr", "text": "a warning"},
            {"output_type": "execute_result", "execution_count": 1, "metadata": {},
             "data": {"text/plain": "1.4142", "text/html": "<b>1</b>"}},
            {"output_type": "display_data", "metadata": {},
             "data": {"text/plain": "<Figure>", "image/png": "aGk="}},
            {"output_type": "display_data", "metadata": {},
             "data": {"text/plain": "sqrt(2)", "text/latex": "$\\sqrt{2}$"}},
            {"output_type": "stream", "name": "stdout", "text": "log\n" * 1_000},
        ]},
        {"cell_type": "code", "source": ""},
        {"cell_type": "code", "source": "1 / 0", "outputs": [
            {"output_type": "error", "ename": "E", "evalue": "no", "traceback": ["secret"]}]},
        {"cell_type": "code", "source": "text = '''\n```\n'''"},
        {"cell_type": "raw", "source": "As it is."},
    ]  # fmt: skip
    (record,) = read_all(put(tmp_path, "a.ipynb", sheets.notebook(cells)))
    assert isinstance(record, Record)
    assert record.values == {
        "id": "a.ipynb",
        "title": "Roots",
        "text": """# Roots
Let $x^2 = 2$.

```python
x = 2 ** .5
print(x)
x
```

```text
1.41421
```

```text
1.4142
```

$\\sqrt{2}$

```python
1 / 0
```

````python
text = '''
```
'''
````

As it is.""",
    }
    titled = sheets.notebook(cells, title="Named")
    (record,) = read_all(put(tmp_path, "b.ipynb", titled))
    assert isinstance(record, Record)
    assert record.values["title"] == "Named"


def test_broken_notebooks(tmp_path: Path) -> None:
    whole = sheets.notebook([{"cell_type": "markdown", "source": "fine"}])
    put(tmp_path, "a.ipynb", whole[:-9])
    put(tmp_path, "b.ipynb", b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [7]}')
    put(tmp_path, "c.ipynb", b"[1]")
    put(tmp_path, "d.ipynb", b'{"text": "no notebook"}')
    put(tmp_path, "e.ipynb", b"[" * 200_000)
    put(tmp_path, "f.ipynb", b"caf\xe9")
    put(tmp_path, "g.ipynb", whole)
    found = read_all(tmp_path)
    assert [reason for _, reason in reasons(found)] == ["not a readable notebook"] * 5 + [
        "not UTF-8"]  # fmt: skip
    assert texts(found) == ["fine"]


def test_older_notebooks(tmp_path: Path) -> None:
    old = (b'{"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "n"}, "worksheets": '
           b'[{"metadata": {}, "cells": [{"cell_type": "heading", "level": 2, "metadata": {}, '
           b'"source": "Old"}, {"cell_type": "code", "language": "python", "input": "a = 1", '
           b'"outputs": [], "collapsed": false, "metadata": {}}]}]}')  # fmt: skip
    (record,) = read_all(put(tmp_path, "a.ipynb", old))
    assert texts([record]) == ["## Old\n\n```\na = 1\n```"]


def test_pdf_with_formulas_and_headings(tmp_path: Path) -> None:
    first = (
        sheets.words((50, 740, "On roots"), (50, 700, "Let a"), (74, 700, "be so that"))
        + sheets.words((50, 688, "x"))
        + sheets.words((55, 692, "2"), size=6)
        + sheets.words((60, 688, "+ y"))
        + sheets.words((73, 685, "ij"), size=6)
        + sheets.words((84, 688, "= 1."), (50, 660, "Another paragraph"), (50, 648, "of two lines"))
    )
    second = sheets.words((50, 740, "1.1 Proofs"), (50, 720, "None \\(yet\\)."))
    data = sheets.pdf(first, second, title="Roots", outline=[("On roots", 0), ("Proofs", 1)])
    (record,) = read_all(put(tmp_path, "a.pdf", data))
    assert isinstance(record, Record)
    assert (record.values["id"], record.values["title"]) == ("a.pdf", "Roots")
    assert record.values["text"] == (
        "# On roots\n\nLet a be so that\nx^2 + y_{ij} = 1.\n\nAnother paragraph\nof two lines\n\n"
        "# 1.1 Proofs\n\nNone (yet)."
    )


def test_pdfs_without_text(tmp_path: Path) -> None:
    good = sheets.pdf(sheets.words((50, 700, "fine")), title="untitled")
    put(tmp_path, "a.pdf", sheets.scanned())
    put(tmp_path, "b.pdf", sheets.encrypted())
    put(tmp_path, "c.pdf", good[: len(good) // 3])
    put(tmp_path, "d.pdf", b"no PDF at all")
    put(tmp_path, "e.pdf", b"")
    put(tmp_path, "f.pdf", sheets.pdf())
    put(tmp_path, "g.pdf.gz", gzip.compress(good))
    found = read_all(tmp_path)
    assert [reason for _, reason in reasons(found)] == [
        "no text in PDF", "encrypted PDF", "not a readable PDF", "not a readable PDF", "empty file",
        "not a readable PDF"]  # fmt: skip
    (record,) = [item for item in found if isinstance(item, Record)]
    assert record.values == {"id": "g.pdf.gz", "title": None, "text": "fine"}
    assert "scanned?" in str(found[0])


def test_pages_of_a_pdf_that_are_broken_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = sheets.pdf(*(sheets.words((50, 700, name)) for name in ("one", "two", "three")))
    put(tmp_path, "a.pdf", whole.replace(b"/Kids [4 0 R 6 0 R", b"/Kids [4 0 R 0 0 R"))
    (record,) = read_all(tmp_path)
    assert record.values["text"] == "one\n\nthree"
    assert "a.pdf: 1 of 3 pages are broken and left out" in capsys.readouterr().err


def test_long_pdf(tmp_path: Path) -> None:
    """It is read no further than its text may be long; the fields say that it is too long."""
    page = sheets.words(*((50, 700 - 9 * n, "so it goes on and on " * 4) for n in range(70)))
    (record,) = read_all(put(tmp_path, "a.pdf", sheets.pdf(*[page] * 200)), limit=100_000)
    assert 100_000 < len(texts([record])[0]) < 110_000


def test_files_that_outgrow_their_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory, time and the process of the reader end; the run goes on with a new one."""
    monkeypatch.setattr(bounded, "MEMORY", 2**29)
    good = sheets.pdf(sheets.words((50, 700, "fine")))
    put(tmp_path, "a.pdf", sheets.bomb(700_000_000))
    put(tmp_path, "b.pdf", good)
    found = read_all(tmp_path)
    assert reasons(found) == [(None, "not a readable PDF")]
    assert "ran out of memory" in str(found[0])
    assert texts(found) == ["fine"]

    monkeypatch.setattr(bounded, "SECONDS", 3.0)
    put(tmp_path, "a.tex", r"\begin{a}" * 400_000)
    begun = time.monotonic()
    found = read_all(tmp_path / "a.tex", tmp_path / "b.pdf")
    assert time.monotonic() - begun < 30
    assert [item.reason for item in found if isinstance(item, Fault)] == ["not readable LaTeX"]
    assert texts(found) == ["fine"]


def test_a_reader_that_crashes(tmp_path: Path) -> None:
    with bounded.Reader() as reader:
        assert reader.read("tex", b"one", 10)[1] == "one"
        assert reader._child
        reader._child.process.kill()
        with pytest.raises(UnreadableError, match="not readable LaTeX"):
            reader.read("tex", b"two", 10)
        assert reader.read("tex", b"three", 10)[1] == "three"
        process = reader._child.process
    assert process.poll() is not None
