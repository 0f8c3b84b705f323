"""The answers of the probability problems, most by listing all outcomes; see the package."""

from collections.abc import Iterable
from itertools import combinations, pairwise, permutations, product

from sympy import Matrix, Rational, eye, integrate, isprime, ones
from sympy.abc import x, y

DICE = list(product(range(1, 7), repeat=2))


def share(events: Iterable[bool]) -> Rational:
    """The part of equally likely outcomes in which an event happens."""
    happened = list(events)
    return Rational(sum(happened), len(happened))


def given(outcomes, condition, event):
    return share(event(outcome) for outcome in outcomes if condition(outcome))


def mean(values) -> Rational:
    listed = list(values)
    return sum(map(Rational, listed)) / len(listed)


def faulty_bulbs():
    bulbs = [("A", n < 2) for n in range(100)] * 3 + [("B", n < 5) for n in range(100)] * 2
    return given(bulbs, lambda bulb: bulb[1], lambda bulb: bulb[0] == "B")


def absorbed(moves: Matrix) -> Matrix:
    """Expected visits to each state that can be left, from the chain between those states."""
    return (eye(moves.rows) - moves).inv()


def all_faces():
    states = [frozenset(s) for n in range(4) for s in combinations(range(4), n)]
    moves = Matrix(
        [[Rational(sum(a | {f} == b for f in range(4)), 4) for b in states] for a in states]
    )
    return (absorbed(moves) * ones(len(states), 1))[states.index(frozenset())]


def game():
    moves = Matrix(4, 4, lambda a, b: {1: Rational(2, 3), -1: Rational(1, 3)}.get(b - a, 0))
    return absorbed(moves)[1, 3] * Rational(2, 3)  # rows are 1 to 4 coins; the last step is 4 to 5


def neighbours():
    rows = ([n in red for n in range(10)] for red in combinations(range(10), 6))
    return mean(sum(a != b for a, b in pairwise(row)) for row in rows)


def pattern():
    ends = ["", "H", "HT"]

    def after(end, toss):
        seen = end + toss
        return next(seen[n:] for n in range(len(seen) + 1) if seen[n:] in [*ends, "HTH"])

    moves = Matrix(
        [[Rational(sum(after(a, toss) == b for toss in "HT"), 2) for b in ends] for a in ends]
    )
    return (absorbed(moves) * ones(3, 1))[0]


def variance():
    values = [1, 1, 2, 4]
    return mean((value - mean(values)) ** 2 for value in values)


RECOMPUTED = {
    "prob-01": lambda: share(isprime(a + b) for a, b in DICE),
    "prob-02": lambda: share(len(set(s)) == 3 for s in permutations("rrrrrbbbbggg", 3)),
    "prob-03": faulty_bulbs,
    "prob-04": lambda: share(tosses.count("H") >= 6 for tosses in product("HT", repeat=8)),
    "prob-05": lambda: mean(a + b if a == 6 else a for a, b in DICE),
    "prob-06": lambda: (
        (integrate(3, (x, 0, 1)) + integrate(integrate(1, (y, 0, 4 - x)), (x, 1, 2))) / 6
    ),
    "prob-07": all_faces,
    "prob-08": game,
    "prob-09": neighbours,
    "prob-10": lambda: given(DICE, lambda dice: sum(dice) >= 9, lambda dice: 6 in dice),
    "prob-11": pattern,
    "prob-12": lambda: share(len(set(four)) == 4 for four in product(range(10), repeat=4)),
    "prob-13": variance,
}

CHECKED_BY_HAND: dict[str, str] = {}
