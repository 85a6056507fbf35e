"""Compiling tells how far it is, and says what to do where it cannot be."""

from __future__ import annotations

import re

import pytest

from sim.engines.compiled import at_hand, cache
from sim.engines.compiled.at_hand import _telling_how_far, compile_twin
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
    monkeypatch.setattr(at_hand, "PURE", False)
    monkeypatch.setattr(at_hand, "find_spec", lambda name: None)
    monkeypatch.setattr(at_hand, "_parts", at_hand._parts.__wrapped__)
    for call in (compile_twin, at_hand.parts):
        with pytest.raises(UsageError, match=r"pip install '\.\[fast\]'"):
            call()


def test_where_it_cannot_be_compiled_it_says_so(monkeypatch):
    pytest.importorskip("numba", reason="numba is missing: COMPILING that fails is NOT TESTED")

    def fails():
        raise NotImplementedError

    monkeypatch.setattr(at_hand, "PURE", False)
    monkeypatch.setattr(at_hand, "_parts", at_hand._parts.__wrapped__)
    monkeypatch.setattr(cache, "kept", lambda: None)
    monkeypatch.setattr(at_hand, "made", fails)
    assert "does not compile it here (NotImplementedError)" in at_hand.trouble_of_compiling()
