"""The waterfall: parts that add up exactly, and say what changed."""

from __future__ import annotations

import datetime as dt
import itertools
from fractions import Fraction
from types import SimpleNamespace

import pytest

from sim.batch.executors import workers_for
from sim.batch.running import run as play
from sim.report.figures.waterfall import draw_waterfall
from sim.report.telling.why import why_lines
from sim.results.run import open_run
from sim.scenario.loading import load_resolved, resolve_text
from sim.scenario.scenario import Scenario
from sim.studies.diffs import Edit, edits_between, said, with_edits
from sim.studies.why import Asked, asked_of, why

TEXT = """
scenario: then
start: 2026-01-01
end: 2026-12-31
facts:
  mandate: {kind: milestone, probability: 60%, after: {mean: 60 days}}
  calm: {kind: switch, initially: true, stays_on: {mean: 200 days}, stays_off: {mean: 20 days}}
contributors:
  a: {commits_when: mandate, contingents: {u: {role: infantry, troops: 1000, prepares_for: {mean: 60 days}}}}
  b: {commits_when: calm for 30 days, contingents: {u: {role: infantry, troops: {low: 100, mode: 200, high: 400}}}}
targets: {t: {troops: 1000, by: 2026-09-30}}
"""
NEWS = """
history: [{date: 2026-01-20, fact: mandate, value: true}]
"""
LATER = (
    TEXT.replace("60%", "70%")
    .replace("calm for 30 days", "calm")
    .replace("scenario: then", "scenario: now\nas_of: 2026-02-01")
    + NEWS
)


def stored(folder, name, text, seed=0, worlds=60):
    (folder / f"{name}.yaml").write_text(text)
    play(load_resolved(folder / f"{name}.yaml"), replications=worlds, seed=seed, folder=folder / name)
    return open_run(folder / name)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("why")
    return stored(folder, "then", TEXT), stored(folder, "now", LATER), folder


def asked(run, target=True):
    by = run.scenario.targets["t"].by
    return Asked("chance of 1,000", run.scenario.targets["t"], by) if target else Asked("mean", None, by)


def found_between(then, now, folder, target=True, **more):
    return why(then, now, asked(now, target), out=folder / "between", workers=workers_for(1), **more)


@pytest.mark.long
@pytest.mark.parametrize("target", [True, False])
def test_the_parts_add_up_exactly(runs, target):
    then, now, folder = runs
    found = found_between(then, now, folder, target)
    assert found.then + sum((part.change for part in found.parts), Fraction(0)) == found.now
    kinds = [part.kind for part in found.parts]
    assert kinds == ["news", "record", "assumption", "assumption", "method", "chance"]
    assert found.parts[-1].change == found.parts[-2].change == 0  # the same worlds, the same version
    assert (found.orders, found.sampled) == (6, False)
    assert found.now != found.then


@pytest.mark.long
def test_a_part_is_the_mean_over_all_orders(runs):
    then, now, folder = runs
    found = found_between(then, now, folder)
    data = [load_resolved(run.folder / "scenario.yaml").data for run in (then, now)]
    edits = edits_between(*data)
    answers = {}

    def value(made):
        key = frozenset(edit.key for edit in made)
        if key not in answers:
            import yaml

            made = [edit for edit in edits if edit.key in key]
            resolved = resolve_text(yaml.safe_dump(with_edits(data[0], made)), "between")
            play(resolved, replications=60, seed=0, folder=folder / f"own{len(answers)}")
            answers[key] = asked(now).answer(open_run(folder / f"own{len(answers)}"))
        return answers[key]

    first, *rest = edits
    changes = dict.fromkeys((edit.key for edit in edits), Fraction(0))
    for others in itertools.permutations(rest):
        order = (first, *others)
        for place, edit in enumerate(order):
            changes[edit.key] += (value(order[: place + 1]) - value(order[:place])) / 6
    assert [part.change for part in found.parts[: len(edits)]] == [changes[edit.key] for edit in edits]


def test_equal_runs_have_no_parts_but_zeros(runs):
    then, _, folder = runs
    found = found_between(then, then, folder)
    assert [part.change for part in found.parts] == [0, 0]
    assert "nothing changed" in next(iter(why_lines(found)))


def test_other_worlds_are_chance(runs):
    then, _, folder = runs
    other = stored(folder, "other", TEXT, seed=1)
    found = found_between(then, other, folder, target=False)
    assert [part.kind for part in found.parts if part.change] == ["chance"]
    assert found.then + found.parts[-1].change == found.now


def test_fewer_worlds_may_be_played_and_it_still_adds_up(runs):
    then, now, folder = runs
    found = found_between(then, now, folder, replications=20)
    assert found.then + sum((part.change for part in found.parts), Fraction(0)) == found.now
    assert found.replications == 20


def test_all_edits_together_are_the_later_scenario(runs):
    then, now, _ = runs
    import yaml

    data = [load_resolved(run.folder / "scenario.yaml").data for run in (then, now)]
    text = yaml.safe_dump(with_edits(data[0], edits_between(*data)))
    joined = resolve_text(text, "joined").data
    assert {**joined, "scenario": ""} == {**data[1], "scenario": ""}


def test_table_and_figure_say_each_part(runs):
    then, now, folder = runs
    found = found_between(then, now, folder)
    text = "\n".join(why_lines(found))
    assert (
        "facts.mandate.probability: 60% → 70%" in text
        and "record of 2026-01-20: fact mandate, value True" in text
    )
    assert "all 6 orders" in text
    rows = found.table().to_numpy().tolist()
    assert rows[0] == ["then", "", float(found.then)] and rows[-1] == ["now", "", float(found.now)]
    assert [change for *_, change in rows[1:-1]] == [float(part.change) for part in found.parts]
    assert found.then != found.now
    assert "known until 2026-02-01 instead of the start, in silence" in text
    axes = draw_waterfall(found).axes[0]
    assert len(axes.patches) == len(found.parts) + 2
    last, now_bar = axes.patches[-2], axes.patches[-1]
    assert last.get_x() + last.get_width() == pytest.approx(now_bar.get_width())


WEEK = """
extends: then.yaml
scenario: a week later
as_of: 2026-02-01
sources: {agency: {title: An agency, publisher: The agency, date: 2026-01-30, grade: A}}
history:
  - {date: 2026-01-30, contributor: a, event: approved, step: vote, source: agency}
"""


def test_a_week_that_brings_its_own_sources_and_numbers_with_three_places(tmp_path):
    precise = TEXT.replace("{mean: 200 days}", "{median: 1.041 years, p90: 3.125 years}").replace(
        "prepares_for: {mean", "approvals: [{step: vote, takes: {mean: 20 days}}], prepares_for: {mean"
    )
    then = stored(tmp_path, "then", precise, worlds=30)
    now = stored(tmp_path, "now", WEEK, worlds=30)
    found = found_between(then, now, tmp_path)
    assert [part.kind for part in found.parts] == ["news", "record", "method", "chance"]
    assert found.then + sum(part.change for part in found.parts) == found.now


def test_edits_that_need_one_another_are_put_in_together(tmp_path):
    trained = TEXT.replace(
        "targets:",
        "trained_forces: {police: {force: police, recruits: 500, course: 60 days, trainees_per_trainer: 5, trained_by: engineers}}\ntargets:",
    ).replace("role: infantry, troops: 1000", "role: engineers, troops: 1000")
    other = (
        trained.replace("engineers", "medical")
        .replace("60%", "70%")
        .replace("scenario: then", "scenario: now")
    )
    then, now = stored(tmp_path, "then", trained, worlds=30), stored(tmp_path, "now", other, worlds=30)
    found = found_between(then, now, tmp_path)
    assert found.then + sum(part.change for part in found.parts) == found.now
    assert [part.said for part in found.parts if part.kind == "assumption"] == [
        "3 edits of facts, contributors, trained_forces, which need one another"
    ]
    moved = other.replace("targets: {t: {troops: 1000", "targets: {t: {role: medical, troops: 1000")
    now = stored(tmp_path, "aims", moved, worlds=30)
    found = found_between(then, now, tmp_path, target=False)
    assert found.then + sum(part.change for part in found.parts) == found.now


@pytest.mark.parametrize(
    ("key", "before", "after", "words"),
    [
        (("as_of",), "2026-01-01", "2026-02-01", "known until 2026-02-01 instead of 2026-01-01, in silence"),
        (("facts", "a", "probability"), "60%", "70%", "facts.a.probability: 60% → 70%"),
        (("facts", "a"), None, {"kind": "milestone"}, "facts.a: nothing → another block"),
        (
            ("facts", "a", "after"),
            {"mean": "60 days"},
            {"mean": "70 days"},
            "facts.a.after: {mean: 60 days} → {mean: 70 days}",
        ),
        (
            ("history", "+0"),
            None,
            {"date": "2026-01-20", "fact": "a", "source": "x"},
            "record of 2026-01-20: fact a",
        ),
        (
            ("history", "-0"),
            {"date": "2026-01-20", "fact": "a"},
            None,
            "taken back: record of 2026-01-20: fact a",
        ),
    ],
)
def test_an_edit_in_words(key, before, after, words):
    assert said(Edit(key, before, after)) == words


def test_news_move_first_then_records():
    now = {"as_of": "2026-02-01", "facts": {"a": 2}, "history": [{"date": "2026-01-20", "fact": "a"}]}
    edits = edits_between({"as_of": None, "facts": {"a": 1}, "history": []}, now)
    assert [edit.kind for edit in edits] == ["news", "record", "assumption"]


def test_the_chance_that_is_asked_of_says_which_troops_count():
    target = {"troops": 30, "by": "2026-03-31", "force": "police"}
    scenario = Scenario.model_validate(
        {"scenario": "s", "start": "2026-01-01", "end": "2026-12-31", "targets": {"p": target}}
    )
    run = SimpleNamespace(scenario=scenario)
    assert asked_of(run, "p", None).title == "chance of 30 police on 31 March 2026"
    assert asked_of(run, "p", dt.date(2026, 5, 1)).title == "chance of 30 police on 1 May 2026"
    assert asked_of(run, None, None).title == "mean force on 31 December 2026"
