"""Learned laws against what was observed: quantile by quantile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.report.style import BLUE, BODY, FADED, FULL_WIDTH, GREY, INK, SMALL, TITLE, drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.calibration.quantiles import QuantileFit

_ACROSS = 3
_LEAST = 0.5
_DECADES = (1, 10, 100, 1_000, 10_000)
_FEWEST = 3
"""With fewer whole decades in sight 2 and 5 of each are ticks too."""


def draw_quantiles(compared: Mapping[str, QuantileFit], width: float = FULL_WIDTH) -> Figure:
    """Draw for each law the observed quantiles of the delays over the law's own, in days, on log scales."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    across = min(_ACROSS if width >= 0.75 * FULL_WIDTH else 2, len(compared))
    down = -(-len(compared) // across)
    with drawing():
        figure = Figure(figsize=(width, 0.9 + down * width / across * 0.95))
        FigureCanvasAgg(figure)
        figure.subplots_adjust(
            left=0.09,
            right=0.98,
            top=1 - 0.75 / figure.get_figheight(),
            bottom=0.09,
            hspace=0.55,
            wspace=0.35,
        )
        figure.text(
            0.01, 0.985, "Learned laws against what was seen", fontsize=TITLE, fontweight="bold", va="top"
        )
        figure.text(
            0.01,
            1 - 0.3 / figure.get_figheight(),
            "Quantiles in days: seen (upright) over the law's (across); on the line they agree",
            fontsize=BODY,
            color=FADED,
            va="top",
        )
        for place, (title, each) in enumerate(compared.items(), start=1):
            _panel(figure.add_subplot(down, across, place), title, each)
    return figure


def _panel(axes: Axes, title: str, compared: QuantileFit) -> None:
    ends = _ends([*compared.law, *compared.seen])
    axes.plot(ends, ends, color=GREY, linewidth=0.8)
    axes.plot(compared.law, compared.seen, "o", color=BLUE, markersize=2.2)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(ends)
    axes.set_ylim(ends)
    ticks = _ticks(*ends)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks(ticks, labels=[f"{tick:,}" for tick in ticks])
        axis.set_ticks([], minor=True)
    axes.set_title(f"{title}\n{compared.words}", loc="left", fontsize=SMALL, color=INK)


def _ticks(low: float, high: float) -> list[int]:
    """Return the days that are marked on an axis: at least two, so that its scale can be read."""
    decades = [day for day in _DECADES if low <= day <= high]
    finer = [step * day for day in _DECADES for step in (1, 2, 5) if low <= step * day <= high]
    return decades if len(decades) >= _FEWEST else finer


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low = max(_LEAST, min(values, default=1.0))  # hours are below what dates can tell
    return low / 1.3, max(max(values, default=10.0), 4 * low) * 1.3
