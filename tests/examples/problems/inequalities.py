"""The answers of the inequality problems; see the package docstring."""

from sympy import (
    Interval,
    Set,
    cos,
    diff,
    latex,
    maximum,
    minimum,
    oo,
    pi,
    sin,
    solve,
    solve_univariate_inequality,
    sqrt,
    symbols,
)
from sympy.abc import k, t, x, y


def interval(found: Set) -> str:
    """A set of numbers as the problems write it."""
    return latex(found).replace(r"\left", "").replace(r"\right", "")


def quotient():
    return interval(solve_univariate_inequality((2 * x - 1) / (x + 3) >= 1, x, relational=False))


def always_positive():
    """The lowest point is at x = -k/2."""
    lowest = (x**2 + k * x + k + 3).subs(x, solve(diff(x**2 + k * x, x), x)[0])
    return interval(solve_univariate_inequality(lowest > 0, k, relational=False))


def on_ellipse():
    point = {x: sqrt(18) * cos(t), y: sqrt(8) * sin(t)}
    assert (4 * x**2 + 9 * y**2).subs(point).simplify() == 72
    return maximum((2 * x + 3 * y).subs(point), t, Interval(0, 2 * pi))


def fixed_product():
    a, b = symbols("a b", positive=True)
    value = a + 2 * b + 4 * 8 / (a * b)
    (lowest,) = solve([diff(value, a), diff(value, b)], [a, b], dict=True)
    return value.subs(lowest)


def acute():
    def is_acute(*sides):
        a, b, c = sorted(sides)
        return a + b > c and a * a + b * b > c * c  # the cosine of the largest angle is positive

    return sum(is_acute(8, 15, side) for side in range(1, 100))


def surface():
    value = x**2 + 2 * x * y + 3 * y**2 - 6 * x - 2 * y
    return value.subs(solve([diff(value, x), diff(value, y)], [x, y]))


RECOMPUTED = {
    "ineq-01": quotient,
    "ineq-02": lambda: minimum(x + 9 / (x - 2), x, Interval.open(2, oo)),
    "ineq-03": on_ellipse,
    "ineq-04": fixed_product,
    "ineq-05": lambda: sum(abs(3 * n - 5) < 7 for n in range(-100, 100)),
    "ineq-06": always_positive,
    "ineq-07": acute,
    "ineq-08": surface,
}

CHECKED_BY_HAND = {
    "ineq-04": "the only critical point; the solution shows that it is the minimum",
    "ineq-08": "the only critical point; the solution shows that it is the minimum",
}
