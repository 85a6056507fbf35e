"""Parts played on a Dask cluster, through its client's executor; the scheduling is Dask's own.

A scheduler and two workers on this machine, and a run on them::

    dask scheduler --host 127.0.0.1 --port 8786
    dask worker tcp://127.0.0.1:8786 --nworkers 2 --nthreads 1
    isf run scenarios/tutorial.yaml --executor dask=tcp://127.0.0.1:8786

Workers need the simulator installed in the same versions as here, since others would give other numbers: each
part says which it expects, and a worker that has others refuses it. One thread a worker, as with processes:
threads share one interpreter. Whoever reaches a scheduler can run code on its workers: the cluster that
`--executor dask` starts takes only connections with keys that it made for itself (TLS, in memory); a scheduler of
your own should too, or be in a network, and on a machine, whose every account you trust.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ParamSpec, TypeVar

from sim.batch.finishing import Part
from sim.batch.manifest import present_versions
from sim.batch.spans import Span
from sim.batch.traffic import Traffic
from sim.batch.workers import Task, interrupts_held
from sim.errors import IsfError, UsageError, WorkerError

CONNECT_SECONDS = 10
_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Workers of a Dask cluster, reached through a connected client; `jobs` of them when it was opened."""

    client: Any
    jobs: int
    traffic: Traffic = field(default_factory=Traffic)
    """What came back from the workers, over all that was played on them."""

    def open(self, task: Task) -> tuple[Executor, Task]:
        """Return an executor on the cluster, and a call that reads the task from the workers' memory."""
        with _refusals("the task could not be sent"):
            held = self.client.scatter(task, broadcast=True, hash=False)
        inner = self.client.get_executor(pure=False)
        return ClusterExecutor(inner, held, self.traffic), partial(perform, present_versions())


@contextlib.contextmanager
def connected(address: str | None, jobs: int) -> Iterator[Cluster]:
    """Connect to the scheduler at `address`; without one, run a cluster of `jobs` processes on this machine.

    UsageError if Dask is not installed, nobody answers, or no worker is there within ten seconds.
    """
    try:
        import distributed
    except ImportError:
        raise UsageError("--executor dask needs Dask: pip install '.[cluster]'") from None
    with contextlib.ExitStack() as until_done:
        until_done.enter_context(_quiet())
        security = None
        if address is None:
            security = _own_keys(distributed)
            with interrupts_held():  # workers never see an interrupt: it is for this process, which ends them
                cluster = until_done.enter_context(_local(distributed, jobs, security))
            address = cluster.scheduler_address
        client = until_done.enter_context(_client(distributed, address, security))
        yield Cluster(client, _threads(client, address))


def no_scheduler(address: str, error: BaseException) -> str:
    """Return what is said where no scheduler answers."""
    why = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return (
        f"no Dask scheduler answers at {address} ({why}); "
        "start one with: dask scheduler --host 127.0.0.1 --port 8786"
    )


def _own_keys(distributed: Any) -> Any:
    """Return keys for this cluster alone, in memory: nobody else on this machine can talk to its scheduler."""
    try:
        return distributed.Security.temporary()
    except ImportError:
        raise UsageError(
            "--executor dask protects its scheduler from other accounts of this machine, which needs "
            "`cryptography`: pip install '.[cluster]'"
        ) from None


@contextlib.contextmanager
def _local(distributed: Any, jobs: int, security: Any) -> Iterator[Any]:
    cluster = distributed.LocalCluster(
        security=security,
        protocol="tls://",
        n_workers=jobs,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        scheduler_kwargs={
            "dashboard_address": "127.0.0.1:0"
        },  # its pages: of this machine alone, any free port
        memory_limit=0,  # nothing is spilled to disk, so no pickle is read from there
        silence_logs=_SILENT,
    )
    try:
        yield cluster
    except BaseException:
        cluster.shutdown_on_close = False  # Dask would wait ten seconds more at exit; its workers end with us
        _closed(cluster)
        raise
    else:
        cluster.close()


def _closed(connection: Any) -> None:
    with contextlib.suppress(Exception):  # it may be lost already, and workers end without it
        connection.close(timeout=0.5)


_SILENT = 60
"""Above every level of `logging`: what goes wrong is told by the errors of the run."""


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("distributed.client")
    before = logger.level
    logger.setLevel(_SILENT)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextlib.contextmanager
def _client(distributed: Any, address: str, security: Any) -> Iterator[Any]:
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False, security=security)
    except (OSError, ValueError, distributed.TimeoutError) as error:
        raise UsageError(no_scheduler(address, error)) from None
    try:
        yield client
    finally:
        _closed(client)


def _threads(client: Any, address: str) -> int:
    """Wait for a first worker and return how many parts all workers can play at once."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError:
        raise UsageError(
            f"the Dask scheduler at {address} has no worker; "
            f"start some with: dask worker {address} --nworkers 2 --nthreads 1"
        ) from None
    return max(1, int(sum(client.nthreads().values())))


class ClusterExecutor(Executor):
    """Dask's executor, with the task as the first argument of each call and errors as known here."""

    def __init__(self, executor: Any, held: Any, traffic: Traffic) -> None:
        self._executor = executor
        self._held = held
        self._traffic = traffic

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Submit a call of `fn` with the task and these arguments."""
        with _refusals("a part could not be submitted"):
            inner = self._executor.submit(fn, self._held, *args, **kwargs)
        outer: Future[_T] = Future()
        inner.add_done_callback(partial(_pass_on, outer, self._traffic))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the parts finish, or with `cancel_futures` take them back; one under way ends unheard."""
        with contextlib.suppress(Exception):  # a cluster that is gone has nothing left to take back
            self._executor.shutdown(wait=wait and not cancel_futures)


def perform(versions: Mapping[str, str], task: Task, span: Span) -> Part:
    """On a worker: play a span, if this worker has these versions; WorkerError if not."""
    present = present_versions()
    if present != versions:
        different = ", ".join(
            f"{name} {present.get(name, 'none')} instead of {versions.get(name, 'none')}"
            for name in sorted({*present, *versions})
            if present.get(name) != versions.get(name)
        )
        raise WorkerError(f"a worker of the cluster has {different}; install the same versions everywhere")
    return task(span)


def _pass_on(outer: Future[Any], traffic: Traffic, inner: Future[Any]) -> None:
    if inner.cancelled():
        outer.set_exception(BrokenExecutor("the cluster gave the part up"))
    elif error := inner.exception():
        outer.set_exception(_translated(error))
    else:
        traffic.count(inner.result())
        outer.set_result(inner.result())


def _translated(error: BaseException) -> BaseException:
    """Return what stopped a part: a lost worker or cluster is a breakdown, and parts raise nothing else."""
    if isinstance(error, IsfError) or not isinstance(error, Exception):
        return error
    if isinstance(error, ImportError):
        return WorkerError(
            f"a worker of the cluster cannot load the simulator ({_line(error)}); install isf-simulator there"
        )
    return BrokenExecutor(_line(error))


@contextlib.contextmanager
def _refusals(what: str) -> Iterator[None]:
    try:
        yield
    except IsfError:
        raise
    except Exception as error:
        raise BrokenExecutor(f"{what} to the cluster ({_line(error)})") from error


def _line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
