"""Who makes up the force: mean troops deployed by contributor on each day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.figures.frame import caption_of, centimetres, open_canvas
from sim.report.figures.layers import Layer, by_date, draw_stack
from sim.report.findings import arrival_finding
from sim.report.style import FULL_WIDTH, GREY, colours, drawing
from sim.report.tables import Tables, tables_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run

_SMALL_SHARE = 0.01
"""Of the whole area: a contributor with less is one of the others."""


def draw_arrivals(run: Run | Tables, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw the mean level of the headline force as a stack of its contributors, the largest pledge below."""
    tables = tables_of(run)
    with drawing():
        canvas = open_canvas(axes, width)
        stack = by_date(tables.by_contributor, "contributor", "mean")
        height = centimetres(5.5 if canvas.narrow else 7.0)
        force = f" ({tables.headline_force})" if tables.headline_force else ""
        measure = f"Mean troops deployed at the end of the day{force}, by contributor; numbers: last day"
        caption = caption_of(tables, arrival_finding(tables), measure)
        draw_stack(canvas, tables, stack, _layers(tables, stack), caption, height=height)
    return canvas.figure


def _layers(tables: Tables, stack: pd.DataFrame) -> list[Layer]:
    """The contributors with a colour of their own by size of pledge, then all others together in grey.

    The colours are those of the largest pledges, as in every figure; who sends next to nothing needs none.
    """
    names = [str(name) for name in stack.columns]
    shades = colours([*tables.pledges], tables.pledges)
    ever = [name for name in names if float(stack[name].max()) > 0]
    ordered = sorted(ever, key=lambda name: (-tables.pledges.get(name, 0.0), name))
    enough = _SMALL_SHARE * float(stack.to_numpy().sum())
    shown = [
        name for name in ordered if shades.get(name, GREY) != GREY and float(stack[name].sum()) >= enough
    ]
    layers = [_layer(tables.contributor_name(name), stack[[name]], shades[name]) for name in shown]
    rest = [name for name in ordered if name not in shown]
    if rest:
        words = tables.contributor_name(rest[0]) if len(rest) == 1 else f"others ({len(rest)})"
        layers.append(_layer(words, stack[rest], GREY))
    return layers


def _layer(words: str, troops: pd.DataFrame, colour: str) -> Layer:
    return Layer(words, troops.sum(axis="columns").to_numpy(dtype=float), colour)
