"""A backtest's answers: the verdict, scores by forecaster, by mission, first boots, what was done."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.report.backtest_findings import WORDS, Findings, Summary
from sim.report.blocks import Cell, Column, Listing, Paragraph, Part, Point, Sheet
from sim.studies.backtest.study import Window
from sim.words.differences import by_percent
from sim.words.numbers import percentage

SETS: tuple[tuple[str, Window, int], ...] = (
    ("On day 0, clusters left out", "leave-out", 0),
    ("On day 90, with what was known by then, clusters left out", "leave-out", 90),
    ("On day 0, learned from earlier missions only", "expanding", 0),
    ("On day 90, learned from earlier missions only", "expanding", 90),
)
"""The sets of scores: title, window, and the day on which the forecasts were made."""

_SUMMARY = (
    Column("Forecast by"),
    Column("Missions", True),
    Column("CRPS", True),
    Column("Skill", True),
    Column("90 % interval", True),
    Column("In 50 %", True),
    Column("In 80 %", True),
    Column("PIT p", True),
)
_METHOD = (
    "Each mission is drawn from what was known on day 0 by one template without a number by hand: what is in "
    "place, troops that change hats on the day that was written, pledges with a number, and the rest of the "
    "ceiling as bodies by contributors that nobody had named. Delays and shares are learned from the other "
    "clusters. The simulator plays it.",
    "CRPS is in shares of the ceiling of day 0; means are taken per mission first. Skill is 1 - CRPS / CRPS of "
    "the better reference class; its interval is a paired bootstrap over clusters. PIT: chi-squared over five "
    "parts. Scoring stops where the ceiling changed, and where counts do not tell.",
)


def verdict(findings: Findings) -> Part:
    """Return the finding, and what a good forecast must do with whether it was done."""
    points = tuple(Point(words, "done" if done else "missed") for words, done in findings.verdicts)
    return Part(TITLE, (Paragraph(findings.headline, leading=True), Listing(points)))


TITLE = "How good the forecasts would have been"


def backtest_parts(findings: Findings) -> Iterator[Part]:
    """Yield what follows the verdict."""
    sheets = []
    for title, window, known_day in SETS:
        rows = tuple(_row(each) for each in findings.summaries(window, known_day))
        if rows:
            sheets.append(Sheet(title, _SUMMARY, rows))
    yield Part("Scores", tuple(sheets))
    missions = tuple(
        (name, str(count), *(_number(value) for value in values))
        for name, count, *values in findings.by_mission()
    )
    heads = (
        Column("Mission"),
        Column("Horizons", True),
        Column("Template", True),
        Column("Class on shares", True),
        Column("Class on the gap", True),
    )
    yield Part("Mission by mission", (Sheet("Mean CRPS, forecast on day 0", heads, missions),))
    kinds = tuple(
        (name, str(count), _number(own), _number(other), by_percent(1 - own / other))
        for name, count, own, other in findings.by_kind()
    )
    by_kind = (
        Column("Kind of mission"),
        Column("Missions", True),
        Column("Template", True),
        Column("Better class", True),
        Column("Skill", True),
    )
    yield Part("Where the skill comes from", (Sheet("Mean CRPS by kind, forecast on day 0", by_kind, kinds),))
    boots = tuple(
        (f"{day} days", str(count), _number(own), _number(other))
        for day, count, own, other in findings.brier()
    )
    chances = (
        Column("By"),
        Column("Missions", True),
        Column("Template", True),
        Column("Frequency of others", True),
    )
    yield Part("First boots", (Sheet("Brier score, lower is better", chances, boots),))
    remarks = tuple(Paragraph(each) for each in findings.result.remarks)
    yield Part("What was done", (*(Paragraph(text) for text in _METHOD), *remarks))


def _row(each: Summary) -> tuple[Cell, ...]:
    low, high = by_percent(each.skill.low), by_percent(each.skill.high)
    interval = "" if math.isnan(each.skill.low) else f"{low} to {high}"
    return (
        WORDS[each.by],
        str(each.missions),
        f"{each.crps:.3f}",
        by_percent(each.skill.value),
        interval,
        percentage(each.within_50),
        percentage(each.within_80),
        f"{each.flat:.2f}",
    )


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"
