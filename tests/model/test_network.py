"""The incremental network agrees with the reference meaning of rules, at every instant and in every round."""

from __future__ import annotations

import heapq
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.model.network import RuleNetwork
from sim.plan.network import NetworkBuilder, initial_signals
from sim.rules.history import RecordedHistory, Signal
from sim.rules.meaning import holds
from sim.rules.parsing import parse
from sim.rules.references import references, signal_of, signals, subrules
from sim.rules.syntax import Recent
from sim.testing import rules as kit

BEGINS, ENDS = kit.FIRST - 5, kit.LAST + 40 * 86_400


def settled(record, time):
    """Return the history up to before `time`."""
    return {
        quantity: [(at, value) for at, value in zip(course.times, course.values, strict=True) if at < time]
        for quantity, course in record.courses.items()
    }


def seen(record, time, present):
    """Return the history in a round at `time`: settled before, `present` values now."""
    courses = {}
    for quantity, course in record.courses.items():
        past = [*settled(record, time)[quantity], (time, present[quantity])]
        courses[quantity] = Signal(
            course.initial, tuple(at for at, _ in past), tuple(value for _, value in past)
        )
    return RecordedHistory(record.start, courses)


class Player:
    """Plays a history into a network, round by round, and compares each round with the reference."""

    def __init__(self, rules, record):
        self.record = record
        builder = NetworkBuilder(record.start)
        for quantity in sorted(record.courses, key=str):
            builder.signal(quantity)
        self.nodes = {part: builder.node(part) for rule in rules for part in subrules(rule)}
        self.plan = builder.build()
        self.counted = {
            signal_of(quantity)
            for rule in rules
            for quantity in references(rule)
            if isinstance(quantity, Recent)
        }
        self.number = {quantity: place for place, quantity in enumerate(self.plan.signals)}
        known = {quantity: course.initial for quantity, course in record.courses.items()}
        self.present = dict(known)
        self.due = []
        self.network = RuleNetwork(self.plan, initial_signals(known, self.plan), BEGINS, self.wake)

    def wake(self, time, node):
        heapq.heappush(self.due, (max(time, BEGINS), node))

    def play(self, blips):
        """Play every instant: first `blips`, values that do not last, then what settles."""
        changes = defaultdict(dict)
        for quantity, course in self.record.courses.items():
            for time, value in zip(course.times, course.values, strict=True):
                changes[time][quantity] = value
        instants = sorted({*changes, *blips, BEGINS})
        while instants or self.due:
            time = min([*instants[:1], *(at for at, _ in self.due[:1])])
            if time > ENDS:
                return
            instants = [instant for instant in instants if instant > time]
            self.network.now = time
            for passing in blips.get(time, []):
                self.round(
                    time, {q: v for q, v in passing.items() if q in self.present and q not in self.counted}
                )
            self.round(time, self.back(time))
            self.round(time, changes[time])

    def back(self, time):
        """Return what the signals were before the instant, where a blip changed them."""
        return {
            quantity: course.at(time - 1)
            for quantity, course in self.record.courses.items()
            if self.present[quantity] != course.at(time - 1)
        }

    def round(self, time, values):
        while self.due and self.due[0][0] <= time:
            self.network.expire(heapq.heappop(self.due)[1])
        for quantity, value in values.items():
            if quantity in self.counted:
                self.network.add(self.number[quantity], int(value - self.present[quantity]))
            else:
                self.network.assign(self.number[quantity], value)
            self.present[quantity] = value
        self.network.propagate()
        history = seen(self.record, time, self.present)
        for part, node in self.nodes.items():
            assert self.network.truths[node] == holds(part, history, time), f"`{part}` at {time}\n{history}"


def cases(most_leaves):
    rules = st.lists(kit.rules(most_leaves=most_leaves), min_size=1, max_size=3)
    return rules.flatmap(lambda drawn: st.tuples(st.just(drawn), kit.histories(*drawn), blips(drawn)))


def blips(rules):
    """Values that last no time, at instants of their own and, whole days being many, at those of changes."""
    known = sorted({quantity for rule in rules for quantity in signals(rule)}, key=str)
    if not known:
        return st.just({})
    values = st.dictionaries(st.sampled_from(known), st.sampled_from((0.0, 1.0, 500.0)), max_size=2)
    return st.dictionaries(kit.instants(), st.lists(values, max_size=2), max_size=4)


def agree(case):
    rules, record, passing = case
    Player(rules, record).play(passing)


@pytest.mark.long
@settings(
    max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(cases(5))
def test_every_round_of_every_instant_agrees_with_the_reference(case):
    agree(case)


@pytest.mark.slow
@settings(max_examples=5_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(cases(8))
def test_every_round_agrees_with_the_reference_at_length(case):
    agree(case)


@pytest.mark.parametrize(
    "text",
    [
        "once not (ceasefire for 1 day)",
        "(not (ceasefire for 1 day)) within 2 days",
        "once (ceasefire for 1 day)",
    ],
)
def test_what_was_so_before_the_first_instant_was_so_for_ever(text):
    rule = parse(text)
    (quantity,) = signals(rule)
    agree(([rule], RecordedHistory(kit.START, {quantity: Signal(1.0)}), {}))
