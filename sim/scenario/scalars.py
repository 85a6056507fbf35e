"""What an unquoted word of a scenario file means: nothing that a planner writes turns into a surprise.

`true` and `false` are the only truth values (`on`, `off`, `yes`, `no` stay text), numbers are decimal, and
dates stay text until the key that they belong to reads them.
"""

from __future__ import annotations

import math
import re

from sim.scenario.nodes import Scalar

MOST_DIGITS = 18
"""Most digits of a whole number."""

_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}
_WHOLE = re.compile(rf"[-+]?(?:0|[1-9][0-9]{{0,{MOST_DIGITS - 1}}})\Z")
_DECIMAL = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?\Z")


def read_word(text: str) -> Scalar:
    """Return what a plain (unquoted) scalar means: text, unless it is a number, `true`, `false` or `null`."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.match(text):
        return int(text)
    number = float(text) if len(text) <= 40 and _DECIMAL.match(text) else math.inf
    return number if math.isfinite(number) else text
