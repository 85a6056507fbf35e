"""Text from a scenario, a path or a message as it may reach a terminal: nothing in it steers the terminal."""

from __future__ import annotations

import re
import unicodedata

_KEPT = "\n\t\u200c\u200d"
"""Line ends, tabs, and the two joiners without which some scripts are misspelt."""

_OUR_OWN = re.compile("(\x1b\\[(?:[0-9;]*m|\\?25[lh]|[0-9]*A|[0-9]*K)|\r)")
"""The sequences with which tables are coloured and a progress bar is drawn again."""


def harmless(text: str) -> str:
    """Return a text with what would steer a terminal shown by its escape.

    That is every control character (escape sequences begin with one), every mark that turns the direction of
    writing, and what is no character at all; spaces of any width are spaces.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def coloured(text: str) -> str:
    """Return what a table or progress bar is printed as: with its own colours and moves, the rest harmless."""
    return "".join(part if place % 2 else harmless(part) for place, part in enumerate(_OUR_OWN.split(text)))


def _shown(letter: str) -> str:
    if letter.isprintable() or letter in _KEPT:
        return letter
    if unicodedata.category(letter) == "Zs":
        return letter
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")
