"""No decision-maker reads a rule's code: over all shipped scenarios, in titles, causes, reasons and headlines."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from sim.plan.compilation import compile_plan
from sim.plan.drawn import drawn_quantities
from sim.rules.references import readings_in
from sim.scenario.loading import load
from sim.studies.sliders import sliders_of
from sim.studies.unlock import unlock
from sim.vocabulary import Cause
from sim.words.assumptions import assumption_words, number_words
from sim.words.causes import cause_label, cause_loss
from sim.words.departures import departure_reason
from sim.words.titles import titles_of
from tests.scenario.shipped import ROOT, shipped

FILES = sorted((ROOT / "scenarios").glob("*.yaml")) + sorted((ROOT / "scenarios").glob("*/*.yaml"))
CODE = re.compile(r"_|>=|<=|==|!=|\(|\)|\bself\b|\{")


def scenarios():
    for file in FILES:
        if file.name != "schema.yaml" and "scenario:" in file.read_text(encoding="utf-8"):
            yield pytest.param(file, id=file.stem)


def drawings(conditions):
    """Each way in which the readings of what is asked may fall."""
    return product(*(range(len(each.parts)) for each in readings_in(conditions.rule)))


@pytest.mark.long
@pytest.mark.parametrize("file", list(scenarios()))
def test_every_cause_and_reason_is_said_in_words(file: Path) -> None:
    scenario = shipped(file).scenario
    titles = titles_of(scenario)
    plan = compile_plan(scenario)
    for title in titles.values():
        assert "_" not in title
    causes = {
        cause
        for row in (*plan.contingents, *plan.training)
        for drawn in drawings(row.conditions)
        for cause in row.conditions.causes(tuple(False for _ in row.conditions.nodes), drawn)
    }
    causes |= {str(Cause("sector", name)) for name in scenario.theatre.sectors}
    causes |= {str(Cause("lift", name)) for name in scenario.theatre.lift}
    causes |= {
        str(Cause("approval", step.step))
        for state in scenario.contributors.values()
        for step in state.approvals
    }
    names = "".join(titles.values())
    for cause in causes:
        for said in (cause_label(cause, titles), cause_loss(cause, titles)):
            found = [mark for mark in CODE.findall(said) if mark not in names]
            assert not found, (cause, said)
    for contributor in scenario.contributors:
        said = departure_reason(scenario, titles, contributor, 1.0)
        assert not [mark for mark in CODE.findall(said) if mark not in names], said


def test_what_would_unlock_a_target_is_said_in_words_unless_code_is_asked_for() -> None:
    from sim.report.telling.unlocking import unlocking_lines

    scenario = load(ROOT / "scenarios" / "tutorial.yaml")
    found = unlock(scenario, 2000)
    words = "\n".join(unlocking_lines(scenario, found, 5))
    assert "“" in words and "_" not in words
    assert "_" in "\n".join(unlocking_lines(scenario, found, 5, code=True))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_number_that_is_drawn_or_moved_is_said_in_words(file: Path) -> None:
    resolved = shipped(file)
    drawn = [each.stream for each in drawn_quantities(compile_plan(resolved.scenario))]
    said = [number_words(resolved.scenario, name) for name in drawn]
    said += [assumption_words(resolved.scenario, each.path) for each in sliders_of(resolved)]
    for words in said:
        assert not re.search(r"_|\w\.\w|\bunnamed ", words), words
