"""Classes of concepts against brute force, and candidates against all pairs."""

import random
from itertools import combinations, permutations

import numpy as np
import pytest

from kgsynth.concepts.alike import alike
from kgsynth.concepts.classes import cliques, units


def test_no_chains() -> None:
    found = [("a", "b", True, 0.8), ("b", "c", True, 0.9), ("c", "d", False, 0.9)]
    assert cliques(found, {}, {}) == [["b", "c"]], "the most similar first; a and c were not found"
    found.append(("a", "c", True, 0.7))
    assert cliques(found, {}, {}) == [["a", "b", "c"]]
    found[-1] = ("a", "c", False, 0.7)
    assert cliques(found, {}, {}) == [["b", "c"]]


def test_the_majority_of_spellings_decides() -> None:
    unit = {"a1": "a1", "a2": "a1", "a3": "a1", "b": "b"}
    found = [("a1", "b", True, 0.8), ("a2", "b", True, 0.7), ("a3", "b", False, 0.9)]
    assert cliques(found, unit, {}) == [["a1", "b"]]
    assert cliques([*found, ("a3", "b", False, 0.7)], unit, {}) == [], "a tie is against joining"
    assert cliques(found, unit, {"a3": {"b"}, "b": {"a3"}}) == [], "a person wins"


def test_units_follow_people_unless_people_say_otherwise() -> None:
    apart = {"a": {"c"}, "c": {"a"}}
    unit, refused = units([("b", "a"), ("c", "b"), ("d", "c")], apart)
    assert (unit, refused) == ({"a": "a", "b": "a", "c": "c", "d": "c"}, 1)
    unit, refused = units([("b", "a"), ("c", "b"), ("a", "c")], {})
    assert (unit, refused) == (dict.fromkeys("abc", "a"), 0)


@pytest.mark.parametrize("seed", range(40))
def test_cliques_against_brute_force(seed: int) -> None:
    """Every class is a clique, none can be joined with another, and order does not count."""
    rng = random.Random(seed)
    names = [f"n{i}" for i in range(rng.randint(2, 9))]
    share = rng.choice((0.3, 0.6, 0.9))
    found = [
        (*rng.sample(pair, 2), rng.random() < share, round(rng.uniform(0.7, 1), 2))
        for pair in combinations(names, 2)
        if rng.random() < 0.8
    ]
    same = {frozenset(one[:2]) for one in found if one[2]}
    classes = cliques(found, {}, {})
    for held in classes:
        assert all(frozenset(pair) in same for pair in combinations(held, 2))
    single = [[name] for name in names if not any(name in held for held in classes)]
    for one, other in combinations([*classes, *single], 2):
        assert not all(frozenset((a, b)) in same for a in one for b in other)
    for _ in range(5):
        rng.shuffle(found)
        assert cliques(found, {}, {}) == classes
    assert classes == _greedy(names, {frozenset(one[:2]): one[3] for one in found if one[2]})


def _greedy(names: list[str], same: dict[frozenset[str], float]) -> list[list[str]]:
    """Complete linkage as it is defined: again and again the best of all pairs that may be joined.

    The similarity at which two classes are joined is the highest between two of their members.
    """
    parts = [[name] for name in names]
    order = sorted(same, key=lambda pair: (-same[pair], *sorted(pair)))
    while True:
        able = [
            (one, other)
            for one, other in permutations(parts, 2)
            if all(frozenset((a, b)) in same for a in one for b in other)
        ]
        if not able:
            return sorted(sorted(part) for part in parts if len(part) > 1)
        one, other = min(
            able,
            key=lambda pair: min(order.index(frozenset((a, b))) for a in pair[0] for b in pair[1]),
        )
        parts = [part for part in parts if part not in (one, other)] + [one + other]


@pytest.mark.parametrize("block", [1, 7, 64, 1_000])
def test_candidates_against_all_pairs(block: int) -> None:
    drawn = np.random.default_rng(3).normal(size=(100, 6)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    cosine = (drawn.astype(np.float64) @ drawn.T.astype(np.float64)).round(3)
    wanted = {(i, j): cosine[i, j] for i in range(100) for j in range(i) if cosine[i, j] >= 0.7}
    wanted = {(j, i): value for (i, j), value in wanted.items()}
    found = {
        (i, j): value
        for pairs in alike(drawn, 0.7, block=block)
        for i, j, value in zip(*(one.tolist() for one in pairs), strict=True)
    }
    assert len(found) > 50
    assert found.keys() == wanted.keys()
    assert all(abs(found[pair] - wanted[pair]) < 0.0011 for pair in found)
