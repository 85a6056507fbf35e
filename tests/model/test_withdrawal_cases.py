"""Documented withdrawals, and two that did not happen, against the logs of the scenarios that replay them.

The dates and numbers below are those of the sources, written down here a second time; the scenario files hold
their own `always:` and `never:` statements, which are read as well.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from sim.model.replication import Logs
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from tests.model.evidence import play

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "withdrawals"
REPLICATIONS = 40
BRIGADE = "plus-ultra-brigade-iraq-2004"


@dataclass(frozen=True)
class Leaver:
    """A contributor that left: how many it had, between which days its force began to go, and was gone."""

    file: str
    contributor: str
    troops: tuple[int, int]
    goes: tuple[str, str]
    gone: tuple[str, str]


LEAVERS = (
    # 10 killed on 7 April 1994; the decision was known on Wednesday 13 April and reported on the 14th
    # (Reuters, 14 April: "a decision by Belgium to pull out its 440-man contingent"); "certainly 95 percent"
    # of "about 430" home by the evening of Thursday 21 April (Reuters, 21 April)
    Leaver(
        "belgium-unamir-1994",
        "belgium",
        (420, 440),
        ("1994-04-13", "1994-04-14"),
        ("1994-04-20", "1994-04-21"),
    ),
    # 18 killed on 3-4 October 1993; "On October 7, President Clinton announced a March deadline"
    # (HistoryCentral); an "8,058-strong force" (AP in The Independent, 17 December 1993); gone on 25 March
    # 1994 (famousdaily.com)
    Leaver(
        "united-states-somalia-1993",
        "united_states",
        (8_058, 8_058),
        ("1993-10-07", "1993-10-08"),
        ("1994-03-24", "1994-03-25"),
    ),
    # elections on 14 March 2004; "Zapatero announced on April 18 that the troops would be pulled out as soon
    # as possible", 1,432 on the ground (AFP, 27 April); the last left on Friday 21 May (EFE), six days before
    # the plan
    Leaver(BRIGADE, "spain", (1_300, 1_432), ("2004-04-18", "2004-04-19"), ("2004-05-20", "2004-05-27")),
    # the day after Spain (Efe, 19 April: "una tropa de 370 oficiales y soldados"; others counted 368); "All
    # our soldiers have now left Iraq", Tuesday 18 May (China Daily, 20 May)
    Leaver(BRIGADE, "honduras", (368, 370), ("2004-04-19", "2004-04-20"), ("2004-05-17", "2004-05-18")),
    # "302 troops ... changed course ... after Honduras announced" (AP, 20 April); to begin in the first week
    # of May (Der Standard, 24 April); received at home by 21 May (AFP in El País, Montevideo, 21 May)
    Leaver(
        BRIGADE, "dominican_republic", (302, 302), ("2004-04-20", "2004-04-21"), ("2004-05-01", "2004-05-21")
    ),
    # hostage taken on 7 July 2004 (BBC); "Eight of the 51 ... have already left" (CNN, 14 July); "pulled out
    # of Iraq yesterday" (SMH, 20 July)
    Leaver(
        "philippines-iraq-2004",
        "philippines",
        (51, 51),
        ("2004-07-13", "2004-07-14"),
        ("2004-07-18", "2004-07-19"),
    ),
    # the crossing overrun on 6 June 2013 and the decision the same day, "some 380 troops" (AFP in Naharnet;
    # others counted 377); the last landed on 31 July at 02:30 (Bundesheer)
    Leaver(
        "austria-undof-2013",
        "austria",
        (377, 380),
        ("2013-06-06", "2013-06-07"),
        ("2013-07-30", "2013-07-31"),
    ),
)


@dataclass(frozen=True)
class Stayer:
    """A contributor that stayed whatever happened to it or to its neighbours, at least until a day."""

    file: str
    contributor: str
    troops: int
    until: str


STAYERS = (
    # 380 soldiers in August 2005 (Voz de América); "would leave after the Dec. 31 expiration of a U.N.
    # resolution" of 2008 (AP in USA Today, 7 February 2009)
    Stayer(BRIGADE, "el_salvador", 380, "2008-12-31"),
    # 17 soldiers killed on 12 November 2003, "around 3,000 soldiers" (NBC News); the new government decided
    # on 7 June 2006 (AP in The Irish Times)
    Stayer("italy-iraq-2003", "italy", 3_000, "2006-06-06"),
)


@cache
def replayed(file: str) -> tuple[Scenario, list[Logs]]:
    scenario = load(SCENARIOS / f"{file}.yaml")
    return scenario, play(scenario, REPLICATIONS)


def flows(logs: Logs, contributor: str, target: str) -> list[tuple[int, int]]:
    """Return (time, troops) of each flow into a stage."""
    return [(row[0], row[6]) for row in logs.transitions if row[2] == contributor and row[5] == target]


def seconds(scenario: Scenario, day: str, end: bool) -> int:
    """Return the first second of a day, or the first after it."""
    return (dt.date.fromisoformat(day) - scenario.start).days * 86_400 + 86_400 * end


def level_at_end(logs: Logs, contributor: str, time: int) -> int:
    return sum(
        row[6] * ((row[5] == "deployed") - (row[4] == "deployed"))
        for row in logs.transitions
        if row[2] == contributor and row[0] < time
    )


def test_every_case_is_here() -> None:
    assert {case.file for case in (*LEAVERS, *STAYERS)} == {path.stem for path in SCENARIOS.glob("*.yaml")}


@pytest.mark.parametrize("case", LEAVERS, ids=lambda case: case.contributor)
def test_leavers_leave_between_the_documented_days(case: Leaver) -> None:
    scenario, worlds = replayed(case.file)
    goes = seconds(scenario, case.goes[0], False), seconds(scenario, case.goes[1], True)
    gone = seconds(scenario, case.gone[0], False), seconds(scenario, case.gone[1], True)
    for logs in worlds:
        there = level_at_end(logs, case.contributor, goes[0])
        assert case.troops[0] <= there <= case.troops[1]
        leaving, left = (flows(logs, case.contributor, stage) for stage in ("withdrawing", "gone"))
        assert sum(troops for _, troops in leaving) == sum(troops for _, troops in left) == there
        assert all(goes[0] <= time < goes[1] for time, _ in leaving)
        assert gone[0] <= max(time for time, _ in left) < gone[1]
        assert level_at_end(logs, case.contributor, gone[1]) == 0


@pytest.mark.parametrize("case", STAYERS, ids=lambda case: case.contributor)
def test_stayers_stay(case: Stayer) -> None:
    scenario, worlds = replayed(case.file)
    until = seconds(scenario, case.until, True)
    for logs in worlds:
        assert level_at_end(logs, case.contributor, until) == case.troops
        assert all(time >= until for time, _ in flows(logs, case.contributor, "withdrawing"))


@pytest.mark.parametrize("file", sorted(path.stem for path in SCENARIOS.glob("*.yaml")))
def test_the_statements_of_the_files_hold_throughout(file: str) -> None:
    scenario, worlds = replayed(file)
    assert scenario.never
    assert scenario.always
    assert all(logs.violations == [] for logs in worlds)


def test_contagion_is_the_rule_that_is_written() -> None:
    """Had Spain stayed, nobody of its brigade would have had a reason to go."""
    settings = ["contributors.spain.withdraws_when=null", "always=[]"]
    for logs in play(load(SCENARIOS / f"{BRIGADE}.yaml", settings), REPLICATIONS):
        leavers = {row[2] for row in logs.transitions if row[5] == "withdrawing"}
        assert leavers == {"el_salvador"}


def test_a_broken_statement_is_reported() -> None:
    """The same scenario with a notice that history contradicts breaks what the file says must be."""
    for logs in play(
        load(SCENARIOS / "belgium-unamir-1994.yaml", ["contributors.belgium.notice=20 days"]), 3
    ):
        assert {statement for _, _, statement in logs.violations} == {
            "always: withdrawn(belgium) >= 420 or before 1994-04-22"
        }
