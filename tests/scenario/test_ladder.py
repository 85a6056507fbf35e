"""From what a target asks down to what can be there: each step that limits is said with its number."""

from __future__ import annotations

import datetime as dt

import pytest

from sim.report.telling.unlocking import unlocking_lines
from sim.scenario.analysis import analyse
from sim.scenario.analysis.aims import reach_of_targets
from sim.scenario.scenario import Scenario
from sim.studies.unlock import unlock
from tests.scenario.samples import resolved

IMPOSSIBLE = """\
scenario: impossible target
start: 2026-01-01
end: 2026-12-31
contributors:
  a: {contingents: {u: {troops: 1000, role: infantry, prepares_for: 10 days}}}
theatre: {beds: {at_start: 300}}
targets: {x: {troops: 500, by: 2026-06-30}, y: {troops: 5000, by: 2026-06-30}}
"""


def _scenario(**blocks):
    body = {
        "troops": {"low": 500, "mode": 800, "high": 1000},
        "role": "infantry",
        "lift": "air",
        "sector": "north",
    }
    whole = {
        "scenario": "ladder",
        "start": "2026-01-01",
        "end": "2026-12-31",
        "contributors": {
            "a": {"delivers": {"low": 0.5, "mode": 0.7, "high": 0.9}, "contingents": {"u": body}}
        },
        "theatre": {
            "lift": {"air": {"slots": 2, "load": 50, "trip": "10 days"}},
            "beds": {
                "at_start": 100,
                "grows": [{"from": "2026-04-01", "to": 400}, {"from": "2026-09-01", "to": 4000}],
            },
            "sectors": {"north": {"opens_on": "2026-03-01"}},
        },
        "authorised": {"any": 5000, "military": 950},
        "targets": {"t": {"troops": 10_000, "by": "2026-06-30"}},
        **blocks,
    }
    return Scenario.model_validate(whole)


def _rungs(scenario):
    ((_, _, rungs),) = reach_of_targets(scenario)
    return {rung.name: rung.most for rung in rungs}


def test_each_step_is_what_the_file_says_at_most():
    assert _rungs(_scenario()) == {
        "authorised": 950,
        "pledged": 1000,
        "deliverable": 900,
        "with beds by then": 400,
    }
    assert _rungs(_scenario(targets={"t": {"troops": 1, "by": "2026-12-31"}}))["with beds by then"] == 4000


@pytest.mark.parametrize(("by", "carried"), [("2026-01-10", 100), ("2026-01-30", 300), ("2026-02-28", 500)])
def test_lift_carries_so_many_serials_by_a_day(by, carried):
    """Two slots of fifty, ten days a trip: a hundred every ten days."""
    found = _rungs(_scenario(targets={"t": {"troops": 10_000, "by": by}}))
    assert found["carried by then"] == carried
    assert found["in sectors that are open by then"] == 0


def test_validation_names_the_steps_that_fall_short(tmp_path):
    loaded = resolved(tmp_path, IMPOSSIBLE)
    faults = analyse(loaded.tree, loaded.scenario)
    said = {fault.item: fault.message for fault in faults if fault.check == "needs_out_of_reach"}
    assert said["targets.x.troops"].startswith(
        "asks for 500 troops by 2026-06-30, more than there can be: 300 with beds by then;"
    )
    assert "1,000 pledged, 300 with beds by then" in said["targets.y.troops"]


def test_unlock_says_what_nobody_pledged_and_what_a_larger_base_frees():
    whole = Scenario.model_validate(
        {
            "scenario": "base",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "contributors": {"a": {"contingents": {"u": {"troops": 1000, "role": "infantry"}}}},
            "theatre": {"beds": {"at_start": 300}},
        }
    )
    lines = list(unlocking_lines(whole, unlock(whole, 5000, dt.date(2026, 6, 30)), 3))
    assert "Nobody has pledged 4,000 of them: the pledges are 1,000 in all" in lines[2]
    assert "would free 700 as things stand: 1,000 would be reachable" in lines[3]
