r"""Reads the numbers and formulas that the example documents claim, as sympy values.

``value(r"\frac{3}{8}")`` is ``Rational(3, 8)``; matrices, tuples, binomials and roots are read too.
"""

import re
from tokenize import TokenError

import sympy
from sympy.parsing.sympy_parser import (
    convert_xor,
    implicit_multiplication_application,
    parse_expr,
    rationalize,
    standard_transformations,
)

TRANSFORMATIONS = (
    *standard_transformations,
    convert_xor,
    rationalize,
    implicit_multiplication_application,
)
NAMES = {"e": sympy.E, "i": sympy.I, "E": sympy.Symbol("E"), "N": sympy.Symbol("N")}
PLAIN = [
    (r"\\(left|right|displaystyle|quad)\b|(?<!\\)\\[,;! ]", " "),
    (r"\\begin\{[bp]matrix\}", "MATRIX("),
    (r"\\end\{[bp]matrix\}", ")"),
    (r"\\[dt]frac", r"\\frac"),
    (r"\\(cdot|times)\b", "*"),
    (r"\\\{|\\\}", ""),
    (r"([\d.]+)(?:\^\\circ|°)", r"(\1*pi/180)"),
    (r"\\(?=(pi|ln|log|exp|sin|cos|tan|arctan|lambda|theta|alpha|beta|mu|sigma)\b)", " "),
    (r"\blambda\b", "lamda"),
    (r"(?<![A-Za-z])([A-Za-z])\s*\(", r"\1*("),  # n(n+1) is a product
    (r"\\?%", "/100"),
]
INNERMOST = [  # applied until nothing changes, so that groups open from the inside out
    (r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))"),
    (r"\\binom\{([^{}]*)\}\{([^{}]*)\}", r" binomial(\1,\2)"),
    (r"\\sqrt\[3\]\{([^{}]*)\}", r" cbrt(\1)"),
    (r"\\sqrt\{([^{}]*)\}", r" sqrt(\1)"),
    (r"\^\{([^{}]*)\}", r"**(\1)"),
    (r"_\{([^{}]*)\}", r"_\1"),
]


def value(latex: str) -> sympy.Basic | sympy.MatrixBase:
    """The sympy value of a piece of LaTeX; a comma-separated piece becomes a Tuple.

    Raises ValueError for what is no arithmetic.
    """
    text = latex
    for pattern, plain in PLAIN:
        text = re.sub(pattern, plain, text)
    before = None
    while before != text:
        before = text
        for pattern, plain in INNERMOST:
            text = re.sub(pattern, plain, text)
    if "MATRIX(" in text:
        factor, _, body = text.partition("MATRIX(")
        rows = [row.split("&") for row in body.rpartition(")")[0].split(r"\\")]
        matrix = sympy.Matrix([[value(entry) for entry in row] for row in rows])
        return matrix * value(factor) if factor.strip() else matrix
    try:
        parsed = parse_expr(text, local_dict=dict(NAMES), transformations=TRANSFORMATIONS)
        return sympy.sympify(parsed)
    except (SyntaxError, TypeError, AttributeError, TokenError, sympy.SympifyError) as error:
        raise ValueError(f"no arithmetic: {latex}") from error


def unit_in_last_place(decimal: str) -> sympy.Expr:
    """What one step of the last digit is worth: 1/100 for "3.14", 1/1000 for "6.4%"."""
    digits = re.search(r"\.(\d+)", decimal)
    places = (len(digits[1]) if digits else 0) + (2 if "%" in decimal else 0)
    degrees = sympy.pi / 180 if r"^\circ" in decimal else 1
    return sympy.Rational(1, 10**places) * degrees


def equal(left: object, right: object) -> bool:
    """Whether two values are the same exactly (tuples and matrices entry by entry)."""
    left, right = sympy.sympify(left), sympy.sympify(right)
    if isinstance(left, sympy.MatrixBase) or isinstance(right, sympy.MatrixBase):
        return sympy.simplify(left - right).is_zero_matrix is True
    if isinstance(left, sympy.Tuple) or isinstance(right, sympy.Tuple):
        both = isinstance(left, sympy.Tuple) and isinstance(right, sympy.Tuple)
        return both and len(left) == len(right) and all(map(equal, left, right))
    return bool(sympy.simplify(left - right) == 0)
