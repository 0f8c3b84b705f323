"""Which code of an answer is run, and when what it prints is the final answer."""

from importlib import import_module
from typing import Any

import pytest

from kgsynth.sandbox import Outcome
from kgsynth.steps.verify.python import judged, program, says

verifier = import_module("kgsynth.steps.verify.python")  # the name in the package is the function


def row(text: str, final: str | None = "1", question: str = "?", **more: Any) -> dict[str, Any]:
    return {"id": "a", "text": text, "final": final, "question": question, "program": None, **more}


FIRST, SECOND = "```python\nx = 1\n```", "``` Python3 {.run}\nprint(x)\n```"


@pytest.mark.parametrize(
    ("text", "code", "whole"),
    [
        (f"A\n{FIRST}\nB\n{SECOND}\nC", "print(x)", "x = 1\n\nprint(x)"),
        (f"{FIRST}\n```\nprint(9)\n```\n~~~go\nx\n~~~", "x = 1", "x = 1"),
        ("~~~py\nif 1:\n    print('```')\n~~~", "if 1:\n    print('```')", None),
        ("```pycon\n>>> 1\n```\n```pyx\n1\n```", None, None),
        ("```python\nnever closed", None, None),
        ("no code", None, None),
    ],
)
def test_the_last_block_of_python_is_the_program(
    text: str, code: str | None, whole: str | None
) -> None:
    found = program(row(text))
    assert (found and found.code) == code
    assert not found or found.whole == (whole or code)


def test_a_program_of_its_own_counts_before_the_text() -> None:
    found = program(row(FIRST, program="print(2)"))
    assert found is not None and (found.code, found.whole) == ("print(2)", "print(2)")


def test_tests_of_the_question_are_run_behind_the_program() -> None:
    question = (
        "Write f.\nassert f(0) == 0\nYou assert nothing.\n"
        "```python\nf(1)  # an example\nassert f(1) == (\n    1\n)\n```\n```c\nassert(1);\n```"
    )
    found = program(row("```python\ndef f(n): return n\n```", "f", question))
    assert found is not None and found.tested and found.final is None
    assert found.code == "def f(n): return n\n\nassert f(1) == (\n    1\n)\nassert f(0) == 0"
    plain = program(row("```python\ndef f(n): return n\n```", "`f(n)`"))
    assert plain is not None and not plain.tested and plain.final is None


@pytest.mark.parametrize(
    "final", ["O(n)", r"$O(n \log n)$", r"\Theta(n)", r"\mathcal{O}(1)", "f", None]
)
def test_what_names_no_value(final: str | None) -> None:
    found = program(row("```python\ndef f(): pass\n```", final))
    assert found is not None and found.final is None


@pytest.mark.parametrize("final", ["42", "Oslo (N)", "g", "f + 1"])
def test_what_names_a_value(final: str) -> None:
    found = program(row("```python\ndef f(): pass\n```", final))
    assert found is not None and found.final == final


def outcome(status: Any, stdout: str = "", stderr: str = "") -> Outcome:
    return Outcome(status, stdout, stderr, 0.1)


@pytest.mark.parametrize(
    ("code", "final", "ran", "wanted"),
    [
        ("print(1)", "1", outcome("ok", "0\n1\n"), (verifier.PRINTED, True)),
        ("print(1)", "1", outcome("ok", "1\n0\n"), (verifier.OTHER, False)),
        ("x = 1", "1", outcome("ok", " \n"), (verifier.NOTHING, False)),
        ("assert 1", "1", outcome("ok"), (verifier.TESTED, True)),
        ("assert 1\nprint(2)", "1", outcome("ok", "2"), (verifier.OTHER, False)),
        ("def f(): pass", "f", outcome("ok", "2"), (verifier.NO_VALUE, None)),
        ("def f():\n    assert 1", "f", outcome("ok", "2"), (verifier.NO_VALUE, None)),
        ("def f(): pass\nassert 1", "f", outcome("ok", "2"), (verifier.TESTED, True)),
        ("x", "1", outcome("failed", "1", "NameError: x"), (verifier.RAISED, False)),
        ("x", "1", outcome("failed", "", "AssertionError"), (verifier.UNTRUE, False)),
        ("x", "1", outcome("failed", "", "AssertionError: no"), (verifier.UNTRUE, False)),
        ("x", "1", outcome("failed", "", "ModuleNotFoundError: a"), (verifier.LACKS, None)),
        ("x", "1", outcome("failed", "", "EOFError: EOF"), (verifier.READS, None)),
        ("x", "1", outcome("refused", "1", "PermissionError"), ("refused", False)),
        ("x", "1", outcome("timed out", "1"), ("timed out", False)),
    ],
)
def test_what_a_run_says(code: str, final: str, ran: Outcome, wanted: tuple[str, bool]) -> None:
    found = program(row(f"```python\n{code}\n```", final))
    assert found is not None
    assert judged(found, ran) == wanted


SAME = [
    ("42", "42"), ("a\n42", "42"), ("Result: 42.", "42"), ("x = 5", "5"), ("It is 5", "5"),
    ("0.30000000000000004", "0.3"), ("3.141592653589793", "3.14"), ("1.0", "1"),
    ("0.3333333333333333", "1/3"), ("1/3", r"\frac{1}{3}"), ("2*sqrt(2)", r"2\sqrt{2}"),
    ("[1, 2]", "[1,2]"), ("[0.1]", "[0.10000000000000001]"), ("{2, 1}", "{1, 2}"),
    ("{'a': (1, None)}", '{"a":(1,None)}'), ("abc", "'abc'"), ("1\n2", r"'1\n2'"), ("1\n2", "1\n2"),
    ("True", "Yes"), ("1000", "1,000"),
]  # fmt: skip
OTHER = [
    ("41", "42"), ("42\n41", "42"), ("1000000000001", "1000000000000"), ("-1", "1"),
    ("3.15", "3.14"), ("[1, 2]", "[2, 1]"), ("[1, 2]", "(1, 2)"), ("[True]", "[1]"), ("3:5", "5"),
    ("1e999", "1"), ("(" * 500, "1"), ("9" * 5000, "1"), ("1/0", "0"), (r"'\d'", "d"),
    ("True", "No"), ("a", "A"), ("3.141592653589793", "3.15"), ("2.718281828459045", "2.717"),
]  # fmt: skip


@pytest.mark.parametrize(("printed", "final"), SAME)
def test_printed_and_final_answer_are_one(printed: str, final: str) -> None:
    assert says(printed, final) is True


@pytest.mark.parametrize(("printed", "final"), OTHER)
def test_printed_and_final_answer_are_not_one(printed: str, final: str) -> None:
    assert says(printed, final) is not True


@pytest.mark.parametrize(("printed", "final"), OTHER[:4])
def test_another_number_is_known_to_be_another(printed: str, final: str) -> None:
    assert says(printed, final) is False
