"""The nearest world that makes it: planted causes are found, and playing it confirms them."""

from __future__ import annotations

import itertools

import pytest

from sim.batch.running import run as play
from sim.errors import UsageError
from sim.model.replication import replicate, replicate_otherwise
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.report.telling.nearest import nearest_lines
from sim.results.run import open_run
from sim.scenario.loading import load_resolved
from sim.studies.nearest import nearest
from sim.studies.outcomes import outcome_of

TEXT = """
scenario: near
start: 2026-01-01
end: 2026-12-31
facts:
  mandate: {kind: milestone, probability: 40%, after: {mean: 60 days}}
  talks: {kind: milestone, probability: 40%, after: {mean: 60 days}}
  calm: {kind: switch, initially: true, stays_on: {mean: 300 days}, stays_off: {mean: 200 days}}
  v: {kind: events, rate: 1 per month}
contributors:
  a:
    commits_when: mandate and talks
    approvals: [{step: parliament, takes: 10 days, probability: 60%}]
    contingents: {u: {role: infantry, troops: 100, prepares_for: 30 days}}
targets: {t: {troops: 100, by: 2026-07-31}}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("near")
    (folder / "n.yaml").write_text(TEXT)
    play(load_resolved(folder / "n.yaml"), replications=60, seed=0, folder=folder / "run")
    return open_run(folder / "run")


def missing(run):
    outcome = outcome_of(run, "t", None, None)
    return run.numbers[outcome.places[~outcome.holds]].tolist()


def test_the_sets_are_those_that_its_causes_ask_for(run):
    """Who lacks the mandate, the talks or the vote needs exactly those, and nothing else."""
    plan, draws = compile_plan(run.scenario), Draws(0, 0, 60)
    sizes = set()
    for number in missing(run)[:12]:
        logs = replicate(plan, draws, number)
        (found,) = nearest(run, run.scenario.targets["t"], number).sets
        things = {each.thing for each in found}
        sizes.add(len(things))
        came = {row[2] for row in logs.signals if row[3] == 1}
        assert (
            {"mandate", "talks"} - came
            <= things
            <= {"mandate", "talks", "contributor.a.approval.parliament.outcome"}
        )
        assert "calm" not in things and "v" not in things
    assert len(sizes) > 1


def test_what_it_finds_makes_it_and_nothing_less_does(run):
    number = missing(run)[0]
    target = run.scenario.targets["t"]
    found = nearest(run, target, number)
    assert found.smallest and found.level < 100 <= min(found.levels)
    assert found.after is not None
    arrived = [row for row in found.after.transitions if row[5] == "deployed"]
    assert sum(row[6] for row in arrived) == 100
    assert found.before == replicate(compile_plan(run.scenario), Draws(0, number, 1), number)


def test_a_world_played_otherwise_with_the_same_plan_is_the_same(run):
    plan = compile_plan(run.scenario)
    for number in itertools.islice(run.numbers.tolist(), 5):
        draws = Draws(0, number, 1)
        assert replicate_otherwise(plan, plan, draws, number) == replicate(plan, draws, number)


def test_a_world_that_made_it_is_refused(run):
    made = next(number for number in run.numbers.tolist() if number not in missing(run))
    with pytest.raises(UsageError, match="made it"):
        nearest(run, run.scenario.targets["t"], made)


def test_what_no_fact_or_decision_would_have_mended_is_said(run):
    target = run.scenario.targets["t"].model_copy(update={"troops": 500})
    found = nearest(run, target, missing(run)[0])
    assert found.sets == () and "hangs on numbers or time" in "\n".join(nearest_lines(run, target, found))


def test_the_difference_of_the_accounts_is_told(run):
    target = run.scenario.targets["t"]
    found = nearest(run, target, missing(run)[0])
    text = "\n".join(nearest_lines(run, target, found))
    assert "would have made it with" in text
    assert any(line.startswith("+ ") and "served in the theatre" in line for line in text.splitlines())
