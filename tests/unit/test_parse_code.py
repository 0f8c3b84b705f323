r"""Replies about programs: code comes out of the parsers as it went in.

Angle brackets, indentation, comment lines, backslashes, tags of HTML and the words that name an
answer elsewhere mean nothing of the kind inside a fenced block.
"""

import json
import time

import pytest

from kgsynth.parse import ParseError, answer, fences, questions, restore_latex, tags

CODE: dict[str, str] = {
    "angle brackets": "if a < b and c > d:\n    x = a << 2\nprint(a <= b, 1 < 2 > 1)",
    "C++ templates": "#include <vector>\nstd::vector<std::pair<int, int>> v;\nfor (;;) { break; }",
    "HTML": "<q>quoted</q>\n<output>7</output>\n<question>FAQ</question>\n<answer>no</answer>",
    "indentation and blank lines": "def f(x):\n\n    if x:\n        return 1\n\n\n    return 2",
    "tabs": "func f() {\n\text := filepath.Ext(p)\n\tau, imes := 1, 2\n\to := ext\n}",
    "a line that begins with eq": "def same(a, b):\n    ok = a\neq = a == b\nabla = 1",
    "escapes": 's = "\\n\\t\\b\\f\\\\ \\theta"\nprint(repr(s), r"\\boxed{3}")',
    "comment lines": "# Final answer: 3\n# Solution:\n# Question 1:\nx = 1  # answer: 2",
    "labels": "answer: 5\nsolution:\nconcepts: a, b\nfinal answer: 9",
    "a list": "1. first\n2. second",
    "dictionaries": 'd = {"a": [1, 2], "b": {}}\nprint(f"{d!r:>10}")',
    "a row of dashes": "# " + "-" * 150 + "\nx = 1",
    "a table": "+-----+-----+\n" * 3 + "|  1  |  2  |\n" * 9 + "+-----+-----+",
    "a loop of tests": "\n".join(f"assert area({n}, {n}) == {n * n}" for n in range(40)),
    "shell": "for f in *.txt; do\n  echo \"$f\" `wc -l < $f`\ndone",
}  # fmt: skip
CASES = pytest.mark.parametrize("code", CODE.values(), ids=CODE)
ASK = "What does this program print, and why does it end?"


def block(code: str, fence: str = "```") -> str:
    return f"{fence}python\n{code}\n{fence}"


@CASES
@pytest.mark.parametrize("fence", ["```", "````", "~~~"])
def test_code_of_an_answer_survives(code: str, fence: str) -> None:
    text = f"We go through it line by line.\n\n{block(code, fence)}\n\nThat is all there is to it."
    found = answer(f"<solution>\n{text}\nFinal answer: `[1, 2]`\n</solution>")
    assert (found.text, found.final) == (f"{text}\nFinal answer: `[1, 2]`", "[1, 2]")
    without = answer(f"<solution>\n{text}\n</solution>")
    assert (without.text, without.final) == (text, None)


@CASES
def test_code_may_be_the_final_answer(code: str) -> None:
    for between in ("\n", "\n\n", " \n\n"):
        reply = f"Like this, as was shown.\n\nFinal answer:{between}{block(code)}"
        assert answer(reply).final == code
        assert answer(f"<solution>{reply}</solution>").text == reply


@CASES
@pytest.mark.parametrize(
    "text", ["{ask}\n\n{block}", "{ask}\n{block}\nGive the output.", "{block}\n{ask}"]
)
def test_code_of_a_question_survives(code: str, text: str) -> None:
    text = text.format(ask=ASK, block=block(code))
    for reply in (
        f"<question>\n<concepts>Loops; Sets</concepts>\n{text}\n</question>",
        f"<question>{text}</question>\nI hope it helps.",
        f"Question 1:\n{text}",
    ):
        assert [one.text for one in questions(reply)] == [text]


@pytest.mark.parametrize(
    ("final", "meant"),
    [
        ("[1, 2, 3]", "[1, 2, 3]"),
        ("[]", "[]"),
        ("{'a': 1}", "{'a': 1}"),
        ("(2, 3)", "(2, 3)"),
        ("[True]", "[True]"),
        ("`[b, a]`.", "[b, a]"),
        ("`__init__`", "__init__"),
        ("``a`` ", "a"),
        ("<class 'int'>", "<class 'int'>"),
        ("O(n log n)", "O(n log n)"),
        ("`a < b`", "a < b"),
        ("$O(n^2)$", "O(n^2)"),
        ("**[3, 4]**", "[3, 4]"),
        ("[your answer]", None),
        ("[The final result]", None),
        ("<answer here>", None),
        ("[...]", None),
        ("...", None),
    ],
)
def test_final_answers_of_programs(final: str, meant: str | None) -> None:
    assert answer(f"<solution>\nSo it goes.\nFinal answer: {final}\n</solution>").final == meant


def test_blocks_of_a_reply_are_not_taken_for_one_around_it() -> None:
    reply = f"{block('x = 1')}\nThen we test it.\n\nFinal answer:\n{block('y = 2')}"
    assert (answer(reply).text, answer(reply).final) == (reply, "y = 2")


def test_tags_in_a_fence_around_them_are_found() -> None:
    inner = f"<question>\n{ASK}\n{block('print(1)')}\n</question>"
    for around in ("```\n{}\n```", "```xml\n{}\n```", "Here you are:\n\n~~~xml\n{}\n~~~"):
        assert questions(around.format(inner))[0].text == f"{ASK}\n{block('print(1)')}"


def test_inline_code_at_the_end_keeps_its_marks() -> None:
    text = "Write `f(x)` and give the value of `f(3)`"
    assert questions(f"<question>{text}</question>")[0].text == text
    assert questions(f"<question>`{ASK}`</question>")[0].text == ASK


def test_an_answer_may_show_the_code_of_the_question_again() -> None:
    code = "\n".join(f"total_{n} = price[{n}] * amount[{n}] + tax" for n in range(20))
    prompt = f"This program forgets to begin. Mend it.\n{block(code)}\nSay what was wrong with it."
    mended = f"The name tax had no value yet.\n{block('tax = 0' + chr(10) + code)}"
    assert answer(f"<solution>{mended}</solution>", prompt=prompt).text == mended
    for copied in (block(code), prompt):
        with pytest.raises(ParseError, match="copies the prompt"):
            answer(f"<solution>{copied}</solution>", prompt=prompt)


NAMES = [
    "O(n log n)", "C++", "C#", "__init__", "lru_cache", "heapify()", ".NET", "2-SAT", "a[i]",
    "std::map", "A* search", "Node.js",
]  # fmt: skip


@pytest.mark.parametrize("listed", ["{}", "[{}]", "({})", "**{}**", "`{}`", "{};"])
def test_names_of_programming_survive(listed: str) -> None:
    names = [name for name in NAMES if not ("*" in name and "*" in listed)]
    each = [listed.format(name) for name in names]
    for said in (
        listed.format("; ".join(names)),
        "; ".join(each),
        "\n".join(each),
        "\n".join(f"- {one}" for one in each),
    ):
        reply = f"<question>\n<concepts>{said}</concepts>\n{ASK}\n</question>"
        assert questions(reply)[0].concepts == tuple(names)


def test_names_of_programming_survive_in_tags() -> None:
    topics = [{"topic": "C", "concepts": [*NAMES, "**Sets**", "Trees."]}]
    found = tags(json.dumps({"level": "College", "subject": "C#", "topics": topics}))
    assert (found.subject, found.topics) == ("C#", {"C": [*NAMES, "Sets", "Trees"]})


def test_code_that_loops_is_refused() -> None:
    code = "\n".join(f"value_{n % 3} = compute(value)" for n in range(60))
    with pytest.raises(ParseError, match="repeats itself"):
        answer(f"<solution>\nLike this.\n{block(code)}\n</solution>")


def test_latex_is_mended_outside_of_code_only() -> None:
    broken = "Let $\theta$ be.\n```\n\theta\n```\nAnd $\frac12$."
    assert restore_latex(broken) == "Let $\\theta$ be.\n```\n\theta\n```\nAnd $\\frac12$."


def test_blocks() -> None:
    text = "a\n```py\nx\n```\nb ``` c\n~~~~\n```\n~~~~~\n```open"
    hidden, blocks = fences.hide(text)
    assert blocks == ["```py\nx\n```", "~~~~\n```\n~~~~~"]
    assert hidden == "a\n\x000\x00\nb ``` c\n\x001\x00\n```open"
    assert fences.show(hidden, blocks) == text
    assert fences.prose(text) == "a\n\nb ``` c\n\n```open"
    assert fences.code(text) == ["x", "```"]


def test_many_fences_are_read_at_once() -> None:
    for line in ("```a\n", "```\n", "~~~\n```\n"):
        text = line * (90_000 // len(line))
        began = time.perf_counter()
        for read in (questions, answer):
            with pytest.raises(ParseError):
                read(f"<question>{text}")
        assert time.perf_counter() - began < 5
