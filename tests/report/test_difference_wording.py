from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.words.differences import (
    about_span,
    chance_in_words,
    change_in_words,
    compared_words,
    points,
    points_apart,
    points_span,
    signed,
    signed_span,
    two_figures,
)
from sim.words.numbers import percentage


@pytest.mark.parametrize(
    ("value", "words"),
    [(450, "+450"), (-1200.4, "−1,200"), (0.2, "0"), (-0.3, "0"), (math.nan, "–"), (math.inf, "+∞")],
)
def test_signs(value, words):
    assert signed(value) == words


@given(st.floats(-1e7, 1e7), st.floats(0, 1e6))
def test_spans_are_rounded_outwards(low, width):
    high = low + width
    words = signed_span(low, high).replace("−", "-").replace(",", "").replace("+", "")
    ends = [float(end) for end in words.split(" to ")]
    assert ends[0] <= low + 1e-6 and ends[-1] >= high - 1e-6
    first, last = two_figures(low, up=False), two_figures(high, up=True)
    dust = 1e-9 * max(1.0, abs(low), abs(high))  # what floating point leaves of a round number is not shown
    assert first <= low + dust and last >= high - dust


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_a_clear_interval_never_reads_as_covering_zero(low, width):
    assert not signed_span(low, low + width).startswith("0") or low < 0.1
    assert "+" in signed_span(low, low + width)


def test_probabilities_differ_in_points():
    assert points(0.03) == "+3" and points(-0.004) == "−0.4" and points(0) == "0"
    assert points_span(0.02, 0.06) == "+2 to +6"
    assert points_span(-0.0028, 0.0056) == "−0.3 to +0.6"
    assert points_span(0.00016, 0.0102) == "+0.01 to +1.02"


def test_how_far_chances_lie_apart_agrees_with_what_is_shown_beside_it():
    assert points_apart(0.45, 0.38) == "7 points" == points_apart(0.38, 0.45)
    assert points_apart(0.445, 0.38) == "7 points"  # 45 % and 38 %
    assert points_apart(0.446, 0.374) == "7.2 points"  # 45 % and 37 %
    assert points_apart(0.45, 0.44) == "1 point"
    assert points_apart(0.45, 0.446) == "0.4 points"


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_whole_gap_is_that_of_the_percents(one, other):
    said, _ = points_apart(one / 1000, other / 1000).split()
    if "." not in said:
        assert int(said) == abs((one + 5) // 10 - (other + 5) // 10)
    assert abs(float(said) - abs(one - other) / 10) <= 0.5 + 1e-9


@given(st.integers(0, 400), st.integers(0, 400))
def test_cells_that_stand_beside_each_other_subtract(one, other):
    before, after, change, _ = compared_words(
        one / 400, other / 400, other / 400 - one / 400, 0.0, 1.0, share=True
    )
    numbers = [
        float(said.removesuffix(" %").replace("−", "-").replace("+", "")) for said in (before, after, change)
    ]
    if one and other and {one, other}.isdisjoint({399, 400}):
        assert numbers[1] - numbers[0] == pytest.approx(numbers[2], abs=0.11 if "." in before else 1e-9)


def test_a_share_of_worlds_that_is_half_a_percent_is_rounded_up():
    assert percentage(57 / 200) == "29 %" and percentage(29 / 200) == "15 %"
    assert signed(16.5) == "+17" and signed(-0.25, 1) == "−0.3"


def test_differences_in_words():
    assert change_in_words(447, 397, 496, "higher") == "about 450 higher (390 to 500)"
    assert change_in_words(-810, -909, -711, "lower") == "810 lower (710 to 910)"
    assert change_in_words(5, -20, 30, "unclear") == "unclear (between 20 lower and 30 higher)"
    assert change_in_words(0, 0, 0, "same") == "the same in every world"
    assert change_in_words(math.nan, math.nan, math.nan, "") == "not comparable"
    assert (
        change_in_words(6.2, 3.1, 8.9, "higher", more="later", unit="days") == "about 6 days later (3 to 9)"
    )
    assert about_span(-1234, math.inf) == "−1,300 to any number"


def test_chances_in_words():
    assert chance_in_words(0.45, 0.1, 0.32, 0.4, "higher") == (
        "45 % instead of 10 % (+35 points, 95 % interval +32 to +40)"
    )
    assert chance_in_words(0.45, 0.44, -0.02, 0.04, "unclear").startswith("unclear: 45 % instead of 44 %")
    assert chance_in_words(0.5, 0.5, 0, 0, "same") == "50 % in both, the same in every world"
