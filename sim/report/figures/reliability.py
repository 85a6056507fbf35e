"""The calibration curve of scored forecasts: how often what was given a chance happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.figures.frame import Caption, centimetres, open_canvas, settle
from sim.report.style import BLUE, FADED, FULL_WIDTH, INK, SMALL, drawing
from sim.results.statistics import wilson
from sim.words.numbers import counted, percentage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from sim.studies.forecasts.scoring import ScoredForecast


def draw_reliability(scored: Sequence[ScoredForecast], width: float = FULL_WIDTH) -> Figure:
    """Draw for each tenth of the chances given the share that happened, with its number of cases.

    The bars are 95 % intervals (Wilson) as if cases were independent; those of one fact on several dates are
    not, so that a curve of few forecasts proves less than its bars say.
    """
    from matplotlib.ticker import PercentFormatter

    from sim.studies.forecasts.scoring import calibration

    rows = calibration(scored)
    with drawing():
        canvas = open_canvas(None, width)
        axes = canvas.axes
        axes.plot([0, 1], [0, 1], color=FADED, linewidth=0.8, linestyle=(0, (4, 3)))
        for _, _, cases, chance, happened in rows:
            low, high = wilson(round(happened * cases), cases)
            axes.plot([chance, chance], [low, high], color=BLUE, linewidth=1.0)
            axes.plot([chance], [happened], color=BLUE, marker="o", markersize=4.5)
            above = happened < 0.5
            axes.annotate(
                f"{cases}",
                (chance, high if above else low),
                xytext=(0, 3 if above else -3),
                textcoords="offset points",
                ha="center",
                va="bottom" if above else "top",
                fontsize=SMALL,
                color=INK,
            )
        axes.set_xlim(-0.03, 1.03)
        axes.set_ylim(-0.1, 1.1)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0])
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
        axes.set_xlabel("Chance given")
        settle(canvas, Caption(_finding(scored), _SUBTITLE, _source(scored)), centimetres(7.0))
    return canvas.figure


_SUBTITLE = (
    "Share that happened by the chance that was given, with cases and 95 % intervals (as if these were "
    "independent); on the dashed line forecasts mean what they say"
)


def _finding(scored: Sequence[ScoredForecast]) -> str:
    """Say whether more or less happened than was given a chance."""
    told = [each for one in scored for each in (*one.chances, *one.boots)]
    if not told:
        return "No chance can be scored yet"
    mean = sum(each.chance for each in told) / len(told)
    happened = sum(each.happened for each in told) / len(told)
    given, came = percentage(mean), percentage(happened)
    return f"On average {given} was given, and {came} happened, of {counted(len(told), 'case')}"


def _source(scored: Sequence[ScoredForecast]) -> str:
    names = ", ".join(each.name for each in scored[:3]) + (" …" if len(scored) > 3 else "")
    until = max(each.known_until for each in scored)
    return f"Source: ISF simulator, {counted(len(scored), 'forecast')} ({names}); known until {until}."
