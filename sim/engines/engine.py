"""The seam: what an engine is, and what it returns of a span that it played."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sim.engines.columns import Columns
from sim.engines.spans import Span


class ReplicationLogs(Protocol):
    """The logs of one replication: rows as plain tuples, sorted; see `sim.model.replication.Logs`."""

    @property
    def violations(self) -> Any:
        """Return (time, step, statement) for each statement broken; the other logs are read by name."""
        ...

    @property
    def circumstances(self) -> Mapping[str, str]:
        """Return for each broken statement what it reads as it was when it first broke."""
        ...


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


class Engine(Protocol):
    """Plays replications of a compiled plan. A frozen value, importable by name in a worker."""

    def prepare(self, plan: Any) -> None:
        """Do what is done once before a plan is played. UsageError or CannotLowerError if it cannot be."""
        ...

    def play(self, plan: Any, seed: int, span: Span) -> Played:
        """Play a span. What one replication raises is kept as its failure; the others stand."""
        ...

    def lets_go(self, plan: Any) -> bool:
        """Tell whether most of playing a plan holds no lock of the interpreter, so that threads play at once."""
        ...

    def worlds(self, plan: Any, seed: int, span: Span) -> Iterator[Any]:
        """Yield the logs of one replication after the other, as rows; what one raises goes through."""
        ...


def merged(violations: list[Violation]) -> tuple[Violation, ...]:
    """Return one violation a statement, by statement: the replications added up, the first one kept."""
    by_statement: dict[str, Violation] = {}
    for each in sorted(violations, key=lambda violation: (violation.number, violation.day)):
        before = by_statement.get(each.statement)
        total = each.replications + (before.replications if before else 0)
        first = before or each
        by_statement[each.statement] = replace(first, replications=total)
    return tuple(by_statement[statement] for statement in sorted(by_statement))
