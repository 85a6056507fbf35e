"""Scored forecasts, told: each beside the others, date by date, and what no world had."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from sim.report.blocks import Cell, Column, Listing, Paragraph, Part, Point, Sheet
from sim.studies.forecasts.scoring import ScoredForecast, calibration, common_levels
from sim.words.numbers import counted, decimals, percentage, whole

TITLE = "Forecasts against what happened"


def forecast_parts(scored: Sequence[ScoredForecast]) -> Iterator[Part]:
    """Yield the answers of one forecast or several."""
    yield Part(TITLE, (Paragraph(finding(scored), leading=True), _overview(scored)))
    for each in scored:
        yield Part(each.name, tuple(_blocks(each)))
    rows = tuple(
        (f"{percentage(low)} to {percentage(high)}", str(count), percentage(mean), percentage(happened))
        for low, high, count, mean, happened in calibration(scored)
    )
    if rows:
        heads = (
            Column("Chance given"),
            Column("Cases", True),
            Column("Mean chance", True),
            Column("Happened", True),
        )
        yield Part("Calibration", (Sheet("How often what was given a chance happened", heads, rows),))


def finding(scored: Sequence[ScoredForecast]) -> str:
    """Say in a sentence how good the forecasts were, and whether a later one was better."""
    shared = common_levels(scored)
    if len(scored) > 1 and shared:
        first, last = (
            sum(level.crps for level in each.levels if level.date in shared) / len(shared)
            for each in (scored[0], scored[-1])
        )
        word = "helped" if last < first else "did not help"
        went = f"from {whole(first)} to {whole(last)} troops"
        return f"The update {word}: on {counted(len(shared), 'common date')} the mean CRPS went {went}"
    one = scored[0]
    if not one.levels:
        return f"Nothing can be scored yet: what happened is known until {one.known_until}"
    inside = sum(0.1 <= level.percentile <= 0.9 for level in one.levels)
    return (
        f"Mean CRPS {whole(one.mean_crps)} troops over {counted(len(one.levels), 'date')}; "
        f"{inside} of them within the 80 % band"
    )


def _overview(scored: Sequence[ScoredForecast]) -> Sheet:
    heads = (
        Column("Forecast"),
        Column("Known on", True),
        Column("Dates", True),
        Column("CRPS", True),
        Column("Brier", True),
        Column("Unforeseen", True),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            each.name,
            each.statement.made_on.isoformat(),
            str(len(each.levels)),
            _number(each.mean_crps, 0),
            _number(each.mean_brier, 3),
            str(len(each.impossible)),
        )
        for each in scored
    )
    return Sheet("", heads, rows)


def _blocks(each: ScoredForecast) -> Iterator[Sheet | Listing]:
    levels = tuple(
        (
            level.date.isoformat(),
            f"{level.observed:,}",
            whole(level.crps),
            percentage(level.percentile) + ("" if level.possible else " (no world)"),
        )
        for level in each.levels
    )
    heads = (Column("Date"), Column("Troops", True), Column("CRPS", True), Column("Percentile", True))
    yield Sheet("Levels", heads, levels)
    chances = tuple(
        (one.what, one.date.isoformat(), percentage(one.chance), "yes" if one.happened else "no", f"{one.brier:.3f}",
         "no chance given" if math.isinf(one.log) else f"{one.log:.2f}")
        for one in (*each.boots, *each.chances)
    )  # fmt: skip
    names = (
        Column("What"),
        Column("By"),
        Column("Chance", True),
        Column("Happened"),
        Column("Brier", True),
        Column("Log score", True),
    )
    yield Sheet("Chances", names, chances)
    if each.impossible:
        yield Listing(tuple(Point(words, "Unforeseen") for words in each.impossible))


def _number(value: float, digits: int) -> str:
    return "–" if math.isnan(value) else decimals(value, digits)
