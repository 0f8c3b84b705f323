"""What the domains that come along consist of: prompts, syllabi, personas, examples."""

import json
import re
from pathlib import Path

import pytest

from kgsynth import assets
from kgsynth.errors import UsageError

EXAMPLES = Path(__file__).parents[2] / "examples"
DOMAINS = ("mathematics", "code")
LEVELS = {
    "Primary school", "Middle school", "High school", "College", "Graduate school", "Competition",
}  # fmt: skip
STEPS = [
    name
    for name in assets.names("prompts")
    if assets.prompt(name).paper.startswith("SynthLLM") and "." not in name
]


@pytest.mark.parametrize("domain", DOMAINS)
def test_syllabi_reach_from_school_to_graduate_courses(domain: str) -> None:
    units = assets.domain_lines(domain, "syllabi")
    assert len(set(units)) == len(units) >= 80
    parts = [unit.split(": ", 2) for unit in units]
    assert all(len(part) == 3 and len(part[2].split()) >= 5 for part in parts)
    assert {level for level, _, _ in parts} == LEVELS
    assert len({unit for _, unit, _ in parts}) == len(units)


@pytest.mark.parametrize("domain", DOMAINS)
def test_personas_are_many_and_each_one_person(domain: str) -> None:
    personas = assets.domain_lines(domain, "personas")
    assert len(set(personas)) == len(personas) >= 120
    for persona in personas:
        assert re.match(r"An? |The ", persona), persona
        assert 13 <= len(persona.split()) <= 30, persona
    # No two begin alike: a list that says one thing in many names would show here.
    assert len({" ".join(persona.split()[:4]) for persona in personas}) > 0.95 * len(personas)


def test_a_domain_without_a_file_is_told() -> None:
    with pytest.raises(UsageError, match=r"domains/geology/personas.txt"):
        assets.domain_lines("geology", "personas")


@pytest.mark.parametrize("domain", DOMAINS)
def test_example_documents_and_tags_belong_together(domain: str) -> None:
    documents, tags = (
        [json.loads(line)["id"] for line in (EXAMPLES / domain / name).read_text().splitlines()]
        for name in ("documents.jsonl", "concepts.jsonl")
    )
    assert documents == tags and len(documents) >= 15


@pytest.mark.parametrize("name", STEPS)
def test_every_prompt_has_a_variant_for_code(name: str) -> None:
    """It takes what the general one takes, is read alike, and does not speak of mathematics."""
    general, variant = assets.prompt(name), assets.prompt(name, "code")
    assert variant.name == f"{name}.code"
    assert set(variant.inputs) == set(general.inputs)
    own = ("form", "forms", "schema")
    assert {k: v for k, v in variant.meta.items() if k not in own} == {
        k: v for k, v in general.meta.items() if k not in own
    }
    assert "mathemat" not in variant.shown(dict.fromkeys(variant.inputs, "")).casefold()


QUESTION = """\
<question>
Write a Python function `f(a)` that returns true for a > 3 and compares nothing else.
```python
# Solution: what is missing here?
def f(a):
    return a << 1 < 7

print(f(2))
```
What does it print?
</question>
"""
ANSWER = """\
<solution>
The shift doubles a, so a < 3.5 is what is compared.

```python
# a comment
def f(a):
    return a << 1 < 7
```
That is the whole of it.
Final answer: `a < 4 and b > 2`
</solution>"""


def test_forms_let_code_pass() -> None:
    for name in STEPS:
        form = assets.prompt(name, "code").meta.get("form")
        if name.startswith("question/") and "Origin" in form:
            said = "<question>\nOrigin: created\nLevel: College\nSubject: C++\n"
            assert re.fullmatch(form, QUESTION.replace("<question>\n", said).rstrip())
        elif name.startswith("question/"):
            assert re.fullmatch(form, QUESTION.rstrip()), name
        elif name.startswith("answer/"):
            assert re.fullmatch(form, ANSWER), name


@pytest.mark.parametrize(
    ("term", "fits"),
    [
        *((term, True) for term in (
            "C++", "C#", "F#", "Go", "O(n log n)", "O(n^2)", "2-SAT", "std::vector", "A* search",
            "lru_cache", "Dijkstra's algorithm", "TCP/IP", "Node.js", "x86-64", "Hash tables",
        )),
        *((term, False) for term in ("====", "<b>", "a\\b", '"a', "...", "a[b]", "{x}")),
    ],
)  # fmt: skip
def test_terms_of_programming_fit_the_schema(term: str, fits: bool) -> None:
    pattern = assets.prompt("tag/concepts", "code").meta["schema"]["properties"]["subject"]
    assert bool(re.search(pattern["pattern"], term)) == fits
