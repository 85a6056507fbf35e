"""How long a command may go on beginning new work: `--at-most`.

When the time is up nothing more is begun. What is under way is finished and kept, what is there is answered from,
and the same command goes on from there. The first piece of work is always begun, so that each command gets on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from sim.batch.workers import Task, Workers

_Part = TypeVar("_Part")


class Allowance:
    """So many seconds from now on in which new pieces of work may be begun; the only state is that one was."""

    def __init__(
        self, seconds: float, clock: Callable[[], float] = time.monotonic, *, begins: bool = True
    ) -> None:
        """Allow `seconds` by a clock; unless it `begins`, not even a first piece when they are over."""
        self._clock = clock
        self._until = clock() + seconds
        self._first = begins

    def may_begin(self) -> bool:
        """Tell whether another piece of work may be begun; whoever is told so begins one."""
        first, self._first = self._first, False
        return first or self._clock() < self._until

    def share(self, number: int) -> Allowance:
        """Return an equal part, of `number`, of what is left, with a first piece of its own."""
        return Allowance(max(0.0, self._until - self._clock()) / number, self._clock)


@dataclass(frozen=True, slots=True)
class Timed:
    """Workers that are given new parts only while the allowance lasts; what they do within a part, they finish."""

    workers: Workers
    allowance: Allowance

    @property
    def jobs(self) -> int:
        """Return how many parts are played at once."""
        return self.workers.jobs

    def open(self, task: Task) -> tuple[Executor, Task]:
        """Return the executor of the workers, and what to submit to it."""
        return self.workers.open(task)


def allowance_of(workers: Workers) -> Allowance | None:
    """Return what limits these workers, if anything does."""
    return workers.allowance if isinstance(workers, Timed) else None


def shared_out(workers: Workers, number: int) -> Workers:
    """Return workers with an equal part, of `number`, of the time that is left."""
    return Timed(workers.workers, workers.allowance.share(number)) if isinstance(workers, Timed) else workers


class InTime(Generic[_Part]):
    """Parts as long as one may be begun; `cut`: the time was up before they ended.

    A part that goes on with the piece that the one before it began is given whatever the time.
    """

    def __init__(
        self,
        parts: Iterable[_Part],
        allowance: Allowance | None,
        goes_on: Callable[[_Part, _Part], bool] = lambda before, part: False,
    ) -> None:
        self._parts = iter(parts)
        self._allowance = allowance
        self._goes_on = goes_on
        self._before: _Part | None = None
        self.cut = False

    def __iter__(self) -> Iterator[_Part]:
        """Return itself."""
        return self

    def __next__(self) -> _Part:
        """Return the next part; StopIteration at the end, or when the time is up."""
        if self.cut:
            raise StopIteration
        part = next(self._parts)
        begun = self._before is not None and self._goes_on(self._before, part)
        if not begun and self._allowance is not None and not self._allowance.may_begin():
            self.cut = True
            raise StopIteration
        self._before = part
        return part
