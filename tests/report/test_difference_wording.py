from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.words.differences import (
    about_span,
    chance_in_words,
    change_in_words,
    points,
    points_span,
    signed,
    signed_span,
    two_figures,
)


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
