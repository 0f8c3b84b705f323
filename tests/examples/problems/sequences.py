"""The answers of the sequence problems; see the package docstring."""

from decimal import Decimal, getcontext
from fractions import Fraction
from itertools import accumulate, repeat
from math import factorial

from sympy import Function, Rational, oo, rsolve, solve, summation
from sympy.abc import a, d, k, n, q


def arithmetic():
    found = solve([a + 2 * d - 11, a + 8 * d - 35], [a, d])
    return sum((a + d * step).subs(found) for step in range(20))


def geometric():
    found = solve([a - 12 * (1 - q), a**2 - 48 * (1 - q**2)], [a, q], dict=True)
    (first,) = {one[a] for one in found if abs(one[q]) < 1}
    return first


def collapsing():
    return sum(Rational(1, k * (k + 2)) for k in range(1, 21))


def closed_form():
    f = Function("f")
    return rsolve(f(n) - 5 * f(n - 1) + 6 * f(n - 2), f(n), {f(0): 1, f(1): 4})


def circle():
    terms = accumulate(repeat(None, 99), lambda x, _: 1 / (1 - x), initial=Fraction(3))
    return Rational(sum(terms))


def nested_roots():
    getcontext().prec = 60
    term = Decimal(1)
    for _ in range(100):
        term = (12 + term).sqrt()
    return Rational(str(term)).limit_denominator(10**9)


def fibonacci():
    before, now, total = 0, 1, Fraction(0)
    for power in range(1, 200):
        total += Fraction(now, 4**power)
        before, now = now, before + now
    return Rational(total.limit_denominator(10**9))


RECOMPUTED = {
    "seq-01": arithmetic,
    "seq-02": geometric,
    "seq-03": collapsing,
    "seq-04": closed_form,
    "seq-05": circle,
    "seq-06": nested_roots,
    "seq-07": lambda: summation(k / 3**k, (k, 1, oo)),
    "seq-08": fibonacci,
    "seq-09": lambda: sum(n * factorial(n) for n in range(1, 10)),
}

CHECKED_BY_HAND = {
    "seq-06": "a hundred terms at sixty digits; the solution proves that the limit exists",
    "seq-08": "two hundred terms; the rest is less than their accuracy, as the terms halve",
}
