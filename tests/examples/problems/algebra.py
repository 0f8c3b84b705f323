"""The answers of the algebra problems; see the package docstring."""

from sympy import (
    I,
    Lambda,
    Rational,
    RootSum,
    expand,
    floor,
    interpolate,
    log,
    rem,
    solve,
    sqrt,
    symbols,
)
from sympy.abc import k, x, y


def roots_differ_by_three():
    r, s = symbols("r s", real=True)
    found = solve([r - s - 3, r**2 - 7 * r + k, s**2 - 7 * s + k], [r, s, k], dict=True)
    (value,) = {solution[k] for solution in found}
    return value


def mixture():
    added = symbols("added")
    salt = Rational(15, 100) * 6 + Rational(40, 100) * added
    return solve(salt / (6 + added) - Rational(30, 100))[0]


def sum_of_cubes():
    pairs = solve([x + y - 6, x**2 + y**2 - 26], [x, y])
    (value,) = {a**3 + b**3 for a, b in pairs}
    return value


def polynomial_remainder():
    cubic = interpolate([(1, 3), (-3, 7), (0, 5), (2, 11)], x)  # two values given, two at will
    return rem(cubic, (x - 1) * (x + 3), x)


def logarithmic():
    t = symbols("t", positive=True)
    (found,) = solve(log(t, 2) + log(t - 6, 2) - 4, t)
    return found


def power_is_one():
    return [n for n in range(-200, 200) if Rational(n * n - 3 * n + 1) ** (n + 2) == 1]


def absolute_values():
    t = symbols("t", real=True)
    return sum(solve(abs(2 * t - 3) + abs(t + 1) - 8, t))


def power_and_reciprocal():
    before, now = 2, 1  # a^n + a^-n for n = 0 and 1; multiplying by a + 1/a = 1 gives the next
    for _ in range(2025):
        before, now = now, now - before
    return now


def system():
    return sorted(solve([x**2 + x * y - 12, y**2 + x * y - 24], [x, y]), reverse=True)


def with_floor():
    roots = (sqrt(4 * n - 3) for n in range(1, 100))  # a solution with floor n is +-sqrt(4n - 3)
    return [r for r in roots if r**2 - 4 * floor(r) + 3 == 0]


RECOMPUTED = {
    "alg-01": roots_differ_by_three,
    "alg-02": mixture,
    "alg-03": lambda: RootSum(x**3 - 4 * x**2 + x + 5, Lambda(x, x**3)),
    "alg-04": sum_of_cubes,
    "alg-05": polynomial_remainder,
    "alg-06": logarithmic,
    "alg-07": lambda: solve(sqrt(2 * x + 7) - (x - 4))[0],
    "alg-08": power_is_one,
    "alg-09": absolute_values,
    "alg-10": lambda: expand((sqrt(3) + I) ** 9),
    "alg-11": power_and_reciprocal,
    "alg-12": system,
    "alg-13": lambda: solve((2 * y + 1) / (y - 3) - x, y)[0],
    "alg-14": with_floor,
}

CHECKED_BY_HAND = {
    "alg-08": "the search is bounded; the solution names all ways for a power to be one",
    "alg-14": "the search is bounded; the solution shows that the floor is at most three",
}
