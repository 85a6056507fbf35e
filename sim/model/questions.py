"""What a rehearsal asks of chance, and what is kept of rehearsals by the answers.

A rehearsal of the known time is a function of what it asks: whether a delay ends before `as_of` and when, yes or
no, how many. Replications that get the same answers to the same questions observe the same, so one of them is
rehearsed and the others are only asked. Each question is a pure function of what is dealt to a replication; the
next one follows from the answers before, so they form a tree.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sim.model.chance import Dealer
from sim.model.network import COMPARE
from sim.plan.laws import DiscreteLaw
from sim.plan.network import Level, Network
from sim.plan.tables import Quantity

T = TypeVar("T")
Question = Callable[[Dealer], T]
"""Asked of what is dealt to a replication; its answer can be compared and hashed."""
Asked = list[tuple[Question[Any], Hashable]]
"""What was asked, in order, and what was answered."""

MOST_KEPT = 1_024
"""Most rehearsals of a plan that are kept."""


@dataclass(slots=True)
class _Place(Generic[T]):
    """What comes next after some answers: a question, or what was found when there was no more to ask."""

    question: Question[Any] | None = None
    after: dict[Hashable, _Place[T]] = field(default_factory=dict)
    found: T | None = None


class Recollection(Generic[T]):
    """What rehearsals of one plan found, by what chance answered. It grows as it is asked; no result hangs on that."""

    def __init__(self) -> None:
        self._root = _Place[T]()
        self._kept = 0

    @property
    def asks(self) -> bool:
        """Whether anything was ever asked."""
        return self._root.question is not None

    def find(self, chance: Dealer) -> T | None:
        """Return what is found with the answers that a replication gets; None if it is not known yet."""
        place = self._root
        while place.question is not None:
            following = place.after.get(place.question(chance))
            if following is None:
                return None
            place = following
        return place.found

    def keep(self, asked: Sequence[tuple[Question[Any], Hashable]], found: T) -> None:
        """Keep what was found after these answers, unless too much is kept already."""
        if self._kept >= MOST_KEPT:
            return
        self._kept += 1
        place = self._root
        for question, answer in asked:  # threads that meet here put the same question
            following = place.after.setdefault(answer, _Place())
            place.question = question
            place = following
        place.found = found


def earliest(question: Question[int], ends: int, chance: Dealer) -> int:
    """Return when something happens; if it is not before the end, which ends the rehearsal, then the end."""
    return min(question(chance), ends)


def is_any(troops: Quantity, chance: Dealer) -> bool:
    """Tell whether there are any troops."""
    return chance.troops(troops) > 0


def sides(quantity: Quantity, network: Network, signal: int, chance: Dealer) -> Hashable:
    """Return the truth of each comparison with a number that rules read; a reading itself."""
    drawn = chance.drawn(quantity)
    if isinstance(quantity.law, DiscreteLaw):
        return drawn
    levels = (network.nodes[node] for node in network.readers[signal])
    return tuple(COMPARE[each.operator](drawn, each.number) for each in levels if isinstance(each, Level))
