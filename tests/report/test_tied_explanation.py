"""An explanation tells each number of a scenario in which all numbers differ, where it belongs and in its unit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sim.report.telling.explanation import _chances, explanation
from sim.report.telling.implied import Implied
from sim.scenario.loading import resolve_text
from sim.words.titles import titles_of
from tests.report.reading import assert_as_read

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def scenario():
    return resolve_text((HERE / "told.yaml").read_text(encoding="utf-8"), "told").scenario


def test_each_number_is_told_where_it_belongs_as_read(scenario):
    """`read/explanation.txt` was read line by line against `told.yaml`, and what is worked out in it was worked out by hand.

    For example: all of 12 days, a trip of 6, decisions of 55 and 1 are 74 days; 0.8 × 0.5 approve and 0.75 of them
    come, 30 %; 26 incidents in 40 days are 19.5 in 30; an exponential stay of 40 hours has a median of 28.
    A vote of 75 % that takes 50 days in the mean and has not come within 19 is 67 % (0.75 e^-0.38 of what is left).
    """
    assert_as_read("explanation", [*explanation(scenario, 0)])


def test_each_chance_is_told_with_how_it_was_found(scenario):
    rows = [
        Implied("consent(host, beta)", False, 0.31, 0.27, 0.36, None, "simulated", 400),
        Implied("truce", True, 0.625, 0.41, 0.81, None, "simulated whole", 20),
        Implied("works", False, 0.55, 0.52, 0.58, dt.date(2026, 9, 4), "simulated", 400),
    ]
    lines = [*_chances(scenario, rows, titles_of(scenario), 400)]
    assert lines[:4] == [
        "                                          chance  95 %   median       how",
        "The host admits Beta                        31 %  27–36  –            simulated",
        "The truce (on at the end)                   63 %  41–81               simulated*",
        "Works (complete)                            55 %  52–58  4 Sep 2026   simulated",
    ]
    assert " ".join(lines[4:]).split("what is known; ")[1].replace("\n", " ") == (
        "simulated: 400 worlds (seed 0) of the facts that decide it; *: 20 whole worlds, since troops are among "
        "them; fewer than the 400 asked for, as the time given was up."
    )
    enough = " ".join(_chances(scenario, rows[:1], titles_of(scenario), 400))
    assert "fewer than" not in enough and "fewer than the 401 asked" in " ".join(
        _chances(scenario, rows[:1], titles_of(scenario), 401)
    )
