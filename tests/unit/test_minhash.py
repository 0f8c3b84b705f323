"""Near-duplicates against plain Python sets, in any order; texts of all kinds."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgsynth.copies import minhash, shingles
from kgsynth.errors import UsageError

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def triples(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[place : place + 3]) for place in range(max(len(words) - 2, 1))}


def plain_jaccard(left: set[tuple[str, ...]], right: set[tuple[str, ...]]) -> float:
    return len(left & right) / len(left | right)


def plain_near(
    ids: list[str], texts: list[str], threshold: float, settled: frozenset[str]
) -> list[tuple[str, str, float]]:
    """Every text beside every one that stays: settled ones first, then by id."""
    sets = [triples(text) for text in texts]
    kept: list[int] = []
    found = []
    for place in sorted(range(len(ids)), key=lambda n: (ids[n] not in settled, ids[n])):
        near = [(ids[k], plain_jaccard(sets[place], sets[k])) for k in kept]
        near = [(id, similarity) for id, similarity in near if similarity >= threshold]
        if near and ids[place] not in settled:
            found.append((ids[place], *near[0]))
        else:
            kept.append(place)
    return sorted(found)


def near_duplicates(
    ids: list[str],
    texts: list[str],
    threshold: float = minhash.THRESHOLD,
    settled: frozenset[str] = frozenset(),
    page: int = 5_000,
) -> list[tuple[str, str, float]]:
    """(id, id of the one that stays, Jaccard) of the texts that are near to one that stays."""
    order = sorted(range(len(ids)), key=ids.__getitem__)
    sketches = minhash.Sketches(threshold)
    for start in range(0, len(order), page):
        sketches.add([texts[place] for place in order[start : start + page]])
    rank = np.array([ids[place] not in settled for place in order], np.uint8)
    blocks = sketches.near(rank, lambda numbers: [texts[order[n]] for n in numbers])
    return sorted(
        (ids[order[near.dropped]], ids[order[near.kept]], near.similarity)
        for block in blocks
        for near in block
    )


def planted(seed: int) -> tuple[list[str], list[str]]:
    """Texts of random words; as many copies of copies with up to 5 words changed; their ids."""
    draw = random.Random(seed)
    words = ["".join(draw.choices(LETTERS, k=6)) for _ in range(2_000)]
    texts = [" ".join(draw.choices(words, k=draw.randint(1, 80))) for _ in range(400)]
    for _ in range(400):
        copy = draw.choice(texts).split()
        for _ in range(draw.randint(0, 5)):
            copy[draw.randrange(len(copy))] = draw.choice(words)
        texts.append(" ".join(copy))
    return [f"{number:06x}" for number in draw.sample(range(1 << 24), len(texts))], texts


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.9, 1.0])
def test_all_planted_copies_are_found_with_their_exact_similarity(threshold: float) -> None:
    ids, texts = planted(1)
    settled = frozenset(random.Random(2).sample(ids, 100))
    found = near_duplicates(ids, texts, threshold=threshold, settled=settled)
    assert found == plain_near(ids, texts, threshold, settled)
    assert len(found) > 50


def test_the_order_of_the_texts_and_the_size_of_a_block_do_not_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids, texts = planted(3)
    found = near_duplicates(ids, texts)
    mixed = random.Random(4).sample(range(len(ids)), len(ids))
    monkeypatch.setattr(minhash, "PAIRS", 30)
    monkeypatch.setattr(minhash, "PART", 2_000)
    monkeypatch.setattr(shingles, "CHARACTERS", 900)
    monkeypatch.setattr(shingles, "MEMBERS", 500)
    again = near_duplicates([ids[n] for n in mixed], [texts[n] for n in mixed], page=7)
    assert again == found


def test_a_dropped_text_is_near_to_one_that_stays() -> None:
    words = [f"{one}{other}" for one in LETTERS for other in LETTERS]
    # Neighbours are .81 alike, others at most .65.
    row = [" ".join(words[place : place + 40]) for place in range(0, 40, 4)]
    ids = [f"{place:02}" for place in range(len(row))]
    found = near_duplicates(ids, row)
    assert [(id, kept) for id, kept, _ in found] == list(zip(ids[1::2], ids[::2], strict=True))
    settled = near_duplicates(ids, row, settled=frozenset({"01", "02"}))
    assert [(id, kept) for id, kept, _ in settled][:2] == [("00", "01"), ("03", "02")]


def test_many_copies_of_one_text_cost_no_pairs() -> None:
    ids, texts = planted(5)
    flood = [f"{texts[0]} {letter} {other}" for letter in LETTERS for other in LETTERS] * 3
    numbers = [f"x{place:05}" for place in range(len(flood))]
    found = near_duplicates([*ids, *numbers], [*texts, *flood])
    assert {kept for id, kept, _ in found if id in set(numbers)} <= {*ids, "x00000"}
    assert len({id for id, _, _ in found} & set(numbers)) >= len(flood) - 1


@pytest.mark.parametrize(
    ("one", "other", "similarity"),
    [
        ("Find $x^2$ now.", "find $ x^{2} $ now", 1.0),
        ("Find $x^2$ now.", "Find x² now", 1.0),
        (r"\(\left( a \right)^{10}\)", "$(a)^{10}$", 1.0),
        ("ﬁnd the width　of it", "Find the width of it!", 0.75),
        ("Find the ﬁeld", "FIND THE FIELD.", 1.0),
        ("soft\u00adhyphen and zero\u200bwidth here", "softhyphen and zerowidth here", 1.0),
        ("Straße", "STRASSE", 1.0),
        ("x + 3", "x - 3", 0.0),
        ("x − 3", "x - 3", 1.0),
        ("Take 1.5 litres", "Take 15 litres", 0.0),
        ("He has 12 apples", "He has 13 apples", 0.0),
        ("求方程的解。", "求方程的根", 0.5),
        ("นี่คือ", "นี่คือ", 1.0),
        ("one", "One.", 1.0),
        ("one", "two", 0.0),
        ("one two", "one two three", 0.0),
        ("", "  ", 1.0),
        ("???", "???", 1.0),
        ("???", "...", 0.0),
        ("", "one", 0.0),
        ("🙂", "🙂", 1.0),
        ("🙂", "🙃", 0.0),
        ("\ud800 lone", "lone", 1.0),
    ],
)
def test_what_counts_of_a_text(one: str, other: str, similarity: float) -> None:
    sets = shingles.shingles([one, other])
    assert shingles.jaccard(sets, np.array([0]), np.array([1])).tolist() == [similarity]
    found = near_duplicates(["1", "2"], [one, other], threshold=0.4)
    assert found == ([("2", "1", similarity)] if similarity >= 0.4 else [])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(), max_size=20), st.integers(1, 4))
def test_any_texts_have_sets(texts: list[str], words: int) -> None:
    sets = shingles.shingles(texts, words)
    assert len(sets.starts) == len(texts) + 1
    assert (sets.sizes >= 1).all()
    assert sets.starts[-1] == len(sets.hashes)
    for start, stop in zip(sets.starts, sets.starts[1:], strict=False):
        assert (np.diff(sets.hashes[start:stop].astype(np.int64)) > 0).all()


def test_more_texts_and_pairs_than_a_block_and_than_memory_for_one() -> None:
    texts = [LETTERS[place % 26] for place in range(shingles.BLOCK + 26)]
    texts[5] = texts[31] = " ".join(["a", "b", "c", "d"] * 300_000)
    sets = shingles.shingles(texts)
    assert sets.sizes.tolist() == [4 if place in (5, 31) else 1 for place in range(len(texts))]
    assert len(set(sets.hashes.tolist())) == 26 + 4
    pairs = np.arange(shingles.BLOCK)
    same = shingles.jaccard(sets, pairs, pairs + 26)
    assert np.flatnonzero(same != 1).tolist() == [31]


def test_nothing_is_near_among_nothing() -> None:
    assert near_duplicates([], []) == []
    assert near_duplicates(["1"], ["alone"]) == []
    both = frozenset({"1", "2"})
    assert near_duplicates(["1", "2"], ["a", "a"], settled=both) == []


@pytest.mark.parametrize("threshold", [0.0, -0.1, 1.1, float("nan")])
def test_a_threshold_outside_its_range_is_refused(threshold: float) -> None:
    with pytest.raises(UsageError, match="above 0 and at most 1"):
        near_duplicates(["1"], ["a"], threshold=threshold)


@pytest.mark.parametrize("threshold", [0.01, 0.2, 0.5, 0.7, 0.95, 1.0])
def test_bands_miss_few_pairs_at_the_threshold(threshold: float) -> None:
    bands, rows = minhash.banding(threshold)
    assert bands * rows <= minhash.FUNCTIONS
    if rows > 1:
        assert (1 - threshold**rows) ** bands <= minhash.MISSED


def test_minima_agree_as_often_as_sets_do() -> None:
    """Minima of pairs of similarity .6: the share that agrees is theirs, within its error."""
    draw = random.Random(6)
    texts = []
    for _ in range(400):
        both = ["".join(draw.choices(LETTERS, k=12)) for _ in range(60)]
        for _ in range(2):
            own = ["".join(draw.choices(LETTERS, k=12)) for _ in range(20)]
            texts.append(" ".join([*both, *own]))
    sketches = minhash.Sketches(1.0, words=1)
    sketches.bands, sketches.rows = minhash.FUNCTIONS, 1
    shape = (minhash.FUNCTIONS, 1)
    sketches._a, sketches._b = sketches._a.reshape(shape), sketches._b.reshape(shape)
    sketches.add(texts)
    keys = next(iter(sketches._pages))
    share = (keys[:, ::2] == keys[:, 1::2]).mean()
    assert share == pytest.approx(0.6, abs=0.01)
