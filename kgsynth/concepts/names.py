"""When two spellings are one name: plural, hyphen, possessive, LaTeX and Unicode.

`key` is equal for the spellings of one name and is never shown. Plurals come from lemminflect's
dictionary of nouns, which leaves alone what is no plural ("calculus", "basis", "series"; inflect,
inflection and pluralizer cut their ends off); LaTeX from pylatexenc. Where in doubt, two names
stay two: "H^1" and "H_1", "base" and "basis", "Statistics" and "statistic".
"""

import logging
import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

# Plurals that the dictionary lacks, or that mean another word in mathematics.
_PLURALS = {
    "abscissae": "abscissa", "annuli": "annulus", "axes": "axis", "bases": "basis",
    "conics": "conic", "cubics": "cubic", "directrices": "directrix", "extrema": "extremum",
    "hyperbolae": "hyperbola", "infima": "infimum", "leaves": "leaf", "parabolae": "parabola",
    "quadrics": "quadric", "quartics": "quartic", "quintics": "quintic", "radices": "radix",
    "suprema": "supremum",
}  # fmt: skip
_PEOPLE = frozenset({
    "archimedes", "brooks", "descartes", "eratosthenes", "hippocrates", "hodges", "jones",
    "pythagoras", "simons", "stokes", "thales", "wiles", "wilks", "williams",
})  # fmt: skip
_SQUARED = "alpha|beta|gamma|delta|epsilon|theta|lambda|mu|rho|sigma|tau|phi|chi|psi|omega"
_QUOTES = str.maketrans(dict.fromkeys("’‘ʼ`´", "'") | dict.fromkeys("“”„", '"'))
_LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTER}+")
_GREEK = re.compile(r"(?<![Ͱ-Ͽ])[Α-ω](?![Ͱ-Ͽ])")
_DASH = re.compile(r"[‐‑‒–—―−﹘﹣－]")


def key(name: str) -> str:
    """The form that all spellings of one name share; never empty."""
    return _form(name, tuple(_STEPS)) or name


def differences(one: str, other: str) -> str:
    """In what two spellings of one name differ: `plural, hyphen`."""
    return ", ".join(
        label
        for label in _STEPS
        if _form(one, rest := tuple(step for step in _STEPS if step != label))
        != _form(other, rest)
    ) or "several spellings"  # fmt: skip


def _form(name: str, steps: tuple[str, ...]) -> str:
    for label in steps:
        name = _STEPS[label](name)
    return " ".join(name.split())


@lru_cache(maxsize=100_000)
def singular(word: str) -> str:
    """The singular of a noun in lower case; the word itself where it is none, or in doubt.

    Fields of study ("statistics") and names of people ("stokes") stay.
    """
    if word in _PLURALS:
        return _PLURALS[word]
    if len(word) < 4 or not word.isascii() or word in _PEOPLE:
        return word
    from lemminflect import getLemma

    known = getLemma(word, "NOUN", lemmatize_oov=False)
    if word in known:
        regular = word.endswith("s") and not word.endswith("ics") and word[:-1] in known
        return word[:-1] if regular else word
    if known:
        return str(known[0])
    if not word.endswith("s") or word.endswith(("ss", "us", "is", "ics")):
        return word
    return str(getLemma(word, "NOUN")[0])


def _latex(name: str) -> str:
    """LaTeX as Unicode; `^`, `_` and groups of several characters stay."""
    if "\\" not in name and "{" not in name and name.count("$") < 2:
        return name
    try:
        return str(_converter().latex_to_text(re.sub(r"(?<!\\)([%&#])", r"\\\1", name)))
    except Exception:  # the parser fails in many ways on what is no LaTeX: the name stays as it is
        return name


@cache
def _converter() -> "LatexNodes2Text":
    from pylatexenc.latex2text import (
        LatexNodes2Text,
        MacroTextSpec,
        get_default_latex_context_db,
    )

    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)  # a name may be broken LaTeX
    macros = get_default_latex_context_db()
    told_apart = [MacroTextSpec(name, name + "{%s}") for name in ("overline", "underline")]
    macros.add_context_category("kgsynth", prepend=True, macros=[
        MacroTextSpec("frac", "{%s}/{%s}"), MacroTextSpec("sqrt", "√[%(1)s]{%(2)s}"), *told_apart,
    ])  # fmt: skip
    macros.set_unknown_macro_spec(MacroTextSpec("", lambda node: node.latex_verbatim()))
    return LatexNodes2Text(latex_context=macros, math_mode="text", keep_braced_groups=True)


def _unicode(name: str) -> str:
    """Raised and lowered signs as `^` and `_`, Greek letters by name, accents dropped in words."""
    name = _DASH.sub("-", name.translate(_QUOTES))
    name = re.sub(r"[⁰¹²³⁴-⁹⁺⁻ⁿⁱᵃ-ᵛᵏᵐᵒᵖᵗᵘᵛˣʸᶻ]+", lambda found: f"^{{{found[0]}}}", name)
    name = re.sub(r"[₀-₉₊₋ₐ-ₜᵢ-ᵥⱼ]+", lambda found: f"_{{{found[0]}}}", name)
    name = unicodedata.normalize("NFKC", name).replace("−", "-").casefold().replace("√[]", "√")
    name = re.sub(r"\{(\w)\}", r"\1", name)
    return _WORD.sub(_bare, _GREEK.sub(_letter_name, name))


def _letter_name(match: re.Match[str]) -> str:
    """`chi` for χ."""
    name = unicodedata.name(match[0], match[0]).split(" WITH ")[0].split()[-1].lower()
    return "lambda" if name == "lamda" else name


def _bare(match: re.Match[str]) -> str:
    """A Latin word of three letters or more without accents (a bar or hat on a letter stays)."""
    parts = unicodedata.normalize("NFD", match[0])
    base = [part for part in parts if not unicodedata.combining(part)]
    if len(base) < 3 or not all(unicodedata.name(part, "").startswith("LATIN") for part in base):
        return match[0]
    return "".join(base)


def _possessive(name: str) -> str:
    """Bayes', Bayes's and Bayes."""
    return re.sub(rf"(?<={_LETTER}{{2}})'(?:s\b|(?!\w))", "", name)


def _squared(name: str) -> str:
    """`chi^2` for chi-squared and chi square, `r^2` for R squared."""
    name = re.sub(rf"\b({_SQUARED})[ -]squared?\b", r"\1^2", name)
    return re.sub(rf"\b((?!a\b){_LETTER})[ -]squared\b", r"\1^2", name)


def _plural(name: str) -> str:
    return _WORD.sub(lambda found: singular(found[0]), name)


def _hyphen(name: str) -> str:
    """Hyphens and blanks between words are the same, and the same as none; a minus stays."""
    name = re.sub(rf"(?<=[^\W_])-(?={_LETTER})|(?<={_LETTER}{{2}})-(?=\d)", " ", name)
    return re.sub(rf"(?<={_LETTER})\s+(?={_LETTER})", "", name)


# In this order; the labels are the reasons that a merge gives.
_STEPS: dict[str, Callable[[str], str]] = {
    "LaTeX": _latex,
    "case": str.casefold,
    "Unicode": _unicode,
    "possessive": _possessive,
    "and": lambda name: name.replace("&", " and "),
    "square": _squared,
    "plural": _plural,
    "hyphen": _hyphen,
}
