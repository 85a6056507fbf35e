from __future__ import annotations

import doctest

import sim.testing.rules


def test_the_documented_example_runs():
    result = doctest.testmod(sim.testing.rules)
    assert result.attempted > 0
    assert result.failed == 0
