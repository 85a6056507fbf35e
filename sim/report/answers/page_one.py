"""What a decision-maker reads first: what can be counted on, what is likely, what holds the rest back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.answers.arrivals import reason_of
from sim.report.blocks import Column, Curve, Listing, Paragraph, Part, Point, Sheet
from sim.report.findings import (
    FEW,
    all_alike,
    binding_clause,
    coverage_finding,
    force_finding,
    headline_targets,
    several_forces,
    target_label,
    troops_words,
)
from sim.report.tables import rows_of
from sim.report.telling.contradiction_lines import contradiction_note
from sim.report.telling.overdue_lines import overdue_note
from sim.results.assurance import SURE, chance_of_none, count_on, counted_on_from
from sim.results.statistics import mean_interval, quantile_interval, quantile_of, wilson
from sim.words.dates import as_date, day, short_day
from sim.words.names import capitalised, listed, printable, readable, uncapitalised
from sim.words.numbers import chance, counted, interval_of, percentage, percentage_span, span, whole

if TYPE_CHECKING:
    import datetime as dt

    from sim.report.tables import Tables
    from sim.results.assurance import Assured
    from sim.results.levels import Levels
    from sim.results.selection import Selection
    from sim.scenario.aims import Target

_MOST_TARGETS = 4
_MOST_LEAVING = 3
_MOST_FORCES = 2
_CURVE_POINTS = 48
_BAR = 24


def subtitle(tables: Tables) -> str:
    """Return what the run covers: days, as-of date, replications, seed, failed ones."""
    scenario = tables.scenario
    parts = [f"{short_day(scenario.start)} to {short_day(scenario.end)}"]
    parts += [f"as of {short_day(scenario.as_of)}"] if scenario.as_of else []
    parts += [counted(tables.replications, "replication"), f"seed {tables.run.manifest['seed']}"]
    return " · ".join([*parts, *([tables.left_out] if tables.failed else [])])


def page_one(tables: Tables) -> Part:
    """Return the answer: the question, how much can be trusted, the statements, the ladder and the curve."""
    blocks: list[Paragraph | Listing | Sheet | Curve] = []
    question = " ".join((tables.scenario.question or "").split())
    blocks += [Paragraph(printable(question))] if question else []
    blocks += [Paragraph(words) for words in cautions(tables)]
    blocks.append(Paragraph(f"{force_finding(tables)}.", leading=True))
    blocks += [Listing(tuple(_points(tables))), ladder(tables), curve(tables)]
    return Part(tables.title, tuple(blocks), ("fan",))


def cautions(tables: Tables) -> list[str]:
    """Return what must be known before any number is believed: failures, few replications, overdue news."""
    said = []
    if tables.failed:
        said.append(f"{tables.left_out} of every number.")
    if tables.replications < FEW:
        said.append(
            f"Only {counted(tables.replications, 'replication')}: every number below is rough; read its interval, "
            "or play more (isf run -n 1000)."
        )
    if note := overdue_note(tables.scenario, tables.overdue, tables.titles):
        said.append(note)
    if note := contradiction_note(tables.contradictions, tables.titles):
        said.append(note)
    return said


def _points(tables: Tables) -> list[Point]:
    points = [
        Point(_counted_on(tables), "To be counted on"),
        *[Point(words, "From when") for words in _from_when(tables)],
        Point(_median(tables), "In the middle"),
        Point(_nobody(tables), "Nobody there"),
        *_other_forces(tables),
    ]
    if len(tables.targets):
        points.append(Point(_targets(tables), "Targets"))
    if len(tables.binding):
        points.append(Point(f"{binding_clause(tables)}.", "Held back"))
    points += [Point(words, "Leaving") for words in _leaving(tables)]
    if tables.coverage is not None and len(tables.coverage.lines):
        points.append(Point(f"{uncapitalised(coverage_finding(tables))}.", "Requirements"))
    return points


def _counted_on(tables: Tables) -> str:
    sure = count_on(tables.levels, SURE, tables.date)
    when = day(tables.date)
    start = (
        ("at least 1 of the" if sure.troops == 1 else f"at least {whole(sure.troops)}")
        if sure.troops
        else "no"
    )
    said = f"{start} {troops_words(tables)} with {percentage(SURE)} on {when}"
    return f"{said}{_how_sure(tables.levels, tables.date, sure)}."


def _how_sure(levels: Levels, date: dt.date, sure: Assured) -> str:
    """The interval of what can be counted on; of nobody, how many worlds have some all the same."""
    if sure.troops or sure.high >= 1:
        return f" ({interval_of(sure.low, sure.high)})"
    if alike := all_alike(levels, date):
        return f": {alike}"
    trials = levels.replications
    some = trials - chance_of_none(levels, date)
    low, high = wilson(some, trials)
    return f": {percentage(some / trials)} of the worlds have some (95 % interval {percentage_span(low, high)} %)"


def _from_when(tables: Tables) -> list[str]:
    """For each target of the headline force: the first day on which it is there with the chance counted on."""
    found: dict[str, dict[str, None]] = {}
    for row in rows_of(headline_targets(tables).sort_values(["troops", "by"]))[:_MOST_TARGETS]:
        first = counted_on_from(tables.levels, int(row.troops), SURE)
        when = f"from {day(first)}" if first else f"at no time up to {day(tables.scenario.end)}"
        found.setdefault(when, {})[whole(row.troops)] = None
    said = [f"{listed(list(troops))} with {percentage(SURE)} {when}" for when, troops in found.items()]
    return [f"{'; '.join(said)}."] if said else []


def _median(tables: Tables) -> str:
    return f"{_middle_of(tables.levels, tables.date)}."


def _middle_of(levels: Levels, date: dt.date) -> str:
    """Half of the worlds have so many or more, with the interval; and what nine in ten have."""
    if alike := all_alike(levels, date, dated=True):
        return alike
    ordered = sorted(levels.on(date).tolist())
    low, high = quantile_interval(ordered, 0.5)
    middle, first, last = (float(quantile_of(ordered, share)) for share in (0.5, 0.05, 0.95))
    has = f"half of the worlds have {whole(middle)} or more" if middle else "half of the worlds have nobody"
    interval = f" ({interval_of(max(0.0, low), high)})" if high else ""
    return f"{has} on {day(date)}{interval}; nine in ten have {_between(first, last)}"


def _between(low: float, high: float) -> str:
    if low == high:
        return f"exactly {whole(low)}" if low else "nobody"
    return f"between {whole(low)} and {whole(high)}"


def _nobody(tables: Tables) -> str:
    """In how many worlds nobody is there; and how many there are in the others, which the median may hide."""
    none, trials = chance_of_none(tables.levels, tables.date), tables.replications
    low, high = wilson(none, trials)
    said = f"on {day(tables.date)} in {chance(none / trials, low, high, trials)}"
    if 0 < none < trials:
        there = sorted(level for level in tables.levels.on(tables.date).tolist() if level)
        if there[0] == there[-1]:
            return f"{said}; the others all have {whole(there[0])}."
        ends = interval_of(*quantile_interval(there, 0.5))
        said += f"; of the others half have {whole(float(quantile_of(there, 0.5)))} or more ({ends})"
    return f"{said}."


def _other_forces(tables: Tables) -> list[Point]:
    """The same of each other force, or of all together, that some target counts; on its largest target's date."""
    from sim.results.targets import target_selection

    scenario = tables.scenario
    found: dict[Selection, Target] = {}
    for target in sorted(scenario.targets.values(), key=lambda each: (-each.troops, each.by)):
        selection = target_selection(scenario, target)
        narrowed = target.contributor or target.role or target.sector
        inside = scenario.start <= target.by <= scenario.end
        if inside and not narrowed and selection.force != tables.headline_force:
            found.setdefault(selection, target)
    points = []
    for selection, target in list(found.items())[:_MOST_FORCES]:
        levels = tables.levels_of(selection)
        sure = count_on(levels, SURE, target.by)
        counted_on = f"{whole(sure.troops)} or more" if sure.troops else "nobody"
        words = f"with {percentage(SURE)} {counted_on}{_how_sure(levels, target.by, sure)}"
        name = capitalised(readable(selection.force)) if selection.force else "All forces"
        points.append(Point(f"{words}; {_middle_of(levels, target.by)}.", name))
    return points


def _targets(tables: Tables) -> str:
    judged = [row for row in rows_of(tables.targets) if row.applies > 0]
    judged.sort(key=lambda row: (as_date(row.by), row.troops, str(row.target)))
    said = [
        f"{target_label(tables, str(row.target))} on {short_day(row.by)}: "
        f"{chance(row.held_on, row.held_low, row.held_high, tables.trials(row.applies))}"
        for row in judged[:_MOST_TARGETS]
    ]
    more = len(judged) - _MOST_TARGETS
    said += [f"{counted(more, 'more target')} below"] if more > 0 else []
    return f"{'; '.join(said)}." if said else "none of them applies in any world."


def _leaving(tables: Tables) -> list[str]:
    said = []
    for row in rows_of(tables.departures.head(_MOST_LEAVING)):
        name = tables.contributor_name(str(row.contributor))
        share = chance(row.chance, row.low, row.high, tables.replications)
        why = reason_of(tables, row)
        said.append(f"{name} {share}, half of these by {short_day(row.median)}: {why}")
    more = len(tables.departures) - _MOST_LEAVING
    said += [f"{counted(more, 'other')} below"] if more > 0 else []
    return [f"{'; '.join(said)}."] if said else []


def ladder(tables: Tables) -> Sheet:
    """Return authorised, pledged, reached at most, expected and counted on, each with a bar of letters."""
    levels = tables.levels.on(tables.date)
    low, high = mean_interval(levels)
    best = float(quantile_of(levels, 0.95))
    sure = count_on(tables.levels, SURE, tables.date)
    steps = [
        (_ceiling_words(tables), authorised(tables), ""),
        ("Pledged (median)", tables.pledged, ""),
        ("Reachable (1 world in 20)", best, span(*_ends(levels, 0.95))),
        ("Expected (mean)", float(levels.mean()), span(max(0.0, low), high)),
        (f"Counted on ({percentage(SURE)})", float(sure.troops), span(sure.low, sure.high)),
    ]
    known = [(name, value, interval) for name, value, interval in steps if value is not None]
    largest = max([1.0, *(value for _, value, _ in known)])
    rows = tuple((name, whole(value), interval, _bar(value / largest)) for name, value, interval in known)
    columns = (Column("Step"), Column("Troops", True), Column("95 % interval", True), Column(""))
    caption = (
        f"From what is authorised to what can be counted on: {troops_words(tables)}, {day(tables.date)}."
    )
    return Sheet(caption, columns, rows)


def _ends(levels: object, share: float) -> tuple[float, float]:
    import numpy as np

    low, high = quantile_interval(np.sort(np.asarray(levels)), share)
    return max(0.0, low), high


def authorised(tables: Tables) -> float | None:
    """Return the ceiling that the scenario states for the headline force, or for all; None without one."""
    stated = getattr(tables.scenario, "authorised", None)
    if stated is None:
        return None
    if isinstance(stated, dict):
        value = stated.get(tables.headline_force or "any", stated.get("any"))
    else:
        value = getattr(stated, "troops", stated)
    return float(value) if isinstance(value, int | float) else None


def _ceiling_words(tables: Tables) -> str:
    """What the ceiling counts, where that is more than the headline force."""
    stated = getattr(tables.scenario, "authorised", None)
    own = isinstance(stated, dict) and tables.headline_force in stated
    return "Authorised" if own or not several_forces(tables) else "Authorised (all forces)"


def _bar(share: float) -> str:
    """A bar of letters, the last one in eighths."""
    eighths = round(share * _BAR * 8)
    whole_ones, rest = divmod(eighths, 8)
    return "█" * whole_ones + ("▏▎▍▌▋▊▉"[rest - 1] if rest else "")


def curve(tables: Tables) -> Curve:
    """Return the headline force over time: the upper end of nine in ten worlds, the median, the lower end."""
    fan = tables.fan
    places = sorted({round(step * (len(fan) - 1) / (_CURVE_POINTS - 1)) for step in range(_CURVE_POINTS)})
    picked = fan.iloc[places]
    rows = tuple(
        (name, tuple(float(value) for value in picked[column]), whole(float(fan[column].iloc[-1])))
        for name, column in (
            ("95 % of worlds below", "q95"),
            ("median", "q50"),
            ("5 % of worlds below", "q05"),
        )
    )
    return Curve(rows, short_day(tables.scenario.start), short_day(tables.scenario.end))
