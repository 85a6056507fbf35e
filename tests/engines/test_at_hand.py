"""Compiling tells how far it is, and says what to do where it cannot be."""

from __future__ import annotations

import builtins
import re

import pytest

from sim.engines.compiled import cache
from sim.engines.compiled.at_hand import _telling_how_far, compile_twin, trouble_of_compiling
from sim.errors import UsageError


def test_it_tells_how_many_functions_are_compiled(capsys, monkeypatch):
    numba = pytest.importorskip("numba", reason="numba is missing: the progress of COMPILING is NOT TESTED")
    monkeypatch.setattr(cache, "functions", lambda: 4)
    with _telling_how_far(True):
        numba.njit(lambda x: x)(1)
    numba.njit(lambda x: x)(2)
    assert re.findall(r"(\d+) % of it", capsys.readouterr().err) == ["25"]


def test_where_nobody_looks_it_tells_nothing(capsys):
    with _telling_how_far(False):
        pass
    assert capsys.readouterr().err == ""


def test_as_many_functions_are_counted_as_are_compiled():
    assert cache.functions() > 200


def test_without_numba_it_says_how_to_get_it(monkeypatch):
    def no_numba(name, *rest):
        if name == "numba":
            raise ImportError(name)
        return find(name, *rest)

    find = builtins.__import__
    trouble_of_compiling.cache_clear()
    monkeypatch.setattr("sim.engines.compiled.compiling.PURE", False)
    monkeypatch.setattr(builtins, "__import__", no_numba)
    try:
        with pytest.raises(UsageError, match=r"pip install '\.\[fast\]'"):
            compile_twin()
    finally:
        trouble_of_compiling.cache_clear()
