"""Dates that matter, as lines down a plot, named above it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sim.report.figures.frame import Canvas
from sim.report.figures.placing import spread
from sim.report.figures.text import renderer_of, width_of
from sim.report.style import FADED, SMALL
from sim.report.tables import Tables
from sim.words.dates import short_day

ABOVE = 0.16
"""Inches above a plot that the names need."""


def name_as_of(canvas: Canvas, tables: Tables) -> None:
    """Draw the line between what is known and what is simulated, where the scenario has one."""
    if tables.as_of is not None:
        name_dates(canvas, [(tables.as_of, f"as of {short_day(tables.as_of)}")])


def room_for_as_of(tables: Tables) -> float:
    """Inches above a plot that the as-of date needs."""
    return ABOVE if tables.as_of is not None else 0.0


def name_dates(canvas: Canvas, names: Sequence[tuple[dt.date, str]], shorter: Sequence[str] = ()) -> None:
    """Draw a line at each date and name it above the plot, moved apart where names would overlap.

    Where the names have no room side by side the `shorter` ones are used, and the last of those left out.
    """
    axes, figure = canvas.axes, canvas.figure
    dots = float(figure.dpi)
    frame = axes.get_window_extent(renderer_of(figure))
    for date, _ in names:
        axes.axvline(date.toordinal(), color=FADED, linewidth=0.6, linestyle=(0, (1.5, 2)), zorder=1)
    words = [name for _, name in names]
    if sum(_widths(canvas, words)) > frame.width:
        words = list(shorter) or words
    widths = _widths(canvas, words)
    kept = sum(sum(widths[: place + 1]) <= frame.width for place in range(len(widths)))
    wanted = [float(axes.transData.transform((date.toordinal(), 0))[0]) for date, _ in names[:kept]]
    centres = spread(wanted, widths[:kept], frame.x0, frame.x1)
    to_figure = figure.transFigure.inverted()
    for name, centre in zip(words[:kept], centres, strict=True):
        x, y = to_figure.transform((centre, frame.y1 + 0.05 * dots))
        figure.text(x, y, name, ha="center", va="bottom", fontsize=SMALL, color=FADED)


def _widths(canvas: Canvas, words: Sequence[str]) -> list[float]:
    """Widths in pixels with a gap."""
    return [(width_of(name, canvas.figure, SMALL) + 0.08) * float(canvas.figure.dpi) for name in words]
