"""Plots, with matplotlib: no window, one file."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kgsynth.errors import KgsynthError, UsageError

if TYPE_CHECKING:
    from kgsynth.steps.verify.calibrate import Calibration

FORMATS = (".png", ".svg", ".pdf")
PANELS = 40  # rows at most: the best by F1
# A measure with its mark; colours of Okabe and Ito, which the colour-blind tell apart.
MEASURES = {
    "accuracy": ("#999999", "s"), "precision": ("#0072B2", "o"), "recall": ("#E69F00", "o"),
    "f1": ("#000000", "D"), "retention": ("#009E73", "|"),
}  # fmt: skip


def calibration(found: "Sequence[Calibration]", path: Path) -> None:
    """Draws a calibration: a row a panel, the best F1 on top, a mark a measure.

    A part for each criterion. Raises UsageError for another format, KgsynthError where matplotlib
    is missing.
    """
    if path.suffix not in FORMATS:
        raise UsageError(f"A plot is one of {', '.join(FORMATS)}; not {path.name}.")
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise KgsynthError(
            "Plots need matplotlib: pip install -e '.[plots]' in the checkout of kgsynth."
        ) from None
    rows = max(min(len(each.panels), PANELS) for each in found)
    figure = Figure(figsize=(7 * len(found), 1.6 + 0.3 * rows), layout="constrained")
    axes = figure.subplots(1, len(found), squeeze=False)[0]
    for axis, each in zip(axes, found, strict=True):
        drawn = sorted(each.panels, key=lambda panel: -(panel.f1 or 0))[:PANELS]
        names = [" + ".join(panel.judges) for panel in drawn]
        for measure, (colour, mark) in MEASURES.items():
            points = [
                (value, place)
                for place, panel in enumerate(drawn)
                if (value := getattr(panel, measure)) is not None
            ]
            axis.scatter(
                [value for value, _ in points], [place for _, place in points], label=measure,
                c=colour, marker=mark, s=90 if mark == "|" else 30, zorder=3,
            )  # fmt: skip
        axis.set_yticks(range(len(names)), names, parse_math=False)
        axis.invert_yaxis()
        axis.set(
            xlim=(-0.02, 1.02),
            title=f"{each.criterion}s against {Path(each.reference).name} ({each.items:,} items)",
        )
        axis.grid(alpha=0.3)
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=5, fontsize=8)
    figure.savefig(path, dpi=150)
