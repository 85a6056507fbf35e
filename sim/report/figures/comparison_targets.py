"""How likely every scenario is to hold one of the baseline's targets, by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.report.comparison_tables import ComparisonTables, comparison_tables_of
from sim.report.figures.dates import ABOVE, name_dates
from sim.report.figures.frame import (
    Canvas,
    Caption,
    EndLabel,
    centimetres,
    open_canvas,
    plot_width,
    settle,
)
from sim.report.figures.panels import Panel, grid_of, open_panels
from sim.report.figures.timeline import date_axis, position, positions, thinned
from sim.report.findings import readable_target, target_label
from sim.report.style import FULL_WIDTH, INK, LINE, PAPER, darkened, drawing
from sim.words.dates import as_date, day, short_day, short_month
from sim.words.differences import chance_in_words
from sim.words.numbers import chance, percentage

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.comparison import Comparison

_MOST_LINES = 4
_TOPS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_DASHES = (0, (3, 2))


def draw_comparison_targets(
    comparison: Comparison | ComparisonTables,
    axes: Axes | None = None,
    width: float = FULL_WIDTH,
    *,
    target: str | None = None,
) -> Figure:
    """Draw the chance that a target of the baseline is held on each day: one plot, or a panel a scenario.

    Without `target` it is the one whose chance on its date changes most.
    """
    tables = comparison_tables_of(comparison)
    name = target or most_changed_target(tables)
    with drawing():
        canvas = open_canvas(axes, width)
        known = [label for label in tables.labels if name and tables.curve(label, name) is not None]
        words = f"Chance that {target_label(tables.baseline, name)} is held on the day" if name else ""
        words += ", where it applies" if name and tables.targets[name].when else ""
        if len(known) <= _MOST_LINES:
            _draw_lines(canvas, tables, name, known, words)
        else:
            _draw_panels(canvas, tables, name, known, words)
    return canvas.figure


def most_changed_target(tables: ComparisonTables) -> str:
    """The baseline's target whose chance of being held changes most in any scenario; empty if it has none."""
    changes = {
        name: max((abs(row.difference) for row in _rows(tables, name)), default=0.0)
        for name in tables.targets
    }
    return max(changes, key=lambda name: changes[name], default="")


def _rows(tables: ComparisonTables, name: str) -> list[Any]:
    """The rows of one of the baseline's targets, one a scenario that can be judged by it."""
    stated = tables.targets[name]
    rows = tables.effects("target_held")
    own = [row for row in rows if row.item == name or row.item.startswith(f"{name} ({stated.troops:,} ")]
    return [row for row in own if row.date == stated.by.isoformat() and row.verdict]


def _draw_lines(canvas: Canvas, tables: ComparisonTables, name: str, known: list[str], words: str) -> None:
    labels = [
        EndLabel(_held(tables, label, name), _end(tables, label, name), _ink(tables, label))
        for label in known
    ]
    for label in known:
        _draw(canvas.axes, tables, label, name)
    _percent_axis(canvas.axes, _top(tables, name, known))
    date_axis(canvas.axes, tables.start, tables.end, plot_width(canvas, labels))
    measure = f"{words}, with 95 % intervals"
    caption = Caption(target_finding(tables, name), tables.subtitle(measure), tables.source)
    settle(canvas, caption, centimetres(5.0 if canvas.narrow else 6.5), labels, above=ABOVE)
    if name and tables.start <= tables.targets[name].by <= tables.end:
        by = tables.targets[name].by
        name_dates(canvas, [(by, f"by {short_day(by)}")], [short_month(by)])


def _draw_panels(canvas: Canvas, tables: ComparisonTables, name: str, known: list[str], words: str) -> None:
    panels = [
        Panel(tables.name(label), _ink(tables, label), _on_date(tables, label, name)) for label in known
    ]
    grid = grid_of(canvas, panels, centimetres(2.4 if canvas.narrow else 2.8), left_words="100 %")
    measure = f"{words}, with 95 % intervals (points and numbers: on its date); dashed: the baseline"
    caption = Caption(target_finding(tables, name), tables.subtitle(measure), tables.source)
    top = _top(tables, name, known)
    for label, panel in zip(known, open_panels(canvas, caption, grid), strict=True):
        _draw(panel, tables, label, name)
        if label != tables.comparison.baseline:
            _draw_reference(panel, tables, name)
        _percent_axis(panel, top)
        date_axis(panel, tables.start, tables.end, grid.panel_width)


def _draw(axes: Axes, tables: ComparisonTables, label: str, name: str) -> None:
    curve = tables.curve(label, name)
    assert curve is not None
    shown, shade = thinned(curve), tables.shades[label]
    days = positions(shown["date"])
    axes.fill_between(days, shown["held_low"], shown["held_high"], color=shade, alpha=0.25, linewidth=0)
    axes.plot(days, shown["held"], color=shade, linewidth=1.3, clip_on=False, zorder=3)
    by = tables.targets[name].by
    on_date = curve[curve["date"] == by.isoformat()]
    if len(on_date):
        axes.plot(
            [position(by)],
            [float(on_date["held"].iloc[0])],
            marker="o",
            markersize=4,
            color=shade,
            markeredgecolor=PAPER,
            markeredgewidth=0.6,
            clip_on=False,
            zorder=4,
        )


def _draw_reference(axes: Axes, tables: ComparisonTables, name: str) -> None:
    curve = tables.curve(tables.comparison.baseline, name)
    if curve is not None:
        shown = thinned(curve)
        axes.plot(
            positions(shown["date"]),
            shown["held"],
            color=INK,
            linewidth=0.7,
            linestyle=_DASHES,
            clip_on=False,
            zorder=4,
        )


def _ink(tables: ComparisonTables, label: str) -> str:
    return darkened(tables.shades[label], 0.2)


def _held(tables: ComparisonTables, label: str, name: str) -> float:
    """The chance on the last day."""
    curve = tables.curve(label, name)
    assert curve is not None
    return float(curve["held"].iloc[-1])


def _end(tables: ComparisonTables, label: str, name: str) -> str:
    return f"{tables.name(label)}: {percentage(_held(tables, label, name))}"


def _on_date(tables: ComparisonTables, label: str, name: str) -> str:
    """The chance on the target's date with its interval; nothing where the run has no such day."""
    curve = tables.curve(label, name)
    assert curve is not None
    row = curve[[as_date(date) == tables.targets[name].by for date in curve["date"]]]
    if row.empty:
        return ""
    own = tables.comparison.runs[label].replications
    low, high = float(row["held_low"].iloc[0]), float(row["held_high"].iloc[0])
    return chance(float(row["held"].iloc[0]), low, high, own)


def target_finding(tables: ComparisonTables, name: str) -> str:
    """In which scenario the chance of a target on its date changes most."""
    if not name:
        return "The baseline names no target"
    what = f"“{readable_target(name)}” is held on {day(tables.targets[name].by)}"
    rows = _rows(tables, name)
    clear = [row for row in rows if row.verdict in {"higher", "lower"}]
    if not clear:
        return f"No scenario clearly changes the chance that {what}"
    row = max(clear, key=lambda each: (abs(each.difference), each.scenario))
    words = chance_in_words(row.value, row.baseline, row.diff_low, row.diff_high, row.verdict)
    return f"The chance that {what} changes most with “{tables.name(row.scenario)}”: {words}"


def _top(tables: ComparisonTables, name: str, known: list[str]) -> float:
    """The upper end of the axis: the smallest round share that holds every curve with its interval."""
    curves = [tables.curve(label, name) for label in known]
    highest = max((float(curve["held_high"].max()) for curve in curves if curve is not None), default=1.0)
    return next(top for top in _TOPS if highest <= top)


def _percent_axis(axes: Axes, top: float) -> None:
    axes.set_ylim(0, top)
    shares = [0, top / 2, top]
    axes.set_yticks(shares, [f"{100 * share:g} %" for share in shares])
    axes.grid(axis="y", color=LINE, linewidth=0.5)
    axes.tick_params(axis="y", length=0)
