from __future__ import annotations

import time
from concurrent.futures import BrokenExecutor, Executor, Future

import pytest

from sim.batch.playing import play
from sim.batch.simulation import Simulation
from sim.batch.spans import Span, blocks_of, split
from sim.batch.workers import Processes, Serial
from sim.errors import WorkerError
from tests.batch.fake import FAKE, Mortal, World


def task(**world):
    return Simulation.of(FAKE, World(**world), 0)


def test_a_killed_worker_costs_only_time(tmp_path):
    flag = tmp_path / "killed"
    parts = list(split(blocks_of(100), 10))
    played = list(play(Processes(2), task(kills_worker=str(flag)), parts))
    assert flag.exists()
    assert sorted(part.span for part in played) == parts


def test_workers_that_keep_dying_are_an_error_with_a_remedy(tmp_path):
    missing_folder = tmp_path / "missing" / "flag"
    with pytest.raises(FileNotFoundError):
        missing_folder.touch()

    class Dying(Executor):
        def submit(self, fn, /, *args, **kwargs):
            future = Future()
            future.set_exception(BrokenExecutor("gone"))
            return future

    class DyingWorkers:
        jobs = 2

        def open(self, task):
            return Dying(), task

    with pytest.raises(WorkerError, match="fewer --jobs"):
        list(play(DyingWorkers(), task(), [Span(0, 10)]))


@pytest.mark.parametrize("workers", [Mortal(2), pytest.param(Processes(2), marks=pytest.mark.slow)])
def test_a_replication_that_kills_every_worker_is_found_and_the_others_are_played(workers):
    parts = list(split(blocks_of(60), 30))
    played = sorted(play(workers, task(kills=(7, 8, 41)), parts), key=lambda part: part.span)
    assert [number for part in played for number in range(part.span.first, part.span.end)] == list(range(60))
    assert [failure.number for part in played for failure in part.failures] == [7, 8, 41]
    assert all("killed, or ran out of memory" in each.error for part in played for each in part.failures)


def test_when_workers_die_of_every_replication_that_is_an_error_with_a_remedy():
    with pytest.raises(WorkerError, match="fewer --jobs"):
        list(play(Mortal(1), task(kills=tuple(range(40))), [Span(0, 20)]))


def test_running_workers_are_stopped_at_once_when_the_caller_stops():
    long = (Span(first, 250) for first in range(250, 2500, 250))
    playing = play(Processes(2), task(pause=0.05), [Span(0, 1), *long])
    next(playing)
    began = time.monotonic()
    playing.close()
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("workers", [Serial(), Processes(2)])
def test_an_error_outside_of_any_replication_goes_to_the_caller(workers):
    broken = Simulation.of(FAKE, object(), "no seed")
    with pytest.raises(TypeError):
        list(play(workers, broken, [Span(0, "no count")]))


def test_only_a_few_parts_are_under_way_at_once():
    taken = []

    def parts():
        for part in split(blocks_of(1_000), 10):
            taken.append(part)
            yield part

    playing = play(Serial(), task(), parts())
    next(playing)
    assert len(taken) <= 2
    playing.close()
