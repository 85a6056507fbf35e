"""What a command did to a run, and what the run holds now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.batch.rerunning import rerun_command
from sim.batch.simulation import Violation

_NUMBERS_LISTED = 8


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """The run in `folder`: replications it holds, how many of them this command made, and what went wrong."""

    folder: Path
    seed: int
    replications: int
    made: int
    failed: tuple[int, ...]
    violations: tuple[Violation, ...]
    stopped: bool = False
    """Whether it was given up because each of the first replications failed."""
    wanted: int = 0
    """How many replications it was to hold: more than it holds if the time allowed was up."""
    without_logs: int = 0
    """Of how many of those that it holds the logs are not kept though they were asked for: the time was up too."""

    @property
    def finished(self) -> int:
        """Return how many replications stand in the logs."""
        return self.replications - len(self.failed)

    @property
    def is_cut(self) -> bool:
        """Whether the time allowed was up before all was played."""
        return (self.replications < self.wanted or self.without_logs > 0) and not self.stopped

    @property
    def troubles(self) -> tuple[str, ...]:
        """Return a sentence for each broken statement, for what failed, and for what was not played in time."""
        broken = tuple(self._broken(violation) for violation in self.violations)
        failures = (self._failures(),) if self.failed else ()
        return (*broken, *failures, *((self._cut(),) if self.is_cut else ()))

    def _cut(self) -> str:
        done = f"after {self.replications:,} of {self.wanted:,} replications"
        if self.replications == self.wanted:
            done = f"before {self.without_logs:,} of {self.wanted:,} replications were played again for their logs"
        return (
            f"{self.folder}: the time given with --at-most was up {done}; "
            "give the same command again to go on from there"
        )

    def _broken(self, violation: Violation) -> str:
        return (
            f"{self.folder}: “{violation.statement}” was broken in {violation.replications:,} of "
            f"{self.finished:,} replications, first in replication {violation.number} on day "
            f"{violation.day:g}{_facts(violation)}; to see how: {self._rerun(violation.number)}"
        )

    def _failures(self) -> str:
        listed = ", ".join(map(str, self.failed[:_NUMBERS_LISTED]))
        more = ", …" if len(self.failed) > _NUMBERS_LISTED else ""
        rest = "the others are kept"
        if self.stopped:
            rest = "the run stopped there, since every one fails"
        elif not self.finished:
            rest = "none is left"
        return (
            f"{self.folder}: {len(self.failed):,} of {self.replications:,} replications failed "
            f"({listed}{more}); {rest}. The errors are in {self.folder / 'failures'}; "
            f"to re-run one alone: {self._rerun(self.failed[0])}"
        )

    def _rerun(self, number: int) -> str:
        return rerun_command(self.folder / "scenario.yaml", number, self.seed)


def _facts(violation: Violation) -> str:
    return f" with {violation.facts}" if violation.facts else ""
