"""How far an assumption could reasonably be off, as its author says: what sensitivity moves it to.

A path is one of the file (`facts.ceasefire.stays_on`, `theatre.sectors.rafah.opens_on`), or that of a rule
followed by one of its numbers as it is written there (`definitions.calm.30 days`, `…commits_when.500`).
"""

from __future__ import annotations

import re
from typing import Any

from sim.scenario.fields import Block

_UNIT = r"(?:hour|day|week|month|quarter|year)s?"
_TIME = rf"[0-9]+(?:\.[0-9]+)?\s+{_UNIT}"
_LIMIT = r"(?:>=|<=|==|!=|>|<)\s*([0-9]+(?:\.[0-9]+)?%?)"
_DATE = r"(?:after|before)\s+([0-9]{4}-[0-9]{2}-[0-9]{2})"
_WRITTEN = re.compile(rf"({_TIME})(?![a-z0-9_])|{_LIMIT}|{_DATE}")


class Plausible(Block):
    """The lowest and the highest value that an assumption could reasonably have."""

    low: Any
    high: Any


def numbers_in(rule: str) -> tuple[str, ...]:
    """Return the lengths of time, limits and dates of a rule as they are written, each once, in order."""
    found = [next(each for each in match if each) for match in _WRITTEN.findall(rule)]
    return tuple(dict.fromkeys(found))


def with_number(rule: str, written: str, other: str) -> str:
    """Return a rule in which another number stands where one is written."""
    return re.sub(rf"(?<![0-9A-Za-z_.-]){re.escape(written)}(?![0-9A-Za-z_%-]|\s+{_UNIT})", other, rule)


def parted(path: str, rules: tuple[str, ...]) -> tuple[str, str]:
    """Return the path of a rule and which of its numbers a path names; ("", "") if it names none."""
    for rule in rules:
        if path.startswith(f"{rule}."):
            return rule, path[len(rule) + 1 :]
    return "", ""
