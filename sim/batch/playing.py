"""Parts played on an executor, a few ahead of what is done; a worker that dies costs only time."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import closing
from itertools import islice
from typing import Any, TypeVar, cast

from sim.batch.executors import Task, Workers
from sim.batch.simulation import Played
from sim.batch.spans import Span
from sim.errors import WorkerError

_AHEAD = 2
_BREAKDOWNS_IN_A_ROW = 3
_Part = TypeVar("_Part")
_Result = TypeVar("_Result")


def play(workers: Workers, task: Task, parts: Iterable[Span]) -> Generator[Played, None, None]:
    """Yield each span as it is done, in any order; otherwise as `performed`."""
    with closing(performed(workers, task, parts)) as done:
        for _, played in done:
            yield played


def performed(
    workers: Workers, task: Callable[[_Part], _Result], parts: Iterable[_Part]
) -> Generator[tuple[_Part, _Result], None, None]:
    """Yield each part with what the task made of it, in any order; at most twice as many as jobs are under way.

    Parts differ from each other. When workers die (the system ran out of memory, somebody killed one), what
    they held is played again by new ones; WorkerError when they keep dying without finishing anything. On any
    error, and when the generator is closed, running workers are stopped at once.
    """
    remaining = iter(parts)
    unfinished: list[_Part] = []
    breakdowns = 0
    while True:
        try:
            for part, result in _performed_once(workers, task, unfinished, remaining):
                unfinished.remove(part)
                breakdowns = 0
                yield part, result
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


def _performed_once(
    workers: Workers,
    task: Callable[[_Part], _Result],
    unfinished: list[_Part],
    remaining: Iterator[_Part],
) -> Iterator[tuple[_Part, _Result]]:
    """Play what is `unfinished`, then the rest; `unfinished` is kept up with what was submitted."""
    executor, call = workers.open(cast("Any", task))
    completed = False
    try:
        under_way: dict[Future[Any], _Part] = {
            executor.submit(call, cast("Any", part)): part for part in unfinished
        }
        while True:
            for part in islice(remaining, _AHEAD * workers.jobs - len(under_way)):
                unfinished.append(part)
                under_way[executor.submit(call, cast("Any", part))] = part
            if not under_way:
                break
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield under_way.pop(future), future.result()
        completed = True
    finally:
        executor.shutdown(cancel_futures=not completed)
