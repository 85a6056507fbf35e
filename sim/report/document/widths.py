"""How the columns of a table share its width, and where long words may break."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sim.report.document.parts import Sheet

_LETTERS = 100
"""Letters that a table's line holds on a page."""
_BETWEEN = 2
"""Letters that the gap between two columns takes."""
_LONGEST_WORD = 26
"""A word that is longer may break anywhere."""
_BREAKS = re.compile(r"(?<=[._/,\-])(?=[^\W\d])")
_USUAL = 0.9


def pieces(text: str) -> list[str]:
    """Return a text in pieces between which a line may break beside its spaces: `facts.` `ceasefire.` `since`."""
    return [piece for part in _BREAKS.split(text) for piece in _short(part)] if len(text) > 16 else [text]


def _short(text: str) -> list[str]:
    """Cut words that nobody could set in one line."""
    return re.findall(rf" +|[^ ]{{1,{_LONGEST_WORD}}}", text)


def shares(sheet: Sheet) -> list[float]:
    """Return the columns' parts of the width, which add to 1.

    Each has at least its longest piece; what is left goes where texts are longer than that.
    """
    texts = [[column.heading for column in sheet.columns], *sheet.texts]
    columns = list(zip(*texts, strict=True))
    least = [max(map(_longest_piece, column)) + _BETWEEN for column in columns]
    wanted = [max(low, _usual(column) + _BETWEEN) for low, column in zip(least, columns, strict=True)]
    left = max(0.0, _LETTERS - sum(least))
    missing = [want - low for want, low in zip(wanted, least, strict=True)]
    room = min(1.0, left / sum(missing)) if sum(missing) else 0.0
    widths = [low + room * more for low, more in zip(least, missing, strict=True)]
    return [width / sum(widths) for width in widths]


def _longest_piece(text: str) -> int:
    return max((len(piece) for word in text.split(" ") for piece in pieces(word)), default=0)


def _usual(column: Sequence[str]) -> int:
    """Return the length that nine in ten texts of a column do not exceed."""
    lengths = sorted(map(len, column))
    return lengths[int(_USUAL * (len(lengths) - 1))]
