"""What questions are made from: which sources a method takes, and how the model sees them.

A method's prompt names its source (`source:` in the front matter); a further kind of source is one
more entry of `SOURCES`.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import gcd
from typing import Any

from kgsynth import assets
from kgsynth.calls.pending import fence
from kgsynth.calls.tasks import Item
from kgsynth.ids import content_id, normalise_name, seed_from
from kgsynth.store import Row

# Combinations of key concepts that are drawn for one call, and how many concepts each holds.
COMBINATIONS = 5
SIZES = (2, 3)


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of source: the queries that find it and read it, and how it becomes an item.

    `again`: it may be asked about until it has brought so many questions; then the query takes
    `wanted`, `most` and `unsuitable` too. `parameters` are further ones of the query, `said` names
    those that the prompt's front matter says. `make` takes a row, the ordinal of the call and what
    `prepare` returns for a domain and seed.
    """

    pending: str
    inputs: str
    make: Callable[[Row, int, Any], Item]
    again: bool = True
    parameters: Mapping[str, Any] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    prepare: Callable[[str, int], Any] = lambda domain, seed: seed


def concept_set(row: Row, ordinal: int, seed: int) -> Item:
    """A concept set with its documents; repeated concepts once."""
    concepts = list({concept["id"]: concept for concept in row["concepts"]}.values())
    documents = "\n\n".join(
        fence(f"document-{place}", document["text"])
        for place, document in enumerate(row["documents"], start=1)
    )
    listed = "\n".join(
        [
            "Topics:",
            *(f"- {one['name']}" for one in concepts if one["topic"]),
            "Key concepts:",
            *(f"- {one['name']}" for one in concepts if not one["topic"]),
        ]
    )
    used = (row["id"], *(document["id"] for document in row["documents"]))
    return Item(
        row["id"],
        {"concepts": listed, "documents": documents},
        used,
        _context(row, concepts) | {"roles": ["concepts", *["reference"] * len(row["documents"])]},
    )


def knowledge_points(row: Row, ordinal: int, seed: int) -> Item:
    """The concepts of a set alone; a question on them needs all of them (GSDP, section 2.4)."""
    concepts = list({concept["id"]: concept for concept in row["concepts"]}.values())
    listed = "\n".join(f"- {concept['name']}" for concept in concepts)
    every = [concept["id"] for concept in concepts]
    return Item(
        row["id"],
        {"points": listed},
        (row["id"],),
        _context(row, concepts) | {"roles": ["concepts"], "tests": every},
    )


def document(row: Row, ordinal: int, seed: int) -> Item:
    """A document alone (SynthLLM, level 1)."""
    return Item(
        row["id"],
        {"document": fence("document", row["text"])},
        (row["id"],),
        {"domain": row["domain"], "by_name": {}, "roles": ["reference"], "text": row["text"]},
    )


def tagged_document(row: Row, ordinal: int, seed: int) -> Item:
    """A document with its topics and the key concepts under each (SynthLLM, level 2)."""
    points = [one for one in row["concepts"] if not one["topic"]]
    lines: list[str] = []
    placed: set[str] = set()
    for topic in (one for one in row["concepts"] if one["topic"]):
        below = [one for one in points if not set(topic["ids"]).isdisjoint(one["topics"])]
        placed.update(one["id"] for one in below)
        lines += [f"Topic: {topic['name']}", *(f"- {one['name']}" for one in below)]
    loose = [f"- {one['name']}" for one in points if one["id"] not in placed]
    lines += ["Further key concepts:", *loose] if loose else []
    return _with_concepts(row, "\n".join(lines))


def drawn_document(row: Row, ordinal: int, seed: int) -> Item:
    """A document with seeded combinations of two or three of its key concepts, one a question.

    Every combination of the size drawn is as likely as any other; within one call none comes
    twice (SynthLLM, equation 4, with the random selection made here and not by the model).
    """
    points = [one for one in row["concepts"] if not one["topic"]]
    draw = random.Random(seed_from("combinations", row["id"], ordinal, seed))
    drawn: list[tuple[int, ...]] = []
    for _ in range(4 * COMBINATIONS):  # a document of few concepts has few combinations
        size = min(draw.choice(SIZES), len(points))
        one = tuple(sorted(draw.sample(range(len(points)), size)))
        if one not in drawn:
            drawn.append(one)
        if len(drawn) == COMBINATIONS:
            break
    lines = [
        f"Question {number}: {'; '.join(points[place]['name'] for place in places)}"
        for number, places in enumerate(drawn, start=1)
    ]
    return replace(_with_concepts(row, "\n".join(lines)), seed=seed)


def question(row: Row, ordinal: int, seed: int) -> Item:
    """A question that was found in a document (SynthLLM, appendix B: rephrase augmentation)."""
    return Item(
        row["id"],
        {"question": fence("question", row["text"])},
        (row["id"],),
        {
            "domain": row["domain"],
            "by_name": {},
            "roles": ["question"],
            "kept": {"level": row["level"], "subject": row["subject"]},
        },
    )


@dataclass(frozen=True, slots=True)
class Personas:
    """The personas of a domain in order of id, and the seed they are drawn with."""

    ids: Sequence[str]
    texts: Sequence[str]
    seed: int


def personas(domain: str, seed: int) -> Personas:
    """The lines of `domains/DOMAIN/personas.txt`. Raises UsageError where there are none."""
    texts = {persona_id(text): text for text in assets.domain_lines(domain, "personas")}
    ids = sorted(texts)
    return Personas(ids, [texts[id_] for id_ in ids], seed)


def persona_id(text: str) -> str:
    """Id of a `Persona`."""
    return content_id("Persona", text)


def question_and_persona(row: Row, ordinal: int, drawn: Personas) -> Item:
    """A question with a persona, drawn evenly; none comes twice before all have come once.

    The ordinals of a question run through all personas: from a drawn one on, in drawn steps that
    have no divisor in common with their number.
    """
    number = len(drawn.ids)
    draw = random.Random(seed_from("persona", row["id"], drawn.seed))
    start, step = draw.randrange(number), draw.randrange(1, number + 1)
    while gcd(step, number) != 1:
        step = draw.randrange(1, number + 1)
    place = (start + ordinal * step) % number
    item = question(row, ordinal, drawn.seed)
    return Item(
        item.source,
        {**item.inputs, "persona": drawn.texts[place]},
        (row["id"], drawn.ids[place]),
        {**item.context, "persona": drawn.ids[place]},
        seed=drawn.seed,
    )


def _with_concepts(row: Row, listed: str) -> Item:
    shown = document(row, 0, 0)
    return Item(
        shown.source,
        {**shown.inputs, "concepts": listed},
        shown.used,
        {**_context(row, row["concepts"]), "roles": shown.context["roles"]},
    )


def _context(row: Row, concepts: Sequence[Row]) -> Row:
    return {
        "domain": row["domain"],
        "by_name": {normalise_name(concept["name"]): concept["id"] for concept in concepts},
    }


_TAGGED = partial(Source, "pending/generate-document", "inputs/tagged-document")
SOURCES: dict[str, Source] = {
    "concept-set": Source(
        "pending/generate-concept-set", "inputs/concept-set", concept_set, again=False
    ),
    "knowledge-points": Source(
        "pending/generate-points",
        "inputs/concept-set",
        knowledge_points,
        again=False,
        said=("strategies",),
    ),
    "document": Source(
        "pending/generate-document", "inputs/document", document, parameters={"tagged": False}
    ),
    "tagged-document": _TAGGED(tagged_document, parameters={"tagged": True}),
    "drawn-document": _TAGGED(drawn_document, parameters={"tagged": True}),
    "question": Source("pending/generate-question", "inputs/question", question),
    "question-and-persona": Source(
        "pending/generate-question", "inputs/question", question_and_persona, prepare=personas
    ),
}
