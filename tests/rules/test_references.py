from __future__ import annotations

from hypothesis import given

from sim.durations import DAY, Duration
from sim.rules import atoms, longest_window, names, parse, references, signals, subrules
from sim.rules.history import RecordedHistory, Signal
from sim.rules.meaning import holds
from sim.rules.references import LOGICAL
from sim.rules.syntax import Casualties, Consent, Force, Once, Recent, Value
from sim.testing import rules as kit

RULE = parse(
    "calm for 30 days and (violations in last 14 days <= 5 or not once calm) "
    "and at least 1 of (deployed(turkey) > 0, consent(israel), casualties(self) in last 2 days, calm)"
)


def test_references_are_the_quantities_as_written():
    assert references(RULE) == {
        Value("calm"),
        Recent(Value("violations"), Duration("14", "day")),
        Force("deployed", "turkey"),
        Consent("israel"),
        Recent(Casualties("self"), Duration("2", "day")),
    }


def test_signals_hold_what_windows_count():
    assert signals(RULE) == {
        Value("calm"),
        Value("violations"),
        Force("deployed", "turkey"),
        Consent("israel"),
        Casualties("self"),
    }


def test_names_are_those_of_facts_and_definitions():
    assert names(RULE) == {"calm", "violations"}


def test_atoms_come_once_in_the_order_written():
    assert [str(atom) for atom in atoms(RULE)] == [
        "calm for 30 days",
        "violations in last 14 days <= 5",
        "once calm",
        "deployed(turkey) > 0",
        "consent(israel)",
        "casualties(self) in last 2 days",
        "calm",
    ]


def test_subrules_come_before_their_parts():
    assert [str(part) for part in subrules(parse("not (a for 2 days and b) or c"))] == [
        "not (a for 2 days and b) or c",
        "not (a for 2 days and b)",
        "a for 2 days and b",
        "a for 2 days",
        "a",
        "b",
        "c",
    ]


@given(kit.rules())
def test_atoms_combine_nothing(rule):
    assert not any(isinstance(atom, LOGICAL) for atom in atoms(rule))


def test_windows_add_up_on_the_way_down():
    rule = parse(
        "(violations in last 14 days <= 5 or a) for 30 days within 1 week and violations in last 20 days > 1"
    )
    assert longest_window(rule) == {Value("violations"): 51 * DAY, Value("a"): 37 * DAY}


def test_a_quantity_read_at_once_has_no_window():
    assert longest_window(parse("a and once b")) == {Value("a"): 0, Value("b"): 0}


@given(kit.rules_with_histories(), kit.instants())
def test_what_is_older_than_the_longest_window_decides_nothing(case, instant):
    rule, history = case
    if any(isinstance(part, Once) for part in subrules(rule)):
        return
    windows = longest_window(rule)
    forgotten = {
        quantity: without_before(course, instant - windows[quantity])
        for quantity, course in history.courses.items()
    }
    assert holds(rule, history, instant) == holds(rule, RecordedHistory(history.start, forgotten), instant)


def without_before(course, time):
    kept = [(when, value) for when, value in zip(course.times, course.values, strict=True) if when > time]
    return Signal(course.at(time), tuple(when for when, _ in kept), tuple(value for _, value in kept))
