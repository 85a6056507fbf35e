"""Parts played on an executor, a few ahead of what is done; a worker that dies costs only time."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from itertools import islice

from sim.batch.executors import Task, Workers
from sim.batch.simulation import Played
from sim.batch.spans import Span
from sim.errors import WorkerError

_AHEAD = 2
_BREAKDOWNS_IN_A_ROW = 3


def play(workers: Workers, task: Task, parts: Iterable[Span]) -> Generator[Played, None, None]:
    """Yield each part as it is done, in any order; at most twice as many as jobs are under way.

    When workers die (the system ran out of memory, somebody killed one), what they held is played again by
    new ones; WorkerError when they keep dying without finishing anything. On any error, and when the
    generator is closed, running workers are stopped at once.
    """
    remaining = iter(parts)
    unfinished: list[Span] = []
    breakdowns = 0
    while True:
        try:
            for played in _play_once(workers, task, unfinished, remaining):
                unfinished.remove(played.span)
                breakdowns = 0
                yield played
            return
        except BrokenExecutor as error:
            breakdowns += 1
            if breakdowns == _BREAKDOWNS_IN_A_ROW:
                raise WorkerError(
                    f"workers were lost {breakdowns} times in a row without finishing anything ({error}); "
                    "perhaps memory ran out: try fewer --jobs (1 plays in this process). What is finished is "
                    "kept: the same command goes on from there. A Python script that calls sim.run(jobs=…) "
                    'must do so under `if __name__ == "__main__":`'
                ) from error


def _play_once(
    workers: Workers, task: Task, unfinished: list[Span], remaining: Iterator[Span]
) -> Iterator[Played]:
    """Play what is `unfinished`, then the rest; `unfinished` is kept up with what was submitted."""
    executor, call = workers.open(task)
    completed = False
    try:
        under_way: set[Future[Played]] = {executor.submit(call, span) for span in unfinished}
        while True:
            for span in islice(remaining, _AHEAD * workers.jobs - len(under_way)):
                unfinished.append(span)
                under_way.add(executor.submit(call, span))
            if not under_way:
                break
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
        completed = True
    finally:
        executor.shutdown(cancel_futures=not completed)
