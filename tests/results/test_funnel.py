"""From pledge to boots: each column is the mean of the stages that are that far, or further."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from sim.results.funnel import funnel_table
from sim.results.selection import Selection
from tests.results.handmade import BODIES, DAY, level, scenario_of, worlds, write_run

FURTHER = {
    "pledged": ("pledged", "deciding", "refused", "undelivered", "gone"),
    "approved": ("preparing",),
    "ready": ("ready", "moving", "withdrawing"),
    "deployed": ("deployed",),
}
"""The stages that a column counts and the next one does not."""


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_each_column_is_the_mean_of_its_stages(drawn):
    with tempfile.TemporaryDirectory() as folder:
        table = funnel_table(write_run(Path(folder), scenario_of(BODIES), drawn), Selection())
    columns = list(FURTHER)
    assert list(table.columns) == ["date", *columns]
    for day in range(len(table)):
        time = (day + 1) * DAY - 1
        for place, name in enumerate(columns):
            stages = [stage for later in columns[place:] for stage in FURTHER[later]]
            held = [sum(level(world, time, stage) for stage in stages) for world in drawn]
            assert table[name].iloc[day] == pytest.approx(np.mean(held)), (name, day)
