"""All answers of a sensitivity study: for each measure the conclusion, what it hangs on, and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.report.blocks import Cell, Column, Listing, Paragraph, Part, Point, Sheet, bracketed, joined
from sim.report.sensitivity_findings import (
    difference_words,
    ends_said,
    failed_words,
    failures_at_ends,
    measure_words,
    number_words,
    sensitivity_findings,
    title_of,
    unclear_words,
)
from sim.report.tables import rows_of
from sim.words.assumptions import assumption_words
from sim.words.differences import signed_span
from sim.words.names import capitalised, printable
from sim.words.numbers import counted

if TYPE_CHECKING:
    from sim.studies.samples import Key
    from sim.studies.sensitivity import Sensitivity

_SHARES = ("probability", "share")


def sensitivity_title(sensitivity: Sensitivity) -> str:
    """Return the scenario's name."""
    return title_of(sensitivity)


def sensitivity_subtitle(sensitivity: Sensitivity) -> str:
    """Return how it was done: each assumption alone, on how many worlds."""
    worlds = counted(sensitivity.replications, "replication")
    said = f"Each assumption moved alone, {worlds} on the same worlds, seed {sensitivity.seed}"
    return f"{said}{failed_words(sensitivity)}"


def sensitivity_parts(sensitivity: Sensitivity, top: int) -> tuple[Part, ...]:
    """Return a part for each measure, then what was not moved."""
    parts = [
        measure_part(sensitivity, key, top) for key in sensitivity.measures if len(sensitivity.rows(key))
    ]
    said = []
    count = len(sensitivity.unmoved)
    if count:
        verb = "that is no number was" if count == 1 else "that are no numbers were"
        said.append(f"{counted(count, 'assumption')} {verb} not moved (unmoved.csv).")
    said += [
        f"{printable(row.assumption)} cannot be {printable(row.setting)}: {printable(row.why)}"
        for row in rows_of(sensitivity.faults)
    ]
    return (*parts, *([Part("What was not moved", tuple(map(Paragraph, said)))] if said else []))


def measure_part(sensitivity: Sensitivity, key: Key, top: int) -> Part:
    """Return the conclusion of one measure, and the assumptions with the widest reach."""
    from sim.words.names import file_name

    table = sensitivity.rows(key)
    unit = str(table["unit"].iloc[0])
    rows = tuple(_row(sensitivity, row, unit) for row in rows_of(table.head(top)))
    columns = (
        Column("Assumption", folds=True),
        Column("Low / high value", folds=True),
        Column("At low", True),
        Column("At high", True),
        Column(f"High less low{' (points)' if unit in _SHARES else ''}", True),
        Column(""),
    )
    rest = len(table) - len(rows)
    others = "The other one reaches" if rest == 1 else f"The other {rest:,} reach"
    notes = [f"{others} less far (sensitivity.csv)."] if rest else []
    notes += [unclear_words(table)] if unclear_words(table) else []
    failed = failures_at_ends(sensitivity, rows_of(table.head(top)))
    notes += [failed] if failed else []
    base = number_words(unit)(float(table["baseline"].iloc[0]))
    caption = f"{base} with every assumption as it is; difference with its 95 % interval."
    said = Listing(tuple(map(Point, sensitivity_findings(sensitivity, key))))
    title = capitalised(measure_words(sensitivity.scenario, key))
    figure = file_name("-".join(part for part in ("tornado", *key) if part))
    return Part(title, (said, Sheet(caption, columns, rows, " ".join(notes))), (figure,))


def _row(sensitivity: Sensitivity, row: Any, unit: str) -> tuple[Cell, ...]:
    number, difference = number_words(unit), difference_words(unit)
    scale, digits = (100, 1) if unit in _SHARES else (1, 0)
    span = signed_span(row.swing_low * scale, row.swing_high * scale, digits)
    return (
        assumption_words(sensitivity.scenario, row.assumption),
        " / ".join(ends_said(row)),
        joined(number(row.low_result)),
        joined(number(row.high_result)),
        bracketed(f"{difference(row.swing)} ({span})"),
        "" if row.clear else "same" if row.reach == 0 else "unclear",
    )
