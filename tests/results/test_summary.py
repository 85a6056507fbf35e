from __future__ import annotations

import csv
import io
import math

import pandas as pd
import pytest

from sim.results.arrivals import first_boots, flow_in
from sim.results.binding import binding_table
from sim.results.coverage import coverage
from sim.results.departures import departures
from sim.results.levels import fan
from sim.results.summary import summary_table, summary_text, write_summary
from sim.results.targets import target_table
from tests.results.handmade import World, scenario_of, write_run

LINES = [
    {"task": "patrol", "name": "=HYPERLINK(1)", "troops": 50, "by": "2026-01-05", "critical": True},
    {"task": "disarm", "troops": 40, "by": "2026-01-08"},
]
TARGETS = {"most": {"troops": 130, "by": "2026-01-05"}, "late": {"troops": 100, "by": "2026-01-09"}}


@pytest.fixture
def summed(tmp_path, two_worlds):
    bodies = {("a", "one"): {}, ("a", "two"): {}, ("b", "one"): {}}
    scenario = scenario_of(bodies, requirements=LINES, targets=TARGETS)
    return write_run(tmp_path, scenario, two_worlds * 30, failed=[4])


def test_every_row_agrees_with_its_table(summed):
    rows = summary_table(summed).set_index(["measure", "item", "date"]).sort_index()
    assert rows.loc[("replications", "finished", ""), "value"] == 59
    assert rows.loc[("replications", "failed", ""), "value"] == 1
    for target in target_table(summed).itertuples():
        row = rows.loc[("target_held", target.target, str(target.by.date()))]
        assert row.tolist() == [target.held_on, target.held_low, target.held_high]
    on_day = fan(summed).set_index("date").loc["2026-01-09"]
    assert rows.loc[("level_q50", "force", "2026-01-09"), "value"] == on_day.q50
    assert rows.loc[("level_mean", "force", "2026-01-09"), "value"] == pytest.approx(on_day["mean"])
    for cause in binding_table(summed).itertuples():
        assert rows.loc[("troop_days", cause.cause, ""), "high"] == cause.high
    for cause in binding_table(summed, "contributor").itertuples():
        item = f"{cause.contributor}: {cause.cause}"
        assert rows.loc[("contributor_troop_days", item, ""), "value"] == cause.troop_days
    assert rows.loc[("coverage", "", "")].tolist() == list(coverage(summed).total)
    assert rows.loc[("critical_met", "", "2026-01-05"), "value"] == coverage(summed).critical["met"].iloc[0]


def days_after_start(run, date):
    return (
        math.inf
        if date is None or pd.isna(date)
        else float((pd.Timestamp(date).date() - run.scenario.start).days)
    )


def test_arrivals_departures_and_boots_agree_with_their_tables(summed):
    rows = summary_table(summed).set_index(["measure", "item", "date"]).sort_index()
    values = rows["value"].groupby(level=["measure", "item"]).first()
    boots = first_boots(summed)
    assert rows.loc[("first_boots", "", "")].tolist() == [boots[name] for name in ("chance", "low", "high")]
    for which in ("q05", "q95"):
        assert values[f"first_boots_day_{which}", ""] == days_after_start(summed, boots[which])
    seen = 0
    for row in flow_in(summed).to_dict("records"):
        name = row["contributor"]
        ends = [row[f"chance{end}"] for end in ("", "_low", "_high")]
        assert (
            rows.loc[("arrival", name, "")].tolist() == ends
            and values["pledged_median", name] == row["pledged"]
        )
        if row["chance"]:
            seen += 1
            for which in ("median", "q05", "q95"):
                assert values[f"peak_{which}_given_arrival", name] == row[f"troops_{which}"]
                day = days_after_start(summed, row[f"first_{which}"])
                assert values[f"first_day_{which}_given_arrival", name] == day
            full = days_after_start(summed, row["all_median"])
            assert values["all_there_day_median_given_arrival", name] == full
    assert seen and any(
        row["first_median"] != row["all_median"]
        for row in flow_in(summed).to_dict("records")
        if row["chance"]
    )
    for row in departures(summed).to_dict("records"):
        own = [row[name] for name in ("chance", "low", "high")]
        assert rows.loc[("departure", row["contributor"], "")].tolist() == own
        for which in ("median", "q05", "q95"):
            day = days_after_start(summed, row[which])
            assert values[f"departure_day_{which}_given_departure", row["contributor"]] == day
    for target in target_table(summed).itertuples():
        row = rows.loc[("target_reached", target.target, str(target.by.date()))]
        assert row.tolist() == [target.reached_by, target.reached_low, target.reached_high]
        for which in ("median", "q05", "q95"):
            assert values[f"target_level_{which}", target.target] == getattr(target, which)
    shares = binding_table(summed)
    for cause in shares.itertuples():
        assert values["troop_days_share", cause.cause] == cause.share
        assert rows.loc[("troop_days", cause.cause, "")].tolist() == [cause.troop_days, cause.low, cause.high]
    for line in coverage(summed).shortfall.to_dict("records"):
        for when in ("by", "end"):
            met = [line[f"{when}_met{end}"] for end in ("", "_low", "_high")]
            assert rows.loc[(f"requirement_met_{when}", line["line"], "")].tolist() == met


def test_every_value_lies_in_its_interval(summed):
    for row in summary_table(summed).itertuples():
        if not math.isnan(row.low):
            assert row.low <= row.value <= row.high, row


def test_times_that_never_come_are_infinite(summed):
    rows = summary_table(summed).set_index(["measure", "item"]).sort_index()
    assert rows.loc[("target_day", "most"), "value"].item() == math.inf
    assert rows.loc[("target_day", "most"), "low"].item() == 4.0


def test_the_same_run_gives_the_same_bytes(summed):
    path = write_summary(summed)
    content = path.read_bytes()
    write_summary(summed)
    assert path.read_bytes() == content
    assert b"\r" not in content
    assert content.startswith(b"measure,item,date,value,low,high\nreplications,finished,,59,,\n")


def test_the_file_is_csv_that_no_spreadsheet_executes(summed):
    rows = list(csv.DictReader(io.StringIO(summary_text(summed))))
    assert {row["item"] for row in rows if row["measure"] == "coverage"} == {"", "'=HYPERLINK(1)", "disarm"}
    assert len(rows) == len(summary_table(summed))


def test_a_run_without_aims_still_sums_up(tmp_path, two_worlds):
    run = write_run(tmp_path, scenario_of({("a", "one"): {}}), two_worlds[:1])
    table = summary_table(run)
    assert "target_held" not in set(table["measure"])
    assert (
        table.set_index(["measure", "date"]).sort_index().loc[("level_q50", "2026-01-10"), "low"].item()
        == 0.0
    )


def test_a_run_that_nobody_joins_still_sums_up(tmp_path):
    lines = [*LINES, {"task": "rest", "troops": 0, "by": "2025-12-01"}]
    run = write_run(tmp_path, scenario_of({}, days=1, requirements=lines, targets=TARGETS), [World()] * 3)
    rows = summary_table(run).set_index(["measure", "item", "date"]).sort_index()["value"]
    assert rows["level_mean", "force", "2026-01-01"] == 0
    assert rows["first_boots_day", "", ""] == math.inf
    assert rows["coverage", "rest", ""] == 1
    assert math.isnan(rows["coverage", "disarm", ""])  # needed only after the run
