"""From pledge to boots: how many troops wait for what, in the mean, on each day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.causes import KINDS, LOST, MOST_NAMED, of_kind
from sim.report.figures.frame import caption_of, centimetres, open_canvas
from sim.report.figures.layers import Layer, by_date, draw_stack
from sim.report.figures.timeline import thinned
from sim.report.findings import binding_finding, cause_words, counted_force
from sim.report.style import BLUE, FULL_WIDTH, INK, darkened, drawing
from sim.report.tables import Tables, tables_of
from sim.vocabulary import DEPLOYED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run

_SMALL_SHARE = 0.02


def draw_binding_stack(run: Run | Tables, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw the headline force's mean pledge as a stack: the deployed below, above who waits, by cause."""
    tables = tables_of(run)
    with drawing():
        canvas = open_canvas(axes, width)
        stack = thinned(by_date(tables.stack, "cause", "mean"))
        height = centimetres(6.0 if canvas.narrow else 7.5)
        measure = f"Mean pledged troops ({counted_force(tables)}) by what holds them back; numbers: last day"
        caption = caption_of(tables, binding_finding(tables), measure)
        draw_stack(canvas, tables, stack, _layers(tables, stack), caption, height=height, headroom=1 / 1.05)
    return canvas.figure


def _layers(tables: Tables, stack: pd.DataFrame) -> list[Layer]:
    """Deployed, then waiting causes by size, then the small ones by kind, then those who will not come."""
    means = stack.mean()
    enough = _SMALL_SHARE * float(means.sum())
    causes = [str(cause) for cause in stack.columns if cause != DEPLOYED and float(means[cause]) > 0]
    ordered = sorted(causes, key=lambda cause: (-float(means[cause]), cause))
    large = [cause for cause in ordered if float(means[cause]) >= enough]
    lost = [cause for cause in large if cause in LOST]
    shades = tables.cause_shades
    waiting = [cause for cause in large if cause in shades][:MOST_NAMED]
    layers = [_layer(stack, [DEPLOYED], "deployed", BLUE, darkened(BLUE, 0.1))]
    layers += [_layer(stack, [cause], cause_words(tables, cause), shades[cause]) for cause in waiting]
    layers += _small_layers(tables, stack, [c for c in ordered if c not in {*lost, *waiting}])
    layers += [_layer(stack, [cause], cause_words(tables, cause), LOST[cause]) for cause in lost]
    return layers


def _small_layers(tables: Tables, stack: pd.DataFrame, causes: Sequence[str]) -> list[Layer]:
    """One layer a kind of cause; a cause alone of its kind keeps its name and its colour."""
    layers = []
    left = list(causes)
    for kind, noun, colour in KINDS:
        own = [cause for cause in left if of_kind(cause, kind)]
        left = [cause for cause in left if cause not in own]
        if own:
            alone = len(own) == 1
            words = cause_words(tables, own[0]) if alone else f"other {noun} ({len(own)})"
            shade = tables.cause_shades.get(own[0], colour) if alone else colour
            layers.append(_layer(stack, own, words, shade))
    return layers


def _layer(stack: pd.DataFrame, causes: Sequence[str], words: str, colour: str, ink: str = INK) -> Layer:
    import numpy as np

    known = [cause for cause in causes if cause in stack.columns]
    troops = stack[known].sum(axis="columns").to_numpy(dtype=float) if known else np.zeros(len(stack))
    return Layer(words, troops, colour, ink=ink)
