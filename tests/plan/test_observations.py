"""Likelihoods of what is known, against brute force and integrals."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.plan.laws import ConstantLaw, DiscreteLaw, ExponentialLaw, LognormalLaw
from sim.plan.observations import (
    MOST_COUNTED,
    DelayCourse,
    ObservedAnswer,
    ObservedCount,
    ObservedDelay,
    ObservedProgress,
    Stretch,
    log_chance_of_total,
)
from sim.plan.tables import Delay, Quantity

LAW = LognormalLaw(math.log(60.0), 0.7)
RATE = Quantity("rate", DiscreteLaw((0.1, 1.0), (0.5, 1.0)))


def fixed(value):
    return Quantity("fixed", ConstantLaw(value))


def brute_force(most, clusters, size):
    """Chances of 0 … `most` incidents: Poisson clusters, their geometric sizes convolved one after the other."""
    geometric = [0.0] + [(1 / size) * (1 - 1 / size) ** (n - 1) for n in range(1, most + 1)]
    sums, total, weight = [1.0] + [0.0] * most, [0.0] * (most + 1), math.exp(-clusters)
    for number in range(1, most + 60):
        total = [have + weight * each for have, each in zip(total, sums, strict=True)]
        sums = [math.fsum(sums[k] * geometric[n - k] for k in range(n + 1)) for n in range(most + 1)]
        weight *= clusters / number
    return total


@given(st.floats(0.1, 8), st.floats(1, 6))
def test_the_chance_of_a_total_is_the_convolution(clusters, size):
    expected = brute_force(12, clusters, size)
    found = [math.exp(log_chance_of_total(n, clusters, size)) for n in range(13)]
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_a_large_total_is_nearly_normal():
    """The log-likelihood ratio of two rates hardly changes where the normal takes over."""

    def ratio(total):
        return log_chance_of_total(total, 500.0, 4.0) - log_chance_of_total(total, 480.0, 4.0)

    assert ratio(MOST_COUNTED + 1) == pytest.approx(ratio(MOST_COUNTED), abs=0.05)


@given(st.floats(0.2, 5), st.floats(1, 100), st.floats(1, 100), st.floats(0, 3), st.floats(0, 3))
def test_a_course_in_stretches(scale, first, second, one, other):
    course = DelayCourse(LAW, (Stretch(one, 0.0, first), Stretch(other, first, first + second, counts=False)))
    hazard = one * LAW.hazard(first / scale) + other * (
        LAW.hazard((first + second) / scale) - LAW.hazard(first / scale)
    )
    assert course.outlasted(scale) == pytest.approx(math.exp(-hazard), rel=1e-9)
    assert course.seen_to_end(scale) == pytest.approx(
        1 - math.exp(-one * LAW.hazard(first / scale)), abs=1e-9
    )


@given(st.floats(0.2, 5), st.floats(1, 200), st.floats(0.1, 3))
def test_the_density_of_an_end_is_what_survival_loses(scale, age, factor):
    def course(until):
        return DelayCourse(LAW, (Stretch(factor, 0.0, until),))

    step = age * 1e-5
    lost = (course(age - step).outlasted(scale) - course(age + step).outlasted(scale)) / (2 * step)
    assert course(age).ended(scale) == pytest.approx(lost, rel=1e-4, abs=1e-9)


def test_delays():
    course = DelayCourse(ExponentialLaw(10.0), (Stretch(1.0, 0.0, 10.0),))
    assert ObservedDelay(course, ()).likelihood({}) == pytest.approx(math.exp(-1))
    assert ObservedDelay(course, (), "by").likelihood({}) == pytest.approx(1 - math.exp(-1))
    assert ObservedDelay(course, ("slow",), "at").likelihood({"slow": 2.0}) == pytest.approx(
        math.exp(-0.5) / 20
    )
    assert ObservedDelay(course, ("slow",)).likelihood({"slow": 0.0}) == 0.0


@pytest.mark.parametrize(
    ("answer", "says_no", "expected"),
    [
        (None, False, 1 - 0.3 * (1 - math.exp(-1))),
        (None, True, math.exp(-1)),
        (True, False, 0.3 * math.exp(-1) / 10),
        (False, False, 0.7),
        (False, True, 0.7 * math.exp(-1) / 10),
    ],
)
def test_answers(answer, says_no, expected):
    course = DelayCourse(ExponentialLaw(10.0), (Stretch(1.0, 0.0, 10.0),))
    observed = ObservedAnswer(course, (), fixed(0.3), answer, says_no)
    assert observed.likelihood({}) == pytest.approx(expected)
    assert observed.numbers == ()


def test_counts_and_progress():
    silent = ObservedCount(RATE, fixed(2.0), exposure=10.0, total=0)
    assert silent.numbers == (RATE,)
    assert silent.likelihood({"rate": 1.0}) == pytest.approx(math.exp(-5))
    assert ObservedCount(RATE, fixed(2.0), 0.0, 3).likelihood({"rate": 1.0}) == 0.0
    work = ObservedProgress(Delay("d", ExponentialLaw(10.0), ("slow",)), above=5.0, at_most=20.0)
    assert work.likelihood({"slow": 2.0}) == pytest.approx(math.exp(-0.25) - math.exp(-1))
