"""A comparison on the terminal: what differs in the inputs first, then what that changes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sim.report.changed_inputs import print_inputs
from sim.report.comparison_findings import (
    cause_in_words,
    head_finding,
    interaction_findings,
    pairing_findings,
    scenario_findings,
    target_words,
)
from sim.report.comparison_tables import ComparisonTables, comparison_tables_of
from sim.report.console import print_table, say, under
from sim.report.tables import rows_of
from sim.words.dates import short_day
from sim.words.differences import points, points_span, signed, signed_span
from sim.words.names import capitalised, printable
from sim.words.numbers import percentage, whole

if TYPE_CHECKING:
    from rich.console import Console

    from sim.studies.comparison import Comparison

_MOST_CAUSES = 4
_WIDE = 110


def print_comparison(comparison: Comparison | ComparisonTables, console: Console) -> None:
    """Print inputs, findings, levels, targets, coverage, arrivals, what holds back, and interactions."""
    tables = comparison_tables_of(comparison)
    say(console, f"{head_finding(tables)}", "bold")
    for sentence in pairing_findings(tables.comparison):
        say(console, sentence)
    print_inputs(tables, console)
    _findings(tables, console)
    _levels(tables, console)
    _targets(tables, console)
    _arrivals(tables, console)
    _coverage(tables, console)
    _binding(tables, console)
    _contributors(tables, console)
    _interactions(tables, console)
    _narrowing(tables, console)
    say(
        console,
        "\nIntervals have 95 % confidence, each for itself: of twenty differences that are none, about one "
        "looks clear by chance; “same”: in every world. Every number is in comparison.csv.",
        "dim",
    )


def _findings(tables: ComparisonTables, console: Console) -> None:
    say(console, "\nIn words", "bold")
    for label in tables.others:
        say(console, f"{tables.name(label)}: {' '.join(scenario_findings(tables, label))}")


def _levels(tables: ComparisonTables, console: Console) -> None:
    rows = [
        (
            tables.name(row.scenario),
            _date(row.date),
            whole(row.baseline),
            whole(row.value),
            signed(row.difference),
            signed_span(row.diff_low, row.diff_high),
            _verdict(row),
        )
        for row in tables.effects("level_mean")
    ]
    title = f"Mean {tables.force} deployed at the end of the day"
    print_table(console, title, _columns("date"), under(rows))


def _targets(tables: ComparisonTables, console: Console) -> None:
    """Targets that are held in some world of either side, with the mean days until they are first reached."""
    days = {(row.scenario, row.item): row for row in tables.effects("target_day_mean")}
    rows = []
    for row in tables.effects("target_held"):
        if row.value == 0 and row.baseline == 0:
            continue
        until = days.get((row.scenario, row.item))
        rows.append(
            (
                tables.name(row.scenario),
                f"{target_words(row.item)}, {_date(row.date)}",
                percentage(row.baseline),
                percentage(row.value),
                *_points(row),
                signed(until.difference) if until else "–",
            )
        )
    if rows:
        columns = [*_columns("target"), "Days>"]
        columns[3] = "Points>"
        note = (
            "Difference in percentage points; days: later (+) or earlier (−) until it is first reached, in "
            "the mean up to the end of the run. Targets that are held in no world are left out."
        )
        print_table(
            console,
            "Chance that a target is held on its date",
            columns,
            under(rows),
            note=note,
            folded=(0, 1),
        )


def _arrivals(tables: ComparisonTables, console: Console) -> None:
    days = {row.scenario: row for row in tables.effects("first_boots_day_mean")}
    rows = []
    for row in tables.effects("first_boots"):
        until = days[row.scenario]
        rows.append(
            (
                tables.name(row.scenario),
                "by the end",  # a line of its own, since names are long and would be broken in a narrow column
                percentage(row.baseline),
                percentage(row.value),
                *_points(row),
                signed(until.difference),
                signed_span(until.diff_low, until.diff_high),
            )
        )
    columns = ["Scenario", "Baseline>", "Here>", "Points>", "95 % interval>", "", "Days>", "95 % interval>"]
    note = "Days: later (+) or earlier (−), in the mean up to the end of the run."
    print_table(console, "First boots on the ground: chance, and mean day", columns, under(rows), note=note)


def _coverage(tables: ComparisonTables, console: Console) -> None:
    rows = [
        (
            tables.name(row.scenario),
            printable(row.item),
            percentage(row.baseline),
            percentage(row.value),
            *_points(row),
        )
        for row in tables.effects("coverage")
        if row.verdict not in {"same", ""} or row.item.startswith("all lines")
    ]
    if rows:
        columns = _columns("line")
        columns[3] = "Points>"
        title = "Share of the required troop-days that are served"
        print_table(console, title, columns, under(rows))


def _binding(tables: ComparisonTables, console: Console) -> None:
    rows = [
        row
        for label in tables.others
        for row in _most_changed([each for each in tables.effects("troop_days") if each.scenario == label])
    ]
    shown = [
        (
            tables.name(row.scenario),
            capitalised(cause_in_words(tables, row.scenario, row.item)),
            whole(row.baseline),
            whole(row.value),
            signed(row.difference),
            signed_span(row.diff_low, row.diff_high),
        )
        for row in rows
    ]
    columns = ["Scenario, cause", "Baseline>", "Here>", "Difference>", "95 % interval>"]
    note = "Mean troop-days from start to end, all forces; the causes that gain and lose most."
    print_table(console, "What holds back: gained and lost", columns, under(shown), note=note)


def _most_changed(rows: Sequence[Any]) -> Iterator[Any]:
    """The clear changes of causes, the largest gains first and the largest losses last."""
    clear = [row for row in rows if row.verdict in {"higher", "lower"} and row.item != "deployed"]
    ordered = sorted(clear, key=lambda row: (-row.difference, row.item))
    gained = [row for row in ordered if row.difference > 0][:_MOST_CAUSES]
    lost = [row for row in ordered if row.difference < 0][-_MOST_CAUSES:]
    yield from (*gained, *lost)


def _contributors(tables: ComparisonTables, console: Console) -> None:
    arrivals = {(row.scenario, row.item): row for row in tables.effects("arrival")}
    rows: list[tuple[str, ...]] = []
    for row in tables.effects("contributor_level", date=tables.date):
        arrival = arrivals[row.scenario, row.item]
        if row.verdict in {"higher", "lower"} or arrival.verdict in {"higher", "lower"}:
            rows.append(
                (
                    tables.name(row.scenario),
                    tables.of(row.scenario).contributor_name(row.item),
                    whole(row.baseline),
                    whole(row.value),
                    signed(row.difference),
                    signed_span(row.diff_low, row.diff_high),
                    points(arrival.difference),
                    points_span(arrival.diff_low, arrival.diff_high),
                )
            )
    columns = ["Scenario, contributor", "Baseline>", "Here>", "Difference>", "95 % interval>"]
    columns += ["Arrives at all>", "95 % interval>"]
    title = f"By contributor: mean {tables.force} on {tables.day}, and points of the chance to arrive at all"
    if console.width < _WIDE:
        columns = [columns[0], *columns[3:]]
        rows = [(*row[:2], *row[4:]) for row in rows]
    if rows:
        note = "Contributors without a clear change are left out."
        print_table(console, title, columns, under(rows), note=note)


def _interactions(tables: ComparisonTables, console: Console) -> None:
    table = tables.comparison.interactions
    table = table[table["measure"].isin(["level_mean", "target_held", "first_boots"])]
    if table.empty:
        return
    rows = []
    for row in rows_of(table):
        if row.first == row.second == row.both == 0:
            continue
        share = row.unit == "probability"
        one, span = (points, points_span) if share else (signed, signed_span)
        what = "Mean force" if row.measure == "level_mean" else "First boots" if row.item == "force" else ""
        item = what or f"{target_words(row.item)} held"
        rows.append(
            (
                f"{item}{', ' + _date(row.date) if row.date else ''}{' (points)' if share else ''}",
                *(one(value) for value in (row.first, row.second, row.both, row.interaction)),
                span(row.interaction_low, row.interaction_high),
                _verdict(row),
            )
        )
    names = table[["first_scenario", "second_scenario", "scenario"]].drop_duplicates()
    for sentence in interaction_findings(tables):
        say(console, f"\n{sentence}")
    if len(names) == 1:
        title = " · ".join(tables.name(label) for label in names.iloc[0])
        columns = ["", "First>", "Second>", "Both>", "Interaction>", "95 % interval>", ""]
        print_table(console, f"Two changes and both: {title}", columns, rows)


def _narrowing(tables: ComparisonTables, console: Console) -> None:
    factors = {label: tables.narrowing(label) for label in tables.others}
    known = [
        f"{tables.name(label)} {factor:.1f} times"
        for label, factor in factors.items()
        if not math.isnan(factor)
    ]
    if known:
        say(
            console,
            "\nBy so much do the same worlds narrow the interval of the mean force, against independent "
            f"samples of that size (median over dates): {', '.join(known)}.",
        )


def _columns(second: str) -> list[str]:
    return [f"Scenario, {second}", "Baseline>", "Here>", "Difference>", "95 % interval>", ""]


def _points(row: Any) -> tuple[str, str, str]:
    if math.isnan(row.difference):
        return "–", "–", "–"
    return points(row.difference), points_span(row.diff_low, row.diff_high), _verdict(row)


def _verdict(row: Any) -> str:
    """What a reader must not overlook: an unclear difference, or none in any world."""
    return {"unclear": "unclear", "same": "same", "": "–"}.get(row.verdict, "")


def _date(text: str) -> str:
    return short_day(dt.date.fromisoformat(text)) if text else ""
