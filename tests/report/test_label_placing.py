from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.figures.placing import Box, free_place, spread

HEIGHTS = st.lists(st.tuples(st.floats(-50, 150), st.floats(1, 20)), max_size=12)


@given(HEIGHTS)
def test_labels_keep_their_order_and_never_overlap(items: list[tuple[float, float]]) -> None:
    wanted, sizes = [item[0] for item in items], [item[1] for item in items]
    centres = spread(wanted, sizes, 0, 400)
    order = sorted(range(len(items)), key=lambda place: (wanted[place], place))
    for lower, upper in pairwise(order):
        room = (sizes[lower] + sizes[upper]) / 2
        assert centres[upper] - centres[lower] >= room - 1e-6
    for centre, size in zip(centres, sizes, strict=True):
        assert centre - size / 2 >= -1e-6
        assert centre + size / 2 <= 400 + 1e-6


@given(st.lists(st.integers(0, 9), unique=True, max_size=8))
def test_labels_that_have_room_stay_where_they_belong(places: list[int]) -> None:
    wanted = [20.0 * place + 10 for place in places]
    assert spread(wanted, [10.0] * len(wanted), 0, 200) == pytest.approx(wanted)


def test_two_labels_share_what_neither_can_have() -> None:
    assert spread([50, 50], [10, 10], 0, 100) == [45, 55]
    assert spread([0, 0], [10, 10], 0, 100) == [5, 15]
    assert spread([100, 100], [10, 10], 0, 100) == [85, 95]


@given(st.floats(0, 100), st.floats(0, 100), st.integers(0, 6))
def test_a_free_place_hits_nothing_where_there_is_room(x: float, y: float, count: int) -> None:
    room = Box(0, 0, 100, 100)
    taken = [Box(x - 2, y - 2, x + 2, y + 2)]
    for _ in range(count):
        left, bottom = free_place((x, y), (20, 5), room, taken, gap=3)
        box = Box(left, bottom, left + 20, bottom + 5)
        assert box.within(Box(-1e-6, -1e-6, 100 + 1e-6, 100 + 1e-6))
        assert not any(box.overlaps(other) for other in taken)
        taken.append(box)
