"""The models written by hand are the same model: else their times would say nothing about ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.scenario.loading import load_resolved
from tests.benchmarks import hand_numbers
from tests.benchmarks.hand_days import DailyModel
from tests.benchmarks.hand_events import Model

ISF = Path(__file__).parents[2] / "scenarios" / "isf-2025-11-19.yaml"
COUNT = 500
DATES = [hand_numbers.day(*date) for date in ((2026, 6, 30), (2026, 12, 31), (2027, 12, 31))]


def levels(moves):
    """The military level at the end of each date, from (day, contributor, contingent, from, to, troops) rows."""
    military = {(unit.owner, unit.name) for unit in hand_numbers.UNITS if unit.force == "military"}
    rows = [row for row in moves if row[1:3] in military]
    return [
        sum(troops * ((to == "deployed") - (source == "deployed"))
            for day, _, _, source, to, troops in rows if day < date + 1)
        for date in DATES
    ]  # fmt: skip


@pytest.fixture(scope="module")
def ours():
    plan, draws = compile_plan(load_resolved(ISF).scenario), Draws(0, 0, COUNT)
    logs = [replicate(plan, draws, number) for number in range(COUNT)]
    return {
        "levels": np.array(
            [levels([(t / 86_400, *row[:5]) for t, _, *row in one.transitions]) for one in logs]
        ),
        "rows": np.mean([len(one.transitions) + len(one.signals) + len(one.waits) for one in logs]),
    }


@pytest.mark.slow
@pytest.mark.parametrize("rival", [Model, DailyModel])
def test_a_rival_has_our_levels_and_logs_about_as_much(ours, rival):
    played = [rival(seed).run() for seed in range(COUNT)]
    theirs = np.array([levels([(day, *row[:5]) for day, *row in one.moves]) for one in played])
    error = np.sqrt((ours["levels"].var(axis=0) + theirs.var(axis=0)) / COUNT)
    assert (np.abs(ours["levels"].mean(axis=0) - theirs.mean(axis=0)) < 4 * error).all()
    rows = np.mean([len(one.moves) + len(one.facts_log) + len(one.waits) for one in played])
    assert 0.8 < rows / ours["rows"] < 1.25
