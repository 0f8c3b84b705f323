"""Merge by rule: planted spellings, in any order and in steps, with decisions respected."""

import random
from collections import Counter
from typing import Any

import pytest
from whole import whole

from kgsynth import ids
from kgsynth.concepts import tags
from kgsynth.errors import KgsynthError
from kgsynth.steps.merge import merge
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

# Sources by number: topics and knowledge points as written there.
PLANTED: list[dict[str, list[str]]] = [
    {"Quadratic equations": ["χ² test", "Series"], "Algebra": ["Bayes' theorem"]},
    {"quadratic equation": [r"$\chi^2$ test"], "Algebra": ["Bayes theorem", "Statistics"]},
    {"Quadratic equation": ["chi-squared test", "statistic"], "algebra": ["Bayes's theorem"]},
    {"Quadratic Equations": [r"$\chi^2$ test"], "Calculus": ["Non-linear equations"]},
    {"Quadratic-equations": ["Quadratic equations"], "Geometry": ["nonlinear equation"]},
]


def plant(store: Store, planted: list[dict[str, list[str]]], *, order: list[int]) -> None:
    for number in order:
        store.write("write/documents", [
            {"id": str(number), "externalId": None, "words": 1,
             "properties": {"text": str(number), "domain": "mathematics"}}])  # fmt: skip
        row = tags.tag_row(str(number), planted[number], [], "mathematics")
        store.write("write/tags", [row], origin="given")


def concept(kind: str, name: str) -> str:
    return ids.concept_id(kind, name, "mathematics")


def topic(name: str) -> str:
    return concept("Topic", name)


def point(name: str) -> str:
    return concept("KnowledgePoint", name)


def merged(store: Store, by: str = "rule") -> dict[str, str]:
    rows = store.read_text("MATCH (a)-[m:MERGED_INTO {decidedBy: $by}]->(b) "
                           "RETURN a.id AS a, b.id AS b", {"by": by})  # fmt: skip
    assert len({row["a"] for row in rows}) == len(rows), "each into one"
    return {row["a"]: row["b"] for row in rows}


def get(store: Store, id: str) -> dict[str, Any]:
    return store.read_text("MATCH (c:Concept {id: $id}) RETURN properties(c) AS c", {"id": id})[0][
        "c"
    ]


def decide(store: Store, a: str, type: str, b: str, by: str = "person") -> None:
    store.write_text(
        {"MERGED_INTO": "MATCH (a:Concept {id: $a}), (b:Concept {id: $b}) "
                        "MERGE (a)-[:MERGED_INTO {decidedBy: $by}]->(b) RETURN 1",
         "DISTINCT_FROM": "MATCH (a:Concept {id: $a}), (b:Concept {id: $b}) "
                          "MERGE (a)-[:DISTINCT_FROM {decidedBy: $by}]->(b) RETURN 1"}[type],
        {"a": a, "b": b, "by": by})  # fmt: skip


def test_planted_classes(store: Store) -> None:
    plant(store, PLANTED, order=list(range(5)))
    funnel = merge(store)
    assert merged(store) == {
        # Two sources each; "Quadratic Equations" stands before "Quadratic equation".
        topic("quadratic equation"): topic("quadratic equations"),
        topic("quadratic-equations"): topic("quadratic equations"),
        point("χ² test"): point(r"$\chi^2$ test"),
        point("chi-squared test"): point(r"$\chi^2$ test"),
        point("Bayes' theorem"): point("Bayes theorem"),
        point("Bayes's theorem"): point("Bayes theorem"),
        point("nonlinear equation"): point("Non-linear equations"),
    }
    kept = get(store, topic("quadratic equations"))
    assert kept["name"] == "Quadratic Equations", "of two spellings with one source each"
    assert kept["aliases"] == ["Quadratic equation", "Quadratic equations", "Quadratic-equations",
                               "quadratic equation"]  # fmt: skip
    assert get(store, topic("quadratic equation"))["aliases"] == ["quadratic equation"]
    assert get(store, point(r"$\chi^2$ test"))["aliases"] == ["chi-squared test", "χ² test"]
    assert get(store, topic("algebra"))["name"] == "Algebra"
    assert get(store, topic("algebra"))["aliases"] == ["algebra"]
    reasons = store.read_text(
        "MATCH (a)-[m:MERGED_INTO]->() RETURN a.id AS id, m.reason AS reason, "
        "m.similarity AS similarity, m.createdAt IS NULL AS dateless",
        {},
    )
    assert {row["id"]: row["reason"] for row in reasons}[point("Bayes' theorem")] == "possessive"
    assert not any(row["similarity"] or row["dateless"] for row in reasons)
    assert (funnel.taken, funnel.kept, funnel.dropped) == (18, 11, {"another spelling": 7})
    assert funnel.notes == {"merged now": 7, "taken back": 0, "named now": 18}


def test_again_changes_nothing(store: Store) -> None:
    plant(store, PLANTED, order=list(range(5)))
    dry = merge(store, dry_run=True)
    assert not merged(store)
    first = merge(store)
    assert (dry.taken, dry.kept, dry.dropped, dry.notes) == (
        first.taken, first.kept, first.dropped, first.notes)  # fmt: skip
    before = whole(store)
    again = merge(store)
    assert again.notes == {"merged now": 0, "taken back": 0, "named now": 0}
    assert again.nothing_to_do and not again.dropped
    assert whole(store) == before


@pytest.mark.parametrize("seed", range(4))
def test_order_and_steps_do_not_count(store: Store, seed: int) -> None:
    plant(store, PLANTED, order=list(range(5)))
    merge(store)
    expected = whole(store)
    store.script("write/wipe")
    order = random.Random(seed).sample(range(5), 5)
    for number in order:
        plant(store, PLANTED, order=[number])
        if seed % 2:
            merge(store)
    merge(store)
    assert whole(store) == expected


def test_a_class_that_fell_apart_is_taken_back(store: Store) -> None:
    plant(store, [{"Groups": []}, {"Group": []}, {"Group": []}], order=[0, 1, 2])
    merge(store)
    assert merged(store) == {topic("Groups"): topic("Group")}
    other = tags.tag_row("0", {"Rings": []}, [], "mathematics")
    store.write("write/tags", [other], origin="given")
    merge(store)
    assert merged(store) == {topic("Groups"): topic("Group")}, "without a source it keeps its name"
    assert get(store, topic("Groups"))["name"] == "Groups"
    back = [tags.tag_row(number, {"Groups": []}, [], "mathematics") for number in ("0", "1")]
    store.write("write/tags", back, origin="given")
    funnel = merge(store)
    assert merged(store) == {topic("Group"): topic("Groups")}, "more sources use it now"
    assert (funnel.notes["merged now"], funnel.notes["taken back"]) == (1, 1)


def test_kinds_domains_and_taxonomies_stay_apart(store: Store) -> None:
    plant(store, [{"Groups": ["Group"]}, {"Rings": []}], order=[0, 1])
    store.write_text("MATCH (d:Document {id: '1'}) SET d.domain = 'code' RETURN 1", {})
    store.write("write/tags", [tags.tag_row("1", {"Group": []}, [], "code")], origin="given")
    store.write_text(
        "CREATE (:Concept:Topic {id: 'msc-20', name: 'Group', scheme: 'MSC', code: '20', "
        "domain: 'mathematics'}) RETURN 1",
        {},
    )
    funnel = merge(store)
    assert merged(store) == {}
    assert funnel.taken == 4
    assert "aliases" not in get(store, "msc-20")
    store.write("write/tags", [tags.tag_row("1", {"Group": [], "Groups": []}, [], "code")],
                origin="given")  # fmt: skip
    assert merge(store, domain="mathematics").notes["merged now"] == 0
    assert merge(store, domain="code").notes["merged now"] == 1


def test_names_that_were_used_stay(store: Store) -> None:
    plant(store, [{"Groups": []}, {"GROUPS": []}, {"GROUPS": []}, {"Rings": []}, {"RINGS": []},
                  {"RINGS": []}], order=[0, 3])  # fmt: skip
    merge(store)
    store.write_text(
        "MATCH (c:Topic {name: 'Groups'}), (d:Topic {name: 'Rings'}) "
        "CREATE (:Question {id: 'q'})-[:GENERATED_FROM]->(:ConceptSet {id: 's'})"
        "-[:SAMPLED {position: 0}]->(c), (:ConceptSet {id: 't'})-[:SAMPLED {position: 0}]->(d) "
        "RETURN 1", {})  # fmt: skip
    store.write("write/documents", [
        {"id": id, "externalId": None, "words": 1,
         "properties": {"text": id, "domain": "mathematics"}} for id in "1245"])  # fmt: skip
    later = (("1", "GROUPS"), ("2", "GROUPS"), ("4", "RINGS"), ("5", "RINGS"))
    rows = [tags.tag_row(id, {name: []}, [], "mathematics") for id, name in later]
    store.write("write/tags", rows, origin="given")
    merge(store)
    groups, rings = get(store, topic("groups")), get(store, topic("rings"))
    assert (groups["name"], groups["aliases"]) == ("Groups", ["GROUPS"]), (
        "a question was made from it"
    )
    assert (rings["name"], rings["aliases"]) == ("RINGS", ["Rings"]), "a set alone binds nothing"


def test_a_persons_merge_is_followed(store: Store) -> None:
    plant(store, [{"Groups": [], "Symmetry": []}, {"Group": []}, {"Group": []}], order=[0, 1, 2])
    decide(store, topic("Group"), "MERGED_INTO", topic("Symmetry"))
    funnel = merge(store)
    assert merged(store, "person") == {topic("Group"): topic("Symmetry")}
    assert merged(store) == {topic("Groups"): topic("Symmetry")}
    assert get(store, topic("Symmetry"))["aliases"] == ["Group", "Groups"]
    assert funnel.dropped == {"another spelling": 1, "merged by decision": 1}
    assert funnel.kept == 1


def test_what_a_person_merged_into_stands_first(store: Store) -> None:
    plant(store, [{"Groups": [], "Symmetry": []}, {"Group": []}, {"Group": []}], order=[0, 1, 2])
    merge(store)
    assert merged(store) == {topic("Groups"): topic("Group")}
    decide(store, topic("Symmetry"), "MERGED_INTO", topic("Groups"))
    merge(store)
    assert merged(store) == {topic("Group"): topic("Groups")}


def test_no_circles(store: Store) -> None:
    """Two classes, each of which a person merged into the other."""
    plant(store, [{"Groups": [], "Group": [], "Rings": [], "Ring": []}], order=[0])
    decide(store, topic("Groups"), "MERGED_INTO", topic("Ring"))
    decide(store, topic("Rings"), "MERGED_INTO", topic("Group"))
    merge(store)
    into = merged(store) | merged(store, "person")
    ends = set()
    for name in ("Groups", "Group", "Rings", "Ring"):
        end = topic(name)
        for _ in range(5):
            end = into.get(end, end)
        assert end not in into
        ends.add(end)
    assert len(ends) == 1
    before = whole(store)
    merge(store)
    assert whole(store) == before


def test_decisions_in_a_circle_are_told(store: Store) -> None:
    plant(store, [{"Groups": [], "Group": []}], order=[0])
    decide(store, topic("Groups"), "MERGED_INTO", topic("Group"))
    decide(store, topic("Group"), "MERGED_INTO", topic("Groups"))
    with pytest.raises(KgsynthError, match="merged in a circle"):
        merge(store)


@pytest.mark.parametrize("swap", [False, True])
def test_distinct_concepts_stay_apart(store: Store, swap: bool) -> None:
    plant(store, [{"Groups": []}, {"Group": []}, {"Group": []}], order=[0, 1, 2])
    merge(store)
    pair = (topic("Groups"), topic("Group"))
    one, other = reversed(pair) if swap else pair
    decide(store, one, "DISTINCT_FROM", other)
    funnel = merge(store)
    assert merged(store) == {}
    assert funnel.notes == {"merged now": 0, "taken back": 1, "named now": 1,
                            "kept apart by DISTINCT_FROM": 1}  # fmt: skip
    assert get(store, topic("Group"))["aliases"] == []


def test_distinct_holds_through_a_decision(store: Store) -> None:
    plant(store, [{"Groups": [], "Group": [], "Symmetry": []}], order=[0])
    decide(store, topic("Groups"), "MERGED_INTO", topic("Symmetry"))
    decide(store, topic("Symmetry"), "DISTINCT_FROM", topic("Group"))
    assert merge(store).notes["kept apart by DISTINCT_FROM"] == 1
    assert merged(store) == {}


def test_many_spellings_against_counting(store: Store) -> None:
    """Representatives, names and aliases of random sources against plain counting."""
    rng = random.Random(11)
    families = [["Vector space", "vector spaces", "Vector-space", "VECTOR SPACE"],
                ["Axis", "axes", "AXIS"], ["Fourier series", "fourier series"]]  # fmt: skip
    planted = [{rng.choice(family): [] for family in families} for _ in range(30)]
    plant(store, planted, order=list(range(30)))
    merge(store)
    into = merged(store)
    for family in families:
        uses = Counter(name for source in planted for name in source if name in family)
        of = {id: {name: n for name, n in uses.items() if topic(name) == id}
              for id in map(topic, uses)}  # fmt: skip
        best = {id: min(names, key=lambda name: (-uses[name], name)) for id, names in of.items()}
        chief = min(of, key=lambda id: (-sum(of[id].values()), best[id], id))
        assert {id: into.get(id) for id in of} == {id: None if id == chief else chief for id in of}
        assert get(store, chief)["name"] == best[chief]
        assert get(store, chief)["aliases"] == sorted(set(uses) - {best[chief]})
