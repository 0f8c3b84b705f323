"""Where labelled pairs of names fall for an embedding model, and which thresholds that suggests."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kgsynth import embed
from kgsynth.concepts.alike import DIGITS
from kgsynth.embed import Thresholds
from kgsynth.errors import KgsynthError
from kgsynth.ids import normalise_name

WIDTH = 0.05
# What `ask` is chosen for: so many of the pairs that mean the same lie at or above it.
RECALL = 0.9


@dataclass(frozen=True, slots=True)
class Bin:
    """How many pairs of each label have a similarity from `low` to below `high`."""

    low: float
    high: float
    same: int
    different: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What thresholds do with pairs: `merged` by embedding alone, `asked` of a model, kept apart.

    Each counts [same, different]. `precision` and `recall` are those of the embedding alone,
    `reach` is the recall of a model that is right about everything it is asked. None: no pair.
    """

    thresholds: Thresholds
    merged: tuple[int, int]
    asked: tuple[int, int]
    apart: tuple[int, int]
    precision: float | None
    recall: float | None
    reach: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """An embedding model on labelled pairs: where they fall, thresholds in force and suggested."""

    model: str
    bins: list[Bin]
    in_force: Outcome | None
    suggested: Outcome

    def as_row(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def read(file: Path) -> list[tuple[str, str, bool]]:
    """Labelled pairs of a JSONL file: `{"a": ..., "b": ..., "same": true}`.

    Raises KgsynthError with the line that is none, and where a label is missing altogether.
    """
    pairs: list[tuple[str, str, bool]] = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KgsynthError(f"{file} cannot be read: {error}.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            pair = row["a"], row["b"], row["same"]
        except (ValueError, KeyError, TypeError):
            pair = None, None, None
        match pair:
            case (str(one), str(other), bool(same)) if one.strip() and other.strip():
                pairs.append((one, other, same))
            case _:
                raise KgsynthError(
                    f'{file}, line {number}: not {{"a": name, "b": name, "same": true or false}}.'
                )
    if len({same for *_, same in pairs}) < 2:
        raise KgsynthError(f"{file}: pairs that are the same and pairs that are not are needed.")
    return pairs


def calibrate(
    pairs: list[tuple[str, str, bool]], model: str, in_force: Thresholds | None
) -> Calibration:
    """Embeds labelled pairs as `merge` does and says where they fall.

    Suggested are, in hundredths: for `same` the lowest value above every pair that is not the same,
    for `ask` the highest that leaves nine of ten pairs that are the same at or above it.
    """
    ones = embed.encode([normalise_name(one) for one, _, _ in pairs], model)
    others = embed.encode([normalise_name(other) for _, other, _ in pairs], model)
    cosines = (ones.astype(float) * others.astype(float)).sum(axis=1).round(DIGITS).tolist()
    found = [(cosine, same) for cosine, (*_, same) in zip(cosines, pairs, strict=True)]
    alike = sorted((cosine for cosine, same in found if same), reverse=True)
    above = max(cosine for cosine, same in found if not same)
    high = min(1.0, (math.floor(above * 100 + 1e-6) + 1) / 100)
    low = math.floor(alike[math.ceil(RECALL * len(alike)) - 1] * 100 + 1e-6) / 100
    return Calibration(
        embed.name(model),
        _bins(found),
        outcome(found, in_force) if in_force else None,
        outcome(found, Thresholds(high, min(low, high))),
    )


def outcome(found: list[tuple[float, bool]], thresholds: Thresholds) -> Outcome:
    """What thresholds do with pairs of (similarity, whether they mean the same)."""

    def count(low: float, high: float) -> tuple[int, int]:
        held = [same for cosine, same in found if low <= cosine < high]
        return sum(held), len(held) - sum(held)

    merged = count(thresholds.same, math.inf)
    asked = count(thresholds.ask, thresholds.same)
    every = sum(same for _, same in found)
    return Outcome(
        thresholds,
        merged,
        asked,
        count(-math.inf, thresholds.ask),
        precision=merged[0] / sum(merged) if sum(merged) else None,
        recall=merged[0] / every if every else None,
        reach=(merged[0] + asked[0]) / every if every else None,
    )


def _bins(found: list[tuple[float, bool]]) -> list[Bin]:
    places = [math.floor(cosine / WIDTH + 1e-6) for cosine, _ in found]
    bins = []
    for place in range(min(places), max(places) + 1):
        held = [same for (_, same), at in zip(found, places, strict=True) if at == place]
        low, high = round(place * WIDTH, 2), round((place + 1) * WIDTH, 2)
        bins.append(Bin(low, high, sum(held), len(held) - sum(held)))
    return bins
