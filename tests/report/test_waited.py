from __future__ import annotations

from pathlib import Path

import pytest

from sim.durations import DAY, seconds_between
from sim.report.telling.waited import waited
from sim.scenario.loading import load
from tests.model.evidence import play

SCENARIOS = Path(__file__).parents[2] / "scenarios"
END = 10 * DAY


@pytest.mark.long
@pytest.mark.parametrize("name", ["isf-2025-11-19", "isf-2026-02-19", "tutorial"])
def test_what_was_waited_and_served_is_the_pledge_exactly(name: str) -> None:
    scenario = load(SCENARIOS / f"{name}.yaml")
    ends = seconds_between(scenario.start, scenario.end) + DAY
    for logs in play(scenario, 10):
        lost = sum(each.troop_seconds for each in waited(logs.waits, ends))
        served = pledged = 0
        for time, _, _, _, source, target, troops, _ in logs.transitions:
            served += troops * ((target == "deployed") - (source == "deployed")) * (ends - time)
            pledged += troops * ((source == "") - (target == "")) * (ends - time)
        assert lost + served == pledged > 0


def test_stretches_and_troop_seconds_by_hand() -> None:
    """Two numbers in one instant: the last counts. A cause may come back; what lasts no time is left out."""
    rows = [
        (0, 0, "land", "men", "beds", 5),
        (0, 1, "land", "men", "beds", 4),
        (2 * DAY, 0, "land", "men", "beds", 3),
        (3 * DAY, 0, "land", "men", "beds", 0),
        (6 * DAY, 0, "land", "men", "beds", 1),
        (0, 0, "land", "men", "moving", 9),
        (0, 1, "land", "men", "moving", 0),
    ]
    (found,) = waited(rows, END)
    assert (found.contributor, found.contingent, found.cause) == ("land", "men", "beds")
    assert found.stretches == ((0, 3 * DAY), (6 * DAY, END))
    assert found.troop_days == 4 * 2 + 3 + 4
