"""Votes of judges as models really write them, and what is no vote."""

import time

import pytest

from kgsynth import parse
from kgsynth.parse import ParseError

SCORES: list[tuple[str, float]] = [
    ('{"reason": "fine", "score": 0.9}', 0.9),
    ('```json\n{"score": 0.9,}\n```', 0.9),
    ('Sure! {"Score": "9/10"} That is my score.', 0.9),
    ('{"evaluation": {"score": "90%", "explanation": "clear"}}', 0.9),
    ('<think>Maybe {"score": 0.1}.</think>{"score": 0.9}', 0.9),
    ('{"reason": "uses $\\frac{1}{2}$", "score": 0.9}', 0.9),
    ('{"Evaluation Score": 0.9, "Explanation": "good"}', 0.9),
    ("Evaluation Score: 0.9\n\nExplanation: it covers both points.", 0.9),
    ("**Evaluation Score:** 0.9\n\n**Explanation:** fine, 1 of 2 parts is easy.", 0.9),
    ("## Score\n: **0.90**", 0.9),
    ("Score (0-1): .9", 0.9),
    ("Score: 0.9/1.0", 0.9),
    ("Final score = 90 %", 0.9),
    ("Score: 4.5 out of 5", 0.9),
    ("A score of 1 would mean no fault at all.\nOverall Score: 0.9", 0.9),
    ("I would give this problem a score of 0.9 because it is clear.", 0.9),
    ("The score is 0.9.", 0.9),
    ("0.9", 0.9),
    ("**0.9**", 0.9),
    ("Bewertung: 0,9\nBegründung: klar.", 0.9),
    ("评分：0.9\n解释：问题清楚。", 0.9),
    ("得分为0.9", 0.9),
    ("Оценка: 0,9", 0.9),
    ("Puntuación: 9/10", 0.9),
    ("Note : 0,9", 0.9),
    ('{"score": 1}', 1.0),
    ("Score: 0", 0.0),
    ('{"score": 0.9} and once more {"score": 0.9}', 0.9),
]  # fmt: skip
NO_SCORES: list[tuple[str, str]] = [
    ("", "empty"),
    ("<think>hm</think>", "empty"),
    ("I'm sorry, but I cannot score this.", "refusal"),
    ("The problem is nice.", "off format"),
    ('{"reason": "nice"}', "off format"),
    ("Score: high", "off format"),
    ("Score: [0-1]", "off format"),
    ("Score: 0.8-0.9", "off format"),
    ("It has 3 parts and 0.9 litres of water.", "off format"),
    ('{"score": 9}', "out of range"),
    ('{"score": -0.5}', "out of range"),
    ('{"score": 1e999}', "out of range"),
    ('{"score": null}', "out of range"),
    ('{"score": true}', "out of range"),
    ('{"score": "high"}', "out of range"),
    ("Score: 85", "out of range"),
    ("Score: 11/10", "out of range"),
    ("Score: 1/0", "out of range"),
    ("Score: 0.9\nOn reflection:\nScore: 0.4", "two scores"),
    ('{"score": 0.9}{"score": 0.4}', "two scores"),
    ('{"score": 0.9, "rating": 0.4}', "two scores"),
]
RIGHT = [
    '{"reason": "all steps hold", "correct": true}',
    '```json\n{"correct": "True"}\n```',
    '{"is_correct": true, "answer": 42}',
    '{"correct": true, "incorrect": false}',
    '{"correct": 1}',
    '{"evaluation": {"verdict": "correct"}}',
    '<think>The step is wrong? No: {"correct": false} would be.</think>{"correct": true}',
    "Answer: True\n\nExplanation: no step is wrong.",
    "**Answer:** True",
    "Answer: **Correct**",
    "Final judgement: yes",
    "Is the solution correct? Yes",
    "True",
    "True.\nEvery step was checked.",
    "**True**\n\nIt is false that x = 2, as the solution says.",
    "The provided solution is correct.",
    "After checking every step, the solution is therefore correct.",
    "Antwort: Wahr",
    "Die Lösung ist korrekt.",
    "答案：正确",
    "该解答是正确的。",
    "Ответ: верно",
    "Réponse : vrai",
    "Respuesta: verdadero",
]
WRONG = [
    '{"reason": "3 times 4 is 12", "correct": false}',
    '{"correct": "no"}',
    '{"wrong": true}',
    '{"verdict": "incorrect"}',
    '{"correct": 0}',
    "Answer: False\n\nExplanation: the solution would be right for x > 0.",
    "Answer: not correct",
    "Incorrect",
    "False, the second step divides by zero.",
    "The solution is not correct.",
    "The given solution is incorrect: 2 + 2 = 4.",
    "Die Lösung ist nicht korrekt.",
    "答案：不正确",
    "判断：错误",
    "Вывод: неверно",
    "La solution est incorrecte.",
]
NEITHER: list[tuple[str, str]] = [
    ("", "empty"),
    ("I cannot judge this.", "refusal"),
    ("The first step is correct.", "off format"),
    ("It depends.", "off format"),
    ('{"correct": "partially"}', "off format"),
    ('{"correct": null}', "off format"),
    ("True or False", "off format"),
    ("Answer: {True or False}", "off format"),
    ("Answer: 42", "off format"),
    ("Answer: True/False", "says both"),
    ("Answer: True but the second step is wrong", "says both"),
    ('{"correct": "yes, except for the last step"}', "says both"),
    ('{"correct": true, "incorrect": true}', "says both"),
    ('{"correct": true} or {"correct": false}', "says both"),
    ("Answer: True\nAnswer: False", "says both"),
    ("The solution is correct. No, the solution is incorrect.", "says both"),
    ('{"correct": false, "answer": "true"}', "says both"),
]
SEVERAL: list[tuple[str, dict[int, bool]]] = [
    ('{"answers": [{"answer": 1, "correct": true}, {"answer": 2, "correct": false}]}',
     {1: True, 2: False}),
    ('{"answers": [{"number": "Answer 1", "verdict": "correct"}, {"number": 2, "wrong": true}]}',
     {1: True, 2: False}),
    ('{"1": true, "2": "incorrect"}', {1: True, 2: False}),
    ('{"answer_1": {"correct": true}, "answer_2": {"correct": false}}', {1: True, 2: False}),
    ("Answer 1: correct\nAnswer 2: incorrect", {1: True, 2: False}),
    ("**Answer 1**: True\n**Answer 2**: False", {1: True, 2: False}),
    ("1. correct\n2. wrong", {1: True, 2: False}),
    ("- Answer 1 is correct\n- Answer 2 is not correct", {1: True, 2: False}),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "score"), SCORES)
def test_a_score_is_read_however_it_is_said(reply: str, score: float) -> None:
    assert parse.score(reply).score == pytest.approx(score)


@pytest.mark.parametrize(("reply", "reason"), NO_SCORES)
def test_what_is_no_score_is_no_vote(reply: str, reason: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse.score(reply)
    assert refused.value.reason == reason


@pytest.mark.parametrize("reply", RIGHT)
def test_correct_is_read_however_it_is_said(reply: str) -> None:
    assert parse.correctness(reply).score == 1


@pytest.mark.parametrize("reply", WRONG)
def test_not_correct_is_read_however_it_is_said(reply: str) -> None:
    assert parse.correctness(reply).score == 0


@pytest.mark.parametrize(("reply", "reason"), NEITHER)
def test_what_is_no_judgement_is_no_vote(reply: str, reason: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse.correctness(reply)
    assert refused.value.reason == reason


@pytest.mark.parametrize(("reply", "judged"), SEVERAL)
def test_several_answers_are_judged_by_number(reply: str, judged: dict[int, bool]) -> None:
    assert parse.judgements(reply) == judged


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("Answer 1: correct\nAnswer 1: wrong", "two judgements of one answer"),
        ('{"answers": []}', "off format"),
        ("All are fine.", "off format"),
        ("Answer 1: correct or wrong", "says both"),
    ],
)
def test_judgements_that_contradict_are_none(reply: str, reason: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse.judgements(reply)
    assert refused.value.reason == reason


def test_the_reason_of_a_vote_is_kept_with_its_formulas() -> None:
    read = parse.score('{"reason": "Uses $\\\\frac{1}{2}$ well.", "score": 1}')
    assert read.reason == "Uses $\\frac{1}{2}$ well."
    assert parse.correctness('{"reason": " ", "correct": true}').reason is None


@pytest.mark.parametrize("reader", [parse.score, parse.correctness])
def test_a_vote_that_is_cut_off_is_none(reader) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ParseError) as refused:
        reader('{"reason": "The first step says that', "length")
    assert refused.value.reason == "truncated"


@pytest.mark.parametrize(
    "piece",
    ["\n", " ", "*", "score ", "score:", "answer:\n", "1.\n", "{", "the solution is ", "-1"],
)
def test_no_reply_takes_for_ever(piece: str) -> None:
    since = time.process_time()
    for reader in (parse.score, parse.correctness, parse.judgements):
        with pytest.raises(ParseError):
            reader("x" + piece * (90_000 // len(piece)))
    assert time.process_time() - since < 10
