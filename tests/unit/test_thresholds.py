"""Calibration against counting by hand, on planted similarities."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from kgsynth import config, embed
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.merging import calibration

SAME = [0.97, 0.9, 0.85, 0.82, 0.81, 0.8, 0.79, 0.78, 0.72, 0.3]
DIFFERENT = [0.88, 0.75, 0.5, -0.2]


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, bool]]:
    """Pairs whose second name says the angle to the first."""

    def encode(texts: list[str], model: str) -> np.ndarray:
        cosines = np.array([float(text.split()[-1]) for text in texts])
        return np.stack([cosines, np.sqrt(1 - cosines**2)], axis=1)

    monkeypatch.setattr(embed, "encode", encode)
    labelled = [(value, True) for value in SAME] + [(value, False) for value in DIFFERENT]
    return [("name 1.0", f"name {value}", same) for value, same in labelled]


def test_against_counting(planted: list[tuple[str, str, bool]]) -> None:
    found = calibration.calibrate(planted, config.BUNDLED, embed.Thresholds(0.85, 0.75))
    assert found.model == embed.NAME
    in_force = found.in_force
    assert in_force is not None
    assert (in_force.merged, in_force.asked, in_force.apart) == ((3, 1), (5, 1), (2, 2))
    assert (in_force.precision, in_force.recall, in_force.reach) == (3 / 4, 3 / 10, 8 / 10)
    # Above every pair that differs; nine of ten that are the same at or above.
    assert found.suggested.thresholds == embed.Thresholds(same=0.89, ask=0.72)
    assert (found.suggested.precision, found.suggested.reach) == (1.0, 0.9)
    assert sum(one.same for one in found.bins) == 10
    assert sum(one.different for one in found.bins) == 4
    for one in found.bins:
        assert one.same == sum(one.low <= value < one.high for value in SAME)
        assert one.different == sum(one.low <= value < one.high for value in DIFFERENT)
        assert math.isclose(one.high - one.low, calibration.WIDTH)
    assert json.loads(json.dumps(found.as_row()))["suggested"]["merged"] == [2, 0]


def test_no_pair_is_no_number(planted: list[tuple[str, str, bool]]) -> None:
    found = calibration.calibrate(planted, "other", embed.Thresholds(0.99, 0.98))
    assert found.in_force is not None
    assert (found.in_force.precision, found.in_force.recall) == (None, 0.0)


@pytest.mark.parametrize("line", [
    "{", "[]", '{"a": "x", "b": "y"}', '{"a": "x", "b": "y", "same": 1}',
    '{"a": "", "b": "y", "same": true}', '{"a": null, "b": "y", "same": true}',
])  # fmt: skip
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"a": "x", "b": "y", "same": true}\n\n' + line + "\n")
    with pytest.raises(KgsynthError, match="line 3"):
        calibration.read(file)
    file.write_text('{"a": "x", "b": "y", "same": true}\n')
    with pytest.raises(KgsynthError, match="pairs that are not"):
        calibration.read(file)


def test_thresholds_by_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kgsynth.toml").write_text(
        '[embeddings."my/model"]\nsame = 0.8\nask = 0.5\n[embeddings."BAAI/bge-m3"]\nask = 0.6\n'
        "[embeddings.odd]\nsame = 0.8\nband = 0.5\n"
    )
    monkeypatch.chdir(tmp_path)
    assert embed.thresholds("my/model") == embed.Thresholds(0.8, 0.5)
    assert embed.thresholds("my/model", ask=0.7) == embed.Thresholds(0.8, 0.7)
    assert embed.thresholds("BAAI/bge-m3") == embed.Thresholds(0.9, 0.6)
    assert embed.known("another") is None
    for model, same, ask, says in (
        ("another", None, 0.5, "--calibrate"),
        ("odd", None, None, "band"),
        ("my/model", 0.4, None, "ask <= same"),
    ):
        with pytest.raises(UsageError, match=says):
            embed.thresholds(model, same, ask)
