"""Signposts against closed forms."""

from __future__ import annotations

import datetime as dt
import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.batch.running import run as play
from sim.errors import UsageError
from sim.report.telling.signposts import signpost_lines
from sim.results.levels import daily_levels
from sim.results.run import open_run
from sim.scenario.loading import load_resolved
from sim.studies.outcomes import outcome_of, outcomes_of, what_counts
from sim.studies.signposts import (
    Chance,
    Signpost,
    SignpostReading,
    Stakes,
    readings_of,
    signposts,
    watch_days,
    worth_of,
)

START = dt.date(2026, 1, 1)
DAY = 86_400
ALL = Stakes()

TEXT = """
scenario: known chances
start: 2026-01-01
end: 2026-12-31
facts:
  mandate: {kind: milestone, probability: 60%, after: {mean: 60 days}}
  idle: {kind: milestone, probability: 50%, after: {mean: 60 days}}
contributors:
  a: {commits_when: mandate, contingents: {u: {role: infantry, troops: 100, prepares_for: {mean: 90 days}}}}
targets: {t: {troops: 100, by: 2026-09-30}}
"""
MEAN_MANDATE, MEAN_PREPARATION, P_MANDATE, HORIZON = 60.0, 90.0, 0.6, 273.0


def arrived_by(horizon, since, until):
    """P(mandate within (since, until], arrived by horizon): both delays exponential, and the yes certain."""
    a, b = 1 / MEAN_MANDATE, 1 / MEAN_PREPARATION
    until = min(until, horizon)
    both = math.exp(-a * since) - math.exp(-a * until)
    late = a / (a - b) * math.exp(-b * horizon) * (math.exp(-(a - b) * since) - math.exp(-(a - b) * until))
    return P_MANDATE * (both - late)


def given(day):
    """P(held | mandate by the end of the day with this index), P(held | not)."""
    came = P_MANDATE * (1 - math.exp(-(day + 1) / MEAN_MANDATE))
    return arrived_by(HORIZON, 0, day + 1) / came, arrived_by(HORIZON, day + 1, HORIZON) / (1 - came)


def runs(tmp_path, seeds, replications):
    (tmp_path / "k.yaml").write_text(TEXT)
    resolved = load_resolved(tmp_path / "k.yaml")
    for seed in seeds:
        play(resolved, replications=replications, seed=seed, folder=tmp_path / f"run{seed}")
        yield open_run(tmp_path / f"run{seed}")


def mandate_of(run):
    found = signposts(run, outcome_of(run, "t", None, None))
    return found, next(post for post in found.posts if post.happening.column == "first.mandate")


def test_conditional_chances_are_those_of_the_formula(tmp_path):
    (run,) = runs(tmp_path, [0], 500)
    found, post = mandate_of(run)
    for reading in post.readings:
        expected = given((reading.day - START).days)
        for chance, exact in zip((reading.happened, reading.not_yet), expected, strict=True):
            error = math.sqrt(exact * (1 - exact) / chance.worlds)
            assert abs(chance.value - exact) < 4 * error + 1e-9
    assert post.earliest is not None and post in found.telling
    idle = next(post for post in found.posts if post.happening.column == "first.idle")
    assert idle.earliest is None and idle.ignorable
    table = run_table(run)
    held = table["held.t"].astype(bool)
    assert (found.now.hits, found.now.worlds) == (int(held.sum()), 500)
    for reading in post.readings:
        came = table["first.mandate"] <= pd.Timestamp(reading.day)
        assert (reading.happened.hits, reading.happened.worlds) == (int((held & came).sum()), int(came.sum()))
        assert (reading.not_yet.hits, reading.not_yet.worlds) == (
            int((held & ~came).sum()),
            int((~came).sum()),
        )
    worth = [each.best.variance for each in found.telling]
    assert len(worth) >= 2 and worth == sorted(worth, reverse=True)
    assert found.posts[: len(worth)] == found.telling


def run_table(run):
    from sim.results.worlds import worlds_table

    return worlds_table(run)


def test_numbers_come_in_the_order_of_what_they_are_worth(tmp_path, monkeypatch):
    (run,) = runs(tmp_path, [0], 120)
    outcome, chance = outcome_of(run, "t", None, None), np.random.default_rng(2)
    drawn = {"noise": chance.random(120), "tells": outcome.holds + chance.random(120) / 2}
    monkeypatch.setattr("sim.studies.signposts.drawn_numbers", lambda run: drawn)
    tells, noise = signposts(run, outcome).numbers
    assert (tells.name, noise.name) == ("tells", "noise") and tells.variance > 0.5 > noise.variance
    assert tells.low.value == 0 and tells.high.value == 1


def test_an_outcome_is_so_many_troops_at_the_end_of_its_day(tmp_path):
    (run,) = runs(tmp_path, [0], 120)
    june, september = dt.date(2026, 6, 30), dt.date(2026, 9, 30)
    for own, by, title in (
        (outcome_of(run, "t", None, None), september, "100 troops on 30 September 2026"),
        (outcome_of(run, "t", None, june), june, "100 troops on 30 June 2026"),
        (outcome_of(run, None, 100, june), june, "100 troops on 30 June 2026"),
        (outcome_of(run, None, 1, june), june, "any troops on 30 June 2026"),
    ):
        there = daily_levels(run).on(by) == 100
        assert (own.by, own.title, own.worlds) == (by, title, 120)
        assert own.holds.tolist() == there.tolist() and 0 < there.sum() < 120
    assert [each.name for each in outcomes_of(run)] == ["t"]
    with pytest.raises(UsageError, match="not both"):
        outcome_of(run, "t", 100, None)
    with pytest.raises(UsageError, match="ask for one or more"):
        outcome_of(run, None, 0, None)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, "troops"),
        ({"force": "military"}, "troops"),
        ({"force": "any"}, "troops of any force"),
        ({"force": "border_police"}, "border police"),
        ({"role": "combat_engineers"}, "combat engineers"),
        ({"role": "trainers", "force": "any"}, "trainers"),
        ({"role": "trainers", "force": "police"}, "police trainers"),
        ({"contributor": "a"}, "troops of the As"),
        ({"role": "infantry", "sector": "rafah", "contributor": "a"}, "infantry of the As in Rafah crossing"),
    ],
)
def test_an_outcome_says_which_troops_it_counts(counts, words):
    scenario = SimpleNamespace()
    target = SimpleNamespace(**{"force": None, "role": None, "sector": None, "contributor": None, **counts})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.words.titles.titles_of", lambda _: {"a": "The As", "rafah": "Rafah crossing"})
        assert what_counts(scenario, target) == words


def test_the_sentences_say_the_numbers(tmp_path):
    (run,) = runs(tmp_path, [0], 300)
    found, post = mandate_of(run)
    text = "\n".join(signpost_lines(found))
    assert "“Mandate” has not come, the chance of 100 troops on 30 September 2026 is" in text
    assert "that “Idle” has come" in text[text.index("What may be ignored") :]
    assert f"{math.floor(post.best.happened.value * 100 + 0.5)} %" in text


def test_intervals_hold_the_true_chance_in_95_of_100_drawn_sets_of_worlds():
    """As below, with the two delays drawn here instead of played: 500 sets of 150 worlds."""
    chance, day = np.random.default_rng(3), dt.date(2026, 3, 31)
    exact, held = given((day - START).days), np.zeros((2, 500), dtype=bool)
    for number in range(500):
        comes = chance.exponential(MEAN_MANDATE, 150)
        second = np.where(chance.random(150) < P_MANDATE, comes, np.inf) * DAY
        holds = second + chance.exponential(MEAN_PREPARATION, 150) * DAY <= HORIZON * DAY
        (reading,) = readings_of(second, holds, START, [day], ALL)
        for place, each in enumerate((reading.happened, reading.not_yet)):
            held[place, number] = each.interval[0] <= exact[place] <= each.interval[1]
    assert all(0.93 <= share <= 0.97 for share in held.mean(axis=1)), held.mean(axis=1)


@pytest.mark.slow
def test_intervals_hold_the_true_chance_in_95_of_100_seeds(tmp_path):
    held = {True: 0, False: 0}
    seeds = range(500)
    for run in runs(tmp_path, seeds, 150):
        _, post = mandate_of(run)
        reading = next(each for each in post.readings if each.day == dt.date(2026, 3, 31))
        expected = given((reading.day - START).days)
        for happened, exact in zip((True, False), expected, strict=True):
            low, high = (reading.happened if happened else reading.not_yet).interval
            held[happened] += low <= exact <= high
    assert all(0.93 <= count / len(seeds) <= 0.98 for count in held.values()), held


def two_facts():
    """Sixteen worlds: the outcome holds in 7 of 8 with the fact and in 1 of 8 without it."""
    second = np.array([10.0 * DAY] * 8 + [np.inf] * 8)
    holds = np.array([True] * 7 + [False] + [True] + [False] * 7)
    return second, holds


def test_the_value_of_information_is_that_of_the_formula():
    second, holds = two_facts()
    (reading,) = readings_of(second, holds, START, [dt.date(2026, 1, 31)], ALL)
    assert (reading.happened.value, reading.not_yet.value) == (7 / 8, 1 / 8)
    assert reading.variance == pytest.approx(0.25 * 0.75**2 / 0.25)
    assert reading.regret == pytest.approx(1 / 2 - 1 / 8)
    # relying on it where it fails costs four times as much: now 1/2 by providing; knowing, 1/8·4 against 7/8, and 1/8
    (reading,) = readings_of(second, holds, START, [dt.date(2026, 1, 31)], Stakes(unprepared=4))
    assert reading.regret == pytest.approx(1 / 2 - (1 / 2 * 1 / 2 + 1 / 2 * 1 / 8))


def test_the_formula_where_nothing_is_even():
    """Of 5 worlds in which it happened 4 hold, of 15 others 5; one mistake costs 5, the other 2."""
    second = np.array([10.0 * DAY] * 5 + [np.inf] * 15)
    holds = np.array([True] * 4 + [False] + [True] * 5 + [False] * 10)
    stakes = Stakes(unprepared=5, in_vain=2)
    (reading,) = readings_of(second, holds, START, [dt.date(2026, 1, 31)], stakes)
    assert (reading.share, reading.moves) == (0.25, pytest.approx(0.8 - 1 / 3))
    assert reading.variance == pytest.approx(0.25 * 0.75 * (0.8 - 1 / 3) ** 2 / (0.45 * 0.55))
    now, knowing = min(0.55 * 5, 0.45 * 2), 0.25 * min(0.2 * 5, 0.8 * 2) + 0.75 * min(2 / 3 * 5, 1 / 3 * 2)
    assert reading.regret == pytest.approx(now - knowing)


@pytest.mark.parametrize(
    ("with_it", "without", "tells"), [(20, 150, True), (150, 20, True), (100, 102, False)]
)
def test_it_tells_either_way(with_it, without, tells):
    second = np.array([10.0 * DAY] * 200 + [np.inf] * 200)
    holds = np.arange(400) % 200 < np.repeat([with_it, without], 200)
    (reading,) = readings_of(second, holds, START, [dt.date(2026, 1, 31)], ALL)
    assert reading.tells == tells and reading.moves == pytest.approx((with_it - without) / 200)


def test_the_best_day_is_the_one_that_settles_most():
    days = [dt.date(2026, 1, 31), dt.date(2026, 2, 28)]
    first, second = (
        SignpostReading(day, Chance(30, 40), Chance(1, 40), True, variance, regret)
        for day, variance, regret in zip(days, (0.4, 0.3), (0.1, 0.9), strict=True)
    )
    assert Signpost(None, (first, second)).best is first and Signpost(None, (second, first)).best is first


def test_before_it_happens_anywhere_nothing_tells():
    second, holds = two_facts()
    early, late = readings_of(second, holds, START, [dt.date(2026, 1, 10), dt.date(2026, 1, 11)], ALL)
    assert (early.tells, early.variance, early.regret, early.moves) == (False, 0.0, 0.0, 0.0)
    assert late.happened.worlds == 8  # on day 10 by its end


def test_noise_tells_nothing():
    chance = np.random.default_rng(5)
    told = 0
    for _ in range(200):
        second, holds = chance.exponential(60 * DAY, 400), chance.random(400) < 0.4
        days = watch_days(START, dt.date(2026, 9, 30))
        told += any(
            each.tells
            for each in readings_of(second, holds, START, days, ALL, confidence=1 - 0.05 / len(days))
        )
    assert told <= 10


def test_a_number_is_worth_the_variance_it_explains():
    chance = np.random.default_rng(1)
    values = chance.random(20_000)
    holds = chance.random(20_000) < values  # p is 1/2; between quarters the variance of the mean is 5/64
    known = worth_of("x", "X", values, holds)
    assert known.variance == pytest.approx(5 / 64 / 0.25, abs=0.02)
    assert known.low.value == pytest.approx(1 / 8, abs=0.02) and known.high.value == pytest.approx(
        7 / 8, abs=0.02
    )
    noise = [worth_of("x", "X", chance.random(400), chance.random(400) < 0.4).variance for _ in range(200)]
    assert abs(np.mean(noise)) < 0.001


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (dt.date(2026, 1, 1), dt.date(2026, 5, 1), [(1, 31), (2, 28), (3, 31), (4, 30)]),
        (dt.date(2026, 1, 1), dt.date(2026, 2, 1), [(1, 7), (1, 14), (1, 21), (1, 28)]),
        (dt.date(2026, 1, 1), dt.date(2026, 1, 3), [(1, 1), (1, 2)]),
        (dt.date(2026, 1, 1), dt.date(2026, 1, 1), []),
    ],
)
def test_one_looks_at_the_ends_of_months_or_weeks_before_the_day(first, last, expected):
    assert [(day.month, day.day) for day in watch_days(first, last)] == expected


def test_a_long_time_has_no_more_days_than_can_be_read():
    days = watch_days(dt.date(2026, 1, 1), dt.date(2036, 1, 1))
    assert 12 <= len(days) <= 24 and days[-1] == dt.date(2035, 12, 31)


def test_outcomes_come_by_date(tmp_path):
    from tests.results.handmade import BODIES, journey, scenario_of, write_run

    targets = {"alpha": {"troops": 9, "by": "2026-01-09"}, "omega": {"troops": 9, "by": "2026-01-05"}}
    world = journey("a", "one", 50, (2 * DAY, 50, "pledged", "deployed"))
    run = write_run(tmp_path, scenario_of(BODIES, targets=targets), [world])
    assert [each.name for each in outcomes_of(run)] == ["omega", "alpha"]
