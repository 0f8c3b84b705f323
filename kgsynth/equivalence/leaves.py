r"""Single expressions: read by latex2sympy2_extended, compared as numbers at exact points.

That reader is the one of math-verify, and lenient: `2(3)` is 5 to it, `5 4` is 9, `101_2` is 101,
`x'` is `x`, `\Gamma` a number. So a text reaches it only when it is made of tokens whose meaning is
fixed here, with products written out; anything else is refused (ReadError), never guessed at.
"""

import re
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kgsynth.equivalence.spelling import closing, number

if TYPE_CHECKING:
    import sympy

MAX_LENGTH = 500
DIGITS = 400  # to which two values are compared
_GREEK_NAMES = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho
sigma tau upsilon phi varphi chi psi omega Delta Theta Lambda Sigma Phi Psi Omega
"""
_FUNCTION_NAMES = "sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan ln log exp"
_GREEK, _FUNCTIONS = frozenset(_GREEK_NAMES.split()), frozenset(_FUNCTION_NAMES.split())
NAMES = _GREEK | _FUNCTIONS | {"sqrt"}
_PLAIN_NAMES = NAMES | {"infty"}
_ALIASES = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "infinity": "infty", "inf": "infty",
    "oo": "infty",
}  # fmt: skip
_NAMES = "|".join(sorted(_GREEK | _FUNCTIONS))
_TOKEN = re.compile(
    rf"\\(?:{_NAMES}|frac|sqrt|binom|cdot|infty|lfloor|rfloor|lceil|rceil)(?![a-zA-Z])"
    r"|\d+|[A-HJ-Za-z]|[-+/^_!(){}|\[\] ]"
)
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
_OPERAND = rf"(?:\d+|[A-Za-z]|\\(?:{'|'.join(sorted(_GREEK))})(?![a-zA-Z]))(?:\^\{{[^{{}}]*\}})?"
# What has two readings, or none, for people too.
_DOUBTFUL = re.compile(
    rf"\d \d"  # two numbers side by side
    r"|\d_"  # a numeral with its base
    r"|\^\{[^{}]*\}\^"  # `2^3^2`
    r"|\|\|"  # `|a||b|`
    rf"|/{_OPERAND} ?(?:[A-Za-z(]|\\(?!cdot))"  # `1/2x`
    r"|[fghFGHP]\("  # a function that nobody defined
    r"|![!\d A-Za-z(\\]|[-+/^]$|\^\^|\{\}"
    r"|\\log ?\^|\\ln ?\^|\\exp ?\^"
)
_LETTER_DIGIT = re.compile(r"(?<![_^{])[A-Za-z] ?\d")  # `x3`
_COMMAND = re.compile(r"\\[A-Za-z]+ ?")
_FUNCTION_BEFORE = re.compile(
    rf"\\(?:{'|'.join(sorted(_FUNCTIONS))})(?:[_^](?:\{{[^{{}}]*\}}|\w))*$"
)
LOG_BASE = "Xi"  # a variable: which base is meant is not said


class ReadError(ValueError):
    """A text that has no single reading as an expression."""


def prepare(text: str) -> str:
    r"""A tidy expression as LaTeX with one reading: braces, `\cdot`, exact fractions written out.

    Raises ReadError where there is none.
    """
    if len(text) > MAX_LENGTH:
        raise ReadError("too long")
    if (value := number(text)) is not None:
        return rf"\frac{{{value.numerator}}}{{{value.denominator}}}"
    text = re.sub(r" (?=[\^_])", "", _WORD.sub(_command, text))
    text = re.sub(r"\be\^\(", "e^(", text)
    for opener in (r"\^\(", r"\\sqrt ?\("):
        while match := re.search(opener, text):
            end = closing(text, match.end() - 1)
            if end < 0:
                raise ReadError("brackets do not match")
            text = f"{text[: match.end() - 1]}{{{text[match.end() : end]}}}{text[end + 1 :]}"
    text = re.sub(r"\\sqrt ?(\d+|[A-Za-z])", r"\\sqrt{\1}", text)
    text = re.sub(r"\\(frac|binom) ?([A-Za-z0-9])", r"\\\1{\2}", text)
    text = re.sub(r"(\\(?:frac|binom)\{[^{}]*\}) ?([A-Za-z0-9])", r"\1{\2}", text)
    text = re.sub(r"\^ ?([-+]?(?:\d+|[A-Za-z]))", r"^{\1}", text)
    text = re.sub(r"_ ?([A-Za-z0-9]+)", r"_{\1}", text)
    text = re.sub(r"(\d+(?:\.\d+)?)\^\{\\circ\}", _degrees, text)
    if re.search(r"\.\d*\.", text):
        raise ReadError("two points in a number")
    text = re.sub(r"\d*\.\d+|\d+\.(?!\d)", lambda m: _exact(m[0]), text)
    text = re.sub(r"(\d+)(?= ?\\frac\{\d+\}\{\d+\})", r"\1\\cdot ", _mixed(text))
    text = text.replace(r"\log_", "\x00").replace(r"\log", rf"\log_{{\{LOG_BASE}}}")
    text = text.replace("\x00", r"\log_")
    doubt = _DOUBTFUL.search(text) or _LETTER_DIGIT.search(_COMMAND.sub(r"\\", text))
    if doubt is not None:
        raise ReadError(f"{doubt[0]!r} has more than one reading")
    text = re.sub(r"[\d)}] ?(?=\(|\\frac|\\binom)|[)}] ?(?=\d)", _product, text)
    checked = text.replace(rf"\log_{{\{LOG_BASE}}}", r"\log")
    if _TOKEN.sub("", checked):
        raise ReadError(f"cannot read {_TOKEN.sub('', checked)[:20]!r}")
    return text


def _command(match: re.Match[str]) -> str:
    word = match[0]
    word = _ALIASES.get(word.lower(), word)
    if word.lower() in _PLAIN_NAMES:
        return f"\\{word if word in _PLAIN_NAMES else word.lower()} "
    if len(word) > 2:
        raise ReadError(f"{word!r} is a word")
    return word


def _exact(decimal: str) -> str:
    value = number(decimal)
    assert value is not None
    return rf"(\frac{{{value.numerator}}}{{{value.denominator}}})"


def _degrees(match: re.Match[str]) -> str:
    value = number(match[1])
    assert value is not None
    return rf"(\frac{{{value.numerator}\pi}}{{{180 * value.denominator}}})"


def _mixed(text: str) -> str:
    """A mixed number inside of an expression has two readings."""
    if re.search(r"\d ?\\frac\{\d+\}\{\d+\}|\d \d+/\d", text):
        raise ReadError("a mixed number or a product")
    return text


def _product(match: re.Match[str]) -> str:
    if _FUNCTION_BEFORE.search(match.string[: match.end()].rstrip()):
        return match[0]
    return rf"{match[0].strip()}\cdot "


@lru_cache(maxsize=2_000)
def expression(text: str) -> "sympy.Expr":
    """A tidy expression as sympy reads it. Raises ReadError."""
    import sympy
    from latex2sympy2_extended import latex2sympy
    from latex2sympy2_extended.latex2sympy2 import ConversionConfig

    prepared = prepare(text)
    try:
        found = latex2sympy(
            prepared,
            normalization_config=None,
            conversion_config=ConversionConfig(lowercase_symbols=False),
        )
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # antlr's listener raises plain ones
        raise ReadError("not an expression") from error
    refused = (
        sympy.zoo,
        sympy.nan,
        sympy.Integral,
        sympy.Derivative,
        sympy.Sum,
        sympy.Product,
        sympy.Limit,
    )
    if not isinstance(found, sympy.Expr) or found.has(*refused):
        raise ReadError("not an expression")
    return found.subs({
        sympy.Symbol("i"): sympy.I,
        sympy.EulerGamma: sympy.Symbol("gamma"),
    })  # fmt: skip


def letters(text: str) -> frozenset[str]:
    """Names of the variables of a tidy expression. Raises ReadError."""
    return frozenset(map(str, expression(text).free_symbols)) - {LOG_BASE}


def same(one: str, other: str) -> bool | None:
    """Whether two tidy expressions are equal for all values of their variables.

    Numbers exactly; else by their values at fixed points to 400 digits, relative to their size (two
    analytic expressions that agree there are one). None where too few points have a value. Raises
    ReadError.
    """
    first, second = number(one), number(other)
    if first is not None and second is not None:
        return first == second
    return equal(expression(one), expression(other))


def equal(one: "sympy.Expr", other: "sympy.Expr") -> bool | None:
    """`same`, of expressions that were read."""
    import sympy

    if one == other:
        return True
    limits = (sympy.oo, -sympy.oo)
    if one in limits or other in limits or one.has(sympy.oo) or other.has(sympy.oo):
        return None if one.doit() == other.doit() else False
    symbols = sorted(one.free_symbols | other.free_symbols, key=str)
    if not symbols:
        return _near(one, other, {}, exact=True)
    found = [_near(one, other, point) for point in _points(symbols)]
    if False in found:
        return None if LOG_BASE in map(str, symbols) else False
    return True if found.count(True) >= 2 else None


def _points(symbols: "list[Any]") -> "list[dict[Any, sympy.Rational]]":
    """Values for symbols: between 0 and 1, above 1, of both signs; no two of them related."""
    import sympy

    primes = [sympy.prime(n + 6) for n in range(2 * len(symbols) + 2)]
    below = {s: sympy.Rational(primes[n], primes[n + 1] + 40 + n) for n, s in enumerate(symbols)}
    above = {s: sympy.Rational(primes[2 * n + 1], 7) + n for n, s in enumerate(symbols)}
    mixed = {s: (-1) ** (n + 1) * above[s] / 3 for n, s in enumerate(symbols)}
    other = {s: (-1) ** n * below[s] * 3 for n, s in enumerate(symbols)}
    return [below, above, mixed, other]


def _near(
    one: "sympy.Expr", other: "sympy.Expr", point: "dict[Any, Any]", *, exact: bool = False
) -> bool | None:
    """Whether two expressions have one value at a point; None where they have none."""
    import sympy

    values = [_value(e, point, 30) for e in (one, other)]
    if None in values:
        return None
    size = max(abs(v) for v in values if v is not None)
    if size == 0:
        return True
    if exact and size < sympy.Float(10) ** 5_000:
        plain = [e.doit() for e in (one, other)]
        if all(p.is_Rational for p in plain):
            return bool(plain[0] == plain[1])
    difference = _value(sympy.Add(one, -other), point, 20, DIGITS)
    if difference is None:
        return None
    near = bool(abs(difference) <= size * sympy.Float(10) ** (30 - DIGITS))
    # Of a larger number the last digits are not among these.
    return None if near and size > sympy.Float(10) ** (DIGITS - 50) else near


def _value(
    expression: "sympy.Expr", point: "dict[Any, Any]", digits: int, most: int = 100
) -> "sympy.Expr | None":
    """A finite value, to so many digits; sympy works with up to `most` where terms cancel."""
    import sympy

    value = expression.evalf(digits, subs=point, maxn=most)
    if not value.is_number or value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        return None
    return (
        value if all(part.is_Float or part.is_Rational for part in value.as_real_imag()) else None
    )


def approximate(text: str) -> Fraction:
    """A tidy expression without variables as a fraction, to 30 digits. Raises ReadError."""
    value = _value(expression(text), {}, 30)
    if value is None or not value.is_Float:
        raise ReadError("no real number")
    return Fraction(str(value))


def proportion(one: str, other: str) -> "sympy.Expr | None":
    """The number that the second expression is to be multiplied by to give the first, if any."""
    import sympy

    first, second = expression(one), expression(other)
    if first.free_symbols != second.free_symbols or not first.free_symbols:
        return None
    point = _points(sorted(first.free_symbols, key=str))[1]
    values = [_value(e, point, 30) for e in (first, second)]
    if values[0] is None or values[1] is None or not values[0] or not values[1]:
        return None
    factor = sympy.nsimplify(values[0] / values[1], rational=True, tolerance=1e-20)
    return factor if factor and equal(first, factor * second) else None


def polynomial(*texts: str) -> bool:
    """Whether all expressions are polynomials in their variables."""
    return all(e.is_polynomial(*e.free_symbols) for e in map(expression, texts))
