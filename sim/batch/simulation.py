"""What a worker does: plays a span of replications of one plan and keeps each failure beside the rest."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sim.batch.columns import LOGS, SECONDS_PER_DAY, Columns, Gathering
from sim.batch.spans import Span


class ReplicationLogs(Protocol):
    """The logs of one replication: rows as plain tuples, sorted; see `sim.model.replication.Logs`."""

    @property
    def violations(self) -> Any:
        """Return (time, step, statement) for each statement broken; the three logs are read by name."""
        ...

    @property
    def circumstances(self) -> Mapping[str, str]:
        """Return for each broken statement what it reads as it was when it first broke."""
        ...


@dataclass(frozen=True, slots=True)
class Model:
    """The seam to `sim.plan` and `sim.model`: three functions, each importable by name in a worker."""

    compile: Callable[[Any], Any]
    draws: Callable[[int, int, int], Any]
    replicate: Callable[[Any, Any, int], ReplicationLogs]


@dataclass(frozen=True, slots=True)
class Failure:
    """One replication that failed: the error in a line, and its traceback."""

    number: int
    error: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Violation:
    """A `never:` or `always:` statement that was broken: in how many replications, and where first.

    `facts` is what the statement reads as it was then, for example `deployed(turkey) = 800`.
    """

    statement: str
    replications: int
    number: int
    day: float
    facts: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """A span that was played: its rows by log, what failed, what was violated."""

    span: Span
    logs: Mapping[str, Columns]
    failures: tuple[Failure, ...]
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """One compiled plan with its seed; calling it with a span plays those replications.

    It holds nothing of the compiler, so that a worker need not import what only compiling takes.
    """

    draws: Callable[[int, int, int], Any]
    replicate: Callable[[Any, Any, int], ReplicationLogs]
    plan: Any
    seed: int

    @classmethod
    def of(cls, model: Model, plan: Any, seed: int) -> Simulation:
        """Return the simulation of a plan that the model compiled."""
        return cls(model.draws, model.replicate, plan, seed)

    def __call__(self, span: Span) -> Played:
        """Play a span. What one replication raises is kept as its failure; the others stand."""
        gatherings = {log: Gathering(log) for log in LOGS}
        failures: list[Failure] = []
        violations: list[Violation] = []
        draws = self.draws(self.seed, span.first, span.count)
        for number in range(span.first, span.end):
            try:
                logs = self.replicate(self.plan, draws, number)
                for log, gathering in gatherings.items():
                    gathering.add(number, getattr(logs, log))
                violations.extend(_violations(number, logs))
            except Exception as error:  # noqa: BLE001 - a defect in one replication must not lose the others
                failures.append(Failure(number, _in_a_line(error), traceback.format_exc()))
                for gathering in gatherings.values():
                    gathering.forget(number)
        columns = {log: gathering.columns() for log, gathering in gatherings.items()}
        return Played(span, columns, tuple(failures), merged(violations))


def standard_model() -> Model:
    """Return the simulator's own model."""
    from sim.model.replication import replicate
    from sim.plan.compilation import compile_plan
    from sim.plan.randomness import Draws

    return Model(compile_plan, Draws, replicate)


def merged(violations: list[Violation]) -> tuple[Violation, ...]:
    """Return one violation a statement, by statement: the replications added up, the first one kept."""
    by_statement: dict[str, Violation] = {}
    for each in sorted(violations, key=lambda violation: (violation.number, violation.day)):
        before = by_statement.get(each.statement)
        total = each.replications + (before.replications if before else 0)
        first = before or each
        by_statement[each.statement] = replace(first, replications=total)
    return tuple(by_statement[statement] for statement in sorted(by_statement))


def _violations(number: int, logs: ReplicationLogs) -> list[Violation]:
    first: dict[str, Violation] = {}
    for time, _, statement in logs.violations:
        facts = logs.circumstances.get(statement, "")
        first.setdefault(statement, Violation(statement, 1, number, time / SECONDS_PER_DAY, facts))
    return list(first.values())


def _in_a_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
