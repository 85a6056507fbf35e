"""What is wrong with a figure: text clipped or over other text, what lies beyond its axes; and whose a label is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
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


def said(figure: Figure) -> str:
    """All words of a figure in the order in which they were written, each gap as one blank."""
    return " ".join(" ".join(text.get_text() for text in figure.texts).replace("\xa0", " ").split())


def beyond_the_axes(figure: Figure) -> list[str]:
    """Curves and bands that reach beyond the ends of an axis: cut off there, or where no scale is."""
    faults = []
    for axes in figure.axes:
        for kind, (low, high), place in (
            ("x", sorted(axes.get_xlim()), 0),
            ("y", sorted(axes.get_ylim()), 1),
        ):
            dust = 1e-6 * (high - low)
            for points in _points(axes):
                ends = points[:, place].min(), points[:, place].max()
                if ends[0] < low - dust or ends[1] > high + dust:
                    faults.append(
                        f"{kind} from {ends[0]:g} to {ends[1]:g} on an axis from {low:g} to {high:g}"
                    )
    return faults


def _points(axes: Any) -> Iterator[Any]:
    """The points of curves and bands that stand in the axes' own units."""
    found = [line.get_xydata() for line in axes.lines if line.get_transform() == axes.transData]
    found += [
        path.vertices
        for band in axes.collections
        if isinstance(band, PolyCollection)
        for path in band.get_paths()
        if len(path.vertices) > 9
    ]
    for points in found:
        known = points[np.isfinite(points).all(axis=1)]
        if len(known):
            yield known


def led(figure: Figure) -> Iterator[tuple[Text, float]]:
    """Labels beside the last axes with a line that leads to them, and the height in the axes where it begins."""
    axes = figure.axes[-1]
    for leader in (artist for artist in figure.artists if isinstance(artist, Line2D)):
        if len(leader.get_xdata()) == 2:
            (_, start), (x, end) = leader.get_xydata()
            height = axes.transData.inverted().transform(figure.transFigure.transform((x, start)))[1]
            beside = [text for text in figure.texts if abs(text.get_position()[1] - end) < 1e-9]
            yield from ((label, height) for label in beside)


def darker(label: str, colour: str) -> bool:
    """Whether a colour is another one mixed with black."""
    own, other = (
        np.array([int(each[place : place + 2], 16) for place in (1, 3, 5)]) for each in (label, colour)
    )
    share = own.sum() / max(1, other.sum())
    return bool(share <= 1 and np.allclose(own, other * share, atol=1.5))


def drawn_figures(tables):
    """Name and drawing function of each figure that a run has something for."""
    from sim.report.figures.registry import run_exhibits

    return [(exhibit.name, exhibit.draw) for exhibit in run_exhibits(tables)]


def comparison_figures(tables):
    """The same of a comparison."""
    from sim.report.figures.registry import comparison_exhibits

    return [(exhibit.name, exhibit.draw) for exhibit in comparison_exhibits(tables)]
