"""What an unquoted word of a scenario file means: nothing that a planner writes turns into a surprise.

`true` and `false` are the only truth values (`on`, `off`, `yes`, `no` stay text), numbers are decimal, and
dates stay text until the key that they belong to reads them.
"""

from __future__ import annotations

import math
import re

from sim.scenario.nodes import Scalar


class ThreePlaces(float):
    """A number written with three digits behind its point, as `1.200`: elsewhere that is one thousand two hundred.

    Where troops are meant it is a fault (`sim.scenario.values`); anywhere else it is the number that it is.
    """

    text: str

    def __new__(cls, text: str) -> ThreePlaces:
        """Read the text, and keep it."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __reduce__(self) -> tuple[type[ThreePlaces], tuple[str]]:
        """Return how to make it again from its text."""
        return ThreePlaces, (self.text,)

    def __str__(self) -> str:
        """Return the number as it was written."""
        return self.text


MOST_DIGITS = 18
"""Most digits of a whole number."""

_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}
_WHOLE = re.compile(rf"[-+]?(?:0|[1-9][0-9]{{0,{MOST_DIGITS - 1}}})\Z")
_THREE_PLACES = re.compile(r"[0-9]{1,3}\.[0-9]{3}\Z")
_DECIMAL = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?\Z")


def read_word(text: str) -> Scalar:
    """Return what a plain (unquoted) scalar means: text, unless it is a number, `true`, `false` or `null`."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.match(text):
        return int(text)
    if _THREE_PLACES.match(text) and _DECIMAL.match(text):
        return ThreePlaces(text)
    number = float(text) if len(text) <= 40 and _DECIMAL.match(text) else math.inf
    if "e" in text.lower() and number.is_integer() and abs(number) < 10**MOST_DIGITS:
        return int(number)  # `1e3` is a thousand wherever a whole number is asked for
    return number if math.isfinite(number) else text
