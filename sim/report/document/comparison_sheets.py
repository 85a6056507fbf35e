"""The tables of a comparison in a report: a row a scenario, so that differences stand under each other."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sim.report.blocks import Cell, Column, Sheet, bracketed, joined
from sim.report.comparison_findings import cause_in_words
from sim.report.findings import target_label
from sim.report.tables import rows_of
from sim.studies.measures import ALL_LINES, FORCE
from sim.studies.questions import questions_of_both
from sim.words.dates import short_day
from sim.words.differences import points, points_span, signed, signed_span
from sim.words.names import capitalised
from sim.words.numbers import percentage, whole

if TYPE_CHECKING:
    from sim.report.comparison_tables import ComparisonTables

_SHARES = ("probability", "share")
"""Units of which differences are percentage points."""
_MOST_COLUMNS = 4
_MOST_CAUSES = 3
Wanted = tuple[str, Callable[[str], tuple[str, str, str]]]
"""A column of a table of differences: its heading, and (measure, item, date) for a scenario's label."""


def level_sheets(tables: ComparisonTables) -> list[Sheet]:
    """Return the mean force on each date that is compared."""
    levels = tables.comparison.rows("level_mean", tables.comparison.baseline)
    dates = [str(date) for date in sorted(set(levels["date"]))]
    wanted = [(_on(date), _always("level_mean", FORCE, date)) for date in dates]
    return _sheets(tables, wanted, f"Mean {tables.force} deployed at the end of the day")


def target_sheets(tables: ComparisonTables) -> list[Sheet]:
    """Return the chance that each of the baseline's targets is held on its date; all are judged by these."""
    wanted: list[Wanted] = [
        (
            f"{capitalised(target_label(tables.baseline, name))}, {short_day(target.by)}",
            lambda label, name=name: ("target_held", _item_of(tables, label, name), ""),  # type: ignore[misc]
        )
        for name, target in tables.targets.items()
    ]
    return _sheets(tables, wanted, "Chance that each target of the baseline is held on its date")


def other_sheets(tables: ComparisonTables) -> list[Sheet]:
    """Return first boots and coverage."""
    base = tables.comparison.baseline
    lines = f"{ALL_LINES} (as {base} asks)"
    known = set(tables.comparison.rows("coverage")["item"])
    wanted: list[Wanted] = [
        ("Any troops arrive", _always("first_boots", FORCE, "")),
        ("Days to first boots (mean)", _always("first_boots_day_mean", FORCE, "")),
    ]
    if known:
        wanted.append(
            (
                "Required troop-days served",
                lambda label: ("coverage", lines if _differs(tables, label, lines) else ALL_LINES, ""),
            )
        )
    return _sheets(tables, wanted, "First boots and requirements (the baseline's)")


def following_sheet(tables: ComparisonTables) -> Sheet | None:
    """Return the troops of those whose own entries changed against all others'; None where nobody's did."""
    found = _by_key(tables)
    date = tables.date.isoformat()
    measures = ("level_mean", "own_level", "others_level")
    rows: list[tuple[Cell, ...]] = [
        (tables.name(label), *(_change(found, label, (measure, FORCE, date)) for measure in measures))
        for label in tables.others
        if (label, "own_level", FORCE, date) in found
    ]
    headings = ("Scenario", "The whole force", "Those whose own entries changed", "All others, who follow")
    columns = tuple(Column(heading, place > 0) for place, heading in enumerate(headings))
    caption = f"Whose troops: mean {tables.force} on {tables.day}, less the baseline's, with 95 % intervals."
    return Sheet(caption, columns, tuple(rows)) if rows else None


def cause_sheet(tables: ComparisonTables) -> Sheet | None:
    """Return the causes whose troop-days change most in each scenario; None where none clearly does."""
    rows: list[tuple[Cell, ...]] = []
    for label in tables.others:
        own = [row for row in tables.effects("troop_days") if row.scenario == label]
        clear = [row for row in own if row.verdict in ("higher", "lower") and row.item != "deployed"]
        ordered = sorted(clear, key=lambda row: (-abs(row.difference), row.item))[:_MOST_CAUSES]
        for place, row in enumerate(ordered):
            words = capitalised(cause_in_words(tables, label, str(row.item)))
            rows.append((tables.name(label) if place == 0 else "", words, *_thousands(row)))
    if not rows:
        return None
    columns = (
        Column("Scenario"),
        Column("What holds troops back"),
        Column("Baseline", True),
        Column("Here", True),
        Column("Difference (95 % interval)", True),
    )
    caption = (
        f"What holds troops back more or less: each scenario's {_MOST_CAUSES} largest clear changes, in "
        "thousands of troop-days (means)."
    )
    return Sheet(caption, columns, tuple(rows))


def interaction_sheet(tables: ComparisonTables) -> Sheet:
    """Return what two changes do alone, together, and beyond their sum, in the mean force on each date."""
    table = tables.comparison.interactions
    rows: list[tuple[Cell, ...]] = []
    for row in rows_of(table[table["measure"] == "level_mean"]):
        rows.append(
            (
                f"{tables.name(row.first_scenario)} and {tables.name(row.second_scenario)}",
                joined(_on(row.date)),
                *(signed(getattr(row, effect)) for effect in ("first", "second", "both")),
                _with_interval(
                    signed(row.interaction),
                    signed_span(row.interaction_low, row.interaction_high),
                    row.verdict,
                ),
            )
        )
    headings = ("Two changes", "End of", "First", "Second", "Both", "Beyond the sum (95 % interval)")
    columns = tuple(Column(heading, place > 1) for place, heading in enumerate(headings))
    return Sheet("Mean force: two changes alone and together, less the baseline.", columns, tuple(rows))


def pairing_sheet(tables: ComparisonTables) -> Sheet:
    """Return how each scenario was compared, and how much narrower that makes its intervals."""
    rows: list[tuple[Cell, ...]] = []
    for row in rows_of(tables.comparison.pairings):
        factor = tables.narrowing(str(row.scenario))
        narrowed = None if math.isnan(factor) else f"{factor:.1f} times"
        how = "world by world" if row.paired else "independent samples"
        rows.append((tables.name(str(row.scenario)), how, int(row.worlds), narrowed, str(row.reason)))
    columns = (
        Column("Scenario"),
        Column("Compared"),
        Column("Worlds", True),
        Column("Narrower", True),
        Column("Why"),
    )
    caption = (
        "How the scenarios were compared, and by what factor the same worlds make the interval of the "
        "difference in mean force narrower than independent samples of that size would (median over dates)."
    )
    return Sheet(caption, columns, tuple(rows))


def _sheets(tables: ComparisonTables, wanted: Sequence[Wanted], caption: str) -> list[Sheet]:
    """Return tables with a row a scenario: the baseline's values, then differences from it."""
    found = _by_key(tables)
    base = tables.comparison.baseline
    sheets = []
    parts = -(-len(wanted) // _MOST_COLUMNS)
    size = -(-len(wanted) // max(1, parts))
    for start in range(0, len(wanted), max(1, size)):
        part = wanted[start : start + size]
        first = (f"{tables.name(base)} (baseline)", *(_own(found, base, of(base)) for _, of in part))
        rows: list[tuple[Cell, ...]] = [first]
        for label in tables.others:
            rows.append((tables.name(label), *(_change(found, label, of(label)) for _, of in part)))
        columns = (Column("Scenario"), *(Column(heading, True) for heading, _ in part))
        note = "baseline, then differences from it with 95 % intervals"
        note += "; –: never applies" if any(cell is None for row in rows for cell in row) else ""
        more = " (continued)" if start else ""
        sheets.append(Sheet(f"{caption}{more}: {note}.", columns, tuple(rows)))
    return sheets


def _by_key(tables: ComparisonTables) -> dict[tuple[str, str, str, str], Any]:
    rows = {}
    for row in rows_of(tables.comparison.table):
        rows[row.scenario, row.measure, row.item, row.date] = row
        rows.setdefault((row.scenario, row.measure, row.item, ""), row)
    return rows


def _own(found: dict[tuple[str, str, str, str], Any], label: str, key: tuple[str, str, str]) -> str | None:
    row = found.get((label, *key))
    if row is None:
        return None
    if row.unit in _SHARES:
        return "none" if row.value == 0 else "all" if row.value == 1 else joined(percentage(row.value))
    return whole(row.value) if row.unit != "days" else joined(f"{row.value:,.0f} days")


def _change(found: dict[tuple[str, str, str, str], Any], label: str, key: tuple[str, str, str]) -> str | None:
    row = found.get((label, *key))
    return None if row is None else change_cell(row)


def change_cell(row: Any) -> str | None:
    """Return a difference with its interval, `same` where no world differs; an unclear one says so."""
    if not row.verdict:
        return None
    if row.verdict == "same":
        return "same"
    if row.unit in _SHARES:
        value, span = f"{points(row.difference)} points", points_span(row.diff_low, row.diff_high)
    else:
        value, span = signed(row.difference), signed_span(row.diff_low, row.diff_high)
    return _with_interval(value, span, row.verdict)


def _with_interval(value: str, span: str, verdict: str) -> str:
    unclear = " unclear" if verdict == "unclear" else ""
    return bracketed(f"{value} ({span})") + unclear


def _thousands(row: Any) -> tuple[str, str, str]:
    """Return the two values and the difference in thousands: of troop-days nobody needs the single ones."""
    value, low, high = (number / 1000 for number in (row.difference, row.diff_low, row.diff_high))
    difference = _with_interval(signed(value), signed_span(low, high), row.verdict)
    return whole(row.baseline / 1000), whole(row.value / 1000), difference


def _always(measure: str, item: str, date: str) -> Callable[[str], tuple[str, str, str]]:
    return lambda _: (measure, item, date)


def _on(iso: str) -> str:
    return joined(short_day(dt.date.fromisoformat(iso)))


def _differs(tables: ComparisonTables, label: str, lines: str) -> bool:
    return lines in set(tables.comparison.rows("coverage", label)["item"])


def _item_of(tables: ComparisonTables, label: str, name: str) -> str:
    """Return what the comparison's table calls one of the baseline's targets in a scenario's rows."""
    base = tables.comparison.baseline
    if label == base:
        return name
    baseline = tables.baseline.scenario
    asked = questions_of_both(tables.of(label).scenario, baseline, label, base).targets
    ours = baseline.targets[name]
    return next((item for item, target in asked.items() if target is ours), name)
