"""How well panels of judges agree with a reference (GSDP, section 3.8 and table 4).

What a panel keeps is the prediction, what the reference finds good the truth.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from kgsynth.joint import joint_scores, kept

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Agreement:
    """One panel against the reference. None where nothing is kept, or nothing is good.

    `precision`: of what is kept, the share that is good; `recall`: of what is good, the share that
    is kept; `f1`: their harmonic mean; `retention`: the share of all items that is kept.
    """

    judges: tuple[str, ...]
    accuracy: float
    precision: float | None
    recall: float | None
    f1: float | None
    retention: float


def agreement(
    judges: tuple[str, ...], predicted: "NDArray[np.bool_]", truth: "NDArray[np.bool_]"
) -> Agreement:
    """What a panel keeps against what is good, item by item; there must be items."""
    both, keeps, good = (int(part.sum()) for part in (predicted & truth, predicted, truth))
    return Agreement(
        judges,
        accuracy=float((predicted == truth).mean()),
        precision=both / keeps if keeps else None,
        recall=both / good if good else None,
        f1=2 * both / (keeps + good) if keeps and good else None,
        retention=float(predicted.mean()),
    )


def panels(
    criterion: str,
    names: Sequence[str],
    votes: "NDArray[np.float64]",
    weights: "NDArray[Any]",
    truth: "NDArray[np.bool_]",
    *,
    threshold: float,
    size: int | None = None,
) -> Iterator[Agreement]:
    """Every combination of up to `size` judges, the small ones first.

    `votes` are a row an item, a column a judge, without gaps. Panels whose weights are all 0 are
    left out.
    """
    for number in range(1, (size or len(names)) + 1):
        for chosen in combinations(range(len(names)), number):
            own = weights[list(chosen)]
            if own.sum() > 0:
                scores = joint_scores(criterion, votes[:, list(chosen)], own, number)
                predicted = kept(criterion, scores, threshold)
                yield agreement(tuple(names[place] for place in chosen), predicted, truth)
