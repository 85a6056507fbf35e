"""What a check finds: a breach of what must never happen, and when."""

from __future__ import annotations

from dataclasses import dataclass

from sim.durations import DAY


@dataclass(frozen=True, order=True)
class Finding:
    """A breach: when (seconds since start, round), the name of the check, and what happened."""

    time: int
    step: int
    check: str
    text: str

    def __str__(self) -> str:
        """Return one readable line."""
        return f"day {self.time / DAY:g}, step {self.step}: {self.text} [{self.check}]"
