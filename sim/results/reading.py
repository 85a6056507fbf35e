"""Several questions answered in one pass over a run's blocks.

A question is a generator: it is sent each block's first place and summary, then None, and returns its answer. What a
run was asked once is kept with it. Where its summaries are more than stay in memory, questions that are known
beforehand are asked together, so that each block is read once and not once a question.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sim.batch.summary import BlockSummary
    from sim.results.run import Run

T = TypeVar("T")
Reading = Generator[None, "tuple[int, BlockSummary] | None", T]
"""Is sent (place of the block's first world among those that finished, summary), then None; returns its answer."""

Question = Callable[[], Reading[Any]]


def kept_answer(run: Run, key: Hashable, question: Callable[[], Reading[T]]) -> T:
    """Return the answer of a question, asked now if it was not before; `key` stands for it, and for nothing else."""
    read_together(run, {key: question})
    answer: T = run.kept[key]
    return answer


def read_together(
    run: Run,
    questions: Mapping[Hashable, Question],
    views: Iterable[tuple[Run, Mapping[Hashable, Question]]] = (),
) -> None:
    """Ask all questions that were not asked before, in one pass; their answers are kept with the run.

    `views` are the run seen otherwise (`sim.studies.views`), each with what it is asked; their answers are kept with
    them. All end in their order: one may use the answers of those before it when it ends, not while it reads.
    """
    asked = [
        (each, {key: question() for key, question in own.items() if key not in each.kept})
        for each, own in ((run, questions), *views)
    ]
    if any(readings for _, readings in asked):
        _drive(run, [(each, list(readings.values())) for each, readings in asked])
    for each, readings in asked:
        for key, reading in readings.items():
            each.kept[key] = _answer(reading)


def read_beforehand(
    run: Run,
    questions: Iterable[tuple[Hashable, Question]],
    views: Iterable[tuple[Run, Mapping[Hashable, Question]]] = (),
) -> None:
    """Ask in one pass what will be asked; nothing of a run that stays in memory, whose blocks are read once anyway.

    What is not named here is read when it is asked for, each question by a pass of its own.
    """
    if not run.stays_in_memory:
        read_together(run, dict(questions), views)


def read(run: Run, readings: Sequence[Reading[T]]) -> tuple[T, ...]:
    """Return the answers of some readings, which nobody keeps, from one pass."""
    _drive(run, [(run, readings)])
    return tuple(map(_answer, readings))


def _drive(run: Run, asked: Sequence[tuple[Run, Sequence[Reading[Any]]]]) -> None:
    asked = [(view, readings) for view, readings in asked if readings]
    for _, readings in asked:
        for reading in readings:
            next(reading)
    for place, summary in run.summaries():
        for view, readings in asked:
            seen = summary if view is run else view.seen(summary)
            for reading in readings:
                reading.send((place, seen))


def _answer(reading: Reading[T]) -> T:
    try:
        reading.send(None)
    except StopIteration as ended:
        answer: T = ended.value
        return answer
    raise AssertionError("a reading ends when it is sent None")
