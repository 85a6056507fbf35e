"""Stacked layers over time, each named beside the plot: for binding constraints and arrivals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.figures.frame import EndLabel
from sim.report.style import INK, PAPER
from sim.words.numbers import rounded

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.report.figures.frame import Canvas


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
