"""What a package gives is put together world by world from what was played of the levers that took effect."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from sim.studies.packages.evidence import Evidence

A, B, BOTH = frozenset("a"), frozenset("b"), frozenset("ab")


class Handmade(Evidence):
    """Six worlds: in the first three both levers take effect, in the next two only `a`, in the last none.

    `b` waits to see, and is pulled in the second and third world, in the fourth and in none else.
    """

    def __init__(self):
        self.deck = SimpleNamespace(is_adaptive=lambda name: name == "b")
        self._cells = SimpleNamespace(of=self._played)

    def _split(self, package):
        return {
            BOTH: np.array([1, 1, 1, 0, 0, 0], dtype=bool),
            A: np.array([0, 0, 0, 1, 1, 0], dtype=bool),
            frozenset(): np.array([0, 0, 0, 0, 0, 1], dtype=bool),
        }

    def _part(self, active, span):
        return active

    def efforts(self, name):
        return {"a": np.arange(1.0, 7.0), "b": np.arange(1.0, 7.0) * 100}[name]

    def _played(self, active):
        """Of each cell all six worlds, though only those of its own are asked for."""
        number = len(active)
        ones = np.ones(6, dtype=bool)
        return SimpleNamespace(
            finished=np.array([1, 0, 1, 1, 1, 1], dtype=bool),
            applies=np.array([1, 1, 0, 1, 1, 1], dtype=bool),
            held=ones if number != 1 else ~ones,
            level=np.arange(6) + 1000 * number,
            cost=np.arange(6) + 0.5 * number,
            pulled={"b": np.array([0, 1, 1, 1, 0, 0], dtype=bool)},
        )


def test_each_world_is_that_of_the_levers_that_took_effect():
    found = Handmade()._assembled(BOTH, 6)
    assert found.counts.tolist() == [True, False, False, True, True, True]
    assert found.held.tolist() == [True, True, True, False, False, True]
    assert found.level.tolist() == [2000, 2001, 2002, 1003, 1004, 5]
    assert found.cost.tolist() == [1.0, 2.0, 3.0, 3.5, 4.5, 5.0]
    assert found.effort.tolist() == [1.0, 202.0, 303.0, 404.0, 5.0, 6.0]
    assert (found.trials, found.successes, found.chance) == (4, 2, 0.5)
    assert found.mean_effort == sum((1, 202, 303, 404, 5, 6)) / 6
    assert found.mean_cost == (1.0 + 3.5 + 4.5 + 5.0) / 4
    assert Handmade().least_effort(BOTH) == 3.5
