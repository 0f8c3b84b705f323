"""`sample walk` on the real server: the law of its steps, and equal sets for equal graphs."""

import math
import random
from collections import Counter

import numpy as np
import pytest
from planted import Expected, Source, corpus, expect, merge, plant, point, topic
from scipy.stats import chi2, chi2_contingency, chisquare

from kgsynth.concepts import gds
from kgsynth.concepts.arrays import Concepts, read_concepts
from kgsynth.concepts.engines import concept_graph, open_engines
from kgsynth.concepts.linked import Linked, read_linked
from kgsynth.concepts.walk import Law, Walks, draw_walks, set_keys, topic_keys
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.steps.link import link
from kgsynth.steps.sample import walk
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j
ENGINES = ["gds", "client"]

SETS = """
MATCH (s:ConceptSet)
RETURN s.id AS id, s.strategy AS strategy, s.seed AS seed, s.epoch AS epoch, s.ordinal AS ordinal,
  s.domain AS domain, s.query AS query,
  COLLECT { MATCH (s)-[r:SAMPLED]->(c) RETURN [r.position, r.previous, c.id] ORDER BY r.position }
    AS members
"""
NEIGHBOURS = """
MATCH (a)-[r:CO_OCCURS_WITH|COVERS]->(b)
RETURN a.id AS left, b.id AS right, r.documentCount AS count, a:Topic AS topic, b:Topic AS other
"""


def stored_sets(store: Store) -> dict[tuple, list]:
    """Members by (seed, epoch, ordinal, start topic)."""
    rows = store.read_text(SETS, {})
    found = {
        (row["seed"], row["epoch"], row["ordinal"], row["members"][0][2]): row["members"]
        for row in rows
    }
    assert len(found) == len(rows)
    return found


def law(store: Store) -> dict[tuple[str, str], dict[str, float]]:
    """p of every step, by kind and source: (count + eps) / sum, from the planted counts."""
    weights: dict[tuple[str, str], dict[str, float]] = {}
    for row in store.read_text(NEIGHBOURS, {}):
        kind = "COVERS" if row["topic"] != row["other"] else "TOPICS" if row["topic"] else "POINTS"
        pairs = [(row["left"], row["right"]), (row["right"], row["left"])]
        for one, other in pairs[:1] if kind == "COVERS" else pairs:
            weights.setdefault((kind, one), {})[other] = row["count"] + 1e-6
    return {
        source: {other: weight / sum(row.values()) for other, weight in row.items()}
        for source, row in weights.items()
    }


def steps_of(walks: Walks, concepts: Concepts) -> dict[tuple[str, str], Counter]:
    """How often walks stepped where, by kind and source."""
    seen: dict[tuple[str, str], Counter] = {}
    row, place = np.nonzero((walks.members >= 0) & (walks.previous >= 0))
    came = walks.members[row, walks.previous[row, place]]
    pairs = Counter(zip(came.tolist(), walks.members[row, place].tolist(), strict=True))
    for (one, other), count in pairs.items():
        kind = "POINTS" if one >= concepts.topics else "COVERS"
        kind = "TOPICS" if other < concepts.topics else kind
        seen.setdefault((kind, concepts.ids[one]), Counter())[concepts.ids[other]] = count
    return seen


def law_of(expected: Expected, source: str, eps: float) -> dict[tuple[str, str], dict[str, float]]:
    """The same from brute-force counts of the sources, stored or not."""
    weights: dict[tuple[str, str], dict[str, float]] = {}
    topics = {left for kind, left, _ in expected.listed}
    for key in set(expected.documents) | set(expected.problems):
        kind, left, right = key
        documents, problems = expected.documents[key], expected.problems[key]
        count = {"documents": documents, "problems": problems, "both": documents + problems}[source]
        if kind != "COVERS":
            kind = "TOPICS" if left in topics else "POINTS"
        for one, other in ((left, right), (right, left))[: 1 if kind == "COVERS" else 2]:
            weights.setdefault((kind, one), {})[other] = count + eps
    return {
        start: {other: weight / sum(row.values()) for other, weight in row.items()}
        for start, row in weights.items()
    }


def many_walks(store: Store, engine: str, times: int, rounds: int) -> tuple[Walks, Concepts]:
    """Walks from each topic, `times` in each of some rounds, drawn and not written."""
    concepts = read_concepts(store)
    linked = concept_graph(store, concepts, read_linked(store))
    starts = np.repeat(linked.able, times)
    names = topic_keys([f"{number}" for number in range(len(starts))])
    parts = []
    with open_engines(store, linked, engine, 7, 4) as engine_for:
        for number in range(rounds):
            keys = set_keys(names, 7, number, 0)
            parts.append(draw_walks(engine_for(number, 0), starts, keys, Law()))
    members = np.concatenate([part.members for part in parts])
    return Walks(members, np.concatenate([part.previous for part in parts])), concepts


def check_steps(
    expected: dict[tuple[str, str], dict[str, float]], walks: Walks, concepts: Concepts, least: int
) -> None:
    """At least so many steps of each kind, by chi-square over all that they start from."""
    seen = steps_of(walks, concepts)
    for kind in ("TOPICS", "COVERS", "POINTS"):
        statistic = freedom = total = 0.0
        for (own, source), counts in seen.items():
            if own != kind:
                continue
            chances = expected[kind, source]
            assert set(counts) <= set(chances)
            number = sum(counts.values())
            total += number
            rare = [other for other in chances if chances[other] * number < 5]
            wanted = [chances[other] * number for other in chances if other not in rare]
            found = [counts[other] for other in chances if other not in rare]
            wanted.append(sum(chances[other] for other in rare) * number)
            found.append(sum(counts[other] for other in rare))
            if wanted[-1] < 5:
                wanted[-2:] = [sum(wanted[-2:])]
                found[-2:] = [sum(found[-2:])]
            if len(wanted) > 1:
                statistic += chisquare(found, wanted).statistic
                freedom += len(wanted) - 1
        assert total > least, kind
        assert chi2.sf(statistic, freedom) > 0.001, kind
        assert chi2.cdf(statistic, freedom) > 0.001, f"{kind}: too even to be drawn"


@pytest.mark.parametrize("engine", ENGINES)
def test_steps_follow_counts(store: Store, engine: str) -> None:
    """At least 100,000 steps of each kind, over hubs and rare concepts."""
    plant(store, corpus(1, 150, topics=20, points=120))
    link(store)
    walks, concepts = many_walks(store, engine, times=900, rounds=5)
    check_steps(law(store), walks, concepts, 100_000)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("pairs", "source", "eps"),
    [
        ("none", "documents", 1e-6),
        ("none", "both", 1.0),
        ("none", "documents", 0.7),
        ("topics", "problems", 1.0),
    ],
)
def test_steps_through_sources_follow_counts(
    store: Store, engine: str, pairs: str, source: str, eps: float
) -> None:
    """The law of all pairs with none stored, through merges, with pairs of no count at all."""
    sources = corpus(11, 60, topics=15, points=50) + corpus(
        12, 40, topics=18, points=60, label="Problem"
    )
    sources += [Source("alone", {"topic 0": ["alone"]}), Source("one", {"topic 1": ["point 3"]})]
    plant(store, sources)
    rejected = sources.pop(0)
    store.write_text("MATCH (d:Document {id: $id}) SET d.status = 'rejected'", {"id": rejected.id})
    merged = {
        point("point 0"): point("point 5"),
        point("point 1"): point("point 0"),
        topic("topic 2"): topic("topic 4"),
    }
    for child, parent in merged.items():
        merge(store, child, parent)
    link(store, pairs=pairs, source=source, eps=eps)
    walks, concepts = many_walks(store, engine, times=500, rounds=4)
    check_steps(law_of(expect(sources, merged), source, eps), walks, concepts, 30_000)
    alone = (walks.members == concepts.column[point("alone")]).any(axis=1)
    points = (walks.members >= concepts.topics).sum(axis=1)[~alone]
    assert set(points.tolist()) <= set(range(5, 8)), "no walk ends early"


def test_gds_streams_of_neighbouring_sources_and_seeds_are_independent(store: Store) -> None:
    """GDS seeds a source with randomSeed + its place: neighbours in either must not agree.

    Every topic has the same 60 neighbours with one count, so that first steps can be compared.
    """
    topics = [f"t{number:02}" for number in range(60)]
    plant(store, [Source("all", {name: ["x"] for name in topics})])
    link(store)
    concepts, rounds = read_concepts(store), 60
    starts = np.arange(60)
    with open_engines(store, concept_graph(store, concepts, Linked()), "gds", 7, 4) as engine_for:
        second = [
            engine_for(number, 0).paths("TOPICS", starts, 2, starts, 0)[:, 1]
            for number in range(rounds)
        ]
    first = (np.array(second) - starts) % 60 - 1
    assert chisquare(np.bincount(first.ravel(), minlength=59)).pvalue > 0.001
    cells = first * 6 // 59
    for shifted in (np.roll(cells, 1, axis=1), np.roll(cells, 1, axis=0)):
        table = np.zeros((6, 6))
        np.add.at(table, (cells.ravel(), shifted.ravel()), 1)
        assert chi2_contingency(table).pvalue > 0.001


@pytest.mark.parametrize("engine", ENGINES)
def test_sets_as_stored(store: Store, engine: str) -> None:
    plant(store, corpus(2, 60))
    link(store)
    funnel = walk(store, epochs=3, sets_per_topic=2, seed=5, engine=engine)
    rows, chances = store.read_text(SETS, {}), law(store)
    topics = {row["id"] for row in store.read_text("MATCH (t:Topic) RETURN t.id AS id", {})}
    assert funnel.kept == len(rows) == 6 * len(topics)
    starts = Counter()
    for row in rows:
        assert (row["strategy"], row["seed"], row["domain"]) == ("walk", 5, "mathematics")
        assert row["query"] is None
        positions, previous, ids = zip(*row["members"], strict=True)
        assert positions == tuple(range(len(ids)))
        assert previous[0] is None and all(before is not None for before in previous[1:])
        starts[row["epoch"], row["ordinal"], ids[0]] += 1
        met = sum(id in topics for id in ids)
        assert set(ids[:met]) <= topics and 2 <= met <= 3, "topic steps visit topics only"
        for id, before in zip(ids[1:], previous[1:], strict=True):
            kind = "TOPICS" if id in topics else "COVERS" if before < met else "POINTS"
            assert chances[kind, ids[before]][id] > 0
    wanted = {(epoch, number, id) for epoch in range(3) for number in range(2) for id in topics}
    assert starts == Counter(wanted), "all topics start equally often"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_thousand_sets_through_one_hub_differ(store: Store, engine: str) -> None:
    spokes = [Source(f"spoke {number}", {f"topic {number}": ["hub"]}) for number in range(1_000)]
    around = [
        Source(f"around {number}", {"rim": ["hub", *(f"p{number}-{n}" for n in range(4))]})
        for number in range(40)
    ]
    plant(store, spokes + around)
    link(store)
    walk(store, epochs=1, engine=engine)
    walks = [
        tuple(id for _, _, id in members[2:])
        for members in stored_sets(store).values()
        if members[1][2] == point("hub")
    ]
    assert len(walks) >= 1_000
    assert len(set(walks)) > 900


def forget(store: Store) -> None:
    store.write_text("MATCH (s:ConceptSet) DETACH DELETE s", {})


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("settings", [{}, {"pairs": "none"}, {"pairs": "topics", "eps": 1.0}])
def test_same_sets_whatever_the_way(store: Store, engine: str, settings: dict) -> None:
    sources = corpus(3, 50)
    sources += [Source("code", {"Sorting": ["Heap", "Stack"]}, domain="code")]
    plant(store, sources)
    link(store, **settings)
    walk(store, epochs=2, sets_per_topic=2, engine=engine, concurrency=1)
    first = stored_sets(store)

    forget(store)
    walk(store, epochs=2, sets_per_topic=2, engine=engine, concurrency=4)
    assert stored_sets(store) == first, "another number of threads"

    some = random.Random(1).sample(sorted(members[0][2] for members in first.values()), 9)
    store.write_text(
        "UNWIND $ids AS id MATCH (s:ConceptSet)-[:SAMPLED {position: 0}]->({id: id}) "
        "DETACH DELETE s",
        {"ids": some},
    )
    assert len(stored_sets(store)) < len(first)
    again = walk(store, epochs=2, sets_per_topic=2, engine=engine)
    assert stored_sets(store) == first, "an interruption"
    assert again.taken == again.kept < len(first)

    forget(store)
    walk(store, epochs=1, engine=engine)
    walk(store, epochs=1, sets_per_topic=2, engine=engine)
    walk(store, epochs=2, sets_per_topic=2, engine=engine, domain="code")
    walk(store, epochs=2, sets_per_topic=2, engine=engine)
    assert stored_sets(store) == first, "bit by bit"

    store.script("write/wipe")
    plant(store, [Source("before", {"Noise": ["n1", "n2"]})])
    store.write_text("MATCH (n) WHERE NOT n:Migration DETACH DELETE n", {})
    plant(store, random.Random(2).sample(sources, len(sources)), shuffle=3)
    link(store, **settings)
    walk(store, epochs=2, sets_per_topic=2, engine=engine)
    assert stored_sets(store) == first, "another order of insertion"

    done = walk(store, epochs=2, sets_per_topic=2, engine=engine)
    assert done.nothing_to_do and stored_sets(store) == first


@pytest.mark.parametrize("engine", ENGINES)
def test_other_epochs_and_seeds_give_other_sets(store: Store, engine: str) -> None:
    plant(store, corpus(4, 60, topics=20, points=120))
    link(store)
    walk(store, epochs=2, seed=1, engine=engine)
    walk(store, epochs=1, seed=2, engine=engine)
    by_key: dict[tuple, list] = {}
    for (seed, epoch, _, start), members in sorted(stored_sets(store).items()):
        by_key.setdefault((seed, epoch), []).append((start, members))
    first = by_key.pop((1, 0))
    for key, others in by_key.items():
        assert [start for start, _ in others] == [start for start, _ in first]
        same = sum(one == other for one, other in zip(first, others, strict=True))
        assert same <= len(first) // 10, key


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("pairs", ["all", "topics", "none"])
def test_isolated_topics_and_concepts(store: Store, engine: str, pairs: str) -> None:
    plant(
        store,
        [
            Source("a", {"No concepts": []}),
            Source("b", {"No topics": ["p", "q", "r"]}),
            Source("c", {"One concept": ["single"]}),
            Source("d", {"Pair": [], "Other": []}),
            Source("e", {"Other": ["p", "q"]}),
            Source("f", {}, ["loose"]),
        ],
    )
    link(store, pairs=pairs)
    funnel = walk(store, epochs=2, engine=engine)
    assert (funnel.taken, funnel.kept) == (10, 6)
    assert funnel.dropped == {"topic without concepts": 4}
    for (_, _, _, start), members in stored_sets(store).items():
        ids = [id for _, _, id in members]
        assert start not in (topic("No concepts"), topic("Pair"))
        if start == topic("No topics"):
            assert set(ids) <= {start, point("p"), point("q"), point("r")} and len(ids) in (5, 6)
        if start == topic("One concept"):
            assert ids == [start, point("single")]
        if start == topic("Other"):
            assert [before for _, before, _ in members if before == 0] == [0, 0]
    again = walk(store, epochs=2, engine=engine)
    assert again.nothing_to_do
    assert again.notes["without a set"] == {"topic without concepts": 4}


@pytest.mark.parametrize("engine", ENGINES)
def test_entry_at_the_last_topic_only(store: Store, engine: str) -> None:
    bare = [Source(f"bare {number}", {"Bare": [], "Beside": []}) for number in range(3)]
    plant(store, [*corpus(5, 40), *bare, Source("d", {"Beside": ["point 0"]})])
    link(store)
    funnel = walk(store, epochs=4, entry="last", engine=engine)
    assert funnel.dropped["last topic without concepts"] > 0
    assert funnel.taken == funnel.kept + sum(funnel.dropped.values())
    topics = {row["id"] for row in store.read_text("MATCH (t:Topic) RETURN t.id AS id", {})}
    for members in stored_sets(store).values():
        met = sum(id in topics for _, _, id in members)
        assert [before for _, before, _ in members[met:] if before < met] == [met - 1]
    assert walk(store, epochs=4, entry="last", engine=engine).nothing_to_do


@pytest.mark.parametrize("engine", ENGINES)
def test_a_bound_on_sets(store: Store, engine: str) -> None:
    """The first of the sets that there are without the bound; more of them later."""
    plant(store, [*corpus(5, 40), Source("bare", {"Bare": []}), Source("b2", {"Bare too": []})])
    link(store)
    bounded = walk(store, epochs=3, sets=16, engine=engine)
    first = stored_sets(store)
    assert bounded.kept == len(first) == 16
    assert bounded.taken == 16 + bounded.dropped["topic without concepts"]
    assert walk(store, epochs=3, sets=16, engine=engine).nothing_to_do
    walk(store, epochs=3, sets=20, engine=engine)
    assert len(stored_sets(store)) == 20
    walk(store, epochs=3, engine=engine)
    whole = stored_sets(store)
    assert {key: whole[key] for key in first} == first
    in_order = sorted(whole, key=lambda key: (key[1], key[3]))
    assert sorted(first, key=lambda key: (key[1], key[3])) == in_order[:16]


def test_stored_sets_stay_when_the_graph_grows(store: Store) -> None:
    plant(store, corpus(6, 40))
    link(store)
    walk(store, epochs=2)
    first = stored_sets(store)
    plant(store, [*corpus(7, 20), Source("new", {"New topic": ["new point", "point 0"]})])
    with pytest.raises(KgsynthError, match=r"2 concepts are not .* `kgsynth link`"):
        walk(store, epochs=2)
    link(store)
    funnel = walk(store, epochs=2)
    grown = stored_sets(store)
    assert funnel.kept == 2 and len(grown) == len(first) + 2
    assert {key: grown[key] for key in first} == first
    assert {key[3] for key in set(grown) - set(first)} == {topic("New topic")}


def test_merged_concepts_are_not_walked(store: Store) -> None:
    plant(store, corpus(8, 40))
    link(store)
    merge(store, point("point 0"), point("point 1"))
    merge(store, topic("topic 0"), topic("topic 1"))
    with pytest.raises(KgsynthError, match=r"2 concepts are not"):
        walk(store)
    link(store)
    for engine in ENGINES:
        walk(store, epochs=2, engine=engine, seed=ENGINES.index(engine))
    walked = {id for members in stored_sets(store).values() for _, _, id in members}
    assert not walked & {point("point 0"), topic("topic 0")}


@pytest.mark.parametrize("engine", ENGINES)
def test_sources_that_were_not_counted(store: Store, engine: str) -> None:
    """Without stored pairs, the sources themselves are walked: they must be those counted."""
    sources = corpus(8, 20)
    plant(store, sources)
    link(store, pairs="none")
    walk(store, epochs=1, engine=engine)
    plant(store, [Source("later", {"topic 0": ["point 0"]})])
    with pytest.raises(KgsynthError, match="2 concepts are held by other sources"):
        walk(store, epochs=2, engine=engine)
    link(store, pairs="none")
    assert walk(store, epochs=2, engine=engine).kept


def test_rare_pairs_are_never_walked(store: Store) -> None:
    plant(store, corpus(1, 150, topics=20, points=120))
    link(store, min_count=2)
    for engine in ENGINES:
        walks, concepts = many_walks(store, engine, times=50, rounds=2)
        expected = law(store)
        for (kind, start), counts in steps_of(walks, concepts).items():
            assert set(counts) <= set(expected[kind, start])


def projections(store: Store) -> list[str]:
    rows = store.read_text("CALL gds.graph.list() YIELD graphName RETURN graphName AS name", {})
    return [row["name"] for row in rows]


def project_leftover(store: Store, name: str) -> None:
    store.read_text(
        "MATCH (a:Topic)-[:COVERS]->(b) RETURN gds.graph.project($name, a, b) AS g", {"name": name}
    )


def test_leftovers_of_killed_runs_are_dropped(store: Store) -> None:
    """A projection whose process is gone is dropped; that of a living one is left alone."""
    import platform
    import subprocess
    import sys

    plant(store, corpus(9, 10))
    link(store)
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    here = platform.node()
    project_leftover(store, f"kgsynth-walk-{here}-{killed.pid}-0123abcd")
    others = {
        f"kgsynth-walk-{here}-1-0123abcd",
        f"kgsynth-walk-other.host-{killed.pid}-0123abcd",
        "mine",
    }
    for name in others:
        project_leftover(store, name)
    try:
        walk(store, epochs=1)
        assert set(projections(store)) == others
    finally:
        for name in others:
            store.read_text(
                "CALL gds.graph.drop($name) YIELD graphName RETURN 1 AS x", {"name": name}
            )


def test_a_failure_leaves_no_projection(store: Store) -> None:
    plant(store, corpus(9, 10))
    link(store)
    with (
        pytest.raises(ZeroDivisionError),
        gds.projection(
            store,
            "walk",
            "gds/walk-graph",
            nodes=1,
            relationships=1,
            instead="client",
            ids=[topic("topic 0")],
        ),
    ):
        raise ZeroDivisionError
    assert projections(store) == []


def test_too_large_for_the_heap_is_refused_with_numbers(store: Store) -> None:
    reason = gds.obstacle(store, nodes=10**9, relationships=10**11)
    assert reason is not None and "MiB" in reason and "80%" in reason
    with (
        pytest.raises(KgsynthError, match=r"[\d,]+ MiB.*80%.*MiB of heap.*--engine client"),
        (
            gds.projection(
                store,
                "walk",
                "gds/walk-graph",
                nodes=10**9,
                relationships=10**11,
                instead="client",
                ids=[],
            )
        ),
    ):
        pass
    assert gds.obstacle(store, nodes=1_000, relationships=10_000) is None


def test_wrong_settings_and_unlinked_graphs(store: Store) -> None:
    assert walk(store).nothing_to_do
    plant(store, corpus(10, 5))
    with pytest.raises(KgsynthError, match="kgsynth link"):
        walk(store)
    for wrong in (
        {"epochs": 0},
        {"sets_per_topic": 0},
        {"entry": "first"},
        {"engine": "python"},
        {"topic_steps": (2, 1)},
        {"concept_steps": (-1, 2)},
    ):
        with pytest.raises(UsageError):
            walk(store, **wrong)


def test_the_walk_for_people_keeps_the_law(store: Store) -> None:
    """`sample/walk` in plain Cypher: 300 first steps by chi-square (not seeded)."""
    sources = [
        Source(f"{name} {n}", {"Start": ["x", "y"], name: ["x", "y"]})
        for name, times in (("A", 1), ("B", 3), ("C", 6))
        for n in range(times)
    ]
    plant(store, sources)
    link(store)
    seen = Counter(store.read("sample/walk", name="Start")[0]["b"]["name"] for _ in range(300))
    assert chisquare([seen[name] for name in "ABC"], [30, 90, 180]).pvalue > 1e-6
    assert math.isclose(sum(law(store)["TOPICS", topic("Start")].values()), 1)
