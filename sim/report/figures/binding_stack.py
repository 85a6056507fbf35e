"""From pledge to boots: how many troops wait for what, in the mean, on each day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.figures.frame import caption_of, centimetres, open_canvas, plot_width, settle
from sim.report.figures.layers import Layer, by_date, draw_layers, layer_labels
from sim.report.figures.timeline import date_axis, positions, troop_axis
from sim.report.findings import DEPLOYED, binding_finding, cause_words
from sim.report.style import (
    BLUE,
    FULL_WIDTH,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    YELLOW,
    darkened,
    drawing,
)
from sim.report.tables import Tables, tables_of
from sim.report.wording import capitalised, counted, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run

_CAUSE_COLOURS = (ORANGE, SKY, YELLOW, PURPLE, GREEN, VERMILLION)
# Troops that will not come any more are grey: nothing holds them back, they are lost.
_LOST = {"refused": "#8C8C8C", "undelivered": "#B5B5B5", "withdrawn": "#6B6B6B"}
_SMALL_SHARE = 0.02
_MOST_CAUSES = 6


def draw_binding_stack(run: Run | Tables, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw the mean pledge as a stack: those deployed below, above them those who wait, by cause."""
    tables = tables_of(run)
    with drawing():
        canvas = open_canvas(axes, width)
        stack = by_date(tables.stack, "cause", "mean")
        layers = _layers(tables, stack)
        labels = layer_labels(layers)
        draw_layers(canvas, positions(stack.index), layers)
        troop_axis(canvas.axes, float(stack.sum(axis="columns").max()) / 1.05, 5)
        date_axis(canvas.axes, tables.scenario.start, tables.scenario.end, plot_width(canvas, labels))
        height = centimetres(6.0 if canvas.narrow else 7.5)
        measure = "Mean pledged troops by what holds them back, all forces; numbers: last day"
        settle(canvas, caption_of(tables, binding_finding(tables), measure), height, labels)
    return canvas.figure


def _layers(tables: Tables, stack: pd.DataFrame) -> list[Layer]:
    """Deployed, then waiting causes by size, then the small ones together, then those who will not come."""
    means = stack.mean()
    total = max(float(means.sum()), 1.0)
    causes = [str(cause) for cause in stack.columns if cause != DEPLOYED]
    ordered = sorted(causes, key=lambda cause: (-float(means[cause]), cause))
    lost = [cause for cause in ordered if cause in _LOST and float(means[cause]) / total >= _SMALL_SHARE]
    large = [c for c in ordered if c not in _LOST and float(means[c]) / total >= _SMALL_SHARE][:_MOST_CAUSES]
    small = [cause for cause in ordered if cause not in {*lost, *large} and float(means[cause]) > 0]
    layers = [_layer(stack, [DEPLOYED], "Deployed", BLUE, darkened(BLUE, 0.1))]
    for cause, colour in zip(large, _CAUSE_COLOURS, strict=False):
        layers.append(_layer(stack, [cause], capitalised(cause_words(tables, cause)), colour))
    if small:
        words = f"Other ({counted(len(small), 'cause')})"
        words = capitalised(cause_words(tables, small[0])) if len(small) == 1 else words
        layers.append(_layer(stack, small, words, "#E4E4E4"))
    for cause in lost:
        layers.append(_layer(stack, [cause], capitalised(cause_words(tables, cause)), _LOST[cause]))
    return layers


def _layer(stack: pd.DataFrame, causes: Sequence[str], words: str, colour: str, ink: str = INK) -> Layer:
    import numpy as np

    known = [cause for cause in causes if cause in stack.columns]
    troops = stack[known].sum(axis="columns").to_numpy(dtype=float) if known else np.zeros(len(stack))
    last = rounded(float(troops[-1])) if len(troops) else 0
    return Layer(f"{words} {last:,}", troops, colour, ink=ink)
