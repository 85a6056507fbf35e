from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.durations import DAY
from sim.plan.compilation import compile_plan
from sim.plan.lead_times import lead_times
from sim.plan.randomness import Draws
from sim.scenario.scenario import Scenario


def times_of(prepares, takes, trip, uncertain=None, count=200):
    contributor = {
        "approvals": [{"step": "one", "takes": takes}, {"step": "two", "takes": "2 days"}],
        "contingents": {"unit": {"troops": 10, "role": "infantry", "lift": "air", "prepares_for": prepares}},
    }
    data = {
        "scenario": "One",
        "start": "2026-01-01",
        "end": "2026-12-31",
        "contributors": {"a": contributor},
        "theatre": {"lift": {"air": {"slots": 1, "load": 10, "trip": trip}}},
        "uncertain": uncertain or {},
    }
    plan = compile_plan(Scenario.model_validate(data))
    return lead_times(plan, plan.contingents[0], Draws(0, 0, count), count)


@given(st.integers(0, 90), st.integers(0, 90), st.integers(0, 9))
def test_known_parts_add_up(prepares, takes, trip):
    found = times_of(f"{prepares} days", f"{takes} days", f"{trip} days", count=3)
    assert found == [(prepares + takes + 2 + trip) * DAY] * 3


def test_drawn_parts_ascend_and_stay_in_their_bounds():
    found = times_of({"low": "10 days", "mode": "20 days", "high": "40 days"}, {"mean": "5 days"}, 0)
    assert found == sorted(found)
    assert found[0] >= 12 * DAY and len(set(found)) == len(found)


def test_what_scales_a_delay_scales_all_of_it():
    slow = times_of({"value": "10 days", "times": "tempo"}, 0, 0, {"tempo": 3})
    assert slow == [32 * DAY] * 200
