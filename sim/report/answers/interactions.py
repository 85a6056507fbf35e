"""Two changes and both together; and how the scenarios were compared."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.report.answers.changed_levels import on, verdict
from sim.report.blocks import Cell, Column, Listing, Part, Point, Sheet, joined
from sim.report.comparison_findings import interaction_findings, target_words
from sim.report.tables import rows_of
from sim.words.differences import points, points_span, signed, signed_span

if TYPE_CHECKING:
    from sim.report.comparison_tables import ComparisonTables

_MEASURES = ("level_mean", "target_held", "first_boots")


def interactions_part(tables: ComparisonTables) -> Part | None:
    """Return what two changes do alone, together, and beyond their sum; None without such scenarios."""
    table = tables.comparison.interactions
    table = table[table["measure"].isin(_MEASURES)]
    rows: list[tuple[Cell, ...]] = []
    for row in rows_of(table):
        if row.first == row.second == row.both == 0:
            continue
        share = row.unit == "probability"
        one, span = (points, points_span) if share else (signed, signed_span)
        what = {"level_mean": "mean force", "first_boots": "first boots"}.get(row.measure)
        item = what or f"{target_words(row.item)} held"
        when = f", {on(row.date)}" if row.date else ""
        pair = f"{tables.name(row.first_scenario)} and {tables.name(row.second_scenario)}"
        rows.append(
            (
                pair,
                f"{item}{when}{' (points)' if share else ''}",
                *(joined(one(value)) for value in (row.first, row.second, row.both, row.interaction)),
                joined(span(row.interaction_low, row.interaction_high)),
                verdict(row),
            )
        )
    if not rows:
        return None
    columns = (
        Column("Two changes", folds=True),
        Column("Measure", folds=True),
        *(
            Column(heading, True)
            for heading in ("First", "Second", "Both", "Beyond the sum", "95 % interval")
        ),
        Column(""),
    )
    caption = "Two changes alone and together, less the baseline; beyond the sum: what both do more than each added."
    said = Listing(tuple(map(Point, interaction_findings(tables))))
    return Part("Two changes together", (said, Sheet(caption, columns, tuple(rows), grouped=True)))


def pairing_part(tables: ComparisonTables) -> Part:
    """Return how each scenario was compared, and how much narrower that makes its intervals."""
    rows: list[tuple[Cell, ...]] = []
    for row in rows_of(tables.comparison.pairings):
        factor = tables.narrowing(str(row.scenario))
        narrowed = None if math.isnan(factor) else f"{factor:.1f} times"
        how = "world by world" if row.paired else "independent samples"
        rows.append((tables.name(str(row.scenario)), how, int(row.worlds), narrowed, str(row.reason)))
    columns = (
        Column("Scenario", folds=True),
        Column("Compared"),
        Column("Worlds", True),
        Column("Narrower", True),
        Column("Why", folds=True),
    )
    caption = (
        "By what factor the same worlds make the interval of the difference in mean force narrower than independent "
        "samples of that size would: median over dates."
    )
    return Part("How they were compared", (Sheet(caption, columns, tuple(rows)),))
