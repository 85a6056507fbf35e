"""Ranges as people state them: each law goes through what was stated, against scipy where it has the law."""

from __future__ import annotations

import math
import re

import pytest
import scipy.stats as oracle
from hypothesis import given
from hypothesis import strategies as st

from sim.plan.laws import law_of
from sim.scenario.distributions import read_drawn

uniforms = st.floats(1e-9, 1 - 1e-9)
positive = st.floats(0.1, 1e6)
ratio = st.floats(1.01, 50)


def law(stated, share=False):
    return law_of(read_drawn(stated, float, share).distribution)


@given(positive, ratio, st.sampled_from([5, 10, 20, 25]))
def test_two_quantiles_are_a_lognormal_s(low, factor, percent):
    found = law({f"p{percent}": low, f"p{100 - percent}": low * factor})
    assert found.quantile(percent / 100) == pytest.approx(low, rel=1e-9)
    assert found.quantile(1 - percent / 100) == pytest.approx(low * factor, rel=1e-9)
    assert found.quantile(0.5) == pytest.approx(low * math.sqrt(factor), rel=1e-9)
    scale = math.log(factor) / 2 / oracle.norm.ppf(1 - percent / 100)
    exact = oracle.lognorm(scale, scale=low * math.sqrt(factor))
    assert found.quantile(0.77) == pytest.approx(exact.ppf(0.77), rel=1e-9)


@given(positive, ratio, ratio, uniforms)
def test_three_quantiles_are_all_kept_and_the_law_is_one(low, first, second, u):
    found = law({"p10": low, "median": low * first, "p90": low * first * second})
    for percent, value in ((0.1, low), (0.5, low * first), (0.9, low * first * second)):
        assert found.quantile(percent) == pytest.approx(value, rel=1e-9)
    x = found.quantile(u)
    assert -math.expm1(-found.hazard(x)) == pytest.approx(u, abs=1e-6)
    assert found.at_hazard(found.hazard(x)) == pytest.approx(x, rel=1e-6)


@given(st.floats(0.02, 0.4), st.floats(0.05, 0.5), uniforms)
def test_a_share_s_quantiles_stay_within_0_and_1(low, width, u):
    high = min(low + width, 0.97)
    found = law({"p10": low, "p90": high}, share=True)
    assert found.quantile(0.1) == pytest.approx(low) and found.quantile(0.9) == pytest.approx(high)
    assert 0 <= found.quantile(u) <= 1
    logit = [math.log(x / (1 - x)) for x in (low, high)]
    middle = sum(logit) / 2
    assert found.quantile(0.5) == pytest.approx(1 / (1 + math.exp(-middle)))
    assert found.hazard(1.0) == math.inf and found.hazard(0.0) == 0.0


@given(uniforms, st.sampled_from([False, True]))
def test_the_intensity_is_the_slope_of_the_hazard(u, share):
    found = law({"p10": 0.2, "median": 0.3, "p90": 0.7}, share)
    x = found.quantile(min(max(u, 0.01), 0.99))
    if abs(x - 0.3) < 1e-3:
        return
    step = 1e-6 * x
    slope = (found.hazard(x + step) - found.hazard(x - step)) / (2 * step)
    assert found.intensity(x) == pytest.approx(slope, rel=1e-4)


@given(st.floats(0, 1e6), st.floats(1, 1e6), uniforms)
def test_low_and_high_are_uniform(low, width, u):
    assert law({"low": low, "high": low + width}).quantile(u) == pytest.approx(low + u * width)


def test_a_list_gives_each_the_same_chance():
    found = law({"one_of": [300, 100, 200, 200]})
    assert [found.quantile(u) for u in (0.1, 0.3, 0.7, 0.8)] == [100, 200, 200, 300]


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (
            {"mean": 200, "sd": 30},
            "a mean and a spread ({mean, sd}) do not say which law is meant; write the range",
        ),
        ({"min": 1, "max": 3}, "{max, min} is not read; the bounds are called low and high"),
        ({"p90": 1, "median": 2}, "p90 is below the median"),
        ({"p10": 5, "p90": 2}, "quantiles must ascend (p10 < p90)"),
        ({"p10": 0, "p90": 2}, "quantiles must lie above 0; for a range with hard ends write {low, high}"),
        ({"p10": 1, "p50": 2, "median": 2}, "p50 is the median; state it once"),
        ({"p10": 1, "p20": 2, "p90": 3}, "of three quantiles the middle one must be the median"),
        ({"low": 5, "high": 2}, "{low, high} must ascend: low <= high"),
        ({"low": 5}, "{low} leaves the range open; give both bounds"),
        ({"one_of": []}, "one_of needs at least one value"),
    ],
)
def test_what_is_no_law_says_what_to_write(stated, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        read_drawn(stated, float)
