"""Measuring and wrapping text, so that nothing in a figure is clipped or overlaps."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sim.report.style import FONT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEADING = 1.3
"""Distance of two lines as a multiple of the font size."""
_ELLIPSIS = "…"
_NARROWEST = 0.15
"""Width of the narrowest letter as a part of the font size."""


def renderer_of(figure: Figure) -> Any:
    """The Agg renderer with which a figure measures its text."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas: Any = figure.canvas
    if not isinstance(canvas, FigureCanvasAgg):
        canvas = FigureCanvasAgg(figure)
    return canvas.get_renderer()


def width_of(words: str, figure: Figure, size: float, weight: str = "normal") -> float:
    """Width of one line in inches: that of its words and spaces, since letters are not kerned across a space."""
    dots = float(figure.dpi)
    parts = _SPACE.split(words)
    # Dots come in 64ths, so that the sum is that of the line to the last digit.
    return sum(_dots(part, size, weight, dots) for part in parts if part) / dots


_SPACE = re.compile("([ \N{NO-BREAK SPACE}])")


@lru_cache(maxsize=4096)
def _dots(word: str, size: float, weight: str, dots: float) -> float:
    """Width of a word; remembered, because wrapping asks for the same ones again and shaping them is slow."""
    from matplotlib.font_manager import FontProperties

    return metrics_of(word, FontProperties(family=FONT, size=size, weight=weight), dots)[0]


@lru_cache(maxsize=4096)
def metrics_of(words: str, font: Any, dots: float) -> tuple[float, float, float]:
    """Width, height and descent of a text in dots, as Agg draws it under the settings of `drawing()`.

    `font` are its properties, which nobody changes any more. Remembered for all figures: matplotlib remembers for one
    renderer, and a figure that is given its size has another one than it was measured with.
    """
    from matplotlib.backends.backend_agg import RendererAgg

    renderer: Any = RendererAgg
    width, height, descent = renderer(1, 1, dots).get_text_width_height_descent(words, font, False)
    return float(width), float(height), float(descent)


def height_of(lines: int, size: float) -> float:
    """Height of a block of lines in inches."""
    return lines * size * LEADING / 72


def wrap(
    words: str,
    figure: Figure,
    inches: float,
    size: float,
    *,
    weight: str = "normal",
    most_lines: int | None = None,
) -> list[str]:
    """Break a text into lines of at most `inches`.

    Beyond `most_lines` the last one is the text's end after an ellipsis; names that begin alike differ there.
    """
    # No line holds more letters than this; longer texts are not measured, for names may be very long.
    reach = max(2, int(inches / (size / 72 * _NARROWEST)))

    def fits(line: str) -> bool:
        return len(line) <= reach and width_of(line, figure, size, weight) <= inches

    lines: list[str] = []
    current = ""
    for word in _pieces(words):
        candidate = f"{current} {word}" if current else word
        if fits(candidate):
            current = candidate
            continue
        if current:
            lines.append(current)
        *full, current = _broken(word, fits, reach)
        lines.extend(full)
    lines.append(current)
    if most_lines is None or len(lines) <= most_lines:
        return lines
    tail = " ".join(lines[most_lines - 1 :])
    kept = _most(min(len(tail), reach), lambda count: fits(_ELLIPSIS + tail[len(tail) - count :]))
    tail = _from_a_word(tail, len(tail) - kept)
    return [*lines[: most_lines - 1], _ELLIPSIS + tail.lstrip()]


def _from_a_word(tail: str, start: int) -> str:
    """The end of a text from `start` on, without the rest of a word that is cut; a lone word stays cut."""
    shown = tail[start:]
    whole_words = shown if start == 0 or tail[start - 1] == " " else shown.partition(" ")[2]
    return whole_words or shown


def _pieces(words: str) -> Sequence[str]:
    """Words that may be parted by a line break; a percent sign or a dot stays with what is before it."""
    return words.replace(" %", "\N{NO-BREAK SPACE}%").replace(" ·", "\N{NO-BREAK SPACE}·").split(" ")


def _broken(word: str, fits: Callable[[str], bool], reach: int) -> list[str]:
    """A word that is too long for a line, cut after a hyphen or the like, or where it must be."""
    parts: list[str] = []
    while not fits(word) and len(word) > 1:
        end = _cut(word, fits, reach)
        parts.append(word[:end])
        word = word[end:]
    return [*parts, word]


def _cut(word: str, fits: Callable[[str], bool], reach: int) -> int:
    """How many of a word's letters go on a line."""
    end = _most(min(len(word) - 1, reach), lambda count: fits(word[:count]))
    joint = max(word.rfind(mark, 0, end) for mark in "-_/")
    return joint + 1 if joint > 0 else end


def _most(largest: int, fits: Callable[[int], bool]) -> int:
    """The largest count from 1 to `largest` that fits, 1 if none does."""
    low, high = 1, max(1, largest)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
