"""The arithmetic of reference documents: draws, the cold start, likeness, scores, their spread.

SynthLLM (Scaling Laws of Synthetic Data for Language Models), section 3.1. Everything is seeded
and follows from ids and vectors, not from the order in which documents came.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgsynth.ids import content_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TREES, LEAF = 500, 2
NEIGHBOURS, FOLDS = 8, 10
# A standard deviation of likeness counts as so much distance between vectors of unit length.
LIKENESS = 0.2
BLOCK = 20_000  # documents scored at a time
BINS = 18


def draw(ids: Collection[str], number: int, *seed: object) -> list[str]:
    """At most `number` of the ids, in order of id.

    Those whose hash with the seed is lowest: a larger number only adds to the draw, and a further
    document pushes out one at most.
    """
    if len(ids) > number:
        ids = sorted(ids, key=lambda id_: content_id("draw", *seed, id_))[:number]
    return sorted(ids)


def cold_start(
    positives: "NDArray[np.floating[Any]]",
    documents: "NDArray[np.floating[Any]]",
    negatives: Sequence[int],
    seed: int,
) -> "NDArray[np.float64]":
    """The probability of each document to belong to the domain, by a random forest on vectors.

    Positives are texts of the domain, negatives the documents at those places: a random draw, so
    some may belong to the domain. They are judged by the trees that did not learn from them, else
    each would be its own proof. Above 1/2 are documents that resemble the positives in style as
    well; where the domain is common in the input, hardly any.
    """
    import numpy as np
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(
        TREES,
        min_samples_leaf=LEAF,
        class_weight="balanced",
        oob_score=True,
        random_state=seed % 2**32,
        n_jobs=-1,
    )
    learnt = np.vstack([positives, documents[list(negatives)]]).astype(np.float32)
    forest.fit(learnt, np.arange(len(learnt)) < len(positives))
    found = np.concatenate(
        [
            forest.predict_proba(documents[start : start + BLOCK].astype(np.float32))[:, 1]
            for start in range(0, len(documents), BLOCK)
        ]
    )
    found[list(negatives)] = forest.oob_decision_function_[len(positives) :, 1]
    # Threads add up the trees in any order: what that changes is rounded away.
    rounded: NDArray[np.float64] = np.round(found, 6)
    return rounded


def likeness(
    positives: "NDArray[np.floating[Any]]", documents: "NDArray[np.floating[Any]]"
) -> "NDArray[np.float64]":
    """The cosine of each document with the nearest of the positives (vectors of unit length).

    Unlike the cold start it needs no negatives, and is as good whatever part of the input belongs
    to the domain. It ranks documents; it knows no threshold.
    """
    import numpy as np

    known = positives.astype(np.float32).T
    found = [
        (documents[start : start + BLOCK].astype(np.float32) @ known).max(axis=1)
        for start in range(0, len(documents), BLOCK)
    ]
    rounded: NDArray[np.float64] = np.round(np.concatenate(found), 5).astype(np.float64)
    return rounded


def scores(
    vectors: "NDArray[np.floating[Any]]",
    alike: "NDArray[np.float64]",
    rated: Sequence[int],
    marks: Sequence[float],
    seed: int,
) -> "NDArray[np.float64]":
    """The score of every document on the scale of the ratings, given those of some (by place).

    A rated document scores its rating, any other the mean of its nearest rated neighbours, weighted
    by 1 / distance, where documents are near that are about the same and equally like the domain's
    texts (`alike`, of `likeness`). Such means crowd towards the middle, and a cut would keep too
    few; so they are put on the scale of the ratings by rank: predicted for rated documents by the
    others (10-fold), they are distributed as the ratings are, and as many fall wrongly below a cut
    as above it. What counts is likeness: with it, ridge regression and support vectors (by rank
    too) and a balanced logistic classifier are as good on two labelled sets; without it all find
    less, a random forest least. A single rating is the score of all.
    """
    import numpy as np
    from sklearn.model_selection import KFold, cross_val_predict
    from sklearn.neighbors import KNeighborsRegressor

    if len(marks) == 1:
        return np.full(len(vectors), round(float(marks[0]), 4))
    weighed = (LIKENESS * (alike - alike.mean()) / (alike.std() or 1.0)).astype(np.float32)

    def placed(some: "Sequence[int] | slice") -> "NDArray[np.float32]":
        return np.column_stack([vectors[some].astype(np.float32), weighed[some]])

    known, values = placed(list(rated)), np.asarray(marks, np.float64)
    folds = min(FOLDS, len(values))
    near = min(NEIGHBOURS, len(values) - -(-len(values) // folds))
    regressor = KNeighborsRegressor(near, weights="distance", algorithm="brute")
    order = KFold(folds, shuffle=True, random_state=seed % 2**32)
    guessed = cross_val_predict(regressor, known, values, cv=order)
    regressor.fit(known, values)
    found = np.concatenate(
        [
            regressor.predict(placed(slice(start, start + BLOCK)))
            for start in range(0, len(vectors), BLOCK)
        ]
    )
    found = np.interp(found, np.sort(guessed), np.sort(values))
    found[list(rated)] = values
    rounded: NDArray[np.float64] = np.round(found, 4)
    return rounded


@dataclass(frozen=True, slots=True)
class Bin:
    """How many documents score from `low` to below `high`; `kept` says on which side of the cut."""

    low: float
    high: float
    documents: int
    kept: bool


def histogram(found: Iterable[float], cut: float, low: float, high: float) -> list[Bin]:
    """Scores in bins of equal width from `low` to `high`; one of them begins at the cut.

    Scores beyond the ends count in the outer bins.
    """
    width = (high - low) / BINS
    first = cut - width * -(-(cut - low) // width)
    number = int(-(-(high - first) // width))
    counts = [0] * number
    for score in found:
        # A score at the cut is below it: what is kept scores above.
        place = int(-(-(score - first) // width)) - 1
        counts[min(max(place, 0), number - 1)] += 1
    edges = [first + width * place for place in range(number + 1)]
    middle = [(edges[place] + edges[place + 1]) / 2 for place in range(number)]
    return [
        Bin(round(edges[p], 3), round(edges[p + 1], 3), counts[p], middle[p] > cut)
        for p in range(number)
    ]
