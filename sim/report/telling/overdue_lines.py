"""What is overdue, as sentences: in `isf explain`, and in a line after a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sim.report.telling.paragraphs import heading, labelled, paragraph
from sim.studies.overdue import COUNTED, MOST_WORLDS, WORLDS
from sim.words.dates import short_day
from sim.words.names import listed, possessive, proper, readable, within
from sim.words.numbers import percentage, whole

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.studies.overdue import Overdue


def overdue_lines(scenario: Scenario, found: Sequence[Overdue], titles: Mapping[str, str]) -> Iterator[str]:
    """Yield the list as a part of an explanation; nothing if there is none."""
    if not found or scenario.as_of is None:
        return
    yield from heading(f"What should have been heard by {short_day(scenario.as_of)}")
    for each in found:
        yield from labelled(
            _who(each, titles), f"{_seen(each)} {_silence(each, scenario)} Remedy: {each.remedy}."
        )
    yield ""
    yield from paragraph(
        f"Listed is what more than {percentage(MOST_WORLDS)} of {WORLDS} worlds (seed 0) would have seen since it "
        "was last recorded, if nobody had reported anything."
    )


def overdue_note(scenario: Scenario, found: Sequence[Overdue], titles: Mapping[str, str]) -> str:
    """Return the line that says after a run how much is overdue; empty if nothing is."""
    if not found or scenario.as_of is None:
        return ""
    things = list(dict.fromkeys(_news_of(each, titles) for each in found))
    more = [f"{len(things) - _NAMED} more"] if len(things) > _NAMED else []
    heard = listed(things[:_NAMED] + more)
    return (
        f"Overdue: by {short_day(scenario.as_of)} most worlds would have heard of {heard}, and "
        "history records nothing of it; `isf explain` says what this silence does, and what mends it."
    )


_NAMED = 4
"""How many overdue things a note names."""


def _news_of(each: Overdue, titles: Mapping[str, str]) -> str:
    """Return what would have been heard of, within a sentence."""
    who = within(titles.get(each.who, proper(each.who))) if each.who else ""
    match each.kind:
        case "consent":
            party = titles.get(each.party or "", proper(each.party or ""))
            return f"{possessive(within(party))} answer to {who}"
        case "decision":
            return f"the decision of {who}"
        case "arrival":
            return f"arrivals of {who}"
        case _:
            return f"“{titles.get(each.who, readable(each.who))}”" if each.who else "casualties"


def _who(each: Overdue, titles: Mapping[str, str]) -> str:
    who = titles.get(each.who, proper(each.who)) if each.who else "Casualties"
    match each.kind:
        case "consent":
            return f"Answer to {who}"
        case "decision":
            return f"Decision of {who}"
        case "arrival":
            return f"Arrival of {who}"
        case _:
            return who


def _seen(each: Overdue) -> str:
    amounts = {
        "count": " incidents",
        "casualties": " casualties",
        "arrival": " troops",
        "graduates": " graduates",
    }
    unit = amounts.get(each.kind)
    many = f", {whole(each.expected)}{unit} in the middle one of them" if unit else ""
    return f"{percentage(each.chance)} of worlds, half of them by {short_day(each.by)}{many}."


def _silence(each: Overdue, scenario: Scenario) -> str:
    if each.after is None:
        return "It is measured, not announced, so that the silence does nothing: chance runs on from the last record."
    end = short_day(scenario.end)
    if each.kind in COUNTED:
        unit = {"count": "incidents", "casualties": "casualties", "graduates": "graduates"}[each.kind]
        return f"With the silence {each.after:.3g} {unit} are expected from then on, instead of {each.before:.3g}."
    change = f"its chance by {end} is {percentage(each.after)} instead of {percentage(each.before)}"
    if round(each.after, 2) == round(each.before, 2):
        return f"The silence makes it later; its chance by {end} stays {percentage(each.after)}."
    return f"With the silence {change}."
