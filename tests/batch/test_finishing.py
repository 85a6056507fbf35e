"""A block is the same bytes whoever joins, encodes and summarises it."""

from __future__ import annotations

import hashlib
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.batch import completing, running
from sim.batch.columns import LOGS, Gathering
from sim.batch.finishing import BlockToMake, Finished, Finishing
from sim.batch.simulation import Failure, Played, Simulation, Violation
from sim.batch.spans import Span, blocks_of
from sim.batch.summary_file import decoded_summary
from sim.batch.workers import Fitting, LeashedPool, Processes, Serial, Threads
from sim.engines.replicating import reference
from tests.batch.fake import FAKE, World, contents, resolved
from tests.batch.test_summary import blocks

FIRST = 250


def played(worlds, first, failed):
    """Rows of some worlds as an engine returns them; those that failed have none."""
    logs = {}
    for log in LOGS:
        gathering = Gathering(log)
        for number, world in enumerate(worlds, first):
            if number not in failed:
                gathering.add(number, world[log])
        logs[log] = gathering.columns()
    numbers = range(first, first + len(worlds))
    failures = tuple(Failure(number, "no", "why") for number in numbers if number in failed)
    broken = tuple(Violation("calm", 1, number, 0.5) for number in numbers if number % 2)
    return Played(Span(first, len(worlds)), logs, failures, broken)


def finishing(count, keeps_logs):
    block = BlockToMake(Span(FIRST, count), keeps_logs)
    return Finishing(Simulation(None, None, 7), "d" * 64, {1: block})


class Given:
    """A simulation whose worlds are given."""

    def __init__(self, worlds, failed):
        self.worlds, self.failed, self.seed = worlds, failed, 7

    def __call__(self, span):
        begin = span.first - FIRST
        return played(self.worlds[begin : begin + span.count], span.first, self.failed)


@pytest.mark.long
@settings(max_examples=40)
@given(blocks(), st.data(), st.booleans())
def test_a_block_is_the_same_however_it_was_cut(worlds, data, keeps_logs):
    count = len(worlds)
    failed = data.draw(st.sets(st.integers(FIRST, FIRST + count - 1), max_size=2))
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, count - 1)))))
    borders = [0, *(cut for cut in cuts if cut < count), count]
    task = Finishing(Given(worlds, failed), "d" * 64, {1: BlockToMake(Span(FIRST, count), keeps_logs)})
    whole = task(Span(FIRST, count))
    assert isinstance(whole, Finished)
    parts = [task(Span(FIRST + one, two - one)) for one, two in zip(borders[:-1], borders[1:], strict=True)]
    assert task.block_of(parts) == whole
    rows = [part if isinstance(part, Played) else task.simulation(part.span) for part in parts]
    assert task.block_of(rows) == whole, "also where only some parts came as summaries"
    mixed = [row if place % 2 else part for place, (row, part) in enumerate(zip(rows, parts, strict=True))]
    assert task.block_of(mixed) == whole
    assert set(whole.files) == set(whole.checksums) == (set(LOGS) if keeps_logs else set())
    summary = decoded_summary(whole.summary, whole.checksums)
    assert summary.numbers.tolist() == [n for n in range(FIRST, FIRST + count) if n not in failed]


@settings(max_examples=20)
@given(blocks())
def test_the_summary_says_the_same_with_and_without_logs(worlds):
    kept, bare = (
        finishing(len(worlds), keeps_logs).block_of([played(worlds, FIRST, ())])
        for keeps_logs in (True, False)
    )
    assert kept.bare_summary == bare.bare_summary == bare.summary
    assert kept.checksums == {log: hashlib.sha256(file).hexdigest() for log, file in kept.files.items()}
    one, other = decoded_summary(kept.summary, kept.checksums), decoded_summary(bare.summary, {})
    for rows in ("moves", "bookings", "courses"):
        for column in getattr(one, rows).__dataclass_fields__:
            mine, its = (getattr(getattr(each, rows), column) for each in (one, other))
            assert mine.dtype == its.dtype
            np.testing.assert_array_equal(mine, its)


def test_a_whole_block_comes_back_as_bytes_and_a_part_without_logs_as_a_summary():
    blocks_to_make = {0: BlockToMake(Span(0, 30), True), 1: BlockToMake(Span(250, 30), False)}
    task = Finishing(Simulation.of(FAKE, World(fails=(3,)), 0), "d" * 64, blocks_to_make)
    task = pickle.loads(pickle.dumps(task))  # as it goes to a worker
    assert isinstance(task(Span(0, 10)), Played)
    whole, part = task(Span(0, 30)), task(Span(250, 10))
    assert isinstance(whole, Finished) and isinstance(part, Finished)
    assert (set(whole.files), set(part.files)) == (set(LOGS), set())
    assert [failure.number for failure in whole.failures] == [3]


@pytest.mark.long
@pytest.mark.parametrize("workers", [Serial(), Threads(3), Processes(2)])
def test_blocks_that_workers_finish_are_those_that_are_joined_here(tmp_path, monkeypatch, workers):
    world = {"fails": (270,), "violates": (300, 520)}
    options = {"replications": 520, "seed": 3, "model": FAKE}
    running.run(resolved(**world), folder=tmp_path / "parts", workers=Serial(), **options)
    monkeypatch.setattr(completing, "part_size", lambda replications, jobs: 250)
    outcome = running.run(resolved(**world), folder=tmp_path / "blocks", workers=workers, **options)
    assert (outcome.failed, len(outcome.violations)) == ((270,), 1)
    parts, whole = contents(tmp_path / "parts"), contents(tmp_path / "blocks")
    texts = [parts.pop("failures/replication-00270.txt"), whole.pop("failures/replication-00270.txt")]
    assert all(b"no world 270" in text for text in texts)
    assert parts == whole


class Going:
    """An engine that lets go of the interpreter, or does not."""

    def __init__(self, lets_go):
        self.lets_go = lambda plan: lets_go


@pytest.mark.parametrize(
    ("count", "lets_go", "pool"),
    [(4_000, True, ThreadPoolExecutor), (4_001, True, LeashedPool), (20, False, LeashedPool)],
)
def test_threads_play_what_is_short_and_lets_go_of_the_interpreter(count, lets_go, pool):
    """An engine that holds the interpreter would play one world after the other; a long run is worth processes."""
    blocks = {span.block: BlockToMake(span, False) for span in blocks_of(count)}
    task = Finishing(Simulation(Going(lets_go), None, 0), "d" * 64, blocks)
    executor, _ = Fitting(2).open(task)
    executor.shutdown()
    assert isinstance(executor, pool)


def test_what_does_not_say_is_played_by_processes():
    executor, _ = Fitting(2).open(len)
    executor.shutdown()
    assert isinstance(executor, LeashedPool)


def test_the_reference_holds_the_interpreter():
    assert not reference().lets_go(None)
