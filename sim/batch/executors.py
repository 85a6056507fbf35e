"""Which executor a command means: `serial`, `processes`, `threads`, or a Dask cluster by its address."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import socket
from collections.abc import Iterator

from sim.batch.allowance import Allowance, Timed
from sim.batch.workers import Fitting, Processes, Serial, Threads, Workers
from sim.errors import UsageError

MOST_JOBS = 512
"""The most worker processes of one command."""

_KNOCK_SECONDS = 5

_ADDRESS = re.compile(r"(?:(?:tcp|tls|wss?|ucx)://)?(\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+):([0-9]{1,5})/?")
"""The address of a Dask scheduler: host and port."""


def workers_for(jobs: int) -> Workers:
    """Return the way to play with that many jobs on this machine."""
    return Serial() if jobs == 1 else Fitting(jobs)


@contextlib.contextmanager
def opened_workers(
    executor: str | None, jobs: int | None, allowance: Allowance | None = None
) -> Iterator[Workers]:
    """Give the workers that `executor` names: `serial`, `processes`, `threads`, `dask` or `dask=tcp://HOST:PORT`.

    Without a name it is this process where one job is enough, else threads where those are sooner done, or processes.
    `jobs` is how many, all processors if None; a cluster that is there already has as many as it has. With an
    allowance they begin nothing new once it is used up. UsageError for anything else.
    """
    with _opened(executor, jobs) as workers:
        yield workers if allowance is None else Timed(workers, allowance)


@contextlib.contextmanager
def _opened(executor: str | None, jobs: int | None) -> Iterator[Workers]:
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


def received_from(workers: Workers) -> int | None:
    """Return how many bytes came back over the network from workers; None for workers of this machine's own."""
    from sim.batch.cluster import Cluster

    inner = workers.workers if isinstance(workers, Timed) else workers
    return inner.traffic.received if isinstance(inner, Cluster) else None


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
        from sim.batch.cluster import no_scheduler

        raise UsageError(no_scheduler(address, error)) from None


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
