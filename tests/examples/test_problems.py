"""The example problems: every answer recomputed or checked by hand; a graph of all distances.

The knowledge-point graph has an edge between two points for each problem that holds both.
"""

import json
import re
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest
import sympy
from latex import equal, value
from problems import CHECKED_BY_HAND, RECOMPUTED
from test_mathematics import numeric_relations

from kgsynth.concepts import names

FOLDER = Path(__file__).parents[2] / "examples" / "mathematics"
AREAS = {
    "alg": "Algebra",
    "nt": "Number theory",
    "comb": "Combinatorics",
    "prob": "Probability",
    "geo": "Geometry",
    "trig": "Trigonometry",
    "pre": "Precalculus",
    "seq": "Sequences",
    "ineq": "Inequalities",
    "lin": "Linear algebra",
    "calc": "Calculus",
    "log": "Logic",
}
# On purpose: spellings that a merge by rule unites, and names of one thing that a model must find.
SPELLINGS = [
    {"Binomial coefficients", "Binomial coefficient"},
    {"Inclusion-exclusion principle", "Inclusion–exclusion principle"},
]
SYNONYMS = [
    {"Pythagorean theorem", "Pythagoras' theorem"},
    {"Law of cosines", "Cosine rule"},
    {"Arithmetic-geometric mean inequality", "AM-GM inequality"},
]
BOXED = re.compile(r"\$[^$]*\\boxed\{([^$]*)\}\$\.$")


def rows(name):
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


PROBLEMS = {row["id"]: row for row in rows("problems.jsonl")}
POINTS = {row["id"]: row["knowledgePoints"] for row in rows("problem-concepts.jsonl")}


def agrees(answer, computed):
    if isinstance(computed, str):
        return answer.replace(" ", "") == computed.replace(" ", "")
    if isinstance(computed, list | tuple):
        computed = sympy.Tuple(*computed)
    return equal(value(answer), computed)


@pytest.mark.parametrize("ident", RECOMPUTED)
def test_answer_is_recomputed(ident):
    computed = RECOMPUTED[ident]()
    assert agrees(PROBLEMS[ident]["answer"], computed), f"computed {computed}"


@pytest.mark.parametrize(
    ("answer", "computed"),
    [
        ("10", 11),
        (r"\frac{3}{8}", 0.375000001),
        ("1, 2", [2, 1]),
        ("1, 2", [1, 2, 3]),
        ("2, 3", 2),
        (r"120^\circ", 120),
        (r"(-\infty, 3)", r"(-\infty, 3]"),
        (r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}", sympy.Matrix([[1, 0], [1, 1]])),
    ],
)
def test_a_wrong_answer_is_noticed(answer, computed):
    assert not agrees(answer, computed)


def test_every_problem_is_recomputed_or_checked_by_hand():
    assert set(RECOMPUTED) | set(CHECKED_BY_HAND) == set(PROBLEMS)
    assert all(CHECKED_BY_HAND.values())


def test_arithmetic_holds_everywhere():
    """Forty digits show that two numbers differ; simplify misses products of sines."""
    relations = [
        relation
        for row in PROBLEMS.values()
        for text in (row["problem"], row["solution"])
        for relation in numeric_relations(text)
        if "_" not in relation[0] + relation[2]  # the terms of a sequence are not numbers
    ]
    for left, relation, right in relations:
        assert relation == "="
        assert abs(sympy.N(value(left) - value(right), 40)) < 1e-30, (left, right)
    assert len(relations) >= 100


def test_problems_are_well_formed():
    lines = rows("problems.jsonl")
    assert len(lines) == len(PROBLEMS) >= 90, "ids are unique"
    given = {"id", "title", "problem", "solution", "answer", "level", "subject"}
    for row in lines:
        assert set(row) == given | {"licence", "language"}
        area, number = row["id"].split("-")
        assert (row["subject"], len(number)) == (AREAS[area], 2)
        assert (row["licence"], row["language"]) == ("CC0-1.0", "en")
        assert row["level"] in {"easy", "medium", "hard"}
        for field in ("problem", "solution"):
            assert row[field].count("$") % 2 == 0, (row["id"], field)
            assert row[field].count("{") == row[field].count("}"), (row["id"], field)
    assert len({row["title"] for row in lines}) == len(lines)
    assert {row["subject"] for row in lines} == set(AREAS.values())
    assert min(Counter(row["level"] for row in lines).values()) >= 20


@pytest.mark.parametrize("ident", PROBLEMS)
def test_solution_ends_with_the_answer(ident):
    row = PROBLEMS[ident]
    assert row["solution"].count(r"\boxed") == 1
    assert BOXED.search(row["solution"])[1] == row["answer"]
    assert r"\boxed" not in row["problem"]
    assert len(re.findall(r"[.!?](?=\s|$)", row["solution"])) >= 3, "step by step"


def shingles(text, length=3):
    words = re.findall(r"[a-z]+|\d+|\S", text.lower())
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_no_two_problems_are_near_copies():
    parts = {ident: shingles(row["problem"]) for ident, row in PROBLEMS.items()}
    for one, other in combinations(parts, 2):
        shared = len(parts[one] & parts[other]) / len(parts[one] | parts[other])
        assert shared < 0.3, (one, other, shared)


def test_every_problem_has_points():
    lines = rows("problem-concepts.jsonl")
    assert [line["id"] for line in lines] == list(PROBLEMS)
    for line in lines:
        assert set(line) == {"id", "topics", "knowledgePoints"}
        assert line["topics"] == {}
        points = line["knowledgePoints"]
        assert 3 <= len(set(points)) == len(points) <= 7, line["id"]


def test_points_look_alike_only_where_meant():
    alike = defaultdict(set)
    for point in {point for points in POINTS.values() for point in points}:
        alike[names.key(point)].add(point)
    groups = [group for group in alike.values() if len(group) > 1]
    assert sorted(map(sorted, groups)) == sorted(map(sorted, SPELLINGS))
    assert all(names.key(point) in alike for group in SYNONYMS for point in group)
    assert all(len(set(map(names.key, group))) == len(group) for group in SYNONYMS)


def test_many_points_are_those_of_the_documents():
    documents = {
        names.key(name)
        for row in rows("concepts.jsonl")
        for listed in row["topics"].values()
        for name in listed
    }
    points = {names.key(point) for listed in POINTS.values() for point in listed}
    assert len(points & documents) >= len(points) / 2, "documents and problems make one graph"


@pytest.fixture(scope="module")
def graph():
    made = nx.Graph()
    for points in POINTS.values():
        for one, other in combinations(sorted(set(map(names.key, points))), 2):
            count = made.get_edge_data(one, other, {"count": 0})["count"]
            made.add_edge(one, other, count=count + 1)
    return made


def test_all_but_a_small_component_are_connected(graph):
    small, large = sorted(nx.connected_components(graph), key=len)
    assert 5 <= len(small) <= 8
    assert names.key("Knights and knaves") in small
    assert len(large) >= 100
    assert nx.diameter(graph.subgraph(small)) == 2


def test_pairs_at_every_distance(graph):
    reached = nx.all_pairs_shortest_path_length(graph)
    distances = Counter(hops for _, row in reached for hops in row.values())
    assert all(distances[hops] >= 400 for hops in (1, 2, 3, 4)), distances


def test_triangles_within_a_problem_and_across_problems(graph):
    triangles = {frozenset(c) for c in nx.enumerate_all_cliques(graph) if len(c) == 3}
    within = {
        frozenset(three)
        for points in POINTS.values()
        for three in combinations(sorted(set(map(names.key, points))), 3)
    }
    assert within < triangles
    assert len(within) >= 200
    assert len(triangles - within) >= 20, "closed by three problems"


def test_hubs_bridges_and_repeated_edges(graph):
    degrees = sorted((degree for _, degree in graph.degree), reverse=True)
    assert degrees[0] >= 20 and degrees[4] >= 15, "hubs"
    assert degrees.count(2) >= 10, "points that one problem of three points alone holds"
    subjects = defaultdict(set)
    for ident, points in POINTS.items():
        for point in points:
            subjects[names.key(point)].add(PROBLEMS[ident]["subject"])
    assert sum(len(met) >= 3 for met in subjects.values()) >= 15, "bridges"
    assert sum(count >= 2 for *_, count in graph.edges(data="count")) >= 15
