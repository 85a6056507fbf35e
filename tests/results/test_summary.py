from __future__ import annotations

import csv
import io
import math

import pytest

from sim.results.binding import binding_table
from sim.results.coverage import coverage
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
