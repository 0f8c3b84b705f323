"""The fields of a record: what is taken as it was given, and why a record is refused."""

import pytest

from kgsynth.readers import Fault, Place, Record, fields


def source(values: dict, label: str = "Document") -> fields.Source | Fault:
    return fields.source(Record(Place("f", 1), values), label, "mathematics", 1_000)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "no text"),
        ({"text": None}, "no text"),
        ({"text": ""}, "empty text"),
        ({"text": " \n\u200b\ufeff"}, "empty text"),
        ({"text": "a\0b"}, "holds a NUL byte"),
        ({"text": "a\ud800b"}, "holds a lone surrogate"),
        ({"text": "a", "title": "\udfff"}, "holds a lone surrogate"),
        ({"text": 5}, "wrong type"),
        ({"text": ["a"]}, "wrong type"),
        ({"text": "a", "title": 5}, "wrong type"),
        ({"text": "a", "id": True}, "wrong type"),
        ({"text": "a", "id": float("nan")}, "wrong type"),
        ({"text": "a", "level": float("inf")}, "wrong type"),
        ({"text": "a", "id": {"a": 1}}, "wrong type"),
        ({"text": "a", "id": "x" * 513}, "field too long"),
        ({"text": "a", "url": "x" * 5_000}, "field too long"),
        ({"text": "x" * 1_001}, "text too long"),
        ({"text": "é" * 501}, "text too long"),
        ({"problem": "a"}, "no text"),
    ],
)
def test_fields_that_are_refused(values: dict, reason: str) -> None:
    fault = source(values)
    assert isinstance(fault, Fault)
    assert fault.reason == reason
    str(fault).encode()
    fault.raw.encode()


def test_fields_that_are_taken() -> None:
    found = source({"text": " A\u0301 b ", "id": 10**30, "level": 7, "license": " CC0 ", "x": {}})
    assert isinstance(found, fields.Source)
    assert found.external == str(10**30)
    assert found.properties["text"] == " A\u0301 b ", "as given"
    assert (found.properties["level"], found.properties["licence"]) == ("7", "CC0")
    assert found.words == 2
    same = source({"text": "\u00c1\nb"})
    assert isinstance(same, fields.Source)
    assert same.id == found.id, "NFC and blanks make no other document"


@pytest.mark.parametrize("name", ["text", "problem", "question"])
def test_problem_fields(name: str) -> None:
    found = source({name: "What?", "solution": "Because.", "answer": 42}, "Problem")
    assert isinstance(found, fields.Source)
    assert (found.solution, found.answer) == ("Because.", "42")
    empty = source({"text": "", name: "What?", "solution": " ", "answer": None}, "Problem")
    assert isinstance(empty, fields.Source)
    assert empty.id == found.id
    assert (empty.solution, empty.answer) == (None, None)


def tagged(values: dict) -> fields.Tagged | Fault:
    return fields.tagged(Record(Place("f", 3), values))


def test_tags_keep_the_siblings_of_a_bad_name() -> None:
    topics = {"Algebra": ["Groups", "", "x" * 513, 5, "a\0"], " ": ["Rings"]}
    found = tagged({"id": 7, "topics": topics,
                    "knowledgePoints": ["Fields", None, "\u200b"]})  # fmt: skip
    assert isinstance(found, fields.Tagged)
    assert (found.external, found.topics, found.points) == ("7", {"Algebra": ["Groups"]},
                                                           ["Fields", "Rings"])  # fmt: skip
    assert sorted(fault.reason for fault in found.faults) == [
        "empty name", "empty name", "empty name", "name holds a NUL byte", "name is not text",
        "name is not text", "name too long"]  # fmt: skip
    assert {fault.place.line for fault in found.faults} == {3}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"topics": {"A": []}}, "no id"),
        ({"id": "a"}, "no concept"),
        ({"id": "a", "topics": {}, "knowledgePoints": [""]}, "no concept"),
        ({"id": "a", "topics": ["A"]}, "wrong type"),
        ({"id": "a", "topics": {"A": "B"}}, "wrong type"),
        ({"id": "a", "knowledgePoints": {"A": "B"}}, "wrong type"),
    ],
)
def test_tags_that_are_refused(values: dict, reason: str) -> None:
    fault = tagged(values)
    assert isinstance(fault, Fault)
    assert fault.reason == reason
