"""What is wrong with a figure's text: clipped by the canvas, or one text over another."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.report.style import drawing

_TOLERANCE = 1.0
"""Pixels that boxes may share: glyphs do not fill their boxes."""


def shown_texts(figure: Figure) -> list[Text]:
    """Every text that the figure shows."""
    texts: list[Any] = figure.findobj(Text)
    return [text for text in texts if text.get_visible() and text.get_text().strip()]


def layout_faults(figure: Figure) -> list[str]:
    """Every text that is clipped by the figure's edge, and every two that overlap."""
    canvas = FigureCanvasAgg(figure)
    renderer = canvas.get_renderer()
    with drawing():
        figure.draw_without_rendering()
        boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in shown_texts(figure)]
    edge = figure.bbox
    faults = [
        f"clipped: {words!r}"
        for words, box in boxes
        if box.x0 < edge.x0 - _TOLERANCE
        or box.x1 > edge.x1 + _TOLERANCE
        or box.y0 < edge.y0 - _TOLERANCE
        or box.y1 > edge.y1 + _TOLERANCE
    ]
    for (first, one), (second, other) in combinations(boxes, 2):
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        high = min(one.y1, other.y1) - max(one.y0, other.y0)
        if wide > _TOLERANCE and high > _TOLERANCE:
            faults.append(f"overlap: {first!r} and {second!r}")
    return faults


def drawn_figures(tables):
    """Name and drawing function of each figure that a run has something for."""
    from sim.report.figures.registry import run_exhibits

    return [(exhibit.name, exhibit.draw) for exhibit in run_exhibits(tables)]


def comparison_figures(tables):
    """The same of a comparison."""
    from sim.report.figures.registry import comparison_exhibits

    return [(exhibit.name, exhibit.draw) for exhibit in comparison_exhibits(tables)]
