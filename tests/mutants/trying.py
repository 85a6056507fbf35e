"""Applies mutants to a copy of a file in memory, each in a process of its own, and says which survive the tests."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import io
import os
import sys
import time
from collections.abc import Sequence

from tests.mutants.mutant import ROOT, Mutant


class Patched(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the mutant's source for its module, and nothing for any other."""

    def __init__(self, mutant: Mutant) -> None:
        self._name = "sim." + mutant.file.removesuffix(".py").replace("/", ".")
        self._source = mutant.source
        self._path = str(ROOT / "sim" / mutant.file)

    def find_spec(self, name, path=None, target=None):
        """Find the one module."""
        if name != self._name:
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=self._path)

    def create_module(self, spec):
        """Nothing special."""
        return

    def exec_module(self, module):
        """Run the changed source."""
        module.__file__ = self._path
        exec(compile(self._source, self._path, "exec"), module.__dict__)


def _is_killed(mutant: Mutant | None, tests: str) -> bool:
    """Whether the tests fail in a process of their own, in which the mutant is in place."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    import pytest

    os.environ["ISF_NO_SHRINKING"] = "1"
    for name in [name for name in sys.modules if name.startswith(("sim.", "tests."))]:
        del sys.modules[name]
    if mutant is not None:
        sys.meta_path.insert(0, Patched(mutant))
    silent = io.StringIO()
    sys.stdout = sys.stderr = silent
    os._exit(
        int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=no", *tests.split()]))
    )


def run(chosen: Sequence[Mutant]) -> list[Mutant]:
    """Try mutants, print the table of kills, and return those that survive."""
    import matplotlib.figure  # noqa: F401 - loaded once, not in each process
    import pandas  # noqa: F401
    import pyarrow.parquet  # noqa: F401
    import scipy.special  # noqa: F401

    for tests in dict.fromkeys(mutant.tests for mutant in chosen):
        if _is_killed(None, tests):
            raise SystemExit(f"{tests} fail without any mutant")
    survivors = []
    for mutant in chosen:
        begun = time.monotonic()
        killed = _is_killed(mutant, mutant.tests)
        survivors += [] if killed else [mutant]
        words = "killed  " if killed else "SURVIVES"
        seconds = time.monotonic() - begun
        print(f"{words} {seconds:5.1f} s  {mutant.file:38} {' '.join(mutant.after.split())[:90]}", flush=True)
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} killed")
    return survivors
