"""How the columns of a table share its width, and where long words may break."""

from __future__ import annotations

import re

from sim.report.blocks import Sheet

_LETTERS = 115
"""Letters that a table's line holds on a page."""
_BETWEEN = 4
"""Letters that the gap between two columns takes."""
_LONGEST_WORD = 26
"""A word that is longer may break anywhere."""
_BREAKS = re.compile(r"(?<=[._/,\-])(?=[^\W\d])")
_LONGEST_LINE = 48
"""A text that is longer takes several lines without harm."""


def pieces(text: str) -> list[str]:
    """Return a text in pieces between which a line may break: `facts.` `ceasefire.` `since`."""
    return [piece for part in _BREAKS.split(text) for piece in _short(part)] if len(text) > 16 else [text]


def _short(text: str) -> list[str]:
    """Cut words that nobody could set in one line."""
    return re.findall(rf" +|[^ ]{{1,{_LONGEST_WORD}}}", text)


def shares(sheet: Sheet, whole_words: bool = False) -> list[float]:
    """Return the columns' parts of the width, which add to 1.

    Each has at least its longest piece, with `whole_words` its longest word; what is left goes where texts
    are longer than that, first to those of which a line holds all.
    """
    texts = [[column.heading for column in sheet.columns], *sheet.texts]
    columns = list(zip(*texts, strict=True))
    longest = [max(map(len, column)) + _BETWEEN for column in columns]
    widths = [
        float(max(map(_longest_word if whole_words else _longest_piece, column)) + _BETWEEN)
        for column in columns
    ]
    for most in (_LONGEST_LINE, None):
        wanted = [max(width, min(most or long, long)) for width, long in zip(widths, longest, strict=True)]
        missing = sum(wanted) - sum(widths)
        room = min(1.0, max(0.0, _LETTERS - sum(widths)) / missing) if missing else 0.0
        widths = [width + room * (want - width) for width, want in zip(widths, wanted, strict=True)]
    return [width / sum(widths) for width in widths]


def _longest_piece(text: str) -> int:
    return max((len(piece) for word in text.split(" ") for piece in pieces(word)), default=0)


def _longest_word(text: str) -> int:
    return min(_LONGEST_LINE, max(map(len, text.split(" ")), default=0))
