"""Hypothesis strategies for commitment rules and for histories to read them against.

A property of rules is stated on both together::

    >>> from hypothesis import given
    >>> from hypothesis import strategies as st
    >>> from sim.rules.meaning import holds
    >>> from sim.rules.syntax import Not
    >>> from sim.testing.rules import instants, rules_with_histories
    >>> @given(rules_with_histories(), instants())
    ... def a_rule_or_its_opposite_holds(case, instant):
    ...     rule, history = case
    ...     assert holds(rule, history, instant) != holds(Not(rule), history, instant)
    >>> a_rule_or_its_opposite_holds()

Histories keep to what the simulator can produce: counts of events, casualties and `withdrawn` never fall,
consents are 0 or 1, facts are switches, shares or counts. Instants fall on whole days and hours more often
than not, and so do durations, so that the ends of windows coincide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from itertools import accumulate

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sim.durations import DAY, SECONDS_OF_UNIT, Duration
from sim.rules.history import RecordedHistory, Signal
from sim.rules.references import references, signals
from sim.rules.syntax import (
    ALWAYS,
    NEVER,
    After,
    And,
    AtLeast,
    Beds,
    Before,
    Casualties,
    Compare,
    Consent,
    Force,
    Holds,
    Not,
    Number,
    Once,
    Or,
    Quantity,
    Recent,
    Rule,
    Throughout,
    Value,
    Within,
)
from sim.rules.words import COMPARISONS, MEASURES, RESERVED

START = dt.date(2025, 11, 17)
"""Second 0 of the histories, unless another day is asked for."""

FIRST, LAST = -30 * DAY, 60 * DAY
"""The seconds between which histories change."""

FACTS = ("ceasefire", "mandate_clear", "military_action", "demilitarised")
EVENTS = ("violations", "incidents")
CONTRIBUTORS = ("azerbaijan", "indonesia", "turkey")
PARTIES = ("hamas", "israel")


def names() -> SearchStrategy[str]:
    """Names that a fact, contributor, party, role or sector may have."""
    return st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(lambda name: name not in RESERVED)


@cache
def durations() -> SearchStrategy[Duration]:
    """Lengths of time up to about a month, whole days most often."""
    days = st.builds(Duration, st.integers(1, 20).map(str), st.just("day"))
    hours = st.builds(Duration, st.integers(1, 72).map(str), st.just("hour"))
    fractions = st.builds(
        lambda whole, part, unit: Duration(f"{whole}.{part}", unit),
        st.integers(0, 2),
        st.integers(1, 99),
        st.sampled_from(("hour", "day", "week")),
    )
    long = st.builds(Duration, st.just("1"), st.sampled_from(sorted(SECONDS_OF_UNIT)))
    return st.one_of(days, hours, fractions, long)


@cache
def instants(first: int = FIRST, last: int = LAST) -> SearchStrategy[int]:
    """Seconds since the start, whole days most often."""
    return st.one_of(
        st.integers(-(-first // DAY), last // DAY).map(lambda day: day * DAY),
        st.integers(-(-first // 3_600), last // 3_600).map(lambda hour: hour * 3_600),
        st.integers(first, last),
    )


@cache
def numbers() -> SearchStrategy[Number]:
    """Numbers as rules hold them: small counts, troops, shares and percentages."""
    return st.one_of(
        st.integers(0, 6).map(str),
        st.sampled_from(("500", "1000", "0.25", "0.5", "1.0", "2.75")),
        st.sampled_from(("0%", "10%", "50%", "99.5%", "100%")),
    ).map(Number)


def quantities(facts: Iterable[str] = FACTS, events: Iterable[str] = EVENTS) -> SearchStrategy[Quantity]:
    """Every kind of quantity: facts, consents, forces, casualties, and windows over events and casualties."""
    contributor = st.none() | st.sampled_from(CONTRIBUTORS)
    counted: SearchStrategy[Value | Casualties] = st.one_of(
        st.sampled_from(tuple(events)).map(Value), st.builds(Casualties, contributor)
    )
    forces = st.builds(
        Force,
        st.sampled_from(MEASURES),
        contributor,
        st.none() | st.sampled_from(("infantry", "engineers")),
        st.none() | st.sampled_from(("rafah", "outside")),
        st.none() | st.sampled_from(("police", "any")),
    )
    beds = st.just(Beds())
    consents = st.builds(Consent, st.sampled_from(PARTIES), st.sampled_from(CONTRIBUTORS))
    return st.one_of(
        st.sampled_from(tuple(facts)).map(Value),
        st.sampled_from(tuple(events)).map(Value),
        st.builds(Recent, counted, durations()),
        forces,
        beds,
        consents,
        counted,
    )


def rules(
    quantity: SearchStrategy[Quantity] | None = None, most_leaves: int = 8, dates: bool = True
) -> SearchStrategy[Rule]:
    """Rules of every construct over quantities drawn from `quantity`, with up to `most_leaves` leaves.

    Without `dates`, the calendar is left out, and time changes a rule only by way of what happened.
    """
    drawn = quantities() if quantity is None else quantity
    leaves: list[SearchStrategy[Rule]] = [
        st.builds(Holds, drawn),
        st.builds(Compare, drawn, st.sampled_from(COMPARISONS), numbers()),
        st.sampled_from((ALWAYS, NEVER)),
    ]
    if dates:
        day = st.integers(FIRST // DAY, LAST // DAY).map(lambda days: START + dt.timedelta(days=days))
        leaves += [st.builds(After, day), st.builds(Before, day)]
    return st.recursive(st.one_of(leaves), _combined, max_leaves=most_leaves)


def courses(quantity: Quantity, counted: bool = False) -> SearchStrategy[Signal]:
    """Signals that `quantity` may have, with up to eight changes; `counted` ones never fall."""
    if counted or isinstance(quantity, Casualties):
        return _rising((0, 1, 2, 3))
    if isinstance(quantity, Force):
        return _rising((0, 100, 500)) if quantity.measure == "withdrawn" else _any((0, 499, 500, 1000, 1001))
    if isinstance(quantity, Value):
        return _any((0, 1)) | _any((0, 1, 2, 3, 5, 6)) | _any(tuple(step / 20 for step in range(21)))
    return _any((0, 1))


def histories(*read: Rule, start: dt.date = START) -> SearchStrategy[RecordedHistory]:
    """Histories with a course for each quantity that the given rules read, over `FIRST` to `LAST`."""
    counted = {
        quantity.counted for rule in read for quantity in references(rule) if isinstance(quantity, Recent)
    }
    known = sorted({quantity for rule in read for quantity in signals(rule)}, key=str)
    drawn = {quantity: courses(quantity, quantity in counted) for quantity in known}
    return st.fixed_dictionaries(drawn).map(lambda chosen: RecordedHistory(start, chosen))


def rules_with_histories(
    rule: SearchStrategy[Rule] | None = None,
) -> SearchStrategy[tuple[Rule, RecordedHistory]]:
    """Pairs of a rule and a history that it can be read against."""
    return (rules() if rule is None else rule).flatmap(
        lambda drawn: st.tuples(st.just(drawn), histories(drawn))
    )


def _combined(part: SearchStrategy[Rule]) -> SearchStrategy[Rule]:
    """Rules made of other rules."""
    several = st.lists(part, min_size=2, max_size=4).map(tuple)
    some = st.lists(part, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Not, part),
        st.builds(Once, part),
        st.builds(Throughout, part, durations()),
        st.builds(Within, part, durations()),
        st.builds(And, several),
        st.builds(Or, several),
        some.flatmap(lambda parts: st.builds(AtLeast, st.integers(1, len(parts)), st.just(parts))),
    )


@cache
def _any(values: tuple[float, ...]) -> SearchStrategy[Signal]:
    """Signals that jump between the given values."""
    return st.builds(_signal, st.sampled_from(values), _changes(values))


@cache
def _rising(steps: tuple[float, ...]) -> SearchStrategy[Signal]:
    """Signals that climb by the given steps."""

    def climbed(initial: float, changes: dict[int, float]) -> Signal:
        times = sorted(changes)
        values = accumulate((changes[time] for time in times), initial=initial)
        return _signal(initial, dict(zip(times, list(values)[1:], strict=True)))

    return st.builds(climbed, st.sampled_from(steps), _changes(steps))


@cache
def _changes(values: tuple[float, ...]) -> SearchStrategy[dict[int, float]]:
    return st.dictionaries(instants(), st.sampled_from(values), max_size=8)


def _signal(initial: float, changes: dict[int, float]) -> Signal:
    times = tuple(sorted(changes))
    return Signal(float(initial), times, tuple(float(changes[time]) for time in times))
