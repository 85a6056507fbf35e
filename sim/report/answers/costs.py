"""What the force costs, beside how large it is: by the date of each target and by the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.blocks import Column, Part, Sheet, bracketed, joined
from sim.report.tables import rows_of
from sim.words.dates import short_day
from sim.words.names import printable
from sim.words.numbers import about, rounded, span, whole

if TYPE_CHECKING:
    from sim.report.tables import Tables


def costs_part(tables: Tables) -> Part | None:
    """Return the cost by date; None where the scenario states no costs."""
    if tables.scenario.costs is None:
        return None
    columns = (
        Column("By"),
        Column("Mean", True),
        Column("Median", True),
        Column("90 % of worlds", True),
    )
    rows = tuple(
        (
            joined(short_day(row.date)),
            bracketed(f"{whole(row.mean)} ({span(max(0.0, row.low), row.high)})"),
            whole(row.median),
            span(row.q05, row.q95),
        )
        for row in rows_of(tables.costs)
    )
    unit = printable(tables.scenario.costs.unit)
    caption = (
        f"Spent on every force since the start, in {unit}: mean with its 95 % interval, median, and between which "
        "nine of ten worlds lie."
    )
    return Part("What the force costs", (Sheet(caption, columns, rows),), ("costs",))


def costs_finding(tables: Tables) -> str:
    """Return what the force costs by the end, in a sentence without its full stop."""
    assert tables.scenario.costs is not None
    last = next(reversed(list(rows_of(tables.costs))))
    unit = printable(tables.scenario.costs.unit)
    return (
        f"By {short_day(last.date)} the force has cost {about(last.median)} {unit} in the median "
        f"(90 % of worlds: {span(rounded(last.q05), rounded(last.q95))})"
    )
