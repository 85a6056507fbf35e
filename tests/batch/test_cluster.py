"""A run on a real Dask scheduler with two workers on the loopback address, as the documented commands start them."""

from __future__ import annotations

import socket
import subprocess
import sys
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path

import pytest

from sim.batch import cluster
from sim.batch.executors import opened_workers, received_from
from sim.batch.manifest import present_versions
from sim.batch.retention import ALL, NONE
from sim.batch.running import run
from sim.batch.traffic import Traffic
from sim.batch.workers import Fitting, Processes, Serial
from sim.cli.main import main
from sim.errors import UsageError, WorkerError
from sim.scenario.loading import load_resolved
from tests.batch.fake import contents
from tests.batch.play_on import EACH, TUTORIAL, play_on
from tests.studies.packages.moves import TEXT

pytest.importorskip("distributed")
ROOT = Path(__file__).parents[2]


def start(tmp_path, module, *arguments):
    command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"]
    with (tmp_path / f"{module}.log").open("a") as log:
        return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)


@pytest.fixture
def scheduler(tmp_path):
    """The address of a scheduler without workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = start(tmp_path, "dask_scheduler", "--host", "127.0.0.1", "--port", str(port))
    yield f"tcp://127.0.0.1:{port}"
    process.kill()
    process.wait()


def play(executor, folder, replications=120, which=EACH):
    if executor == "serial":
        play_on(executor, folder, replications, which)
        return contents(folder)
    command = [sys.executable, "-m", "tests.batch.play_on", executor, str(folder), str(replications), *which]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return contents(folder)


def search(executor, folder):
    """Return what a search for packages leaves: each file's bytes by its place."""
    folder.mkdir()
    (folder / "moves.yaml").write_text(TEXT)
    out = folder / "out"
    command = [
        "plan", folder / "moves.yaml", "--target", "both", "-n", "10",
        "--executor", executor, "--engine", "simpy", "--out", out, "-q",
    ]  # fmt: skip
    if executor == "serial":
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in command])
        assert not ended.value.code
    else:
        done = subprocess.run(
            [sys.executable, "-m", "sim", *command],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
    files = [path for path in out.rglob("*") if path.is_file() and path.suffix not in {".svg", ".png"}]
    return {path.relative_to(out): path.read_bytes() for path in files}


@pytest.mark.long
def test_serial_processes_and_a_cluster_give_the_same_bytes(tmp_path, scheduler):
    workers = [
        start(
            tmp_path, "dask_worker", scheduler, "--nthreads", "1", "--local-directory", str(tmp_path / name)
        )
        for name in ("one", "two")
    ]
    try:
        serial = play("serial", tmp_path / "serial")
        assert len(serial) == 2 * (2 + 2 * 3) + (2 + 3)
        conditioned = {name: content for name, content in serial.items() if name.startswith("history")}
        play("serial", tmp_path / "resumed", 100, ("history",))
        assert conditioned and play("processes", tmp_path / "resumed", which=("history",)) == conditioned
        assert play(f"dask={scheduler}", tmp_path / "dask") == serial
        check_traffic(tmp_path, scheduler)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def check_traffic(tmp_path, scheduler):
    """What comes back is counted: finished blocks with logs, and without them no more than summaries."""
    received, kept = [], []
    with opened_workers(f"dask={scheduler}", None) as workers:
        for name, retention in (("all", ALL), ("none", NONE)):
            before = received_from(workers)
            run(
                load_resolved(TUTORIAL),
                replications=110,
                seed=3,
                folder=tmp_path / name,
                workers=workers,
                retention=retention,
            )
            received.append(received_from(workers) - before)
            kept.append(sum(path.stat().st_size for path in (tmp_path / name).rglob("block-*")))
    assert kept[1] <= received[1] < kept[0] < received[0]


@pytest.mark.slow
def test_a_cluster_of_its_own_gives_the_same_bytes(tmp_path):
    assert play("dask", tmp_path / "dask") == play("serial", tmp_path / "serial")
    searched = search("serial", tmp_path / "searched")
    assert {name.suffix for name in searched} >= {".csv", ".npz", ".txt"}
    assert search("dask", tmp_path / "searched on Dask") == searched


def test_a_scheduler_that_does_not_answer_is_a_clear_message(monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with pytest.raises(UsageError, match=r"no Dask scheduler answers at tcp://127.0.0.1:1 .*dask scheduler"):
        with opened_workers("dask=tcp://127.0.0.1:1", None):
            pass


def test_a_scheduler_without_workers_is_a_clear_message(scheduler, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(cluster, "_threads", lambda client, address: 1)
        with cluster.connected(scheduler, 1):  # once it answers
            pass
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 2)
    with pytest.raises(UsageError, match=rf"{scheduler} has no worker; .*dask worker {scheduler}"):
        with cluster.connected(scheduler, 1):
            pass


def test_without_dask_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(UsageError, match=r"pip install '\.\[cluster\]'"),
        opened_workers("dask", 2),
    ):
        pass


def test_a_worker_of_other_versions_refuses():
    with pytest.raises(WorkerError, match=r"has numpy 2.* instead of 1\.0; install the same versions"):
        cluster.perform(present_versions() | {"numpy": "1.0"}, print, None)


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (OSError("lost"), BrokenExecutor),
        (ImportError("no sim"), WorkerError),
        (UsageError("as it is"), UsageError),
    ],
)
def test_what_a_cluster_raises_is_a_breakdown_unless_it_is_ours(error, seen):
    outer, inner = Future(), Future()
    inner.set_exception(error)
    cluster._pass_on(outer, Traffic(), inner)
    with pytest.raises(seen, match=str(error)):
        outer.result()


def test_a_part_that_is_given_up_is_a_breakdown():
    outer, inner = Future(), Future()
    inner.cancel()
    cluster._pass_on(outer, Traffic(), inner)
    assert isinstance(outer.exception(), BrokenExecutor)


@pytest.mark.parametrize(
    ("executor", "jobs", "opened"),
    [
        (None, 1, Serial()),
        (None, 3, Fitting(3)),
        ("serial", None, Serial()),
        ("processes", 1, Processes(1)),
    ],
)
def test_executors_by_name(executor, jobs, opened):
    with opened_workers(executor, jobs) as workers:
        assert workers == opened


@pytest.mark.parametrize(
    ("executor", "jobs", "message"),
    [
        ("fibres", None, "'fibres' is no executor; choose serial, processes, threads, dask"),
        ("dask=", None, "'dask=' is no executor"),
        ("serial", 2, "not 2 at once; leave --jobs out"),
        ("processes", 0, "jobs: 0 is below 1"),
    ],
)
def test_what_is_no_executor(executor, jobs, message):
    with pytest.raises(UsageError, match=message), opened_workers(executor, jobs):
        pass


def test_nobody_without_its_keys_talks_to_a_cluster_of_our_own():
    distributed = pytest.importorskip("distributed")
    with opened_workers("dask", 1) as workers:
        address = workers.client.scheduler.address
        assert address.startswith("tls://")
        with pytest.raises((OSError, TypeError, ValueError, distributed.TimeoutError)):
            distributed.Client(address, timeout=1, set_as_default=False)
