"""Joint scoring: what the votes of several judges come to (GSDP, section 2.5).

Votes are a matrix of floats from 0 to 1, a row an item and a column a judge; NaN is no vote. Of a
problem the mean counts, weighted by judge; of a solution the lowest vote: a single 0 is a veto.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PROBLEM, SOLUTION = "problem", "solution"
CRITERIA = (PROBLEM, SOLUTION)
THRESHOLD = 0.85


def joint_scores(
    criterion: str, votes: "NDArray[np.float64]", weights: "NDArray[Any]", quorum: int
) -> "NDArray[np.float64]":
    """The joint score of every row; NaN where fewer than `quorum` judges voted.

    Where judges are missing beyond the quorum, the weights of the others count. Rounded to nine
    digits: the mean of .8, .85 and .9 is .85.
    """
    import numpy as np

    given = ~np.isnan(votes)
    enough = given.sum(axis=1) >= max(1, quorum)
    if criterion == SOLUTION:
        found = np.where(given, votes, np.inf).min(axis=1, initial=np.inf)
    else:
        weighed = given * np.asarray(weights, np.float64)
        total = weighed.sum(axis=1)
        enough &= total > 0
        found = (np.nan_to_num(votes) * weighed).sum(axis=1) / np.where(total > 0, total, 1)
    rounded: NDArray[np.float64] = np.round(np.where(enough, found, np.nan), 9)
    return rounded


def kept(
    criterion: str, scores: "NDArray[np.float64]", threshold: float = THRESHOLD
) -> "NDArray[np.bool_]":
    """Which items are kept: problems that score `threshold` and more, solutions without a veto."""
    passed: NDArray[np.bool_] = scores >= (threshold if criterion == PROBLEM else 1)
    return passed
