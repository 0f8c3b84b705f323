"""Spellings of one name share a key; names that mean different things do not."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgsynth import ids
from kgsynth.concepts import names

SAME = [
    [r"$\chi^2$ test", "χ² test", "chi-squared test", "Chi-Square Test", "chi squared tests",
     r"\(\chi^{2}\) test", "χ^2-test"],
    ["Bayes' theorem", "Bayes theorem", "Bayes's theorem", "Bayes’ Theorem"],
    ["Jacobi's method", "Jacobi method", "Jacobi’s methods"],
    ["Quadratic equations", "quadratic  equation"],
    ["non-linear equations", "nonlinear equation", "non linear equation"],
    ["Poincaré lemma", "Poincare\u0301 lemma", "Poincare Lemma", r"Poincar\'e lemma"],
    ["$p$-adic numbers", "p-adic number", "p adic numbers"],
    ["$L^p$ spaces", "L^p space", "Lᵖ spaces", "$L^{p}$-spaces"],
    ["σ-algebra", "sigma algebra", r"$\sigma$-algebras"],
    [r"$\lambda$-calculus", "lambda calculus"],
    ["Gauss–Seidel method", "Gauss-Seidel methods", "Gauss Seidel method"],
    ["Sequences & series", "sequences and series"],
    ["ε-δ definition", "epsilon-delta definition", r"$\varepsilon$-$\delta$ definition"],
    ["axes of symmetry", "axis of symmetry"],
    ["Eigenvalues", "eigen value"],
    ["n-th root", "$n$th roots", "nth root"],
    ["R² statistic", "$R^2$ statistic", "r-squared statistic"],
    ["√2", r"$\sqrt{2}$", r"$\sqrt 2$"],
    ["ℝ^n", r"$\mathbb{R}^n$", "ℝⁿ"],
    ["Type-1 error", "type 1 errors"],
    ["Student's t-test", "Student t test", "Students' t-tests"],
    ["50% rule", r"50\% rule"],
    ["O(n log n)", r"$O(n \log n)$"],
]  # fmt: skip
APART = [
    ["H^1", "H_1", "H1"],
    ["base", "basis"],
    ["Statistics", "statistic"],
    ["odds", "odd"],
    ["Gauss", "Gaussian"],
    ["Jacobi's method", "Jacobian method"],
    ["modulus", "module"],
    ["Ordering", "order"],
    ["Limiting", "limit"],
    ["n-1", "n+1", "n1"],
    ["$e^{x+1}$", "$e^x+1$"],
    [r"$\frac{a+b}{c}$", r"$a+\frac{b}{c}$"],
    [r"$\sqrt[3]{2}$", r"$\sqrt{2}$"],
    ["x̄", "x", "x̂"],
    ["f'", "f"],
    ["C++", "C"],
    ["R(3,3)", "R(33)"],
    ["Type 1 2 trees", "Type 12 trees"],
    ["Ångström", "A"],
    ["$$", "\\", "{}", "-", "$"],
]
SINGULAR = {
    "matrices": "matrix", "vertices": "vertex", "axes": "axis", "bases": "basis",
    "hypotheses": "hypothesis", "radii": "radius", "loci": "locus", "moduli": "modulus",
    "foci": "focus", "tori": "torus", "maxima": "maximum", "extrema": "extremum",
    "lemmas": "lemma", "lemmata": "lemma", "formulae": "formula", "criteria": "criterion",
    "polyhedra": "polyhedron", "simplices": "simplex", "indices": "index",
    "directrices": "directrix", "automata": "automaton", "parentheses": "parenthesis",
    "ellipses": "ellipse", "analyses": "analysis", "isometries": "isometry", "conics": "conic",
    "metrics": "metric", "halves": "half", "leaves": "leaf", "means": "mean",
    "relations": "relation", "coordinates": "coordinate", "dimensions": "dimension",
    "homotopies": "homotopy", "classes": "class", "processes": "process", "ratios": "ratio",
}  # fmt: skip
UNTOUCHED = """series calculus statistics mathematics dynamics mechanics combinatorics physics gauss
gaussian bayes stokes descartes thales jones lucas gibbs pythagoras archimedes basis
locus modulus radius axis focus torus rhombus genus analysis hypothesis odds class
process mass loss cross bias gas lens bus plus minus this corpus chaos atlas apex vertex
matrix data weierstrass hermite species erdős menelaus"""


@pytest.mark.parametrize("spellings", SAME, ids=lambda names: names[0])
def test_spellings_of_one_name(spellings: list[str]) -> None:
    assert len({names.key(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize("different", APART, ids=lambda names: names[0])
def test_names_that_differ(different: list[str]) -> None:
    assert len({names.key(name) for name in different}) == len(different)


@pytest.mark.parametrize(("plural", "singular"), SINGULAR.items())
def test_singular(plural: str, singular: str) -> None:
    assert names.singular(plural) == singular
    assert names.singular(singular) == singular


@pytest.mark.parametrize("word", UNTOUCHED.split())
def test_what_is_no_plural_stays(word: str) -> None:
    assert names.singular(word) == word


@pytest.mark.parametrize(
    ("one", "other", "differences"),
    [
        ("Quadratic equations", "quadratic equation", "plural"),
        ("non-linear", "nonlinear", "hyphen"),
        ("Bayes' theorem", "Bayes theorem", "possessive"),
        ("χ² test", "Chi-squared tests", "Unicode, square, plural"),
        ("$p$-value", "p-value", "LaTeX"),
        ("Sets & maps", "sets and maps", "and"),
    ],
)
def test_the_reason_names_what_differs(one: str, other: str, differences: str) -> None:
    assert names.differences(one, other) == differences
    assert names.differences(other, one) == differences


@given(
    st.text(min_size=1, max_size=60)
    | st.text(alphabet="\\${}^_%&#'-~ab2\u03c0", min_size=1, max_size=60)
)
@settings(max_examples=500, deadline=None)
def test_every_text_has_a_key(text: str) -> None:
    assert names.key(text)
    assert names.key(text) == names.key(text)


@given(st.lists(st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=9), min_size=1))
def test_case_and_blanks_do_not_count(words: list[str]) -> None:
    name = " ".join(words)
    assert names.key(name) == names.key("  ".join(word.capitalize() for word in words))
    assert names.key(name) == names.key(name.upper())


@given(st.text(alphabet="{}\\$", min_size=200, max_size=512))
@settings(max_examples=20, deadline=None)
def test_hopeless_latex_ends(text: str) -> None:
    assert names.key(text)


@given(st.text(), st.text(max_size=5))
def test_the_id_of_a_concept_is_a_content_id(name: str, domain: str) -> None:
    own = ids.content_id("Concept", "Topic", domain, ids.normalise_name(name))
    assert ids.concept_id("Topic", name, domain) == own
