r"""The example corpus: every number recomputed, or listed as checked by hand; a connected graph."""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest
import sympy
from claims import CHECKED_BY_HAND, CLAIMS, GIVEN
from latex import equal, unit_in_last_place, value

FOLDER = Path(__file__).parents[2] / "examples" / "mathematics"


def rows(name):
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


DOCUMENTS = rows("documents.jsonl")
TAGS = rows("concepts.jsonl")
TEXTS = {document["id"]: document["text"] for document in DOCUMENTS}

SUBJECTS = {
    "Algebra",
    "Geometry",
    "Number theory",
    "Combinatorics",
    "Probability",
    "Calculus",
    "Linear algebra",
    "Statistics",
}
# Spellings of one name, put in on purpose: a merge by rule must unite each group, and no others.
TOPIC_VARIANTS = [
    {"Random variables", "Random variable"},
    {"Generating functions", "Generating function"},
]
CONCEPT_VARIANTS = [
    {"Binomial coefficients", "Binomial coefficient"},  # plural
    {"Eigenvectors", "Eigenvector"},
    {"Least squares regression", "Least-squares regression"},  # hyphen
    {"Inclusion-exclusion principle", "Inclusion–exclusion principle"},  # en dash
    {"Cauchy-Schwarz inequality", "Cauchy–Schwarz inequality"},
    {r"$\chi^2$ test", "χ² test"},  # LaTeX
    {"$p$-value", "p-value"},
    {"Coefficient extraction", "Coeﬃcient extraction"},  # ligature
    {"z-score", "ｚ-score"},  # full width
]

MARK = re.compile("«(.*?)»")
APPROXIMATELY = re.compile(r"(\\approx|\b[Aa]bout)\s*\$?\s*$")
# What is no claim: exponents, indices, limits of sums; bare 0 and 1; the numbers of parts.
NO_NUMBER = re.compile(
    r"[_^](\d|\{[^{}]*\})|(?<![\d.])[01](?![\d.])|^\s*(\d+\.|\(\d+\))(\s|$)"
    r"|\b([Ee]xample|Lecture|Exercise|Solution|Step|Method|Problem|Section) [\d.]+(?=\D|$)"
)
NAMED = re.compile(r"(\b[A-Za-z]|\\pi)\(|^\s*e\s*$")  # "f(2)", and e as the name of an exponent
RELATION = re.compile(r"=|\\approx|\\equiv|\\le\b|\\ge\b|<|>|\\mid\b|\\ne\b")


def unmarked(quote):
    return re.sub("[«»]", "", quote)


def marked(quote):
    """(value, unit) per mark; the unit is None where the value is claimed to be exact."""
    for mark in MARK.finditer(quote):
        rounded = APPROXIMATELY.search(unmarked(quote[: mark.start()]))
        yield value(mark[1]), unit_in_last_place(mark[1]) if rounded else None


def holds(claimed, unit, computed):
    if unit is None:
        return equal(claimed, computed)
    return bool(sympy.Abs(sympy.N(computed, 30) - claimed) <= unit / 2)


@pytest.mark.parametrize(
    ("document", "quote", "check"),
    [
        pytest.param(document, quote, check, id=f"{document}-{number}")
        for document, claims in CLAIMS.items()
        for number, (quote, check) in enumerate(claims, start=1)
    ],
)
def test_claim_is_recomputed(document, quote, check):
    assert TEXTS[document].count(unmarked(quote)) == 1
    claims = list(marked(quote))
    assert claims, "nothing is marked"
    if check is None:
        assert len(claims) > 1, "one mark alone agrees with nothing"
        computed = [claims[0][0]] * len(claims)
    else:
        computed = check()
        computed = computed if isinstance(computed, list) else [computed] * len(claims)
    assert len(computed) == len(claims)
    for (claimed, unit), result in zip(claims, computed, strict=True):
        assert holds(claimed, unit, result), f"the text says {claimed}, computed {result}"


def numeric_relations(text):
    """(left, relation, right) for sides of a formula that are plain numbers, marked or not."""
    for formula in re.findall(r"\$(.+?)\$", text):
        sides = re.split(r"(=|\\approx)", formula)
        for left, relation, right in zip(sides[::2], sides[1::2], sides[2::2], strict=False):
            if NAMED.search(left):
                continue
            try:
                both = [value(side) for side in (left, right)]
            except ValueError:
                continue  # a side in words or symbols, such as a name or one half of a matrix
            if all(isinstance(side, sympy.Expr) and side.is_number for side in both):
                yield left, relation, right


def test_arithmetic_holds_everywhere():
    """The safety net: whatever formula states that two numbers are equal, they are."""
    relations = [relation for text in TEXTS.values() for relation in numeric_relations(text)]
    for left, relation, right in relations:
        unit = unit_in_last_place(right) if relation != "=" else None
        assert holds(value(right), unit, value(left)), (left, relation, right)
    assert len(relations) >= 200


@pytest.mark.parametrize(
    ("quote", "computed"),
    [
        (r"$«\frac{3}{8}»$", "5/8"),
        (r"about $«3.15»$", "pi"),
        (r"about $«57.4^\circ»$", "1"),  # 57.296 degrees
        (r"about $«68.3\%»$", "0.6822"),
        (r"$«3.14»$", "pi"),  # exact unless the text says that it is not
        (r"$«(x + 1)^2»$", "x**2 + 1"),
        (r"$«1, 2»$", "(1, 3)"),
        (r"$«\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}»$", "Matrix([[1, 0], [1, 1]])"),
    ],
)
def test_a_wrong_claim_is_noticed(quote, computed):
    ((claimed, unit),) = marked(quote)
    assert not holds(claimed, unit, sympy.sympify(computed))


@pytest.mark.parametrize("table", [CHECKED_BY_HAND, GIVEN], ids=["checked by hand", "given"])
def test_what_no_machine_checks_stands_in_the_text_with_a_reason(table):
    for document, entries in table.items():
        for quote, reason in entries:
            assert TEXTS[document].count(quote) == 1, (document, quote)
            assert reason, (document, quote)


@pytest.mark.parametrize("document", TEXTS)
def test_every_number_is_covered(document):
    """A formula that relates numbers, and a sentence that holds one, touch a quote."""
    text = TEXTS[document]
    quotes = [
        unmarked(quote)
        for table in (CLAIMS, CHECKED_BY_HAND, GIVEN)
        for quote, _ in table.get(document, [])
    ]
    quoted = [(text.index(quote), text.index(quote) + len(quote)) for quote in quotes]
    formulas = [m for m in re.finditer(r"\$(.+?)\$", text) if RELATION.search(m[1])]
    sentences = list(re.finditer(r"(?:\$[^$]*\$|[^$\n])+?(?:[.!?;](?=\s)|(?=\n)|$)", text))
    uncovered = [
        piece[0]
        for piece in [*formulas, *sentences]
        if re.search(r"\d", NO_NUMBER.sub(" ", piece[0]))
        and not any(start < piece.end() and piece.start() < end for start, end in quoted)
    ]
    assert not uncovered, "\n".join(uncovered)


def test_every_document_has_claims_that_are_recomputed():
    assert set(CLAIMS) == set(TEXTS)
    assert min(map(len, CLAIMS.values())) >= 4
    assert set(CHECKED_BY_HAND) | set(GIVEN) <= set(TEXTS)


def test_documents_are_well_formed():
    assert len(TEXTS) == len(DOCUMENTS) == 48
    assert Counter(document["subject"] for document in DOCUMENTS) == dict.fromkeys(SUBJECTS, 6)
    for document in DOCUMENTS:
        assert set(document) == {"id", "title", "text", "level", "subject", "licence", "language"}
        assert re.fullmatch(r"[a-z-]+/[a-z0-9-]+", document["id"])
        assert document["id"].startswith(document["subject"].lower().replace(" ", "-") + "/")
        assert (document["licence"], document["language"]) == ("CC0-1.0", "en")
        assert document["level"] in {"high school", "undergraduate"}
        assert 150 <= len(document["text"].split()) <= 500, document["id"]
        assert document["text"].count("$") % 2 == 0, document["id"]
    assert len({document["title"] for document in DOCUMENTS}) == 48


def test_every_document_is_tagged():
    assert [tags["id"] for tags in TAGS] == [document["id"] for document in DOCUMENTS]
    for tags in TAGS:
        assert set(tags) == {"id", "topics", "knowledgePoints"}
        assert tags["knowledgePoints"] == []
        assert 1 <= len(tags["topics"]) <= 5
        for topic, concepts in tags["topics"].items():
            assert 5 <= len(set(concepts)) == len(concepts) <= 20, (tags["id"], topic)


def spelling(name):
    """A crude common form of the spellings of a name, to find out which names look alike."""
    plain = unicodedata.normalize("NFKC", name.replace(r"\chi", "χ")).casefold()
    words = re.sub(r"[-–—]", " ", re.sub(r"[$^{}]", "", plain)).split()
    return " ".join(word.removesuffix("s") for word in words)


def names(kind):
    if kind == "topic":
        return {topic for tags in TAGS for topic in tags["topics"]}
    return {name for tags in TAGS for listed in tags["topics"].values() for name in listed}


@pytest.mark.parametrize(
    ("kind", "variants", "fewest", "most"),
    [("topic", TOPIC_VARIANTS, 45, 60), ("concept", CONCEPT_VARIANTS, 220, 320)],
)
def test_names_look_alike_only_where_meant(kind, variants, fewest, most):
    alike = defaultdict(set)
    for name in names(kind):
        alike[spelling(name)].add(name)
    assert sorted(map(sorted, (group for group in alike.values() if len(group) > 1))) == sorted(
        map(sorted, variants)
    )
    assert fewest <= len(alike) <= most


def test_names_that_only_look_like_plurals_are_there():
    assert {"Geometric series", "Principal axes", "Fundamental theorem of calculus"} <= names(
        "concept"
    )
    assert "Descriptive statistics" in names("topic")


def co_occurrence(kind):
    graph = nx.Graph()
    for tags in TAGS:
        together = tags["topics"]
        if kind == "concept":
            together = {name for listed in tags["topics"].values() for name in listed}
        together = sorted({spelling(name) for name in together})
        graph.add_nodes_from(together)
        graph.add_edges_from(combinations(together, 2))
    return graph


def test_one_topic_is_isolated_and_the_others_are_connected():
    isolated, connected = sorted(nx.connected_components(co_occurrence("topic")), key=len)
    assert isolated == {"knot theory"}
    assert len(connected) == len(co_occurrence("topic")) - 1


def test_concepts_form_hubs_bridges_and_communities():
    graph = co_occurrence("concept")
    assert sorted(map(len, nx.connected_components(graph)))[:-1] == [6], "the knots, on their own"
    degrees = sorted(dict(graph.degree).values())
    for hub in ("Induction", "Modular arithmetic", "Binomial coefficients", "Determinant"):
        assert graph.degree[spelling(hub)] > 2 * degrees[len(degrees) // 2], hub
    subjects = defaultdict(set)
    for tags in TAGS:
        for name in (name for listed in tags["topics"].values() for name in listed):
            subjects[spelling(name)].add(tags["id"].split("/")[0])
    assert len(subjects[spelling("Linear recurrences")]) >= 5, "a bridge between subjects"
    assert sum(len(met) >= 3 for met in subjects.values()) >= 20
    communities = nx.community.louvain_communities(graph, seed=1)
    assert len(communities) >= 6
    assert nx.community.modularity(graph, communities) > 0.4
