"""Parts played on an executor, a few ahead of what is done.

A worker that dies costs only time; a replication of which every worker dies costs only itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar, cast

from sim.batch.allowance import InTime, allowance_of
from sim.batch.columns import LOGS, Gathering
from sim.batch.finishing import Part
from sim.batch.simulation import Failure, Played
from sim.batch.spans import Span
from sim.batch.workers import Task, Workers
from sim.errors import TimeUpError, WorkerError

_AHEAD = 2
_BREAKDOWNS_IN_A_ROW = 3
_MOST_LOST_IN_A_ROW = 10
_Part = TypeVar("_Part")
_Result = TypeVar("_Result")

LOST = "its worker process died while playing it, alone and twice: it was killed, or ran out of memory"


def play(workers: Workers, task: Task, parts: Iterable[Span]) -> Generator[Part, None, None]:
    """Yield each span as it is done, in any order; otherwise as `performed`.

    A replication that kills its worker is found by halving the span that holds it, and is recorded as failed.
    When the time is up, the blocks that are begun are played to their ends.
    """
    with closing(performed(workers, task, parts, Isolation(_halves, _lost), _of_one_block)) as done:
        for _, played in done:
            yield played


def _halves(span: Span) -> tuple[Span, ...]:
    middle = span.count // 2
    return (Span(span.first, middle), Span(span.first + middle, span.count - middle)) if middle else ()


def _of_one_block(before: Span, span: Span) -> bool:
    return before.block == span.block


def _lost(span: Span) -> Part:
    """Return a span of one replication that could not be played, as its failure."""
    columns = {log: Gathering(log).columns() for log in LOGS}
    return Played(span, columns, (Failure(span.first, LOST, LOST),), ())


@dataclass(frozen=True, slots=True)
class Isolation(Generic[_Part, _Result]):
    """How the part that kills its worker is found: `halves` of one (none: it cannot be cut), and what it is then."""

    halves: Callable[[_Part], tuple[_Part, ...]]
    lost: Callable[[_Part], _Result]


def performed(
    workers: Workers,
    task: Callable[[_Part], _Result],
    parts: Iterable[_Part],
    isolation: Isolation[_Part, _Result] | None = None,
    goes_on: Callable[[_Part, _Part], bool] = lambda before, part: False,
) -> Generator[tuple[_Part, _Result], None, None]:
    """Yield each part with what the task made of it, in any order; at most twice as many as jobs are under way.

    Parts differ from each other. When workers die (the system ran out of memory, somebody killed one), what
    they held is played again by new ones. If they keep dying without finishing anything, what they held is
    played one part at a time, with `isolation` cut into halves until the part is found that kills its worker;
    that one is given up, the others go on. WorkerError when workers die whatever they play. On any error, and
    when the generator is closed, running workers are stopped at once.

    Where workers have an allowance (`sim.batch.allowance`) that is used up, parts that go on with a piece of work are
    played still (`goes_on` with the part before), no other is begun, and after what is under way TimeUpError is
    raised.
    """
    remaining = InTime(parts, allowance_of(workers), goes_on)
    unfinished: list[_Part] = []
    breakdowns = 0
    while True:
        try:
            for part, result in _performed_once(workers, task, unfinished, remaining):
                unfinished.remove(part)
                breakdowns = 0
                yield part, result
            break
        except BrokenExecutor as error:
            breakdowns += 1
            if breakdowns < _BREAKDOWNS_IN_A_ROW:
                continue
            if isolation is None or not _live(workers, task):
                raise _dying(breakdowns, error) from error
            yield from _one_at_a_time(workers, task, unfinished, isolation)
            unfinished, breakdowns = [], 0
    if remaining.cut:
        raise TimeUpError(
            "the time given with --at-most is up before there is anything to say; what is finished is kept: give the "
            "same command again to go on from there"
        )


def _live(workers: Workers, task: Callable[[_Part], _Result]) -> bool:
    """Tell whether workers live that have nothing to play."""
    executor, _ = workers.open(cast("Any", task))
    alive = False
    try:
        executor.submit(_nothing).result()
        alive = True
    except BrokenExecutor:
        pass
    finally:
        executor.shutdown(cancel_futures=not alive)
    return alive


def _nothing(*_: object) -> None:
    """Do nothing, in a worker."""


def _one_at_a_time(
    workers: Workers,
    task: Callable[[_Part], _Result],
    parts: list[_Part],
    isolation: Isolation[_Part, _Result],
) -> Iterator[tuple[_Part, _Result]]:
    """Yield these parts, each played alone and cut where its worker dies."""
    todo, tried, lost = deque(parts), set[_Part](), 0
    while todo:
        part = todo[0]
        try:
            for done, result in _performed_once(workers, task, [part], iter(())):
                todo.popleft()
                lost = 0
                yield done, result
        except BrokenExecutor as error:
            halves = isolation.halves(part)
            if halves:
                todo.popleft()
                todo.extendleft(reversed(halves))
            elif part not in tried:
                tried.add(part)
            else:
                lost += 1
                if lost == _MOST_LOST_IN_A_ROW:
                    raise _dying(lost, error) from error
                todo.popleft()
                yield part, isolation.lost(part)


def _dying(times: int, error: BaseException) -> WorkerError:
    return WorkerError(
        f"workers were lost {times} times in a row without finishing anything ({error}); "
        "perhaps memory ran out: try fewer --jobs (1 plays in this process). What is finished is "
        "kept: the same command goes on from there. A Python script that calls sim.run(jobs=…) "
        'must do so under `if __name__ == "__main__":`'
    )


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
