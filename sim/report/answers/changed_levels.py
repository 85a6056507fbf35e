"""What scenarios change in levels, targets, arrivals and requirements, against the baseline."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sim.report.answers.rows import shown_rows
from sim.report.blocks import Cell, Column, Part, Sheet, joined
from sim.report.comparison_findings import target_words
from sim.words.dates import short_day
from sim.words.differences import compared_words, signed, signed_span
from sim.words.titles import requirement_title

if TYPE_CHECKING:
    from sim.report.comparison_tables import ComparisonTables

CLEAR = frozenset({"higher", "lower"})
_VERDICTS = {"unclear": "unclear", "same": "same", "": "–"}
_SHARES = frozenset({"probability", "share"})


def levels_part(tables: ComparisonTables) -> Part:
    """Return the mean and the median force on each date that is compared."""
    rows = [
        (tables.name(row.scenario), f"{on(row.date)}, {what}", *changed(row))
        for measure, what in (("level_mean", "mean"), ("level_q50", "median"))
        for row in tables.effects(measure)
    ]
    rows.sort(key=lambda cells: list(map(tables.name, tables.others)).index(str(cells[0])))
    sheet = Sheet(
        f"{tables.force.capitalize()} deployed at the end of the day.", difference_columns("On"), tuple(rows)
    )
    grouped = Sheet(sheet.caption, sheet.columns, sheet.rows, grouped=True)
    return Part("Force level", (grouped,), ("response", "news", "fans", "differences", "distributions"))


def targets_part(tables: ComparisonTables) -> Part | None:
    """Return the chance that targets are held, for those that either side ever holds."""
    days = {(row.scenario, row.item): row for row in tables.effects("target_day_mean")}
    rows: list[tuple[Cell, ...]] = []
    for row in tables.effects("target_held"):
        if row.value == 0 and row.baseline == 0:
            continue
        until = days.get((row.scenario, row.item))
        later = (
            f"{signed(until.difference)} ({signed_span(until.diff_low, until.diff_high)})" if until else None
        )
        what = f"{target_words(row.item)}, {on(row.date)}"
        rows.append((tables.name(row.scenario), what, *changed(row), later))
    if not rows:
        return None
    note = (
        "Difference in percentage points. Days: later (+) or earlier (−) until the target is first reached, in the "
        "mean up to the end of the run. Targets that neither side ever holds are left out."
    )
    columns = (*difference_columns("Target"), Column("Days", True, wide=True))
    caption = "Chance that a target is held on its date."
    sheet = Sheet(caption, columns, shown_rows(rows, "row"), note, grouped=True)
    return Part("Targets", (sheet,), _most_changed(tables))


def _most_changed(tables: ComparisonTables) -> tuple[str, ...]:
    """Name the figure of the target whose chance changes most, of which page one speaks too."""
    moving = tables.moving_targets
    changes = dict.fromkeys(moving, 0.0)
    for row in tables.effects("target_held"):
        name = row.item.partition(" (")[0]
        if name in changes and row.verdict in CLEAR:
            changes[name] = max(changes[name], abs(row.difference))
    most = max(moving, key=lambda name: changes[name], default=None)
    return () if most is None else (f"target-{moving.index(most) + 1}",)


def arrivals_part(tables: ComparisonTables) -> Part:
    """Return the chance of first boots, and by how many days they come later."""
    rows = [
        (tables.name(row.scenario), "any by the end (points)", *changed(row))
        for row in tables.effects("first_boots")
    ]
    rows += [
        (tables.name(row.scenario), "days until the first", *changed(row))
        for row in tables.effects("first_boots_day_mean")
    ]
    rows.sort(key=lambda cells: list(map(tables.name, tables.others)).index(str(cells[0])))
    note = "Days: mean up to the end of the run, which counts in full where nobody ever comes."
    caption = f"First boots on the ground ({tables.force})."
    sheet = Sheet(caption, difference_columns("First boots"), tuple(rows), note, grouped=True)
    return Part("First boots", (sheet,))


def coverage_part(tables: ComparisonTables) -> Part | None:
    """Return the share of the required troop-days that are served, of lines that differ and of all."""
    rows = [
        (tables.name(row.scenario), requirement_title(tables.baseline.scenario, row.item), *changed(row))
        for row in tables.effects("coverage")
        if row.verdict not in {"same", ""} or row.item.startswith("all lines")
    ]
    if not rows:
        return None
    caption = "Share of the required troop-days that are served; difference in percentage points."
    sheet = Sheet(caption, difference_columns("Line"), shown_rows(rows, "row"), grouped=True)
    return Part("Requirements", (sheet,))


def contributors_part(tables: ComparisonTables) -> Part | None:
    """Return whose troops change: those whose own entries differ and all others, then single contributors."""
    rows: list[tuple[Cell, ...]] = []
    for label in tables.others:
        for measure, who in (("own_level", "those with changed entries"), ("others_level", "all others")):
            rows += [
                (tables.name(label), who, *changed(row), None)
                for row in tables.effects(measure, "force", tables.date)
                if row.scenario == label
            ]
        rows += list(_single(tables, label))
    if not rows:
        return None
    columns = (*difference_columns("Contributor"), Column("Arrives at all (points)", True, wide=True))
    caption = (
        f"By contributor: mean {tables.force} on {tables.day}, and points of the chance to arrive at all."
    )
    note = "Contributors without a clear change are left out."
    return Part(
        "Whose troops",
        (Sheet(caption, columns, shown_rows(rows, "row"), note, grouped=True),),
        ("contributors",),
    )


def _single(tables: ComparisonTables, label: str) -> list[tuple[Cell, ...]]:
    arrivals = {row.item: row for row in tables.effects("arrival") if row.scenario == label}
    rows: list[tuple[Cell, ...]] = []
    for row in tables.effects("contributor_level", date=tables.date):
        arrival = arrivals.get(row.item)
        if row.scenario != label or arrival is None or not {row.verdict, arrival.verdict} & CLEAR:
            continue
        arrives = changed(arrival)
        name = tables.of(label).contributor_name(row.item)
        if row.verdict in CLEAR:
            rows.append((tables.name(label), name, *changed(row), f"{arrives[2]} ({arrives[3]})"))
        else:  # its troops on that day are not what changes, and the last column is for wide places
            rows.append((tables.name(label), f"{name}, arriving at all (points)", *arrives, None))
    return rows


def changed(row: Any) -> tuple[str, str, str, str, str]:
    """Return baseline, value, difference, interval and verdict of a row of the comparison, as cells.

    A median that is the same, and whose interval is 0 alone, is not unclear, though single worlds differ.
    """
    cells = compared_words(
        row.baseline, row.value, row.difference, row.diff_low, row.diff_high, share=row.unit in _SHARES
    )
    first, second, difference, span = map(joined, cells)
    steady = row.verdict == "unclear" and row.difference == row.diff_low == row.diff_high == 0
    return first, second, difference, span, "no change" if steady else verdict(row)


def verdict(row: Any) -> str:
    """What a reader must not overlook: an unclear difference, one that few worlds show, none in any world."""
    words = _VERDICTS.get(row.verdict, "")
    few = getattr(row, "differing", None)
    return "few worlds" if few is not None and 0 < few < FEW_WORLDS and not words else words


FEW_WORLDS = 20
"""A difference that fewer worlds show is marked: its interval leans on the bound for what was not seen."""


def difference_columns(second: str) -> tuple[Column, ...]:
    """The columns of a table of differences, grouped by scenario."""
    return (
        Column("Scenario", folds=True),
        Column(second, folds=True),
        Column("Baseline", True),
        Column("Here", True),
        Column("Difference", True),
        Column("95 % interval", True),
        Column(""),
    )


def on(text: str) -> str:
    """A date of the comparison's table as readers see it."""
    return short_day(dt.date.fromisoformat(text)) if text else ""
