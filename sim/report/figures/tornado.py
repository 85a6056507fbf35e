"""What matters most in one scenario: each assumption moved alone, the widest reach on top."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.report.figures.frame import EDGE, Canvas, Caption, EndLabel, open_canvas, settle
from sim.report.figures.text import height_of, width_of, wrap
from sim.report.figures.timeline import round_step
from sim.report.sensitivity_findings import (
    difference_words,
    ends_said,
    failed_words,
    number_words,
    sensitivity_finding,
    title_of,
)
from sim.report.style import BLUE, FADED, FULL_WIDTH, INK, LINE, ORANGE, SMALL, drawing
from sim.report.tables import rows_of
from sim.words.assumptions import assumption_words
from sim.words.numbers import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.samples import Key
    from sim.studies.sensitivity import Sensitivity

_PAD = 0.09
_SHADES = {"low": BLUE, "high": ORANGE}


def draw_tornado(
    sensitivity: Sensitivity,
    axes: Axes | None = None,
    width: float = FULL_WIDTH,
    *,
    key: Key | None = None,
    top: int = 20,
) -> Figure:
    """Draw a bar for each of the `top` assumptions: from the result at its low to that at its high.

    `key` is one of the study's measures, the first if left out. Thin lines are the 95 % intervals of the
    differences from the scenario itself; hollow bars are not clear of zero.
    """
    measure = key or sensitivity.measures[0]
    with drawing():
        canvas = open_canvas(axes, width)
        rows = rows_of(sensitivity.rows(measure).head(top))
        names = [_name(canvas, sensitivity, row) for row in rows]
        unit = rows[0].unit if rows else "troops"
        for place, row in enumerate(rows):
            _draw_row(canvas.axes, place, row)
        _axes(canvas, names, rows, unit)
        difference = difference_words(unit)
        labels = [
            EndLabel(
                place,
                f"{difference(row.low_difference)} / {difference(row.high_difference)}",
                leader=False,
            )
            for place, row in enumerate(rows)
        ]
        head = EndLabel(-0.8, "low / high", FADED, leader=False)
        inches = max([height_of(len(lines), SMALL) for lines in names] + [height_of(1, SMALL)]) + _PAD
        caption = Caption(
            sensitivity_finding(sensitivity, measure), _subtitle(sensitivity, unit), _source(sensitivity)
        )
        settle(canvas, caption, (max(1, len(rows)) + 0.4) * inches, [head, *labels])
    return canvas.figure


def _subtitle(sensitivity: Sensitivity, unit: str) -> str:
    points = ", percentage points" if unit in {"probability", "share"} else ""
    worlds = counted(sensitivity.replications, "world")
    return (
        "Result with each assumption moved alone to its low (blue) and its high (orange); thin: 95 % "
        f"intervals; right: difference from the scenario{points}; pale: not clear, with so many looked at · "
        f"{title_of(sensitivity)} · the same {worlds} each{failed_words(sensitivity)}"
    )


def _source(sensitivity: Sensitivity) -> str:
    return f"Source: ISF simulator, seed {sensitivity.seed}; values in brackets: low and high."


def _name(canvas: Canvas, sensitivity: Sensitivity, row: Any) -> list[str]:
    room = canvas.width * (0.36 if canvas.narrow else 0.4)
    words = assumption_words(sensitivity.scenario, row.assumption)
    name = wrap(words, canvas.figure, room, SMALL, most_lines=2)
    values = f"({'; '.join(ends_said(row))})"
    return [*name, *wrap(values, canvas.figure, room, SMALL, most_lines=2)]


def _draw_row(axes: Axes, place: int, row: Any) -> None:
    for end, shade in _SHADES.items():
        value = getattr(row, f"{end}_difference")
        low, high = getattr(row, f"{end}_diff_low"), getattr(row, f"{end}_diff_high")
        if not math.isfinite(value):
            continue
        axes.barh(
            place,
            value,
            left=row.baseline,
            height=0.56,
            color=shade,
            alpha=1.0 if row.clear else 0.35,
            linewidth=0,
        )
        if math.isfinite(low) and math.isfinite(high) and high > low:
            shift = -0.12 if end == "low" else 0.12
            axes.plot(
                [row.baseline + low, row.baseline + high],
                [place + shift, place + shift],
                color=INK,
                linewidth=0.7,
            )


def _axes(canvas: Canvas, names: Sequence[Sequence[str]], rows: Sequence[Any], unit: str) -> None:
    axes = canvas.axes
    base = float(rows[0].baseline) if rows else 0.0
    ends = [base] + [
        base + getattr(row, f"{end}_diff_{side}")
        for row in rows
        for end in _SHADES
        for side in ("low", "high")
        if math.isfinite(getattr(row, f"{end}_diff_{side}"))
    ]
    low, high = min(ends), max(ends)
    low, high = (low, high) if high > low else (low - 1, high + 1)
    margin = 0.03 * (high - low)
    axes.set_xlim(low - margin, high + margin)
    room = max([width_of(line, canvas.figure, SMALL) for lines in names for line in lines] or [0.0])
    inches = max(0.8, canvas.width * 0.75 - room - 2 * EDGE)
    most = max(3, int(inches / 0.5))
    size = high - low
    step = round_step(size * 1000, most) / 1000 if size < 4 * most else round_step(size, most)
    ticks = [step * number for number in range(math.ceil(low / step), math.floor(high / step) + 1)]
    write = number_words(unit)
    axes.set_xticks(ticks, [write(tick) if tick else "0" for tick in ticks])
    axes.set_ylim(max(1, len(names)) - 0.45, -1.1)
    axes.set_yticks(
        range(len(names)), ["\n".join(lines) for lines in names], fontsize=SMALL, color=INK, linespacing=1.05
    )
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=LINE, linewidth=0.5)
    axes.axvline(base, color=INK, linewidth=0.8, zorder=3)
