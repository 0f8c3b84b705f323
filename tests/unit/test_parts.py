"""Long texts in parts: nothing lost, nothing above the budget, formulas and codes whole."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgsynth.readers.parts import Part, cut, tokens

WORDS = "Every number has a square root, and we show that it is unique. "
BLOCKS = st.sampled_from([
    "# Chapter one", "## Section", "### Below it ###", r"\section{In LaTeX}\label{s}",
    "Setext\n======", WORDS.strip(), WORDS * 3, WORDS * 20, "wrapped\n" * 30,
    "```python\n# no heading\n\nx = 1\n```", "~~~\n" + "y = 2\n\n" * 40 + "~~~",
    "$$\na + b\n= c\n$$", r"\[ x \] and $x_1 < 2$.", "$$ never closed", "```\nnever closed",
    "\\begin{align}\na &= b \\\\\n c &= d\n\\end{align}", "\\begin{align} open",
    "| a | b |\n|---|---|\n" + "| one cell | another cell |\n" * 12, "- item one\n- item two",
    "x" * 900, "二次方程的判别式是一个重要的概念。" * 12, "\n\n\n", "   ", "e.g. A. Nyone said so.",
])  # fmt: skip
TEXTS = st.lists(BLOCKS, max_size=25).map("\n\n".join) | st.text(max_size=400)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, budget=st.integers(50, 400))
def test_parts_are_the_text_in_order(text: str, budget: int) -> None:
    parts = cut(text, budget)
    if tokens(text) <= budget:
        assert parts == [Part(text, ())]
        return
    place = 0
    left = ""
    for part in parts:
        assert 0 < tokens(part.text) <= budget
        found = text.index(part.text, place)
        left += text[place:found]
        place = found + len(part.text)
    left += text[place:]
    # What no part holds is headings that have no text of their own, and blanks.
    for line in left.splitlines():
        assert not line.strip() or re.match(r"#{1,6}\s|\s*\\section", line), line
    assert parts == cut(text, budget)


def test_headings_are_found_above_the_part() -> None:
    body = WORDS * 6
    text = (f"# Book\n\n## One\n\n{body}\n\n### Detail\n\n{body}\n\n## Two\n\n{body}{body}{body}"
            f"\n\n# Appendix\n\n\\subsection{{Last}}\n{body}")  # fmt: skip
    parts = cut(text, 100)
    assert [part.headings for part in parts] == [
        ("Book", "One"), ("Book", "One", "Detail"), ("Book", "Two"), ("Book", "Two"),
        ("Book", "Two"), ("Appendix", "Last")]  # fmt: skip
    assert parts[0].text.startswith("# Book\n\n## One\n\nEvery")
    assert parts[3].text.startswith("Every number"), "at a sentence"
    assert all(part.text.endswith("unique.") for part in parts)


def test_small_sections_stay_together() -> None:
    text = "".join(f"## Part {n}\n\n{WORDS}\n\n" for n in range(10))
    parts = cut(text, 100)
    assert [part.text.count("##") for part in parts] == [5, 5]
    assert [part.headings for part in parts] == [("Part 0",), ("Part 5",)]


@pytest.mark.parametrize(
    "whole",
    [
        "```python\n# no heading\n" + "x = f(x)\n\n" * 8 + "```",
        "$$\n" + "a + b = c \\\\\n" * 8 + "$$",
        "\\[\n" + "a + b = c. \\\\\n" * 8 + "\\]",
        "\\begin{align*}\n" + "a &= b. \\\\\n\n" * 8 + "\\end{align*}",
        "$" + " + ".join(f"x_{n}" for n in range(20)) + "$",
    ],
)
def test_codes_and_formulas_stay_whole(whole: str) -> None:
    for before in range(0, 90, 7):
        text = "word " * before + f"\n\n{whole}\n\n" + WORDS * 9
        parts = cut(text, 120)
        assert len(parts) > 1
        assert sum(whole in part.text for part in parts) == 1, before
        assert all("no heading" not in part.headings for part in parts)


def test_a_table_is_cut_between_its_rows() -> None:
    row = "| one cell | another cell of the table |"
    parts = cut("| a | b |\n|---|---|\n" + f"{row}\n" * 60, 100)
    assert len(parts) > 3
    for part in parts:
        assert set(part.text.splitlines()) <= {row, "| a | b |", "|---|---|"}


def test_a_code_above_the_budget_is_cut_at_lines() -> None:
    parts = cut("```\n" + "value = other + 1\n" * 100 + "```", 100)
    lines = [line for part in parts for line in part.text.splitlines()]
    assert lines == ["```", *["value = other + 1"] * 100, "```"]


def test_sentences_end_where_they_end() -> None:
    text = "As A. Nyone shows, e.g. The root of 3.14 is near. (So it is.) Is $a. B$ one? Yes! " * 9
    for part in cut(text, 60):
        assert part.text.startswith(("As A.", "(So", "Is $a. B$", "Yes!"))


def test_tokens_of_words_numbers_and_signs() -> None:
    assert tokens("") == 0
    assert tokens("a bcdefg hijklmno") == 4
    assert tokens(r"$x_{12} < \pi$") == 11
    assert tokens("корень 根号") == 4
