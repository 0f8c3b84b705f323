"""Ratings and passages as models really write them; personal data among formulas."""

import pytest

from kgsynth import parse
from kgsynth.parse import ParseError
from kgsynth.selection import personal, rules

GOOD = {"relevance": 8.0, "clarity": 7.0, "language": 9.0}


@pytest.mark.parametrize(
    "reply",
    [
        '{"relevance": 8, "clarity": 7, "language": 9}',
        '```json\n{"relevance": 8, "clarity": 7, "language": 9,}\n```',
        'Sure! Here is my rating: {"Relevance": "8/10", "Clarity": "7", "Language Quality": 9.0}. ',
        '<think>maybe {"relevance": 1}</think>{"relevance": 8, "clarity": 7, "language": 9}',
        '{"ratings": {"relevance": {"score": 8, "reason": "on it"}, "clarity": {"score": 7}, '
        '"language": {"score": 9}}}',
        "Relevance: 8/10\nClarity: 7/10\nLanguage: 9/10",
        "**Relevance**: 8\n**Clarity:** 7 out of 10\n- Language quality – 9",
        "Relevance (to mathematics): 8. Clarity: 7. Language: 9.",
        "| relevance | 8 |\n| clarity | 7 |\n| language | 9 |",
        "The relevance is 8 because of its proofs. Clarity is 7. Language score: 9",
        "Relevanz: 8\nKlarheit: 7\nSprache: 9",
        "Pertinence : 8/10\nClarté : 7/10\nLangue : 9/10",
        "相关性：8\n清晰度：7\n语言质量：9",
        '{"relevance": 8, "clarity": 7, "language": 9}\n'
        'Again: {"relevance": 8, "clarity": 7, "language": 9}',
    ],
)
def test_a_rating_is_read_however_it_is_said(reply: str) -> None:
    assert parse.ratings(reply) == GOOD


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", "empty"),
        ("I cannot rate this document.", "refusal"),
        ("8, 7, 9", "off format"),
        ("A fine text; I liked it.", "off format"),
        ('{"relevance": 8, "clarity": 7}', "criterion missing"),
        ("Relevance: 8\nClarity: good\nLanguage: 9", "criterion missing"),
        ('{"relevance": 8, "clarity": null, "language": 9}', "out of range"),
        ('{"relevance": 8, "clarity": 11, "language": 9}', "out of range"),
        ('{"relevance": 0, "clarity": 7, "language": 9}', "out of range"),
        ('{"relevance": -8, "clarity": 7, "language": 9}', "out of range"),
        ('{"relevance": 1e999, "clarity": 7, "language": 9}', "out of range"),
        ('{"relevance": true, "clarity": 7, "language": 9}', "out of range"),
        ("Relevance: 4/5\nClarity: 4/5\nLanguage: 5/5", "out of range"),
        ("Relevance: 80%\nClarity: 7\nLanguage: 9", "criterion missing"),
        ("Relevance: 8\nClarity: 7\nLanguage: 9\nOn reflection, relevance: 5",
         "two ratings of one criterion"),
        ('{"relevance": 1, "clarity": 1, "language": 1} {"relevance": 9, "clarity": 9, '
         '"language": 9}', "two ratings of one criterion"),
    ],
)  # fmt: skip
def test_what_is_no_rating_is_no_vote(reply: str, reason: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse.ratings(reply)
    assert refused.value.reason == reason


def test_a_cut_off_rating_is_no_vote() -> None:
    with pytest.raises(ParseError, match="truncated"):
        parse.ratings('{"relevance": 8, "clarity": 7, "lang', "length")


PROSE = "A prime has exactly two divisors. " * 8


@pytest.mark.parametrize(
    "reply",
    [
        f"<text>\n{PROSE}\n</text>",
        f"Sure! Here is a page:\n\n<text>\n{PROSE}\n</text>\nI hope it helps.",
        f"Here is the text you asked for:\n\n{PROSE}",
        f"```\n{PROSE}\n```",
    ],
)
def test_a_passage_is_read_without_what_stands_around_it(reply: str) -> None:
    words = [f"{n} is what the line number {n} of this page says." for n in range(8)]
    varied = " ".join(words)
    assert parse.passage(reply.replace(PROSE, varied)) == varied


@pytest.mark.parametrize(
    ("reply", "finish", "reason"),
    [
        ("<text>Two words.</text>", "stop", "too short"),
        ("<text></text>", "stop", "empty"),
        ("<text>\nA page that finds no end, and so", "length", "truncated"),
        ("I'm sorry, but I cannot write that.", "stop", "refusal"),
        (PROSE * 20, "stop", "repeats itself"),
    ],
)
def test_what_is_no_passage(reply: str, finish: str, reason: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse.passage(reply, finish)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to jane.doe+x@mail.example.org.", "Write to [e-mail]."),
        ("IBAN DE89 3704 0044 0532 0130 00, thanks", "IBAN [bank account], thanks"),
        ("card 4111 1111 1111 1111, or 4111111111111111.", "card [card], or [card]."),
        ("from 93.184.216.34 or 2001:4860:4860::8888", "from [IP address] or [IP address]"),
        ("+49 30 901820, (650) 253-0000, 650-253-0000", "[phone], [phone], [phone]"),
    ],
)
def test_personal_data_is_masked_once(text: str, masked: str) -> None:
    found, counts = personal.mask(text)
    assert found == masked and counts.total() == masked.count("[")
    assert personal.mask(found) == (found, {})


@pytest.mark.parametrize(
    "text",
    [
        "pi = 3.1415926535897932384626433, e = 2.718281828459045235",
        "$2^{31} - 1 = 2147483647$ is prime; 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144",
        "Section 2.3.1.4, and the address 127.0.0.1 of the machine itself, 10.11.12.13",
        "q @ k.transpose(1, 2), X@W.shape[0], x@y",
        "641 * 6700417 = 4294967297; ratio 1:2:3:4:5; 1 + 650 - 253 = 398",
        "4111 1111 1111 1112 fails its check sum, and so does DE89 3704 0044 0532 0130 01",
    ],
)
def test_formulas_are_no_personal_data(text: str) -> None:
    assert personal.mask(text) == (text, {})


def test_without_a_region_a_phone_number_needs_its_country() -> None:
    assert personal.mask("+1 650-253-0000 or 650-253-0000", None)[0] == "[phone] or 650-253-0000"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We compute $\\int_0^1 x\\,dx = \\frac12$ by the fundamental theorem of calculus.", "en"),
        ("Eine Gruppe ist eine Menge mit einer assoziativen Verknüpfung.", "de"),
        ("La dérivée de $x^2$ est $2x$ pour tout nombre réel.", "fr"),
        ("设x为实数。求方程的解。", "zh"),
        ("$x^2 + y^2 = z^2$", None),
        ("1 2 3 4", None),
    ],
)
def test_a_language_is_told_without_the_formulas(text: str, code: str | None) -> None:
    assert rules.language(text) == code
    assert rules.spoken(rules.Text("1", text, "pt-BR")) == "pt"
