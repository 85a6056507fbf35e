"""A scenario in plain language: who waits for what, who controls what, what follows from it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, assert_never

from sim.plan.compilation import compile_plan
from sim.report.telling.contradiction_lines import contradiction_lines
from sim.report.telling.explained_contributors import LEAD_TIME_DRAWS, ExplainedContributors
from sim.report.telling.explained_levers import lever_lines
from sim.report.telling.explained_parties import ExplainedParties
from sim.report.telling.implied import WHOLE_WORLD_PART, Implied, implied_chances
from sim.report.telling.overdue_lines import overdue_lines
from sim.report.telling.paragraphs import heading, labelled, paragraph
from sim.rules.domains import ANY_FORCE
from sim.scenario.analysis.aims import reach_of_targets
from sim.scenario.planned import Planned
from sim.studies.contradictions import contradictions
from sim.studies.overdue import FEW_WORLDS, WORLDS, overdue
from sim.words.dates import day, short_day
from sim.words.names import agreeing, printable, proper, readable, within
from sim.words.numbers import percentage, percentage_span, whole
from sim.words.stated import date_said, mean_of, median_said, spread_said
from sim.words.titles import clause, requirement_title, titles_of

if TYPE_CHECKING:
    from sim.batch.allowance import Allowance
    from sim.scenario.scenario import Scenario

_FIRST = 41
"""Width of the first column of the chances."""


def explanation(
    scenario: Scenario,
    worlds: int,
    allowance: Allowance | None = None,
    cut: Callable[[], None] = lambda: None,
) -> Iterator[str]:
    """Yield the lines of an explanation, at most 80 characters wide.

    `worlds` is how many replications are played for chances that no formula gives; 0 leaves them out. With an
    allowance as many of them as are played in time; if those are fewer, `cut` is called.
    """
    titles, plan = titles_of(scenario), compile_plan(scenario)
    yield printable(scenario.scenario)
    yield from paragraph(printable(scenario.question or ""))
    known = f"; known is what had happened by {day(scenario.as_of)}" if scenario.as_of else ""
    yield from paragraph(f"From {day(scenario.start)} to {day(scenario.end)}{known}.")
    yield from _mission(scenario, titles)
    if scenario.contributors:
        yield from heading("Who waits for what")
        yield from ExplainedContributors(scenario, plan, titles).lines()
        yield ""
        yield from paragraph(
            "Medians and 90 % limits of single delays and all percentages above are exact; lead times from "
            f"deciding to first boots are from {LEAD_TIME_DRAWS:,} draws."
        )
    if scenario.facts or scenario.parties:
        yield from heading("Who controls what")
        yield from ExplainedParties(scenario, titles).lines()
    if scenario.definitions:
        yield from heading("What the words mean")
        for name, rule in scenario.definitions.items():
            yield from labelled(f"“{name.replace('_', ' ')}”", clause(rule, titles))
    if scenario.uncertain:
        yield from heading("What is drawn once for many")
        for name, drawn in scenario.uncertain.items():
            yield from labelled(name.replace("_", " "), spread_said(drawn))
    yield from _theatre(scenario, titles)
    yield from _due(scenario)
    yield from _reach(scenario)
    yield from lever_lines(scenario, titles)
    if worlds:
        played = min(WORLDS, max(FEW_WORLDS, worlds))  # a fixed, small number, whatever the allowance
        yield from contradiction_lines(contradictions(scenario), titles)
        yield from overdue_lines(scenario, overdue(scenario, played), titles)
    chances = list(implied_chances(scenario, plan, worlds, allowance))
    if any(each.worlds < _asked_for(each, worlds) for each in chances):
        cut()
    if chances:
        yield from heading(f"What follows by {day(scenario.end)}")
        yield from _chances(scenario, chances, titles, worlds)


def _mission(scenario: Scenario, titles: Mapping[str, str]) -> Iterator[str]:
    """What holds for the mission as a whole: how many are authorised, and when it is over."""
    if scenario.authorised:
        ceilings = [
            f"{whole(most)} {'of every force together' if force == ANY_FORCE else readable(force).lower()}"
            for force, most in sorted(scenario.authorised.items())
        ]
        yield from paragraph(f"Authorised: {'; '.join(ceilings)}. Nobody embarks beyond that.")
    if scenario.ends_when is not None:
        ends = clause(scenario.ends_when, titles)
        yield from paragraph(
            f"The mission ends once {ends}: then nobody embarks any more, and all who came leave without notice."
        )


def _theatre(scenario: Scenario, titles: Mapping[str, str]) -> Iterator[str]:
    theatre = scenario.theatre
    lines = []
    for name, lane in theatre.lift.items():
        when = f", from {date_said(lane.from_)}" if lane.from_ else ""
        when += f", while {clause(lane.when, titles)}" if lane.when is not None else ""
        text = f"{whole(lane.slots)} × {whole(lane.load)} troops at once, trip {median_said(lane.trip)}{when}"
        lines += labelled(f"lift {name.replace('_', ' ')}", text)
    if theatre.reception is not None:
        lines += labelled("reception", f"{whole(mean_of(theatre.reception))} a day")
    if theatre.beds is not None:
        grows = [
            f"{whole(each.to)} {f'from {date_said(each.from_)}' if each.from_ else ''}"
            f"{f'once {clause(each.when, titles)}' if each.when is not None else ''}"
            for each in theatre.beds.grows
        ]
        lines += labelled("beds", "; ".join([f"{whole(theatre.beds.at_start)} at the start", *grows]))
    for name, sector in theatre.sectors.items():
        words = [f"opens on {date_said(sector.opens_on)}"] if sector.opens_on else []
        words += [f"opens when {clause(sector.opens_when, titles)}"] if sector.opens_when is not None else []
        words += (
            [f"closed while {clause(sector.closes_when, titles)}"] if sector.closes_when is not None else []
        )
        lines += labelled(f"sector {name.replace('_', ' ')}", f"{titles[name]}: {'; '.join(words) or 'open'}")
    if lines:
        yield from heading("What limits the theatre")
        yield from lines


def _due(scenario: Scenario) -> Iterator[str]:
    """What is required from a day on that slips."""
    lines: list[str] = []
    for line in scenario.requirements:
        if isinstance(line.by, Planned):
            lines += labelled(
                requirement_title(scenario, line.described), f"{whole(line.troops)} from {date_said(line.by)}"
            )
    if lines:
        yield from heading("What is required from a day that slips")
        yield from lines


def _reach(scenario: Scenario) -> Iterator[str]:
    """What each target asks, and from what is authorised down to what can be there by its date."""
    lines: list[str] = []
    for name, target, rungs in reach_of_targets(scenario):
        steps = [f"{whole(rung.most)} {rung.name}" for rung in rungs]
        asked = f"asks for {whole(target.troops)} by {short_day(target.by)}"
        lines += labelled(name.replace("_", " "), f"{asked}; at most {', '.join(steps) or 'any number'}")
    if lines:
        yield from heading("What can be reached at most")
        yield from lines
        yield from paragraph("Bounds, if everybody says yes and nothing is late.")


def _chances(
    scenario: Scenario, chances: list[Implied], titles: Mapping[str, str], worlds: int
) -> Iterator[str]:
    yield f"{'':<{_FIRST}}{'chance':>7}  {'95 %':<6} {'median':<12} how"
    for each in chances:
        interval = "" if each.how == "exact" else percentage_span(each.low, each.high)
        date = "" if each.is_switch else short_day(each.median) if each.median else "–"
        share = percentage(each.share)
        how = each.how.split()[0] + "*" * ("whole" in each.how)
        first, *others = textwrap.wrap(_said(scenario, each, titles), _FIRST - 1, subsequent_indent="  ")
        yield f"{first:<{_FIRST}}{share:>7}  {interval:<6} {date:<12} {how}"
        yield from others
    yield ""
    parts = ["median: the day by which half of all worlds have it (–: fewer have)"]
    parts += ["exact: from the stated probability and delay, given what is known"]
    number = {each.how: each.worlds for each in chances}
    if "simulated" in number:
        parts.append(f"simulated: {number['simulated']:,} worlds (seed 0) of the facts that decide it")
    if "simulated whole" in number:
        parts.append(f"*: {number['simulated whole']:,} whole worlds, since troops are among them")
    if any(each.worlds < _asked_for(each, worlds) for each in chances):
        parts.append(f"fewer than the {worlds:,} asked for, as the time given was up")
    yield from paragraph("; ".join(parts) + ".")
    if not worlds:
        yield from paragraph("Left out is what no formula gives.")


def _asked_for(each: Implied, worlds: int) -> int:
    """Return in how many worlds a chance was to be counted."""
    match each.how:
        case "exact":
            return 0
        case "simulated":
            return worlds
        case "simulated whole":
            return max(1, worlds // WHOLE_WORLD_PART)
        case _:
            assert_never(each.how)


def _said(scenario: Scenario, each: Implied, titles: Mapping[str, str]) -> str:
    if each.name.startswith("consent("):
        party, contributor = each.name.removeprefix("consent(").removesuffix(")").split(", ")
        who, whom = titles.get(party, proper(party)), titles.get(contributor, proper(contributor))
        return f"{agreeing(who, 'admit')} {within(whom)}"
    ends = {"switch": " (on at the end)", "progress": " (complete)"}
    return f"{titles[each.name]}{ends.get(scenario.facts[each.name].kind, '')}"
