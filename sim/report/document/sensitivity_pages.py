"""The chapter of a report on what matters most: each assumption moved alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sim.report.blocks import (
    Block,
    Cell,
    Column,
    Listing,
    Paragraph,
    Picture,
    Point,
    Section,
    Sheet,
    bracketed,
)
from sim.report.pictures import picture
from sim.report.sensitivity_findings import (
    assumption_words,
    difference_words,
    measure_words,
    number_words,
    sensitivity_finding,
    sensitivity_findings,
    unclear_words,
)
from sim.report.tables import rows_of
from sim.words.differences import signed_span
from sim.words.names import capitalised
from sim.words.numbers import counted

if TYPE_CHECKING:
    from sim.studies.samples import Key
    from sim.studies.sensitivity import Sensitivity

_MOST = 12
_SHARES = ("probability", "share")


def sensitivity_section(sensitivity: Sensitivity, label: str) -> Section:
    """Return what the conclusions of one scenario hang on: words, figure and table of each measure."""
    worlds = counted(sensitivity.replications, "world")
    blocks: list[Block] = [
        Paragraph(
            f"Each assumption with a number was moved alone to its low and its high end, and {label} played "
            f"again in the same {worlds}. {counted(len(sensitivity.unmoved), 'assumption')} that are no "
            "numbers were not moved."
        )
    ]
    for key in sensitivity.measures:
        if len(sensitivity.rows(key)):
            said = Listing(tuple(map(Point, sensitivity_findings(sensitivity, key))))
            blocks += [said, _picture(sensitivity, key, label), _sheet(sensitivity, key)]
    return Section(f"What matters most: the assumptions of {label}", tuple(blocks))


def _picture(sensitivity: Sensitivity, key: Key, label: str) -> Picture:
    from sim.report.figures.tornado import draw_tornado

    name = "-".join(part for part in (label, "tornado", *key) if part)
    caption = f"{label}: {measure_words(sensitivity.scenario, key)}, each assumption moved alone."
    alternative = f"Tornado chart. {sensitivity_finding(sensitivity, key)}."
    draw = partial(draw_tornado, key=key, top=_MOST)
    return picture(
        draw, sensitivity, name=name, caption=caption, alternative=alternative, data=sensitivity.rows(key)
    )


def _sheet(sensitivity: Sensitivity, key: Key) -> Sheet:
    table = sensitivity.rows(key)
    unit = str(table["unit"].iloc[0])
    rows = tuple(_row(sensitivity, row, unit) for row in rows_of(table.head(_MOST)))
    points = " in points" if unit in _SHARES else ""
    columns = (
        Column("Assumption"),
        Column("Low"),
        Column("High"),
        Column("Result at low", True),
        Column("Result at high", True),
        Column(f"High less low{points} (95 % interval)", True),
    )
    words = capitalised(measure_words(sensitivity.scenario, key))
    base = number_words(unit)(float(table["baseline"].iloc[0]))
    rest = len(table) - len(rows)
    notes = [f"The other {rest} reach less far."] if rest else []
    notes += [unclear_words(table)] if unclear_words(table) else []
    return Sheet(" ".join([f"{words}: {base} with every assumption as it is.", *notes]), columns, rows)


def _row(sensitivity: Sensitivity, row: Any, unit: str) -> tuple[Cell, ...]:
    number, difference = number_words(unit), difference_words(unit)
    scale, digits = (100, 1) if unit in _SHARES else (1, 0)
    span = signed_span(row.swing_low * scale, row.swing_high * scale, digits)
    return (
        assumption_words(sensitivity.scenario, row.assumption),
        row.low_setting,
        row.high_setting,
        number(row.low_result),
        number(row.high_result),
        bracketed(f"{difference(row.swing)} ({span})") + ("" if row.clear else " unclear"),
    )
