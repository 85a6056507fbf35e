"""What a rule means: when it is true in a history.

These are the reference semantics, exact on whole seconds and pure; whatever else reads rules agrees with
them. A rule is read bound and expanded: `self` and definitions are filled in (see `binding`).
"""

from __future__ import annotations

from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne

from sim.durations import seconds_between
from sim.rules.history import History, Signal, StoppedHistory
from sim.rules.syntax import (
    After,
    And,
    AtLeast,
    Before,
    Compare,
    Holds,
    Not,
    Once,
    Or,
    Quantity,
    Readings,
    Recent,
    Rule,
    Throughout,
    Within,
)
from sim.rules.truths import Truth, counted


def holds(rule: Rule, history: History, time: int) -> bool:
    """Say whether `rule` is true at the instant `time` (seconds since 00:00 of the start).

    Nothing that the history says of later instants is read.
    """
    return truth(rule, history).at(time)


def next_change(rule: Rule, history: History, time: int) -> int | None:
    """Return the first instant after `time` at which the passing of time alone changes the truth of `rule`.

    What the history says of later instants is not read: every signal keeps the value that it has at `time`.
    None if the truth never changes by itself.
    """
    return truth(rule, StoppedHistory(history, time)).next_flip(time)


def truth(rule: Rule, history: History) -> Truth:  # noqa: PLR0911  # one branch for each construct
    """Return when `rule` is true, over all of time."""
    match rule:
        case Holds(quantity):
            return _where(measured(quantity, history), lambda value: value > 0)
        case Compare(quantity, operator, number):
            comparison, limit = comparison_of(operator), number.value
            return _where(measured(quantity, history), lambda value: comparison(value, limit))
        case After(date):
            return Truth(False, (seconds_between(history.start, date),))
        case Before(date):
            return Truth(True, (seconds_between(history.start, date),))
        case Not(part):
            return truth(part, history).inverted()
        case Once(part):
            return truth(part, history).from_first()
        case Throughout(part, length):
            return truth(part, history).throughout(length.seconds)
        case Within(part, length):
            return truth(part, history).within(length.seconds)
        case And(parts):
            return counted([truth(part, history) for part in parts], len(parts))
        case Or(parts):
            return counted([truth(part, history) for part in parts], 1)
        case AtLeast(count, parts):
            return counted([truth(part, history) for part in parts], count)
        case Readings(parts):
            return truth(parts[int(history.signal(rule.chosen).at(0))], history)


def measured(quantity: Quantity, history: History) -> Signal:
    """Return the course of `quantity`; of a `Recent` the number counted in (t − length, t]."""
    if isinstance(quantity, Recent):
        return _window(history.signal(quantity.counted), quantity.length.seconds)
    return history.signal(quantity)


def comparison_of(operator: str) -> Callable[[float, float], bool]:
    """Return the comparison that `>=`, `<=`, `>`, `<`, `==` or `!=` stands for."""
    return {">=": ge, "<=": le, ">": gt, "<": lt, "==": eq, "!=": ne}[operator]


def _window(total: Signal, length: int) -> Signal:
    """Return total(t) − total(t − length): what is counted at s is counted from s until before s + length."""
    times = tuple(sorted({*total.times, *(time + length for time in total.times)}))
    return Signal(0.0, times, tuple(total.at(time) - total.at(time - length) for time in times))


def _where(signal: Signal, condition: Callable[[float], bool]) -> Truth:
    """Return when the signal's value fulfils the condition."""
    initial = now = condition(signal.initial)
    flips = []
    for time, value in zip(signal.times, signal.values, strict=True):
        if condition(value) != now:
            now = not now
            flips.append(time)
    return Truth(initial, tuple(flips))
