"""The logs of one replication."""

from __future__ import annotations

from dataclasses import dataclass, field

Transition = tuple[int, int, str, str, str, str, int, str]
"""time, step, contributor, contingent, from_stage, to_stage, troops, cause"""
SignalChange = tuple[int, int, str, float]
"""time, step, fact, value"""
Wait = tuple[int, int, str, str, str, int]
"""time, step, contributor, contingent, cause, troops now waiting for it"""
Number = tuple[str, float]
"""name of the stream, the number drawn from it once in the replication"""
Violation = tuple[int, int, str]
"""time, step, statement"""


@dataclass(frozen=True)
class Logs:
    """What one replication leaves; all else is derived from it. Rows are sorted; times are in seconds."""

    transitions: list[Transition] = field(default_factory=list)
    signals: list[SignalChange] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    circumstances: dict[str, str] = field(default_factory=dict)
    """For each broken statement what it reads as it was when it first broke, as `deployed(turkey) = 800`."""

    def sort(self) -> None:
        """Sort every log by time, step, names, stages."""
        self.transitions.sort()
        self.signals.sort()
        self.waits.sort()
        self.violations.sort()
