"""The four combinations of GSDP on the real server, against networkx and GDS."""

import json
from itertools import combinations

import networkx as nx
import pytest
from planted import Source, corpus, expect, merge, plant, point
from project import EXAMPLES, Project

from kgsynth import config
from kgsynth.concepts import combined
from kgsynth.concepts.combinations import core_points
from kgsynth.concepts.combined import USED_UP
from kgsynth.concepts.points import read_points
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.steps import ingest
from kgsynth.steps.link import link
from kgsynth.steps.sample import community, one_hop, three_hop, two_hop
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j
STEPS = {"one-hop": one_hop, "two-hop": two_hop, "three-hop": three_hop, "community": community}

SETS = """
MATCH (s:ConceptSet)
RETURN s.id AS id, s.strategy AS strategy, s.seed AS seed, s.epoch AS epoch, s.ordinal AS ordinal,
  s.domain AS domain,
  COLLECT { MATCH (s)-[r:SAMPLED]->(c) RETURN [r.position, r.previous, c.id] ORDER BY r.position }
    AS members
"""
EDGES = """
MATCH (a:KnowledgePoint)-[r:CO_OCCURS_WITH]->(b:KnowledgePoint)
WHERE (CASE $source WHEN 'problems' THEN 0 ELSE r.documentCount END
  + CASE $source WHEN 'documents' THEN 0 ELSE r.problemCount END) > 0
RETURN a.id AS left, b.id AS right
"""
PROJECT = EDGES.partition("RETURN")[0] + (
    "RETURN gds.graph.project('triangles', a, b, {}, {undirectedRelationshipTypes: ['*']}) AS graph"
)


def sparse_corpus(seed: int) -> list[Source]:
    """Documents and problems of few points each, so that some points are far apart."""
    small = {"points": 300, "most_topics": 2, "most_points": 3}
    return corpus(seed, 120, **small) + corpus(seed + 1, 60, label="Problem", **small)


def networks(store: Store, source: str) -> nx.Graph:
    rows = store.read_text(EDGES, {"source": source})
    return nx.Graph((row["left"], row["right"]) for row in rows)


def expected(graph: nx.Graph, cores: set[str]) -> dict[str, set[tuple[str, ...]]]:
    """Every combination by shortest paths and cliques, as sorted ids."""
    apart: dict[int, set[tuple[str, ...]]] = {0: set(), 1: set(), 2: set(), 3: set()}
    for one, lengths in nx.all_pairs_shortest_path_length(graph, cutoff=3):
        for other, length in lengths.items():
            apart[length].add(tuple(sorted((one, other))))
    cliques = {
        three for clique in nx.find_cliques(graph) for three in combinations(sorted(clique), 3)
    }
    far = {pair for pair in apart[3] if cores & set(pair)}
    return {"one-hop": apart[1], "two-hop": apart[2], "three-hop": far, "community": cliques}


def sets(store: Store, strategy: str | None = None) -> dict[str, tuple[str, ...]]:
    """Members by id of the stored sets, which are of the form they must have."""
    found = {}
    for row in store.read_text(SETS, {}):
        if strategy in (None, row["strategy"]):
            positions, previous, members = zip(*row["members"], strict=True)
            assert positions == tuple(range(len(members))) and not any(previous)
            assert list(members) == sorted(set(members)) and row["epoch"] == 0
            found[row["id"]] = members
    return found


def gds_triangles(store: Store, source: str) -> tuple[int, list[tuple[str, ...]]]:
    """GDS's own count, and what its stream of triangles gives."""
    store.read_text(PROJECT, {"source": source})
    try:
        count = store.read_text(
            "CALL gds.triangleCount.stats('triangles') YIELD globalTriangleCount AS count "
            "RETURN count",
            {},
        )[0]["count"]
        rows = store.read_text(
            "CALL gds.triangles('triangles', {concurrency: 1}) YIELD nodeA, nodeB, nodeC "
            "RETURN [id IN [nodeA, nodeB, nodeC] | gds.util.asNode(id).id] AS ids",
            {},
        )
        return count, [tuple(sorted(row["ids"])) for row in rows]
    finally:
        store.read_text("CALL gds.graph.drop('triangles') YIELD graphName RETURN 1 AS x", {})


@pytest.mark.parametrize("source", ["documents", "problems", "both"])
def test_example_graph_equals_networkx_and_gds(store: Store, source: str) -> None:
    ingest.documents(store, [EXAMPLES / "documents.jsonl"])
    ingest.problems(store, [EXAMPLES / "problems.jsonl"])
    ingest.concepts(store, [EXAMPLES / "concepts.jsonl", EXAMPLES / "problem-concepts.jsonl"])
    link(store, source=source)
    graph = networks(store, source)
    cores = 4
    points = read_points(store)
    names = [
        points.concepts.ids[points.concepts.topics + c] for c in core_points(points.graph, cores)
    ]
    by_degree = sorted(graph.degree, key=lambda held: (-held[1], held[0]))[:cores]
    assert set(names) == {name for name, _ in by_degree}
    wanted = expected(graph, set(names))
    for strategy, step in STEPS.items():
        more = {"cores": cores} if strategy == "three-hop" else {}
        counted = step(store, count=True, **more)
        assert counted.nothing_to_do and counted.notes["exist"] == len(wanted[strategy]) > 0
        assert counted.notes["points"] == len(graph)
        assert counted.notes["edges"] == graph.number_of_edges()
        assert sets(store, strategy) == {}
        funnel = step(store, sets=40, **more)
        assert funnel.kept == 40 and funnel.notes["exist"] == len(wanted[strategy])
        assert set(sets(store, strategy).values()) <= wanted[strategy]
    assert gds_triangles(store, source)[0] == len(wanted["community"])


def test_triangles_are_listed_here_and_not_by_gds(store: Store) -> None:
    """`gds.triangles` streamed 1,024 to 1,074 of the 1,140 triangles of 20 points that all meet.

    (GDS 2.26.0, one thread; on larger graphs it also repeats some.) What it may give is no more
    than what there is; ours is that, and its count agrees.
    """
    plant(store, [Source("all", {"T": [f"p{number}" for number in range(20)]})])
    link(store)
    count, streamed = gds_triangles(store, "documents")
    funnel = community(store, all=True)
    ours = set(sets(store).values())
    assert funnel.kept == len(ours) == count == 1_140
    assert set(streamed) <= ours


def test_every_one_of_them(store: Store) -> None:
    """`all` stores what networkx finds, however pairs are stored; then there is nothing to do."""
    sources = sparse_corpus(3)
    plant(store, sources)
    found = []
    for stored in ("all", "none"):
        link(store, source="both", pairs=stored)
        if stored == "all":
            graph = networks(store, "both")
        store.write_text("MATCH (s:ConceptSet) DETACH DELETE s", {})
        marked = {}
        for strategy, step in STEPS.items():
            more = {"cores": 3} if strategy == "three-hop" else {}
            funnel = step(store, all=True, **more)
            assert funnel.taken == funnel.kept == funnel.notes["exist"]
            again = step(store, all=True, **more)
            assert again.nothing_to_do and "are used" in again.notes["stopped"]
            marked = marked or more
        rows = store.read_text("MATCH (c:Concept) WHERE c.core RETURN c.id AS id", {})
        assert len(rows) == 3
        wanted = expected(graph, {row["id"] for row in rows})
        for strategy, members in wanted.items():
            stored_sets = sets(store, strategy)
            assert len(stored_sets) == len(members) > 0
            assert set(stored_sets.values()) == members
        found.append(sets(store))
    assert found[0] == found[1]


def test_same_seed_same_sets_and_a_larger_number_extends(store: Store) -> None:
    sources = sparse_corpus(5)
    drawn = []
    for shuffle, steps in ((None, (8, 20)), (8, (20,))):
        store.script("write/wipe")
        plant(store, sources, shuffle)
        link(store)
        few: dict[str, tuple[str, ...]] = {}
        for number in steps:
            for step in STEPS.values():
                step(store, sets=number, seed=4)
            assert few.items() <= sets(store).items()
            few = sets(store)
        drawn.append(few)
        assert len(few) == 4 * 20
    assert drawn[0] == drawn[1]
    for step in STEPS.values():
        assert step(store, sets=20, seed=4).nothing_to_do
        assert step(store, sets=8, seed=4).nothing_to_do


def test_what_is_used_is_not_drawn_again_and_the_space_ends(store: Store) -> None:
    """Another seed draws others; when all are used the rest is counted as dropped."""
    plant(store, sparse_corpus(7))
    link(store)
    two_hop(store, sets=100, seed=1)
    first = set(sets(store).values())
    two_hop(store, sets=100, seed=2)
    both = sets(store)
    assert len(both) == len(set(both.values())) == 200 and first < set(both.values())
    exist = two_hop(store, count=True).notes["exist"]
    funnel = two_hop(store, sets=exist, seed=1)
    assert (funnel.taken, funnel.kept) == (exist - 100, exist - 200)
    assert dict(funnel.dropped) == {USED_UP: 100}
    assert len(set(sets(store).values())) == len(sets(store)) == exist
    again = two_hop(store, sets=exist, seed=1)
    assert again.nothing_to_do and not again.dropped and f"{exist:,}" in again.notes["stopped"]
    assert two_hop(store, seed=3).nothing_to_do
    # What comes in later opens new pairs; stored ones stay.
    plant(store, [Source("later", {"New": ["point 0", "novel", "other"]})])
    link(store)
    before = sets(store)
    assert two_hop(store, sets=exist, seed=1).kept == 100
    assert before.items() <= sets(store).items()


def test_broken_off_anywhere_it_ends_alike(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(store, sparse_corpus(9))
    link(store)
    community(store, sets=50)
    whole = sets(store)
    assert len(whole) == 50
    store.write_text("MATCH (s:ConceptSet) DETACH DELETE s", {})
    monkeypatch.setattr(combined, "SETS_A_WRITE", 20)
    write, calls = store.write, []

    def breaks(*given: object, **more: object) -> dict[str, int]:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return write(*given, **more)

    with monkeypatch.context() as patched:
        patched.setattr(store, "write", breaks)
        with pytest.raises(KeyboardInterrupt):
            community(store, sets=50)
    assert len(sets(store)) == 20
    assert community(store, sets=50).kept == 30
    assert sets(store) == whole


def test_repeated_by_weight(store: Store) -> None:
    """A pair comes as often as sources hold both, told apart by the ordinal."""
    sources = sparse_corpus(11)
    plant(store, sources)
    link(store, source="both")
    counted = expect(sources)
    ids = {one for source in sources for one in source.point_ids}
    weights = {
        (left, right): count
        for (_, left, right), count in (counted.documents + counted.problems).items()
        if left in ids and right in ids
    }
    total = sum(weights.values())
    assert total > len(weights)
    assert one_hop(store, repeat=True, count=True).notes["exist"] == total
    one_hop(store, repeat=True, sets=total // 3)
    one_hop(store, repeat=True, sets=total // 2, seed=1)
    assert one_hop(store, repeat=True, all=True).kept == total - total // 3 - total // 2
    rows = store.read_text(SETS, {})
    stored: dict[tuple[str, ...], list[int]] = {}
    for row in rows:
        stored.setdefault(tuple(member[2] for member in row["members"]), []).append(row["ordinal"])
    assert {pair: sorted(ordinals) for pair, ordinals in stored.items()} == {
        pair: list(range(count)) for pair, count in weights.items()
    }
    assert one_hop(store, all=True).nothing_to_do  # each pair is used, however often


def test_merged_points_count_as_their_representative(store: Store) -> None:
    """a - b - c - d, and e, another name of a, is with f: so f and b are two steps apart."""
    sources = [Source(two, {"T": list(two)}) for two in ("ab", "bc", "cd", "ef")]
    plant(store, sources)
    link(store)
    assert two_hop(store, all=True).kept == 2
    merge(store, point("e"), point("a"))
    with pytest.raises(KgsynthError, match="kgsynth link"):
        two_hop(store)
    link(store)
    two_hop(store, all=True)
    pairs = {tuple(sorted(map(point, two))) for two in ("ac", "bd", "bf")}
    assert set(sets(store).values()) == pairs
    # b becomes another name of f: what was stored of b counts as what f would be in.
    merge(store, point("b"), point("f"))
    link(store)
    two_hop(store, all=True)
    added = set(sets(store).values()) - pairs
    assert added == set()  # a-c and d-f (once d-b) are used, a-f share an edge
    assert two_hop(store, count=True).notes["exist"] == 2


def test_domains_apart_and_core_points_of_each(store: Store) -> None:
    chain = ["ab", "bc", "cd", "de", "be"]
    for domain in ("mathematics", "code"):
        plant(store, [Source(two, {"T": list(two)}, domain=domain) for two in chain])
    link(store)
    assert three_hop(store, domain="code", count=True).notes == {
        "exist": 0, "from": "documents", "points": 5, "edges": 5, "cores": 1,
    }  # fmt: skip
    empty = three_hop(store, domain="code")
    assert dict(empty.dropped) == {USED_UP: 1_000} and empty.taken == 1_000
    funnel = two_hop(store, domain="code", all=True)
    assert funnel.kept == 4
    rows = store.read_text(SETS, {})
    assert {row["domain"] for row in rows} == {"code"}
    assert {row["seed"] for row in rows} == {0} and {row["ordinal"] for row in rows} == {0}
    three_hop(store, domain="mathematics", cores=2)
    core = "MATCH (c:Concept) WHERE c.core RETURN c.domain AS domain, c.name AS name"
    marked = {(row["domain"], row["name"]) for row in store.read_text(core, {})}
    assert len(marked) == 3 and ("mathematics", "b") in marked and ("code", "b") in marked
    three_hop(store, domain="mathematics", cores=1)
    marked = {(row["domain"], row["name"]) for row in store.read_text(core, {})}
    assert marked == {("mathematics", "b"), ("code", "b")}


def test_wrong_settings(store: Store) -> None:
    assert one_hop(store, count=True).notes["exist"] == 0
    plant(store, [Source("d", {"T": ["a", "b"]}), Source("e", {"T": ["a", "b"]})])
    with pytest.raises(KgsynthError, match="kgsynth link"):
        one_hop(store)
    link(store, min_count=2)
    assert one_hop(store, all=True).kept == 1
    for wrong in ({"sets": 5, "all": True}, {"sets": 0}, {"source": "problems"}, {"source": "x"}):
        with pytest.raises(UsageError):
            one_hop(store, **wrong)
    with pytest.raises(UsageError):
        three_hop(store, cores=0)


def test_as_commands(store: Store, connection: config.Connection, tmp_path) -> None:  # type: ignore[no-untyped-def]
    plant(store, sparse_corpus(13))
    link(store)
    project = Project(tmp_path, connection)
    counted = json.loads(project.run(project.command("sample", "community", "--count", "--json")))
    assert counted["exist"] == community(store, count=True).notes["exist"]
    made = json.loads(
        project.run(project.command("sample", "two-hop", "--sets", "5", "--seed", "3", "--json"))
    )
    assert (made["in"], made["kept"]) == (5, 5)
    assert len(sets(store, "two-hop")) == 5
