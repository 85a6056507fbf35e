"""Stacked layers over time, each named beside the plot: for binding constraints and arrivals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.figures.dates import name_as_of, room_for_as_of
from sim.report.figures.frame import EndLabel, plot_width, settle
from sim.report.figures.timeline import date_axis, positions, troop_axis
from sim.report.style import INK, PAPER
from sim.words.numbers import rounded

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.report.figures.frame import Canvas, Caption
    from sim.report.tables import Tables


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a stack: its troops on each day, how it is called and how it is filled."""

    words: str
    troops: NDArray[np.float64]
    colour: str
    ink: str = INK


def by_date(table: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """A tidy table as one row a date and one column a name, with 0 where the table has no row."""
    return table.pivot_table(
        index="date", columns=column, values=value, aggfunc="sum", fill_value=0.0
    ).sort_index()


def draw_layers(canvas: Canvas, days: NDArray[np.float64], layers: Sequence[Layer]) -> None:
    """Draw the layers from the bottom up, parted by white lines that greyscale print keeps."""
    import numpy as np

    floor = np.zeros(len(days))
    for layer in layers:
        top = floor + layer.troops
        canvas.axes.fill_between(
            days,
            floor,
            top,
            facecolor=layer.colour,
            edgecolor=PAPER,
            linewidth=0.4,
            label=layer.words,
        )
        floor = top


def draw_stack(
    canvas: Canvas,
    tables: Tables,
    stack: pd.DataFrame,
    layers: Sequence[Layer],
    caption: Caption,
    *,
    height: float,
    headroom: float = 1.0,
) -> None:
    """Draw a whole figure of layers over the dates of `stack`, `height` inches high, with the as-of date on it.

    `headroom` is what the highest day counts for on the axis, which leaves some room above it.
    """
    labels = layer_labels(layers)
    draw_layers(canvas, positions(stack.index), layers)
    troop_axis(canvas.axes, headroom * float(stack.sum(axis="columns").max()) if len(stack) else 0.0, 5)
    date_axis(canvas.axes, tables.scenario.start, tables.scenario.end, plot_width(canvas, labels))
    settle(canvas, caption, height, labels, above=room_for_as_of(tables))
    name_as_of(canvas, tables)


def layer_labels(layers: Sequence[Layer]) -> list[EndLabel]:
    """Each layer's troops on the last day and its name, at its middle on that day, from the bottom up."""
    labels = []
    floor = 0.0
    for layer in layers:
        last = float(layer.troops[-1]) if len(layer.troops) else 0.0
        words = f"{rounded(last):,} {layer.words}"
        if rounded(last) == 0:
            words += f" (at most {rounded(max(layer.troops, default=0.0)):,})"
        labels.append(EndLabel(floor + last / 2, words, layer.ink))
        floor += last
    return labels
