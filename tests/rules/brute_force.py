"""What rules mean, a second time and by enumeration: one truth every six hours, every window looked through.

Written from the language's description alone and sharing nothing with `sim.rules.meaning`. All times and
lengths must be multiples of six hours. The grid must begin before anything changes.
"""

from __future__ import annotations

import datetime as dt
from itertools import accumulate

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
    Recent,
    Throughout,
    Within,
)

STEP = 6 * 3_600


def truth_each_step(rule, history, steps):
    """Return for each of the consecutive `steps` whether the rule is true at that instant."""
    if isinstance(rule, Holds):
        return [value > 0 for value in values_each_step(rule.quantity, history, steps)]
    if isinstance(rule, Compare):
        values = values_each_step(rule.quantity, history, steps)
        text = rule.number.text
        limit = float(text[:-1]) / 100 if text.endswith("%") else float(text)
        if rule.operator in ("==", "!="):
            return [(value == limit) == (rule.operator == "==") for value in values]
        below, above = rule.operator[0] == "<", rule.operator[0] == ">"
        or_equal = rule.operator.endswith("=")
        return [
            (value < limit and below) or (value > limit and above) or (value == limit and or_equal)
            for value in values
        ]
    if isinstance(rule, (After, Before)):
        midnight = dt.datetime.combine(history.start, dt.time())
        day = dt.datetime.combine(rule.date, dt.time())
        return [
            (midnight + dt.timedelta(seconds=step * STEP) >= day) == isinstance(rule, After) for step in steps
        ]
    if isinstance(rule, (Not, Once, Throughout, Within)):
        inner = truth_each_step(rule.part, history, steps)
        if isinstance(rule, Not):
            return [not now for now in inner]
        if isinstance(rule, Once):
            return list(accumulate(inner, lambda before, now: before or now))
        length, rest = divmod(rule.length.seconds, STEP)
        assert rest == 0
        choose = all if isinstance(rule, Throughout) else any
        return [choose(inner[max(0, i - length) : i + 1]) for i in range(len(inner))]
    assert isinstance(rule, (And, Or, AtLeast))
    needed = rule.count if isinstance(rule, AtLeast) else len(rule.parts) if isinstance(rule, And) else 1
    inner = [truth_each_step(part, history, steps) for part in rule.parts]
    return [sum(part[i] for part in inner) >= needed for i in range(len(steps))]


def values_each_step(quantity, history, steps):
    """Return the quantity's value at each of the `steps`."""
    if isinstance(quantity, Recent):
        signal = history.signal(quantity.counted)
        totals = [signal.initial, *signal.values]
        happened = [(time, totals[i + 1] - totals[i]) for i, time in enumerate(signal.times)]
        length = quantity.length.seconds
        return [
            sum(many for time, many in happened if step * STEP - length < time <= step * STEP)
            for step in steps
        ]
    signal = history.signal(quantity)
    changes = list(zip(signal.times, signal.values, strict=True))
    return [
        next((value for time, value in reversed(changes) if time <= step * STEP), signal.initial)
        for step in steps
    ]
