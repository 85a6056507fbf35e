"""Which troops a filter counts is one rule for rules, targets, requirements, levels and tables."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

import sim
from sim.errors import ScenarioError
from sim.model.past import Past
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.results.arrivals import first_boots
from sim.results.levels import daily_levels
from sim.results.requirements import requirement_lines
from sim.results.run import Run
from sim.results.selection import Selection, counted_under, members
from sim.results.summary import summary_table
from sim.results.targets import target_table
from sim.rules.syntax import Force
from sim.scenario.loading import Resolved

FILTERED = """
scenario: target filter
start: 2026-01-01
end: 2026-12-31
contributors:
  jordan: {contingents: {trainers: {troops: 100, role: police_trainers, force: training}}}
  spain:  {contingents: {bn: {troops: 300, role: infantry, sector: north}, mp: {troops: 7, role: police, force: police, sector: north}}}
  echo:   {commits_when: deployed(jordan) >= 100, contingents: {bn: {troops: 1, role: infantry}}}
targets:
  jordan_there: {troops: 100, contributor: jordan, by: 2026-06-30}
  trainers_there: {troops: 100, role: police_trainers, by: 2026-06-30}
  when_jordan: {troops: 300, by: 2026-06-30, when: deployed(jordan) >= 100}
  military: {troops: 302, by: 2026-06-30}
  everybody: {troops: 408, force: any, by: 2026-06-30, when: deployed(force=any) == 408}
requirements:
  - {task: train, role: police_trainers, troops: 100, by: 2026-06-30}
  - {task: build, troops: 400, by: 2026-06-30}
  - {task: guard, force: any, troops: 400, by: 2026-06-30}
"""

BOOTS = """
scenario: boots
start: 2026-01-01
end: 2026-12-31
contributors:
  a: {commits_when: never, contingents: {battalion: {troops: 500, role: infantry}}}
  b: {contingents: {trainers: {troops: 10, role: police_trainers, force: training, sector: abroad}}}
theatre: {sectors: {abroad: {in_theatre: false}}}
"""


def _load(folder: Path, text: str) -> Resolved:
    path = folder / "filtered.yaml"
    path.write_text(text, encoding="utf-8")
    return sim.load(path)


def _past(run: Run) -> Past:
    return Past(run.scenario, replicate(compile_plan(run.scenario), Draws(0, 0, 1), 0))


@pytest.fixture
def filtered(tmp_path: Path) -> Run:
    """The scenario with trainers, police and infantry, run twice."""
    return sim.run(_load(tmp_path, FILTERED), replications=2, out=tmp_path, jobs=1)


def test_targets_by_contributor_and_role_count_every_force(filtered: Run) -> None:
    held = target_table(filtered).set_index("target")
    assert held["held_on"].to_dict() == {
        "jordan_there": 1.0,
        "trainers_there": 1.0,
        "when_jordan": 1.0,
        "military": 0.0,
        "everybody": 1.0,
    }
    assert held["applies"].eq(1.0).all()


def test_an_unfiltered_requirement_takes_the_military_and_any_everybody(filtered: Run) -> None:
    """The rule of targets holds for the statement of requirements as well."""
    bodies = members(filtered.scenario)
    served = {
        line.requirement.task: {body.contributor for body in bodies if line.admits(body)}
        for line in requirement_lines(filtered.scenario)
    }
    assert served == {"train": {"jordan"}, "build": {"spain", "echo"}, "guard": {"jordan", "spain", "echo"}}


def test_rules_and_levels_count_the_same_under_every_filter(filtered: Run) -> None:
    """`deployed(…)`, read from the logs, is the level under the same filters, whatever they are."""
    scenario = filtered.scenario
    past = _past(filtered)
    names = [
        (None, "jordan", "spain", "echo"),
        (None, "infantry", "police_trainers"),
        (None, "north"),
        (None, "any", "military", "police", "training"),
    ]
    seen = set()
    for contributor, role, sector, force in itertools.product(*names):
        signal = past.signal(Force("deployed", contributor, role, sector, force))
        wanted = counted_under(scenario, Selection(contributor, None, role, sector, force))
        level = daily_levels(filtered, wanted).on(scenario.end).tolist()
        assert level == [signal.at(360 * 86_400)] * 2, (contributor, role, sector, force)
        seen.add(level[0])
    assert seen == {0, 1, 7, 100, 300, 301, 307, 408}


def test_without_any_military_an_unfiltered_count_is_of_everybody(tmp_path: Path) -> None:
    text = FILTERED.replace("role: infantry", "role: infantry, force: gendarmes")
    run = sim.run(_load(tmp_path, text), replications=1, out=tmp_path, jobs=1)
    assert target_table(run).set_index("target").loc["military", "held_on"] == 1.0
    assert _past(run).signal(Force("deployed")).at(360 * 86_400) == 408


def test_trainers_abroad_are_no_first_boots_anywhere(tmp_path: Path) -> None:
    run = sim.run(_load(tmp_path, BOOTS), replications=2, out=tmp_path, jobs=1)
    assert first_boots(run)["chance"] == 0
    rows = summary_table(run).set_index("measure")["value"]
    assert rows["first_boots"] == 0


def test_no_force_is_named_any(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="'any' is what a filter writes for every force"):
        _load(tmp_path, BOOTS.replace("force: training", "force: any"))
