"""`verify calibrate`: panels of judges against a reference, from stored votes (GSDP, table 4)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import comb
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgsynth import config
from kgsynth.calibration import Agreement, panels
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.joint import CRITERIA, THRESHOLD, joint_scores, kept
from kgsynth.progress import progress
from kgsynth.steps.verify.judges import PAGE, matrix
from kgsynth.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 5_000  # panels, each over all items


@dataclass(frozen=True, slots=True)
class Calibration:
    """Panels against a reference by one criterion, on the `items` that all of them judged.

    `left_out` are items of the reference on which a judge has no vote.
    """

    criterion: str
    reference: str
    items: int
    good: int
    left_out: int
    panels: tuple[Agreement, ...]

    def as_row(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def read_labels(path: Path) -> dict[str, bool]:
    """Labels by the id of a question or answer: JSONL of `{"id": ..., "good": true | false}`.

    Raises UsageError with the line for anything else, and for an id that is said in two ways.
    """
    labels: dict[str, bool] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            id_, good = row["id"], row["good"]
        except (ValueError, KeyError, TypeError):
            id_, good = None, None
        if not isinstance(id_, str) or not isinstance(good, bool):
            raise UsageError(f'{path}:{number}: a line is {{"id": "...", "good": true or false}}.')
        if labels.setdefault(id_, good) != good:
            raise UsageError(f"{path}:{number}: {id_} is labelled good and not good.")
    return labels


def calibrate(
    store: Store,
    against: str | Path,
    *,
    domain: str = config.DOMAIN,
    criterion: str | None = None,
    only: tuple[str, ...] = (),
    size: int | None = None,
    threshold: float = THRESHOLD,
    questions: str | None = None,
    where: str | None = None,
) -> list[Calibration]:
    """Compares every combination of judges, or of up to `size`, with a reference.

    `against` is a judge of whom votes are stored, or a file of labels (`read_labels`). A question
    is good by a judge that scores it `threshold` and more. Panels decide as `verify judges` does,
    with the weights of kgsynth.toml (1 for a judge it does not list); `only` keeps those judges.
    All panels are measured on the same items: those that the reference and all judges voted on.
    Asks nothing. Memory: 8 bytes a vote. Raises UsageError for a reference or judge without votes,
    KgsynthError where no item is left.
    """
    held = store.read("read/judges", domain=domain)
    labels = read_labels(against) if isinstance(against, Path) else None
    found = []
    for each in CRITERIA if criterion is None else (criterion,):
        models = {(row["judge"], row["model"]) for row in held if row["criterion"] == each}
        known = {name for name, _ in models}
        if criterion is None and not known:
            continue
        reference = None if labels is not None else str(against)
        names = only or tuple(sorted(known - {reference}, key=_order))
        missing = sorted({*names, *([] if reference is None else [reference])} - known)
        if missing or not names:
            raise UsageError(
                f"No {each} votes are stored of {', '.join(missing) or 'any other judge'}; there "
                f"are some of {', '.join(sorted(known)) or 'nobody'}."
            )
        if sum(comb(len(names), number + 1) for number in range(size or len(names))) > MOST:
            raise UsageError(
                f"{len(names)} judges make more than {MOST:,} panels: name some, or say --size."
            )
        columns = {
            (judge, model): [*names, reference].index(judge)
            for judge, model in models
            if judge in (*names, reference)
        }
        ids, votes = _votes(store, each, columns, len(names) + (reference is not None), {
            "domain": domain, "method": questions, "where": where,
        })  # fmt: skip
        truth, labelled = _truth(each, ids, votes[:, len(names) :], labels, threshold)
        found.append(_measured(each, str(against), names, votes[:, : len(names)], truth, labelled,
                               threshold, size))  # fmt: skip
    if not any(one.items for one in found):
        raise KgsynthError(
            f"No item is judged by {against} and by all judges: name fewer of them with --judge, "
            "or let them vote (`kgsynth verify judges`)."
        )
    return found


def _order(name: str) -> tuple[int, str]:
    """Judges in the order of the settings, others behind them by name."""
    panel = [judge.name for judge in config.judges()]
    return (panel.index(name) if name in panel else len(panel), name)


def _votes(
    store: Store,
    criterion: str,
    columns: Mapping[tuple[str, str], int],
    width: int,
    chosen: dict[str, Any],
) -> tuple[list[str], "NDArray[np.float64]"]:
    """Ids of all items that were voted on, and their votes."""
    import numpy as np

    ids: list[str] = []
    parts = [np.empty((0, width))]
    with progress(f"verify calibrate: {criterion}", None, "items") as shown:
        for page in store.pages(f"read/votes-{criterion}", size=PAGE, tasks=[], **chosen):
            ids += [item["id"] for item in page]
            parts.append(matrix(page, columns, width))
            shown.advance(len(page))
    return ids, np.concatenate(parts)


def _truth(
    criterion: str,
    ids: Sequence[str],
    votes: "NDArray[np.float64]",
    labels: Mapping[str, bool] | None,
    threshold: float,
) -> "tuple[NDArray[np.bool_], NDArray[np.bool_]]":
    """What is good by the reference, and on which items it says anything."""
    import numpy as np

    if labels is not None:
        return (
            np.array([labels.get(id_, False) for id_ in ids], bool),
            np.array([id_ in labels for id_ in ids], bool),
        )
    scores = joint_scores(criterion, votes, np.ones(1), 1)
    return kept(criterion, scores, threshold), ~np.isnan(scores)


def _measured(
    criterion: str,
    reference: str,
    names: tuple[str, ...],
    votes: "NDArray[np.float64]",
    truth: "NDArray[np.bool_]",
    labelled: "NDArray[np.bool_]",
    threshold: float,
    size: int | None,
) -> Calibration:
    import numpy as np

    weighed = {judge.name: judge.weight for judge in config.judges()}
    weights = np.array([weighed.get(name, 1) for name in names], np.float64)
    common = labelled & ~np.isnan(votes).any(axis=1)
    rows = panels(
        criterion, names, votes[common], weights, truth[common], threshold=threshold, size=size
    )
    return Calibration(
        criterion,
        reference,
        items=int(common.sum()),
        good=int(truth[common].sum()),
        left_out=int(labelled.sum() - common.sum()),
        panels=tuple(rows) if common.any() else (),
    )
