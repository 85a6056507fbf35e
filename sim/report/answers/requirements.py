"""How far the statement of requirements is met."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.report.answers.levels import around
from sim.report.answers.rows import shown_rows
from sim.report.blocks import Cell, Column, Paragraph, Part, Sheet, bracketed, joined
from sim.report.findings import coverage_finding
from sim.report.tables import rows_of
from sim.results.requirements import requirement_lines
from sim.scenario.planned import Planned
from sim.words.dates import short_day
from sim.words.numbers import chance, percentage, percentage_span, whole
from sim.words.titles import requirement_title

if TYPE_CHECKING:
    from sim.report.tables import Tables


def requirements_part(tables: Tables) -> Part | None:
    """Return each line: how far it is met, how surely when due, how many are missing; None without lines."""
    found = tables.coverage
    if found is None or not len(found.lines):
        return None
    missing = found.shortfall.set_index("line")
    slipping = {
        line.name for line in requirement_lines(tables.scenario) if isinstance(line.requirement.by, Planned)
    }
    rows = [_row(tables, row, missing.loc[row.line], row.line in slipping) for row in rows_of(found.lines)]
    columns = (
        Column("Requirement", folds=True),
        Column("Troops", True),
        Column("Due"),
        Column("Share met", True),
        Column("Met when due"),
        Column("Missing then", True),
        Column("At the end", True, wide=True),
    )
    caption = (
        "Share of each requirement's troop-days from the day due that is met, chance that it is met in full on that "
        "day, both with 95 % intervals; troops missing: median, in brackets between which nine of ten worlds lie. "
        "Who stands further up is served first."
    )
    said = Paragraph(f"{coverage_finding(tables)}.")
    return Part("Requirements", (said, Sheet(caption, columns, shown_rows(rows, "line"))), ("matrix",))


def _row(tables: Tables, row: Any, short: Any, slips: bool) -> tuple[Cell, ...]:
    met = chance(short["by_met"], short["by_met_low"], short["by_met_high"], tables.trials(row.applies))
    share = None
    if not math.isnan(row.share):
        share = bracketed(f"{percentage(row.share)} ({percentage_span(row.share_low, row.share_high)})")
    return (
        requirement_title(tables.scenario, str(row.line)) + (", critical" if row.critical else ""),
        whole(row.troops),
        joined(short_day(row.by) + (", slips" if slips else "")),
        share,
        bracketed(met),
        _missing(short, "by"),
        _missing(short, "end"),
    )


def _missing(short: Any, when: str) -> str | None:
    median = short[f"{when}_median"]
    if math.isnan(median):
        return None
    return around(median, short[f"{when}_q05"], short[f"{when}_q95"])
