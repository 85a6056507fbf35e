"""How likely each target is on its date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.answers.rows import shown_rows
from sim.report.blocks import Cell, Column, Part, Sheet, bracketed, joined
from sim.report.findings import target_label
from sim.report.tables import rows_of
from sim.words.dates import short_day
from sim.words.names import capitalised
from sim.words.numbers import chance, percentage

if TYPE_CHECKING:
    from sim.report.tables import Tables


def targets_part(tables: Tables) -> Part | None:
    """Return the chance that each target is held on its date, and that it was reached by then."""
    if not len(tables.targets):
        return None
    table = tables.targets.sort_values(["by", "troops", "target"], ignore_index=True)
    partly = bool((table["applies"] < 1).any())
    rows: list[tuple[Cell, ...]] = []
    for row in rows_of(table):
        trials = tables.trials(row.applies)
        rows.append(
            (
                capitalised(target_label(tables, str(row.target))),
                joined(short_day(row.by)),
                *((joined(percentage(row.applies)),) if partly else ()),
                bracketed(chance(row.held_on, row.held_low, row.held_high, trials)),
                bracketed(chance(row.reached_by, row.reached_low, row.reached_high, trials)),
            )
        )
    headings = ("Target", "By", *(("Applies in",) if partly else ()), "Held on that day", "Reached by then")
    caption = "Chance of each target, with 95 % intervals."
    sheet = Sheet(caption, tuple(map(Column, headings)), shown_rows(rows, "target"))
    return Part("Probability of each target by its date", (sheet,), ("target_probability",))
