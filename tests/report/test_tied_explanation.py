"""An explanation tells each number of a scenario in which all numbers differ, where it belongs and in its unit."""

from __future__ import annotations

from pathlib import Path

from sim.report.telling.explanation import explanation
from sim.scenario.loading import resolve_text

HERE = Path(__file__).parent


def test_each_number_is_told_where_it_belongs():
    """`told.txt` was read line by line against `told.yaml`, and what is worked out in it was worked out by hand.

    For example: all of 12 days, a trip of 6, decisions of 55 and 1 are 74 days; 0.8 × 0.5 approve and 0.75 of them
    come, 30 %; 26 incidents in 40 days are 19.5 in 30; an exponential stay of 40 hours has a median of 28.
    """
    scenario = resolve_text((HERE / "told.yaml").read_text(encoding="utf-8"), "told").scenario
    assert [*explanation(scenario, 0)] == (HERE / "told.txt").read_text(encoding="utf-8").splitlines()
