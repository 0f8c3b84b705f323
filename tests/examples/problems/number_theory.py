"""The answers of the number theory problems; see the package docstring."""

from fractions import Fraction
from itertools import product
from math import factorial, gcd, isqrt

from sympy import Rational, primerange


def smallest_sum():
    pairs = ((a, 1512 // a) for a in range(1, 1513) if 1512 % a == 0)
    return min(a + b for a, b in pairs if gcd(a, b) == 6)


def count_divisors():
    return sum(5400 % d == 0 and d % 6 == 0 and d % 8 != 0 for d in range(1, 5401))


def roses():
    (found,) = [n for n in range(315) if (n % 5, n % 7, n % 9) == (2, 3, 4)]
    return found


def powers_of_twelve():
    number, count = factorial(60), 0
    while number % 12 == 0:
        number, count = number // 12, count + 1
    return count


def unit_fractions():
    return sum(  # x - 12 divides 144, so x <= 156
        Fraction(1, x) + Fraction(1, y) == Fraction(1, 12)
        for x, y in product(range(1, 157), repeat=2)
    )


def base():
    (found,) = [b for b in range(4, 121) if int("231", min(b, 36)) == 120]
    return found


def primes_next_to_a_square():
    return [p for p in primerange(200_000) if isqrt(5 * p + 1) ** 2 == 5 * p + 1]


def differences_of_squares():
    # x - y >= 1 makes x + y <= 2016
    squares = {n * n for n in range(1, 2017)}
    return sum(n * n + 2016 in squares for n in range(1, 2016))


def lowest_terms():
    return sum(Rational(k, 360) for k in range(1, 361) if Rational(k, 360).q == 360)


def missing_digits():
    numbers = (int(f"7{a}4{b}") for a, b in product(range(10), repeat=2))
    return sorted(n for n in numbers if n % 36 == 0)


def cannot_be_paid():
    paid = {8 * x + 13 * y for x, y in product(range(50), repeat=2)}
    missing = [n for n in range(300) if n not in paid]
    assert len(missing) < 300 - 8 > missing[-1], "eight in a row can be paid, and so all beyond"
    return missing[-1]


def triangular_squares():
    numbers = [n for n in range(2, 1000) if isqrt(n * (n + 1) // 2) ** 2 == n * (n + 1) // 2]
    return numbers[1]


RECOMPUTED = {
    "nt-01": smallest_sum,
    "nt-02": count_divisors,
    "nt-03": lambda: (7**2026 + 3**2026) % 10,
    "nt-04": roses,
    "nt-05": lambda: 5**2027 % 23,
    "nt-06": powers_of_twelve,
    "nt-07": unit_fractions,
    "nt-08": base,
    "nt-09": primes_next_to_a_square,
    "nt-10": differences_of_squares,
    "nt-11": lowest_terms,
    "nt-12": missing_digits,
    "nt-13": cannot_be_paid,
    "nt-14": lambda: sum(map(factorial, range(1, 51))) % 100,
    "nt-15": triangular_squares,
}

CHECKED_BY_HAND = {
    "nt-09": "the search is bounded; the solution names all factorizations of five times a prime",
}
