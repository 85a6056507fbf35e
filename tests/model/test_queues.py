"""Lift as a queue: exactly first come, first served, and in distribution Erlang's.

The construction. States wait for one another in a chain: each commits once the one before has (`committed(…)
> 0`), and its approval takes an exponential time. So decisions follow each other at independent exponential
intervals: a Poisson process, exactly. Nobody prepares, so a state is ready as it decides. A lane with c slots
and an exponential trip, whose load holds a whole contingent, then is c servers: M/M/c. The theatre is empty
at start, so the first states are left out of the averages.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import scipy.stats as oracle

from sim.plan.compilation import compile_plan
from sim.plan.laws import ExponentialLaw
from sim.plan.tables import Plan
from tests.model.evidence import DAY, FALSE_ALARM, play, scenario

SERVICE = 3 * DAY
STATES = 150
LEFT_OUT = 100
"""States that are not counted, because the theatre begins empty."""
SLOTS = 3


@cache
def _chain() -> Plan:
    states: dict[str, Any] = {}
    for number in range(STATES):
        states[f"state{number:03}"] = {
            "commits_when": f"committed(state{number - 1:03}) > 0" if number else "always",
            "approvals": [{"step": "parliament", "takes": {"mean": "1 day"}}],
            "contingents": {"men": {"troops": 60, "role": "infantry", "lift": "air"}},
        }
    lane = {"slots": SLOTS, "load": 100, "trip": {"mean": "3 days"}}
    return compile_plan(scenario("2125-12-31", contributors=states, theatre={"lift": {"air": lane}}))


def _loaded(utilisation: float) -> Plan:
    """Return the chain with arrivals at a rate that keeps the slots busy for that share of the time."""
    plan, interval = _chain(), SERVICE / SLOTS / utilisation
    rows = tuple(
        replace(
            row,
            approvals=tuple(
                replace(step, takes=replace(step.takes, law=ExponentialLaw(interval)))
                for step in row.approvals
            ),
        )
        for row in plan.contingents
    )
    return replace(plan, contingents=rows)


def _observed(plan: Plan, replications: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ready, embarked and received times in seconds: a row a replication, a column a state."""
    times = np.full((3, replications, STATES), -1, dtype=np.int64)
    for number, logs in enumerate(play(plan, replications)):
        for time, _, state, _, _, target, _, _ in logs.transitions:
            if target in ("ready", "moving", "deployed"):
                times[("ready", "moving", "deployed").index(target), number, int(state[5:])] = time
    assert (times >= 0).all()
    return times[0], times[1], times[2]


def erlang_c(servers: int, offered: float) -> float:
    """Return the chance of waiting in M/M/c under `offered` erlangs."""
    last = offered**servers / math.factorial(servers) * servers / (servers - offered)
    return last / (sum(offered**k / math.factorial(k) for k in range(servers)) + last)


def _agrees(utilisation: float, replications: int) -> tuple[float, float]:
    """Compare with Erlang C; return the relative errors of the chance of waiting and of the mean wait.

    The replications are independent, so their averages bound the error without a word on correlation within
    one.
    """
    ready, embarked, _ = _observed(_loaded(utilisation), replications)
    waits = (embarked - ready)[:, LEFT_OUT:]
    waiting = erlang_c(SLOTS, SLOTS * utilisation)
    expected = waiting * SERVICE / (SLOTS * (1 - utilisation))
    errors = []
    for found, right in (((waits > 0).mean(axis=1), waiting), (waits.mean(axis=1), expected)):
        error = found.std(ddof=1) / math.sqrt(replications)
        assert oracle.t(replications - 1).sf(abs(found.mean() - right) / error) * 2 > FALSE_ALARM
        errors.append(found.mean() / right - 1)
    return errors[0], errors[1]


@pytest.mark.long
@pytest.mark.parametrize("utilisation", [0.3, 0.6, 0.8])
def test_lift_under_poisson_arrivals_waits_as_erlang_says(utilisation: float) -> None:
    chance, wait = _agrees(utilisation, 8)
    print(f"utilisation {utilisation}: P(wait) {chance:+.2%}, mean wait {wait:+.2%}")


@pytest.mark.slow
@pytest.mark.parametrize("utilisation", [0.3, 0.6, 0.8])
def test_lift_waits_as_erlang_says_over_many_replications(utilisation: float) -> None:
    chance, wait = _agrees(utilisation, 600)
    print(f"utilisation {utilisation}: P(wait) {chance:+.2%}, mean wait {wait:+.2%}")
    assert abs(chance) < 0.045  # four standard errors at 0.6
    assert abs(wait) < 0.1


def test_arrivals_are_a_poisson_process_and_trips_are_exponential() -> None:
    ready, embarked, received = _observed(_loaded(0.8), 4)
    intervals, trips = np.diff(ready, axis=1).ravel(), (received - embarked).ravel()
    interval = SERVICE / SLOTS / 0.8
    assert oracle.kstest(intervals, oracle.expon(scale=interval).cdf).pvalue > FALSE_ALARM
    assert oracle.kstest(trips, oracle.expon(scale=SERVICE).cdf).pvalue > FALSE_ALARM
    following = np.corrcoef(intervals[:-1], intervals[1:])[0, 1]
    assert abs(following) * math.sqrt(len(intervals)) < 4.9


@pytest.mark.parametrize("utilisation", [0.6, 1.2])
def test_each_embarks_at_the_second_at_which_a_slot_is_free_for_the_next_in_line(utilisation: float) -> None:
    """Kiefer and Wolfowitz's recursion on the same arrivals and trips gives the same times."""
    ready, embarked, received = _observed(_loaded(utilisation), 2)
    for arrivals, starts, ends in zip(ready, embarked, received, strict=True):
        free = [0] * SLOTS
        for arrival, start, end in zip(arrivals, starts, ends, strict=True):
            assert start == max(arrival, heapq.heappop(free))
            heapq.heappush(free, int(end))


@pytest.mark.parametrize("reception", [100, 250])
def test_reception_is_one_server_in_the_order_of_arrival(reception: int) -> None:
    """Serials land at random and are received one after the other: M/D/1's recursion, second by second."""
    states = {
        f"state{number:02}": {
            "approvals": [{"step": "parliament", "takes": {"mean": "20 days"}}],
            "contingents": {"men": {"troops": 40 + number, "role": "infantry", "lift": "air"}},
        }
        for number in range(60)
    }
    theatre = {
        "lift": {"air": {"slots": 1_000, "load": 100, "trip": {"value": "2 days"}}},
        "reception": f"{reception} per day",
    }
    for logs in play(scenario(contributors=states, theatre=theatre), 5):
        landed = sorted(
            (time + 2 * DAY, state, troops)
            for time, _, state, _, _, target, troops, _ in logs.transitions
            if target == "moving"
        )
        received = {
            state: time for time, _, state, _, _, target, _, _ in logs.transitions if target == "deployed"
        }
        free = 0
        for time, state, troops in landed:
            free = max(time, free) + math.ceil(troops * DAY / reception)
            assert received[state] == free
