"""Every law answers as a cumulative function, as an inverse and in hazard, and all three agree."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
import scipy.stats as oracle
from hypothesis import given
from hypothesis import strategies as st

from sim.plan.laws import ConstantLaw, DiscreteLaw, ExponentialLaw, Law, LognormalLaw, TabulatedLaw, law_of
from sim.scenario.distributions import Distribution, Exponential, Fixed, Lognormal, OneOf, Pert

DAY = 86_400.0
PERT_CUMULATIVE_ERROR = 6e-4
"""Measured over all modes: at most 5.3e-4 (a chance), in the table's first or last cell."""
PERT_QUANTILE_ERROR = 3e-3
"""Measured: at most 2.6e-3 of the range, for all but the first and the last of 1,024 draws."""
PERT_MEAN_ERROR = 1e-4
"""Measured: at most 8.6e-5 of the range."""

uniforms = st.floats(2.0**-53, 1 - 2.0**-53)
hazards = st.floats(1e-12, 36.0)
"""36 is about −ln 2⁻⁵², the largest threshold that a draw can give."""


def lognormals() -> st.SearchStrategy[Lognormal]:
    return st.builds(
        lambda median, ratio: Lognormal(median, median * ratio), st.floats(1e-2, 1e9), st.floats(1.001, 1e6)
    )


def perts() -> st.SearchStrategy[Pert]:
    return st.builds(
        lambda low, width, share: Pert(low * width, min(low + share, low + 1) * width, (low + 1) * width),
        st.floats(0.0, 1e3),
        st.floats(1e-3, 1e9),
        st.floats(0.0, 1.0),
    )


def continuous() -> st.SearchStrategy[Distribution]:
    return st.one_of(lognormals(), perts(), st.builds(Exponential, st.floats(1e-3, 1e10)))


def choices() -> st.SearchStrategy[OneOf]:
    outcomes = st.dictionaries(st.integers(0, 1_000), st.floats(1e-3, 1e3), min_size=2, max_size=8)
    return outcomes.map(
        lambda chances: OneOf(
            tuple(float(value) for value in sorted(chances)),
            tuple(chances[value] for value in sorted(chances)),
        )
    )


@given(continuous(), uniforms)
def test_the_cumulative_chance_of_a_quantile_is_its_probability(stated: Distribution, u: float) -> None:
    law = law_of(stated)
    assert -math.expm1(-law.hazard(law.quantile(u))) == pytest.approx(u, rel=1e-6, abs=1e-9)


@given(st.floats(1e-2, 1e6), st.floats(1.1, 100), st.floats(0.05, 0.99))
def test_the_intensity_is_the_slope_of_the_hazard(median: float, ratio: float, u: float) -> None:
    for law in (law_of(Lognormal(median, median * ratio)), law_of(Exponential(median))):
        x = law.quantile(u)
        slope = (law.hazard(x * (1 + 1e-6)) - law.hazard(x * (1 - 1e-6))) / (2e-6 * x)
        assert law.intensity(x) == pytest.approx(slope, rel=1e-3)


@given(perts(), st.floats(0.01, 0.99))
def test_the_intensity_of_a_table_is_the_slope_of_its_cell(stated: Pert, u: float) -> None:
    law = law_of(stated)
    assert isinstance(law, TabulatedLaw)
    cell = int(u * (len(law.quantiles) - 1))
    low, high = law.quantiles[cell], law.quantiles[cell + 1]
    middle = 0.5 * (low + high)
    survival = math.exp(-law.hazard(middle))
    chance = math.exp(-law.hazard(low)) - math.exp(-law.hazard(high))
    assert law.intensity(middle) * survival * (high - low) == pytest.approx(chance, rel=1e-6)
    assert law.intensity(law.quantiles[-1]) == law.intensity(law.quantiles[0] - 1.0) == 0.0


def test_laws_of_few_values_have_no_density() -> None:
    assert ConstantLaw(3.0).intensity(3.0) == DiscreteLaw((1.0, 2.0), (0.5, 1.0)).intensity(1.0) == 0.0


@given(continuous(), uniforms)
def test_a_draw_in_hazard_is_the_quantile(stated: Distribution, u: float) -> None:
    law = law_of(stated)
    # a lognormal of the widest spread moves by the square root of the last bit near u = 1
    assert law.at_hazard(-math.log1p(-u)) == pytest.approx(law.quantile(u), rel=1e-6)


@given(continuous(), hazards)
def test_hazard_and_its_inverse_undo_each_other(stated: Distribution, h: float) -> None:
    law = law_of(stated)
    if isinstance(law, TabulatedLaw):
        # the table is at its upper bound where 1 − e^(−h) rounds to 1: compare chances, as a draw does
        assert math.exp(-law.hazard(law.at_hazard(h))) == pytest.approx(math.exp(-h), abs=1e-9)
    else:
        assert law.hazard(law.at_hazard(h)) == pytest.approx(h, rel=1e-7)


@given(st.one_of(continuous(), choices()), hazards, hazards)
def test_a_larger_threshold_never_comes_sooner(stated: Distribution, one: float, other: float) -> None:
    law = law_of(stated)
    assert law.at_hazard(min(one, other)) <= law.at_hazard(max(one, other))


@given(st.one_of(continuous(), choices()), uniforms, uniforms)
def test_a_residual_draw_exceeds_the_age_and_has_the_conditional_chance(
    stated: Distribution, aged: float, u: float
) -> None:
    law = law_of(stated)
    age = law.quantile(min(aged, 0.999))
    known = law.hazard(age)
    if known == math.inf:
        return
    drawn = law.at_hazard(known - math.log1p(-u))
    if isinstance(law, DiscreteLaw):
        assert drawn >= age
        assert math.exp(-law.hazard(drawn)) <= math.exp(-known) * (1 - u) + 1e-12
    else:
        assert drawn >= age * (1 - 1e-9)
        assert math.exp(-law.hazard(drawn)) == pytest.approx(math.exp(-known) * (1 - u), abs=1e-9)


@given(lognormals())
def test_a_lognormal_has_the_median_and_the_p90_it_was_stated_with(stated: Lognormal) -> None:
    law = law_of(stated)
    assert law.quantile(0.5) == pytest.approx(stated.median, rel=1e-12)
    assert law.quantile(0.9) == pytest.approx(stated.p90, rel=1e-9)


@given(lognormals(), uniforms)
def test_a_lognormal_agrees_with_scipy(stated: Lognormal, u: float) -> None:
    law = law_of(stated)
    assert isinstance(law, LognormalLaw)
    reference = oracle.lognorm(s=law.scale, scale=stated.median)
    assert law.quantile(u) == pytest.approx(float(reference.ppf(u)), rel=1e-9)
    x = law.quantile(u)
    assert law.hazard(x) == pytest.approx(-float(reference.logsf(x)), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("deviations", [-12.0, -9.0, -5.0, 5.0, 9.0, 30.0])
def test_a_lognormal_is_exact_in_both_tails(deviations: float) -> None:
    law = LognormalLaw(0.0, 1.0)
    x = math.exp(deviations)
    assert law.hazard(x) == pytest.approx(-float(oracle.norm.logsf(deviations)), rel=1e-12)
    assert law.at_hazard(law.hazard(x)) == pytest.approx(x, rel=1e-9)


@given(st.floats(1e-3, 1e10), uniforms)
def test_an_exponential_agrees_with_scipy(mean: float, u: float) -> None:
    law, reference = law_of(Exponential(mean)), oracle.expon(scale=mean)
    assert law.quantile(u) == pytest.approx(float(reference.ppf(u)), rel=1e-12)
    assert law.hazard(law.quantile(u)) == pytest.approx(-float(reference.logsf(law.quantile(u))), rel=1e-12)


@given(perts())
def test_a_pert_agrees_with_the_beta_to_the_tolerance_of_its_table(stated: Pert) -> None:
    law = law_of(stated)
    assert isinstance(law, TabulatedLaw)
    width = stated.high - stated.low
    alpha = 1 + 4 * (stated.mode - stated.low) / width
    reference = oracle.beta(alpha, 6 - alpha)
    places = np.concatenate(
        [np.linspace(0, 1, 400), np.geomspace(1e-6, 1e-2, 100), 1 - np.geomspace(1e-6, 1e-2, 100)]
    )
    chances = np.array([law.cumulative(stated.low + width * x) for x in places])
    assert np.abs(chances - reference.cdf(places)).max() < PERT_CUMULATIVE_ERROR
    inner = np.linspace(1 / 1024, 1 - 1 / 1024, 700)
    drawn = (np.array([law.quantile(u) for u in inner]) - stated.low) / width
    assert np.abs(drawn - reference.ppf(inner)).max() < PERT_QUANTILE_ERROR
    table = (np.array(law.quantiles) - stated.low) / width
    assert abs((table[1:] + table[:-1]).mean() / 2 - reference.mean()) < PERT_MEAN_ERROR


@given(perts(), uniforms)
def test_a_pert_never_leaves_its_bounds(stated: Pert, u: float) -> None:
    assert stated.low <= law_of(stated).quantile(u) <= stated.high


@given(choices())
def test_a_choice_jumps_at_its_values_by_their_weights(stated: OneOf) -> None:
    law, total = law_of(stated), math.fsum(stated.weights)
    assert isinstance(law, DiscreteLaw)
    before = 0.0
    for value, weight in zip(stated.values, stated.weights, strict=True):
        assert math.exp(-law.hazard(value - 0.5)) == pytest.approx(1 - before / total, abs=1e-9)
        before += weight
        assert math.exp(-law.hazard(value)) == pytest.approx(1 - before / total, abs=1e-9)
    assert law.hazard(stated.values[-1]) == math.inf
    assert law.hazard(stated.values[0] - 0.5) == 0.0


@given(choices())
def test_the_threshold_at_a_jump_still_gives_the_value_that_jumps(stated: OneOf) -> None:
    law = law_of(stated)
    for value, following in zip(stated.values, (*stated.values[1:], None), strict=True):
        at_jump = law.hazard(value)
        assert law.at_hazard(at_jump) == value
        if following is not None:
            assert law.at_hazard(math.nextafter(at_jump, math.inf)) == following


@given(choices(), uniforms)
def test_a_choice_is_one_of_its_values(stated: OneOf, u: float) -> None:
    law = law_of(stated)
    assert law.quantile(u) in stated.values
    assert law.at_hazard(-math.log1p(-u)) in stated.values


@given(st.floats(0, 1e12), uniforms, hazards)
def test_a_known_number_is_itself_whatever_is_drawn(value: float, u: float, h: float) -> None:
    law = law_of(Fixed(value))
    assert law == ConstantLaw(value)
    assert law.quantile(u) == law.at_hazard(h) == value
    assert (law.hazard(math.nextafter(value, -math.inf)), law.hazard(value)) == (0.0, math.inf)


@given(st.one_of(continuous(), choices(), st.builds(Fixed, st.floats(0, 1e9))))
def test_equal_statements_give_equal_laws_that_survive_pickling(stated: Distribution) -> None:
    law: Law = law_of(stated)
    law.hazard(1.0)
    assert pickle.loads(pickle.dumps(law)) == law == law_of(stated)


def test_nobody_expects_an_exponential_below_zero() -> None:
    assert ExponentialLaw(5.0).hazard(-1.0) == 0.0
    assert LognormalLaw(0.0, 1.0).hazard(-1.0) == LognormalLaw(0.0, 1.0).hazard(0.0) == 0.0
    assert LognormalLaw(0.0, 1.0).at_hazard(0.0) == 0.0
    assert LognormalLaw(0.0, 1.0).at_hazard(math.inf) == math.inf


@pytest.mark.parametrize(
    ("age_days", "chance"), [(0.0, 0.75), (94.0, 0.5888), (240.0, 0.2308)], ids=["fresh", "design", "p90"]
)
def test_the_unmet_mandate_of_the_design(age_days: float, chance: float) -> None:
    """Mandate clear: 0.75, median 90 days, p90 240 days; still open after 94 days: 0.59."""
    survival = math.exp(-law_of(Lognormal(90 * DAY, 240 * DAY)).hazard(age_days * DAY))
    assert 0.75 * survival / (1 - 0.75 * (1 - survival)) == pytest.approx(chance, abs=1e-4)
