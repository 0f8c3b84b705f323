"""Plots, with matplotlib: no window, one file."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kgsynth.errors import KgsynthError, UsageError

if TYPE_CHECKING:
    from kgsynth.calibration import Agreement
    from kgsynth.steps.verify.calibrate import Calibration

FORMATS = (".png", ".svg", ".pdf")
LABELS = 16  # panels that are named one by one; of more, the best only


def calibration(found: "Sequence[Calibration]", path: Path) -> None:
    """Draws the panels of a calibration: retention to the right, precision up, F1 as colour.

    A part for each criterion. Raises UsageError for another format, KgsynthError where matplotlib
    is missing.
    """
    if path.suffix not in FORMATS:
        raise UsageError(f"A plot is one of {', '.join(FORMATS)}; not {path.name}.")
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise KgsynthError("Plots need matplotlib: pip install 'kgsynth[plots]'.") from None
    figure = Figure(figsize=(7 * len(found), 5.5), layout="constrained")
    axes = figure.subplots(1, len(found), squeeze=False)[0]
    for axis, each in zip(axes, found, strict=True):
        drawn = [panel for panel in each.panels if panel.precision is not None]
        dots = axis.scatter(
            [panel.retention for panel in drawn], [panel.precision for panel in drawn],
            c=[panel.f1 or 0 for panel in drawn], vmin=0, vmax=1, cmap="viridis", s=60,
            edgecolors="black", linewidths=0.5,
        )  # fmt: skip
        named = drawn if len(drawn) <= LABELS else front(drawn)
        together: dict[tuple[float, float | None], list[str]] = {}
        for panel in named:
            place = (panel.retention, panel.precision)
            together.setdefault(place, []).append("+".join(panel.judges))
        for place, names in together.items():
            axis.annotate("\n".join(names), place, xytext=(6, 4), textcoords="offset points",
                          fontsize=8)  # fmt: skip
        axis.set(
            xlim=(0, 1.05), ylim=(0, 1.05), xlabel="retention", ylabel="precision",
            title=f"{each.criterion}s against {Path(each.reference).name} ({each.items:,} items)",
        )  # fmt: skip
        axis.grid(alpha=0.3)
        figure.colorbar(dots, ax=axis, label="F1")
    figure.savefig(path, dpi=150)


def front(panels: "Sequence[Agreement]") -> "list[Agreement]":
    """Panels that no other beats in both precision and retention."""
    return [
        panel for panel in panels
        if not any(
            (other.precision or 0) >= (panel.precision or 0) and other.retention >= panel.retention
            and (other.precision, other.retention) != (panel.precision, panel.retention)
            for other in panels
        )
    ]  # fmt: skip
