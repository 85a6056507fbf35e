"""How the answer responds to a number that a comparison's scenarios set: a curve, or several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.report.comparison_findings import target_words
from sim.report.comparison_tables import ComparisonTables, comparison_tables_of
from sim.report.figures.frame import Caption, EndLabel, centimetres, open_canvas, settle
from sim.report.figures.timeline import troop_axis
from sim.report.sensitivity_findings import assumption_words
from sim.report.style import DISTINCT, FULL_WIDTH, GREY, LINE, darkened, drawing
from sim.report.tables import rows_of
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


@dataclass(frozen=True)
class Swept:
    """What a comparison's scenarios set: each label's value of the key along the axis, and of the second key."""

    key: str
    values: dict[str, float]
    second: str
    lines: dict[str, str]


def swept_of(tables: ComparisonTables) -> Swept | None:
    """Return the number that all scenarios vary, and nothing else beside at most one further key; else None.

    Where two keys vary, that with more values lies along the axis, if its values are numbers.
    """
    inputs = tables.comparison.inputs
    keys = sorted(set(map(str, inputs["key"])))
    if not 1 <= len(keys) <= 2:
        return None
    stated = {key: _stated(tables, key) for key in keys}
    numeric = {key: values for key in keys if (values := _numbers(stated[key])) is not None}
    if not numeric:
        return None
    key = max(numeric, key=lambda each: (len(set(numeric[each].values())), each))
    second = next((each for each in keys if each != key), "")
    if len(set(numeric[key].values())) < _FEWEST:
        return None
    return Swept(key, numeric[key], second, stated[second] if second else dict.fromkeys(tables.labels, ""))


def _stated(tables: ComparisonTables, key: str) -> dict[str, str]:
    """The value of a key in each scenario, as written; those that do not differ have the baseline's."""
    inputs = tables.comparison.inputs
    rows = inputs[inputs["key"] == key]
    base = str(rows["baseline"].iloc[0])
    own = dict(zip(map(str, rows["scenario"]), map(str, rows["value"]), strict=True))
    return {label: own.get(label, base) for label in tables.labels}


def _numbers(stated: dict[str, str]) -> dict[str, float] | None:
    try:
        return {label: _number(text) for label, text in stated.items()}
    except ValueError:
        return None


def _number(text: str) -> float:
    """`0.3`, `30%`, `1200`, `30 days`: the number of a value with a unit; ValueError for anything else."""
    words = text.strip().removesuffix("%").split()
    if len(words) == 1:
        return float(words[0])
    if len(words) == 2 and words[1].rstrip("s") in ("hour", "day", "week", "month", "year"):
        return float(words[0])
    raise ValueError(text)


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
    axes.set_xticks(shown, [f"{value:g}" for value in shown])
    axes.set_xlabel(_key_words(tables, swept))


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
    where = f"as {_key_words(tables, swept)} goes from {first.value:g} to {last.value:g}"
    ends = f"{_amount(first.result, target)} to {_amount(last.result, target)}"
    return f"{capitalised(what)} goes from {ends} {where}{_turn(own, target)}"


def _turn(rows: list[Any], target: str) -> str:
    """Where between its ends a line is higher or lower than at both."""
    ends = (rows[0].result, rows[-1].result)
    highest, lowest = max(rows, key=lambda row: row.result), min(rows, key=lambda row: row.result)
    if highest.result > max(ends):
        return f"; it is largest at {highest.value:g} ({_amount(highest.result, target)})"
    if lowest.result < min(ends):
        return f"; it is smallest at {lowest.value:g} ({_amount(lowest.result, target)})"
    return ""
