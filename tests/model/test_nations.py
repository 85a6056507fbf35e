"""Decisions, withdrawals and tours: the cases that once went wrong, each with its right value."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.durations import DAY
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from tests.model.tiny import days, flows, stages, waiting

CASES = Path(__file__).parent / "cases"


def worlds(name, count=100, seed=0):
    """Return the logs of the first worlds of a case."""
    plan = compile_plan(sim.load(CASES / f"{name}.yaml").scenario)
    draws = Draws(seed, 0, count)
    return [replicate(plan, draws, number) for number in range(count)]


def level(logs, who, day):
    """Return how many of a contributor are deployed at the end of a day."""
    return stages(logs, who, (day + 1) * DAY - 1).get("deployed", 0)


def share(truths):
    """Return the share of truths."""
    truths = list(truths)
    return sum(truths) / len(truths)


class TestDecisions:
    def test_one_parliament_votes_once_for_four_contingents(self):
        found = [stages(logs, "a") for logs in worlds("independent_votes", 400)]
        assert all(each in ({"deployed": 8000}, {"refused": 8000}) for each in found)
        assert share(each == {"deployed": 8000} for each in found) == pytest.approx(0.85, abs=0.05)

    @pytest.mark.slow
    def test_one_parliament_votes_once_in_four_thousand_worlds(self):
        found = [stages(logs, "a") for logs in worlds("independent_votes", 4000)]
        assert share(each == {"deployed": 8000} for each in found) == pytest.approx(0.85, abs=0.02)
        assert share(each == {"refused": 8000} for each in found) == pytest.approx(0.15, abs=0.02)

    def test_a_vote_pauses_on_a_broken_day_and_is_not_forgotten(self):
        found = worlds("forgotten_votes", 400)
        ends = [stages(logs, "a") for logs in found]
        assert share(each == {"refused": 100} for each in ends) == pytest.approx(0.1, abs=0.04)
        assert {tuple(days(logs, "a", "deployed")) for logs in found} == {(46.0,), ()}
        assert waiting(found[0], "a", 30 * DAY) == {"rule: c": 100}


class TestWithdrawals:
    def test_without_returns_nobody_comes_back(self):
        (logs,) = worlds("half_returns", 1)
        assert [level(logs, "a", day) for day in (34, 44, 50, 100, 364)] == [100, 0, 0, 0, 0]
        assert stages(logs, "a") == {"gone": 500}
        assert flows(logs, "a", "pledged", "gone") == [(50 * DAY, 200), (50 * DAY, 100)]

    def test_each_batch_decides_when_it_is_pledged_again(self):
        (logs,) = worlds("returns_serial", 1)
        assert [time // DAY for time, _ in flows(logs, "a", "gone", "pledged")] == [65, 70]
        assert [time // DAY for time, _ in flows(logs, "a", "preparing", "ready")] == [125, 130]
        assert stages(logs, "a") == {"deployed": 200}

    def test_those_sent_home_count_as_withdrawn(self):
        (logs,) = worlds("relief_failed_withdrawn", 1)
        assert days(logs, "b", "deployed") == [100]

    def test_a_recorded_withdrawal_is_followed_by_returns(self):
        for logs in worlds("withdrew_returns", 5):
            assert days(logs, "a", "pledged", "gone") == [180]
            assert stages(logs, "a") == {"deployed": 100}

    def test_a_withdrawal_recorded_on_as_of_holds(self):
        for logs in worlds("withdrew_on_asof"):
            assert days(logs, "a", "gone") == [212]
            assert stages(logs, "a") == {"gone": 100}

    @pytest.mark.parametrize("name", ["edge_before_asof", "edge_before_asof_lognormal"])
    def test_an_edge_long_before_as_of_was_sat_out(self, name):
        assert all(stages(logs, "a") == {"deployed": 100} for logs in worlds(name))


class TestTours:
    def test_a_unit_one_bed_short_goes_home_after_its_tour(self):
        (logs,) = worlds("one_bed_short", 1)
        assert days(logs, "b", "gone", "deployed") == [180]
        assert stages(logs, "b") == {"gone": 600}
        assert [level(logs, "b", day) for day in (0, 179, 180, 1000)] == [599, 599, 0, 0]

    def test_tours_before_as_of_were_relieved_on_time(self):
        for logs in worlds("tours_before_asof", 20):
            reliefs = {(row[2], row[0]) for row in logs.transitions if row[7] == "relief embarks"}
            assert min(time for who, time in reliefs if who == "a") == 544 * DAY  # 29 June 2027
            home = {time for time, _ in flows(logs, "b", "deployed", "gone")}
            of_b = {time for who, time in reliefs if who == "b"} | home
            assert min(of_b) == 454 * DAY  # 31 March 2027
            assert days(logs, "c", "deployed") == [405, 410]


class TestWaiting:
    def test_before_as_of_what_nothing_hinders_waits_for_news(self):
        (logs,) = worlds("ready_before_asof", 1)
        assert waiting(logs, "a", 6 * DAY) == waiting(logs, "b", 150 * DAY) == {"news": 100}
        assert {row[4] for row in logs.waits if row[4].startswith(("lift", "beds"))} == set()
        assert days(logs, "a", "deployed") == [151]

    def test_graduates_wait_for_their_sector(self):
        (logs,) = worlds("police", 1)
        assert stages(logs, "police") == {"ready": 300}
        assert waiting(logs, "police", 360 * DAY) == {"sector gaza": 300}
        assert not flows(logs, "police", None, "deployed")
