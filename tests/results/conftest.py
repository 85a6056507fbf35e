from __future__ import annotations

import pytest

from sim.results.run import Run
from tests.results.handmade import DAY, World, journey, scenario_of, together, write_run


@pytest.fixture
def two_worlds() -> list[World]:
    """Two replications of three contingents over ten days.

    In the first, 60 of a/one come on day 2 at noon, 40 more on day 4 and all leave on day 7; a/two (30) comes
    on day 3; b/one never. In the second nobody comes but b/one, 50 in the last second of day 5.
    """
    first = together(
        journey(
            "a",
            "one",
            100,
            (2 * DAY + DAY // 2, 60, "pledged", "deployed"),
            (4 * DAY, 40, "pledged", "deployed"),
            (7 * DAY, 100, "deployed", "withdrawing"),
            (8 * DAY, 100, "withdrawing", "gone"),
        ),
        journey("a", "two", 30, (3 * DAY, 30, "pledged", "deployed")),
        journey("b", "one", 50),
    )
    second = together(
        journey("a", "one", 80, (1 * DAY, 80, "pledged", "refused")),
        journey("a", "two", 30),
        journey("b", "one", 50, (6 * DAY - 1, 50, "pledged", "deployed")),
    )
    return [first, second]


@pytest.fixture
def run(tmp_path, two_worlds) -> Run:
    bodies = {
        ("a", "one"): {"sector": "north"},
        ("a", "two"): {"role": "engineers"},
        ("b", "one"): {"sector": "south"},
    }
    targets = {
        "most": {"troops": 130, "by": "2026-01-05"},
        "late": {"troops": 100, "by": "2026-01-09"},
        "few": {"troops": 50, "by": "2026-01-06"},
    }
    return write_run(tmp_path, scenario_of(bodies, targets=targets), two_worlds)
