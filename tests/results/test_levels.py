from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.results import levels as levels_room
from sim.results.changes import changes_of
from sim.results.levels import daily_levels, fan, level_table, levels_of, quantile_name
from sim.results.selection import Selection
from sim.vocabulary import STAGES
from tests.results.handmade import BODIES, DAY, level, scenario_of, worlds, write_run


@settings(max_examples=20, deadline=None)
@given(worlds(), st.sampled_from(STAGES), st.sampled_from(({}, {"role": "infantry"}, {"force": "police"})))
def test_daily_levels_are_what_the_rows_add_up_to(drawn, stage, wanted):
    with tempfile.TemporaryDirectory() as folder:
        run = write_run(Path(folder), scenario_of(BODIES), drawn)
        found = daily_levels(run, Selection(**wanted), stage)
        for day, date in enumerate(run.dates):
            expected = [level(world, (day + 1) * DAY - 1, stage, **wanted) for world in drawn]
            assert found.on(date).tolist() == expected
            assert found.mean()[day] == pytest.approx(np.mean(expected), abs=1e-9)
            quantiles = found.quantiles((0.1, 0.5, 0.9))[:, day]
            assert (
                quantiles.tolist() == np.quantile(expected, (0.1, 0.5, 0.9), method="inverted_cdf").tolist()
            )
            for troops in (0, 1, 20):
                assert found.count_at_least(troops)[day] == sum(each >= troops for each in expected)


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_the_level_is_the_sum_of_contributors_and_within_the_pledges(drawn):
    with tempfile.TemporaryDirectory() as folder:
        run = write_run(Path(folder), scenario_of(BODIES), drawn)
        for by in ("contributor", "role", "sector", "force"):
            table = level_table(run, by, every=1, selection=Selection())
            total = table.groupby("date")["mean"].sum().to_numpy()
            assert total == pytest.approx(daily_levels(run, Selection()).mean(), abs=1e-9)
        pledges = [sum(row[6] for row in world.transitions if row[4] == "") for world in drawn]
        for date in run.dates:
            on_day = daily_levels(run, Selection()).on(date)
            assert (on_day >= 0).all()
            assert (on_day <= pledges).all()


def test_by_hand(run):
    found = daily_levels(run, Selection())
    assert found.quantiles((0.0, 1.0)).tolist() == [
        [0, 0, 0, 0, 0, 50, 50, 30, 30, 30],
        [0, 0, 60, 90, 130, 130, 130, 50, 50, 50],
    ]
    assert found.mean().tolist() == [0, 0, 30, 45, 65, 90, 90, 40, 40, 40]
    assert found.count_at_least(90).tolist() == [0, 0, 0, 1, 1, 1, 1, 0, 0, 0]
    assert daily_levels(run, Selection(sector="south")).on(dt.date(2026, 1, 6)).tolist() == [0, 50]
    assert daily_levels(run, Selection(), "withdrawing").on(dt.date(2026, 1, 8)).tolist() == [100, 0]


def test_the_fan_has_a_column_a_quantile(run):
    table = fan(run, quantiles=(0.025, 0.5))
    assert list(table.columns) == ["date", "q02.5", "q50", "mean"]
    assert table["date"].iloc[0] == pd.Timestamp("2026-01-01")
    assert table["q50"].tolist() == [0, 0, 0, 0, 0, 50, 50, 30, 30, 30]
    assert quantile_name(0.05) == "q05"


def test_the_headline_is_the_military_force_if_there_is_one(tmp_path, two_worlds):
    police = {("a", "one"): {"force": "police"}, ("a", "two"): {}, ("b", "one"): {"force": "police"}}
    some = write_run(tmp_path / "some", scenario_of(police), two_worlds)
    assert daily_levels(some).mean().tolist() == [0, 0, 0, 15, 15, 15, 15, 15, 15, 15]
    all_police = {key: {"force": "police"} for key in police}
    none = write_run(tmp_path / "none", scenario_of(all_police), two_worlds)
    assert daily_levels(none).mean().tolist() == [0, 0, 30, 45, 65, 90, 90, 40, 40, 40]


def test_a_level_table_samples_days_and_always_the_last(run):
    table = level_table(run, "contributor", every=4)
    assert table["date"].dt.day.tolist() == [1, 5, 9, 10] * 2
    assert table[table["contributor"] == "a"]["mean"].tolist() == [0, 65, 15, 15]
    assert table[table["contributor"] == "a"]["q95"].tolist() == [0, 130, 30, 30]
    stages = level_table(run, "stage", every=9)
    assert stages.groupby("date")["mean"].sum().tolist() == [170, 170]
    assert list(level_table(run, every=9).columns) == ["date", "mean", "q05", "q50", "q95"]
    daily = level_table(run, every=1, selection=Selection())
    assert daily["mean"].tolist() == [0, 0, 30, 45, 65, 90, 90, 40, 40, 40]
    assert daily["q05"].tolist() == daily["q50"].tolist() == [0, 0, 0, 0, 0, 50, 50, 30, 30, 30]
    assert daily["q95"].tolist() == [0, 0, 60, 90, 130, 130, 130, 50, 50, 50]
    assert level_table(run, "sector", every=9)["sector"].unique().tolist() == ["north", "no sector", "south"]


def test_trained_forces_count_as_contributors_of_their_own_force(tmp_path, two_worlds):
    trained = {
        "b": {
            "force": "police",
            "trained_by": "engineers",
            "trainees_per_trainer": 5,
            "course": "1 day",
            "recruits": 50,
        }
    }
    bodies = {("a", "one"): {}, ("a", "two"): {}}
    worlds_with_police = []
    for world in two_worlds:
        rows = [(*row[:2], "b", "b", *row[4:]) if row[2] == "b" else row for row in world.transitions]
        worlds_with_police.append(type(world)(rows))
    run = write_run(tmp_path, scenario_of(bodies, trained_forces=trained), worlds_with_police)
    assert daily_levels(run, Selection(force="police")).on(dt.date(2026, 1, 6)).tolist() == [0, 50]
    assert daily_levels(run).on(dt.date(2026, 1, 6)).tolist() == [130, 0]


def test_failed_replications_count_nowhere(tmp_path, two_worlds):
    run = write_run(tmp_path, scenario_of(BODIES), [two_worlds[0], two_worlds[1], two_worlds[0]], failed=[0])
    assert run.replications == 2
    assert daily_levels(run, Selection()).on(dt.date(2026, 1, 6)).tolist() == [50, 130]


def test_blocks_and_slabs_do_not_show(tmp_path, two_worlds, monkeypatch):
    many = [two_worlds[number % 3 == 0] for number in range(601)]
    run = write_run(tmp_path, scenario_of(BODIES), many, failed=[3, 250, 600])
    monkeypatch.setattr(levels_room, "_SLAB", 2 * run.replications)
    found = daily_levels(run, Selection())
    kept = [world for number, world in enumerate(many) if number not in (3, 250, 600)]
    for day, date in enumerate(run.dates):
        expected = [level(world, (day + 1) * DAY - 1) for world in kept]
        assert found.on(date).tolist() == expected
        assert found.quantiles((0.5,))[0, day] == sorted(expected)[299 - 1 + len(kept) % 2]
        assert found.mean()[day] == pytest.approx(np.mean(expected))


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda run: daily_levels(run, stage="flying"), "'flying' is not a stage; choose one of pledged"),
        (lambda run: level_table(run, by="colour"), "split by 'colour'; choose contributor"),
        (
            lambda run: daily_levels(run).on(dt.date(2027, 1, 1)),
            "2027-01-01 is not a day of the run; choose one from",
        ),
    ],
)
def test_impossible_questions_are_named(run, call, names):
    with pytest.raises(UsageError, match=names):
        call(run)


@pytest.mark.parametrize("troops", [2**30, 2**31 - 1])
def test_levels_beyond_what_is_narrow_are_ordered_whole(troops):
    place, second = np.array([0, 0, 1], dtype=np.int32), np.array([0, DAY, 0])
    changes = changes_of(3, place, second, np.array([troops, troops, -troops]))
    levels = levels_of(changes, tuple(dt.date(2026, 1, day) for day in (1, 2)))
    assert levels.orders([0, 1, 2]).T.tolist() == [[-troops, 0, troops], [-troops, 0, 2 * troops]]
