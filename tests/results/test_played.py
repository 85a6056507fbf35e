"""A run that is kept nowhere answers as the stored one does."""

from __future__ import annotations

import numpy as np
import pytest

from sim.batch.running import run as play
from sim.batch.simulation import Simulation, standard_model
from sim.batch.spans import Span
from sim.errors import UsageError
from sim.results.levels import daily_levels
from sim.results.played import played_run, run_in_memory
from sim.results.run import open_run
from sim.results.summary import summary_text
from sim.scenario.loading import load_resolved, resolve_text
from sim.studies.trials import Trials

TUTORIAL = load_resolved("scenarios/tutorial.yaml")


def simulation_of(scenario, seed=3):
    model = standard_model()
    return Simulation.of(model, model.compile(scenario), seed)


@pytest.mark.parametrize("worlds", [1, 20, 21, 260])
def test_every_number_is_that_of_the_stored_run(tmp_path, worlds):
    play(TUTORIAL, replications=worlds, seed=3, folder=tmp_path / "run")
    stored = open_run(tmp_path / "run")
    passing = played_run(TUTORIAL.scenario, simulation_of(TUTORIAL.scenario), worlds)
    assert passing.numbers.tolist() == stored.numbers.tolist() == list(range(worlds))
    assert summary_text(passing) == summary_text(stored)


def test_of_a_span_only_the_worlds_that_were_played_count():
    simulation = simulation_of(TUTORIAL.scenario)
    whole, end = played_run(TUTORIAL.scenario, simulation, 20), TUTORIAL.scenario.end
    parts = [simulation(Span(2, 3)), simulation(Span(10, 4))]
    some = run_in_memory(TUTORIAL.scenario, simulation.seed, [(Span(0, 20), parts)])
    assert some.numbers.tolist() == [2, 3, 4, 10, 11, 12, 13]
    assert daily_levels(some).on(end).tolist() == daily_levels(whole).on(end)[some.numbers].tolist()
    nobody = run_in_memory(TUTORIAL.scenario, simulation.seed, [])
    assert nobody.replications == 0


class Failing:
    """A simulation of which some replications fail."""

    def __init__(self, inner, fails):
        self.inner, self.fails, self.seed = inner, fails, inner.seed

    def __call__(self, span):
        from dataclasses import replace

        from sim.engines.engine import Failure

        played = self.inner(span)
        failed = [n for n in range(span.first, span.end) if n in self.fails]
        logs = {
            name: type(log)(
                log.replication[kept],
                tuple(column[kept] for column in log.arrays),
                log.words,
            )
            for name, log in played.logs.items()
            if (kept := ~np.isin(log.replication, failed)) is not None
        }
        return replace(played, logs=logs, failures=tuple(Failure(n, f"broke in {n}", "") for n in failed))


def test_those_that_fail_are_left_out():
    simulation = Failing(simulation_of(TUTORIAL.scenario), {0, 19, 20, 40})
    run = played_run(TUTORIAL.scenario, simulation, 45)
    assert run.replications == 41 and {0, 19, 20, 40}.isdisjoint(run.numbers.tolist())
    assert run.manifest["failed"] == [0, 19, 20, 40]


@pytest.mark.parametrize("worlds", [5, 20, 300])
def test_where_all_of_the_first_fail_it_stops_and_says_why(worlds):
    simulation = Failing(simulation_of(TUTORIAL.scenario), set(range(20)))
    first = min(worlds, 20)
    with pytest.raises(UsageError, match=f"each of its first {first} replications fails: broke in 0"):
        played_run(TUTORIAL.scenario, simulation, worlds)


def test_a_trial_answers_as_a_run_that_is_stored(tmp_path):
    from sim.studies.measures import Measuring
    from sim.studies.questions import questions_of

    settings = {"facts.mandate_clear.probability": "0.3"}
    resolved = resolve_text(TUTORIAL.text, "t", settings)
    play(resolved, replications=30, seed=1, folder=tmp_path / "run")
    run = open_run(tmp_path / "run")
    wanted = Measuring(run).answers(questions_of(run.scenario, brief=True))
    found = Trials(TUTORIAL.text, "t", 30, 1)(settings)
    assert found.numbers.tolist() == list(range(30)) and found.answers.keys() == wanted.keys()
    for key, sample in wanted.items():
        np.testing.assert_array_equal(found.answers[key].values, sample.values)
