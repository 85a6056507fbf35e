from __future__ import annotations

import numpy as np
import pytest

from sim.batch.simulation import Failure
from sim.batch.spans import Span
from sim.batch.traffic import Traffic, size_of


@pytest.mark.parametrize(
    ("thing", "size"),
    [
        (b"12345", 5),
        ("für", 4),
        (np.zeros(3, dtype=np.int32), 12),
        ({"log": b"12", "other": b""}, 10),
        ((b"1", [b"23"], frozenset({"4"})), 4),
        (7, 8),
        (None, 8),
        (Span(3, 4), 16),
        (Failure(1, "no", "why"), 13),
    ],
)
def test_content_is_counted(thing, size):
    assert size_of(thing) == size


def test_what_comes_back_adds_up():
    traffic = Traffic()
    traffic.count(b"123")
    traffic.count([b"4", "5"])
    assert traffic.received == 5
