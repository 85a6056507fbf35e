"""Verdicts on rules: against histories, on what temporal logic demands, and within bounds of time."""

from __future__ import annotations

import datetime as dt
import time
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.rules import parse
from sim.rules.domains import TRUTH, Domain, by_kind, never_exceeds
from sim.rules.meaning import holds
from sim.rules.satisfiability import Setting, Verdict, possible, verdict
from sim.rules.syntax import And, AtLeast, Force, Holds, Not, Or, Value
from sim.testing import rules as kit


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kit.rules_with_histories(), kit.instants())
def test_what_happens_in_a_history_is_possible(case, instant):
    rule, history = case
    setting = Setting(history.start)
    seen = rule if holds(rule, history, instant) else Not(rule)
    assert possible([seen], setting) is not False
    expected = (Verdict.ALWAYS, Verdict.NEVER)[seen is not rule]
    assert verdict(rule, setting) in (expected, Verdict.OPEN, Verdict.TOO_LARGE)


@given(kit.rules())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_rule_and_its_opposite_have_opposite_verdicts(rule):
    opposite = {Verdict.NEVER: Verdict.ALWAYS, Verdict.ALWAYS: Verdict.NEVER}
    found = verdict(rule)
    if found is not Verdict.TOO_LARGE:
        assert verdict(Not(rule)) is opposite.get(found, found)
        assert verdict(Or((rule, Not(rule)))) is Verdict.ALWAYS
        assert verdict(And((rule, Not(rule)))) is Verdict.NEVER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a and not a", Verdict.NEVER),
        ("a > 3 and a < 2", Verdict.NEVER),
        ("a > 2 and a < 3", Verdict.OPEN),
        ("a >= 3 or a < 3", Verdict.ALWAYS),
        ("consent(israel, turkey) >= 2", Verdict.NEVER),
        ("deployed > 2 and deployed < 3", Verdict.NEVER),
        ("before 2026-01-01 and after 2026-02-01", Verdict.NEVER),
        ("before 2026-02-01 and after 2026-01-01", Verdict.OPEN),
        ("after 2026-01-01 for 30 days and before 2026-01-20", Verdict.NEVER),
        ("after 2026-01-01 for 30 days and before 2026-02-20", Verdict.OPEN),
        ("before 2026-01-01 within 30 days and after 2026-02-01", Verdict.NEVER),
        ("a for 30 days and not (a for 14 days)", Verdict.NEVER),
        ("a for 14 days and not (a for 30 days)", Verdict.OPEN),
        ("a for 1 hour and not a", Verdict.NEVER),
        ("a and not (a within 3 days)", Verdict.NEVER),
        ("a within 3 days and not (a within 5 days)", Verdict.NEVER),
        ("a within 3 days and not once a", Verdict.NEVER),
        ("not once a and a within 3 days", Verdict.NEVER),
        ("once a and not a", Verdict.OPEN),
        ("(a and b) for 3 days and not (a for 2 days)", Verdict.NEVER),
        ("(a for 2 days) for 3 days and not (a for 5 days)", Verdict.NEVER),
        ("a <= 5 for 30 days and not (a <= 10 for 14 days)", Verdict.NEVER),
        ("v in last 14 days >= 5 and v in last 30 days <= 4", Verdict.NEVER),
        ("v in last 30 days >= 5 and v in last 14 days <= 4", Verdict.OPEN),
        ("deployed(indonesia) > 5 and not committed(indonesia) > 3", Verdict.NEVER),
        ("deployed(role=infantry, sector=rafah) > 5 and not deployed(role=infantry) > 4", Verdict.NEVER),
        ("deployed(sector=rafah, force=military) > 5 and not deployed > 4", Verdict.NEVER),
        ("deployed(sector=rafah) > 5 and not deployed(force=any) > 4", Verdict.NEVER),
        ("deployed > 5 and not deployed(force=any) > 4", Verdict.NEVER),
        ("deployed(sector=rafah) > 5 and not deployed > 4", Verdict.OPEN),
        ("deployed(egypt) > 5 and not deployed > 4", Verdict.OPEN),
        ("once (a and not a)", Verdict.NEVER),
        ("at least 2 of (a, not a)", Verdict.NEVER),
        ("at least 1 of (a, not a)", Verdict.ALWAYS),
        ("at least 2 of (a, not a, b)", Verdict.OPEN),
        ("always", Verdict.ALWAYS),
        ("never", Verdict.NEVER),
    ],
)
def test_verdicts(text, expected):
    assert verdict(parse(text)) is expected


@given(st.integers(2, 6), st.data())
@settings(max_examples=40, deadline=None)
def test_at_least_k_against_counting(size, data):
    names = [Holds(Value(name)) for name in "abcdef"[:size]]
    count = data.draw(st.integers(1, size))
    false = data.draw(st.sets(st.sampled_from(names)))
    rule = And((AtLeast(count, tuple(names)), *(Not(name) for name in sorted(false, key=str))))
    assert (verdict(rule) is Verdict.NEVER) == (size - len(false) < count)
    spelled = Or(tuple(And(chosen) for chosen in combinations(names, count)))
    assert possible([spelled, Not(AtLeast(count, tuple(names)))], Setting(domains=lambda _: TRUTH)) is False


def test_the_bounds_of_a_setting():
    day = 86_400
    setting = Setting(dt.date(2026, 1, 1), first=0, last=30 * day - 1)
    assert verdict(parse("before 2026-01-31"), setting) is Verdict.ALWAYS
    assert verdict(parse("before 2026-01-30"), setting) is Verdict.OPEN
    assert verdict(parse("after 2026-01-31"), setting) is Verdict.NEVER
    assert verdict(parse("once before 2025-12-01"), setting) is Verdict.ALWAYS
    few = Setting(domains=lambda quantity: Domain(0, 500, whole=True))
    assert verdict(parse("deployed >= 501"), few) is Verdict.NEVER
    assert verdict(parse("not deployed >= 501 for 30 days"), few) is Verdict.ALWAYS


def test_thresholds_between_the_values_that_there_are():
    steps = Setting(domains=lambda quantity: Domain(values=(0.0, 0.25, 0.5, 0.75, 1.0)))
    assert verdict(parse("progress > 50% and progress < 75%"), steps) is Verdict.NEVER
    assert verdict(parse("progress > 25% and progress < 75%"), steps) is Verdict.OPEN


def test_which_quantities_never_exceed_which():
    assert never_exceeds(Force("deployed", "egypt", "infantry"), Force("committed", "egypt"))
    assert not never_exceeds(Force("committed", "egypt"), Force("deployed", "egypt"))
    assert not never_exceeds(Force("deployed", "egypt"), Force("deployed"))
    assert by_kind(Value("x")) != by_kind(Force("deployed"))


def pigeons(many):
    sits = [[Holds(Value(f"p{i}_{j}")) for j in range(many - 1)] for i in range(many)]
    apart = [
        Not(And((sits[i][j], sits[k][j]))) for j in range(many - 1) for i in range(many) for k in range(i)
    ]
    return And((*(Or(tuple(row)) for row in sits), *apart))


@pytest.mark.parametrize(
    "rule",
    [
        pigeons(9),
        parse(" and ".join(f"a{i} for {i} days" for i in range(1, 800))),
        parse(" and ".join(f"a for {i} days" for i in range(1, 800))),
        parse(" and ".join(f"v in last {i} days >= {i}" for i in range(1, 500))),
        parse(" and ".join(f"v >= {i}" for i in range(1, 1_000))),
        parse("not once " * 45 + "a"),
    ],
    ids=["pigeons", "facts", "lengths", "windows", "thresholds", "nested"],
)
def test_no_rule_takes_long(rule):
    begun = time.process_time()
    verdict(rule)
    assert time.process_time() - begun < 10, "seconds of one processor; about one is usual"


def test_a_rule_that_is_too_large_says_so():
    assert verdict(pigeons(9)) is Verdict.TOO_LARGE
