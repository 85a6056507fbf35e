"""What is wrong with a scenario, each fault at its place, with its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sim.errors import ScenarioError
from sim.scenario.positions import Position

MOST_FAULTS = 100
"""Most faults that one error lists, and that one check looks for."""

Severity = Literal["fault", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong: where, on which item, what and the remedy (`message`).

    A *warning* does not stop a scenario from running, unless the planner asks to be strict. `check` names the
    check that found it.
    """

    file: str
    line: int
    column: int
    item: str
    message: str
    severity: Severity = "fault"
    check: str = "reading"

    def __str__(self) -> str:
        """Return `file:line:column: item: what is wrong and the remedy`."""
        kind = "warning: " if self.severity == "warning" else ""
        item = f"{self.item}: " if self.item else ""
        return _one_line(f"{self.file}:{self.line}:{self.column}: {kind}{item}{self.message}")


def fault_at(
    position: Position, item: str, message: str, severity: Severity = "fault", check: str = "reading"
) -> Fault:
    """Return the fault that stands at `position`."""
    return Fault(position.file, position.line, position.column, item, message, severity, check)


def scenario_error(faults: Iterable[Fault]) -> ScenarioError:
    """Return the error that lists the faults, each once, one a line, in the order of the files.

    Of more than `MOST_FAULTS` it lists the first, and says that more follow.
    """
    ordered = tuple(sorted(set(faults)))
    if len(ordered) > MOST_FAULTS:
        last = ordered[MOST_FAULTS]
        more = Fault(last.file, last.line, last.column, "", "more faults follow; mend those above first")
        ordered = (*ordered[:MOST_FAULTS], more)
    return ScenarioError("\n".join(str(fault) for fault in ordered), ordered)


def quoted(value: object, longest: int = 60) -> str:
    """Return a value as it is shown in a message: in quotes, on one line, cut if long."""
    text = value if isinstance(value, str) else str(value)
    text = _one_line(text)
    return f"'{text if len(text) <= longest else text[: longest - 1] + '…'}'"


def _one_line(text: str) -> str:
    """Show what is no printable character by its escape, so that a message stays on its line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
