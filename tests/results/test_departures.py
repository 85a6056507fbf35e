"""Who leaves, when and whether by a withdrawal, by looking through the rows."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings

from sim.results.departures import departures
from sim.results.statistics import wilson
from tests.results.handmade import BODIES, DAY, journey, scenario_of, together, worlds, write_run


def first_leave(world, owner, goals=None):
    """The second of the first move of its deployed troops out of the theatre, or to one of the goals."""
    return min(
        (
            row[0]
            for row in world.transitions
            if row[2] == owner
            and row[4] == "deployed"
            and (row[5] != "deployed" if goals is None else row[5] in goals)
        ),
        default=math.inf,
    )


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_departures_are_what_the_rows_say(drawn):
    with tempfile.TemporaryDirectory() as folder:
        table = departures(write_run(Path(folder), scenario_of(BODIES), drawn)).set_index("contributor")
    for owner in ("a", "b"):
        left = sorted(second for world in drawn if (second := first_leave(world, owner)) < math.inf)
        assert (owner in table.index) == bool(left)
        if left:
            row = table.loc[owner]
            low, high = wilson(len(left), len(drawn))
            assert (row.chance, row.low, row.high) == (len(left) / len(drawn), low, high)
            for name, share in (("median", 0.5), ("q05", 0.05), ("q95", 0.95)):
                second = left[math.ceil(share * len(left) - 1e-9) - 1]
                assert row[name] == pd.Timestamp("2026-01-01") + pd.Timedelta(days=second // DAY)
            withdrawn = [first_leave(world, owner, ("withdrawing",)) for world in drawn]
            firsts = [first_leave(world, owner) for world in drawn]
            same = [one == other for one, other in zip(withdrawn, firsts, strict=True) if other < math.inf]
            assert row.withdraws == pytest.approx(sum(same) / len(same))


def test_a_tour_that_ends_before_a_withdrawal_is_the_first_leave(tmp_path):
    arrives = (DAY, 100, "pledged", "deployed")
    tour = journey(
        "a", "one", 100, arrives, (3 * DAY, 40, "deployed", "gone"), (7 * DAY, 60, "deployed", "withdrawing")
    )
    withdraws = journey("a", "one", 100, arrives, (5 * DAY, 100, "deployed", "withdrawing"))
    stays = journey("a", "one", 100, arrives)
    relieved = journey(
        "b", "one", 50, (DAY, 50, "pledged", "deployed"), (2 * DAY, 50, "deployed", "deployed")
    )
    run = write_run(
        tmp_path, scenario_of(BODIES), [together(each, relieved) for each in (tour, tour, withdraws, stays)]
    )
    (row,) = departures(run).to_dict("records")
    assert (row["contributor"], row["chance"], row["withdraws"]) == ("a", 0.75, pytest.approx(1 / 3))
    assert [row[name].day for name in ("q05", "median", "q95")] == [4, 4, 6]


def test_who_leaves_most_often_stands_first(tmp_path):
    stays, goes = (DAY, 50, "pledged", "deployed"), (3 * DAY, 50, "deployed", "gone")
    both = together(journey("a", "one", 50, stays, goes), journey("b", "one", 50, stays, goes))
    second = together(journey("a", "one", 50, stays), journey("b", "one", 50, stays, goes))
    table = departures(write_run(tmp_path, scenario_of(BODIES), [both, second]))
    assert list(zip(table["contributor"], table["chance"], strict=True)) == [("b", 1.0), ("a", 0.5)]


def test_the_end_of_the_mission_and_what_history_records_are_told_from_a_rule_of_ones_own(tmp_path):
    arrives = (DAY, 100, "pledged", "deployed")

    def leaving(day, over):
        world = journey("a", "one", 100, arrives, (day * DAY, 100, "deployed", "withdrawing"))
        world.signals.extend([(over * DAY, 0, "broke", 1.0)] if over else [])
        return world

    recorded = [{"date": "2026-01-03", "contributor": "a", "event": "withdrew"}]
    facts = {"broke": {"kind": "milestone", "after": {"mean": "9 days"}}}
    drawn = [leaving(2, 0), leaving(5, 5), leaving(6, 5), leaving(4, 5), leaving(7, 0), leaving(8, 8)]
    for undone in ({}, {"undone_when": "deployed > 100"}):  # what may be undone is looked for in the past
        parts = {"facts": {"broke": facts["broke"] | undone}, "ends_when": "broke", "history": recorded}
        place = tmp_path / ("undone" if undone else "stays")
        (row,) = departures(
            write_run(place, scenario_of(BODIES, as_of="2026-01-03", **parts), drawn)
        ).to_dict("records")
        found = [row[name] for name in ("withdraws", "mission_ends", "recorded")]
        assert found == pytest.approx([1, 3 / 6, 1 / 6])
    parts = {"facts": {"broke": facts["broke"] | {"log": False}}, "ends_when": "broke"}
    (row,) = departures(write_run(tmp_path / "silent", scenario_of(BODIES, **parts), drawn)).to_dict(
        "records"
    )
    assert math.isnan(row["mission_ends"]) and row["recorded"] == 0
