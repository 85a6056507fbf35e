"""The nearest world that makes it: planted causes are found, and playing it confirms them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.batch.running import run as play
from sim.errors import UsageError
from sim.model.replication import replicate, replicate_otherwise
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.report.telling.nearest import nearest_lines
from sim.results.run import open_run
from sim.scenario.loading import load_resolved, resolve_text
from sim.studies.nearest import Nearest, Otherwise, changes_of, nearest
from sim.studies.outcomes import outcome_of
from sim.words.titles import titles_of

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


def test_what_could_have_been_otherwise_is_said():
    """Of each fact, answer, decision and pledge of the scenario of which all is told, in words and by name."""
    text = (Path(__file__).parents[1] / "report" / "told.yaml").read_text(encoding="utf-8")
    scenario = resolve_text(text, "told").scenario
    assert [
        (each.said, each.milder.said if each.milder else "")
        for each in changes_of(compile_plan(scenario), titles_of(scenario))
    ] == [
        ("“Lull” holds and does not end", ""),
        ("“Lull” does not hold and does not begin", ""),
        ("“Mandate clear” comes as soon as it is asked for", "“Mandate clear” comes"),
        ("no “Raids” from then on", ""),
        ("“The truce” holds and does not end", ""),
        ("“The truce” does not hold and does not begin", ""),
        ("“The vote” comes as soon as it is asked for", "“The vote” comes"),
        ("“Works” takes a day", ""),
        (
            "The host consents to Alpha Republic as soon as it is asked for",
            "The host consents to Alpha Republic",
        ),
        ("“Push” comes as soon as it is asked for", "“Push” comes"),
        ("Parliament of Alpha Republic approves", ""),
        ("President of Alpha Republic approves", ""),
        ("Alpha Republic delivers all that it pledged", ""),
    ]
    target = scenario.targets["police"]
    change = Otherwise("works", "“Works” takes a day", lambda plan: plan)
    found = Nearest(
        5, 17, ((change, change),) * 7, (3001, 3002, 3003, 3004, 3005, 3006, 3007), False, 40, None, None
    )
    run = SimpleNamespace(scenario=scenario, manifest={"seed": 0})
    assert [*nearest_lines(run, target, found)] == [
        "Replication 5 missed 3,000 police on 31 December 2026: it had 17.",
        "It would have made it with 2 changes together. Perhaps a smaller set would do.",
        *(f"  - if “Works” takes a day and “Works” takes a day: 3,00{n}" for n in (1, 2, 3, 4, 5)),
        "  and 2 other sets of that size",
    ]
    assert [*nearest_lines(run, target, replace(found, sets=(), cut=True))][1] == (
        "The time given was up before it was known whether its facts and decisions could have made it."
    )
