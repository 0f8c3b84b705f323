"""What models say of concepts: judgements out of JSON, and what is none."""

import pytest

from kgsynth import parse
from kgsynth.parse import ParseError
from kgsynth.parse.read_concepts import QUALITIES, Said


@pytest.mark.parametrize("label", QUALITIES)
def test_quality_in_any_dress(label: str) -> None:
    reply = (
        f'<think>Hm.</think>Sure:\n```json\n{{"reason": " It  is so. ", "verdict": "{label}"}}\n```'
    )
    assert parse.concept_quality(reply) == Said(label, "It is so.")
    assert parse.concept_quality(f'{{"Verdict": "{label.upper()}"}}') == Said(label, None)


@pytest.mark.parametrize(("said", "value"), [
    ("true", True), ("false", False), ('"yes"', True), ('"No."', False), ('"different"', False),
])  # fmt: skip
def test_pair(said: str, value: bool) -> None:
    assert parse.concept_pair(f'{{"same": {said}, "reason": "x"}}') == Said(value, "x")


def test_name_with_latex() -> None:
    assert (
        parse.concept_name(r'{"name": "Angle $\theta$", "reason": "x"}').value == r"Angle $\theta$"
    )


@pytest.mark.parametrize(("parser", "reply", "reason"), [
    ("concept-quality", '{"verdict": "fine, I think"}', "off format"),
    ("concept-quality", '{"verdict": "good"} or {"verdict": "vague"}', "two judgements"),
    ("concept-quality", "", "empty"),
    ("concept-pair", '{"same": 1}', "off format"),
    ("concept-pair", '{"same": null}', "off format"),
    ("concept-pair", "I'm sorry, I cannot help.", "refusal"),
    ("concept-name", '{"name": ""}', "off format"),
    ("concept-name", '{"name": "..."}', "off format"),
    ("concept-name", '{"name": 7}', "off format"),
])  # fmt: skip
def test_what_is_no_judgement_is_no_vote(parser: str, reply: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        parse.parser(parser)(reply, "stop")


def test_cut_off_is_said() -> None:
    with pytest.raises(ParseError, match="truncated"):
        parse.concept_pair('{"reason": "they are', "length")
