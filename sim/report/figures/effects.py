"""What each scenario changes in one measure, ranked, and what it changes contributor by contributor."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sim.report.comparison_findings import level_finding, target_words
from sim.report.comparison_tables import ComparisonTables, comparison_tables_of
from sim.report.figures.frame import Caption, open_canvas
from sim.report.figures.ranked import RankedRow, Scale, draw_ranked, in_order
from sim.report.style import FULL_WIDTH, GREY, colours, drawing
from sim.words.dates import day, short_day
from sim.words.differences import change_in_words
from sim.words.numbers import counted, doing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.comparison import Comparison

_CLEAR = {"higher", "lower"}
_KEY = "hollow: the 95 % interval covers zero"


def draw_effects(
    comparison: Comparison | ComparisonTables,
    axes: Axes | None = None,
    width: float = FULL_WIDTH,
    *,
    measure: str = "level_mean",
    item: str = "force",
    date: dt.date | None = None,
) -> Figure:
    """Draw each scenario's difference from the baseline in one measure, with its interval.

    `measure`, `item` and `date` name rows of the comparison's table; without them it is the mean force on the
    comparison's date.
    """
    tables = comparison_tables_of(comparison)
    when = date or (tables.date if measure == "level_mean" else None)
    with drawing():
        canvas = open_canvas(axes, width)
        rows = [
            _row(tables.name(row.scenario), row, tables.shades[row.scenario])
            for row in tables.effects(measure, item, when)
        ]
        scale, what = _measure(tables, measure, item, when)
        finding = level_finding(tables) if measure == "level_mean" else _finding(rows, what)
        caption = Caption(finding, tables.subtitle(f"{what}, scenario less baseline; {_KEY}"), tables.source)
        draw_ranked(canvas, caption, in_order(rows), scale)
    return canvas.figure


def draw_contributor_effects(
    comparison: Comparison | ComparisonTables,
    axes: Axes | None = None,
    width: float = FULL_WIDTH,
    *,
    label: str,
) -> Figure:
    """Draw what one scenario changes in the mean troops of each contributor on the comparison's date."""
    tables = comparison_tables_of(comparison)
    with drawing():
        canvas = open_canvas(axes, width)
        shades = colours([*tables.pledges], tables.pledges)
        rows = [
            _row(tables.of(label).contributor_name(row.item), row, shades.get(row.item, GREY))
            for row in _of_contributors(tables, label)
        ]
        what = f"Mean {tables.force} deployed on {tables.day} by contributor"
        measure = f"{what}, {tables.name(label)} less baseline; {_KEY}"
        caption = Caption(contributor_finding(tables, label), tables.subtitle(measure), tables.source)
        draw_ranked(canvas, caption, in_order(rows), Scale())
    return canvas.figure


def _row(words: str, row: Any, colour: str) -> RankedRow:
    return RankedRow(words, row.difference, row.diff_low, row.diff_high, colour, row.verdict in _CLEAR)


def _measure(  # noqa: PLR0911  # one return for each measure
    tables: ComparisonTables, measure: str, item: str, date: dt.date | None
) -> tuple[Scale, str]:
    """How a measure is written, and what it is in words."""
    on = f" on {short_day(date)}" if date else ""
    name = target_words(item)
    match measure:
        case "level_mean":
            return Scale(), f"Mean {tables.force} deployed{on}"
        case "target_held":
            return Scale(100, 1), f"Percentage points of the chance that “{name}” is held{on}"
        case "target_reached":
            return Scale(100, 1), f"Percentage points of the chance that “{name}” is reached{on}"
        case "target_day_mean":
            return Scale(), f"Days until “{name}” is first reached (mean up to the end of the run)"
        case "first_boots_day_mean":
            return Scale(), "Days until the first troops arrive (mean up to the end of the run)"
        case "coverage":
            return Scale(100, 1), f"Percentage points of the required troop-days that are served ({name})"
        case _:
            return Scale(), f"{measure.replace('_', ' ')} {name}{on}"


def _finding(rows: list[RankedRow], what: str) -> str:
    clear = [row for row in rows if row.clear]
    if not clear:
        return f"No scenario clearly changes: {what[:1].lower()}{what[1:]}"
    risen = sum(row.value > 0 for row in clear)
    parts = [f"{doing(risen, 'raise')} it"] if risen else []
    parts += [f"{doing(len(clear) - risen, 'lower')} it"] if risen < len(clear) else []
    parts += [f"{doing(len(rows) - len(clear), 'change')} nothing clearly"] if len(clear) < len(rows) else []
    return f"{what}: of {counted(len(rows), 'scenario')} {', '.join(parts)}"


def _of_contributors(tables: ComparisonTables, label: str) -> list[Any]:
    """The rows of the contributors who have troops there in the scenario or in the baseline."""
    rows = [row for row in tables.effects("contributor_level", date=tables.date) if row.scenario == label]
    return [row for row in rows if (row.value, row.baseline) != (0, 0)]


def contributor_finding(tables: ComparisonTables, label: str) -> str:
    """Whose troops a scenario changes most on the comparison's date."""
    name_of = tables.of(label).contributor_name
    rows = [_row(name_of(row.item), row, GREY) for row in _of_contributors(tables, label)]
    clear = [row for row in rows if row.clear]
    name = tables.name(label)
    if not clear:
        return f"With “{name}” the troops of no contributor clearly change on {day(tables.date)}"
    largest = max(clear, key=lambda row: (abs(row.value), row.words))
    verdict = "higher" if largest.value > 0 else "lower"
    words = change_in_words(
        largest.value, largest.low, largest.high, verdict, more="more", less="fewer", unit="troops"
    )
    return f"With “{name}” {largest.words} changes most: {words} on {day(tables.date)}"
