from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.durations import DAY, Duration
from sim.rules import parse
from sim.rules.history import RecordedHistory, Signal, StoppedHistory
from sim.rules.meaning import holds, next_change, truth
from sim.rules.references import signals
from sim.rules.syntax import ALWAYS, NEVER, Casualties, Consent, Force, Not, Recent, Value
from sim.testing import rules as kit

from .brute_force import STEP, truth_each_step

START = dt.date(2025, 11, 17)
STEPS = range(-31 * 4, 66 * 4)


def read(text, **courses):
    """Return the rule's truth where each fact is 0, then takes each value from each day on."""
    rule = parse(text)
    known = {Value(name): course(changes) for name, changes in courses.items()}
    return truth(rule, RecordedHistory(START, known))


def course(changes):
    initial = changes.pop(None, 0)
    return Signal(initial, tuple(day * DAY for day in changes), tuple(changes.values()))


def days(truth):
    """Return when it is true in days, None for ever."""
    return [tuple(None if edge is None else edge / DAY for edge in stretch) for stretch in truth.intervals()]


whole_steps = st.builds(Duration, st.integers(1, 60).map(lambda steps: str(6 * steps)), st.just("hour"))


windows = st.builds(
    Recent, st.sampled_from((Value("violations"), Casualties(), Casualties("turkey"))), whole_steps
)
timed_in_steps = kit.rules(kit.quantities() | windows, most_leaves=6)


@st.composite
def stepped_cases(draw):
    """A rule and a history of which every time and every length is a multiple of six hours."""
    rule = in_steps(draw(timed_in_steps), draw)
    history = draw(kit.histories(rule))
    courses = {quantity: snapped(signal) for quantity, signal in history.courses.items()}
    return rule, RecordedHistory(START, courses)


def in_steps(rule, draw):
    changed = {}
    for field in fields(rule):
        value = getattr(rule, field.name)
        if isinstance(value, Duration):
            changed[field.name] = draw(whole_steps)
        elif isinstance(value, Recent):
            changed[field.name] = Recent(value.counted, draw(whole_steps))
        elif field.name == "part":
            changed[field.name] = in_steps(value, draw)
        elif field.name == "parts":
            changed[field.name] = tuple(in_steps(part, draw) for part in value)
    return replace(rule, **changed)


def snapped(signal):
    changes = {time // STEP * STEP: value for time, value in zip(signal.times, signal.values, strict=True)}
    return Signal(signal.initial, tuple(changes), tuple(changes.values()))


def assert_agrees(case):
    rule, history = case
    expected = truth_each_step(rule, history, STEPS)
    found = truth(rule, history)
    assert [found.at(step * STEP) for step in STEPS] == expected


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stepped_cases())
def test_agrees_with_enumeration(case):
    assert_agrees(case)


@pytest.mark.slow
@settings(max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stepped_cases())
def test_agrees_with_enumeration_on_many(case):
    assert_agrees(case)


@given(kit.rules_with_histories(), kit.instants())
def test_the_future_decides_nothing(case, instant):
    rule, history = case
    assert holds(rule, history, instant) == holds(rule, StoppedHistory(history, instant), instant)


@given(kit.rules_with_histories(), kit.instants(), st.data())
def test_next_change_is_the_first_instant_at_which_time_alone_changes_the_rule(case, instant, data):
    rule, history = case
    stopped = StoppedHistory(history, instant)
    now = holds(rule, history, instant)
    due = next_change(rule, history, instant)
    if due is None:
        later = data.draw(st.integers(instant, instant + 20 * 365 * DAY))
        assert holds(rule, stopped, later) == now
    else:
        assert due > instant
        assert holds(rule, stopped, due) != now
        assert holds(rule, stopped, data.draw(st.integers(instant, due - 1))) == now
        assert holds(rule, stopped, due - 1) == now


@given(kit.rules_with_histories())
def test_flips_strictly_increase(case):
    rule, history = case
    flips = truth(rule, history).flips
    assert all(earlier < later for earlier, later in pairwise(flips))


@given(kit.rules_with_histories(), kit.instants())
def test_what_lasts_implies_what_is_implies_what_was(case, instant):
    rule, history = case
    length = Duration("3", "day")
    chain = [kit.Throughout(rule, length), rule, kit.Within(rule, length), kit.Once(rule)]
    truths = [holds(link, history, instant) for link in chain]
    assert truths == sorted(truths)


@given(kit.rules_with_histories())
def test_not_turns_for_into_within(case):
    rule, history = case
    length = Duration("50", "hour")
    lasting = truth(Not(kit.Throughout(rule, length)), history)
    assert lasting == truth(kit.Within(Not(rule), length), history)


@given(kit.rules_with_histories())
def test_reads_only_its_signals(case):
    rule, history = case
    assert set(history.courses) == signals(rule)


# Boundaries by hand, in days since the start.


def test_for_is_due_exactly_after_its_length_and_ends_with_its_run():
    assert days(read("a for 30 days", a={1: 1, 40: 0})) == [(31, 40)]


def test_for_never_holds_in_a_run_of_exactly_its_length():
    assert days(read("a for 30 days", a={1: 1, 31: 0})) == []


def test_for_one_second_more_than_its_length_holds_one_second():
    history = RecordedHistory(START, {Value("a"): Signal(0, (DAY, 31 * DAY + 1), (1, 0))})
    assert list(truth(parse("a for 30 days"), history).intervals()) == [(31 * DAY, 31 * DAY + 1)]


def test_for_counts_what_lasted_before_the_start():
    assert days(read("a for 30 days", a={-20: 1})) == [(10, None)]
    assert days(read("a for 30 days", a={None: 1, 5: 0})) == [(None, 5)]


def test_for_starts_again_after_an_interruption():
    assert days(read("a for 2 days", a={0: 1, 3: 0, 4: 1})) == [(2, 3), (6, None)]


def test_an_interruption_of_no_length_interrupts_nothing():
    assert days(read("(a or b) for 2 days", a={0: 1, 3: 0}, b={3: 1})) == [(2, None)]


def test_within_lasts_until_its_length_after_the_run():
    assert days(read("a within 2 weeks", a={1: 1, 3: 0})) == [(1, 17)]


def test_within_joins_runs_that_it_bridges_exactly():
    assert days(read("a within 2 days", a={1: 1, 3: 0, 5: 1, 6: 0})) == [(1, 8)]
    assert days(read("a within 2 days", a={1: 1, 3: 0, 6: 1, 7: 0})) == [(1, 5), (6, 9)]


def test_within_before_the_start():
    assert days(read("a within 3 days", a={None: 1, -2: 0})) == [(None, 1)]


def test_a_window_is_half_open():
    # One event at day 1: counted from that very instant until just before a window's length later.
    assert days(read("v in last 14 days >= 1", v={1: 1})) == [(1, 15)]
    assert days(read("v in last 14 days == 0", v={1: 1})) == [(None, 1), (15, None)]


def test_a_window_counts_what_happened_in_it_not_what_was_before():
    assert days(read("v in last 2 days >= 2", v={None: 7, 0: 8, 1: 9, 2: 10})) == [(1, 3)]


def test_a_window_reaches_back_before_the_start():
    assert days(read("v in last 14 days >= 23", v={-5: 23})) == [(-5, 9)]


def test_several_events_at_one_instant():
    assert days(read("v in last 1 day >= 3", v={2: 3})) == [(2, 3)]


def test_a_bare_count_is_the_total():
    assert days(read("v >= 2", v={0: 1, 3: 2})) == [(3, None)]


def test_after_begins_and_before_ends_at_midnight():
    assert days(read("after 2025-11-20")) == [(3, None)]
    assert days(read("before 2025-11-20")) == [(None, 3)]
    assert days(read("after 2025-11-20 and before 2025-11-21")) == [(3, 4)]
    assert days(read("before 2025-11-20 for 2 days")) == [(None, 3)]
    assert days(read("after 2025-11-20 for 2 days")) == [(5, None)]


def test_a_date_before_the_start():
    assert days(read("after 2025-11-10")) == [(-7, None)]


def test_once_stays():
    assert days(read("once a", a={2: 1, 3: 0})) == [(2, None)]
    assert days(read("once a", a={None: 1, -9: 0})) == [(None, None)]
    assert days(read("once a", a={})) == []


def test_not_binds_tighter_than_for():
    assert days(read("not a for 5 days", a={None: 1, 0: 0, 9: 1})) == [(5, 9)]
    assert days(read("not (a for 5 days)", a={None: 1, 0: 0, 9: 1})) == [(0, 14)]


def test_at_least():
    text = "at least 2 of (a, b, c)"
    assert days(read(text, a={0: 1}, b={2: 1, 5: 0}, c={5: 1, 8: 0})) == [(2, 8)]


def test_always_and_never():
    history = RecordedHistory(START, {})
    assert days(truth(ALWAYS, history)) == [(None, None)]
    assert days(truth(NEVER, history)) == []


def test_a_percentage_is_a_share():
    assert days(read("p >= 50%", p={0: 0.45, 1: 0.5})) == [(1, None)]


def test_a_bare_quantity_means_more_than_none():
    assert days(read("p", p={0: 0.05, 1: 0, 2: 7})) == [(0, 1), (2, None)]


def test_forces_consents_and_casualties():
    history = RecordedHistory(
        START,
        {
            Force("deployed", "indonesia"): Signal(0, (DAY,), (1000,)),
            Consent("israel", "turkey"): Signal(0, (2 * DAY,), (1,)),
            Casualties("indonesia"): Signal(0, (3 * DAY, 4 * DAY), (6, 10)),
        },
    )
    assert days(truth(parse("deployed(indonesia) >= 1000"), history)) == [(1, None)]
    assert days(truth(parse("consent(israel, turkey)"), history)) == [(2, None)]
    assert days(truth(parse("casualties(indonesia) in last 30 days >= 10"), history)) == [(4, 33)]


@pytest.mark.parametrize(
    ("text", "changes", "day", "due"),
    [
        ("a for 30 days", {1: 1}, 1, 31),
        ("a for 30 days", {1: 1}, 31, None),
        ("not a for 30 days", {1: 1}, 0, None),
        ("a within 2 days", {1: 1, 3: 0}, 2, None),
        ("a within 2 days", {1: 1, 3: 0}, 3, 5),
        ("a within 2 days", {1: 1, 3: 0}, 5, None),
        ("a in last 2 days >= 2", {1: 1, 2: 2}, 1, None),
        ("a in last 2 days >= 2", {1: 1, 2: 2}, 2, 3),
        ("a in last 2 days >= 1", {1: 1, 2: 2}, 2, 4),
        ("a or after 2025-11-20", {}, 0, 3),
        ("a and after 2025-11-20", {}, 0, None),
        ("(once a) for 2 days", {1: 1, 2: 0}, 2, 3),
        ("a in last 2 days < 1 for 3 days", {1: 1}, 1, 6),
    ],
)
def test_next_change(text, changes, day, due):
    history = RecordedHistory(START, {Value("a"): course(dict(changes))})
    assert next_change(parse(text), history, day * DAY) == (None if due is None else due * DAY)


def test_a_signal_refuses_times_out_of_order():
    with pytest.raises(ValueError, match="strictly increase"):
        Signal(0, (5, 5), (1, 0))
    with pytest.raises(ValueError, match="2 times but 1 values"):
        Signal(0, (4, 5), (1,))


def test_a_record_prints_as_dates():
    history = RecordedHistory(START, {Value("a"): Signal(1, (DAY, 2 * DAY + 3_600), (0, 1))})
    assert str(history) == "a: 1 → 0 from 2025-11-18 → 1 from 2025-11-19 01:00:00"
