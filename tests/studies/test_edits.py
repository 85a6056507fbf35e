"""Many edits compiled together change what each changes alone; an edit that the notes do not hold is refused."""

from __future__ import annotations

import pytest

from sim.batch.executors import workers_for
from sim.batch.running import run as play
from sim.plan.changed_laws import changed_laws
from sim.results.run import open_run
from sim.scenario.loading import load_resolved
from sim.studies import edits as module
from sim.studies.edits import Edits
from sim.studies.sliders import Slider, sliders_of
from sim.studies.weights import CannotWeighError
from sim.studies.whatif import plan_with, whatif, worlds_of

TEXT = """
scenario: edited
start: 2026-01-01
end: 2026-10-31
uncertain: {tempo: {median: 1, p90: 2}}
defaults: {contingents: {never_arrives: 5%}}
facts:
  mandate: {kind: milestone, probability: {low: 20%, mode: 60%, high: 90%}, after: {mean: 40 days}}
  calm: {kind: switch, initially: true, stays_on: {mean: 60 days}, stays_off: {median: 10 days, p90: 40 days}}
  v: {kind: events, rate: 3 per month, bursts: 1.5}
  talks:
    kind: milestone
    probability: 50%
    after: {mean: 60 days}
    rate_multiplier: [{when: calm, times: 2}]
contributors:
  a:
    commits_when: mandate and talks
    contingents:
      u: {role: infantry, troops: {low: 500, mode: 900, high: 1500}, prepares_for: {median: 40 days, p90: 90 days, times: tempo}}
      w: {role: infantry, troops: 100, prepares_for: {mean: 20 days}}
costs: {unit: USD, soldier_month: {low: 1000, mode: 2000, high: 4000}}
targets: {t: {troops: 700, by: 2026-09-30}}
"""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edited")
    (folder / "e.yaml").write_text(TEXT)
    play(load_resolved(folder / "e.yaml"), replications=220, seed=0, folder=folder / "run")
    return worlds_of(open_run(folder / "run"), workers_for(1))


@pytest.fixture(scope="module")
def sliders(worlds):
    return tuple(sliders_of(load_resolved(worlds.run.folder / "scenario.yaml")))


@pytest.mark.long
@pytest.mark.parametrize("degree", [-5, 0.37, 3])
def test_each_edit_changes_what_it_changes_alone(worlds, sliders, degree):
    found = Edits(worlds, sliders).changes(dict.fromkeys(sliders, degree))
    assert len(found) == len(sliders) > 8
    for slider in sliders:
        alone = changed_laws(worlds.plan, plan_with(worlds.run, [slider.setting(degree)]))
        assert found[slider] == alone, slider.path


def test_few_plans_are_compiled_for_many_edits(worlds, sliders, monkeypatch):
    compiled = []
    monkeypatch.setattr(module, "plan_with", lambda *given: compiled.append(given) or plan_with(*given))
    edits = Edits(worlds, sliders)
    known = len(edits.streams)
    compiled.clear()
    edits.changes(dict.fromkeys(sliders, 1.0))
    assert known > 8 and len(compiled) == 1 + len(sliders) - known


def test_two_edits_of_one_law_are_told_apart(worlds):
    whole = Slider("facts.mandate.probability", {"low": "20%", "mode": "60%", "high": "90%"})
    part = Slider("facts.mandate.probability.mode", "60%")
    others = (Slider("facts.talks.probability", "50%"), Slider("facts.mandate.after", {"mean": "40 days"}))
    edits = Edits(worlds, (whole, part, *others))
    assert not {whole, part} & set(edits.streams), "neither of the two has the law for itself"
    assert others[0] in edits.streams
    found = edits.changes(dict.fromkeys(edits.sliders, 2.0))
    for slider in (whole, *others):
        assert found[slider] == changed_laws(worlds.plan, plan_with(worlds.run, [slider.setting(2.0)]))


def test_an_edit_that_is_refused_leaves_the_others(worlds):
    wrong = Slider("facts.none.probability", "50%")
    right = Slider("facts.talks.probability", "50%")
    assert set(Edits(worlds, (wrong, right)).changes({wrong: 1.0, right: 1.0})) == {right}


def test_a_delay_played_without_memory_is_given_none(worlds):
    with pytest.raises(CannotWeighError, match="without memory"):
        whatif(worlds, ["facts.talks.after={median: 50 days, p90: 90 days}"])
    assert whatif(worlds, ["facts.talks.after={mean: 62 days}"]).effective > 200
