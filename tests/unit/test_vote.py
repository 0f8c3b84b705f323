"""Majority votes over final answers."""

import random
from fractions import Fraction

import pytest

from kgsynth.calls.vote import Vote, majority, normal_form


@pytest.mark.parametrize(
    "same",
    [
        ["0.5", "1/2", r"\frac{1}{2}", r"$\frac12$", r"\dfrac{1}{2}", "$x = 0.50$", ".5"],
        ["1,234", "1234", "1234.0", r"1{,}234", r"1\,234", "1234."],
        ["-3", "−3", r"$-3$", "x=-3", "x_1 = -3"],
        [r"2\pi", "$2 \\pi$", r"2\,\pi"],
        ["Yes", "yes", r"\text{yes}", r"\text{Yes}."],
        [r"\left(1, 2\right)", "(1,2)", "(1, 2)"],
        [r"\frac{a+1}{b}", "(a+1)/b"],
        ["6.02e23", "6.02E23"],
        ["-1/2", "-0.5", r"\frac{-1}{2}", r"-\frac{1}{2}", r"\frac{1}{-2}", "(-1)/2", "(-1/2)"],
        ["[1,234]", "[1, 234]"],
    ],
)  # fmt: skip
def test_ways_to_write_one_answer(same: list[str]) -> None:
    assert len({normal_form(one) for one in same}) == 1, {one: normal_form(one) for one in same}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1/2", "2"), ("12", "1,2"), ("(1,2)", "(2,1)"), ("x=3", "x>3"), ("3 cm", "3 m"),
        ("-1", "1"), ("1/0", "0"), ("10", "100"), ("x", "y"), (r"\frac{1}{3}", "0.33"),
        ("1,2", "1.2"), ("[1,234]", "[1234]"), ("a=1,b=2", "a=1,b=3"),
        (r"1\frac{1}{2}", "11/2"), (r"1 \frac12", "5.5"),
    ],
)  # fmt: skip
def test_answers_that_differ(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


def test_numbers_are_exact() -> None:
    draw = random.Random(3)
    for _ in range(500):
        value = Fraction(draw.randint(-99_999, 99_999), draw.choice([1, 2, 4, 5, 8, 10, 16, 100]))
        shown = [f"{value}", f"{float(value)}", f"{value.numerator}/{value.denominator}"]
        if value.denominator == 1 and abs(value) >= 1000:
            shown.append(f"{int(value):,}")
        assert {normal_form(one) for one in shown} == {value}


def test_the_majority_wins_with_its_first_sample() -> None:
    assert majority(["7", "8", "8.0", None, "9", "$8$"]) == Vote(1, 3, 0.5)
    assert majority(["7", "8", "8", "7"]) == Vote(0, 2, 0.5)
    assert majority([None, "3"]) == Vote(1, 1, 0.5)
    assert majority([None, None]) is None and majority([]) is None
