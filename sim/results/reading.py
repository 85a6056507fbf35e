"""Several questions answered in one pass over a run's blocks.

A question is a generator: it is sent each block's first place and summary, then None, and returns its answer. What a
run was asked once is kept with it. Where its summaries are more than stay in memory, questions that are known
beforehand are asked together, so that each block is read once and not once a question.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Mapping, Sequence
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


def read_together(run: Run, questions: Mapping[Hashable, Question]) -> None:
    """Ask all questions that were not asked before, in one pass; their answers are kept with the run.

    They end in their order: one may use the answers of those before it when it ends, not while it reads.
    """
    asked = {key: question() for key, question in questions.items() if key not in run.kept}
    if asked:
        _drive(run, list(asked.values()))
    for key, reading in asked.items():
        run.kept[key] = _answer(reading)


def read(run: Run, readings: Sequence[Reading[T]]) -> tuple[T, ...]:
    """Return the answers of some readings, which nobody keeps, from one pass."""
    _drive(run, readings)
    return tuple(map(_answer, readings))


def _drive(run: Run, readings: Sequence[Reading[Any]]) -> None:
    for reading in readings:
        next(reading)
    for block in run.summaries():
        for reading in readings:
            reading.send(block)


def _answer(reading: Reading[T]) -> T:
    try:
        reading.send(None)
    except StopIteration as ended:
        answer: T = ended.value
        return answer
    raise AssertionError("a reading ends when it is sent None")
