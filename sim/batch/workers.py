"""Where parts are played: an executor with the interface of `concurrent.futures`, opened for one task.

The seam is `Workers.open(task)`: it returns an executor and the call with which a span is submitted to it, so
that a plan goes to each worker once (`sim.batch.cluster` is the same for a Dask cluster).
`shutdown(cancel_futures=True)` must stop at once.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, Protocol, TypeVar, runtime_checkable

from sim.batch.finishing import Part
from sim.batch.spans import Span

Task = Callable[[Span], Part]

_P = ParamSpec("_P")
_T = TypeVar("_T")

_TASK: ContextVar[Task] = ContextVar("task")
"""In a worker process: the task it was started with."""


@runtime_checkable
class SuitsThreads(Protocol):
    """A task that knows whether it is played sooner by threads of this process than by processes."""

    @property
    def suits_threads(self) -> bool:
        """Tell whether it is."""
        ...


class Workers(Protocol):
    """A way to play parts, `jobs` at a time."""

    @property
    def jobs(self) -> int:
        """Return how many parts are played at once."""
        ...

    def open(self, task: Task) -> tuple[Executor, Task]:
        """Return an executor, and what to submit to it with each span."""
        ...


@dataclass(frozen=True, slots=True)
class Serial:
    """Everything in this process, one part after the other."""

    @property
    def jobs(self) -> int:
        """Return 1."""
        return 1

    def open(self, task: Task) -> tuple[Executor, Task]:
        """Return an executor that plays a span while it is submitted."""
        return SerialExecutor(), task


@dataclass(frozen=True, slots=True)
class Processes:
    """`jobs` worker processes on this machine."""

    jobs: int

    def open(self, task: Task) -> tuple[Executor, Task]:
        """Return a pool whose workers hold the task."""
        return LeashedPool(self.jobs, task), perform


@dataclass(frozen=True, slots=True)
class Threads:
    """`jobs` threads of this process: for an engine that lets go of the interpreter while it plays.

    Nothing is copied between processes. A part that is under way when a command is told to end is played to its end.
    """

    jobs: int

    def open(self, task: Task) -> tuple[Executor, Task]:
        """Return a pool of threads that share the task."""
        return ThreadPoolExecutor(self.jobs), task


@dataclass(frozen=True, slots=True)
class Fitting:
    """`jobs` workers on this machine, as it suits the task: threads for one that says so, else processes."""

    jobs: int

    def open(self, task: Task) -> tuple[Executor, Task]:
        """Return a pool of either kind."""
        suits = isinstance(task, SuitsThreads) and task.suits_threads
        return (Threads if suits else Processes)(self.jobs).open(task)


class SerialExecutor(Executor):
    """Runs each call when it is submitted; an interrupt goes to the caller, not into the future."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Run the call and return its finished future."""
        future: Future[_T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as in any executor, the future carries it
            future.set_exception(error)
        return future


class LeashedPool(ProcessPoolExecutor):
    """A process pool whose workers end with this process, however it ends, and at once when cancelled.

    Workers are spawned, not forked: the same on every system, safe beside threads, and no sibling inherits
    another's end of a pipe. Each watches the leash, a pipe of which only this process holds the other end;
    the system closes that even after SIGKILL. (Workers of a plain pool wait for ever then, on a queue whose
    writing end they hold themselves.)
    """

    def __init__(self, jobs: int, task: Task) -> None:
        context = multiprocessing.get_context("spawn")
        self._held, self._leash = context.Pipe(duplex=False)
        super().__init__(jobs, mp_context=context, initializer=_begin, initargs=(self._held, task))

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Submit a call; workers that it starts never see an interrupt: that is for this process."""
        with interrupts_held():
            return super().submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the workers finish, or with `cancel_futures` stop them where they are."""
        if cancel_futures:
            self._leash.close()
        super().shutdown(wait, cancel_futures=cancel_futures)
        self._leash.close()
        self._held.close()


def perform(span: Span) -> Part:
    """In a worker: play a span of the task that the worker was started with."""
    return _TASK.get()(span)


def _begin(held: Connection, task: Task) -> None:
    _TASK.set(task)
    threading.Thread(target=_end_with_leash, args=(held,), daemon=True).start()


def _end_with_leash(held: Any) -> None:
    with contextlib.suppress(OSError, EOFError):
        held.poll(None)
    os._exit(1)


@contextlib.contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold SIGINT back for a moment: what is spawned inherits that and never sees one, here it comes late.

    Blocking it holds back only what comes to this thread. A thread of a library that does not block it (OpenBLAS
    starts some) may take it instead, and Python would then act on it here, in the middle of starting a worker.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    came: list[int] = []
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    usual = signal.getsignal(signal.SIGINT)
    ours = usual is not None and threading.current_thread() is threading.main_thread()
    if ours:
        signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGINT, usual)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if came:
            signal.raise_signal(signal.SIGINT)
