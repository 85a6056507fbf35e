"""The best assignment against all of them, by cuts as by the library."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.results import assignment
from sim.results.assignment import best_assignment


@pytest.fixture(params=[0, 6], ids=["library", "cuts"], autouse=True)
def way(request, monkeypatch):
    """Both ways to find the maximum flow."""
    monkeypatch.setattr(assignment, "_FEW_KINDS", request.param)


def _feasible(able, supply, wanted):
    """Say whether all can get what is wanted: no set of lines asks for more than those who may serve it."""
    lines = range(len(wanted))
    for chosen in product((False, True), repeat=len(wanted)):
        asked = sum(wanted[line] for line in lines if chosen[line])
        givers = [
            body for body in range(len(supply)) if any(chosen[line] and able[body][line] for line in lines)
        ]
        if asked > sum(supply[body] for body in givers):
            return False
    return True


def _brute_force(able, supply, needed):
    """Return the lexicographically greatest assignment among all of them, and the largest total of any."""
    feasible = [
        wanted for wanted in product(*(range(line + 1) for line in needed)) if _feasible(able, supply, wanted)
    ]
    return max(feasible), max(map(sum, feasible))


@st.composite
def cases(draw):
    bodies, lines = draw(st.integers(0, 4)), draw(st.integers(1, 3))
    states = draw(st.integers(1, 4))
    matrix = lambda rows, columns, each: draw(  # noqa: E731
        st.lists(st.lists(each, min_size=columns, max_size=columns), min_size=rows, max_size=rows)
    )
    return (
        np.array(matrix(bodies, lines, st.booleans()), dtype=bool).reshape(bodies, lines),
        np.array(matrix(states, bodies, st.integers(0, 5)), dtype=np.int64).reshape(states, bodies),
        np.array(matrix(states, lines, st.integers(0, 5)), dtype=np.int64).reshape(states, lines),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases())
def test_the_assignment_is_the_best_of_all(case):
    able, supply, needed = case
    filled = best_assignment(able, supply, needed)
    for state in range(len(supply)):
        best, most = _brute_force(able.tolist(), supply[state].tolist(), needed[state].tolist())
        assert tuple(filled[state]) == best
        assert filled[state].sum() == most
    assert (filled <= needed).all()
    assert (filled.sum(axis=1) <= supply.sum(axis=1)).all()


def test_the_first_line_is_served_first_without_waste():
    able = np.array([[True, True], [True, False]])
    assert best_assignment(able, np.array([[10, 10]]), np.array([[10, 10]])).tolist() == [[10, 10]]
    assert best_assignment(able, np.array([[10, 0]]), np.array([[8, 8]])).tolist() == [[8, 2]]


def test_large_forces_do_not_overflow_the_library():
    able = np.array([[True, True], [False, True]])
    supply = np.full((4, 2), 1_000_000_000)
    needed = np.array(
        [[2_000_000_000, 100], [1_000_000_000, 1_000_000_000], [5, 2_000_000_000], [7_000_000_000, 0]]
    )
    expected = [[1_000_000_000, 100], [1_000_000_000, 1_000_000_000], [5, 1_999_999_995], [1_000_000_000, 0]]
    assert best_assignment(able, supply, needed).tolist() == expected


def test_how_many_states_are_solved_at_once_does_not_show(monkeypatch):
    generator = np.random.default_rng(1)
    able = generator.random((5, 4)) < 0.6
    supply, needed = generator.integers(0, 50, (40, 5)), generator.integers(0, 60, (40, 4))
    whole = best_assignment(able, supply, needed)
    monkeypatch.setattr(assignment, "_STATES_AT_ONCE", 1)
    assert (best_assignment(able, supply, needed) == whole).all()


def test_many_kinds_are_the_librarys_and_few_are_not(monkeypatch):
    asked = []
    real = assignment._fill
    monkeypatch.setattr(assignment, "_fill", lambda *given: asked.append(len(given[0])) or real(*given))
    monkeypatch.setattr(assignment, "_FEW_KINDS", 2)
    for kinds in (2, 3):
        able = np.array([[True, place <= one] for place, one in enumerate([0, 1, 1])][:kinds])
        able = np.hstack([able, np.eye(kinds, dtype=bool)])
        best_assignment(able, np.ones((1, kinds), dtype=np.int64), np.ones((1, 2 + kinds), dtype=np.int64))
    assert asked == [3]
