"""The backtest's figures: skill by horizon, PIT, and each mission's fan with what came."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from sim.report.figures.frame import Caption, EndLabel, centimetres, open_canvas, settle
from sim.report.style import (
    BLUE,
    BODY,
    FADED,
    FULL_WIDTH,
    GREY,
    INK,
    ORANGE,
    SMALL,
    TITLE,
    VERMILLION,
    drawing,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.report.backtest_findings import Findings
    from sim.studies.backtest.study import Fan

_OUTER = "#CFE3F1"
_INNER = "#8DBEDF"
_ACROSS = 5
_CLEAR = 0.4
"""Inches of a figure's width that a number of days needs below its axis, which is not all of the width."""


def draw_skill(findings: Findings, width: float = FULL_WIDTH) -> Figure:
    """Draw the mean CRPS of the template and of the reference classes by horizon."""
    with drawing():
        canvas = open_canvas(None, width)
        axes = canvas.axes
        labels = []
        for name, colour in (("template", BLUE), ("gap", ORANGE), ("class", GREY)):
            course = findings.crps_by_day(name)
            if not course:
                continue
            axes.plot(
                list(course), list(course.values()), color=colour, linewidth=1.4, marker="o", markersize=2.5
            )
            labels.append(EndLabel(list(course.values())[-1], findings.words[name], colour))
        axes.set_ylim(bottom=0)
        axes.set_xscale("log")
        axes.set_xticks(findings.days, labels=_spaced(findings.days, width))
        axes.set_xticks([], minor=True)
        settle(
            canvas,
            Caption(
                findings.headline,
                "Mean CRPS in shares of the ceiling (lower is better) by days after the mandate; cluster left out",
                findings.source,
            ),
            centimetres(6.0),
            labels,
        )
    return canvas.figure


def _spaced(days: Sequence[int], width: float) -> list[str]:
    """Return a label for each day on an axis of logarithms, empty where it would touch the one to its right."""
    span = math.log(days[-1] / days[0]) if len(days) > 1 else 1.0
    labels, following = [], math.inf
    for day in reversed(days):
        clear = math.log(following / day) > _CLEAR / width * span
        labels.append(str(day) if clear else "")
        following = day if clear else following
    return labels[::-1]


def draw_pit(findings: Findings, width: float = FULL_WIDTH) -> Figure:
    """Draw where what came fell within the forecasts: flat if they say what they mean."""
    with drawing():
        canvas = open_canvas(None, width)
        axes = canvas.axes
        histogram = findings.pit
        edges = [place / len(histogram) for place in range(len(histogram) + 1)]
        axes.bar(
            [(low + high) / 2 for low, high in pairwise(edges)],
            histogram,
            width=0.92 / len(histogram),
            color=_INNER,
        )
        axes.axhline(sum(histogram) / len(histogram), color=INK, linewidth=0.8)
        axes.set_xticks(edges, labels=[f"{100 * edge:.0f} %" for edge in edges])
        settle(
            canvas,
            Caption(
                findings.pit_headline,
                "Scores by the forecast's chance of less than what came (PIT); the line is a flat histogram",
                findings.source,
            ),
            centimetres(5.0),
        )
    return canvas.figure


def draw_fans(findings: Findings, width: float = FULL_WIDTH) -> Figure:
    """Draw each mission's forecast of day 0 with what was counted, as shares of the ceiling."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    fans = findings.fans
    across = _ACROSS if width >= 0.75 * FULL_WIDTH else 2
    down = -(-len(fans) // across)
    with drawing():
        height = 0.85 + down * 1.15
        figure = Figure(figsize=(width, height))
        FigureCanvasAgg(figure)
        figure.subplots_adjust(left=0.07, right=0.99, top=1 - 0.8 / height, bottom=0.35 / height, hspace=0.45)
        figure.text(
            0.01, 1 - 0.06 / height, findings.fan_headline, fontsize=TITLE, fontweight="bold", va="top"
        )
        figure.text(
            0.01,
            1 - 0.32 / height,
            "Share of the ceiling by months after the mandate: median, 50 and 90 % bands forecast on day 0\n"
            "with the mission's cluster left out; points: counted",
            fontsize=BODY,
            color=FADED,
            va="top",
        )
        for place, fan in enumerate(fans, start=1):
            _fan(figure.add_subplot(down, across, place), fan, findings.fan_days, left=place % across == 1)
    return figure


def _fan(axes: Axes, fan: Fan, days: Sequence[int], left: bool) -> None:
    months = [day / 30.4375 for day in days]
    low, lower, middle, upper, high = zip(*fan.bands, strict=True)
    axes.fill_between(months, low, high, color=_OUTER, linewidth=0)
    axes.fill_between(months, lower, upper, color=_INNER, linewidth=0)
    axes.plot(months, middle, color=INK, linewidth=0.7)
    counted = [(day / 30.4375, share) for day, share in fan.counts if day <= days[-1]]
    axes.plot(*zip(*counted, strict=True), "o", color=VERMILLION, markersize=1.8)
    axes.set_ylim(0, 1.3)
    axes.set_xlim(0, 24)
    axes.set_xticks([0, 12, 24])
    axes.set_yticks([0, 0.5, 1.0], labels=["0", "50 %", "100 %"] if left else ["", "", ""])
    axes.set_title(fan.mission, loc="left", fontsize=SMALL, color=INK, pad=2)
