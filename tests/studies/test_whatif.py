"""Weighed against played: what the stored worlds say of an edit is what a run of the edit says."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, replace

import numpy as np
import pytest

from sim.batch.executors import workers_for
from sim.batch.running import run as play
from sim.results.levels import daily_levels
from sim.results.run import open_run
from sim.scenario.loading import load_resolved
from sim.studies.courses import courses_of, joined
from sim.studies.outcomes import outcome_of
from sim.studies.weights import CannotWeighError
from sim.studies.whatif import (
    answers_of,
    effective,
    headline,
    mean_of,
    median_of,
    quantile_weighed,
    share_of,
    whatif,
    worlds_of,
)
from tests.benchmarks.weighed_against_played import SCENARIOS, Compared, compared

TEXT = """
scenario: weighed
start: 2026-01-01
end: 2026-10-31
uncertain:
  tempo: {median: 1, p90: 2}
  goodwill: {median: 1, p90: 2}
facts:
  mandate: {kind: milestone, probability: {low: 20%, mode: 60%, high: 90%}, after: {mean: 40 days}}
  calm:
    kind: switch
    initially: true
    stays_on: {mean: 60 days}
    stays_off: {median: 10 days, p90: 40 days}
    rate_multiplier: [{when: mandate, ends: 0.5}]
  v: {kind: events, rate: 3 per month, bursts: 1.5, rate_multiplier: [{when: mandate, times: 0.5}]}
  talks: {kind: milestone, probability: 50%, after: {mean: 60 days}, reconsiders: 60 days, undone_when: not calm}
  dem: {kind: progress, duration: {median: 150 days, p90: 400 days}, when: mandate, steps: 5}
parties: {israel: {consent: {probability: {value: 70%, odds: goodwill}, after: {median: 30 days, p90: 60 days}}}}
contributors:
  a:
    commits_when: mandate and v in last 30 days <= 4 and calm
    approvals: [{step: parliament, takes: {median: 30 days, p90: 60 days}, probability: 70%}]
    contingents:
      u:
        role: infantry
        troops: {low: 500, mode: 900, high: 1500}
        prepares_for: {median: 40 days, p90: 90 days, times: tempo}
  b:
    commits_when: talks or dem >= 40%
    contingents: {u: {role: infantry, troops: 300, never_arrives: 20%, prepares_for: {mean: 20 days}}}
targets: {t: {troops: 700, by: 2026-09-30}}
"""
EDITS = [
    "facts.mandate.probability={low: 20%, mode: 50%, high: 90%}",
    "facts.mandate.after={mean: 55 days}",
    "facts.calm.stays_on={mean: 75 days}",
    "facts.calm.stays_off={median: 13 days, p90: 45 days}",
    "facts.v.rate=3.3 per month",
    "facts.v.bursts=1.6",
    "facts.talks.probability=35%",
    "facts.talks.after={mean: 80 days}",
    "facts.dem.duration={median: 170 days, p90: 400 days}",
    "parties.israel.consent.after={median: 40 days, p90: 80 days}",
    "contributors.a.approvals.0.probability=50%",
    "contributors.a.approvals.0.takes={median: 35 days, p90: 70 days}",
    "contributors.a.contingents.u.prepares_for={median: 50 days, p90: 100 days, times: tempo}",
    "contributors.a.contingents.u.troops={low: 500, mode: 1100, high: 1500}",
    "contributors.b.contingents.u.never_arrives=30%",
    "uncertain.tempo={median: 1.2, p90: 2}",
    "uncertain.goodwill={median: 0.8, p90: 2}",
]
WORLDS = 400


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weighed")
    (folder / "w.yaml").write_text(TEXT)
    return folder


def played(place, settings, seed, worlds=WORLDS):
    folder = place / f"run{abs(hash((*settings, seed)))}"
    play(load_resolved(place / "w.yaml", settings), replications=worlds, seed=seed, folder=folder)
    return open_run(folder)


@pytest.fixture(scope="module")
def worlds(place):
    return worlds_of(played(place, (), 0), workers_for(1))


def differences(weighed, run):
    """Weighed less played, in standard errors, for every chance and mean."""
    other = headline(tuple(answers_of(run, np.ones(run.replications))))
    for answer in weighed.answers:
        if answer.measure != "level_q50":
            its = other[answer.measure, answer.item, answer.date].as_run
            widths = [(each.high - each.low) / 2 / 1.96 for each in (answer.weighed, its)]
            yield (answer.weighed.value - its.value) / max(1e-9, math.hypot(*widths))


@pytest.mark.long
def test_several_kinds_of_number_at_once_are_weighed_as_they_are_played(place, worlds):
    edits = (EDITS[0], EDITS[1], EDITS[6], EDITS[11])
    found = whatif(worlds, edits)
    assert max(map(abs, differences(found, played(place, edits, 7)))) < 4
    assert found.effective < WORLDS


def test_the_same_numbers_weigh_each_world_alike(worlds):
    found = whatif(worlds, ["facts.v.bursts=1.5"])
    assert (found.weights == 1).all() and found.effective == WORLDS
    assert all(each.weighed == each.as_run for each in found.answers if each.measure == "level_q50")


@pytest.mark.parametrize("edit", EDITS)
def test_weights_have_the_mean_of_a_likelihood_ratio(worlds, edit):
    """Under the plan that was played a likelihood ratio has mean 1: its logs may not be off by a constant."""
    from sim.plan.changed_laws import changed_laws
    from sim.studies.weights import Weigher
    from sim.studies.whatif import plan_with

    weigher = Weigher(worlds.streams, changed_laws(worlds.plan, plan_with(worlds.run, [edit])))
    ratios = np.exp(weigher.log_ratios(worlds.courses))
    assert ratios.std() > 0
    assert abs(ratios.mean() - 1) < 4 * ratios.std(ddof=1) / math.sqrt(WORLDS)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        ("contributors.b.contingents.u.troops=310", "every stored world has 300"),
        ("contributors.a.contingents.u.troops={low: 500, mode: 900, high: 1600}", "in no stored world"),
        ("facts.mandate.probability=50%", "a number between"),
        ("facts.dem.steps=6", "more than the laws"),
        ("contributors.a.commits_when=mandate", "more than the laws"),
        ("facts.talks.reconsiders=61 days", "in no stored world"),
        ("facts.mandate.after={mean: 4 days}", "fewer than 200"),
    ],
)
def test_what_the_worlds_do_not_hold_is_refused_with_the_command_that_plays_it(worlds, edit, why):
    with pytest.raises(CannotWeighError, match=why) as raised:
        whatif(worlds, [edit])
    assert "isf run" in str(raised.value) and edit.split("=")[0] in str(raised.value)
    assert f" -n {WORLDS} --seed 0" in str(raised.value)


def test_certainties_leave_no_world_otherwise(tmp_path):
    text = TEXT.replace("probability: 70%}]", "probability: 100%}]").replace("bursts: 1.5, ", "")
    (tmp_path / "w.yaml").write_text(text)
    play(load_resolved(tmp_path / "w.yaml"), replications=20, seed=0, folder=tmp_path / "run")
    stored = worlds_of(open_run(tmp_path / "run"), workers_for(1))
    for edit in ("contributors.a.approvals.0.probability=90%", "facts.v.bursts=1.2"):
        with pytest.raises(CannotWeighError, match="otherwise"):
            whatif(stored, [edit])


def test_the_second_question_replays_nothing(worlds, monkeypatch):
    from sim.batch import following

    def refuse(*_, **__):
        raise AssertionError("replayed")

    monkeypatch.setattr(following, "performed", refuse)
    again = worlds_of(open_run(worlds.run.folder), workers_for(1))
    np.testing.assert_equal(asdict(again.courses), asdict(worlds.courses))


def test_a_damaged_file_of_paths_is_made_anew(worlds):
    files = sorted((worlds.run.folder / "paths").iterdir())
    kept = {file: file.read_bytes() for file in files}
    files[0].write_bytes(kept[files[0]][:-3])
    again = worlds_of(open_run(worlds.run.folder), workers_for(1))
    np.testing.assert_equal(asdict(again.courses), asdict(worlds.courses))
    assert {file: file.read_bytes() for file in files} == kept


def test_blocks_are_joined_to_what_all_paths_give(place):
    """Streams that only some blocks know, answers, delays whose rate changes, sizes, and places in the second block."""
    from sim.batch.following import Following
    from sim.batch.spans import Span
    from sim.plan.compilation import compile_plan

    plan = compile_plan(load_resolved(place / "w.yaml", ("as_of=2026-02-10",)).scenario)
    paths = list(Following(plan, 0)(Span(0, 40)).values())
    some = [replace(path, drawn={}, courses=[], answers=[]) for path in paths[:7]]
    for blocks in ([some, paths[7:30], paths[30:]], [paths], [[], paths, []]):
        found = joined([courses_of(block) for block in blocks])
        np.testing.assert_equal(
            asdict(found), asdict(courses_of([path for block in blocks for path in block]))
        )
    assert courses_of(paths).size > courses_of(paths[:20]).size > 0


def test_the_first_worlds_of_a_long_run_stand_for_all(worlds, monkeypatch):
    from sim.report.telling.whatif import spared_words
    from sim.studies import whatif as module

    monkeypatch.setattr(module, "FEWEST_FOLLOWED", 100)
    monkeypatch.setattr(module, "MOST_FOLLOWED", 300)
    some = worlds_of(open_run(worlds.run.folder), workers_for(1))
    assert (some.run.replications, some.courses.worlds, some.left, some.spared) == (250, 250, 0, 150)
    assert spared_words(some) == "the first 250 of 400 worlds stand for all"
    assert spared_words(worlds) == ""
    weights = whatif(some, [EDITS[4]]).weights
    np.testing.assert_allclose(weights / weights[0], (w := whatif(worlds, [EDITS[4]]).weights[:250]) / w[0])
    monkeypatch.setattr(module, "MOST_FOLLOWED", 400)
    assert worlds_of(open_run(worlds.run.folder), workers_for(1)).spared == 0
    monkeypatch.setattr(module, "_MOST_BYTES", some.courses.size)
    assert worlds_of(open_run(worlds.run.folder), workers_for(1)).spared == 150


def test_estimates_without_weights_are_those_of_a_sample():
    values = np.arange(100.0)
    same = np.ones(100)
    assert mean_of(values, same).value == pytest.approx(49.5)
    from sim.results.statistics import mean_interval, wilson

    assert (mean_of(values, same).low, mean_of(values, same).high) == pytest.approx(mean_interval(values))
    hits = (values < 30).astype(float)
    assert (share_of(hits, same).low, share_of(hits, same).high) == pytest.approx(wilson(30, 100))
    assert effective(np.array([1.0, 1.0, 0.0, 0.0])) == 2


def test_weights_count_by_their_ratio_alone():
    values = np.array([0.0, 100.0, 200.0, 400.0])
    weights = np.array([1.0, 2.0, 0.5, 0.25])
    expected = (2 * 100 + 0.5 * 200 + 0.25 * 400) / 3.75
    for scale in (1.0, 4 / 3.75, 10.0):
        found = mean_of(values, scale * weights)
        assert found.value == pytest.approx(expected) and found.low < expected < found.high
        assert share_of(values / 400 > 0.3, scale * weights).value == pytest.approx(0.75 / 3.75)
        assert median_of(values, scale * weights).value == 100
    assert mean_of(values, weights).high == pytest.approx(mean_of(values, 10 * weights).high)
    assert quantile_weighed(values, weights, 0.9) == 200 and quantile_weighed(values, weights, 0.95) == 400
    several = median_of(np.arange(100.0), np.linspace(0.5, 1.5, 100))
    assert several.low < several.value < several.high


def test_each_answer_is_weighed_beside_the_run_s_own(worlds):
    run, weights = worlds.run, np.where(np.arange(WORLDS) % 2, 1.75, 0.25)
    answers = headline(tuple(answers_of(run, weights)))
    held = outcome_of(run, "t", None, None).holds.astype(float)
    level = daily_levels(run).on_day(run.days - 1).astype(float)
    for key, values in (
        (("target_held", "t", "2026-09-30"), held),
        (("level_mean", "force", "2026-10-31"), level),
    ):
        answer = answers[key]
        assert answer.as_run.value == pytest.approx(values.mean())
        assert answer.weighed.value == pytest.approx(np.average(values, weights=weights))
        assert abs(answer.weighed.value - answer.as_run.value) > 1e-6


@pytest.mark.long
def test_what_is_known_by_now_counts_as_it_does_when_played(tmp_path):
    """Silence until `as_of` conditions delays and answers, and teaches about numbers that are uncertain."""
    (tmp_path / "w.yaml").write_text(TEXT.replace("end: 2026-10-31", "end: 2026-10-31\nas_of: 2026-02-10"))
    stored = worlds_of(played(tmp_path, (), 3), workers_for(1))
    edits = (EDITS[1], EDITS[9])
    found = whatif(stored, edits)
    assert 200 <= found.effective < WORLDS
    assert max(map(abs, differences(found, played(tmp_path, edits, 104)))) < 4


@pytest.mark.slow
def test_each_kind_of_number_is_weighed_as_it_is_played(place):
    """Joint 95 % intervals of the difference cover 0 in 93–97 % over 300 random edits of one to three numbers."""
    chance = np.random.default_rng(0)
    covered = asked = 0
    for number in range(300):
        if number % 20 == 0:  # other worlds now and then: differences to one stored run hang together
            stored = worlds_of(played(place, (), number, 600), workers_for(1))
        edits = tuple(EDITS[at] for at in sorted(chance.choice(len(EDITS), 1 + number % 3, replace=False)))
        try:
            found = whatif(stored, edits)
        except CannotWeighError:
            continue
        offs = [abs(off) for off in differences(found, played(place, edits, 1000 + number, 600))]
        asked += len(offs)
        covered += sum(off < 1.96 for off in offs)
    assert 0.93 <= covered / asked <= 0.97, (covered, asked)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "edits"), [("tutorial", 120), ("coalition", 120), ("isf-2025-11-19", 40)])
def test_each_number_of_a_shipped_scenario_is_weighed_as_it_is_played(tmp_path, name, edits):
    """As above, where each edit moves one or two of its numbers by a random degree."""
    found = compared(SCENARIOS / f"{name}.yaml", edits, tmp_path)
    print("\n".join((name, *found.lines())))
    assert found.holds, list(found.lines())


@pytest.mark.parametrize(("hits", "holds"), [(95, True), (80, False), (100, False)])
def test_the_judge_of_what_is_weighed_can_say_no(hits, holds):
    measured = [Counter(arrival=hits), Counter(arrival=hits)]
    found = Compared(measured, [Counter(arrival=100, level_q50=7)] * 2)
    assert found.total == 200 and found.holds == holds
