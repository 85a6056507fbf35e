import datetime as dt
import math
from dataclasses import replace

import pytest

from sim.missions.build_up import BuildUp, Pledge, Strength
from sim.missions.reading import Missions, read_missions
from sim.studies.calibration import lessons
from sim.studies.calibration.censored import CensoredDelays
from sim.studies.calibration.stating import days, delay, factor, shares

D = dt.date
OWN = read_missions()
ONE = BuildUp(
    "A", "A", D(2001, 1, 1), 2600, 200, D(2001, 2, 1), 800,
    strengths=(Strength(20, 200), Strength(45, 1000), Strength(75, 1800), Strength(300, 1800)),
)  # fmt: skip
PLEDGE = Pledge(
    "A", "x", 500, D(2001, 1, 11), D(2001, 1, 31), (D(2001, 2, 1), D(2001, 2, 10)),
    (D(2001, 3, 1), D(2001, 3, 31)), 450, D(2001, 4, 30),
)  # fmt: skip


def missions(*build_ups, pledges=()):
    return Missions(tuple(build_ups), tuple(pledges))


def test_bodies_above_what_is_in_place_and_changes_hats():
    # 2,600 less 200 in place less 800 re-hatted on day 31: two bodies of 800; one came between day 45 and 75
    seen = list(lessons.growth(missions(ONE), 800.0))
    assert seen == [("A", CensoredDelays(45, 75, 1)), ("A", CensoredDelays(300, math.inf, 1))]
    without = list(lessons.growth(missions(ONE), 800.0, rehats=False))
    assert sum(each.count for _, each in without) == 3


def test_a_mission_that_never_finished_stays_in():
    seen = [each for name, each in lessons.growth(OWN, 825.0) if name == "AMISOM"]
    assert sum(each.count for each in seen if math.isinf(each.at_most)) >= 4
    assert [each for name, each in lessons.growth(OWN, 825.0) if name == "UNMISS-RPF"] == [
        CensoredDelays(276, math.inf, 5)
    ]


def test_a_handover_is_read_in_the_first_settled_count():
    assert lessons.handover_of(ONE) == lessons.Handover("A", 800, 1.0, (0.0, 14.0))
    less = replace(ONE, strengths=(Strength(33, 250), Strength(45, 800)))
    assert lessons.handover_of(less).share == pytest.approx(600 / 800)
    assert lessons.handover_of(replace(ONE, rehat_on=None, rehat_troops=None)) is None
    assert lessons.handover_of(replace(ONE, rehat_troops=None)).share is None


def test_pledges_become_delays():
    table = missions(ONE, pledges=[PLEDGE])
    assert list(lessons.advance(table)) == [("A", CensoredDelays(21, 30))]
    assert list(lessons.main_body(table)) == [("A", CensoredDelays(19, 58))]
    assert lessons.slips(table) == (0, [("A", CensoredDelays(1, 10))])
    assert lessons.shares_delivered(table) == [0.9]
    never = replace(PLEDGE, first=None, full=None, arrived=0)
    assert list(lessons.advance(missions(pledges=[never]))) == [("A", CensoredDelays(109, math.inf))]
    assert lessons.slips(missions(pledges=[never])) == (0, [("A", CensoredDelays(89, math.inf))])
    refused = replace(never, stopped_by_host=True)
    assert list(lessons.advance(missions(pledges=[refused]))) == []


def test_a_single_day_stands_for_the_hours_around_it():
    assert CensoredDelays.between(0, 0) == CensoredDelays(0, 0.5)
    assert CensoredDelays.between(12, 12) == CensoredDelays(11.5, 12.5)


def test_kinds_come_from_money_and_consent_alone():
    assert lessons.features_of(ONE) == {"hard": 0.0, "own": 0.0}
    assert lessons.features_of(replace(ONE, funding="voluntary"))["hard"] == 1.0
    assert lessons.features_of(replace(ONE, host_consent="contested"))["hard"] == 1.0
    assert lessons.features_of(replace(ONE, funding="own")) == {"hard": 0.0, "own": 1.0}


def test_numbers_as_a_scenario_states_them():
    assert days(93.72) == "93.7 days"
    assert days(0.01) == "0.1 days"
    assert factor(0.5) == {"median": 1.0, "p90": 1.898}
    assert shares([0.5]) == 0.5
    stated = shares([0.2] * 8 + [1.0] * 8)
    assert stated == {"one_of": {0.2: 8, 1.0: 8}}


def test_a_stated_delay_keeps_the_laws_quantiles():
    from sim.studies.calibration.censored import Delays
    from sim.studies.calibration.levels import LevelsModel, fit

    rows = [(f"m{number}", CensoredDelays(20 * number, 20 * number + 30)) for number in range(1, 9)]
    fitted = fit(Delays.of(rows), LevelsModel("Weibull"))
    stated = delay(fitted, 100.0, "tempo")
    p10, p90 = (float(stated[key].split()[0]) / 100.0 for key in ("p10", "p90"))
    assert fitted.family.cumulative(p10, fitted.within.value) == pytest.approx(0.1, abs=0.01)
    assert fitted.family.cumulative(p90, fitted.within.value) == pytest.approx(0.9, abs=0.01)
    wider = delay(fitted, 100.0)  # no tempo to carry how missions differ: the delay itself does
    assert float(wider["p90"].split()[0]) > 100.0 * p90


def test_a_slip_is_none_or_a_quantile_of_how_late():
    from sim.studies.calibration.censored import Delays
    from sim.studies.calibration.levels import LevelsModel, fit
    from sim.studies.calibration.stating import slip

    late = fit(
        Delays.of([(f"m{n}", CensoredDelays(40 * n, 40 * n + 20)) for n in range(1, 8)]),
        LevelsModel("lognormal", levels=False),
    )
    stated = slip(2, 7, late)["one_of"]
    assert stated["0 days"] == 3.0
    assert sum(stated.values()) == pytest.approx(3 + 8)
    assert list(stated)[3] == f"{late.median.value:.0f} days"


def test_no_build_up_of_the_project_ended_early():
    ends = lessons.early_ends(OWN)
    assert ends.ended == 0 and ends.years == pytest.approx(30.8, abs=0.05)
    assert ends.rate == pytest.approx(0.5 / ends.years)
    low, high = ends.interval
    assert low < ends.rate < high


def test_an_early_end_is_a_count_below_half_of_one_that_was_half_of_the_ceiling():
    course = (Strength(100, 1300), Strength(200, 640), Strength(400, 0))
    base = BuildUp("A", "A", D(2001, 1, 1), 2600, strengths=course)
    assert lessons.early_ends(missions(base)) == lessons.Ends(1, 200 / 365.25)
    assert lessons.early_ends(missions(base, replace(base, name="B"))).ended == 2
    grown = replace(base, ceiling=2601)  # never half of the ceiling: no force that could end
    assert lessons.early_ends(missions(grown)) == lessons.Ends(0, 400 / 365.25)
    exactly = replace(base, strengths=(Strength(100, 1300), Strength(200, 650)))
    assert lessons.early_ends(missions(exactly)).ended == 0
    planned = replace(base, ends_by=D(2001, 5, 31))  # day 150
    assert lessons.early_ends(missions(planned)) == lessons.Ends(0, 150 / 365.25)
    late = replace(base, ends_by=D(2001, 7, 20))  # day 200: the count of that day is seen
    assert lessons.early_ends(missions(late)).ended == 1


def test_the_rate_is_the_mean_of_the_posterior():
    scipy = pytest.importorskip("scipy.stats")
    ends = lessons.Ends(3, 40.0)
    posterior = scipy.gamma(3.5, scale=1 / 40)
    assert ends.rate == pytest.approx(posterior.mean())
    assert ends.interval == pytest.approx(tuple(posterior.ppf([0.025, 0.975])))
