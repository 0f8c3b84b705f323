"""The concept graph against brute-force counts over planted sources."""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from planted import (
    Source,
    corpus,
    expect,
    merge,
    plant,
    point,
    stored_pairs,
    topic,
)

from kgsynth import assets
from kgsynth.concepts import cooccurrence, new_pairs
from kgsynth.concepts.arrays import read_concepts, read_holdings
from kgsynth.concepts.cooccurrence import counter
from kgsynth.concepts.linked import Linked, read_linked
from kgsynth.concepts.new_pairs import claimed, create_pairs
from kgsynth.concepts.pairs import read_pairs
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.funnels import report
from kgsynth.steps import link as step
from kgsynth.steps.link import link
from kgsynth.steps.sample import walk
from kgsynth.store import Store, Write

pytestmark = pytest.mark.neo4j


def check(store: Store, sources: list[Source], merged=None, source="documents", eps=1e-6) -> None:
    """Everything that link set equals the brute-force count."""
    expected, stored = expect(sources, merged), stored_pairs(store)
    assert set(stored) == set(expected.documents) | set(expected.problems)
    for pair, values in stored.items():
        documents, problems = expected.documents[pair], expected.problems[pair]
        chosen = {"documents": documents, "problems": problems, "both": documents + problems}
        weight = values.pop("weight")
        assert weight == pytest.approx(math.log(chosen[source] + eps), abs=1e-12), pair
        wanted = {"documentCount": documents, "problemCount": problems}
        if pair[0] == "COVERS":
            wanted["listed"] = expected.listed[pair]
        assert values == wanted, pair
    degree: dict[str, int] = {}
    for kind, left, right in stored:
        if kind == "CO_OCCURS_WITH":
            degree[left] = degree.get(left, 0) + 1
            degree[right] = degree.get(right, 0) + 1
    for row in store.read_text(
        "MATCH (c:Concept) RETURN c.id AS id, c.documentCount AS d, "
        "c.problemCount AS p, c.degree AS degree",
        {},
    ):
        id = row["id"]
        counts = (expected.document_count[id], expected.problem_count[id], degree.get(id, 0))
        assert (row["d"], row["p"], row["degree"]) == counts, id


@pytest.mark.parametrize("source", ["documents", "problems", "both"])
def test_counts_equal_brute_force(store: Store, source: str) -> None:
    sources = corpus(1, 60) + corpus(2, 25, label="Problem")
    plant(store, sources)
    funnel = link(store, source=source, eps=0.01)
    check(store, sources, source=source, eps=0.01)
    assert funnel.taken == 85
    assert funnel.notes["new"] == len(stored_pairs(store))


def test_joined_wherever_listed(store: Store) -> None:
    plant(store, [Source("a", {"Algebra": ["Roots"], "Geometry": []}, ["Loose"])])
    link(store)
    pairs = stored_pairs(store)
    for name, listed in (("Algebra", 1), ("Geometry", 0)):
        pair = pairs["COVERS", topic(name), point("Roots")]
        assert (pair["documentCount"], pair["listed"]) == (1, listed)
        assert pairs["COVERS", topic(name), point("Loose")]["listed"] == 0


def test_second_run_does_nothing(store: Store) -> None:
    sources = corpus(3, 30)
    plant(store, sources)
    assert not link(store).nothing_to_do
    again = link(store)
    assert again.nothing_to_do
    assert {again.notes[key] for key in ("new", "changed", "deleted")} == {0}
    assert not link(store, eps=0.5).nothing_to_do
    check(store, sources, eps=0.5)


def test_growing_and_withdrawn_sources(store: Store) -> None:
    sources = corpus(4, 40)
    plant(store, sources[:25])
    link(store)
    plant(store, sources[25:])
    link(store)
    check(store, sources)
    gone = [source.id for source in sources[10:]]
    store.write_text("UNWIND $ids AS id MATCH (d:Document {id: id}) DETACH DELETE d", {"ids": gone})
    funnel = link(store)
    check(store, sources[:10])
    assert funnel.notes["deleted"] > 0


def test_rejected_documents_do_not_count(store: Store) -> None:
    sources = corpus(5, 12)
    plant(store, sources)
    store.write_text(
        "MATCH (d:Document {id: $id}) SET d.status = 'rejected'", {"id": sources[0].id}
    )
    link(store)
    check(store, sources[1:])


def test_counts_through_merges_and_back(store: Store) -> None:
    sources = corpus(6, 40)
    plant(store, sources)
    link(store)
    merged = {
        point("point 3"): point("point 0"),
        point("point 1"): point("point 3"),  # a chain
        point("point 7"): point("point 2"),
        topic("topic 1"): topic("topic 0"),
    }
    for child, parent in merged.items():
        merge(store, child, parent)
    link(store)
    check(store, sources, merged)
    store.write_text("MATCH ()-[r:MERGED_INTO]->() DELETE r", {})
    link(store)
    check(store, sources)


def test_merged_in_a_circle_is_named(store: Store) -> None:
    plant(store, [Source("a", {"A": ["x", "y", "z"]})])
    for child, parent in (("x", "y"), ("y", "z"), ("z", "x")):
        merge(store, point(child), point(parent))
    with pytest.raises(KgsynthError, match="merged in a circle"):
        link(store)


def test_mends_what_was_changed_by_hand(store: Store) -> None:
    sources = corpus(7, 20)
    plant(store, sources)
    link(store)
    store.write_text(
        "MATCH (a)-[r:CO_OCCURS_WITH]->(b) WITH a, r, b ORDER BY a.id, b.id LIMIT 3 "
        "DELETE r MERGE (b)-[:CO_OCCURS_WITH]->(a) MERGE (a)-[:COVERS]->(b)",
        {},
    )
    store.write_text("MATCH ()-[r:COVERS]->() WITH r LIMIT 5 REMOVE r.listed", {})
    store.write_text(
        "MATCH (a)-[r:COVERS]->(b) WITH a, b LIMIT 4 CREATE (a)-[:COVERS {weight: 1.0}]->(b)", {}
    )
    store.write_text("MATCH (c:Topic) REMOVE c.documentCount", {})
    link(store)
    check(store, sources)


def test_domain_sets_only_what_touches_it(store: Store) -> None:
    mathematics = corpus(8, 20)
    code = [
        Source("c1", {"Sorting": ["Heap", "Stack"]}, domain="code"),
        Source("c2", {"Graphs": ["Stack"]}, domain="code"),
    ]
    plant(store, mathematics + code)
    link(store, domain="code")
    assert set(stored_pairs(store)) == set(expect(code).documents)
    link(store, domain="mathematics")
    check(store, mathematics + code)


def test_too_many_pairs_stops_before_writing(store: Store) -> None:
    sources = corpus(9, 30)
    plant(store, sources)
    distinct = len(expect(sources).documents)
    with pytest.raises(KgsynthError, match=f"{distinct:,} pairs.*--max-pairs.*--domain"):
        link(store, max_pairs=distinct - 1)
    assert not stored_pairs(store)
    link(store, max_pairs=distinct)
    check(store, sources)


def degrees(store: Store) -> dict[str, int]:
    rows = store.read_text("MATCH (c:Concept) RETURN c.id AS id, c.degree AS degree", {})
    return {row["id"]: row["degree"] for row in rows}


def test_what_is_stored_is_chosen_anew(store: Store) -> None:
    """All pairs, those of topics, none, and back: the degree is that of all of them."""
    sources = corpus(13, 40) + corpus(14, 10, label="Problem")
    plant(store, sources)
    link(store)
    whole, degree = stored_pairs(store), degrees(store)
    topics = {source_topic for source in sources for source_topic in source.topic_ids}
    between = {key: values for key, values in whole.items() if set(key[1:]) <= topics}
    assert 0 < len(between) < len(whole)
    for pairs, wanted in (("topics", between), ("none", {}), ("topics", between), ("all", whole)):
        before = len(stored_pairs(store))
        funnel = link(store, pairs=pairs)
        assert stored_pairs(store) == wanted and degrees(store) == degree, pairs
        assert sum(funnel.notes["pairs"].values()) == len(wanted)
        assert funnel.notes["deleted"] == max(before - len(wanted), 0)
        assert read_linked(store) == Linked(pairs=pairs)
        assert link(store, pairs=pairs).nothing_to_do


def test_rare_pairs_of_points_are_left_out(store: Store) -> None:
    sources = corpus(15, 60) + corpus(16, 20, label="Problem")
    plant(store, sources)
    link(store, min_count=3)
    expected, stored = expect(sources), stored_pairs(store)
    points = {id for source in sources for id in source.point_ids}
    rare = {
        key
        for key in set(expected.documents) | set(expected.problems)
        if set(key[1:]) <= points and expected.documents[key] < 3
    }
    assert rare and set(stored) == (set(expected.documents) | set(expected.problems)) - rare
    degree: dict[str, int] = {}
    for kind, *ends in stored:
        for id in ends if kind == "CO_OCCURS_WITH" else ():
            degree[id] = degree.get(id, 0) + 1
    assert {id: number for id, number in degrees(store).items() if number} == degree
    link(store)
    check(store, sources)
    link(store, min_count=3)
    assert set(stored_pairs(store)) == set(stored)


def test_too_many_pairs_names_the_choices(store: Store) -> None:
    sources = corpus(9, 60)
    plant(store, sources)
    link(store, min_count=2)
    fewer = len(stored_pairs(store))
    with pytest.raises(
        KgsynthError,
        match=f"--max-pairs.*--pairs none.*--min-count 2 .{fewer:,} pairs.*another law",
    ):
        link(store, max_pairs=fewer)
    assert len(stored_pairs(store)) == fewer
    link(store, max_pairs=fewer, min_count=2)
    link(store, max_pairs=1, pairs="none")
    assert not stored_pairs(store)


def test_one_graph_follows_one_law(store: Store) -> None:
    plant(store, [*corpus(8, 10), Source("c1", {"Sorting": ["Heap"]}, domain="code")])
    link(store, domain="code", eps=0.5)
    for other in ({"eps": 0.1}, {"pairs": "none", "eps": 0.5}, {"min_count": 2, "eps": 0.5}):
        with pytest.raises(KgsynthError, match=r"was linked with --from documents --eps 0.5 "):
            link(store, domain="mathematics", **other)
    link(store, domain="mathematics", eps=0.5)
    link(store, pairs="none")
    assert not stored_pairs(store)


def test_the_only_domain_may_follow_another_law(store: Store) -> None:
    sources = corpus(9, 10)
    plant(store, sources)
    link(store, source="problems")
    link(store, source="both", domain="mathematics", eps=0.5)
    check(store, sources, source="both", eps=0.5)


def test_a_link_that_was_interrupted_is_not_taken_for_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = [*corpus(17, 20), Source("c1", {"Sorting": ["Heap"]}, domain="code")]
    plant(store, sources)
    link(store)
    with monkeypatch.context() as patch:
        patch.setattr(step, "write_pairs", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            link(store, eps=0.5)
    for call in (lambda: link(store, domain="mathematics", eps=0.5), lambda: walk(store)):
        with pytest.raises(KgsynthError, match=r"did not come to its end.*--eps 0.5"):
            call()
    told = "--from documents --eps 0.5 --pairs all"
    assert report(store, "mathematics")["linked"] == f"{told} (did not come to its end)"
    link(store, eps=0.5)
    check(store, sources, eps=0.5)
    assert report(store, "mathematics")["linked"] == told


def test_a_link_that_was_interrupted_within_the_same_settings_is_told(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(store, corpus(17, 20))
    link(store)
    with monkeypatch.context() as patch:
        patch.setattr(step, "_set_counts", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            link(store)
    capsys.readouterr()
    walk(store)
    assert "was ended before its end" in capsys.readouterr().err
    assert "has not come to its end" in report(store, "mathematics")["linked"]
    link(store)
    capsys.readouterr()
    walk(store)
    assert "its end" not in capsys.readouterr().err


def test_two_that_link_at_once_store_each_pair_once(store: Store) -> None:
    sources = corpus(18, 60, topics=20, points=150, most_points=12)
    plant(store, sources)
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(link, store) for _ in range(2)]:
            done.result()
    check(store, sources)


def test_new_pairs_are_looked_for_where_another_was_first(store: Store) -> None:
    """Another links after this one has claimed, and is done before it creates."""
    sources = corpus(19, 20)
    plant(store, sources)
    link(store)
    concepts = read_concepts(store)
    block = read_pairs(store, concepts, concepts.in_domain(None), 0, len(concepts))
    store.script("write/unlink-kinds", topics=False)
    assert not stored_pairs(store)
    first = np.zeros(len(block.pairs), dtype=np.int32)
    with claimed(store) as shares:
        link(store)
        create_pairs(store, concepts, block.pairs, first, shares)
    assert all(share.lost for share in shares)
    check(store, sources)


def test_a_transaction_that_is_said_again_creates_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a commit whose answer was lost: the pairs are there, and none is looked for."""
    sources = corpus(22, 20)
    plant(store, sources)
    once = Store.write_together
    told: list[str] = []

    def twice(self: Store, writes: Sequence[Write]) -> dict[str, int]:
        told.extend(part.query for part in writes)
        if writes[0].query == "write/new-pairs":
            once(self, writes)
        return once(self, writes)

    monkeypatch.setattr(Store, "write_together", twice)
    monkeypatch.setattr(new_pairs, "PAIRS_A_WRITE", 40)
    link(store)
    assert told.count("write/new-pairs") > new_pairs.SHARES
    assert not {"write/co-occurrence", "write/covers"} & {*told}
    check(store, sources)


def test_the_source_in_which_pairs_first_meet_is_found(store: Store) -> None:
    sources = corpus(20, 30)
    plant(store, sources)
    concepts = read_concepts(store)
    held = read_holdings(store, "documents", concepts), read_holdings(store, "problems", concepts)
    count = counter(*held, concepts.in_domain(None), source="both", eps=0.1)
    (start, stop), *_ = count.blocks
    key = count.pairs(start, stop).key
    rows = [set(row.nonzero()[0]) for part in held for row in part.matrix.toarray()]
    width = len(concepts)
    met = [next(n for n, row in enumerate(rows) if {k // width, k % width} <= row) for k in key]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cooccurrence, "OCCURRENCES", 50)
        assert count.first_met(key).tolist() == met
        assert count.first_met(key[::7]).tolist() == met[::7]
    assert len(set(met)) > 5


def test_collected_in_parts_the_graph_is_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = corpus(21, 40)
    plant(store, sources)
    monkeypatch.setattr(step, "NEW_PAIRS", 30)
    monkeypatch.setattr(step, "counter", partial(counter, occurrences=60))
    monkeypatch.setattr(new_pairs, "PAIRS_A_WRITE", 7)
    assert link(store).notes["new"] == len(stored_pairs(store))
    check(store, sources)


def test_blocks_do_not_change_the_counts(store: Store) -> None:
    plant(store, corpus(10, 40))
    concepts = read_concepts(store)
    holdings = [read_holdings(store, name, concepts) for name in ("documents", "problems")]
    everything = concepts.in_domain(None)

    def found(occurrences: int) -> list[tuple[int, int, float]]:
        count = counter(*holdings, everything, source="both", eps=0.1, occurrences=occurrences)
        assert (len(count.blocks) > 5) == (occurrences < 1_000)
        blocks = [count.pairs(start, stop) for start, stop in count.blocks]
        return [
            row
            for block in blocks
            for row in zip(
                block.key.tolist(), block.documents.tolist(), block.weight.tolist(), strict=True
            )
        ]

    assert found(200) == found(10_000_000)


def test_empty_graph_and_wrong_settings(store: Store) -> None:
    assert link(store).nothing_to_do
    plant(store, [Source("nothing", {})])
    assert link(store).nothing_to_do
    with pytest.raises(UsageError, match="eps"):
        link(store, eps=0)
    with pytest.raises(UsageError, match="'papers'"):
        link(store, source="papers")
    with pytest.raises(UsageError, match="'some'"):
        link(store, pairs="some")
    with pytest.raises(UsageError, match="--min-count leaves out"):
        link(store, pairs="none", min_count=2)


def scans(plan: dict) -> list[str]:
    """Operators of a plan that read every node of a label."""
    found = [operator for child in plan.get("children", []) for operator in scans(child)]
    name = plan["operatorType"].split("@")[0]
    return [*found, name] if name in ("NodeByLabelScan", "AllNodesScan") else found


@pytest.mark.parametrize(
    "name",
    [
        "link/concepts",
        "link/documents",
        "link/problems",
        "link/pairs",
        "link/arcs",
        "write/co-occurrence",
        "write/covers",
        "write/new-pairs",
        "write/unlink",
        "write/concept-counts",
        "write/concept-sets",
        "write/groundings",
        "pending/walk-starts",
        "pending/groundings",
        "ground/by-jaccard",
        "sample/one-hop",
        "sample/two-hop",
        "sample/three-hop",
        "sample/triangles",
        "sample/walk",
    ],
)
def test_queries_look_up_and_do_not_scan(store: Store, name: str) -> None:
    """One MATCH by a label without an index made `link` a thousand times as slow."""
    plant(store, corpus(12, 20))
    query = assets.query(name)
    with store.driver.session(database=store.database) as session:
        plan = session.run(f"EXPLAIN {query.text}", query.parameters).consume().plan
    assert scans(plan) == []
