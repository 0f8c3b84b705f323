"""Joint scores by hand; accuracy, precision, recall, F1 and retention against scikit-learn."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from kgsynth import config, plots
from kgsynth.calibration import Agreement, agreement, panels
from kgsynth.errors import UsageError
from kgsynth.joint import PROBLEM, SOLUTION, joint_scores, kept
from kgsynth.steps.verify.calibrate import Calibration, read_labels

NAN = np.nan


@pytest.mark.parametrize(
    ("votes", "weights", "quorum", "score"),
    [
        ([0.8, 0.9, 0.85], [1, 1, 1], 3, 0.85),
        ([0.8, 0.9, 0.85], [2, 1, 1], 3, 0.8375),
        ([1, 0, 0], [3, 0.5, 0.5], 3, 0.75),
        ([1, NAN, 0.5], [3, 7, 1], 2, 0.875),
        ([1, NAN, 0.5], [3, 7, 1], 3, None),
        ([NAN, NAN, NAN], [1, 1, 1], 1, None),
        ([NAN, 1, NAN], [1, 0, 1], 1, None),
        ([NAN, 1, 0.5], [1, 0, 1], 2, 0.5),
        ([0, 0, 0], [1, 1, 1], 3, 0.0),
    ],
)
def test_the_score_of_a_problem(
    votes: list[float], weights: list[float], quorum: int, score: float | None
) -> None:
    (found,) = joint_scores(PROBLEM, np.array([votes]), np.array(weights), quorum)
    assert (None if np.isnan(found) else found) == score


@pytest.mark.parametrize(
    ("votes", "quorum", "score"),
    [([1, 1, 1], 3, 1), ([1, 0, 1], 3, 0), ([1, NAN, 1], 2, 1), ([1, NAN, 1], 3, None),
     ([0, NAN, 1], 3, None), ([0, NAN, NAN], 1, 0), ([NAN, NAN, NAN], 1, None)],
)  # fmt: skip
def test_one_vote_vetoes_a_solution(votes: list[float], quorum: int, score: float | None) -> None:
    # Weights are no matter: a judge of weight 0 may veto.
    (found,) = joint_scores(SOLUTION, np.array([votes]), np.zeros(3), quorum)
    assert (None if np.isnan(found) else found) == score


def test_a_threshold_keeps_what_lies_on_it() -> None:
    scores = np.array([0.85, 0.849999, NAN, 1])
    assert kept(PROBLEM, scores).tolist() == [True, False, False, True]
    assert kept(PROBLEM, scores, 0.9).tolist() == [False, False, False, True]
    assert kept(SOLUTION, np.array([1, 0, NAN]), 0.0).tolist() == [True, False, False]


def test_measures_by_hand() -> None:
    predicted = np.array([1, 1, 1, 0, 0, 0, 0, 0], bool)
    truth = np.array([1, 1, 0, 1, 1, 0, 0, 0], bool)
    assert agreement(("a",), predicted, truth) == Agreement(
        ("a",), accuracy=5 / 8, precision=2 / 3, recall=1 / 2, f1=4 / 7, retention=3 / 8
    )
    none = np.zeros(8, bool)
    assert agreement((), none, truth) == Agreement((), 0.5, None, 0.0, None, 0.0)
    assert agreement((), predicted, none) == Agreement((), 5 / 8, 0.0, None, None, 3 / 8)


@pytest.mark.parametrize("criterion", [PROBLEM, SOLUTION])
def test_every_panel_against_scikit_learn(criterion: str) -> None:
    random = np.random.default_rng(7)
    truth = random.random(500) < 0.6
    noisy = [np.where(random.random(500) < right, truth, ~truth) for right in (0.9, 0.8, 0.7, 0.6)]
    votes = np.column_stack(noisy).astype(float)
    if criterion == PROBLEM:
        votes = np.round(np.clip(votes * 0.9 + random.normal(0, 0.1, votes.shape), 0, 1), 2)
    names, weights = ("a", "b", "c", "d"), np.array([2.0, 1, 1, 0.5])
    found = list(panels(criterion, names, votes, weights, truth, threshold=0.7))
    assert len(found) == 15 and len({panel.judges for panel in found}) == 15
    assert [len(panel.judges) for panel in found] == sorted(len(p.judges) for p in found)
    for panel in found:
        places = [names.index(name) for name in panel.judges]
        if criterion == PROBLEM:
            mean = np.average(votes[:, places], axis=1, weights=weights[places])
            predicted = mean > 0.7 - 1e-9
        else:
            predicted = votes[:, places].all(axis=1)
        assert panel.accuracy == pytest.approx(metrics.accuracy_score(truth, predicted))
        assert panel.precision == pytest.approx(metrics.precision_score(truth, predicted))
        assert panel.recall == pytest.approx(metrics.recall_score(truth, predicted))
        assert panel.f1 == pytest.approx(metrics.f1_score(truth, predicted))
        assert panel.retention == pytest.approx(predicted.mean())
    pairs = list(panels(criterion, names, votes, weights, truth, threshold=0.7, size=2))
    assert pairs == found[:10]
    # A veto only ever takes away.
    if criterion == SOLUTION:
        assert found[-1].retention == min(panel.retention for panel in found)


def test_a_panel_of_no_weight_is_left_out() -> None:
    votes, truth = np.ones((2, 2)), np.ones(2, bool)
    found = panels(PROBLEM, ("a", "b"), votes, np.array([1.0, 0]), truth, threshold=0.5)
    assert [panel.judges for panel in found] == [("a",), ("a", "b")]


def test_the_paper_s_table_holds_together() -> None:
    """Its five rows (table 4) follow from precision, recall and retention by our definitions.

    All within their two digits but the accuracy of the second, which is .02 above what follows.
    """
    for accuracy, precision, recall, f1, retention in (
        (0.29, 0.35, 0.50, 0.41, 0.71), (0.80, 0.75, 0.89, 0.81, 0.65),
        (0.87, 0.85, 0.90, 0.87, 0.59), (0.90, 0.94, 0.85, 0.89, 0.45),
        (0.75, 0.97, 0.52, 0.68, 0.27),
    ):  # fmt: skip
        items = 10_000
        keeps = round(items * retention)
        both = round(keeps * precision)
        good = round(both / recall)
        predicted, truth = np.zeros(items, bool), np.zeros(items, bool)
        predicted[:keeps] = True
        truth[keeps - both : keeps - both + good] = True
        found = agreement((), predicted, truth)
        assert found.accuracy == pytest.approx(accuracy, abs=0.025)
        assert found.f1 == pytest.approx(f1, abs=0.01)
        assert found.precision == pytest.approx(precision, abs=0.001)
        assert found.recall == pytest.approx(recall, abs=0.001)


def test_labels_are_read_or_refused_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text('{"id": "a", "good": true}\n\n{"id": "b", "good": false, "by": "me"}\n')
    assert read_labels(file) == {"a": True, "b": False}
    for line in ('{"id": "c"}', '{"id": "c", "good": 1}', "no", '{"id": "a", "good": false}', "[]"):
        file.write_text(f'{{"id": "a", "good": true}}\n{line}\n')
        with pytest.raises(UsageError, match="jsonl:2"):
            read_labels(file)


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_a_plot_is_drawn(suffix: str, tmp_path: Path) -> None:
    rows = tuple(
        Agreement(judges, 0.5, precision, 0.5, 0.5, retention)
        for judges, precision, retention in (
            (("a",), 0.4, 0.8), (("b",), 0.3, 0.7), (("a", "b"), 0.9, 0.2), (("c",), None, 0.0),
        )
    )  # fmt: skip
    path = tmp_path / f"panels{suffix}"
    plots.calibration([Calibration(SOLUTION, "gpt", 9, 5, 0, rows)] * 2, path)
    assert path.stat().st_size > 5_000
    plots.calibration([Calibration(SOLUTION, "gpt", 0, 0, 9, ())], tmp_path / f"none{suffix}")
    with pytest.raises(UsageError, match=r"\.png"):
        plots.calibration([], tmp_path / "panels.txt")


def test_a_panel_in_the_settings() -> None:
    table = {
        "default": {"temperature": 0.1, "model": "d"},
        "judge": {"model": "j"},
        "judges": [{"name": "x", "weight": 2}, {"name": "y z", "model": "m", "temperature": 0.5}],
    }
    x, y = config.judges(table, max_tokens=9)
    assert (x.name, x.weight, x.settings.model, x.settings.temperature) == ("x", 2, "j", 0.1)
    assert (y.name, y.weight, y.settings.model, y.settings.temperature) == ("y z", 1, "m", 0.5)
    assert x.settings.max_tokens == 9 and y.settings.role == "judge y z"
    assert config.roles(table) == (*config.ROLES, "judge x", "judge y z")
    (alone,) = config.judges({"judge": {"model": "j"}})
    assert (alone.name, alone.weight, alone.settings.role) == ("judge", 1, "judge")
    assert config.roles({}) == config.ROLES


@pytest.mark.parametrize(
    ("listed", "says"),
    [
        ([{"name": "x"}, {"name": "x"}], "two judges"),
        ([{"name": "x", "weight": 0}, {"name": "y", "weight": 0}], "sum to 0"),
        ([{"name": "x", "weight": -1}], "from 0"),
        ([{"name": "x", "weight": "2"}], "from 0"),
        ([{"name": "x", "weight": float("nan")}], "from 0"),
        ([{"name": "x", "wieght": 1}], "wieght"),
        ([{"name": "x", "api_key": "sk"}], "api_key_env"),
        ([{}], "name"),
        ([{"name": " "}], "name"),
        ({"name": "x"}, r"\[\[models.judges\]\]"),
        (["x"], r"\[\[models.judges\]\]"),
    ],
)
def test_a_panel_that_is_wrong_is_told(listed: object, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        config.judges(json.loads(json.dumps({"judges": listed})))
