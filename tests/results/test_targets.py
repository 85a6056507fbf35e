from __future__ import annotations

import datetime as dt
import math
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.results.statistics import wilson
from sim.results.targets import target_curve, target_table, time_to_target
from tests.results.handmade import BODIES, DAY, level, scenario_of, worlds, write_run


def _instants(world, end):
    return sorted({0, *(row[0] for row in world.transitions if row[0] <= end)})


@settings(max_examples=20, deadline=None)
@given(
    worlds(),
    st.integers(0, 40),
    st.integers(1, 10),
    st.sampled_from(({}, {"contributor": "a"}, {"force": "police"})),
)
def test_held_and_reached_are_what_the_rows_say(drawn, troops, day, wanted):
    target = {"troops": troops, "by": f"2026-01-{day:02d}", **wanted}
    with tempfile.TemporaryDirectory() as folder:
        run = write_run(Path(folder), scenario_of(BODIES, targets={"it": target}), drawn)
        row = target_table(run).iloc[0]
        curve = target_curve(run, "it")
        times = time_to_target(run, "it")
    counted = {"force": "military"} | wanted
    held = [level(world, day * DAY - 1, **counted) >= troops for world in drawn]
    firsts = [
        next(
            (time for time in _instants(world, 10 * DAY) if level(world, time, **counted) >= troops), math.inf
        )
        for world in drawn
    ]
    reached = [first < day * DAY for first in firsts]
    assert (row.held_on, row.held_low, row.held_high) == (
        sum(held) / len(drawn),
        *wilson(sum(held), len(drawn)),
    )
    assert (row.reached_by, row.reached_low) == (
        sum(reached) / len(drawn),
        wilson(sum(reached), len(drawn))[0],
    )
    assert row.reached_by >= row.held_on
    on_day = curve.iloc[day - 1]
    assert (on_day.held, on_day.reached) == (row.held_on, row.reached_by)
    assert (curve.reached >= curve.held).all()
    assert curve.reached.is_monotonic_increasing
    assert [day * DAY for day in times["day"].fillna(math.inf)] == pytest.approx(firsts)


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_probabilities_fall_as_targets_rise(drawn):
    targets = {f"t{troops}": {"troops": troops, "by": "2026-01-06"} for troops in range(0, 60, 5)}
    with tempfile.TemporaryDirectory() as folder:
        table = target_table(write_run(Path(folder), scenario_of(BODIES, targets=targets), drawn))
    assert table.held_on.is_monotonic_decreasing
    assert table.reached_by.is_monotonic_decreasing
    assert table.held_on.iloc[0] == 1


def test_by_hand(run):
    table = target_table(run).set_index("target")
    assert table["troops"].tolist() == [130, 50, 100]
    assert table["by"].tolist() == [pd.Timestamp(day) for day in ("2026-01-05", "2026-01-06", "2026-01-09")]
    assert table["held_on"].tolist() == [0.5, 1.0, 0.0]
    assert table["reached_by"].tolist() == [0.5, 1.0, 0.5]
    assert table["median"].tolist() == [0, 50, 30]
    assert table["q95"].tolist() == [130, 130, 50]
    assert time_to_target(run, "few")["day"].tolist() == pytest.approx([2.5, 6 - 1 / DAY])
    assert time_to_target(run, "most")["day"].isna().tolist() == [False, True]


def test_a_peak_within_a_day_is_reached_but_not_held(tmp_path):
    from tests.results.handmade import journey

    world = journey("a", "one", 10, (DAY, 10, "pledged", "deployed"), (DAY + 1, 10, "deployed", "gone"))
    target = {"troops": 10, "by": "2026-01-05"}
    run = write_run(tmp_path, scenario_of({("a", "one"): {}}, targets={"it": target}), [world])
    assert target_table(run)[["held_on", "reached_by"]].values.tolist() == [[0.0, 1.0]]


def test_rounds_within_an_instant_reach_nothing(tmp_path):
    from tests.results.handmade import journey

    world = journey("a", "one", 10, (DAY, 10, "pledged", "deployed"), (DAY, 10, "deployed", "gone"))
    target = {"troops": 10, "by": "2026-01-05"}
    run = write_run(tmp_path, scenario_of({("a", "one"): {}}, targets={"it": target}), [world])
    assert target_table(run)["reached_by"].tolist() == [0.0]


def test_a_target_counts_only_where_its_rule_holds_on_its_date(tmp_path, two_worlds):
    facts = {"clear": {"kind": "milestone"}}
    two_worlds[0].signals.append((5 * DAY, 1, "clear", 1.0))
    targets = {
        "then": {"troops": 30, "by": "2026-01-06", "when": "clear"},
        "before": {"troops": 30, "by": "2026-01-05", "when": "clear"},
        "otherwise": {"troops": 30, "by": "2026-01-06", "when": "not clear"},
        "never": {"troops": 30, "by": "2026-01-06", "when": "clear and not clear"},
    }
    bodies = {("a", "one"): {}, ("a", "two"): {}, ("b", "one"): {}}
    run = write_run(tmp_path, scenario_of(bodies, facts=facts, targets=targets), two_worlds)
    table = target_table(run).set_index("target")
    assert table["applies"].to_dict() == {"before": 0.0, "never": 0.0, "otherwise": 0.5, "then": 0.5}
    assert table.loc[["then", "otherwise"], "median"].tolist() == [130, 50]
    assert table.loc["never", ["held_on", "median"]].isna().all()
    assert table.loc["never", ["held_low", "held_high"]].tolist() == [0, 1]
    assert time_to_target(run, "otherwise")["replication"].tolist() == [1]
    assert target_curve(run, "then")["held"].iloc[5] == 1
    assert target_curve(run, "never")["held"].isna().all()


def test_no_targets_make_an_empty_table(tmp_path, two_worlds):
    table = target_table(write_run(tmp_path, scenario_of(BODIES), two_worlds))
    assert table.empty
    assert "reached_high" in table.columns


def test_an_unknown_target_is_named_with_the_nearest(run):
    with pytest.raises(UsageError, match="no target 'mst'; did you mean 'most'"):
        target_curve(run, "mst")


def test_a_row_says_the_middle_and_nine_in_ten_of_many_worlds():
    """Twenty worlds with 10, 20 … 200 troops, the first of which reach 150 a day before or after the date."""
    from types import SimpleNamespace

    from sim.results.targets import _target_row

    target = SimpleNamespace(troops=150, by=dt.date(2026, 1, 5))
    first = np.where(np.arange(20) < 7, 5 * DAY - 1, 5 * DAY).astype(float)
    attained = SimpleNamespace(
        name="it",
        target=target,
        numbers=np.arange(20),
        applies=1.0,
        first=first,
        level_on=lambda dates: np.arange(10, 201, 10),
    )
    run = SimpleNamespace(dates=(), scenario=SimpleNamespace(start=dt.date(2026, 1, 1)))
    row = _target_row(run, attained)
    assert row[4:7] == [100, 10, 190]
    assert row[7] == 6 / 20 and row[10] == 7 / 20 and row[8] < row[7] < row[9] and row[11] < row[10] < row[12]
