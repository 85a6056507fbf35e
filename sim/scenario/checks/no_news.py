"""Records and events that change nothing, and so were probably meant otherwise: warnings."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from sim.scenario.aims import Record
from sim.scenario.checks.subject import Subject
from sim.scenario.contributors import Contingent
from sim.scenario.distributions import Fixed, bounds
from sim.scenario.facts import Consent, Events, Fact, Milestone, Switch
from sim.scenario.faults import Fault
from sim.scenario.records import RANKS

Place = tuple[int, Record]


def events_without_rate(subject: Subject) -> Iterator[Fault]:
    """An `events` fact that never counts one is none, unless the past or history has some."""
    for name, fact in subject.scenario.facts.items():
        if not isinstance(fact, Events) or not isinstance(fact.rate.distribution, Fixed):
            continue
        recorded = any(record.fact == name for record in subject.scenario.history)
        if fact.rate.distribution.value == 0 and not fact.past and not recorded:
            message = (
                "a rate of 0 counts no event, so the fact changes nothing; write how often, as in 3 per month"
            )
            yield subject.at(("facts", name, "rate"), message, "warning")


def records_without_effect(subject: Subject) -> Iterator[Fault]:
    """A record says something new."""
    told = sorted(
        enumerate(subject.scenario.history),
        key=lambda each: (each[1].date, RANKS.get(each[1].event or "", 0), each[0]),
    )
    for name, fact in subject.scenario.facts.items():
        about = [(place, record) for place, record in told if record.fact == name]
        yield from _of_fact(subject, name, fact, about)
    yield from _of_consents(subject, told)
    for name, contributor in subject.scenario.contributors.items():
        for key in contributor.contingents:
            about = [
                (place, record)
                for place, record in told
                if record.contributor == name and record.event and record.contingent in (None, key)
            ]
            yield from _of_contingent(subject, about)
            if len(contributor.contingents) == 1:
                yield from _delays_of_those_there(subject, contributor.contingents[key], about)


def _nothing(subject: Subject, place: int, what: str) -> Fault:
    return subject.at(
        ("history", place), f"{what}, so this record changes nothing; correct or remove it", "warning"
    )


def _of_fact(subject: Subject, name: str, fact: Fact, about: list[Place]) -> Iterator[Fault]:
    if isinstance(fact, Switch):
        free = fact.forced_on_when is None and fact.forced_off_when is None
        now: bool | None = fact.initially if free else None
    elif isinstance(fact, Milestone):
        free = fact.undone_when is None
        now = None
    else:
        return
    for place, record in about:
        if record.event == "delayed":
            if isinstance(fact, Milestone) and free and now:
                yield _nothing(
                    subject, place, f"{name} has come already by {record.date}, and is not delayed"
                )
            continue
        value = False if record.refused else bool(record.value)
        again = isinstance(fact, Milestone) and fact.reconsiders is not None and not value
        if free and value == now and not again:
            said = "true" if value else "false"
            yield _nothing(subject, place, f"{name} is {said} already on {record.date}")
        now = value


def _of_consents(subject: Subject, told: list[Place]) -> Iterator[Fault]:
    scenario = subject.scenario
    answers: dict[tuple[str, str], bool] = {}
    for place, record in told:
        if record.party is None or record.contributor not in scenario.contributors:
            continue
        owner = scenario.contributors[record.contributor]
        own = owner.consents.get(record.party, scenario.parties[record.party].consent)
        if not isinstance(own, Consent):
            continue
        before = answers.get((record.party, record.contributor))
        if record.consent is None:
            if before and own.revoked_when is None:
                what = f"{record.party} has consented to {record.contributor} by {record.date}"
                yield _nothing(subject, place, f"{what}, and its answer is not delayed")
            continue
        final = own.revoked_when is None if record.consent else own.reconsiders is None
        if final and before == record.consent:
            what = "consented to" if record.consent else "refused"
            yield _nothing(
                subject, place, f"{record.party} has {what} {record.contributor} already by {record.date}"
            )
        answers[record.party, record.contributor] = record.consent


def _delays_of_those_there(subject: Subject, body: Contingent, about: list[Place]) -> Iterator[Fault]:
    """Of a contingent that is there as a whole nothing is under way that could be delayed, but the way home."""
    most = bounds(body.troops.distribution)[1] if not body.troops.times else inf
    there = 0
    for place, record in about:
        if record.event == "pledged":
            most = record.troops or 0
        elif record.event == "arrived":
            there += record.troops or 0
        elif record.event in ("refused", "withdrew"):
            return
        elif record.event == "delayed" and there >= most > 0 and body.tour is None:
            yield _nothing(
                subject, place, f"all {there:,} have arrived by {record.date}, and are not delayed"
            )


_NUMBERED = ("ready", "embarked", "arrived", "undelivered", "casualties")


def _of_contingent(subject: Subject, about: list[Place]) -> Iterator[Fault]:
    given: set[str] = set()
    arrived: Record | None = None
    relieved: Record | None = None
    for place, record in about:
        if record.event == "relieved":
            if relieved is not None and relieved.date == record.date:
                yield _nothing(subject, place, f"those who are there were relieved already on {record.date}")
            relieved = record
        if record.event == "arrived" and record.troops:
            arrived = record
        if record.event == "withdrew" and arrived is not None and arrived.date == record.date:
            message = (
                f"{arrived.troops:,} arrived on {record.date}, and all are gone again at the end of that day"
            )
            yield subject.at(("history", place), f"{message}; correct one of the dates if not", "warning")
        if record.event in _NUMBERED and record.troops == 0:
            yield _nothing(subject, place, f"'{record.event}: 0' says of nobody that it happened")
        elif record.event == "approved" and record.step is not None:
            if record.step in given:
                yield _nothing(subject, place, f"{record.step} had approved already by {record.date}")
            given.add(record.step)
        elif record.event in ("refused", "withdrew", "pledged"):
            given.clear()
