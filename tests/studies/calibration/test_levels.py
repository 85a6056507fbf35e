import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.studies.calibration.censored import CensoredDelays, Delays
from sim.studies.calibration.choosing import DelayQuestion, choose
from sim.studies.calibration.laws import FAMILIES
from sim.studies.calibration.levels import LevelsModel, fit, score, weights_by_cluster
from tests.studies.calibration.simulated import TRUE, simulated


@given(st.sampled_from(sorted(FAMILIES)), st.floats(0.001, 0.999), st.floats(0.1, 2.5))
def test_a_quantile_is_where_the_law_reaches_its_chance(law, chance, spread):
    family = FAMILIES[law]
    assert family.cumulative(family.quantile(chance, spread), spread) == pytest.approx(chance, abs=1e-9)
    assert family.cumulative(1.0, spread) == pytest.approx(0.5)  # a median of 1


@pytest.mark.parametrize(
    ("law", "scipy_law"),
    [
        ("lognormal", lambda m, s: stats.lognorm(s, scale=m)),
        ("Weibull", lambda m, s: stats.weibull_min(1 / s, scale=m / math.log(2) ** s)),
        ("log-logistic", lambda m, s: stats.fisk(1 / s, scale=m)),
    ],
)
def test_laws_are_those_of_scipy(law, scipy_law):
    days = np.array([1.0, 20.0, 90.0, 500.0])
    assert FAMILIES[law].cumulative(days / 80.0, 0.6) == pytest.approx(scipy_law(80.0, 0.6).cdf(days))


@pytest.mark.long
@pytest.mark.parametrize("law", sorted(FAMILIES))
def test_without_levels_it_is_scipys_fit_to_censored_data(law):
    delays, _ = simulated(3, law, missions=4, bodies=30)
    median, spread = FAMILIES[law].from_scipy(delays.as_scipy())
    fitted = fit(delays, LevelsModel(law, levels=False))
    assert fitted.median.value == pytest.approx(median, rel=2e-3)
    assert fitted.within.value == pytest.approx(spread, rel=5e-3)


def test_what_is_open_counts():
    ended = [
        ("a", CensoredDelays(30, 60)),
        ("b", CensoredDelays(60, 90)),
        ("c", CensoredDelays(60, 90)),
        ("d", CensoredDelays(90, 120)),
    ]
    still = [(name, CensoredDelays(700.0, math.inf)) for name in "efg"]
    shape = LevelsModel("lognormal", levels=False)
    dropped, kept = fit(Delays.of(ended), shape), fit(Delays.of(ended + still), shape)
    assert kept.open == 3
    assert kept.median.value > 2 * dropped.median.value


def test_a_known_effect_is_found_and_shrunk_towards_none():
    delays, features = simulated(1, "lognormal", missions=24, hard=4.0)
    with_kinds = fit(delays, LevelsModel("lognormal", ("hard",), cured=True), features)
    assert with_kinds.effects["hard"].low < 4.0 < with_kinds.effects["hard"].high
    nothing = fit(delays, LevelsModel("lognormal", ("hard",), cured=True), {})
    assert nothing.effects["hard"].value == pytest.approx(1.0, abs=0.02)  # no mission has it: the prior alone


def test_a_cluster_counts_once():
    assert weights_by_cluster(("a", "b", "c"), {"a": "x", "b": "x"}) == {"a": 0.5, "b": 0.5, "c": 1.0}
    rows = [
        ("a", CensoredDelays(30, 60)),
        ("b", CensoredDelays(300, 330)),
        ("c", CensoredDelays(60, 90)),
        ("d", CensoredDelays(90, 120)),
    ]
    twice = [*rows, ("b2", CensoredDelays(300, 330))]
    once = fit(Delays.of(rows), LevelsModel("lognormal"))
    again = fit(
        Delays.of(twice),
        LevelsModel("lognormal"),
        {},
        weights_by_cluster(["a", "b", "c", "d", "b2"], {"b": "b", "b2": "b"}),
    )
    assert again.median.value == pytest.approx(once.median.value, rel=0.02)


def test_between_missions_is_kept_off_zero():
    rows = [(f"m{number}", CensoredDelays(30 * k, 30 * k + 30)) for number in range(6) for k in (1, 2, 3, 5)]
    assert fit(Delays.of(rows), LevelsModel("lognormal")).between.value > 0.1


@pytest.mark.long
def test_the_right_law_is_chosen_where_there_is_enough_to_tell():
    delays, features = simulated(5, "Weibull", missions=12, bodies=15)
    chosen = choose(delays, DelayQuestion(cured=True), features, {})
    assert chosen.fitted.law == "Weibull"
    assert set(chosen.scores) == set(FAMILIES)
    few = choose(delays.of_groups(["m0", "m1", "m2"]), DelayQuestion(cured=True), features, {})
    assert (few.fitted.law, few.scores) == ("lognormal", {})


def test_a_score_is_the_likelihood_of_what_was_left_out():
    delays, _ = simulated(2, "lognormal")
    fitted = fit(delays, LevelsModel("lognormal", levels=False))
    one = Delays.of([("new", CensoredDelays(60.0, 90.0, 2)), ("new", CensoredDelays(400.0, math.inf))])
    law = stats.lognorm(fitted.within.value, scale=fitted.median.value)
    expected = 2 * math.log(law.cdf(90) - law.cdf(60)) + math.log(law.sf(400))
    assert score(fitted, one)["new"] == pytest.approx(expected)


def coverage(law, seeds):
    inside = dict.fromkeys(TRUE, 0)
    for seed in seeds:
        fitted = fit(simulated(seed, law)[0], LevelsModel(law, cured=True))
        for name, true in TRUE.items():
            estimate = getattr(fitted, name)
            inside[name] += estimate.low <= true <= estimate.high
    return {name: count / len(seeds) for name, count in inside.items()}


@pytest.mark.long
def test_parameters_come_back_from_censored_data():
    covered = coverage("Weibull", range(8))
    assert min(covered.values()) >= 0.65  # 12 sets: below 8 of them with a chance under 1 in 1,000 at 95 %


@pytest.mark.slow
@pytest.mark.parametrize("law", ["Weibull", "lognormal"])
def test_intervals_cover_as_they_say(law):
    covered = coverage(law, range(500))
    assert all(0.93 <= share <= 0.97 for share in covered.values()), covered
