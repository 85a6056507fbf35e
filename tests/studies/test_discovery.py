"""Boxes: planted ones are found, none in noise, and their rules mean their worlds."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from sim.batch.running import run as play
from sim.errors import UsageError
from sim.report.telling.discovery import discovery_lines
from sim.results.arrivals import first_deployed
from sim.results.run import open_run
from sim.results.worlds import worlds_table
from sim.scenario.loading import load_resolved
from sim.studies.discovery import (
    Box,
    Condition,
    _by_values,
    boxes_of,
    conditions_of,
    denser_by_chance,
    discover,
    search,
)
from sim.studies.outcomes import outcome_of, outcome_where
from sim.studies.signposts import Chance
from sim.studies.world_sets import WorldSet, WorldSets

TEXT = """
scenario: boxes
start: 2026-01-01
end: 2026-12-31
facts:
  mandate: {kind: milestone, probability: 70%, after: {mean: 60 days}}
  talks: {kind: milestone, probability: 70%, after: {mean: 60 days}}
  idle: {kind: milestone, probability: 50%, after: {mean: 60 days}}
  calm: {kind: switch, initially: true, stays_on: {mean: 300 days}, stays_off: {mean: 20 days}}
contributors:
  a: {commits_when: mandate and talks, contingents: {u: {role: infantry, troops: 100, prepares_for: 30 days}}}
targets: {t: {troops: 100, by: 2026-07-31}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("boxes")
    (place / "b.yaml").write_text(TEXT)
    play(load_resolved(place / "b.yaml"), replications=600, seed=0, folder=place / "run")
    return place


@pytest.fixture(scope="module")
def found(folder):
    run = open_run(folder / "run")
    return discover(run, outcome_of(run, "t", None, None), misses=False)


def test_both_causes_together_are_found(found):
    box = found.boxes[0]
    assert {(each.thing, each.side) for each in box.conditions} == {
        ("first.mandate", True),
        ("first.talks", True),
    }
    assert box.density.value > 0.9 and box.coverage.value > 0.8
    assert min(box.stability) > 0.9


def test_the_rule_of_a_box_is_broken_in_exactly_its_worlds(folder, found):
    box = found.boxes[0]
    text = TEXT + f'never: ["{box.rule}"]\n'
    (folder / "held.yaml").write_text(text)
    outcome = play(load_resolved(folder / "held.yaml"), replications=600, seed=0, folder=folder / "held")
    (violation,) = outcome.violations
    assert violation.replications == int(box.holds().sum())


def test_the_sentence_says_the_box(found):
    text = "\n".join(discovery_lines(found))
    assert "“Mandate” has come" in text and "“Talks” has come" in text and 'never: "after 2026-' in text


def test_worlds_of_a_rule_have_their_causes_too(folder):
    run = open_run(folder / "run")
    outcome = outcome_where(run, "deployed(a) > 0 and after 2026-02-01", None)
    assert outcome.holds.sum() == (first_deployed(run) < float("inf")).sum()
    assert outcome.title.startswith("that on 31 December 2026 ")
    box = discover(run, outcome, misses=False).boxes[0]
    assert {each.thing for each in box.conditions} == {"first.mandate", "first.talks"}
    with pytest.raises(UsageError, match="no fact or definition 'peace'"):
        outcome_where(run, "peace", None)


def conditions_in(table):
    day = dt.date(2026, 1, 1)
    return [Condition(f"x{number}", True, "", "", day, WorldSet.of(row)) for number, row in enumerate(table)]


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_box_is_found(seed):
    chance = np.random.default_rng(seed)
    table = chance.random((30, 600)) < 0.5
    planted = table[3] & table[17]
    case = np.where(planted, chance.random(600) < 0.85, chance.random(600) < 0.1)
    (first, *_) = boxes_of(conditions_in(table), case, bootstraps=5)
    assert {each.thing for each in first.conditions} == {"x3", "x17"}
    inside = first.holds()
    assert (inside == planted).all()


def test_a_box_is_judged_by_what_it_holds_in_the_worlds_not_searched():
    """Odd worlds judge: of their 40 cases the box holds 30, in 50 worlds; of all 300 worlds judged 40 are cases."""
    inside = np.repeat([np.arange(300) < 50], 2, axis=0).T.ravel()
    case = np.repeat([(np.arange(300) < 30) | (np.arange(300) >= 290)], 2, axis=0).T.ravel()
    (box, *_) = boxes_of(conditions_in([inside, ~inside]), case, bootstraps=3)
    assert (box.coverage.hits, box.coverage.worlds) == (30, 40)
    assert (box.density.hits, box.density.worlds) == (30, 50)
    assert (box.base.hits, box.base.worlds) == (40, 300)
    assert box.stability == (1.0,) and (box.holds() == inside).all()


def test_a_box_is_decided_on_the_last_of_its_days():
    days = [dt.date(2026, 3, 31), dt.date(2026, 1, 31)]
    worlds = WorldSet.of(np.ones(1, dtype=bool))
    conditions = tuple(Condition(f"x{n}", True, "", f"r{n}", day, worlds) for n, day in enumerate(days))
    share = Chance(1, 2)
    assert Box(conditions, (), share, share, share, 0.0).rule == "after 2026-04-01 and r0 and r1"
    number = Condition("drawn.x", True, "", "", None, worlds)
    assert Box((*conditions, number), (), share, share, share, 0.0).rule == ""


def test_misses_and_hits_are_each_others_opposite(folder):
    run = open_run(folder / "run")
    outcome = outcome_of(run, "t", None, None)
    hits, misses = (discover(run, outcome, misses=wanted) for wanted in (False, True))
    assert hits.base.hits == int(outcome.holds.sum()) and misses.base.hits == int((~outcome.holds).sum())
    assert 0 < hits.base.hits != misses.base.hits and hits.base.hits + misses.base.hits == 600
    conditions = misses.boxes[0].conditions
    assert {each.thing for each in conditions} <= {"first.mandate", "first.talks"}
    assert not any(each.side for each in conditions)
    for box in (*hits.boxes, *misses.boxes):
        for each in box.conditions:
            came = worlds_table(run)[each.thing] <= pd.Timestamp(each.day)
            assert (each.worlds == (came if each.side else ~came)).all()
            assert (" not " in each.sentence) != each.side


def test_a_number_is_cut_at_a_value_that_occurs():
    values = np.array([1.0, 2.0, 2.0, 3.0, np.nan] * 4)
    found = {each.sentence: each.worlds.sum() for each in _by_values("q", "x", values)}
    assert found["x is at least 2"] == 12 and found["x is below 2"] == 4
    assert found["x is at least 3"] == 4 and found["x is below 3"] == 12
    assert "x is at least 1" not in found or found["x is at least 1"] == 16


def test_a_number_is_said_in_words(tmp_path):
    (tmp_path / "n.yaml").write_text(
        TEXT.replace("troops: 100, prep", "troops: {low: 50, mode: 90, high: 150}, prep")
    )
    play(load_resolved(tmp_path / "n.yaml"), replications=100, seed=0, folder=tmp_path / "run")
    run = open_run(tmp_path / "run")
    outcome = outcome_of(run, "t", None, None)
    drawn = [
        each
        for each in conditions_of(run, outcome, numbers=True, arrivals=False)
        if each.thing.startswith("drawn.")
    ]
    assert drawn and {each.thing for each in drawn} == {"drawn.contributor.a.u.troops"}
    assert all(each.sentence.startswith("A's number of troops is ") for each in drawn)


def test_noise_has_no_boxes():
    chance = np.random.default_rng(11)
    told = 0
    for _ in range(200):
        table = chance.random((40, 300)) < chance.random((40, 1))
        told += bool(list(boxes_of(conditions_in(table), chance.random(300) < 0.3, bootstraps=1)))
    assert told <= 10, "5 % of 200"


def test_nothing_is_searched_where_all_or_none_are_cases():
    table = WorldSets([WorldSet.of(row) for row in np.random.default_rng(0).random((5, 100)) < 0.5])
    assert search(table, np.zeros(100, dtype=bool)) == search(table, np.ones(100, dtype=bool)) == []


def test_the_chance_of_a_dense_box_is_the_hypergeometric_one():
    from scipy.stats import hypergeom

    for hits, size, cases, worlds in ((3, 5, 10, 40), (0, 5, 10, 40), (5, 5, 5, 40), (20, 30, 60, 150)):
        expected = hypergeom.sf(hits - 1, worlds, cases, size)
        assert denser_by_chance(hits, size, cases, worlds) == pytest.approx(expected, rel=1e-9)
