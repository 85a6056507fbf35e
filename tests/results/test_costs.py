"""What the force costs, computed by hand."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.batch.simulation import Simulation, standard_model
from sim.batch.spans import Span
from sim.errors import UsageError
from sim.plan.laws import law_of
from sim.plan.randomness import Draws
from sim.results.costs import _quantiles, cost_table, costs_by
from sim.results.played import run_in_memory
from sim.scenario.distributions import Exponential, Lognormal, OneOf, Pert, Uniform
from tests.model.tiny import contributor, day, scenario, schedule

MONTH = 30.4375
END = dt.date(2026, 3, 31)


def run_of(whole, worlds=3):
    model = standard_model()
    played = Simulation.of(model, model.compile(whole), 0)(Span(0, worlds))
    return run_in_memory(whole, 0, [(played.span, [played])])


def cost(date=END, costs=None, **blocks):
    whole = scenario(costs=costs or {"soldier_month": 1000}, **blocks)
    (found,) = costs_by(run_of(whole), [date])
    return found.tolist()


def test_soldiers_cost_by_the_month_while_they_are_deployed():
    land = contributor(troops=100, prepares_for="30 days")
    assert cost(contributors={"land": land}) == pytest.approx([100 * 60 / MONTH * 1000] * 3)
    assert cost(dt.date(2026, 1, 31), contributors={"land": land}) == pytest.approx([100 / MONTH * 1000] * 3)
    assert cost(dt.date(2026, 1, 30), contributors={"land": land}) == [0, 0, 0]


def test_a_contributors_rate_goes_before_its_roles_and_that_before_the_general_one():
    blocks = {"contributors": {"land": contributor(troops=10), "sea": contributor(troops=10, role="medical")}}
    base = 10 * 90 / MONTH
    stated = {"soldier_month": 100, "roles": {"medical": 300}}
    assert cost(costs=stated, **blocks) == pytest.approx([base * 400] * 3)
    assert cost(costs={**stated, "contributors": {"sea": 0}}, **blocks) == pytest.approx([base * 100] * 3)


def test_journeys_there_and_home():
    blocks = {
        "facts": {"fire": schedule(on=10, off=11)},
        "contributors": {"land": contributor(withdraws_when="fire", exit="5 days", troops=10)},
    }
    assert cost(costs={"soldier_month": 0, "move": 7}, **blocks) == [140, 140, 140]
    assert cost(dt.date(2026, 1, 12), costs={"soldier_month": 0, "move": 7}, **blocks) == [70, 70, 70]


def test_a_relief_is_two_journeys_and_a_failed_one_a_way_home():
    stays = contributor(troops=10, tour={"every": "40 days", "relief_probability": 1})
    fails = contributor(troops=10, tour={"every": "40 days", "relief_probability": 0})
    price = {"soldier_month": 0, "move": 1}
    assert cost(costs=price, contributors={"land": stays}) == [10 + 2 * 20] * 3
    assert cost(costs=price, contributors={"land": fails}) == [20] * 3


def test_uncertain_prices_are_drawn_once_a_world():
    land = contributor(troops=10)
    whole = scenario(costs={"soldier_month": {"low": 1, "mode": 2, "high": 3}}, contributors={"land": land})
    early, late = costs_by(run_of(whole), [dt.date(2026, 1, 31), END])
    assert len(set(early.tolist())) == 3
    assert (late / early).tolist() == pytest.approx([90 / 31] * 3)


def test_the_table_has_mean_interval_and_quantiles():
    whole = scenario(costs={"soldier_month": 1}, contributors={"land": contributor(troops=10)})
    (row,) = cost_table(run_of(whole), [END]).itertuples(index=False)
    assert (row.unit, row.mean, row.low, row.high) == ("USD", *[pytest.approx(900 / MONTH)] * 3)
    assert row.q05 == row.q25 == row.median == row.q75 == row.q95 == pytest.approx(900 / MONTH)


def test_each_quantile_of_many_worlds_stands_in_its_own_column():
    price = {"soldier_month": {"median": 1000, "p90": 3000}}
    whole = scenario(costs=price, contributors={"land": contributor(troops=10)})
    run = run_of(whole, 60)
    (row,) = cost_table(run, [END]).itertuples(index=False)
    ordered = sorted(costs_by(run, [END])[0].tolist())
    for name, share in (("q05", 0.05), ("q25", 0.25), ("median", 0.5), ("q75", 0.75), ("q95", 0.95)):
        assert getattr(row, name) == ordered[math.ceil(share * 60 - 1e-9) - 1]
    assert row.low < row.mean == pytest.approx(sum(ordered) / 60) and row.mean < row.high
    assert row.unit == "USD"


def test_without_costs_there_is_nothing_to_add_up():
    with pytest.raises(UsageError, match="states no `costs:`"):
        cost_table(run_of(scenario(contributors={"land": contributor()})), [dt.date.fromisoformat(day(3))])


@given(
    st.sampled_from(
        [Pert(1, 2, 5), Uniform(1, 4), Exponential(3), Lognormal(2, 9), OneOf((1.0, 5.0), (1, 3))]
    ),
    st.lists(st.integers(0, 2**52 - 1), min_size=1, max_size=20),
)
def test_prices_drawn_together_are_those_drawn_one_by_one(distribution, bits):
    law = law_of(distribution)
    shares = np.array([(each + 0.5) * 2.0**-52 for each in [0, 2**52 - 1, *bits]])
    assert _quantiles(law, shares).tolist() == [law.quantile(share) for share in shares.tolist()]


def test_the_first_variates_of_a_stream_are_those_of_each_replication():
    draws = Draws(7, 250, 9)
    found = draws.first_of_each("costs.move").tolist()
    assert found == [Draws(7, number, 1).page("costs.move", 0, number)[0] for number in range(250, 259)]
