"""The authorised ceilings: how many more may embark.

Whoever is on the way, there, or on the way out counts, of every contingent and trained force that the ceiling
is about; what the allocator grants counts from the grant on. A relief in place changes no level and counts
once.
"""

from __future__ import annotations

from sim.plan.tables import CeilingPlan


class Ceilings:
    """Room under every ceiling of one replication."""

    def __init__(self, ceilings: tuple[CeilingPlan, ...]) -> None:
        self._room = [ceiling.most for ceiling in ceilings]
        self.changed = False
        """Whether some room changed since somebody last cleared this."""

    def room(self, ceilings: tuple[int, ...]) -> int | None:
        """Return how many may still embark under all of these ceilings; None: they do not limit."""
        return max(0, min(self._room[number] for number in ceilings)) if ceilings else None

    def take(self, ceilings: tuple[int, ...], amount: int) -> None:
        """Take up so much room under each of these ceilings (below 0: give it back)."""
        if amount:
            for number in ceilings:
                self._room[number] -= amount
                self.changed = True
