"""Chances by formula agree with hand calculation and with what the model draws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.batch.sampling import sampled_courses
from sim.durations import DAY
from sim.plan.chances import exact_chance
from sim.plan.compilation import compile_plan
from sim.plan.context import Context
from sim.rules.parsing import parse
from sim.scenario.scenario import Scenario


def chance(fact, asked=None, **keys):
    """The exact chance of one milestone in a scenario of two years, or None."""
    data = {"scenario": "One", "start": "2026-01-01", "end": "2027-12-31", **keys}
    scenario = Scenario.model_validate(
        {**data, "facts": {"it": {"kind": "milestone", **fact}, "other": {"kind": "switch"}}}
    )
    plan = compile_plan(scenario)
    row = next(row for row in plan.facts if row.name == "it")
    return plan, exact_chance(plan, row, None if asked is None else parse(asked), Context(scenario))


def came_by(plan, day, worlds=1_000):
    """The share of worlds in which the model has it true by a day."""
    courses = sampled_courses(plan, ["it"], worlds)["it"]
    return sum(any(value and time <= day * DAY for time, value in course) for course in courses) / worlds


def test_the_example_of_the_design():
    """Mandate clear, 0.75, median 90 days, still open after 94 days: 0.59."""
    fact = {"probability": 0.75, "after": {"median": "90 days", "p90": "240 days"}}
    plan, found = chance(fact, as_of="2026-04-05", end="2100-12-31")
    assert found.by(plan.ends) == pytest.approx(0.59, abs=0.005)


@given(st.floats(0.01, 0.99), st.integers(1, 400), st.integers(0, 500), st.integers(0, 700))
def test_an_exponential_delay_in_closed_form(p, mean, age, day):
    import datetime as dt

    as_of = dt.date(2026, 1, 1) + dt.timedelta(age)
    _, found = chance({"probability": p, "after": {"mean": f"{mean} days"}}, as_of=str(as_of))
    kept = math.exp(-age / mean)
    comes = p * kept / (1 - p * (1 - kept))
    expected = comes * (1 - math.exp(-(day - age) / mean)) if day >= age else 0.0
    assert found.by(day * DAY) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("fact", "keys"),
    [
        ({"probability": 0.6, "after": {"median": "60 days", "p90": "200 days"}}, {}),
        (
            {"probability": {"low": 0.1, "mode": 0.5, "high": 0.9}, "after": {"mean": "100 days"}},
            {"as_of": "2026-04-01"},
        ),
        (
            {"after": {"median": "60 days", "p90": "90 days", "times": "tempo"}},
            {"uncertain": {"tempo": {"median": 1, "p90": 2}}},
        ),
        ({"probability": 0.8, "after": {"one_of": {"30 days": 1, "200 days": 1}}}, {"as_of": "2026-03-01"}),
        (
            {"probability": 0.9, "after": {"mean": "50 days"}, "when": "after 2026-05-01"},
            {"as_of": "2026-06-01"},
        ),
    ],
)
def test_the_model_draws_what_the_formula_says(fact, keys):
    plan, found = chance(fact, asked=fact.get("when"), **keys)
    for day in (100, 200, 700):
        share = found.by(day * DAY)
        assert came_by(plan, day) == pytest.approx(
            share, abs=4 * math.sqrt(share * (1 - share) / 1_000) + 0.002
        )


def test_the_median_is_when_half_have_it():
    _, found = chance({"after": {"median": "60 days", "p90": "200 days"}})
    assert found.median() == pytest.approx(60 * DAY, abs=2)
    assert chance({"probability": 0.4, "after": {"mean": "5 days"}})[1].median() is None


def test_what_history_settled_is_certain():
    known = {"as_of": "2026-03-01"}
    yes = [{"date": "2026-02-01", "fact": "it", "value": True}]
    plan, found = chance({"probability": 0.1, "after": "9 days"}, history=yes, **known)
    assert (found.by(30 * DAY), found.by(31 * DAY), found.by(plan.ends)) == (0.0, 1.0, 1.0)
    no = [{"date": "2026-02-01", "fact": "it", "refused": True}]
    plan, found = chance({"probability": 0.9, "after": "9 days"}, history=no, **known)
    assert found.by(plan.ends) == 0.0


@pytest.mark.parametrize(
    "fact",
    [
        {"reconsiders": "30 days", "probability": 0.5},
        {"undone_when": "other"},
        {"after": "9 days", "rate_multiplier": [{"when": "other", "times": 2}]},
    ],
)
def test_what_depends_on_more_has_no_formula(fact):
    assert chance(fact)[1] is None
    assert chance({"when": "other"}, asked="other")[1] is None


def test_a_rule_that_no_day_makes_true_is_never_asked():
    plan, found = chance({"when": "before 2025-01-01"}, asked="before 2025-01-01")
    assert found.by(plan.ends) == 0.0
