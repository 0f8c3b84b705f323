"""Knowledge points and difficulty: replies as models really give them."""

import pytest

from kgsynth.parse import ParseError, difficulty, points

TWO = ["Quadratic formula", "Vieta's formulas"]


@pytest.mark.parametrize(
    "reply",
    [
        '{"points": ["Quadratic formula", "Vieta\'s formulas"]}',
        'Well:\n```json\n{"knowledge_points": ["Quadratic formula", "Vieta\'s formulas",]}\n```',
        '["Quadratic formula", "Vieta\'s formulas", "quadratic formula"]',
        '{"points": [{"name": "Quadratic formula"}, {"name": "Vieta\'s formulas"}]}',
        "Relevant Math knowledge points:\n1. Quadratic formula\n2. Vieta's formulas",
        "1) **Quadratic formula**: gives both roots\n2) **Vieta's formulas** – sum and product",
        "- Quadratic formula\n* Vieta's formulas.\n",
        "<think>Which ones?</think>\n(1) Quadratic formula\n(2) Vieta's formulas",
    ],
)
def test_points_are_read_from_any_list(reply: str) -> None:
    assert points(reply) == TWO


def test_no_more_than_ten_points() -> None:
    names = [f"Theorem number {word}" for word in "abcdefghijklm"]
    assert points("\n".join(f"{n}. {name}" for n, name in enumerate(names, 1))) == names[:10]


@pytest.mark.parametrize(
    ("reply", "finish", "reason"),
    [
        ("", "stop", "empty"),
        ("I'm sorry, I cannot help with that.", "stop", "refusal"),
        ("The problem is about parabolas and their roots.", "stop", "off format"),
        ('{"points": ["Quadratic formula", "Vie', "length", "truncated"),
        ('{"points": []}', "stop", "off format"),
    ],
)
def test_what_names_no_point_is_refused(reply: str, finish: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        points(reply, finish)


def test_a_list_that_was_cut_off_loses_its_last_name() -> None:
    assert points("1. Quadratic formula\n2. Vieta's formulas\n3. Discrim", "length") == TWO


@pytest.mark.parametrize(
    ("reply", "level"),
    [
        ('{"difficulty": "easy"}', "easy"),
        ('```json\n{"Difficulty": "HARD"}\n```', "hard"),
        ("Difficulty: medium\nIt joins two methods.", "medium"),
        ("**Difficulty level:** Challenging", "hard"),
        ("The difficulty is easy.", "easy"),
        ("Medium.", "medium"),
        ("<think>hard? easy?</think>hard", "hard"),
        ('{"difficulty": "schwierig"}', "hard"),
        ('{"difficulty": "中等"}', "medium"),
    ],
)
def test_difficulty_is_read(reply: str, level: str) -> None:
    assert difficulty(reply) == level


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", "empty"),
        ('{"difficulty": "easy"} or {"difficulty": "hard"}', "two ratings"),
        ('{"difficulty": 3}', "off format"),
        ("This problem needs the quadratic formula.", "off format"),
        ("It is not easy, but not hard.", "off format"),
        ("Sorry, I can't rate this.", "refusal"),
    ],
)
def test_what_says_no_difficulty_is_none(reply: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        difficulty(reply)
