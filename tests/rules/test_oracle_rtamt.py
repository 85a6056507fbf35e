"""Every temporal operator against an independent library of signal temporal logic over dense time.

The library's signals are right-continuous steps like ours, of which truth is +1 and falsehood −1, so that
the sign of its robustness is the truth. It knows nothing before the first sample; a first sample with the
initial value at a time before every change says there what is said here of all time before.
"""

from __future__ import annotations

import warnings
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings

from sim.durations import seconds_between
from sim.rules.history import Signal
from sim.rules.meaning import measured, truth
from sim.rules.references import subrules
from sim.rules.syntax import After, And, AtLeast, Before, Compare, Holds, Not, Once, Or, Throughout, Within
from sim.testing import rules as kit

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    rtamt = pytest.importorskip("rtamt")

SHIFT = -kit.FIRST + 5
"""Added to every time, so that all changes lie after the library's time 0."""


def formula(rule, atoms):
    """Return `rule` in the library's language, its atoms named as in `atoms`."""
    match rule:
        case Not(part):
            return f"(not {formula(part, atoms)})"
        case Once(part):
            return f"(once {formula(part, atoms)})"
        case Throughout(part, length):
            return f"(historically[0,{length.seconds}] {formula(part, atoms)})"
        case Within(part, length):
            return f"(once[0,{length.seconds}] {formula(part, atoms)})"
        case And(parts) if parts:
            return "(" + " and ".join(formula(part, atoms) for part in parts) + ")"
        case Or(parts) if parts:
            return "(" + " or ".join(formula(part, atoms) for part in parts) + ")"
        case AtLeast(count, parts):
            return at_least(count, [formula(part, atoms) for part in parts])
    return f"({atoms[rule]} >= 0)"


def at_least(count, parts):
    """Spell out `at least`: with the first part one less of the rest, or all of the number without it."""
    if count == 0:
        return "(truth >= 0)"
    if count > len(parts):
        return "(not (truth >= 0))"
    first, *rest = parts
    return f"(({first} and {at_least(count - 1, rest)}) or {at_least(count, rest)})"


def samples(rule, history):
    """Return the course of an atom's truth as the library wants it."""
    match rule:
        case After(date) | Before(date):
            is_after = isinstance(rule, After)
            course = Signal(not is_after, (seconds_between(history.start, date),), (is_after,))
        case Holds(quantity):
            course = signs(measured(quantity, history), lambda value: value > 0)
        case Compare(quantity, operator, number):
            comparison = {
                ">=": lambda value: value >= number.value,
                "<=": lambda value: value <= number.value,
                ">": lambda value: value > number.value,
                "<": lambda value: value < number.value,
                "==": lambda value: value == number.value,
                "!=": lambda value: value != number.value,
            }[operator]
            course = signs(measured(quantity, history), comparison)
        case And(()) | Or(()):
            course = Signal(isinstance(rule, And))
    sign = {True: 1.0, False: -1.0}
    changes = [
        [time + SHIFT, sign[bool(value)]] for time, value in zip(course.times, course.values, strict=True)
    ]
    return [[0, sign[bool(course.initial)]], *changes]


def signs(signal, condition):
    return Signal(condition(signal.initial), signal.times, tuple(map(condition, signal.values)))


def assert_agrees(case):
    rule, history = case
    leaves = [
        part for part in subrules(rule) if not isinstance(part, (Not, Once, Throughout, Within, AtLeast))
    ]
    leaves = dict.fromkeys(leaf for leaf in leaves if not getattr(leaf, "parts", ()))
    atoms = {leaf: f"x{number}" for number, leaf in enumerate(leaves)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        specification = rtamt.StlDenseTimeSpecification()
        for name in ("truth", *atoms.values()):
            specification.declare_var(name, "float")
        specification.spec = formula(rule, atoms)
        specification.parse()
        robustness = specification.evaluate(
            ["truth", [[0, 1.0]]], *([name, samples(leaf, history)] for leaf, name in atoms.items())
        )
    found = truth(rule, history)
    changes = [[time, value > 0] for time, value in robustness]
    flips = [(int(time) - SHIFT, now) for (_, before), (time, now) in pairwise(changes) if now != before]
    assert changes[0] == [0, found.initial]
    assert flips == [(time, found.at(time)) for time in found.flips]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kit.rules_with_histories())
def test_agrees_with_the_library(case):
    assert_agrees(case)


@pytest.mark.slow
@settings(max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kit.rules_with_histories())
def test_agrees_with_the_library_on_many(case):
    assert_agrees(case)
