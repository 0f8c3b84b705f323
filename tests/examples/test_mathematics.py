r"""The example corpus: every number recomputed or on the list of those checked by hand."""

import json
import re
from pathlib import Path

import pytest
import sympy
from claims import CHECKED_BY_HAND, CLAIMS
from latex import equal, unit_in_last_place, value

FOLDER = Path(__file__).parents[2] / "examples" / "mathematics"
DOCUMENTS = [json.loads(line) for line in (FOLDER / "documents.jsonl").open(encoding="utf-8")]
TAGS = [json.loads(line) for line in (FOLDER / "concepts.jsonl").open(encoding="utf-8")]
TEXTS = {document["id"]: document["text"] for document in DOCUMENTS}

MARK = re.compile("«(.*?)»")
APPROXIMATELY = re.compile(r"(\\approx|\b[Aa]bout)\s*\$?\s*$")
# What is no claim: exponents, indices, limits of sums; bare 0 and 1; the numbers of parts.
NO_NUMBER = re.compile(
    r"[_^](\d|\{[^{}]*\})|(?<![\d.])[01](?![\d.])|^\s*(\d+\.|\(\d+\))(\s|$)"
    r"|\b([Ee]xample|Lecture|Exercise|Solution|Step|Method|Problem|Section) [\d.]+(?=\D|$)"
)
RELATION = re.compile(r"=|\\approx|\\equiv|\\le\b|\\ge\b|<|>|\\mid\b|\\ne\b")


def unmarked(quote):
    return re.sub("[«»]", "", quote)


def marked(quote):
    """(value, unit) per mark; the unit is None where the value is claimed to be exact."""
    for mark in MARK.finditer(quote):
        rounded = APPROXIMATELY.search(unmarked(quote[: mark.start()]))
        yield value(mark[1]), unit_in_last_place(mark[1]) if rounded else None


def holds(claimed, unit, computed):
    if unit is None:
        return equal(claimed, computed)
    return bool(sympy.Abs(sympy.N(computed, 30) - claimed) <= unit / 2)


def spans(document):
    """Where the quotes of a document stand in its text."""
    quotes = [unmarked(quote) for quote, _ in CLAIMS.get(document, [])]
    quotes += [quote for quote, _ in CHECKED_BY_HAND.get(document, [])]
    starts = [(TEXTS[document].find(quote), len(quote)) for quote in quotes]
    return [(start, start + length) for start, length in starts]


@pytest.mark.parametrize(
    ("document", "quote", "check"),
    [
        pytest.param(document, quote, check, id=f"{document}-{number}")
        for document, claims in CLAIMS.items()
        for number, (quote, check) in enumerate(claims, start=1)
    ],
)
def test_claim_is_recomputed(document, quote, check):
    assert unmarked(quote) in TEXTS[document]
    claims = list(marked(quote))
    assert claims, "nothing is marked"
    if check is None:
        assert len(claims) > 1, "one mark alone agrees with nothing"
        computed = [claims[0][0]] * len(claims)
    else:
        computed = check()
        computed = computed if isinstance(computed, list) else [computed] * len(claims)
    assert len(computed) == len(claims)
    for (claimed, unit), result in zip(claims, computed, strict=True):
        assert holds(claimed, unit, result), f"the text says {claimed}, computed {result}"


def test_what_is_checked_by_hand_stands_in_the_text_with_a_reason():
    for document, entries in CHECKED_BY_HAND.items():
        for quote, reason in entries:
            assert quote in TEXTS[document], (document, quote)
            assert reason, (document, quote)


@pytest.mark.parametrize("document", TEXTS)
def test_every_number_is_covered(document):
    """A formula that relates numbers, and a sentence that holds one, touch a quote."""
    text = TEXTS[document]
    quoted = spans(document)
    assert all(start >= 0 for start, _ in quoted)
    formulas = [m for m in re.finditer(r"\$(.+?)\$", text) if RELATION.search(m[1])]
    sentences = list(re.finditer(r"(?:\$[^$]*\$|[^$\n])+?(?:[.!?;](?=\s)|(?=\n)|$)", text))
    uncovered = [
        piece[0]
        for piece in [*formulas, *sentences]
        if re.search(r"\d", NO_NUMBER.sub(" ", piece[0]))
        and not any(start < piece.end() and piece.start() < end for start, end in quoted)
    ]
    assert not uncovered, "\n".join(uncovered)
