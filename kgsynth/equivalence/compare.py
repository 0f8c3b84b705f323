"""Two final answers side by side: equal, not equal, or nothing that can be said.

When in doubt they are not equal, or nothing is said: a wrong answer that is accepted spoils the
training data, a right one that is not costs an answer. Known checkers fail by accepting
(math-verify, issues 14, 41, 60 and pull request 82).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kgsynth.equivalence import leaves
from kgsynth.equivalence.forms import Form, read
from kgsynth.equivalence.leaves import ReadError
from kgsynth.equivalence.spelling import decimals, number, tidy


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether an answer says the same as the reference; None where that cannot be told."""

    equal: bool | None
    reason: str


TOO_LONG = 2_000  # characters; a final answer is short
_EMPTY = Judgement(None, "empty")

# Kinds that people write for one another: which is meant stands in the question, not here.
_EXCHANGED = {
    frozenset(kinds)
    for kinds in (
        ("list", "pair"), ("set", "value"), ("list", "value"), ("matrix", "pair"),
        ("matrix", "vector"), ("pair", "vector"), ("row", "pair"), ("row", "list"),
        ("row", "vector"), ("matrix", "row"), ("text", "region"), ("text", "interval"),
        ("quantity", "value"), ("equation", "value"), ("equation", "system"),
        ("clock", "ratio"), ("ratio", "value"), ("based", "value"), ("system", "pair"),
        ("inequality", "interval"), ("inequality", "region"), ("equation", "inequality"),
        ("interval", "row"), ("interval", "list"),
        ("text", "set"), ("text", "equation"), ("text", "choice"), ("date", "value"),
    )
}  # fmt: skip


def quick(reference: str, answer: str) -> Judgement | None:
    """What is plain at a look: empty, too long, the same text, two plain numbers; else None."""
    if not reference.strip() or not answer.strip():
        return _EMPTY
    if max(len(reference), len(answer)) > TOO_LONG:
        same = " ".join(reference.split()) == " ".join(answer.split())
        return Judgement(True, "same text") if same else Judgement(None, "too long")
    one, other = tidy(reference), tidy(answer)
    if not all(re.search(r"\w|\{\\\}|\{\}", text) for text in (one, other)):
        return Judgement(None, "no answer in it")
    if one == other:
        return Judgement(True, "same text")
    first, second = number(one), number(other)
    if first is None or second is None:
        return None
    if first == second:
        return Judgement(True, "same number")
    return (
        Judgement(None, "equal when rounded")
        if _rounded(one, other)
        else Judgement(False, "other number")
    )


def judge(reference: str, answer: str) -> Judgement:
    """Compares two final answers; takes as long, and as much memory, as it takes.

    `equivalent` bounds both. Raises MemoryError and RecursionError.
    """
    if (judged := quick(reference, answer)) is not None:
        return judged
    try:
        one = read(reference)
    except ReadError as error:
        return Judgement(None, f"reference cannot be read: {error}")
    try:
        other = read(answer)
    except ReadError as error:
        return Judgement(None, f"answer cannot be read: {error}")
    try:
        return compare(one, other)
    except ReadError as error:
        return Judgement(None, f"cannot be read: {error}")


def compare(one: Form, other: Form) -> Judgement:
    """Compares two forms. Raises ReadError where an expression in them cannot be read."""
    one, other = sorted((one, other), key=lambda form: form.kind)
    if one.kind == other.kind:
        return _ALIKE[one.kind](one, other)
    kinds = frozenset((one.kind, other.kind))
    if "named" in kinds:
        named, bare = (one, other) if one.kind == "named" else (other, one)
        return _named_and(named, bare)
    if kinds == {"list", "set"}:
        return _unordered(one, other)
    if kinds == {"interval", "region"}:
        return Judgement(False, "other region")
    if kinds == {"interval", "pair"}:
        return _interval_and_pair(one, other)
    if kinds == {"pair", "system"}:
        return _pair_and_system(one, other)
    if "choice" in kinds or kinds in _EXCHANGED:
        return Judgement(None, f"{one.kind} against {other.kind}")
    return Judgement(False, f"{one.kind} against {other.kind}")


def _value(one: Form, other: Form) -> Judgement:
    first, second = str(one.tag), str(other.tag)
    if first == second:
        return Judgement(True, "same expression")
    found = leaves.same(first, second)
    if found:
        return Judgement(True, "equal value")
    if found is None:
        return Judgement(None, "too few points where both have a value")
    if first.casefold() == second.casefold():
        return Judgement(None, "other case")
    if _rounded(first, second):
        return Judgement(None, "equal when rounded")
    return Judgement(False, "other value")


def _rounded(one: str, other: str) -> bool:
    """Whether one is a decimal and the other rounds, or is cut off, to it."""
    for short, long in ((one, other), (other, one)):
        places, value = decimals(short), number(short)
        if not places or value is None or decimals(long) == places:
            continue
        try:
            exact = number(long)
            distance = (
                abs(leaves.approximate(long) - value) if exact is None else abs(exact - value)
            )
        except ReadError:
            continue
        if distance * 10**places < 1:
            return True
    return False


def _quantity(one: Form, other: Form) -> Judgement:
    if one.tag != other.tag:
        known = all(_known(form) for form in (one, other))
        return Judgement(False if known else None, "other units")
    if one.factor == other.factor:
        return _value(one.parts[0], other.parts[0])
    found = leaves.same(_in_base_units(one), _in_base_units(other))
    return Judgement(found, "equal value" if found else "other value")


def _in_base_units(form: Form) -> str:
    factor = form.factor
    return f"\\frac{{{factor.numerator}}}{{{factor.denominator}}}\\cdot ({form.parts[0].tag})"


def _known(form: Form) -> bool:
    from kgsynth.equivalence.units import BASES

    return isinstance(form.tag, frozenset) and all(base in BASES for base, _ in form.tag)


def _all(found: Iterable[Judgement], equal: str, different: str) -> Judgement:
    """All of them: one that differs decides, else one of which nothing can be said."""
    judged = list(found)
    if any(j.equal is False for j in judged):
        return Judgement(False, different)
    return next((j for j in judged if j.equal is None), Judgement(True, equal))


def _ordered(one: Form, other: Form) -> Judgement:
    if len(one.parts) != len(other.parts):
        return Judgement(False, "other number of values")
    pairs = zip(one.parts, other.parts, strict=True)
    return _all((compare(*pair) for pair in pairs), "equal values in order", "other values")


def _unordered(one: Form, other: Form) -> Judgement:
    """Each of the one is one of the other; a value that is repeated there only is in doubt."""
    if len(one.parts) != len(other.parts):
        covered = _covered(one.parts, other.parts) and _covered(other.parts, one.parts)
        return Judgement(None if covered else False, "other number of values")
    left, doubtful = list(other.parts), False
    for part in one.parts:
        judged = [compare(part, there).equal for there in left]
        if True in judged:
            del left[judged.index(True)]
        elif None in judged:
            doubtful = True
        else:
            return Judgement(False, "other values")
    return Judgement(None, "values in doubt") if doubtful else Judgement(True, "equal values")


def _covered(parts: Sequence[Form], others: Sequence[Form]) -> bool:
    return all(any(compare(part, there).equal for there in others) for part in parts)


def _interval(one: Form, other: Form) -> Judgement:
    if one.tag != other.tag:
        return Judgement(False, "other brackets")
    return _ordered(one, other)


def _interval_and_pair(interval: Form, pair: Form) -> Judgement:
    """`1 < x < 2` against `(1, 2)`, which may be a point."""
    if interval.tag != "()":
        return Judgement(False, "other brackets")
    judged = _ordered(interval, pair)
    return Judgement(None, "a point or an interval?") if judged.equal else judged


def _text(one: Form, other: Form) -> Judgement:
    first, second = str(one.tag), str(other.tag)
    if first == second:
        return Judgement(True, "same words")
    single = " " not in first + second
    if single and first[:4] != second[:4]:
        return Judgement(False, "other word")
    return Judgement(None, "other words")


def _choice(one: Form, other: Form) -> Judgement:
    first, one_text = one.tag
    second, other_text = other.tag
    if first.upper() != second.upper():
        return Judgement(False, "other choice")
    if one_text and other_text and one_text != other_text:
        return Judgement(None, "same choice, other text")
    return Judgement(True, "same choice")


def _clock(one: Form, other: Form) -> Judgement:
    first, second = (str(form.tag) for form in (one, other))
    if first == second:
        return Judgement(True, "same time")
    if first.endswith("?") == second.endswith("?"):
        return Judgement(False, "other time")
    open_, full = (first, second) if first.endswith("?") else (second, first)
    hour = int(open_.split(":")[0])
    if open_.rstrip("?") + ":00" == full and hour > 12:
        return Judgement(True, "same time")
    return Judgement(None, "morning or afternoon?")


def _exact(one: Form, other: Form) -> Judgement:
    same = one.tag == other.tag
    return Judgement(same, f"{'same' if same else 'other'} {one.kind}")


def _date(one: Form, other: Form) -> Judgement:
    if len(one.tag) != len(other.tag) and one.tag[-6:] == other.tag[-6:]:
        return Judgement(None, "a date without its year")
    return _exact(one, other)


def _ratio(one: Form, other: Form) -> Judgement:
    if len(one.parts) != len(other.parts):
        return Judgement(False, "other number of values")
    scaled = [[number(str(part.tag)) for part in form.parts] for form in (one, other)]
    if any(not value for values in scaled for value in values):
        return Judgement(None, "a ratio with zero")
    first, second = ([v / values[0] for v in values if v and values[0]] for values in scaled)
    return Judgement(first == second, "equal ratio" if first == second else "other ratio")


def _named(one: Form, other: Form) -> Judgement:
    if one.tag != other.tag:
        short = all(len(str(form.tag)) == 1 for form in (one, other))
        return Judgement(False if short else None, "other names")
    return compare(one.parts[0], other.parts[0])


def _named_and(named: Form, bare: Form) -> Judgement:
    """`x = 2` against `2`; against an equation or a system the name matters."""
    if bare.kind == "equation":
        value = named.parts[0]
        if value.kind != "value":
            return Judgement(None, "values against an equation")
        return _equation(Form("equation", (Form("value", tag=named.tag), value)), bare)
    if bare.kind == "system":
        return Judgement(False, "other number of values")
    return compare(named.parts[0], bare)


def _pair_and_system(pair: Form, system: Form) -> Judgement:
    """`(1, 2)` against `x=1, y=2`: names in the order that everybody gives them."""
    names = "".join(str(part.tag) for part in system.parts)
    if names not in ("xy", "xyz", "ab", "abc"):
        return Judgement(None, "pair against system")
    values = tuple(part.parts[0] for part in system.parts)
    return _ordered(pair, Form("pair", values))


def _system(one: Form, other: Form) -> Judgement:
    first, second = ({part.tag: part.parts[0] for part in form.parts} for form in (one, other))
    if first.keys() != second.keys():
        return Judgement(False, "other names")
    return _all((compare(first[n], second[n]) for n in first), "equal values", "other values")


def _equation(one: Form, other: Form) -> Judgement:
    """One equation is the other times a number; polynomials that are not have other solutions."""
    first, second = (_difference(form) for form in (one, other))
    factor = leaves.proportion(first, second)
    if factor is not None:
        return Judgement(True, "one equation is a multiple of the other")
    return Judgement(None if not leaves.polynomial(first, second) else False, "other equation")


def _inequality(one: Form, other: Form) -> Judgement:
    factor = leaves.proportion(*(_difference(form) for form in (one, other)))
    if factor is None:
        return Judgement(None, "other inequality")
    if one.tag == other.tag and factor > 0:
        return Judgement(True, "one inequality is a multiple of the other")
    return Judgement(False, "other inequality")


def _difference(form: Form) -> str:
    left, right = (str(part.tag) for part in form.parts)
    return f"{left}-({right})"


_ALIKE: dict[str, Callable[[Form, Form], Judgement]] = {
    "value": _value, "quantity": _quantity, "list": _unordered, "set": _unordered,
    "region": _unordered, "interval": _interval, "matrix": _ordered, "named": _named,
    "system": _system, "equation": _equation, "inequality": _inequality, "ratio": _ratio,
    "text": _text, "choice": _choice, "clock": _clock, "date": _date, "based": _exact,
    **dict.fromkeys(("pair", "vector", "row"), _ordered),
}  # fmt: skip
