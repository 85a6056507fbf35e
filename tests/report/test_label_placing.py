from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.figures.frame import open_canvas
from sim.report.figures.placing import Rectangle, free_place, spread
from sim.report.figures.text import width_of, wrap
from sim.report.style import FULL_WIDTH, drawing

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


@pytest.mark.long
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
    room = Rectangle(0, 0, 100, 100)
    taken = [Rectangle(x - 2, y - 2, x + 2, y + 2)]
    for _ in range(count):
        left, bottom = free_place((x, y), (20, 5), room, taken, gap=3)
        box = Rectangle(left, bottom, left + 20, bottom + 5)
        assert box.within(Rectangle(-1e-6, -1e-6, 100 + 1e-6, 100 + 1e-6))
        assert not any(box.overlaps(other) for other in taken)
        taken.append(box)


LETTERS = st.characters(categories=["L", "P", "Zs", "N"], max_codepoint=0x17F)


@pytest.mark.long
@given(st.text(LETTERS, max_size=80), st.integers(1, 4))
def test_wrapped_lines_fit_and_only_an_ellipsis_loses_letters(words: str, most_lines: int) -> None:
    with drawing():
        figure = open_canvas(None, FULL_WIDTH).figure
        lines = wrap(words, figure, 1.0, 7.0)
        cut = wrap(words, figure, 1.0, 7.0, most_lines=most_lines)
        assert all(width_of(line, figure, 7.0) <= 1.0 for line in [*lines, *cut] if len(line) > 2)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert len(cut) <= most_lines
    if len(lines) > most_lines:
        assert cut[:-1] == lines[: most_lines - 1]
        assert cut[-1].startswith("…")
        assert lines[-1].endswith(cut[-1][1:]) or cut[-1].endswith(lines[-1])


def test_no_line_begins_with_what_belongs_to_the_one_before() -> None:
    words = "of 90 % of the worlds · 1,000 replications · as of 19 Nov 2025"
    with drawing():
        for width in range(12, 40):
            lines = wrap(words, open_canvas(None, FULL_WIDTH).figure, width / 10, 7.0)
            assert not any(line.startswith(("%", "·")) for line in lines)


def test_a_shortened_text_shows_whole_words() -> None:
    words = "460 consent of Saudi Arabia, Jordan, Egypt, Qatar and the United Arab Emirates to Indonesia"
    with drawing():
        cut = wrap(words, open_canvas(None, FULL_WIDTH).figure, 1.1, 6.0, most_lines=3)
    assert len(cut) == 3
    assert cut[-1].startswith("…")
    assert set(cut[-1][1:].split()) <= set(words.split())


def test_a_name_of_ten_thousand_letters_is_wrapped_at_once() -> None:
    with drawing():
        lines = wrap("x" * 10_000, open_canvas(None, FULL_WIDTH).figure, 2.0, 7.0, most_lines=3)
    assert len(lines) == 3
