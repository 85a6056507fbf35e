"""Who waits for whom: contributors on the left, those whose move they wait for on the right, bands between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.report.awaited import waiting_table
from sim.report.figures.frame import Canvas, EndLabel, caption_of, open_canvas, settle
from sim.report.figures.text import height_of, wrap
from sim.report.findings import counted_force
from sim.report.style import DISTINCT, FULL_WIDTH, GREY, INK, SMALL, darkened, drawing
from sim.report.tables import Tables, rows_of, tables_of
from sim.words.numbers import about, counted, percentage, rounded

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run

_MOST_WAITING = 15
_MOST_AWAITED = 10
_THICKEST = 0.9
"""The part of a row's height that all bands of the name with the most troop-days take."""
_THINNEST = 0.3
"""Points of a band's edge, so that the smallest can be seen."""


@dataclass(frozen=True, slots=True)
class Node:
    """A name at the end of bands; one that `gathers` stands for all that are not named."""

    words: str
    gathers: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """How many mean troop-days one waits for another."""

    who: Node
    whom: Node
    troop_days: float


def draw_waiting_graph(run: Run | Tables, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw who waits for whom: a band's width is the mean troop-days that conditions and consents hold back."""
    tables = tables_of(run)
    with drawing():
        canvas = open_canvas(axes, width)
        bands = gathered(waiting_table(tables))
        who, whom = _totals(bands, "who"), _totals(bands, "whom")
        high = max(1, len(who), len(whom))
        left, right = _places(who, high), _places(whom, high)
        shades = {node: DISTINCT[n] if n < len(DISTINCT) else GREY for n, node in enumerate(whom)}
        scale = _THICKEST / max([1.0, *who.values(), *whom.values()])
        for band, first, last in _ends(bands, (left, right), scale):
            _draw_band(canvas.axes, (first, last), scale * band.troop_days, shades[band.whom])
        labels = [
            EndLabel(right[node], _words(node, total), darkened(shades[node], 0.3), leader=False)
            for node, total in whom.items()
        ]
        rows = _name_rows(canvas, {_words(node, total): left[node] for node, total in who.items()}, high)
        caption = caption_of(tables, waiting_finding(tables), _measure(tables))
        inches = height_of(2 if canvas.narrow or rows > 1 else 1, SMALL) + 0.08
        settle(canvas, caption, high * inches, labels)
    return canvas.figure


def _measure(tables: Tables) -> str:
    return (
        f"Mean troop-days from start to end ({counted_force(tables)}) that contributors wait, left, for conditions and "
        "consents of those on the right"
    )


def _ends(
    bands: Sequence[Band], places: tuple[dict[Node, float], dict[Node, float]], scale: float
) -> Iterator[tuple[Band, float, float]]:
    """Yield each band with where its middle leaves and arrives: those of a name lie side by side, in order."""
    left, right = places
    used: dict[Node, float] = {}
    starts: dict[Band, float] = {}
    for band in sorted(bands, key=lambda each: (left[each.who], right[each.whom])):
        whole = sum(each.troop_days for each in bands if each.who == band.who)
        starts[band] = left[band.who] + scale * (used.get(band.who, 0.0) + band.troop_days / 2 - whole / 2)
        used[band.who] = used.get(band.who, 0.0) + band.troop_days
    used = {}
    for band in sorted(bands, key=lambda each: (right[each.whom], left[each.who])):
        whole = sum(each.troop_days for each in bands if each.whom == band.whom)
        end = right[band.whom] + scale * (used.get(band.whom, 0.0) + band.troop_days / 2 - whole / 2)
        used[band.whom] = used.get(band.whom, 0.0) + band.troop_days
        yield band, starts[band], end


def _draw_band(axes: Axes, ends: tuple[float, float], thick: float, colour: str) -> None:
    """A band from the left to the right edge that bends once, everywhere as thick."""
    import numpy as np

    along = np.linspace(0, 1, 41)
    middle = ends[0] + (ends[1] - ends[0]) * along**2 * (3 - 2 * along)
    axes.fill_between(
        along, middle - thick / 2, middle + thick / 2, color=colour, alpha=0.55, linewidth=_THINNEST
    )


def _places(nodes: dict[Node, float], high: int) -> dict[Node, float]:
    """Where each name stands, from the top; the shorter side is spread over the height of the longer one."""
    step = high / max(1, len(nodes))
    return {node: step * (number + 0.5) - 0.5 for number, node in enumerate(nodes)}


def _name_rows(canvas: Canvas, places: dict[str, float], high: int) -> int:
    """Name the rows to the left; returns how many lines the longest name takes."""
    room = canvas.width * (0.32 if canvas.narrow else 0.28)
    names = [wrap(name, canvas.figure, room, SMALL, most_lines=2) for name in places]
    canvas.axes.set_yticks(list(places.values()), ["\n".join(lines) for lines in names], fontsize=SMALL)
    canvas.axes.set_ylim(high - 0.5, -0.5)
    canvas.axes.set_xlim(0, 1)
    canvas.axes.tick_params(axis="y", length=0, labelcolor=INK)
    canvas.axes.set_xticks([])
    canvas.axes.spines["bottom"].set_visible(False)
    return max((len(lines) for lines in names), default=1)


def _words(node: Node, troop_days: float) -> str:
    return f"{node.words}: {rounded(troop_days):,}"


def _totals(bands: Sequence[Band], side: str) -> dict[Node, float]:
    """The troop-days of each name on a side, the largest first; those that are gathered come last."""
    totals: dict[Node, float] = {}
    for band in bands:
        node = getattr(band, side)
        totals[node] = totals.get(node, 0.0) + band.troop_days
    return dict(sorted(totals.items(), key=lambda entry: (entry[0].gathers, -entry[1], entry[0].words)))


def gathered(table: pd.DataFrame) -> list[Band]:
    """The bands of a table of who waits for whom, with all but the largest of either side gathered."""
    bands = [Band(Node(row.contributor), Node(row.whom), float(row.troop_days)) for row in rows_of(table)]
    for side, most in (("who", _MOST_WAITING), ("whom", _MOST_AWAITED)):
        nodes = list(_totals(bands, side))
        if len(nodes) > most:
            rest = Node(counted(len(nodes) - most + 1, "other"), gathers=True)
            kept = nodes[: most - 1]
            bands = [band if getattr(band, side) in kept else _with(band, side, rest) for band in bands]
    joined: dict[tuple[Node, Node], float] = {}
    for band in bands:
        joined[band.who, band.whom] = joined.get((band.who, band.whom), 0.0) + band.troop_days
    return [Band(who, whom, days) for (who, whom), days in joined.items()]


def _with(band: Band, side: str, node: Node) -> Band:
    return replace(band, who=node) if side == "who" else replace(band, whom=node)


def waiting_finding(tables: Tables) -> str:
    """Who waits longest for whom, and which part of all such waiting that is."""
    table = waiting_table(tables)
    total = float(table["troop_days"].sum())
    if not total:
        return "No contributor waits for anybody else's move"
    first = rows_of(table)[0]
    part = percentage(float(first.troop_days) / total)
    size = about(float(first.troop_days))
    return f"Most of all {first.contributor} waits for {first.whom}: {size} troop-days, {part} of all such waiting"
