"""The table of worlds, column by column against the logs."""

from __future__ import annotations

import datetime as dt
import io

import pandas as pd
import pytest

from sim.batch.running import run as play
from sim.errors import UsageError
from sim.report.world_listing import csv_parts, worlds_csv, write_parquet
from sim.results.levels import daily_levels
from sim.results.run import open_run
from sim.results.targets import target_table
from sim.results.worlds import worlds_parts, worlds_table
from sim.scenario.loading import load_resolved

TEXT = """
scenario: which worlds
start: 2026-01-01
end: 2026-12-31
uncertain:
  tempo: {median: 1, p90: 2.5}
facts:
  mandate: {kind: milestone, probability: {low: 0.2, mode: 0.6, high: 0.95}, after: {mean: 40 days}}
  calm: {kind: switch, initially: true, stays_on: {mean: 200 days}, stays_off: {mean: 20 days}}
  disarmed: {kind: progress, duration: {mean: 300 days}, steps: 4}
  v: {kind: events, rate: 3 per month}
parties: {israel: {consent: {probability: 70%, after: {mean: 60 days}}}}
contributors:
  a:
    commits_when: mandate and v in last 30 days <= 4
    contingents:
      u: {role: infantry, troops: {low: 500, mode: 900, high: 1500}, prepares_for: {median: 60 days, p90: 150 days, times: tempo}}
targets:
  t: {troops: 800, by: 2026-09-30}
  when_calm: {troops: 800, by: 2026-09-30, when: calm}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    place = tmp_path_factory.mktemp("worlds")
    (place / "w.yaml").write_text(TEXT)
    play(load_resolved(place / "w.yaml"), replications=120, seed=0, folder=place / "run")
    return open_run(place / "run")


@pytest.fixture(scope="module")
def table(run):
    return worlds_table(run)


def test_the_columns_are_those_that_are_documented(table):
    assert list(table) == [
        "replication",
        "drawn.contributor.a.u.troops",
        "drawn.facts.mandate.probability",
        "drawn.uncertain.tempo",
        "first.calm",
        "ends.calm",
        "half.disarmed",
        "first.disarmed",
        "first.mandate",
        "first.consent(israel, a)",
        "arrival.a",
        "count.v",
        "level.2026-09-30",
        "level.2026-12-31",
        "held.t",
        "reached.t",
        "held.when_calm",
        "reached.when_calm",
    ]


def first_day(rows):
    days = rows.groupby("replication")["day"].min()
    return {number: dt.date(2026, 1, 1) + dt.timedelta(days=int(day)) for number, day in days.items()}


@pytest.mark.parametrize(
    ("column", "fact", "passes"),
    [
        ("first.mandate", "mandate", lambda value: value > 0),
        ("ends.calm", "calm", lambda value: value == 0),
        ("half.disarmed", "disarmed", lambda value: value >= 0.5),
        ("first.disarmed", "disarmed", lambda value: value >= 1),
        ("first.consent(israel, a)", "consent(israel, a)", lambda value: value > 0),
    ],
)
def test_first_dates_are_those_of_the_log(run, table, column, fact, passes):
    signals = run.signals()
    expected = first_day(signals[(signals["fact"] == fact) & passes(signals["value"])])
    found = {
        number: date.date()
        for number, date in zip(table["replication"], table[column], strict=True)
        if not pd.isna(date)
    }
    assert found == expected
    assert 0 < len(found) < len(table)  # some never: the column can be empty


def test_what_was_so_from_the_beginning_has_the_first_day(table):
    assert set(table["first.calm"].dt.date) == {dt.date(2026, 1, 1)}


def test_arrivals_levels_and_counts_are_those_of_the_logs(run, table):
    moves, signals = run.transitions(), run.signals()
    arrived = first_day(moves[moves["to_stage"] == "deployed"])
    found = table.dropna(subset=["arrival.a"])
    assert dict(zip(found["replication"], found["arrival.a"].dt.date, strict=True)) == arrived
    assert table["level.2026-09-30"].tolist() == daily_levels(run).on(dt.date(2026, 9, 30)).tolist()
    totals = signals[signals["fact"] == "v"].groupby("replication")["value"].max()
    assert (
        table.set_index("replication")["count.v"].to_dict() == totals.reindex(run.numbers).fillna(0).to_dict()
    )


def test_targets_have_the_shares_of_the_table_of_targets(run, table):
    for row in target_table(run).itertuples():
        held = table[f"held.{row.target}"].dropna()
        assert held.mean() == pytest.approx(row.held_on)
        assert len(held) == pytest.approx(row.applies * run.replications)
    assert table["held.when_calm"].isna().any() and not table["held.t"].isna().any()


def test_numbers_drawn_are_those_of_their_log(run, table):
    log = run._table("numbers", None)
    for name, rows in log.groupby("name", observed=True):
        assert table[f"drawn.{name}"].tolist() == rows["value"].tolist()


def test_both_files_hold_the_table(run, table):
    file = io.BytesIO()
    write_parquet(file, worlds_parts(run, 50))
    read = pd.read_parquet(file)
    pd.testing.assert_frame_equal(read.astype(table.dtypes), table)
    lines = worlds_csv(table).splitlines()
    assert len(lines) == len(table) + 1
    text = pd.read_csv(io.StringIO(worlds_csv(table)))
    assert text["first.mandate"].fillna("").tolist() == [
        "" if pd.isna(date) else f"{date:%Y-%m-%d}" for date in table["first.mandate"]
    ]


@pytest.mark.parametrize("worlds", [1, 7, 119, 120, 500])
def test_parts_of_the_table_are_the_table(run, table, worlds):
    parts = list(worlds_parts(run, worlds))
    assert [len(part) for part in parts] == [min(worlds, 120 - first) for first in range(0, 120, worlds)]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), table)
    assert "".join(csv_parts(parts)) == worlds_csv(table)


@pytest.mark.parametrize("target", ["t", "when_calm"])
def test_worlds_that_miss_a_target_come_first_then_those_that_hold_it(run, table, target):
    column = f"held.{target}"
    expected = table.sort_values(column, kind="stable", na_position="last", ignore_index=True)
    found = list(worlds_parts(run, 50, target))
    pd.testing.assert_frame_equal(pd.concat(found, ignore_index=True), expected)
    assert "".join(csv_parts(found)) == worlds_csv(expected)
    with pytest.raises(UsageError, match="no target 'u'; it has: t, when_calm"):
        worlds_parts(run, 50, "u")


def test_exactly_the_troops_on_the_last_day_are_enough(tmp_path):
    from tests.results.handmade import BODIES, DAY, journey, scenario_of, write_run

    def arrives(second, troops=100, leaves=None):
        moves = [(second, troops, "pledged", "deployed")]
        moves += [] if leaves is None else [(leaves, troops, "deployed", "gone")]
        return journey("a", "one", 100, *moves)

    targets = {"it": {"troops": 100, "by": "2026-01-05"}}
    last, day = 5 * DAY - 1, 5 * DAY
    worlds = [arrives(last), arrives(day), arrives(DAY, 99), arrives(DAY, leaves=last), arrives(DAY)]
    table = worlds_table(write_run(tmp_path, scenario_of(BODIES, targets=targets), worlds))
    assert table["level.2026-01-05"].tolist() == [100, 0, 99, 0, 100]
    assert table["held.it"].tolist() == [True, False, False, False, True]
    assert table["reached.it"].tolist() == [True, False, False, True, True]
    assert table["arrival.a"].dt.day.tolist() == [5, 6, 2, 2, 2]


def test_a_conditional_target_is_empty_where_it_does_not_apply(run, table):
    signals, end = run.signals(), (dt.date(2026, 9, 30) - dt.date(2026, 1, 1)).days + 1
    rows = signals[(signals["fact"] == "calm") & (signals["day"] < end)]
    calm = rows.sort_values(["replication", "day", "step"]).groupby("replication")["value"].last()
    applies = calm.reindex(run.numbers).fillna(1).to_numpy() > 0
    enough = table["level.2026-09-30"].to_numpy() >= 800
    assert 0 < applies.sum() < len(table) and 0 < enough[applies].sum() < applies.sum()
    assert table["held.when_calm"].isna().tolist() == (~applies).tolist()
    assert table["held.when_calm"][applies].tolist() == enough[applies].tolist()
    assert table["held.t"].tolist() == enough.tolist()
