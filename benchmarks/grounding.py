"""Grounding: `ground` beside one Cypher query a set; six concepts of a document make a set."""

from typing import Any

import numpy as np

from benchmarks.sides import Row, against, linked, serving, side
from kgsynth import assets, ids
from kgsynth.concepts.arrays import read_concepts, read_holdings
from kgsynth.steps import ground
from kgsynth.store import Store

SETS, MEMBERS, SAMPLE, WARM = 100_000, 6, 150, 20


def draw(store: Store, number: int) -> list[str]:
    """Writes concept sets, each of six concepts of a random document; their ids."""
    concepts = read_concepts(store)
    held = read_holdings(store, "documents", concepts).matrix
    random = np.random.default_rng(1)
    rows = []
    for ordinal, document in enumerate(random.integers(0, held.shape[0], number)):
        columns = held.indices[held.indptr[document] : held.indptr[document + 1]]
        chosen = random.choice(columns, min(MEMBERS, len(columns)), replace=False).tolist()
        members = [concepts.ids[column] for column in chosen]
        rows.append({"id": ids.set_id("random", members, 1, 0, ordinal), "epoch": 0,
                     "ordinal": ordinal, "domain": "mathematics", "concepts": members,
                     "previous": [None] * len(members)})  # fmt: skip
    store.write("write/concept-sets", rows, size=2_500, strategy="random", seed=1)
    return [each["id"] for each in rows]


def one_by_one(store: Store, sets: list[str]) -> dict[str, Any]:
    """One query a set."""
    text = assets.query("ground/by-jaccard").text
    with store.driver.session() as session:
        found = [session.run(text, sets=[id], top=2).single(strict=True) for id in sets]
    return {each["id"]: each["documents"] for each in found}


def stored(store: Store, sets: list[str]) -> dict[str, Any]:
    rows = store.read_text(
        "MATCH (s:ConceptSet)-[r:GROUNDED_IN]->(d:Document) WHERE s.id IN $ids "
        "WITH s, r, d ORDER BY r.rank RETURN s.id AS id, collect([d.id, r.jaccard]) AS documents",
        {"ids": sets},
    )
    return {each["id"]: each["documents"] for each in rows}


def measure(documents: int) -> list[Row]:
    number = min(SETS, 2 * documents)
    with linked(documents) as folder, serving(folder) as store:
        sets = draw(store, number)
        mine, funnel = side("kgsynth ground, read to written", lambda: ground.ground(store),
                            number, "sets")  # fmt: skip
        assert funnel.kept == number
        one_by_one(store, sets[:WARM])
        sample = sets[WARM : WARM + SAMPLE]
        single, found = side("one Cypher query a set, read only",
                             lambda: one_by_one(store, sample), SAMPLE, "sets",
                             number)  # fmt: skip
        assert found == stored(store, sample)
    return against([mine, single])
