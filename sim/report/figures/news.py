"""What the news did: the forecast of the force as of two days, one over the other, with the records between."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.comparison_tables import ComparisonTables, comparison_tables_of
from sim.report.figures.dates import ABOVE, name_dates
from sim.report.figures.frame import Caption, EndLabel, centimetres, open_canvas, plot_width, settle
from sim.report.figures.timeline import date_axis, positions, thinned, troop_axis
from sim.report.style import BLUE, FULL_WIDTH, GREY, INK, PAPER, darkened, drawing
from sim.results.statistics import quantile_of
from sim.words.dates import day, short_day
from sim.words.numbers import about, counted, rounded, span, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.report.tables import Tables
    from sim.scenario.aims import Record
    from sim.studies.comparison import Comparison


@dataclass(frozen=True)
class TwoForecasts:
    """Two forecasts of one force: what was known earlier, what was known later, and the records that came between."""

    before: Tables
    after: Tables
    records: tuple[Record, ...]


def news_of(tables: ComparisonTables, label: str) -> TwoForecasts | None:
    """Return the two forecasts of a scenario and the baseline, the earlier `as_of` first; None if both are the same.

    A scenario without `as_of` knows nothing yet: it is the earlier one.
    """
    first, second = tables.baseline, tables.of(label)
    if first.as_of == second.as_of:
        return None
    before, after = sorted((first, second), key=lambda each: each.as_of or dt.date.min)
    known = [_said(record) for record in before.scenario.history]
    new = [record for record in after.scenario.history if _said(record) not in known]
    return TwoForecasts(before, after, tuple(sorted(new, key=lambda record: record.date)))


def _said(record: Record) -> object:
    """What a record says, not where it is known from."""
    return record.model_dump(exclude={"source"})


def draw_news(
    comparison: Comparison | ComparisonTables,
    axes: Axes | None = None,
    width: float = FULL_WIDTH,
    *,
    label: str,
) -> Figure:
    """Draw the force as of the earlier day in grey, as of the later one in blue: median and 90 % of the worlds."""
    tables = comparison_tables_of(comparison)
    news = news_of(tables, label)
    assert news is not None
    with drawing():
        canvas = open_canvas(axes, width)
        labels = []
        for own, colour in ((news.before, GREY), (news.after, BLUE)):
            shown = thinned(own.fan)
            days = positions(shown["date"])
            canvas.axes.fill_between(days, shown["q05"], shown["q95"], color=colour, alpha=0.3, linewidth=0)
            canvas.axes.plot(days, shown["q50"], color=darkened(colour, 0.25), linewidth=1.4, clip_on=False)
            last = own.fan.iloc[-1]
            words = f"{known_words(own)}: median {whole(last['q50'])}, 90 %: {span(last['q05'], last['q95'])}"
            labels.append(EndLabel(float(last["q50"]), words, darkened(colour, 0.4)))
        top = max(float(own.fan["q95"].max()) for own in (news.before, news.after))
        troop_axis(canvas.axes, top, 5)
        _draw_records(canvas.axes, news)
        date_axis(canvas.axes, tables.start, tables.end, plot_width(canvas, labels))
        measure = f"{tables.force[:1].upper()}{tables.force[1:]} deployed, median and 90 % of the worlds"
        records = counted(len(news.records), "new record")
        caption = Caption(
            news_finding(tables, label), tables.subtitle(f"{measure}; triangles: {records}"), tables.source
        )
        settle(canvas, caption, centimetres(5.0 if canvas.narrow else 6.5), labels, above=ABOVE)
        dated = [own for own in (news.before, news.after) if own.as_of is not None]
        names = [(own.as_of, known_words(own)) for own in dated if own.as_of is not None]
        name_dates(canvas, names, [short_day(date) for date, _ in names])
    return canvas.figure


def _draw_records(axes: Axes, news: TwoForecasts) -> None:
    """A triangle on the axis for each day of which a new record tells."""
    for date in sorted({record.date for record in news.records}):
        axes.plot(
            [date.toordinal()],
            [0],
            marker="^",
            markersize=5,
            color=INK,
            markeredgecolor=PAPER,
            markeredgewidth=0.5,
            clip_on=False,
            zorder=5,
        )


def known_words(tables: Tables) -> str:
    """`as of 19 Feb 2026`, or that nothing is known yet."""
    return f"as of {short_day(tables.as_of)}" if tables.as_of is not None else "before any news"


def news_finding(tables: ComparisonTables, label: str) -> str:
    """What the news did to the force on the date that the comparison speaks of."""
    news = news_of(tables, label)
    assert news is not None
    levels = [sorted(own.levels.on(tables.date).tolist()) for own in (news.before, news.after)]
    then, now = (float(quantile_of(each, 0.5)) for each in levels)
    bands = [span(float(quantile_of(each, 0.05)), float(quantile_of(each, 0.95))) for each in levels]
    moved = (
        f"stays at {whole(now) if then == now else about(now)}"
        if _about(then) == _about(now)
        else f"{'rises' if now > then else 'falls'} from {_about(then)} to {_about(now)}"
    )
    return (
        f"With the news up to {day(news.after.as_of)} the median force on {day(tables.date)} {moved}; nine in ten "
        f"worlds have {bands[1]} instead of {bands[0]}"
    )


def _about(troops: float) -> str:
    return f"{rounded(troops):,}"
