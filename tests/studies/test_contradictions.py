"""Contradicting measurements of a progress are told, and what a world itself would measure never contradicts."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.durations import DAY
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.report.telling.contradiction_lines import contradiction_note, contradiction_warnings
from sim.scenario.loading import resolve_text
from sim.studies.contradictions import contradictions

START = dt.date(2026, 1, 1)
FUND = """scenario: fund
start: 2026-01-01
end: 2027-12-31
as_of: {as_of}
facts:
  fund: {{kind: progress, duration: {{median: 400 days, p90: 900 days}}, steps: 20, {more}}}
contributors: {{a: {{commits_when: fund >= 60%, contingents: {{k: {{troops: 1, role: i}}}}}}}}
history: [{history}]
"""


def resolved(*measured, more="slips: 1", as_of="2026-12-20"):
    records = ", ".join(f"{{date: {day}, fact: fund, value: {value}}}" for day, value in measured)
    return resolve_text(FUND.format(more=more, as_of=as_of, history=records), "fund.yaml")


def told(*measured, **keys):
    return [
        (each.kind, each.place, each.earlier[1], each.later[1])
        for each in contradictions(resolved(*measured, **keys).scenario)
    ]


def test_a_steady_climb_contradicts_nothing():
    assert told(("2026-03-15", "20%"), ("2026-06-15", "45%"), ("2026-09-15", "70%")) == []
    assert told(("2026-03-15", "20%")) == [] == told()


def test_two_paces_contradict_each_other_and_a_halt_explains_them():
    """35 % after 73 days, and still 35 % after 348."""
    measured = ("2026-03-15", "35%"), ("2026-12-15", "35%")
    assert told(*measured) == [("pace", 1, 0.35, 0.35)]
    assert told(*measured, more="when: before 2026-03-16") == []


def test_a_fall_contradicts_unless_something_takes_it_back():
    measured = ("2026-03-15", "35%"), ("2026-05-15", "20%")
    assert told(*measured) == [("fell", 1, 0.35, 0.2)]
    assert told(*measured, more="slips_when: after 2026-04-01, slips: 9") == []
    assert told(*measured, more="slips_when: after 2026-04-01, slips: 3") == [("pace", 1, 0.35, 0.2)]
    assert told(("2026-01-01", "10%"), more="initially: 20%") == [("fell", 0, 0.2, 0.1)]


def test_a_rise_while_it_stands_still_contradicts():
    measured = ("2026-03-15", "35%"), ("2026-05-15", "40%")
    assert ("stood", 1, 0.35, 0.4) in told(*measured, more="when: before 2026-03-10")


def test_it_is_said_with_its_place_and_remedy():
    found = resolved(("2026-03-15", "35%"), ("2026-12-15", "35%"))
    (warning,) = contradiction_warnings(found.tree, found.scenario)
    assert warning.item == "history.1"
    assert warning.severity == "warning"
    assert (
        "35 % on 15 Mar 2026 and 35 % on 15 Dec 2026 ask for different paces; the later one counts"
        in warning.message
    )
    assert "`rate_multiplier:` of facts.fund" in warning.message
    assert contradiction_note(contradictions(found.scenario), {}).startswith(
        "Contradicting measurements of Fund: 35 %"
    )


@settings(max_examples=15)
@given(
    days=st.lists(st.integers(5, 350), min_size=1, max_size=5, unique=True).map(sorted),
    number=st.integers(0, 500),
)
@pytest.mark.parametrize(
    "more",
    ["slips: 1", "slips_when: after 2026-04-01, slips: 2", "when: before 2026-05-01 or after 2026-08-01"],
)
def test_what_a_world_itself_would_measure_never_contradicts(more, days, number):
    plan = compile_plan(resolved(more=more, as_of="2026-01-01").scenario)
    logs = replicate(plan, Draws(0, number, number + 1), number)
    steps = [(row[0] / DAY, row[3]) for row in logs.signals if row[2] == "fund"]
    measured = [
        (START + dt.timedelta(days=day), next((value for time, value in reversed(steps) if time <= day), 0.0))
        for day in days
    ]
    assert told(*measured, more=more) == []
