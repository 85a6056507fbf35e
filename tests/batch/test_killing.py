"""Killed at random instants, the same command ends with the same bytes and nothing left over.

A few kills run by default; fifty for each way of playing with `python -m pytest -m slow tests/batch/test_killing.py`.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.batch.fake import contents

ROOT = Path(__file__).parents[2]
REPLICATIONS, PAUSE = 1100, 0.0005


def start(folder, jobs, pause=PAUSE):
    command = [
        sys.executable,
        "-m",
        "tests.batch.play_fake",
        str(folder),
        str(REPLICATIONS),
        str(jobs),
        str(pause),
    ]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed,  # noqa: PLW1509 - this process has no threads
    )


def _heed():
    """Heed an interrupt, also where the tests run in the background and ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def finish(folder, jobs):
    process = start(folder, jobs)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """What an undisturbed command leaves, and how many seconds it takes here and now."""
    folder, began = tmp_path_factory.mktemp("undisturbed"), time.monotonic()
    finish(folder, 1)
    return contents(folder), time.monotonic() - began


@pytest.fixture(scope="module")
def undisturbed(alone):
    return alone[0]


@pytest.fixture(scope="module")
def takes(alone, tmp_path_factory):
    """How many seconds an undisturbed command takes, by jobs."""
    began = time.monotonic()
    finish(tmp_path_factory.mktemp("timed"), 2)
    return {1: alone[1], 2: time.monotonic() - began}


def kills(folder, jobs, count, seed, takes):
    chance = random.Random(seed)
    for _ in range(count):
        process = start(folder, jobs)
        time.sleep(chance.uniform(0.1, 0.9 * takes[jobs]))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    finish(folder, jobs)


@pytest.mark.long
@pytest.mark.parametrize("jobs", [1, 2])
def test_killed_groups_lose_nothing(tmp_path, undisturbed, takes, jobs):
    kills(tmp_path, jobs, jobs, jobs, takes)
    assert contents(tmp_path) == undisturbed


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_fifty_killed_groups_lose_nothing(tmp_path, undisturbed, takes, jobs):
    for attempt in range(10):
        kills(tmp_path / str(attempt), jobs, 5, 100 * jobs + attempt, takes)
        assert contents(tmp_path / str(attempt)) == undisturbed


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_workers_end_with_a_killed_parent(tmp_path):
    process = start(tmp_path, 2, pause=0.02)
    workers = _await_workers(process.pid, 2)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    deadline = time.monotonic() + 5
    while any(_alive(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [worker for worker in workers if _alive(worker)]


@pytest.mark.long
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_stops_at_once_and_the_run_goes_on_later(tmp_path, undisturbed, jobs):
    process = start(tmp_path, jobs, pause=0.004)
    deadline = time.monotonic() + 60
    while not (tmp_path / "manifest.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    began = time.monotonic()
    _, err = process.communicate(timeout=30)
    assert time.monotonic() - began < 10  # at once; a busy machine is slow
    assert process.returncode != 0
    assert err.count("Traceback") == 1, "only the command itself is interrupted, workers stay silent"
    finish(tmp_path, jobs)
    assert contents(tmp_path) == undisturbed


def _await_workers(parent, count):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = [int(path.name) for path in Path("/proc").glob("[0-9]*") if _parent(path) == parent]
        if len(found) > count:  # the workers and the resource tracker
            return found
        time.sleep(0.05)
    raise AssertionError("no workers were started")


def _parent(process):
    try:
        return int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, ValueError, IndexError):
        return None


def _alive(number):
    try:
        return "Z" not in Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
