"""Every error that a user can meet, as one tree.

::

    IsfError                      base; `str()` is a complete message with its remedy
    ├── ScenarioError             a scenario file has faults (exit code 2)
    ├── RuleError                 a commitment rule cannot be read (becomes a fault of the file that holds it)
    ├── UsageError                a command or call was given something impossible (exit code 2)
    ├── MissionsError             tables of real missions have faults (exit code 2)
    ├── StoreError                a run folder cannot be written, or holds something foreign (exit code 2)
    ├── WorkerError               worker processes keep dying (exit code 2; what is finished is kept)
    ├── TimeUpError               the time allowed is over before anything can be said (exit code 4)
    └── ReplicationError          one replication failed (exit code 1, the others are kept)
        ├── EndlessInstantError   an instant did not settle after 1,000 rounds
        └── BusyReplicationError  more happened in one replication than the limit of 200,000 rounds

The command line turns `IsfError` into one message on stderr; anything else is a defect of the simulator.
"""

from __future__ import annotations

from typing import Any


class IsfError(Exception):
    """Base of every error that the simulator raises on purpose."""


class ScenarioError(IsfError):
    """A scenario file has faults; the message lists all of them, one a line.

    `faults` holds the same as values (`sim.scenario.faults.Fault`), where they are known one by one.
    """

    def __init__(self, message: str, faults: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class RuleError(IsfError):
    """A commitment rule cannot be read.

    `offset` is the 0-based character of the rule's text at which the fault stands.
    """

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


class UsageError(IsfError):
    """A command or a call was given something that cannot be."""


class MissionsError(IsfError):
    """Tables of real missions have faults, or a cell that nobody could know in time; one a line."""


class StoreError(IsfError):
    """A run folder cannot be read or written, or holds something that is not this run's."""


class WorkerError(IsfError):
    """Worker processes keep dying without finishing anything."""


class TimeUpError(IsfError):
    """The time allowed is over, and what was to be done is not; what is finished is kept."""


class ReplicationError(IsfError):
    """One replication failed."""


class EndlessInstantError(ReplicationError):
    """An instant did not settle: rules keep triggering each other without time passing."""


class BusyReplicationError(ReplicationError):
    """More happens in one replication than can be played in a reasonable time."""
