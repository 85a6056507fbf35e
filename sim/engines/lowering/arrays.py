"""A plan as two arrays: what lowering returns, how much room it leaves, and what it says if it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from sim.errors import IsfError
from sim.plan.conditions import Conditions
from sim.vocabulary import Stage

STAGES = ("", *sorted(get_args(Stage)))
"""The stages by their codes; in this order, the one of their names, rows are sorted."""
WORDS_AT_MOST = 4_096
"""Most causes of waiting of one plan."""


class CannotLowerError(IsfError):
    """The compiled twin does not play a construct of this plan."""


@dataclass(frozen=True)
class Capacity:
    """How many rows there is room for; a replication that needs more is played again with more."""

    processes: int = 256
    heap: int = 2_048
    posts: int = 512
    transitions: int = 2_048
    signals: int = 4_096
    waits: int = 4_096
    causes: int = 4_096

    def doubled(self) -> Capacity:
        """Return twice as much room."""
        return Capacity(*(2 * getattr(self, name) for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Lowered:
    """A plan in two arrays, in the state before a replication, and what stands outside of them.

    `ints` and `floats` up to `n_state` and `n_float_state` change in a replication and are copied before each;
    behind them stand tables and room for rows. `streams` are the names whose keys depend on the seed, in the order
    of rows; `known` says of each stream of a number drawn once the rows of `QUANTITIES` that it fills; `never` of each
    stream by which a pledge never comes the places that its chance, if it is known, fills.
    """

    ints: tuple[int, ...]
    floats: tuple[float, ...]
    n_state: int
    n_float_state: int
    capacity: Capacity
    streams: tuple[str, ...]
    known: Mapping[str, tuple[int, ...]]
    never: Mapping[str, tuple[int, ...]]
    contributors: tuple[str, ...]
    contingents: tuple[str, ...]
    moves: tuple[str, ...]
    signals: tuple[str, ...]
    waits: tuple[str, ...]
    numbers: tuple[str, ...]
    conditions: tuple[Conditions | None, ...]
    """Of each row of troops what its rule asks."""
    statements: tuple[tuple[str, tuple[str, ...], int], ...]
    """Text, names of what it reads, and where in the floats the values stand."""
