r"""What kind of thing a final answer is: a value, a list, an interval, an equation, a text, ...

The kinds that known checkers confuse are kept apart here: `(1,2)` may be a point or an open
interval and is neither a set nor a list, `5\%` is a number and `5\,m` is not, `101_2` has a base.
"""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from kgsynth.equivalence import leaves, units
from kgsynth.equivalence.leaves import ReadError
from kgsynth.equivalence.spelling import closing, number, tidy


@dataclass(frozen=True, slots=True)
class Form:
    r"""A final answer that was read: its kind, its parts, and what is peculiar to the kind.

    kind        parts                                    tag
    value       -                                        the tidy expression
    quantity    the value                                dimensions; `factor` to the base unit
    list        values, order free                       -
    set         values, order free                       -
    pair        values in order, round brackets          -
    vector      values in order, angle brackets          -
    interval    both ends                                brackets, as `[)`
    region      intervals and sets, order free           -
    matrix      rows, each a list in order               -
    named       one form                                 the name, as `x` or `f(x)`
    system      named forms, order free                  -
    equation    both sides (values)                      -
    inequality  both sides (values)                      `<` or `\le`
    ratio       values in order                          -
    text, choice, clock, date, based                     the text in its normal form
    """

    kind: str
    parts: tuple["Form", ...] = ()
    tag: Any = ""
    factor: Fraction = Fraction(1)


_NUMERAL_NAMES = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen twenty
"""
_NUMERALS = {word: str(place) for place, word in enumerate(_NUMERAL_NAMES.split())}
_SAME_TEXTS = (
    ("no solution", "no solutions", "there is no solution", "there are no solutions", "none",
     "\\emptyset", "\\{\\}", "empty set", "the empty set",
     "no answer"),
    ("no real solution", "no real solutions", "there are no real solutions"),
    ("undefined", "does not exist", "dne", "not defined", "doesn't exist"),
    ("yes", "true", "correct"),
    ("no", "false", "incorrect"),
    ("infinitely many", "infinitely many solutions", "infinite solutions",
     "infinite number of solutions"),
    ("all real numbers", "\\mathbb{R}", "(-\\infty,\\infty)", "all reals", "every real number",
     "(-\\infty,+\\infty)", "x\\in\\mathbb{R}", "reals"),
    ("diverges", "divergent", "the series diverges"),
    ("converges", "convergent", "the series converges"),
)  # fmt: skip
_CANONICAL = {text.casefold(): group[0] for group in _SAME_TEXTS for text in group}
_MONTH_NAMES = """
january february march april may june july august september october november december
"""
_MONTHS = _MONTH_NAMES.split()
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}))? ?(?:(a|p)\.?m\.?)", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?: ?(?:hours|h))?")
_CHOICE = re.compile(
    r"(?:(?:[Oo]ption|[Cc]hoice|[Aa]nswer) ?)?(?:\(([A-Ha-h])\)|([A-H])(?:[).]|(?=:)|$))"
    r"(?:[:.]? ?([\w\\(\[{].*))?",
    re.DOTALL,
)
_NAME = re.compile(
    r"(?:[A-Za-z]|\\(?!pi\b|infty\b)[a-z]+|[A-Za-z]{3,}(?: [A-Za-z]+)*)(?:_(?:\{\w+\}|\w))?'?"
    r"(?:\([A-Za-z](?:,[A-Za-z])*\))?"
)
_PIECES = re.compile(r",|;|(?<![A-Za-z\\])(?:and|or)(?![A-Za-z])")
_RELATION = re.compile(
    r"\\le(?![a-z])|\\ge(?![a-z])|\\ne(?![a-z])|\\in(?![a-z])|\\approx(?![a-z])|[<>=]"
)
_MATRIX = re.compile(
    r"\\begin\{([pbBv]?matrix|array|smallmatrix)\}(?:\{[clr|]*\})?(.*)\\end\{\1\}", re.DOTALL
)
_INFINITE = re.compile(r"[+-]?\\infty")


def read(text: str) -> Form:
    """The form of a final answer. Raises ReadError where it has none, or more than one."""
    return _read(tidy(text))


def _read(text: str, *, inner: bool = False) -> Form:
    if not text:
        raise ReadError("empty")
    if not inner and (form := _fixed(text)):
        return form
    if number(text) is not None:
        return Form("value", tag=text)
    if (found := units.split(text)) and number(found[0]) is not None:
        return _measured(text) or Form("value", tag=text)
    for reader in (_matrix, _region, _several, _related, _bracketed, _measured):
        if form := reader(text):
            return form
    leaves.prepare(text)
    return Form("value", tag=text)


def _fixed(text: str) -> Form | None:
    """Choices, dates, times, numerals with a base, texts."""
    if match := _CHOICE.fullmatch(text):
        return Form("choice", tag=((match[1] or match[2]), match[3]))
    if match := _CLOCK.fullmatch(text):
        hour = int(match[1]) % 12 + (12 if match[4].lower() == "p" else 0)
        return Form("clock", tag=f"{hour}:{match[2] or '00'}:{match[3] or '00'}")
    if (found := _date(text)) is not None:
        return Form("date", tag=found)
    if match := re.fullmatch(r"([0-9A-Fa-f]+)_\{?(\d{1,2})\}?", text):
        return Form("based", tag=(match[1].upper().lstrip("0"), match[2]))
    if match := re.fullmatch(r"([0-9A-Fa-f]+)_\{?(?:two|hex|oct|bin|ten)\}?", text):
        raise ReadError("a base in words")
    if re.fullmatch(r"[^:]+(?::[^:]+)+", text) and re.fullmatch(r"[\d.:]+", text):
        if _TIME.fullmatch(text) and len(text.split(":")[1]) == 2:
            hours, minutes = text.split(":")
            return Form("clock", tag=f"{int(hours)}:{minutes}?")
        return Form("ratio", tuple(Form("value", tag=part) for part in text.split(":")))
    plain = re.sub(r"^(?:the|an?) ", "", text.casefold().replace("-", " "))
    if plain in _NUMERALS:
        return Form("value", tag=_NUMERALS[plain])
    if canonical := _CANONICAL.get(text.casefold(), _CANONICAL.get(plain)):
        return Form("text", tag=canonical)
    if re.fullmatch(r"[^\W\d_]{3,}(?:[ '-]+[^\W\d_]+)*|[^\W\d_]{2,}(?:[ '-]+[^\W\d_]+)+", plain):
        names = {word for word in plain.split()} - leaves.NAMES
        if names and not {"or", "and"} & set(plain.split()):
            return Form("text", tag=plain)
    return None


def _date(text: str) -> str | None:
    if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text):
        year, month, day = match[1], match[2], match[3]
    elif match := re.fullmatch(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? ?(\d{4})?", text):
        month, day, year = match[1], match[2], match[3]
    elif match := re.fullmatch(
        r"(\d{1,2})(?:st|nd|rd|th)? (?:of )?([A-Za-z]{3,9}),? ?(\d{4})?", text
    ):
        day, month, year = match[1], match[2], match[3]
    else:
        return None
    if not month.isdigit():
        numbers = [n for n, name in enumerate(_MONTHS, 1) if name.startswith(month.lower())]
        if len(numbers) != 1:
            return None
        month = str(numbers[0])
    try:
        return str(date(int(year or 2000), int(month), int(day)))[0 if year else 4 :]
    except ValueError:
        return None


def _matrix(text: str) -> Form | None:
    if match := _MATRIX.fullmatch(text):
        if match[1] == "vmatrix":
            raise ReadError("a determinant")
        rows = [row for row in re.split(r"\\\\(?:\[[^\]]*\])?", match[2]) if row.strip()]
        cells = [re.split(r"(?<!\\)&", row) for row in rows]
    elif re.fullmatch(r"\[\[.*\]\]", text) and (inner := _pieces(text[1:-1], ",")):
        cells = [_pieces(row[1:-1], ",") for row in inner]
    elif match := re.fullmatch(
        r"[(\[](\\begin\{(matrix|array|smallmatrix)\}.*\\end\{\2\})[)\]]", text
    ):
        return _matrix(match[1])
    else:
        return None
    if len({len(row) for row in cells}) != 1:
        raise ReadError("a matrix with rows of several lengths")
    return Form("matrix", tuple(Form("list", tuple(_inner(c) for c in row)) for row in cells))


def _inner(text: str) -> Form:
    return _read(tidy(text), inner=True)


def _pieces(text: str, pattern: str | re.Pattern[str]) -> list[str]:
    """The text cut where the pattern matches outside of brackets."""
    found, start, depth = [], 0, 0
    cuts = {m.start(): m.end() for m in re.finditer(pattern, text)}
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if depth < 0:
            raise ReadError("brackets do not match")
        if not depth and place in cuts and place >= start:
            found.append(text[start:place].strip())
            start = cuts[place]
    if depth:
        raise ReadError("brackets do not match")
    return [*found, text[start:].strip()]


def _region(text: str) -> Form | None:
    """A union of intervals and sets, or numbers without some."""
    parts = _pieces(text, r"\\cup(?![a-z])|(?<=[)\]}])U(?=[\[({])")
    if len(parts) > 1:
        pieces = tuple(_definite(_inner(part)) for part in parts)
        if any(piece.kind not in ("interval", "set") for piece in pieces):
            raise ReadError("a union of something else")
        return Form("region", pieces)
    if match := re.fullmatch(r"\\mathbb\{R\}\\setminus ?\\\{(.*)\\\}", text):
        return _without(_pieces(match[1], ","))
    return None


def _definite(form: Form) -> Form:
    """What a pair in round brackets is where only an interval makes sense."""
    if form.kind == "pair" and len(form.parts) == 2:
        return Form("interval", form.parts, tag="()")
    return form


def _without(holes: list[str]) -> Form:
    """All real numbers but some, as intervals."""
    values = [number(hole) for hole in holes]
    if None in values:
        raise ReadError("numbers left out that are no plain numbers")
    places = [hole for _, hole in sorted(zip(values, holes, strict=True), key=lambda x: x[0] or 0)]
    ends = [Form("value", tag=end) for end in ("-\\infty", *places, "\\infty")]
    return Form("region", tuple(Form("interval", pair, tag="()") for pair in pairwise(ends)))


def _several(text: str) -> Form | None:
    """Values side by side, named or not: `1, 2`, `x=1 or x=2`, `x=1, y=2`."""
    if "\\pm" in text or "\\mp" in text:
        if _pieces(text, _PIECES)[1:]:
            raise ReadError("several values with a double sign")
        first = re.sub(r"\\pm ?", "+", re.sub(r"\\mp ?", "-", text))
        second = re.sub(r"\\pm ?", "-", re.sub(r"\\mp ?", "+", text))
        forms = [_inner(re.sub(r"(^|[=(,{])\+", r"\1", part)) for part in (first, second)]
    else:
        parts = [part for part in _pieces(text, _PIECES) if part]
        if len(parts) < 2:
            return None
        forms = [_inner(part) for part in parts]
    separators = set(_PIECES.findall(text))
    kinds = {form.kind for form in forms}
    if kinds == {"named"}:
        names = {form.tag for form in forms}
        if len(names) == len(forms) and "or" not in separators:
            return Form("system", tuple(forms))
        if len(names) > 1:
            raise ReadError("several unknowns and several values")
        return _named(forms[0].tag, [form.parts[0] for form in forms], separators)
    if forms[0].kind == "named" and "named" not in {form.kind for form in forms[1:]}:
        return _named(forms[0].tag, [forms[0].parts[0], *forms[1:]], separators)
    if "named" in kinds or kinds & {"equation", "inequality", "text", "system", "region"}:
        raise ReadError("several things of different kinds")
    return Form("list", tuple(forms))


def _named(name: object, forms: list[Form], separators: set[str]) -> Form:
    if all(form.kind in ("interval", "region") for form in forms):
        if separators & {"and", ",", ";"}:
            raise ReadError("both, or one of them?")
        pieces = [p for form in forms for p in (form.parts if form.kind == "region" else (form,))]
        return Form("named", (Form("region", tuple(pieces)),), tag=name)
    return Form("named", (Form("list", tuple(forms)),), tag=name)


def _related(text: str) -> Form | None:
    """Equations, inequalities, memberships."""
    found = _pieces(text, _RELATION)
    if len(found) < 2:
        return None
    signs = [m[0] for m in _RELATION.finditer(text) if _outside(text, m.start())]
    if "" in found:
        if found[0] or signs != ["\\approx"]:
            raise ReadError("half a relation")
        return _inner(found[1])
    if set(signs) <= {"=", "\\approx"}:
        return _equation(found, signs)
    if signs == ["\\in"]:
        if not _NAME.fullmatch(found[0]):
            raise ReadError("membership of an expression")
        return Form("named", (_definite(_inner(found[1])),), tag=found[0])
    if signs == ["\\ne"] and _NAME.fullmatch(found[0]):
        return Form("named", (_without([found[1]]),), tag=found[0])
    if set(signs) <= {"<", "\\le"} or set(signs) <= {">", "\\ge"}:
        if signs[0] in (">", "\\ge"):
            found, signs = found[::-1], [{">": "<", "\\ge": "\\le"}[s] for s in signs[::-1]]
        return _inequality(found, signs)
    raise ReadError("relations of several kinds")


def _outside(text: str, place: int) -> bool:
    return sum((c in "([{") - (c in ")]}") for c in text[:place]) == 0


def _equation(found: list[str], signs: list[str]) -> Form:
    if len(found) > 2 or signs == ["\\approx"]:
        if len(found) == 2 and (found[0] == "e" or not _NAME.fullmatch(found[0])):
            return _inner(found[0])
        if len(found) > 2 and (len(found) > 3 or signs != ["=", "\\approx"]):
            raise ReadError("a chain of equations")
    left, right = found[0], found[1]
    if not _NAME.fullmatch(left) and _NAME.fullmatch(right) and number(left) is not None:
        left, right = right, left
    if match := re.fullmatch(r"\(([a-z](?:,[a-z])+)\)", left):
        values = _bracketed(right)
        names = match[1].split(",")
        if values is None or values.kind != "pair" or len(values.parts) != len(names):
            raise ReadError("names and values of several lengths")
        named = zip(names, values.parts, strict=True)
        return Form("system", tuple(Form("named", (value,), tag=name) for name, value in named))
    if _NAME.fullmatch(left):
        value = _inner(right)
        own = re.match(r"\\?[A-Za-z]+", left)
        if value.kind != "value" or own is None or own[0] not in leaves.letters(right):
            return Form("named", (value,), tag=left)
    for side in (left, right):
        leaves.prepare(side)
    return Form("equation", (Form("value", tag=left), Form("value", tag=right)))


def _inequality(found: list[str], signs: list[str]) -> Form:
    """An interval where one name stands alone between numbers, else both sides."""
    places = [n for n, part in enumerate(found) if _NAME.fullmatch(part)]
    ends = [part for n, part in enumerate(found) if n not in places]
    if len(places) == 1 and not any(
        leaves.letters(end) for end in ends if not _INFINITE.fullmatch(end)
    ):
        place = places[0]
        low = found[place - 1] if place else "-\\infty"
        high = found[place + 1] if place + 1 < len(found) else "\\infty"
        if len(found) - 1 > (place > 0) + (place + 1 < len(found)):
            raise ReadError("a long chain")
        brackets = ("[" if place and signs[place - 1] == "\\le" else "(") + (
            "]" if place + 1 < len(found) and signs[place] == "\\le" else ")"
        )
        form = Form("interval", (Form("value", tag=low), Form("value", tag=high)), tag=brackets)
        return Form("named", (form,), tag=found[place])
    if len(found) > 2:
        raise ReadError("a chain of inequalities")
    for side in found:
        leaves.prepare(side)
    return Form("inequality", tuple(Form("value", tag=side) for side in found), tag=signs[0])


def _bracketed(text: str) -> Form | None:
    """Points, intervals, sets and vectors."""
    text = text.replace("\\{", "{").replace("\\}", "}") if text.startswith("\\{") else text
    if match := re.fullmatch(r"\\langle ?(.*)\\rangle", text):
        return Form("vector", tuple(_inner(part) for part in _pieces(match[1], ",")))
    if text[0] not in "([{" or closing(text, 0) != len(text) - 1:
        return None
    inside = text[1:-1]
    if text[0] == "{":
        if match := re.fullmatch(r"([a-z])(?:\\in ?\\mathbb\{R\})?[|:](.*)", inside):
            return _inner(match[2])
        return Form("set", tuple(_inner(part) for part in _pieces(inside, r"[,;]")))
    parts = _pieces(inside, r"[,;]")
    if len(parts) < 2:
        return None
    forms = tuple(_inner(part) for part in parts)
    brackets = text[0] + text[-1]
    infinite = any(_INFINITE.fullmatch(part) for part in parts)
    if len(parts) == 2 and (brackets != "()" or infinite):
        return Form("interval", forms, tag=brackets)
    return Form("pair" if brackets == "()" else "row", forms)


def _measured(text: str) -> Form | None:
    """A value with a unit."""
    found = units.split(text)
    if found is None:
        return None
    value, factor, dimensions = found
    inner = _inner(value)
    if inner.kind != "value":
        raise ReadError("a unit on something that is no value")
    if not dimensions and factor == 1:
        return inner
    return Form("quantity", (inner,), tag=dimensions, factor=factor)
