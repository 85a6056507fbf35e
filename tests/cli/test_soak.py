"""Ten minutes of random commands, disturbed at random: see `tests.benchmarks.soak`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.benchmarks.soak import soak


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for orphans in /proc")
def test_ten_minutes_of_disturbed_commands_break_nothing():
    counts, troubles = soak(float(os.environ.get("ISF_SOAK_MINUTES", "10")), seed=0)
    assert counts["compared"]
    assert troubles == []
