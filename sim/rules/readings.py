"""A rule read against a history: each of its parts with the stretches in which it was true."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sim.rules.history import History
from sim.rules.meaning import truth
from sim.rules.sentences import NO_TITLES, Titles, TreeLine, tree
from sim.rules.syntax import Rule
from sim.rules.truths import Truth


@dataclass(frozen=True, slots=True)
class Reading:
    """A line of a rule's tree, and when its part was true."""

    line: TreeLine
    truth: Truth

    def stretches(self, begins: int, ends: int) -> Iterator[tuple[int, int]]:
        """Yield each stretch [from, to) in which the part was true, in seconds, cut to [begins, ends)."""
        for since, until in self.truth.intervals():
            first = begins if since is None else max(since, begins)
            last = ends if until is None else min(until, ends)
            if first < last:
                yield first, last


def readings(rule: Rule, history: History, titles: Titles = NO_TITLES) -> tuple[Reading, ...]:
    """Return the lines of a rule's tree, each with the truth of its part in a history, parents first.

    The rule must be bound and expanded (see `sim.rules.binding`).
    """
    return tuple(Reading(line, truth(line.part, history)) for line in tree(rule, titles))


def said_stretches(reading: Reading, start: dt.date, begins: int, ends: int, most: int = 6) -> str:
    """Say when a part was true between two instants, for example `2026-03-01 to 2026-04-15, from 2026-05-01`.

    A date without a time of day is its 00:00; what is true to the end is said as `from`. At most `most`
    stretches are said, and how many more there are.
    """
    stretches = list(reading.stretches(begins, ends))
    if not stretches:
        return "never"
    if stretches == [(begins, ends)]:
        return "always"
    said = [_stretch(start, first, last, begins, ends) for first, last in stretches[:most]]
    more = len(stretches) - most
    return ", ".join(said) + (f", and {more} more" if more > 0 else "")


def said_instant(start: dt.date, time: int) -> str:
    """Say an instant: its date, and the time of day unless that is 00:00."""
    moment = dt.datetime.combine(start, dt.time()) + dt.timedelta(seconds=time)
    return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat(" ", "minutes")


def _stretch(start: dt.date, first: int, last: int, begins: int, ends: int) -> str:
    if last == ends:
        return f"from {said_instant(start, first)}"
    if first == begins:
        return f"until {said_instant(start, last)}"
    return f"{said_instant(start, first)} to {said_instant(start, last)}"
