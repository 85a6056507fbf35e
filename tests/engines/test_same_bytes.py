"""The compiled twin leaves the bytes of the reference: as plain Python, and compiled."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.counts import examples

NUMBA = pytest.mark.skipif(
    find_spec("numba") is None, reason="numba is missing: the COMPILED twin is NOT TESTED"
)


def compared(shipped, worlds, seed=0, **variables):
    """Compare in a process of its own, by the twin of this installation, compiled first if it is not; return what it printed."""
    environment = {**os.environ, **variables}
    command = [sys.executable, "-m", "tests.engines.same", str(shipped), str(worlds), str(seed)]
    told = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


def left_to_the_reference(told):
    (line,) = [line for line in told.splitlines() if line.endswith("left to the reference")]
    return int(line.split()[0])


@pytest.mark.parametrize(
    "worlds", [pytest.param(25, marks=() if find_spec("numba") is None else pytest.mark.slow)]
)
def test_as_plain_python(worlds):
    """Where numba is installed the same code is tested compiled, and this way of playing it in the slow suite."""
    told = compared(0, examples(worlds), NUMBA_DISABLE_JIT="1")
    assert "0 of" in told
    replications = 2 * examples(worlds)
    assert left_to_the_reference(told) < replications // 4  # or it would be the reference that is tested


@pytest.mark.long
@NUMBA
def test_compiled():
    compared(8, examples(40))


@NUMBA
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 6))
def test_compiled_on_many(seed):
    compared(1_000 if seed == 1 else 0, 1_000, seed)
