import ast
import datetime as dt
import inspect
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.missions.build_up import BuildUp, KnownBuildUp, Pledge, Strength
from sim.missions.reading import read_missions
from sim.studies.backtest import template
from sim.studies.backtest.playing import play, resolved_of
from sim.studies.backtest.template import scenario_of
from sim.studies.calibration.learned import Without, learn

OWN = read_missions()
BY_NAME = {each.name: each for each in OWN.build_ups}
D = dt.date


@pytest.fixture(scope="module")
def learned():
    return learn(OWN, laws=dict.fromkeys(("growth", "advance", "body", "late"), "Weibull"))


def known(build_up, day=0):
    return build_up.known_by(build_up.day_0 + dt.timedelta(days=day))


def parts(scenario):
    return {
        name: sum(body["troops"] for body in each["contingents"].values())
        for name, each in scenario["contributors"].items()
    }


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_the_ceiling_is_divided_without_rest(learned, name):
    drawn = scenario_of(known(BY_NAME[name]), learned)
    assert drawn.in_place + drawn.rehat + drawn.named + drawn.unnamed == BY_NAME[name].ceiling
    assert sum(parts(drawn.scenario).values()) == BY_NAME[name].ceiling


@pytest.mark.parametrize("name", ["UNMIL", "UNIFIL II", "UNAMID", "UNMISS", "UNMISS surge", "AMISOM"])
@pytest.mark.parametrize("day", [0, 90])
def test_what_is_drawn_is_a_right_scenario(learned, name, day):
    resolved_of(scenario_of(known(BY_NAME[name], day), learned).scenario)


def test_no_name_decides_anything(learned):
    for name in ("UNMIL", "UNIFIL II", "UNMISS-RPF"):
        for day in (0, 90):
            one = known(BY_NAME[name], day)
            other = replace(one, name="X", cluster="Y")
            first, second = (scenario_of(each, learned).scenario for each in (one, other))
            assert {**first, "scenario": ""} == {**second, "scenario": ""}
    strings = [
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(template)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    names = {*BY_NAME, *(each.cluster for each in OWN.build_ups)}
    assert not [text for text in strings if any(name in text for name in names)]


def test_what_came_later_decides_nothing(learned):
    for build_up in OWN.build_ups:
        for day in (0, 90):
            twisted = replace(
                build_up,
                strengths=(*(each for each in build_up.strengths if each.day <= day), Strength(day + 1, 77)),
                ceiling_changed=build_up.day_0 + dt.timedelta(days=day + 1),
                pledges=tuple(each for each in build_up.pledges if each.pledged_on and each.pledged_on <= known(build_up, day).on),
            )  # fmt: skip
            assert scenario_of(known(twisted, day), learned) == scenario_of(known(build_up, day), learned)


def test_by_day_90_the_counted_level_stands(learned):
    for name in ("UNIFIL II", "UNMIL", "UNAMSIL 2000", "UNMISS surge"):
        build_up = BY_NAME[name]
        last = [each for each in build_up.course() if each.day <= 90][-1]
        drawn = scenario_of(known(build_up, 90), learned)
        forecast = play(drawn.scenario, (last.day,), 5, 0)
        assert forecast.on(last.day).min() == last.troops  # what comes on that very day may add to it


def test_each_part_can_be_left_out(learned):
    unmil = known(BY_NAME["UNMIL"])
    assert "rehat" in scenario_of(unmil, learned).scenario["contributors"]
    assert scenario_of(unmil, learned, Without(rehat=True)).rehat == 0
    assert scenario_of(unmil, learned, Without(pledges=True)).named == 0
    assert scenario_of(unmil, learned, Without(unnamed=True)).unnamed == 0
    assert "uncertain" not in scenario_of(unmil, learned, Without(tempo=True)).scenario
    hard, usual = (
        scenario_of(known(BY_NAME["AMISOM"]), learned, without).scenario["contributors"]["unnamed_1"][
            "contingents"
        ]
        for without in (None, Without(kind=True))
    )
    assert float(hard["body"]["prepares_for"]["median"].split()[0]) > 2 * float(
        usual["body"]["prepares_for"]["median"].split()[0]
    )


def test_more_pledged_than_there_is_room_for_is_cut(learned):
    pledge = Pledge("A", "x", 900, D(2001, 1, 1), None, None, None, None, D(2001, 1, 1))
    build_up = BuildUp("A", "A", D(2001, 1, 1), 1000, 300, pledges=(pledge, replace(pledge, contributor="y")))
    drawn = scenario_of(known(build_up), learned)
    assert (drawn.in_place, drawn.named, drawn.unnamed) == (300, 700, 0)


WHOLE = st.integers(0, 30_000)
DATES = st.dates(D(1999, 6, 1), D(2002, 6, 1))
KNOWN = st.builds(
    KnownBuildUp,
    name=st.text(min_size=1, max_size=8).filter(lambda text: text.isprintable() and text.strip() != ""),
    cluster=st.just("c"),
    day_0=st.just(D(2000, 1, 1)),
    on=st.sampled_from([D(2000, 1, 1), D(2000, 3, 31)]),
    ceiling=st.integers(1, 60_000),
    in_place=WHOLE,
    rehat_on=st.none() | DATES,
    rehat_troops=st.none() | WHOLE,
    funding=st.sampled_from(["assessed", "voluntary", "own", "unknown"]),
    host_consent=st.sampled_from(["yes", "contested", "no", "unknown"]),
    strengths=st.lists(
        st.builds(Strength, st.integers(1, 90), WHOLE), max_size=3, unique_by=lambda each: each.day
    ).map(lambda found: tuple(sorted(found, key=lambda each: each.day))),
    pledges=st.lists(
        st.builds(
            Pledge,
            mission=st.just("m"),
            contributor=st.just("x"),
            pledged=st.none() | WHOLE,
            pledged_on=st.just(D(1999, 12, 1)),
            planned_on=st.none() | DATES,
            first=st.none() | st.just((D(1999, 12, 1), D(2000, 1, 1))),
            full=st.none(),
            arrived=st.none() | WHOLE,
            observed_until=st.just(D(2000, 1, 1)),
        ),
        max_size=2,
    ).map(tuple),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(KNOWN)
def test_any_row_of_the_form_becomes_a_right_scenario_or_an_empty_one(learned, row):
    if row.on == row.day_0:
        row = replace(row, strengths=())
    scenario = scenario_of(row, learned).scenario
    if scenario["contributors"]:
        forecast = play(scenario, (30, 730), 2, 0)
        assert (forecast.levels >= 0).all()
        assert forecast.levels.max() <= max(
            row.ceiling, row.in_place, *(each.troops for each in row.strengths), 0
        )
