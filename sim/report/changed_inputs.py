"""What differs in the inputs of the scenarios of a comparison, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.comparison_tables import ComparisonTables
from sim.report.console import print_table, say, under
from sim.report.tables import rows_of
from sim.words.names import printable

if TYPE_CHECKING:
    from rich.console import Console

_WIDE = 110
_LONGEST_VALUE = 160
_LONGEST_KEY = 34


def print_inputs(tables: ComparisonTables, console: Console) -> None:
    """Print key, old value, new value and what it rests on, by scenario."""
    rows = [
        (
            tables.name(row.scenario),
            _key(row.key),
            _value(row.baseline),
            _value(row.value),
            printable(row.source),
        )
        for row in rows_of(tables.comparison.inputs)
    ]
    same = [label for label in tables.others if label not in set(tables.comparison.inputs["scenario"])]
    if console.width < _WIDE:
        _input_lines(tables, console)
        return
    note = f"The same inputs as the baseline: {', '.join(map(tables.name, same))}." if same else ""
    columns = ["Scenario, key", "Baseline", "Here", "Rests on"]
    print_table(console, "What differs in the inputs", columns, under(rows), note=note, folded=(0, 1, 2, 3))


def _value(text: str) -> str:
    """A written value on a terminal: shortened if it is very long, a dash where there is none."""
    shown = printable(text) or "–"
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[: _LONGEST_VALUE - 1]}…"


def _input_lines(tables: ComparisonTables, console: Console) -> None:
    """The inputs as lines, for a console too narrow for five columns."""
    say(console, "\nWhat differs in the inputs", "bold")
    last = ""
    for row in rows_of(tables.comparison.inputs):
        if row.scenario != last:
            say(console, tables.name(row.scenario))
        last = row.scenario
        rests_on = f" ({printable(row.source)})" if row.source else ""
        say(console, f"  {printable(row.key)}: {_value(row.baseline)} → {_value(row.value)}{rests_on}")


def _key(path: str) -> str:
    """A dotted path, broken after a dot where it is long."""
    lines = [""]
    for part in printable(path).replace(".", ".\0").split("\0"):
        if lines[-1] and len(lines[-1]) + len(part) > _LONGEST_KEY:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)
