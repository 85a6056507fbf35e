"""A span of replication numbers: what an engine is asked to play."""

from __future__ import annotations

from dataclasses import dataclass

BLOCK = 250
"""Replication numbers in a block; fixed, so that extending a run touches none of its full blocks."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The replication numbers `first` … `first + count - 1`."""

    first: int
    count: int

    @property
    def end(self) -> int:
        """Return the number after the last one."""
        return self.first + self.count

    @property
    def block(self) -> int:
        """Return the number of the block that holds this span."""
        return self.first // BLOCK
