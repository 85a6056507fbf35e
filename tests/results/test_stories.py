"""The first worlds of a stored run are those that would be played again."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest

from sim.batch.running import run as play
from sim.results.run import open_run
from sim.results.stories import first_worlds
from sim.scenario.loading import load_resolved
from sim.studies import overdue as study
from sim.studies.overdue import overdue

TEXT = """
scenario: late
start: 2026-01-01
end: 2026-12-31
as_of: 2026-06-01
facts:
  mandate: {kind: milestone, probability: 90%, after: {mean: 20 days}}
  v: {kind: events, rate: 3 per month}
contributors:
  a: {commits_when: mandate, contingents: {u: {role: infantry, troops: 100, prepares_for: {mean: 40 days}}}}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("late")
    (folder / "s.yaml").write_text(TEXT)
    play(load_resolved(folder / "s.yaml"), replications=260, seed=0, folder=folder / "run")
    return open_run(folder / "run")


def test_stored_worlds_are_those_that_would_be_played(run):
    from sim.engines.choice import chosen_engine
    from sim.engines.spans import Span
    from sim.plan.compilation import compile_plan

    stored = first_worlds(run, 255, 0)
    assert stored is not None and len(stored) == 255
    played = list(chosen_engine().worlds(compile_plan(run.scenario), 0, Span(0, 255)))
    assert any(logs.transitions for logs in stored)
    for one, other in zip(stored, played, strict=True):
        assert (one.transitions, one.signals) == (other.transitions, other.signals)


def test_a_run_that_does_not_hold_them_says_so(run):
    assert first_worlds(run, 261, 0) is None
    assert first_worlds(run, 10, 1) is None


def test_what_is_overdue_is_the_same_with_half_the_playing(run, monkeypatch):
    without, played = overdue(run.scenario, 40), []
    assert {each.kind for each in without} >= {"fact", "count"}
    once = study._played
    monkeypatch.setattr(study, "_played", lambda *given: played.append(given) or once(*given))
    assert overdue(run.scenario, 40, run=run) == without
    assert len(played) == 1


def test_what_is_overdue_is_the_same_if_the_known_time_is_played_alone_first(run, monkeypatch):
    at_once, played = overdue(run.scenario, 40, run=run), []
    once = study._played
    monkeypatch.setattr(study, "_played", lambda plan, *given: played.append(plan.ends) or once(plan, *given))
    monkeypatch.setattr(study, "_SHORT", 0)
    assert overdue(run.scenario, 40, run=run) == at_once
    assert len(played) == 2
    monkeypatch.setattr(study, "MOST_WORLDS", 1.0)
    assert overdue(run.scenario, 40, run=run) == ()
    assert played[2:] == played[:1]  # and nothing but that


@pytest.mark.parametrize(
    "happens", ["", "1", "0", "10" * 4, "1" * 5 + "0" * 5, "1" * 6 + "0" * 4, "0" * 4 + "1" * 6, "0" * 5]
)
def test_no_more_worlds_are_played_than_say_whether_anything_is_likely(run, happens):
    key = ("fact", "a", None)
    worlds = iter(
        [SimpleNamespace(early=Counter([key] if each == "1" else [])) for each in f"{happens:0<10}"]
    )
    assert study._is_any_likely(run.scenario, worlds, 10) == (happens.count("1") > 5)
    left = len(list(worlds))
    assert left == {"": 5, "1" * 6 + "0" * 4: 4, "0" * 5: 5}.get(happens, left)


def test_a_fact_that_is_not_logged_is_played_again(run, tmp_path):
    (tmp_path / "s.yaml").write_text(
        TEXT.replace("after: {mean: 20 days}}", "after: {mean: 20 days}, log: false}")
    )
    resolved = load_resolved(tmp_path / "s.yaml")
    play(resolved, replications=40, seed=0, folder=tmp_path / "run")
    assert overdue(resolved.scenario, 40, run=open_run(tmp_path / "run")) == overdue(resolved.scenario, 40)
