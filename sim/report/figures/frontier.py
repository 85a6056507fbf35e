"""The frontier: how likely the target becomes with each further unit of effort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.answers.packages import PlanWords, Search, amount, frontier_finding
from sim.report.figures.frame import Canvas, Caption, EndLabel, centimetres, open_canvas, settle
from sim.report.style import BLUE, FADED, FULL_WIDTH, GREY, INK, LINE, PAPER, SMALL, VERMILLION, drawing
from sim.words.numbers import counted, left_out, percentage

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.packages.planning import Planning


def draw_frontier(search: Search, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw every package by effort and chance; those on the frontier joined and named, with 95 % intervals."""
    planning = search.planning
    words = PlanWords(planning, search.scenario)
    with drawing():
        canvas = open_canvas(axes, width)
        others = [entry for entry in planning.entries if entry not in planning.frontier]
        canvas.axes.scatter(
            [entry.effort for entry in others],
            [entry.chance for entry in others],
            s=7,
            color=GREY,
            alpha=0.6,
            linewidth=0,
            zorder=2,
        )
        _draw_line(canvas, planning)
        _axes(canvas, planning)
        _number_points(canvas, planning)
        settle(canvas, _caption(search, words), centimetres(5.5 if canvas.narrow else 8.0), _labels(words))
    return canvas.figure


def _draw_line(canvas: Canvas, planning: Planning) -> None:
    axes, frontier = canvas.axes, planning.frontier
    efforts = [entry.effort for entry in frontier]
    axes.step(
        efforts, [entry.chance for entry in frontier], where="post", color=BLUE, linewidth=1.0, zorder=3
    )
    for entry in frontier:
        chosen = entry == planning.answer
        colour = VERMILLION if chosen else BLUE
        axes.plot([entry.effort] * 2, [entry.low, entry.high], color=colour, linewidth=1.0, zorder=4)
        axes.plot(
            [entry.effort],
            [entry.chance],
            marker="o",
            markersize=6 if chosen else 4.5,
            color=colour,
            markeredgecolor=PAPER,
            markeredgewidth=0.7,
            zorder=5,
            clip_on=False,
        )


def _axes(canvas: Canvas, planning: Planning) -> None:
    axes = canvas.axes
    most = max(entry.effort for entry in planning.entries) or 1.0
    axes.set_xlim(-0.03 * most, most * 1.04)
    axes.set_ylim(0, 1)
    shares = [0, 0.25, 0.5, 0.75, 1]
    axes.set_yticks(shares, [f"{share:.0%}".replace("%", " %") for share in shares])
    axes.grid(axis="y", color=LINE, linewidth=0.5)
    axes.set_xlabel(f"Effort ({planning.deck.unit})", fontsize=SMALL + 0.5)
    wanted = planning.terms.wanted
    axes.axhline(wanted, color=FADED, linewidth=0.7, linestyle=(0, (4, 2)), zorder=1)
    axes.annotate(
        f"wanted: {percentage(wanted)}",
        (-0.03 * most, wanted),
        xytext=(2, 2),
        textcoords="offset points",
        ha="left",
        va="bottom",
        fontsize=SMALL,
        color=FADED,
    )


def _number_points(canvas: Canvas, planning: Planning) -> None:
    """Number the frontier's packages as their labels beside the axes do."""
    for place, entry in enumerate(planning.frontier, 1):
        canvas.axes.annotate(
            str(place),
            (entry.effort, entry.chance),
            xytext=(-4, 3),
            textcoords="offset points",
            ha="right",
            fontsize=SMALL,
            color=INK,
            zorder=6,
        )


def _labels(words: PlanWords) -> list[EndLabel]:
    planning = words.planning
    return [
        EndLabel(
            entry.chance,
            f"{place}  {words.package(entry.package)}: {percentage(entry.chance)} for {amount(entry.effort)}",
            VERMILLION if entry == planning.answer else INK,
            leader=False,
        )
        for place, entry in enumerate(planning.frontier, 1)
    ]


def _caption(search: Search, words: PlanWords) -> Caption:
    packages = counted(len(search.planning.entries), "package")
    measure = (
        f"Chance that {words.target} is held on its date, by the effort of each of {packages} (grey); blue: the "
        "frontier, with 95 % intervals"
    )
    if search.planning.answer is not None:
        measure += "; red: the cheapest that is likely enough"
    said = [measure, search.scenario.scenario, left_out(search.planning.failed)]
    subtitle = " · ".join(filter(None, said))
    worlds = max(entry.worlds for entry in search.planning.entries)
    source = f"Source: ISF simulator, isf plan, up to {counted(worlds, 'world')} a package."
    return Caption(frontier_finding(search), subtitle, source)
