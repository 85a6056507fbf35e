"""Who comes, how surely, how many and when; and who leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.report.answers.rows import shown_rows
from sim.report.blocks import Cell, Column, Paragraph, Part, Sheet, bracketed, joined
from sim.report.findings import several_forces, troops_words
from sim.report.tables import rows_of
from sim.words.dates import as_date, day, short_day
from sim.words.departures import departure_reason
from sim.words.numbers import chance, span, whole

if TYPE_CHECKING:
    from sim.report.tables import Tables


def arrivals_part(tables: Tables) -> Part:
    """Return the first boots on the ground, and each contributor's chance, troops and first date."""
    blocks: list[Paragraph | Sheet] = [Paragraph(first_boots_sentence(tables))]
    if len(tables.flow_in):
        blocks.append(_flow_sheet(tables))
    return Part("Who arrives, and when", tuple(blocks), ("arrivals", "gantt"))


def first_boots_sentence(tables: Tables) -> str:
    """Return when the first troops of the headline force arrive."""
    boots = tables.first_boots
    arrives = chance(boots["chance"], boots["low"], boots["high"], tables.replications)
    whose = f" ({troops_words(tables)})" if several_forces(tables) else ""
    words = f"First boots on the ground{whose} by {day(tables.scenario.end)}: {arrives}"
    if boots["chance"] > 0:
        words += f"; median {day(boots['median'])}{_between(boots['q05'], boots['q95'], boots['median'])}"
    return f"{words}."


def _between(low: Any, high: Any, median: Any) -> str:
    """`, in 90 % of worlds 1 Jan 2026 to 3 Mar 2027`; nothing where that is the median's day alone."""
    if as_date(low) == as_date(high) == as_date(median):
        return ""
    return f", in 90 % of worlds {short_day(low)} to {short_day(high)}"


def _flow_sheet(tables: Tables) -> Sheet:
    named = [(tables.contributor_name(str(row.contributor)), row) for row in rows_of(tables.flow_in)]
    named.sort(key=lambda entry: (-entry[1].chance, -entry[1].pledged, entry[0]))
    rows = [_flow_row(tables, name, row) for name, row in named]
    columns = (
        Column("Contributor", folds=True),
        Column("Pledged", True),
        Column("Arrives at all"),
        Column("Troops", True),
        Column("90 %", True, wide=True),
        Column("First arrival"),
        Column("90 %", wide=True),
        Column("All there"),
    )
    pledge = "Every force counted: median pledge" if several_forces(tables) else "Median pledge"
    caption = (
        f"{pledge}, chance to arrive with its 95 % interval; and where any arrive, troops at the peak, date "
        "of the first and date of the peak, when all are there: median, and between which nine of ten of those "
        "worlds lie."
    )
    return Sheet(caption, columns, shown_rows(rows, "contributor"))


def _flow_row(tables: Tables, name: str, row: Any) -> tuple[Cell, ...]:
    arrives = bracketed(chance(row.chance, row.chance_low, row.chance_high, tables.replications))
    if row.chance == 0:
        return name, whole(row.pledged), arrives, None, None, None, None, None
    first, last = joined(short_day(row.first_q05)), joined(short_day(row.first_q95))
    return (
        name,
        whole(row.pledged),
        arrives,
        whole(row.troops_median),
        span(row.troops_q05, row.troops_q95),
        joined(short_day(row.first_median)),
        first if first == last else f"{first} to {last}",
        joined(short_day(row.all_median)),
    )


def departures_part(tables: Tables) -> Part | None:
    """Return who leaves, how surely, when and why; None if nobody ever does."""
    if not len(tables.departures):
        return None
    rows = [
        (
            tables.contributor_name(str(row.contributor)),
            bracketed(chance(row.chance, row.low, row.high, tables.replications)),
            joined(short_day(row.median)),
            _range(row),
            reason_of(tables, row),
        )
        for row in rows_of(tables.departures)
    ]
    columns = (
        Column("Contributor", folds=True),
        Column("Leaves"),
        Column("First leave"),
        Column("90 %", wide=True),
        Column("Mostly because", folds=True),
    )
    caption = (
        "Chance that any of its troops turn home, with its 95 % interval; and where they do, the first date."
    )
    return Part("Who leaves", (Sheet(caption, columns, shown_rows(rows, "contributor")),))


def _range(row: Any) -> str:
    first, last = joined(short_day(row.q05)), joined(short_day(row.q95))
    return first if first == last else f"{first} to {last}"


def reason_of(tables: Tables, row: Any) -> str:
    """Return why the contributor of a row of the departures mostly leaves."""
    who, parts = str(row.contributor), {"mission_ends": row.mission_ends, "recorded": row.recorded}
    return departure_reason(tables.scenario, tables.titles, who, row.withdraws, **parts)
