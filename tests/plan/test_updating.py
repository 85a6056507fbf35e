"""Bayes' rule on the variate: by hand, and as properties."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.plan.laws import ConstantLaw, DiscreteLaw, ExponentialLaw, LognormalLaw
from sim.plan.observations import DelayCourse, ObservedAnswer, ObservedDelay, Stretch
from sim.plan.tables import Quantity
from sim.plan.updating import CELLS, cells, learn, log_likelihoods, update

VARIATES = st.floats(1e-9, 1 - 1e-9)
CONTINUOUS = [ExponentialLaw(3.0), LognormalLaw(0.0, 0.8)]
THREE = DiscreteLaw((1.0, 2.0, 5.0), (0.5, 0.8, 1.0))


@given(st.sampled_from([*CONTINUOUS, THREE, ConstantLaw(4.0)]), VARIATES)
def test_what_says_nothing_changes_nothing(law, variate):
    assert update(law, []).value(variate) == law.quantile(variate)
    assert update(law, [log_likelihoods(law, lambda _: 0.25)]).value(variate) == law.quantile(variate)
    assert update(law, [log_likelihoods(law, lambda _: 0.0)]).value(variate) == law.quantile(variate)


@given(st.lists(st.floats(0.01, 1), min_size=3, max_size=3), VARIATES)
def test_a_law_of_few_values_by_hand(likely, variate):
    updated = update(
        THREE, [log_likelihoods(THREE, dict(zip(THREE.values, likely, strict=True)).__getitem__)]
    )
    weights = [share * each for share, each in zip((0.5, 0.3, 0.2), likely, strict=True)]
    below, expected = 0.0, THREE.values[-1]
    for value, weight in zip(THREE.values, weights, strict=True):
        below += weight / sum(weights)
        if abs(variate - below) < 1e-9:
            return
        if variate < below:
            expected = value
            break
    assert updated.value(variate) == expected


@pytest.mark.parametrize("rate", [0.1, 1.0, 5.0])
def test_an_exponential_tilted_by_an_exponential_is_exponential(rate):
    law = ExponentialLaw(3.0)
    updated = update(law, [log_likelihoods(law, lambda value: math.exp(-rate * value))])
    exact = ExponentialLaw(1.0 / (1.0 / 3.0 + rate))
    for variate in (0.05, 0.3, 0.7, 0.95):
        assert updated.value(variate) == pytest.approx(exact.quantile(variate), rel=0.02)


@given(st.sampled_from(CONTINUOUS), st.floats(-2, 2), VARIATES, VARIATES)
def test_order_is_kept_and_so_is_the_range(law, tilt, one, other):
    updated = update(law, [log_likelihoods(law, lambda value: (1 + value) ** tilt)])
    low, high = sorted((one, other))
    assert updated.value(low) <= updated.value(high)
    if abs(tilt) > 0.01:
        assert (updated.value(one) >= law.quantile(one)) == (tilt > 0)


def test_cells_cover_the_variate():
    assert [width for width, _ in cells(THREE, CELLS)] == pytest.approx([0.5, 0.3, 0.2])
    assert math.fsum(width for width, _ in cells(CONTINUOUS[0], CELLS)) == pytest.approx(1.0)
    assert cells(ConstantLaw(2.0), CELLS) == ((1.0, 2.0),)


def open_question(name, probability, times=(), mean=10.0, age=10.0):
    course = DelayCourse(ExponentialLaw(mean), (Stretch(1.0, 0.0, age),))
    return ObservedAnswer(course, times, Quantity(name, probability), None, says_no=False)


def test_a_scale_is_learned_with_the_probability_averaged_and_then_the_probability_given_the_scale():
    """Tempo 1 or 2, probability 0.2 or 0.8, even odds; one question open for 10 days at a mean of 10 · tempo."""
    tempo, even = Quantity("t", DiscreteLaw((1.0, 2.0), (0.5, 1.0))), DiscreteLaw((0.2, 0.8), (0.5, 1.0))
    learned = learn((("tempo", tempo),), (open_question("p", even, ("tempo",)),))
    seen = {scale: 1 - math.exp(-1 / scale) for scale in (1.0, 2.0)}
    likely = {(scale, p): 1 - p * seen[scale] for scale in (1.0, 2.0) for p in (0.2, 0.8)}
    slow = (likely[2, 0.2] + likely[2, 0.8]) / sum(likely.values())
    for variate in (0.01, 1 - slow - 0.001, 1 - slow + 0.001, 0.99):
        scale = 1.0 if variate < 1 - slow else 2.0
        unlikely = likely[scale, 0.2] / (likely[scale, 0.2] + likely[scale, 0.8])
        for other in (0.01, unlikely - 0.001, unlikely + 0.001, 0.99):
            drawn = learned.draw({"t": variate, "p": other}.__getitem__)
            assert drawn == {"t": scale, "p": 0.2 if other < unlikely else 0.8}


def test_a_fixed_scale_counts():
    quick, slow = (
        learn(
            (("tempo", Quantity("t", ConstantLaw(scale))),),
            (open_question("p", DiscreteLaw((0.0, 1.0), (0.5, 1.0)), ("tempo",)),),
        )
        for scale in (1.0, 10.0)
    )
    still = 1 / (1 + math.exp(-1.0))  # the chance that it is the 0 that says no
    dealt = {"t": 0.5, "p": still - 0.01}
    assert quick.draw(dealt.__getitem__)["p"] == 0.0 and slow.draw(dealt.__getitem__)["p"] == 1.0


@given(VARIATES)
def test_what_is_said_of_one_quantity_leaves_another(variate):
    law = LognormalLaw(0.0, 0.5)
    scales = tuple((name, Quantity(name, law)) for name in ("learned", "other"))
    told = ObservedDelay(DelayCourse(ExponentialLaw(1.0), (Stretch(1.0, 0.0, 4.0),)), ("learned",))
    drawn = learn(scales, (told,)).draw(lambda _: variate)
    assert drawn["other"] == law.quantile(variate) and drawn["learned"] >= law.quantile(variate)
