"""When the calendar alone can change a rule."""

from __future__ import annotations

import datetime as dt

from sim.durations import seconds_between
from sim.rules.references import parts
from sim.rules.syntax import After, Before, Not, Rule, Throughout, Within


def instants_of(rule: Rule, start: dt.date) -> set[int]:
    """Return the instants at which the calendar alone can change a part of a rule."""
    found: set[int] = set()
    _collect_edges(rule, start, found)
    return found


def _collect_edges(rule: Rule, start: dt.date, found: set[int]) -> set[tuple[int, bool]]:
    """Add the instants of a rule and its parts; return its own, each with whether it can become true there.

    A window moves one end of a stretch and leaves the other: `for` the beginning, `within` the end.
    """
    edges: set[tuple[int, bool]] = set()
    for part in parts(rule):
        edges |= _collect_edges(part, start, found)
    match rule:
        case After(date) | Before(date):
            edges = {(seconds_between(start, date), isinstance(rule, After))}
        case Not():
            edges = {(edge, not rises) for edge, rises in edges}
        case Throughout(_, length) | Within(_, length):
            moved = isinstance(rule, Throughout)
            edges = {(edge + length.seconds if rises == moved else edge, rises) for edge, rises in edges}
    found.update(edge for edge, _ in edges)
    return edges
