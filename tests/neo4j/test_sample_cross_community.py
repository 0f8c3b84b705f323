"""Pairs across communities on the real server, against networkx; and what a dry run shows."""

import json
from collections import Counter
from functools import partial

import pytest
from planted import Source, expect, plant
from project import Project
from test_sample_combinations import SETS, STEPS, networks, sets, sparse_corpus

from kgsynth import config
from kgsynth.errors import KgsynthError
from kgsynth.steps.link import communities, link
from kgsynth.steps.sample import cross_community, cypher, walk
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j


def crossing(store: Store, source: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Edges that join two communities, and these two."""
    rows = store.read_text("MATCH (c:Concept) RETURN c.id AS id, c.community AS community", {})
    part = {row["id"]: row["community"] for row in rows}
    pairs = [tuple(sorted(edge)) for edge in networks(store, source).edges]
    return {
        (one, other): tuple(sorted((part[one], part[other])))
        for one, other in pairs
        if part[one] != part[other]
    }


def test_across_communities(store: Store) -> None:
    """Each turn takes one of every two communities; all of them are what networkx has."""
    assert cross_community(store, count=True).notes["exist"] == 0
    plant(store, sparse_corpus(15))
    link(store, source="both")
    with pytest.raises(KgsynthError, match="link --communities"):
        cross_community(store, count=True)
    communities(store, gamma=2.0)
    wanted = crossing(store, "both")
    between = len(set(wanted.values()))
    counted = cross_community(store, count=True).notes
    assert counted["exist"] == len(wanted) > 2 * between > 30
    assert counted["in turns of"] == between
    for number, turn in ((between, 1), (between + 1, 2)):
        cross_community(store, sets=number, seed=2)
        joined = Counter(wanted[pair] for pair in sets(store, "cross-community").values())
        assert len(joined) == between and max(joined.values()) == turn
    few = sets(store)
    assert cross_community(store, sets=between, seed=2).nothing_to_do
    # Another seed takes none of these, and the rest is what is missing.
    assert cross_community(store, sets=10, seed=3).kept == 10
    assert cross_community(store, all=True).kept == len(wanted) - between - 11
    assert few.items() <= sets(store).items()
    assert sorted(sets(store).values()) == sorted(wanted)
    again = cross_community(store, sets=len(wanted), seed=2)
    assert again.nothing_to_do and "are used" in again.notes["stopped"]
    # What is to be looked at: of every two communities one pair.
    rows = store.read("sample/cross-community", domain="mathematics", limit=1_000)
    assert sorted(wanted[tuple(row["concepts"])] for row in rows) == sorted(set(wanted.values()))
    assert [row["r"]["weight"] for row in rows] == sorted(
        (row["r"]["weight"] for row in rows), reverse=True
    )
    assert cross_community(store, source="problems", count=True).notes["exist"] == len(
        crossing(store, "problems")
    )
    # A point that came later has no community yet.
    plant(store, [Source("later", {"New": ["point 0", "novel"]})])
    link(store, source="both")
    with pytest.raises(KgsynthError, match=r"^1 knowledge points .* --communities"):
        cross_community(store)


def test_across_communities_by_weight(store: Store) -> None:
    sources = sparse_corpus(17)
    plant(store, sources)
    link(store, source="both")
    communities(store)
    wanted = crossing(store, "both")
    counted = expect(sources)
    weights = {
        (left, right): count
        for (_, left, right), count in (counted.documents + counted.problems).items()
        if (left, right) in wanted
    }
    assert len(weights) == len(wanted) < sum(weights.values())
    assert cross_community(store, repeat=True, all=True).kept == sum(weights.values())
    assert Counter(sets(store).values()) == Counter(weights)


def everything(store: Store) -> dict[str, object]:
    rows = store.read_text("MATCH (n) RETURN n.id AS id, properties(n) AS held", {})
    return {row["id"]: row["held"] for row in rows}


def test_dry_run_draws_what_would_be_written(store: Store) -> None:
    plant(store, sparse_corpus(19))
    link(store)
    communities(store)
    names = {
        row["id"]: row["name"]
        for row in store.read_text("MATCH (c:Concept) RETURN c.id AS id, c.name AS name", {})
    }
    query = "MATCH (a:Topic)-[:COVERS]->(b) RETURN [a, b] AS concepts ORDER BY a.id, b.id"
    steps = [partial(step, sets=20) for step in (*STEPS.values(), cross_community)]
    steps += [partial(walk, epochs=1), partial(cypher, query=query, sets=20)]
    for step in steps:
        before = everything(store)
        dry = step(store, dry_run=True)
        assert everything(store) == before
        examples = dry.notes.pop("examples")
        assert step(store) == dry
        written = {
            row["id"]: [names[member[2]] for member in row["members"]]
            for row in store.read_text(SETS, {})
        }
        new = [members for id, members in written.items() if id not in before]
        assert len(new) == dry.kept > 4
        assert len(examples) == 5 and all(members in new for members in examples)
        again = step(store, dry_run=True)
        assert again.kept == 0 and not again.notes.get("examples")


def test_as_commands(store: Store, connection: config.Connection, tmp_path) -> None:  # type: ignore[no-untyped-def]
    plant(store, sparse_corpus(13))
    link(store)
    communities(store)
    project = Project(tmp_path, connection)
    draw = project.command("sample", "cross-community", "--sets", "7")
    shown = project.run([*draw, "--dry-run"])
    assert "7 in, 7 kept" in shown and shown.count("would be drawn: ") == 5
    assert sets(store) == {}
    made = json.loads(project.run([*draw, "--json"]))
    assert (made["in"], made["kept"]) == (7, 7)
    assert len(sets(store, "cross-community")) == 7
    queried = project.command("sample", "cypher", "sample/cross-community", "--sets", "3")
    assert "3 kept" in project.run(queried)
