from __future__ import annotations

import datetime as dt
import math
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings

from sim.errors import UsageError
from sim.results.arrivals import first_boots, first_deployed, flow_in, stage_dates
from sim.results.selection import Selection
from sim.results.statistics import wilson
from sim.vocabulary import STAGES
from tests.results.handmade import (
    BODIES,
    DAY,
    journey,
    level,
    scenario_of,
    together,
    worlds,
    write_run,
)


def _instants(world):
    return sorted({row[0] for row in world.transitions})


def _median(values):
    return sorted(values)[(len(values) - 1) // 2]


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_flow_in_is_what_the_rows_say(drawn):
    with tempfile.TemporaryDirectory() as folder:
        run = write_run(Path(folder), scenario_of(BODIES), drawn)
        table = flow_in(run, by="contingent").set_index(["contributor", "contingent"])
        by_contributor = flow_in(run).set_index("contributor")
    for key in BODIES:
        _check(table.loc[key], drawn, {"contributor": key[0], "contingent": key[1]})
    for contributor in ("a", "b"):
        _check(by_contributor.loc[contributor], drawn, {"contributor": contributor})


def _check(row, drawn, wanted):
    courses = [[(time, level(world, time, **wanted)) for time in _instants(world)] for world in drawn]
    peaks = [max(troops for _, troops in course) for course in courses]
    arrived = [peak for peak in peaks if peak]
    assert (row.chance, row.chance_low, row.chance_high) == (
        len(arrived) / len(drawn),
        *wilson(len(arrived), len(drawn)),
    )
    pledges = [sum(level(world, math.inf, stage, **wanted) for stage in STAGES) for world in drawn]
    assert row.pledged == _median(pledges)
    if arrived:
        firsts = [
            min(time for time, troops in course if troops) for course in courses if any(t for _, t in course)
        ]
        assert row.troops_median == _median(arrived)
        assert row.first_median == pd.Timestamp("2026-01-01") + pd.Timedelta(days=_median(firsts) // DAY)
        full = [
            min(time for time, troops in course if troops == peak)
            for course, peak in zip(courses, peaks, strict=True)
            if peak
        ]
        ordered = sorted(full)
        for name, share in (("median", 0.5), ("q05", 0.05), ("q95", 0.95)):
            second = ordered[math.ceil(share * len(full) - 1e-9) - 1]
            assert row[f"all_{name}"] == pd.Timestamp("2026-01-01") + pd.Timedelta(days=second // DAY)
            assert row[f"troops_{name}"] == sorted(arrived)[math.ceil(share * len(full) - 1e-9) - 1]
    else:
        assert math.isnan(row.troops_median)
        assert row.first_median is pd.NaT


@settings(max_examples=25, deadline=None)
@given(worlds())
def test_stage_dates_are_the_first_entries(drawn):
    with tempfile.TemporaryDirectory() as folder:
        table = stage_dates(write_run(Path(folder), scenario_of(BODIES), drawn))
    assert len(table) == len(BODIES) * len(STAGES)
    for row in table.itertuples():
        entries = [
            [move[0] for move in world.transitions if (*move[2:4], move[5]) == row[1:4] and move[6] > 0]
            for world in drawn
        ]
        firsts = [min(times) // DAY for times in entries if times]
        assert row.chance == len(firsts) / len(drawn)
        expected = pd.Timestamp("2026-01-01") + pd.Timedelta(days=_median(firsts)) if firsts else pd.NaT
        assert row.median is expected or row.median == expected


def test_first_boots_by_hand(run):
    boots = first_boots(run)
    assert (boots["chance"], boots["low"], boots["high"]) == (1.0, *wilson(2, 2))
    assert (boots["median"], boots["q95"]) == (dt.date(2026, 1, 3), dt.date(2026, 1, 6))
    assert first_deployed(run).tolist() == [2.5 * DAY, 6 * DAY - 1]


def test_never_is_a_date_among_the_others(run):
    boots = first_boots(run, Selection(contributor="a"))
    assert boots["chance"] == 0.5
    assert (boots["q05"], boots["median"], boots["q95"]) == (dt.date(2026, 1, 3), dt.date(2026, 1, 3), None)
    assert first_boots(run, Selection(contributor="nobody"))["median"] is None


def test_flow_in_by_hand(run):
    row = flow_in(run).set_index("contributor").loc["a"]
    assert (row.pledged, row.chance, row.troops_median) == (110, 0.5, 130)
    assert row.first_q95 == pd.Timestamp("2026-01-03")
    with pytest.raises(UsageError, match="split by 'role'; choose contributor or contingent"):
        flow_in(run, by="role")


def test_dates_among_arriving_are_those_of_the_worlds_in_which_that_contingent_arrives(tmp_path):
    early = together(
        journey("a", "one", 10, (DAY, 10, "pledged", "deployed")),
        journey("b", "one", 10, (2 * DAY, 10, "pledged", "preparing")),
    )
    late = together(
        journey("a", "one", 10),
        journey(
            "b", "one", 10, (5 * DAY, 10, "pledged", "preparing"), (6 * DAY, 10, "preparing", "deployed")
        ),
    )
    run = write_run(tmp_path, scenario_of(BODIES), [early, early, late])
    table = stage_dates(run, among_arriving=True).set_index(["contributor", "contingent", "stage"])
    row = table.loc["b", "one", "preparing"]
    assert (row.chance, row["median"], row.q95) == (
        1.0,
        pd.Timestamp("2026-01-06"),
        pd.Timestamp("2026-01-06"),
    )
    row = table.loc["a", "one", "deployed"]
    assert (row.chance, row["median"]) == (2 / 3, pd.Timestamp("2026-01-02"))
    everywhere = stage_dates(run).set_index(["contributor", "contingent", "stage"])
    assert everywhere.loc["b", "one", "preparing"]["median"] == pd.Timestamp("2026-01-03")
