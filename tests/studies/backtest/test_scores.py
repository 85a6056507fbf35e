import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.missions.reading import read_missions
from sim.studies.backtest.rivals import boots_rival, ensemble, rival
from sim.studies.backtest.scores import QUANTILES, ScoredShare, crps, flatness, pit_histogram, scored
from sim.studies.backtest.skill import better, coverage, mean_crps, skill

SHARES = st.lists(st.floats(0, 1.2), min_size=1, max_size=30)


def area(values, weights, observed):
    """CRPS as it is defined: the area between the squared distribution function and the step at what came."""
    ends = np.unique([*values, observed])
    weights = np.asarray(weights) / np.sum(weights)
    total = 0.0
    for low, high in zip(ends, ends[1:], strict=False):
        reached = weights[np.asarray(values) <= low].sum()
        total += (reached - float(low >= observed)) ** 2 * (high - low)
    return total


@settings(max_examples=30)
@given(SHARES, st.floats(0, 1.2), st.integers(0, 100))
def test_the_crps_is_the_area_by_its_definition(values, observed, seed):
    weights = np.random.default_rng(seed).uniform(0.1, 1.0, len(values))
    assert crps(ensemble(values), observed) == pytest.approx(
        area(values, np.ones(len(values)), observed), abs=1e-9
    )
    assert crps(ensemble(values, weights), observed) == pytest.approx(
        area(values, weights, observed), abs=1e-9
    )


def test_a_score_holds_what_the_forecast_gives_below_and_up_to_what_came():
    """Of 0.2, 0.4, 0.4, 0.6, 0.8 a fifth lies below 0.4 and three fifths up to it; weighed 1 to 5, 1/15 and 6/15."""
    names = {"mission": "m", "cluster": "c", "known_day": 90, "day": 30, "by": "t"}
    values = [0.2, 0.4, 0.4, 0.6, 0.8]
    found = scored(ensemble(values), 0.4, **names)
    assert (found.mission, found.cluster, found.known_day, found.day, found.by) == ("m", "c", 90, 30, "t")
    assert (found.observed, found.below, found.upto) == (0.4, pytest.approx(0.2), pytest.approx(0.6))
    assert found.quantiles == (0.2, 0.2, 0.4, 0.4, 0.6, 0.8, 0.8)
    assert found.crps == pytest.approx(area(values, np.ones(5), 0.4))
    weighed = scored(ensemble(values, np.arange(1.0, 6.0)), 0.4, **names)
    assert (weighed.below, weighed.upto) == (pytest.approx(1 / 15), pytest.approx(6 / 15))
    assert weighed.quantiles == (0.2, 0.4, 0.4, 0.6, 0.8, 0.8, 0.8)


def made(mission, cluster, by, value, day=30, below=0.2, upto=0.4, observed=0.5):
    quantiles = (0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9)
    return ScoredShare(mission, cluster, 0, day, by, observed, value, below, upto, quantiles)


def test_means_are_per_mission_first():
    scores = [made("a", "A", "t", 0.1, day) for day in range(9)] + [made("b", "B", "t", 0.3)]
    assert mean_crps(scores, "t") == pytest.approx(0.2)
    assert math.isnan(mean_crps(scores, "none"))


def test_skill_is_on_what_both_forecast_and_its_interval_over_clusters():
    own = [made(name, name, "t", 0.1) for name in "abcdef"]
    other = [made(name, name, "r", 0.2) for name in "abcdef"] + [made("g", "g", "r", 9.0)]
    found = skill([*own, *other], "t", "r")
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.5, 0.5))
    one_story = [made(name, "A", "t", 0.1 * place) for place, name in enumerate("abcdef", 1)]
    theirs = [made(name, "A", "r", 0.3) for name in "abcdef"]
    found = skill([*one_story, *theirs], "t", "r")
    assert (
        found.low == pytest.approx(found.value) == pytest.approx(found.high)
    )  # one cluster: nothing to draw
    assert better([*own, *other], ("t", "r")) == "t"


def test_the_bootstrap_equals_one_written_otherwise():
    generator = np.random.default_rng(1)
    clusters = dict(zip("abcdefghij", "AABBBCDEFG", strict=True))
    values = {name: generator.uniform(0.05, 0.3, 2) for name in clusters}
    scores = [
        made(name, clusters[name], by, value[place])
        for name, value in values.items()
        for place, by in enumerate("tr")
    ]
    found = skill(scores, "t", "r", seed=3)
    ratios = []
    names = sorted(set(clusters.values()))
    for _ in range(4000):
        drawn = [
            name
            for pick in generator.choice(names, len(names))
            for name in clusters
            if clusters[name] == pick
        ]
        own, other = (np.mean([values[name][place] for name in drawn]) for place in (0, 1))
        ratios.append(1 - own / other)
    assert found.value == pytest.approx(
        1 - np.mean([v[0] for v in values.values()]) / np.mean([v[1] for v in values.values()])
    )
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(ratios, (0.05, 0.95))), abs=0.03)


def test_coverage_counts_the_ends():
    scores = [made("a", "a", "t", 0, observed=value) for value in (0.2, 0.3, 0.5, 0.7, 0.81)]
    assert coverage(scores, "t", 0.5) == pytest.approx(3 / 5)
    assert coverage(scores, "t", 0.8) == pytest.approx(4 / 5)


def test_the_pit_of_a_step_is_spread_over_it():
    assert pit_histogram([made("a", "a", "t", 0, below=0.0, upto=1.0)], 5) == pytest.approx([0.2] * 5)
    assert pit_histogram([made("a", "a", "t", 0, below=0.3, upto=0.3)], 5) == pytest.approx([0, 1, 0, 0, 0])
    assert pit_histogram([made("a", "a", "t", 0, below=1.0, upto=1.0)], 5) == pytest.approx([0, 0, 0, 0, 1])


def test_pits_of_right_forecasts_are_flat_and_of_wrong_ones_not():
    generator = np.random.default_rng(0)
    right, wrong = [], []
    for number in range(300):
        forecast, came = generator.normal(0, 1, 200), generator.normal(0, 1)
        for kept, by in ((right, 1.0), (wrong, 0.4)):
            each = ensemble((forecast * by).tolist())
            kept.append(scored(each, came, mission=str(number), cluster="", known_day=0, day=30, by="t"))
    assert flatness(pit_histogram(right, 5)) > 0.01
    assert flatness(pit_histogram(wrong, 5)) < 1e-6
    assert coverage(right, "t", 0.8) == pytest.approx(0.8, abs=0.07)


@given(SHARES)
def test_quantiles_are_values_of_the_ensemble(values):
    found = scored(ensemble(values), 0.5, mission="", cluster="", known_day=0, day=30, by="t")
    assert set(found.quantiles) <= set(ensemble(values).values)
    for share, quantile in zip(QUANTILES, found.quantiles, strict=True):
        assert np.mean(np.asarray(values) <= quantile) >= share - 1e-9


OWN = read_missions()
BY_NAME = {each.name: each for each in OWN.build_ups}


def test_in_the_classes_a_story_counts_once():
    others = [BY_NAME[name] for name in ("UNAMSIL 2000", "UNAMSIL 2001", "UNMEE")]
    found = rival("class", BY_NAME["UNMIL"], others, 0, 180)
    assert found.values == pytest.approx([each.share_on(180) for each in others])
    assert found.weights == pytest.approx([0.5, 0.5, 1.0])


def test_the_class_on_the_gap_starts_from_what_is_in_place():
    unifil, others = BY_NAME["UNIFIL II"], [BY_NAME["UNMEE"], BY_NAME["UNAMSIL 2001"]]
    found = rival("gap", unifil, others, 0, 180)
    base = 1989 / 15000
    unamsil = BY_NAME["UNAMSIL 2001"]
    closed = (unamsil.share_on(180) - 10151 / 17240) / (1 - 10151 / 17240)
    assert found.values[0] == pytest.approx(base + (1 - base) * BY_NAME["UNMEE"].share_on(180))
    assert found.values[1] == pytest.approx(base + (1 - base) * closed)


def test_last_value_and_plan():
    surge = BY_NAME["UNMISS surge"]
    assert rival("last", surge, [], 0, 365).values == pytest.approx([6715 / 12334])
    assert rival("plan", surge, [], 0, 180) is None  # told on 9 January 2014, after day 0
    assert rival("plan", surge, [], 16, 365).values == pytest.approx([1.0])
    assert rival("class", surge, [], 0, 365) is None


def test_the_frequency_of_first_boots():
    others = [BY_NAME[name] for name in ("UNMEE", "AMISOM", "UNMISS-RPF", "UNIFIL II")]
    assert boots_rival(others, 90) == pytest.approx(2 / 3)  # UNIFIL began with troops in place: not counted
