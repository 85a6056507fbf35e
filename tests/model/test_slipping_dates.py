"""Planned dates that slip: when they come, what `as_of` says of them, and what waits for them."""

from __future__ import annotations

import math

import pytest

from sim.durations import DAY
from sim.model.rehearsal import known_numbers
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from tests.model.tiny import contributor, day, flows, scenario

MEAN = 20


def opens(planned: int, **slips):
    return {"planned": day(planned), "slips": slips or {"mean": f"{MEAN} days"}}


def through_sector(gate, **blocks):
    return scenario(
        theatre={"sectors": {"rafah": {"opens_on": gate}}},
        contributors={"a": contributor(sector="rafah")},
        **blocks,
    )


def arrivals(whole, count, seed=0):
    plan, draws = compile_plan(whole), Draws(seed, 0, count)
    found = []
    for number in range(count):
        there = flows(replicate(plan, draws, number), "a", target="deployed")
        found.append(there[0][0] / DAY if there else math.inf)
    return found


def share(times, by):
    return sum(time <= by for time in times) / len(times)


def off(chance, count):
    return 4 * math.sqrt(chance * (1 - chance) / count) + 1e-9


def test_it_comes_on_its_date_plus_the_slip():
    times = arrivals(through_sector(opens(30)), 600)
    assert min(times) > 30
    for later in (5, 20, 40):
        chance = 1 - math.exp(-later / MEAN)
        assert share(times, 30 + later) == pytest.approx(chance, abs=off(chance, 600))


def test_what_had_not_come_by_as_of_goes_on_by_bayes():
    """Planned for day 10, not come by day 40: PERT-like ends make the rest shorter, F⁻¹ given its age."""
    slips = {"low": "0 days", "high": "60 days"}
    times = arrivals(through_sector(opens(10, **slips), as_of=day(40)), 400)
    assert min(times) >= 40 and max(times) <= 70
    for by in (50, 60):
        chance = (by - 40) / 30
        assert share(times, by) == pytest.approx(chance, abs=off(chance, 400))


def test_the_same_world_slips_the_same_before_and_after_as_of_beyond_the_date():
    plain = arrivals(through_sector(opens(30)), 40)
    assert arrivals(through_sector(opens(30), as_of=day(20)), 40) == plain


def test_what_history_says_came_came_on_that_day_in_every_world():
    came = [{"date": day(35), "came": "theatre.sectors.rafah.opens_on"}]
    assert set(arrivals(through_sector(opens(30), as_of=day(40), history=came), 20)) == {40.0}


def test_beds_lanes_and_schedules_slip_too():
    whole = scenario(
        facts={"handover": {"kind": "schedule", "values": {day(5): {"value": True, "slips": "10 days"}}}},
        theatre={
            "beds": {"at_start": 0, "grows": [{"from": opens(20, value="3 days"), "to": 500}]},
            "lift": {"air": {"slots": 1, "load": 500, "from": opens(40, value="2 days")}},
        },
        contributors={
            "a": contributor("handover", sector=None),
            "b": contributor("beds >= 500", lift="air"),
        },
    )
    logs = replicate(compile_plan(whole), Draws(0, 0, 1), 0)
    assert flows(logs, "a", target="deployed") == [(23 * DAY, 100)]  # ready on day 15, beds on day 23
    assert flows(logs, "a", source="pledged")[0][0] == 15 * DAY
    assert flows(logs, "b", source="pledged")[0][0] == 23 * DAY
    assert flows(logs, "b", target="moving")[0][0] == 42 * DAY


def test_what_was_planned_later_overrides_whichever_comes_first():
    late = {"value": True, "slips": "30 days"}
    whole = scenario(
        facts={"f": {"kind": "schedule", "values": {day(5): late, day(20): False}}},
        contributors={"a": contributor("f")},
    )
    assert arrivals(whole, 1) == [math.inf]


def test_a_gate_that_is_still_closed_teaches_the_pace_that_it_shares():
    """Tempo 1/2 or 2, even odds; a gate open since day 0 by plan has not come by day 20: exponential, mean 20."""
    whole = scenario(
        as_of=day(20),
        uncertain={"tempo": {"one_of": [0.5, 2]}},
        theatre={"sectors": {"rafah": {"opens_on": opens(0, mean="20 days", times="tempo")}}},
        contributors={"a": contributor(sector="rafah")},
    )
    plan, draws = compile_plan(whole), Draws(1, 0, 1500)
    slow = sum(known_numbers(plan, draws, n)["uncertain.tempo"] == 2 for n in range(1500)) / 1500
    likely = {tempo: math.exp(-1 / tempo) for tempo in (0.5, 2)}
    chance = likely[2] / sum(likely.values())
    assert slow == pytest.approx(chance, abs=off(chance, 1500))


def test_a_slip_that_is_over_teaches_by_its_length():
    came = [{"date": day(10), "came": "theatre.sectors.rafah.opens_on"}]
    whole = scenario(
        as_of=day(20),
        history=came,
        uncertain={"tempo": {"one_of": [0.5, 2]}},
        theatre={"sectors": {"rafah": {"opens_on": opens(0, mean="20 days", times="tempo")}}},
        contributors={"a": contributor(sector="rafah")},
    )
    plan, draws = compile_plan(whole), Draws(1, 0, 1500)
    slow = sum(known_numbers(plan, draws, n)["uncertain.tempo"] == 2 for n in range(1500)) / 1500
    likely = {tempo: math.exp(-0.5 / tempo) / tempo for tempo in (0.5, 2)}
    chance = likely[2] / sum(likely.values())
    assert slow == pytest.approx(chance, abs=off(chance, 1500))
