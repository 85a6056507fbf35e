"""The reference: one replication after the other, each a SimPy world of its own."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sim.engines.columns import LOGS, SECONDS_PER_DAY, Gathering
from sim.engines.engine import Failure, Played, ReplicationLogs, Violation, merged
from sim.engines.spans import Span


@dataclass(frozen=True, slots=True)
class Replicating:
    """An engine of two functions: one that deals the numbers of a span, one that plays a replication of it."""

    draws: Callable[[int, int, int], Any]
    replicate: Callable[[Any, Any, int], ReplicationLogs]

    def prepare(self, plan: Any) -> None:
        """Do nothing: there is nothing to be done before."""

    def play(self, plan: Any, seed: int, span: Span) -> Played:
        """Play a span. What one replication raises is kept as its failure; the others stand."""
        gatherings = {log: Gathering(log) for log in LOGS}
        failures: list[Failure] = []
        violations: list[Violation] = []
        draws = self.draws(seed, span.first, span.count)
        for number in range(span.first, span.end):
            try:
                logs = self.replicate(plan, draws, number)
                for log, gathering in gatherings.items():
                    gathering.add(number, getattr(logs, log))
                violations.extend(_violations(number, logs))
            except Exception as error:  # noqa: BLE001 - a defect in one replication must not lose the others
                failures.append(Failure(number, _in_a_line(error), traceback.format_exc()))
                for gathering in gatherings.values():
                    gathering.forget(number)
        columns = {log: gathering.columns() for log, gathering in gatherings.items()}
        return Played(span, columns, tuple(failures), merged(violations))

    def lets_go(self, plan: Any) -> bool:
        """Return False: all of it is Python."""
        return False

    def worlds(self, plan: Any, seed: int, span: Span) -> Iterator[Any]:
        """Yield the logs of one replication after the other, as rows; what one raises goes through."""
        draws = self.draws(seed, span.first, span.count)
        for number in range(span.first, span.end):
            yield self.replicate(plan, draws, number)


def reference() -> Replicating:
    """Return the engine that plays with SimPy (`sim.model`)."""
    from sim.model.replication import replicate
    from sim.plan.randomness import Draws

    return Replicating(Draws, replicate)


def _violations(number: int, logs: ReplicationLogs) -> list[Violation]:
    first: dict[str, Violation] = {}
    for time, _, statement in logs.violations:
        facts = logs.circumstances.get(statement, "")
        first.setdefault(statement, Violation(statement, 1, number, time / SECONDS_PER_DAY, facts))
    return list(first.values())


def _in_a_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
