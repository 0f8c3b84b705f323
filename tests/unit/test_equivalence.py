"""Final answers compared: no wrong one accepted, few right ones missed, nothing hangs or raises."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgsynth.equivalence import Judgement, equivalent, equivalent_many, pool
from kgsynth.equivalence.compare import judge, quick
from kgsynth.equivalence.leaves import ReadError, prepare
from kgsynth.equivalence.pool import TOO_SLOW
from kgsynth.equivalence.spelling import number, tidy

FILE = Path(__file__).parents[1] / "data" / "answer-pairs.jsonl"
ROWS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
PAIRS = [(row["reference"], row["answer"]) for row in ROWS]
# Symmetric by design: which of the two is the reference tells nothing about equality.
SWAPPED = [(answer, reference) for reference, answer in PAIRS]


@pytest.fixture(scope="module")
def judged() -> list[Judgement]:
    return list(equivalent_many(PAIRS + SWAPPED, workers=2, seconds=60))


def test_the_pairs_are_many_and_of_all_kinds() -> None:
    equal = [row for row in ROWS if row["equal"]]
    assert len(ROWS) >= 180 and 0.4 < len(equal) / len(ROWS) < 0.6
    assert sum(row["kind"] == "trap" for row in ROWS) >= 40
    assert len(set(PAIRS)) == len(PAIRS)


def test_no_wrong_answer_is_accepted_and_few_right_ones_are_missed(
    judged: list[Judgement], capsys: pytest.CaptureFixture[str]
) -> None:
    told = list(zip(ROWS, judged, strict=False))
    accepted = [(row, j) for row, j in told if not row["equal"] and j.equal]
    missed = [(row, j) for row, j in told if row["equal"] and not j.equal]
    equal = sum(row["equal"] for row in ROWS)
    with capsys.disabled():
        print(
            f"\nfalse acceptances {len(accepted)} of {len(ROWS) - equal}, "
            f"false rejections {len(missed)} of {equal} ({len(missed) / equal:.1%})"
        )
    assert not accepted
    assert len(missed) <= 0.1 * equal, missed


def test_the_order_of_the_two_does_not_matter(judged: list[Judgement]) -> None:
    half = len(PAIRS)
    there, back = judged[:half], judged[half:]
    unequal = [p for p, a, b in zip(PAIRS, there, back, strict=True) if a.equal is not b.equal]
    assert not unequal


def test_the_order_of_pairs_and_the_number_of_workers_do_not_matter(
    judged: list[Judgement],
) -> None:
    places = random.Random(1).sample(range(len(PAIRS)), 60)
    alone = equivalent_many((PAIRS[place] for place in places), workers=1, seconds=60)
    assert list(alone) == [judged[place] for place in places]


def test_every_judgement_says_why(judged: list[Judgement]) -> None:
    assert all(j.reason for j in judged)


HOSTILE = [
    "9^{9^{9^{9}}}",
    "(" * 200 + "x" + ")" * 200,
    "((((5!)!)!)!)!",
    "10^{10^{10}}",
    "x^{x^{x^{x^{x^x}}}}",
    "9" * 100_000,
    "(" * 2_000 + "1" + ")" * 2_000,
    "\\boxed{" * 300,
    "$" * 999,
    "|" * 80,
    "1/3+" * 100 + "1",
    "\ud800",
    "\x00\x01",
    "a" * 1_900,
    "√" * 300,
    "\\text{" * 300,
    "__import__('os').getcwd()",
]


def test_hostile_texts_end_in_time_and_the_rest_goes_on() -> None:
    good = (r"\sqrt8", r"2\sqrt{2}")
    pairs = [pair for text in HOSTILE for pair in ((text, "5"), ("7", text), good)]
    found = list(equivalent_many(pairs, workers=2, seconds=2))
    assert len(found) == len(pairs)
    assert [j.equal for j in found[2::3]] == [True] * len(HOSTILE)
    assert not any(j.equal for place, j in enumerate(found) if place % 3 != 2)
    assert TOO_SLOW in found


def test_a_worker_without_memory_judges_nothing_and_the_rest_goes_on() -> None:
    pairs = [("x+" * 150 + "x", "151x"), ("1/2", "0.5")]
    found = list(equivalent_many(pairs, workers=1, memory=2**20))
    assert [j.equal for j in found] == [None, True]


def test_workers_are_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "LIFE", 2)
    pairs = [(rf"{n}\sqrt8", rf"{2 * n}\sqrt2") for n in range(3)]
    assert all(j.equal for j in equivalent_many(pairs, workers=1))


def test_one_pair_alone() -> None:
    assert equivalent("1/2", "0.5") == Judgement(True, "same number")
    assert equivalent(r"\frac{\sqrt2}{2}", r"\frac{1}{\sqrt2}").equal is True


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_makes_a_look_raise(one: str, other: str) -> None:
    found = quick(one, other)
    assert found is None or found.reason
    assert tidy(tidy(one)) is not None


_LATEX = st.lists(
    st.sampled_from(
        ["\\frac", "\\sqrt", "{", "}", "(", ")", "[", "]", "^", "_", "x", "1", "2.5", ",", "=", "<",
         "\\cup", "\\pm", "\\in", "\\{", "\\}", " ", "or", "cm", "%", "\\circ", "-", "+", "/", "!",
         "|", "\\pi", "\\infty", ":", "and", "\\le", "\\begin{pmatrix}", "\\end{pmatrix}", "&"]
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(_LATEX, _LATEX)
def test_no_latex_makes_it_raise(one: list[str], other: list[str]) -> None:
    first, second = "".join(one), "".join(other)
    judged = judge(first, second)
    assert judged.reason and judged.equal is judge(second, first).equal


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234.5", 1234.5), ("-3/4", -0.75), ("1 1/2", 1.5), ("2e-3", 0.002), ("50%", 0.5),
     (r"\frac{-1}{4}", -0.25), (".5", 0.5), ("1,23", None), ("3\\frac{5}{2}", None), ("1/0", None),
     ("x", None), ("1 2", None), ("", None)],
)  # fmt: skip
def test_plain_numbers(text: str, value: float | None) -> None:
    found = number(tidy(text))
    assert found == value if value is None else found is not None and float(found) == value


@pytest.mark.parametrize(
    "text", ["5 4", "1/2x", "x3", "101_2", "f(x+1)", "x'", "3\\frac12 x", "word", "3!!", "x+", "I"]
)
def test_what_has_two_readings_is_refused(text: str) -> None:
    with pytest.raises(ReadError):
        prepare(tidy(text))
