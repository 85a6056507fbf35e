"""The change of an answer from one run to another: a bar for each part, from then to now."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from sim.report.style import BLUE, BODY, FADED, FULL_WIDTH, GREY, INK, SMALL, TITLE, VERMILLION, drawing
from sim.report.telling.why import why_sentence
from sim.words.differences import signed
from sim.words.names import printable
from sim.words.numbers import decimals

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.studies.why import Why

_WIDEST = 44


def draw_waterfall(found: Why, width: float = FULL_WIDTH) -> Figure:
    """Draw the parts below each other, each beginning where the one before it ends."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    scale = 100.0 if found.share else 1.0
    rows = [("Then", 0.0, float(found.then) * scale, GREY)]
    at = float(found.then) * scale
    for part in found.parts:
        change = float(part.change) * scale
        rows.append((printable(part.said), at, change, BLUE if change >= 0 else VERMILLION))
        at += change
    rows.append(("Now", 0.0, float(found.now) * scale, GREY))
    with drawing():
        figure = Figure(figsize=(width, 0.9 + 0.3 * len(rows)))
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.42, 0.16, 0.50, 0.66))
        for place, (_, left, change, colour) in enumerate(rows):
            axes.barh(place, change, left=left, color=colour, height=0.6)
            end = max(left, left + change)
            text = signed(change, 1) if 0 < place < len(rows) - 1 else decimals(change, 1)
            axes.annotate(
                text, (end, place), (3, 0), textcoords="offset points", va="center", fontsize=SMALL, color=INK
            )
        axes.set_yticks(
            range(len(rows)), [textwrap.shorten(row[0], _WIDEST, placeholder=" …") for row in rows]
        )
        axes.tick_params(labelsize=SMALL, length=0)
        axes.invert_yaxis()
        axes.set_xlabel("percent" if found.share else "troops", fontsize=BODY, color=FADED)
        axes.margins(x=0.15)
        title = "\n".join(textwrap.wrap(why_sentence(found), 100)[:3])
        figure.text(0.02, 0.97, title, va="top", fontsize=TITLE - 1, color=INK)
    return figure
