"""Dates that matter, as lines down a plot, named above it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sim.report.figures.frame import Canvas
from sim.report.figures.placing import spread
from sim.report.figures.text import renderer_of, width_of
from sim.report.style import FADED, SMALL

ABOVE = 0.16
"""Inches above a plot that the names need."""


def name_dates(canvas: Canvas, names: Sequence[tuple[dt.date, str]]) -> None:
    """Draw a line at each date and name it above the plot, moved apart where names would overlap.

    Names of dates that have not all room side by side are left out, the later ones first.
    """
    axes, figure = canvas.axes, canvas.figure
    dots = float(figure.dpi)
    frame = axes.get_window_extent(renderer_of(figure))
    for date, _ in names:
        axes.axvline(date.toordinal(), color=FADED, linewidth=0.6, linestyle=(0, (1.5, 2)), zorder=1)
    widths = [(width_of(words, figure, SMALL) + 0.08) * dots for _, words in names]
    kept = sum(sum(widths[: place + 1]) <= frame.width for place in range(len(widths)))
    wanted = [float(axes.transData.transform((date.toordinal(), 0))[0]) for date, _ in names[:kept]]
    centres = spread(wanted, widths[:kept], frame.x0, frame.x1)
    to_figure = figure.transFigure.inverted()
    for (_, words), centre in zip(names[:kept], centres, strict=True):
        x, y = to_figure.transform((centre, frame.y1 + 0.05 * dots))
        figure.text(x, y, words, ha="center", va="bottom", fontsize=SMALL, color=FADED)
