"""Where parts are played: an executor with the interface of `concurrent.futures`, opened for one task.

The seam is `Workers.open(task)`: it returns an executor and the call with which a span is submitted to it, so
that a plan goes to each worker once (`sim.batch.cluster` is the same for a Dask cluster).
`shutdown(cancel_futures=True)` must stop at once.
"""

from __future__ import annotations

import contextlib
import importlib.util
import multiprocessing
import os
import re
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, Protocol, TypeVar

from sim.batch.simulation import Played
from sim.batch.spans import Span
from sim.errors import UsageError

MOST_JOBS = 512
"""The most worker processes of one command."""

_KNOCK_SECONDS = 5

Task = Callable[[Span], Played]

_ADDRESS = re.compile(r"(?:(?:tcp|tls|wss?|ucx)://)?(\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+):([0-9]{1,5})/?")
"""The address of a Dask scheduler: host and port."""

_P = ParamSpec("_P")
_T = TypeVar("_T")

_TASK: ContextVar[Task] = ContextVar("task")
"""In a worker process: the task it was started with."""


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


def workers_for(jobs: int) -> Workers:
    """Return the way to play with that many jobs on this machine."""
    return Serial() if jobs == 1 else Processes(jobs)


@contextlib.contextmanager
def opened_workers(executor: str | None, jobs: int | None) -> Iterator[Workers]:
    """Give the workers that `executor` names: `serial`, `processes`, `threads`, `dask` or `dask=tcp://HOST:PORT`.

    Without a name it is processes, or this process where one job is enough. `jobs` is how many, all
    processors if None; a cluster that is there already has as many as it has. UsageError for anything else.
    """
    check_workers(executor, jobs)
    count = available_jobs() if jobs is None else jobs
    if executor is None:
        yield workers_for(count)
    elif executor == "serial":
        yield Serial()
    elif executor == "processes":
        yield Processes(count)
    elif executor == "threads":
        yield Threads(count)
    else:
        from sim.batch.cluster import connected

        with connected(executor.partition("=")[2] or None, count) as workers:
            yield workers


def check_workers(executor: str | None, jobs: int | None) -> None:
    """Raise UsageError for an executor or a number of jobs that cannot be, without opening any."""
    if jobs is not None and not 1 <= jobs <= MOST_JOBS:
        below = f"is below 1; leave it out for one a processor ({available_jobs()} here)"
        raise UsageError(
            f"jobs: {jobs} " + (below if jobs < 1 else f"is above {MOST_JOBS}, the most at once")
        )
    kind, equals, address = (executor or "").partition("=")
    if executor == "serial" and jobs not in (None, 1):
        raise UsageError(f"--executor serial plays one after the other, not {jobs} at once; leave --jobs out")
    if kind == "dask" and (not equals or _place_of(address)):
        if importlib.util.find_spec("distributed") is None:
            raise UsageError("--executor dask needs Dask: pip install '.[cluster]'")
    elif executor not in (None, "serial", "processes", "threads"):
        raise UsageError(
            f"'{executor}' is no executor; choose serial, processes, threads, dask (on this machine) "
            "or dask=tcp://HOST:PORT (a scheduler that runs already)"
        )


def check_reachable(executor: str | None) -> None:
    """Raise UsageError if the cluster that an executor names is not there now."""
    address = (executor or "").partition("=")[2]
    place = _place_of(address)
    if place is None:
        return
    try:
        socket.create_connection(place, timeout=_KNOCK_SECONDS).close()
    except OSError as error:
        raise UsageError(no_scheduler(address, error)) from None


def no_scheduler(address: str, error: BaseException) -> str:
    """Return what is said where no scheduler answers."""
    why = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return (
        f"no Dask scheduler answers at {address} ({why}); "
        "start one with: dask scheduler --host 127.0.0.1 --port 8786"
    )


def _place_of(address: str) -> tuple[str, int] | None:
    """Return host and port of a scheduler's address; None for what is none."""
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found[2]) < 1 << 16:
        return None
    return found[1].strip("[]"), int(found[2])


def available_jobs() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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


def perform(span: Span) -> Played:
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
    """Hold SIGINT back for a moment: what is spawned inherits that and never sees one, here it comes late."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
