"""Worlds that are read one after the other are played a few ahead, whoever plays them."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice
from types import SimpleNamespace

import pytest

from sim.engines.compiled import engine
from sim.engines.compiled.engine import Compiled
from sim.engines.spans import Span


@pytest.fixture
def played(monkeypatch):
    """Have a twin that only notes what it plays: each span with the replications that chance is dealt to."""
    found = []

    @contextmanager
    def twin_of(plan, seed):
        yield SimpleNamespace(low=None, rows=SimpleNamespace(logs=lambda low: Numbers()))

    def play(twin, plan, draws, span):
        found.append((span, draws._first, draws._count))
        return [13] if span.first <= 13 < span.end else []

    monkeypatch.setattr(Compiled, "_plays", lambda self, plan: True)
    monkeypatch.setattr(engine, "_twin_of", twin_of)
    monkeypatch.setattr(engine, "_play", play)
    monkeypatch.setattr(
        engine, "reference", lambda: SimpleNamespace(worlds=lambda plan, seed, span: [("reference", span)])
    )
    return found


class Numbers(dict):
    def __missing__(self, number):
        return number


def test_no_more_are_played_than_are_asked_for(played):
    assert list(islice(Compiled().worlds(None, 0, Span(5, 95)), 12)) == [
        *range(5, 13),
        ("reference", Span(13, 1)),
        *range(14, 17),
    ]
    assert [span for span, *_ in played] == [Span(5, 10), Span(15, 10)]


@pytest.mark.parametrize("count", [20, 100, 101, 195, 250])
def test_all_are_played_once_in_order_and_chance_is_dealt_to_them(played, count):
    assert len(list(Compiled().worlds(None, 0, Span(7, count)))) == count
    numbers = [number for span, *_ in played for number in range(span.first, span.end)]
    assert numbers == list(range(7, 7 + count))
    for span, first, dealt in played:
        assert first <= span.first < span.end <= first + dealt <= 7 + count
    assert len({first for _, first, _ in played}) == -(-count // 100)
