"""A smaller version of `tests/benchmarks/interval_coverage.py`."""

from __future__ import annotations

import pytest

from tests.benchmarks.interval_coverage import WORLDS, of_played_worlds
from tests.studies.coverage_of_intervals import CASES, DISCRETE, MEDIAN_CONTRASTS, Covered, coverages


@pytest.mark.long
def test_intervals_of_made_up_worlds_hold_the_truth():
    found = list(coverages(40, medians=8))
    assert len(found) == 2 * len(CASES) + 1 + len(MEDIAN_CONTRASTS)
    assert [each for each in found if not each.holds] == []


def test_intervals_of_played_worlds_hold_the_truth(tmp_path):
    found = list(of_played_worlds(40, WORLDS, tmp_path))
    assert len(found) == 12
    assert [each for each in found if not each.holds] == []
    assert WORLDS == 50


@pytest.mark.parametrize(("share", "holds"), [(0.95, True), (0.90, False), (0.925, True)])
def test_the_judge_of_coverages_can_say_no(share, holds):
    assert Covered("some", share, 4_000, DISCRETE).holds == holds
