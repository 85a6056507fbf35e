"""How wrong one must be: against the closed form of one milestone."""

from __future__ import annotations

import pytest
import yaml

from sim.batch.executors import workers_for
from sim.batch.running import run as play
from sim.cli.whatif import _target_and_goal
from sim.errors import UsageError
from sim.report.telling.flips import flip_lines
from sim.results.run import open_run
from sim.scenario.loading import load_resolved
from sim.studies.flips import MovedChance, _Search, flips, seen_with
from sim.studies.intervals import IntervalEstimate
from sim.studies.outcomes import outcome_of
from sim.studies.sliders import DEGREES, Slider, sliders_of
from sim.studies.whatif import plan_with, worlds_of

TEXT = """
scenario: flip
start: 2026-01-01
end: 2026-12-31
facts:
  mandate: {kind: milestone, probability: 60%, after: {mean: 60 days}}
  idle: {kind: milestone, probability: 50%, after: {mean: 60 days}}
contributors:
  a: {commits_when: mandate, contingents: {u: {role: infantry, troops: 100, prepares_for: {mean: 30 days}}}}
targets: {t: {troops: 100, by: 2026-12-31}}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flip")
    (folder / "f.yaml").write_text(TEXT)
    play(load_resolved(folder / "f.yaml"), replications=500, seed=0, folder=folder / "run")
    run = open_run(folder / "run")
    worlds = worlds_of(run, workers_for(1))
    sliders = list(sliders_of(load_resolved(folder / "f.yaml")))
    return worlds, flips(worlds, outcome_of(run, "t", None, None), 0.5, sliders)


def test_the_probability_that_halves_the_chance_is_that_of_the_formula(found):
    """The chance is p times what both delays leave, so it falls with p: by the share that it has to fall."""
    _, result = found
    flip = next(each for each in result.flips if each.slider.path == "facts.mandate.probability")
    assert flip.degree is not None and flip.degree < 0
    came = result.now.chance.value / 0.6  # of those with a yes, in the worlds at hand
    assert float(flip.value) == pytest.approx(0.5 / came, abs=0.06)
    assert flip.seen.chance.value == pytest.approx(0.5, abs=0.01)


def test_what_does_not_matter_does_not_flip(found):
    _, result = found
    idle = [each for each in result.flips if "idle" in each.slider.path]
    assert all(each.degree is None or abs(each.degree) > 2 for each in idle)


def test_the_joint_move_is_no_longer_than_the_smallest_single_one(found):
    worlds, result = found
    assert result.joint is not None
    single = min(abs(each.degree) for each in result.flips if each.degree is not None)
    assert result.joint.length <= single + 0.1
    again = seen_with(
        worlds, result.outcome, [slider.setting(degree) for slider, degree in result.joint.degrees.items()]
    )
    assert again is not None and again.chance.value == pytest.approx(0.5, abs=0.01)


def test_the_smallest_moves_come_first(found):
    worlds, result = found
    sliders = tuple(sliders_of(load_resolved(worlds.run.folder / "scenario.yaml")))
    near = flips(worlds, result.outcome, result.now.chance.value - 0.02, sliders)
    moves = [abs(each.degree) for each in near.flips if each.degree is not None]
    assert len(moves) >= 2 and moves == sorted(moves) and moves[0] < moves[-1]
    missing = [each.degree is None for each in near.flips]
    assert missing == sorted(missing)


@pytest.mark.parametrize(
    ("now", "slope", "reached"), [(0.4, 0.04, 2.5), (0.6, -0.04, 2.5), (0.48, 0.01, 2.0)]
)
def test_a_search_ends_where_the_goal_is_reached(now, slope, reached):
    def seen(degree):
        return MovedChance(IntervalEstimate(now + slope * degree, 0.0, 1.0), 300.0)

    search = _Search(0.5, seen(0))
    while search.asks is not None:
        search.answer(seen(search.asks))
    assert search.high == pytest.approx(reached, abs=0.02) and search.high >= reached
    assert search.last.chance.value == pytest.approx(0.5, abs=0.001)


def test_a_search_that_does_not_get_there_says_how_far_it_went():
    held = {1: 0.41, 2: 0.42, 3: 0.43}
    search = _Search(0.5, MovedChance(IntervalEstimate(0.4, 0.3, 0.5), 300.0))
    while search.asks is not None:
        known = held.get(round(search.asks))
        search.answer(None if known is None else MovedChance(IntervalEstimate(known, 0.0, 1.0), 250.0))
    assert search.high is None and search.low == 3 and search.last.chance.value == 0.43


def test_the_lines_say_each(found):
    text = "\n".join(flip_lines(found[1]))
    assert "What takes it to 50 %?" in text and "facts.mandate.probability: 60% → 0." in text
    assert "Or together" in text


def test_a_number_of_troops_stays_whole_however_it_is_moved():
    slider = Slider("contributors.a.contingents.u.troops", {"low": 20, "mode": 40, "high": 99})
    modes = [yaml.safe_load(slider.at(degree))["mode"] for degree in (-5, -1.37, 0, 0.5, 2, 5)]
    assert modes == [22, 35, 40, 45, 61, 93]


def test_every_degree_of_every_number_can_be_set(found):
    worlds, _ = found
    sliders = list(sliders_of(load_resolved(worlds.run.folder / "scenario.yaml")))
    assert {each.path for each in sliders} >= {"facts.mandate.probability", "facts.mandate.after"}
    for slider in sliders:
        for degree in (-DEGREES, -1, 0, 2, DEGREES):
            plan_with(worlds.run, [slider.setting(degree)])


@pytest.mark.parametrize("text", ["t", "t=", "=50%", "t=0", "t=100%", "t=many"])
def test_a_goal_that_is_none_is_refused(text):
    with pytest.raises(UsageError, match="--flip"):
        _target_and_goal(text)


def test_goals_are_read_as_shares_or_percentages():
    assert _target_and_goal("initial=50%") == ("initial", 0.5)
    assert _target_and_goal("initial=0.25") == ("initial", 0.25)
