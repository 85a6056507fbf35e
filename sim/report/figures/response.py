"""How the answer responds to a number that a comparison's scenarios set: a curve, or several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.durations import DAY, SECONDS_OF_UNIT
from sim.report.comparison_findings import target_words
from sim.report.comparison_tables import ComparisonTables, comparison_tables_of
from sim.report.figures.frame import Caption, EndLabel, centimetres, open_canvas, settle
from sim.report.figures.timeline import troop_axis
from sim.report.style import DISTINCT, FULL_WIDTH, GREY, LINE, darkened, drawing
from sim.report.tables import rows_of
from sim.words.assumptions import assumption_words
from sim.words.dates import day
from sim.words.names import capitalised, printable
from sim.words.numbers import about, percentage

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.comparison import Comparison

_FEWEST = 3
"""Values from which on there is a curve."""
_LENGTHS = {f"{unit}s": seconds for unit, seconds in SECONDS_OF_UNIT.items()}
"""Units of lengths of time, in seconds."""


@dataclass(frozen=True)
class Swept:
    """What a comparison's scenarios set: each label's value of the key along the axis, and of the second key."""

    key: str
    values: dict[str, float]
    unit: str
    """In which the values are: `%`, a length of time such as `days`, or nothing."""
    second: str
    lines: dict[str, str]

    def said(self, value: float) -> str:
        """A value as it is read: `30 %`, `1,200`, `1 day`."""
        one = self.unit.removesuffix("s") if value == 1 else self.unit
        return f"{value:,g} {one}".strip()


def swept_of(tables: ComparisonTables) -> Swept | None:
    """Return the number that all scenarios vary, and nothing else beside at most one further key; else None.

    Where two keys vary, that with more values lies along the axis, if its values are numbers.
    """
    inputs = tables.comparison.inputs
    keys = sorted(set(map(str, inputs["key"])))
    if not 1 <= len(keys) <= 2:
        return None
    stated = {key: _stated(tables, key) for key in keys}
    numeric = {key: found for key in keys if (found := _numbers(stated[key])) is not None}
    if not numeric:
        return None
    key = max(numeric, key=lambda each: (len(set(numeric[each][0].values())), each))
    second = next((each for each in keys if each != key), "")
    values, unit = numeric[key]
    if len(set(values.values())) < _FEWEST:
        return None
    return Swept(key, values, unit, second, stated[second] if second else dict.fromkeys(tables.labels, ""))


def _stated(tables: ComparisonTables, key: str) -> dict[str, str]:
    """The value of a key in each scenario, as written; those that do not differ have the baseline's."""
    inputs = tables.comparison.inputs
    rows = inputs[inputs["key"] == key]
    base = str(rows["baseline"].iloc[0])
    own = dict(zip(map(str, rows["scenario"]), map(str, rows["value"]), strict=True))
    return {label: own.get(label, base) for label in tables.labels}


def _numbers(stated: dict[str, str]) -> tuple[dict[str, float], str] | None:
    """The numbers of values with their common unit; None where one is no number, or units do not go together.

    Shares and percents together are percents, lengths of time in several units are days.
    """
    try:
        found = {label: _number(text) for label, text in stated.items()}
    except ValueError:
        return None
    units = {unit for _, unit in found.values()}
    if len(units) == 1:
        return {label: value for label, (value, _) in found.items()}, units.pop()
    if units == {"", "%"}:
        return {label: value if unit else 100 * value for label, (value, unit) in found.items()}, "%"
    if units <= set(_LENGTHS):
        return {label: value * _LENGTHS[unit] / DAY for label, (value, unit) in found.items()}, "days"
    return None


def _number(text: str) -> tuple[float, str]:
    """`0.3`, `30%`, `1200`, `30 days`: the number of a value and its unit; ValueError for anything else."""
    words = text.strip().replace("%", " %").split()
    unit = words[1] if len(words) == 2 else ""
    unit = unit if unit in ("", "%") else f"{unit.rstrip('s')}s"
    if not 1 <= len(words) <= 2 or unit not in ("", "%", *_LENGTHS):
        raise ValueError(text)
    return float(words[0]), unit


def response_table(tables: ComparisonTables, target: str = "") -> pd.DataFrame:
    """Return `value` (of the key), `second`, `scenario`, `result`, `low`, `high`, by line and then value.

    The result is the mean force on the comparison's date, or the chance that a target is held on its own.
    """
    import pandas as pd

    swept = swept_of(tables)
    assert swept is not None
    rows = []
    for label in tables.labels:
        own = tables.comparison.rows("target_held" if target else "level_mean", label)
        chosen = own[own["item"] == (target or "force")]
        if not target:
            chosen = chosen[chosen["date"] == tables.date.isoformat()]
        rows += [
            (
                swept.values[label],
                swept.lines[label],
                label,
                float(row.value),
                float(row.low),
                float(row.high),
            )
            for row in rows_of(chosen)
        ]
    columns = ["value", "second", "scenario", "result", "low", "high"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["second", "value", "scenario"], ignore_index=True)


def draw_response(
    comparison: Comparison | ComparisonTables,
    axes: Axes | None = None,
    width: float = FULL_WIDTH,
    *,
    target: str = "",
) -> Figure:
    """Draw the mean force, or a target's chance, over the number that varies, with 95 % intervals."""
    tables = comparison_tables_of(comparison)
    swept = swept_of(tables)
    assert swept is not None
    with drawing():
        canvas = open_canvas(axes, width)
        table = response_table(tables, target)
        labels = []
        for place, line in enumerate(dict.fromkeys(table["second"])):
            colour = DISTINCT[place] if place < len(DISTINCT) else GREY
            own = table[table["second"] == line]
            _draw_line(canvas.axes, own, colour)
            last = rows_of(own)[-1].result
            said = f"{_line_words(tables, swept, str(line))}{_amount(last, target)}"
            labels.append(EndLabel(last, said, darkened(colour, 0.3)))
        _axes_of(canvas.axes, table, tables, swept, target)
        what = _what(tables, target)
        measure = f"{capitalised(what)} by {_key_words(tables, swept)}, with 95 % intervals"
        caption = Caption(response_finding(tables, target), tables.subtitle(measure), tables.source)
        settle(canvas, caption, centimetres(5.0 if canvas.narrow else 6.5), labels)
    return canvas.figure


def _draw_line(axes: Axes, own: pd.DataFrame, colour: str) -> None:
    values = own["value"].to_numpy(dtype=float)
    axes.fill_between(values, own["low"], own["high"], color=colour, alpha=0.2, linewidth=0)
    axes.plot(values, own["result"], color=colour, linewidth=1.3, marker="o", markersize=3.5, clip_on=False)


def _axes_of(axes: Axes, table: pd.DataFrame, tables: ComparisonTables, swept: Swept, target: str) -> None:
    if target:
        axes.set_ylim(0, 1)
        axes.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
        axes.grid(axis="y", color=LINE, linewidth=0.5)
        axes.tick_params(axis="y", length=0)
    else:
        troop_axis(axes, float(table["high"].max()), 5)
    values = sorted(set(table["value"]))
    shown = values if len(values) <= 7 else values[:: -(-len(values) // 6)]
    percent = swept.unit == "%"
    axes.set_xticks(shown, [swept.said(value) if percent else f"{value:,g}" for value in shown])
    unit = f" ({swept.unit})" if swept.unit and not percent else ""
    axes.set_xlabel(f"{_key_words(tables, swept)}{unit}")


def _key_words(tables: ComparisonTables, swept: Swept) -> str:
    return assumption_words(tables.baseline.scenario, swept.key)


def _line_words(tables: ComparisonTables, swept: Swept, value: str) -> str:
    if not swept.second:
        return ""
    return printable(f"{assumption_words(tables.baseline.scenario, swept.second)} {value}: ")


def _amount(value: float, target: str) -> str:
    return percentage(value) if target else about(value)


def _what(tables: ComparisonTables, target: str) -> str:
    if target:
        return f"the chance that “{target_words(target)}” is held on its date"
    return f"the mean force on {day(tables.date)}"


def response_finding(tables: ComparisonTables, target: str = "") -> str:
    """From what to what the answer goes over the range, and where it is largest and smallest if that is between."""
    swept = swept_of(tables)
    assert swept is not None
    table = response_table(tables, target)
    own = rows_of(table[table["second"] == swept.lines[tables.comparison.baseline]])
    first, last = own[0], own[-1]
    what = _what(tables, target)
    where = f"as {_key_words(tables, swept)} goes from {swept.said(first.value)} to {swept.said(last.value)}"
    begins, ends = _amount(first.result, target), _amount(last.result, target)
    moves = f"stays at {ends}" if begins == ends else f"goes from {begins} to {ends}"
    return f"{capitalised(what)} {moves} {where}{_turn(swept, own, target)}"


def _turn(swept: Swept, rows: list[Any], target: str) -> str:
    """Where between its ends a line is higher or lower than at both."""
    ends = (rows[0].result, rows[-1].result)
    highest, lowest = max(rows, key=lambda row: row.result), min(rows, key=lambda row: row.result)
    if highest.result > max(ends):
        return f"; it is largest at {swept.said(highest.value)} ({_amount(highest.result, target)})"
    if lowest.result < min(ends):
        return f"; it is smallest at {swept.said(lowest.value)} ({_amount(lowest.result, target)})"
    return ""
