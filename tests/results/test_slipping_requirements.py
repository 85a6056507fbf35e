"""Requirements whose day slips: each world needs its troops from the day on which it came."""

from __future__ import annotations

import math

import numpy as np
import pytest

import sim
from sim.durations import DAY
from sim.errors import ScenarioError
from sim.report.telling.explanation import explanation
from sim.results.coverage import coverage, fulfilment
from sim.results.requirements import due_seconds, requirement_lines
from sim.scenario.loading import resolve_text
from sim.studies.views import with_requirements
from tests.results.handmade import journey, scenario_of, write_run

MEAN, PLANNED, THERE, DAYS = 20, 30, 45, 91
TEXT = """
scenario: a vote that slips
start: 2026-01-01
end: 2026-04-01
{more}
contributors:
  a: {{contingents: {{u: {{troops: 100, role: infantry, prepares_for: 45 days}}}}}}
requirements:
  - {{name: Guard the vote, task: patrol, troops: 100, by: {{planned: 2026-01-31, slips: {slips}}}, critical: true}}
  - {{task: build, troops: 10, by: 2026-02-01}}
"""
WORLDS = 1_500


def played(folder, more="", slips="{mean: 20 days}", worlds=WORLDS):
    whole = resolve_text(TEXT.format(more=more, slips=slips), "x.yaml")
    return sim.run(whole, worlds, seed=0, out=folder)


def off(chance, count):
    return 4 * math.sqrt(chance * (1 - chance) / count)


def test_the_share_of_worlds_in_which_it_is_due_and_met(tmp_path):
    """Planned for day 30, exponential slip of mean 20; the troops come on day 45, the run has 91 days."""
    run = played(tmp_path)
    (guard,) = [row for row in coverage(run).shortfall.itertuples() if row.line == "Guard the vote"]
    (line,) = [row for row in coverage(run).lines.itertuples() if row.line == "Guard the vote"]
    due = 1 - math.exp(-(DAYS - PLANNED) / MEAN)
    met = (math.exp(-(THERE - PLANNED) / MEAN) - math.exp(-(DAYS - PLANNED) / MEAN)) / due
    assert line.applies == pytest.approx(due, abs=off(due, WORLDS))
    assert guard.by_met == pytest.approx(met, abs=off(met, WORLDS * due))
    assert guard.end_met == 1
    assert line.by.isoformat().startswith("2026-01-31")
    found = fulfilment(run)
    (row,) = [number for number, each in enumerate(found.lines) if each.name == "Guard the vote"]
    seconds = due_seconds(run, found.lines)[row]
    assert ((seconds + 1) % DAY == 0)[found.wanted[row]].all()
    spent = DAYS * DAY - np.maximum(seconds, THERE * DAY)
    assert found.filled[row][found.wanted[row]].tolist() == (100 * spent)[found.wanted[row]].tolist()
    assert (
        found.needed[row][found.wanted[row]].tolist()
        == (100 * (DAYS * DAY - seconds))[found.wanted[row]].tolist()
    )


def test_what_had_not_come_by_as_of_goes_on_given_its_age(tmp_path):
    """Uniform on 0 to 40 days after day 30, not come by day 50: from there on uniform on 50 to 70."""
    run = played(tmp_path, "as_of: 2026-02-20", "{low: 0 days, high: 40 days}", 400)
    (guard, *_) = due_seconds(run, requirement_lines(run.scenario))
    days = (guard + 1) / DAY - 1
    assert days.min() >= 50 and days.max() <= 70
    assert (days < 60).mean() == pytest.approx(0.5, abs=off(0.5, 400))


def test_what_history_says_came_is_due_from_that_day_in_every_world(tmp_path):
    came = "as_of: 2026-02-20\nhistory: [{date: 2026-02-10, came: requirements.guard_the_vote.by}]"
    run = played(tmp_path, came, worlds=5)
    (guard, *_) = due_seconds(run, requirement_lines(run.scenario))
    assert set(guard.tolist()) == {41 * DAY - 1}


def test_its_when_is_asked_on_the_day_that_came(tmp_path):
    """Skipped from day 5 on; it comes on day 3, on day 6, or not within the run."""
    line = {
        "task": "patrol",
        "troops": 10,
        "by": {"planned": "2026-01-02", "slips": "1 days"},
        "when": "not skipped",
    }
    worlds = [journey("a", "one", 10, (0, 10, "pledged", "deployed")) for _ in range(3)]
    for world, day in zip(worlds, (3, 6, None), strict=True):
        world.signals.append((5 * DAY, 1, "skipped", 1.0))
        if day is not None:
            world.signals.append((day * DAY + 7, 2, "requirement_patrol_is_due", 1.0))
    facts = {"skipped": {"kind": "milestone"}}
    run = write_run(tmp_path, scenario_of({("a", "one"): {}}, facts=facts, requirements=[line]), worlds)
    assert fulfilment(run).wanted.tolist() == [[True, False, False]]
    assert [row.tolist() for row in fulfilment(run).needed] == [[10 * (6 * DAY + 1), 0, 0]]


def test_another_statement_s_date_did_not_slip_here(tmp_path):
    mine = scenario_of({("a", "one"): {}}, requirements=[{"task": "patrol", "troops": 1, "by": "2026-01-04"}])
    other = scenario_of(
        {("a", "one"): {}},
        requirements=[{"task": "patrol", "troops": 1, "by": {"planned": "2026-01-03", "slips": "1 days"}}],
    )
    run = with_requirements(write_run(tmp_path, mine, [journey("a", "one", 1)]), other.requirements)
    assert due_seconds(run, requirement_lines(run.scenario)).tolist() == [[3 * DAY - 1]]


def test_it_is_explained():
    whole = resolve_text(TEXT.format(more="", slips="{mean: 20 days}"), "x.yaml").scenario
    said = "\n".join(explanation(whole, 0))
    assert "What is required from a day that slips" in said
    assert "100 from 31 Jan 2026 as planned, slips" in " ".join(said.split())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{task: patrol, troops: 1, by: {planned: 2027-01-31, slips: 5 days}}", "lies outside the scenario"),
        (
            "{task: patrol, troops: 1, by: {planned: 2026-02-31, slips: 5 days}}",
            "is not a day of the calendar",
        ),
        (
            "{task: patrol, troops: 1, by: {planned: 2026-02-01}}",
            "a date that slips cannot be read from {planned}",
        ),
        (
            "{name: guard-the-vote, task: x, troops: 1, by: {planned: 2026-02-01, slips: 5 days}}",
            "two requirements whose day slips are called guard_the_vote",
        ),
    ],
)
def test_what_is_wrong_says_what_to_write(line, said):
    with pytest.raises(ScenarioError) as error:
        resolve_text(TEXT.format(more="", slips="5 days") + f"  - {line}\n", "x.yaml")
    assert said in str(error.value)
