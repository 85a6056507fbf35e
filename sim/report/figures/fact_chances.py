"""How likely facts and consents are over time: a row each, with the dates on which rules decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.report.figures.dates import ABOVE, name_dates
from sim.report.figures.frame import Canvas, EndLabel, caption_of, open_canvas, settle
from sim.report.figures.text import width_of, wrap
from sim.report.figures.timeline import date_axis, positions, thinned
from sim.report.findings import in_share
from sim.report.style import BLUE, FADED, FULL_WIDTH, INK, LINE, ORANGE, SMALL, darkened, drawing
from sim.report.tables import Tables, rows_of, tables_of
from sim.vocabulary import MONTHS, cause_of
from sim.words.causes import cause_label
from sim.words.dates import day, short_day
from sim.words.names import capitalised, printable
from sim.words.numbers import about, count_of, counted

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run

_MOST_ROWS = 24
_MOST_DATES = 6
_HIGH = 0.8
"""How high a chance of 1 stands in its row."""


def draw_fact_chances(run: Run | Tables, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw a row for each fact and consent: the share of replications in which it is so at the end of each day."""
    tables = tables_of(run)
    with drawing():
        canvas = open_canvas(axes, width)
        table = tables.fact_chances
        names = shown_signals(table)
        labels = [EndLabel(-0.62, "last day", FADED, leader=False)] if names else []
        for place, name in enumerate(names):
            _draw_row(canvas.axes, place, table, name)
            last = float(table[name].iloc[-1])
            labels.append(EndLabel(place, count_of(last, tables.replications), leader=False))
        room = _row_axis(canvas, [signal_words(tables, name) for name in names])
        date_axis(canvas.axes, tables.scenario.start, tables.scenario.end, canvas.width - room - 0.7)
        caption = caption_of(tables, facts_finding(tables), _measure(table, names))
        row_inches = 0.3 if canvas.narrow else 0.26
        settle(canvas, caption, max(1, len(names)) * row_inches, labels, above=2 * ABOVE)
        _name_dates(canvas, tables)
    return canvas.figure


def _draw_row(axes: Axes, place: int, table: pd.DataFrame, name: str) -> None:
    """The chance as the height of a filled band on the row's own base line."""
    shown = thinned(table)
    days, base = positions(shown["date"]), place + _HIGH / 2
    colour = ORANGE if name.startswith("consent(") else BLUE
    top = base - _HIGH * shown[name].to_numpy(dtype=float)
    axes.fill_between(days, base, top, color=colour, alpha=0.35, linewidth=0, label=name)
    axes.plot(days, top, color=darkened(colour, 0.15), linewidth=0.9, clip_on=False)
    axes.axhline(base, color=LINE, linewidth=0.5, zorder=0)


def _row_axis(canvas: Canvas, words: Sequence[str]) -> float:
    """Name the rows to the left; returns the inches that the names take."""
    room = canvas.width * (0.34 if canvas.narrow else 0.28)
    names = [wrap(name, canvas.figure, room, SMALL, most_lines=2) for name in words]
    axes = canvas.axes
    axes.set_yticks(range(len(names)), ["\n".join(lines) for lines in names], fontsize=SMALL)
    axes.set_ylim(max(1, len(names)) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    return max([0.0, *(width_of(line, canvas.figure, SMALL) for lines in names for line in lines)])


def _name_dates(canvas: Canvas, tables: Tables) -> None:
    most = _MOST_DATES // 2 if canvas.narrow else _MOST_DATES
    named = [(date, short_day(date)) for date in decision_dates(tables)[:most]]
    if tables.as_of is not None:
        named = [(tables.as_of, f"as of {short_day(tables.as_of)}"), *named]
    name_dates(canvas, named, [f"{date.day} {MONTHS[date.month - 1][:3]}" for date, _ in named])


def _measure(table: pd.DataFrame, names: Sequence[str]) -> str:
    left = len(table.columns) - 1 - len(names)
    rest = f"; {counted(left, 'more settled one')} left out" if left else ""
    return (
        "Share of replications in which each is so at the end of the day, from none to all in each row; dotted: days "
        f"to come that rules name{rest}"
    )


def shown_signals(table: pd.DataFrame) -> list[str]:
    """Return the facts and consents to show, in the table's order: beyond so many rows the most open ones."""
    names = [str(name) for name in table.columns if name != "date"]
    if len(names) <= _MOST_ROWS:
        return names
    openness = {name: float((table[name] * (1 - table[name])).mean()) for name in names}
    kept = sorted(names, key=lambda name: (-openness[name], name))[:_MOST_ROWS]
    return [name for name in names if name in kept]


def signal_words(tables: Tables, signal: str) -> str:
    """Return what a row is called: a fact's title, `Israel's consent to Turkey`."""
    if signal.startswith("consent("):
        return capitalised(cause_label(cause_of(signal), tables.titles))
    title = printable(tables.titles.get(signal, signal))
    return f"{title}, complete" if tables.scenario.facts[signal].kind == "progress" else title


def decision_dates(tables: Tables) -> tuple[dt.date, ...]:
    """Return the days that the rules name, of those that are still to come, in order."""
    scenario = tables.scenario
    known = scenario.as_of or scenario.start
    return tuple(sorted(date for date in set(_named(tables)) if known < date <= scenario.end))


def _named(tables: Tables) -> Iterator[dt.date]:
    from sim.rules.references import subrules
    from sim.rules.syntax import After, Before
    from sim.scenario.rules import all_rules

    for _, rule in all_rules(tables.scenario):
        yield from (part.date for part in subrules(rule) if isinstance(part, (After, Before)))


def facts_finding(tables: Tables) -> str:
    """Which fact or consent holds back most, and how likely it is on the date that headlines speak of.

    Where nobody waits for any of them: which is the most open one.
    """
    table = tables.fact_chances
    row = table[[each.date() == tables.date for each in table["date"]]].iloc[0]
    chances = {str(name): float(row[name]) for name in table.columns if name != "date"}
    if not chances:
        return "The scenario has no fact or consent that is so or not"
    when = day(tables.date)
    lost = {name: days for name, days in lost_to(tables).items() if name in chances}
    if lost:
        name = max(lost, key=lambda each: (lost[each], each))
        waiting = "waiting for it" if name.startswith("consent(") else "to conditions that name it"
        size, share = about(lost[name]), in_share(chances[name], tables.replications)
        most = "matters most" if len(chances) > 1 else "holds troops back"
        start = f"{_quoted(tables, name)} {most}: {size} troop-days are lost {waiting}"
        return f"{start}; it {_is_so(tables, name)} {share} on {when}"
    name = min(chances, key=lambda each: (abs(chances[each] - 0.5), each))
    if chances[name] in (0.0, 1.0):
        return f"Every fact and consent is settled on {when} in all replications"
    share = in_share(chances[name], tables.replications)
    several = f", the most open of {len(chances)} facts and consents" if len(chances) > 1 else ""
    return f"{_quoted(tables, name)} {_is_so(tables, name)} {share} on {when}{several}"


def lost_to(tables: Tables) -> dict[str, float]:
    """Return the headline force's mean troop-days lost to conditions that name a fact or consent, by its signal.

    A condition that names several counts for each of them.
    """
    from sim.rules.parsing import parse
    from sim.rules.references import signals
    from sim.rules.syntax import Consent, Value

    lost: dict[str, float] = {}
    for row in rows_of(tables.binding):
        cause = cause_of(str(row.cause))
        named = [str(row.cause)] if cause.kind == "consent" else []
        for quantity in signals(parse(cause.subject)) if cause.kind == "rule" else ():
            if isinstance(quantity, Value):
                named.append(quantity.name)
            elif isinstance(quantity, Consent):
                named.append(f"consent({quantity.party}, {quantity.contributor})")
        for name in named:
            lost[name] = lost.get(name, 0.0) + float(row.troop_days)
    return {name: days for name, days in lost.items() if days > 0}


def _quoted(tables: Tables, signal: str) -> str:
    return (
        signal_words(tables, signal)
        if signal.startswith("consent(")
        else f"“{printable(tables.titles.get(signal, signal))}”"
    )


def _is_so(tables: Tables, signal: str) -> str:
    if signal.startswith("consent("):
        return "is given"
    return "is complete" if tables.scenario.facts[signal].kind == "progress" else "holds"
