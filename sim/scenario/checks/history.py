"""History: every record is one dated change that the scenario knows how to take in."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from sim.rules.suggestions import nearest
from sim.scenario import facts
from sim.scenario.aims import Record
from sim.scenario.checks.subject import Subject, unknown
from sim.scenario.contributors import Contributor
from sim.scenario.distributions import Fixed
from sim.scenario.faults import Fault
from sim.scenario.gates import planned_day, planned_paths
from sim.scenario.kinds import called, can_be_delayed, is_truth, recorded_as
from sim.scenario.positions import Path

EVENTS = (
    "approved",
    "refused",
    "pledged",
    "ready",
    "embarked",
    "arrived",
    "undelivered",
    "relieved",
    "casualties",
    "withdrew",
    "graduated",
    "delayed",
    "named",
)
"""What a contributor's record can tell."""
_MEANT = MappingProxyType(
    {
        **dict.fromkeys(("deployed", "landed", "received", "deployment", "arrival"), "arrived"),
        **dict.fromkeys(("left", "gone", "withdrawn", "withdraws", "withdrawal", "cancelled"), "withdrew"),
        **dict.fromkeys(("killed", "wounded", "casualty", "deaths", "losses", "died"), "casualties"),
        **dict.fromkeys(("committed", "agreed", "voted", "accepted", "approval", "yes"), "approved"),
        **dict.fromkeys(("rejected", "declined", "denied", "no"), "refused"),
        **dict.fromkeys(("offered", "promised", "pledge", "announced"), "pledged"),
        **dict.fromkeys(("rotated", "rotation", "relief", "replaced"), "relieved"),
        **dict.fromkeys(("prepared", "preparation"), "ready"),
        **dict.fromkeys(("postponed", "put off", "delay", "paused"), "delayed"),
        **dict.fromkeys(("trained", "passed", "vetted"), "graduated"),
        **dict.fromkeys(("cut", "reduced", "missing", "lost"), "undelivered"),
        **dict.fromkeys(("moving", "departed", "sailed", "shipped", "moved"), "embarked"),
    }
)
"""What planners write, and which event they mean."""
OF_TRAINED_FORCES = ("graduated", "delayed")
"""What a trained force's record can tell."""
_WITH_TROOPS = ("pledged", "embarked", "arrived", "undelivered", "casualties", "graduated")
_OF_FACT = ("fact", "value", "count")
_OF_PARTY = ("party", "consent")
_OF_CONTRIBUTOR = ("contingent", "event", "step", "troops")
_ONLY_DELAYED = ("until", "by")


def history_dates(subject: Subject) -> Iterator[Fault]:
    """What happened, happened between `start` and `as_of`."""
    start, as_of = subject.scenario.start, subject.scenario.as_of
    records = subject.scenario.history
    if records and as_of is None:
        yield subject.at(("history",), "history is what was known by `as_of:`; add that date at the top")
        return
    for place, record in enumerate(records):
        if as_of is not None and not start <= record.date <= as_of:
            message = (
                f"{record.date} lies outside what is known, {start} to {as_of}; move as_of, or the record"
            )
            yield subject.at(("history", place, "date"), message)


def history_records(subject: Subject) -> Iterator[Fault]:
    """Each record has exactly one subject, and says of it what can be said."""
    for place, record in enumerate(subject.scenario.history):
        path: Path = ("history", place)
        if not subject.is_right(*path):
            continue
        if record.event == "delayed":
            yield from _delay(subject, path, record)
        else:
            yield from _foreign(subject, path, record, _ONLY_DELAYED, "anything but `event: delayed`")
        if record.came is not None:
            others = (*_OF_FACT, *_OF_PARTY, *_OF_CONTRIBUTOR, "contributor")
            yield from _foreign(subject, path, record, others, "a planned date")
            yield from _came(subject, path, record)
        elif record.fact is not None:
            of_others = (*_OF_PARTY, *_OF_CONTRIBUTOR, "contributor")
            foreign = tuple(key for key in of_others if key != "event" or record.event != "delayed")
            yield from _foreign(subject, path, record, foreign, "a fact")
            yield from _fact(subject, path, record)
        elif record.party is not None:
            of_others = (*_OF_FACT, *_OF_CONTRIBUTOR)
            foreign = tuple(key for key in of_others if key != "event" or record.event != "delayed")
            yield from _foreign(subject, path, record, foreign, "a party's consent")
            yield from _consent(subject, path, record)
        elif record.contributor is not None:
            yield from _foreign(subject, path, record, (*_OF_FACT, *_OF_PARTY), "a contributor")
            yield from _event(subject, path, record)
        else:
            message = "says nothing; name its subject: `fact:`, `party:` with `contributor:`"
            yield subject.at(path, f"{message}, or `contributor:` with `event:`")


def _came(subject: Subject, path: Path, record: Record) -> Iterator[Fault]:
    """What came was planned and could slip, not before its date, and came once."""
    scenario, planned = subject.scenario, record.came
    assert planned is not None
    known = planned_paths(scenario)
    if planned not in known:
        yield subject.unknown((*path, "came"), "planned date that slips", planned, known)
        return
    if any(each.came == planned and each != record and each.date <= record.date for each in scenario.history):
        yield subject.at((*path, "came"), f"{planned} came already, as another record says; keep one")
    if record.date < (day := planned_day(scenario, planned)):
        message = f"{record.date} lies before {day}, the day that is planned; plan it for the day it came"
        yield subject.at((*path, "date"), message)


def _foreign(subject: Subject, path: Path, record: Record, keys: tuple[str, ...], of: str) -> Iterator[Fault]:
    for key in keys:
        if getattr(record, key) is not None:
            yield subject.at_key(
                (*path, key), f"'{key}' does not belong to a record of {of}; write a record of its own"
            )


def _delay(subject: Subject, path: Path, record: Record) -> Iterator[Fault]:
    """A delay says until when, or by how much; and of what it can be said."""
    if (record.until is None) == (record.by is None):
        yield subject.at(path, "until when? Give exactly one of `until:` (a date) and `by:` (a delay)")
    elif record.until is not None and record.until <= record.date:
        message = f"{record.until} does not lie after {record.date}, the day of the news; correct one of them"
        yield subject.at((*path, "until"), message)
    elif record.by is not None and (not isinstance(record.by.distribution, Fixed) or record.by.times):
        yield subject.at(
            (*path, "by"), "what is known of a delay is one length of time; write it as a bare value"
        )
    fact = subject.fact(record.fact) if record.fact is not None else None
    if fact is not None and not can_be_delayed(fact.kind):
        remedy = "move the date in its `values:`" if fact.kind == "schedule" else "remove the record"
        yield subject.at(
            path, f"{record.fact} is {called(fact.kind)}, of which nothing is under way; {remedy}"
        )


def _fact(subject: Subject, path: Path, record: Record) -> Iterator[Fault]:
    assert record.fact is not None
    fact = subject.fact(record.fact)
    if fact is None:
        if record.fact not in subject.keys("facts"):
            yield subject.unknown((*path, "fact"), "fact", record.fact, subject.keys("facts"))
        return
    said = [record.value is not None, record.count is not None, record.refused]
    if record.event == "delayed":
        if any(said):
            yield subject.at(path, "a delay says nothing else of a fact; write a record of its own")
    elif sum(said) != 1:
        yield subject.at(
            path,
            _SCHEDULED if recorded_as(fact.kind) is None else f"give exactly one of {recorded_as(fact.kind)}",
        )
    elif fact.kind == "schedule":
        yield subject.at(path, _SCHEDULED)
    elif (record.count is not None) != (fact.kind == "events") or (
        record.refused and fact.kind != "milestone"
    ):
        yield subject.at(path, f"{record.fact} is {called(fact.kind)}; say of it {recorded_as(fact.kind)}")
    elif is_truth(fact.kind) and record.value is not None and not isinstance(record.value, bool):
        yield subject.at((*path, "value"), f"{record.fact} is a {fact.kind}; its value is true or false")
    elif fact.kind == "progress" and (isinstance(record.value, bool) or not 0 <= (record.value or 0) <= 1):
        yield subject.at(
            (*path, "value"), f"{record.fact} is a progress; its value lies between 0 and 1 (or 0% and 100%)"
        )


_SCHEDULED = "the values of a schedule stand in its `values:`; write this one there"


def _consent(subject: Subject, path: Path, record: Record) -> Iterator[Fault]:
    scenario, party, name = subject.scenario, record.party, record.contributor
    assert party is not None
    if party not in subject.keys("parties"):
        yield subject.unknown((*path, "party"), "party", party, subject.keys("parties"))
    if record.refused or (record.consent is None) == (record.event != "delayed") or name is None:
        message = "a party's record names a `contributor:` and says `consent: true` or `consent: false`"
        yield subject.at(path, f"{message}, or `event: delayed`")
    elif name not in subject.keys("contributors"):
        yield subject.unknown((*path, "contributor"), "contributor", name, subject.keys("contributors"))
    elif name in scenario.contributors and party in scenario.parties:
        own = scenario.contributors[name].consents.get(party, scenario.parties[party].consent)
        if not isinstance(own, facts.Consent):
            where = f"contributors.{name}.consents.{party} or parties.{party}.consent"
            yield subject.at(path, f"the consent of {party} to {name} is nowhere described; add {where}")


def _event(subject: Subject, path: Path, record: Record) -> Iterator[Fault]:
    name = record.contributor
    assert name is not None
    trained = name in subject.keys("trained_forces")
    if name not in subject.contributors:
        yield subject.unknown((*path, "contributor"), "contributor", name, subject.contributors)
    elif (
        record.contingent is not None
        and not trained
        and record.contingent not in subject.keys("contributors", name, "contingents")
    ):
        known = subject.keys("contributors", name, "contingents")
        yield subject.unknown((*path, "contingent"), f"contingent of {name}", record.contingent, known)
    if record.refused:
        yield subject.at_key((*path, "refused"), "write `event: refused` for a contributor")
    elif record.event is None:
        yield subject.at(path, f"a contributor's record says `event:`, one of {', '.join(EVENTS)}")
    elif record.event not in EVENTS:
        meant = _MEANT.get(record.event)
        close = meant or nearest(record.event, EVENTS)
        remedy = (
            f"write {meant}"
            if meant
            else f"did you mean {close}?"
            if close
            else f"known are {', '.join(EVENTS)}"
        )
        yield subject.at((*path, "event"), f"there is no event '{record.event}'; {remedy}")
    elif trained and record.event not in OF_TRAINED_FORCES:
        message = f"{name} is a trained force, of which `graduated` or `delayed` can be recorded"
        yield subject.at((*path, "event"), message)
    elif record.event == "graduated" and not trained:
        message = f"{name} is a contributor; graduates are recorded of a trained force"
        yield subject.at(
            (*path, "event"), f"{message}, of which there are {_named(subject, 'trained_forces')}"
        )
    elif trained and record.contingent is not None:
        yield subject.at_key(
            (*path, "contingent"), f"{name} is a trained force and has no contingents; remove it"
        )
    else:
        yield from _details(subject, path, record)


def _steps(contributor: Contributor, contingent: str | None) -> list[str]:
    """Return the approvals that a record of a contingent, or of all, may name."""
    bodies = contributor.contingents
    about = [bodies[contingent]] if contingent in bodies else list(bodies.values())
    asked = [contributor.approvals if body.approvals is None else body.approvals for body in about]
    return list(dict.fromkeys(approval.step for approvals in asked for approval in approvals))


def _details(subject: Subject, path: Path, record: Record) -> Iterator[Fault]:
    """`step` belongs to approvals and refusals, `troops` to pledges and arrivals."""
    event, contributor = record.event, subject.scenario.contributors.get(str(record.contributor))
    steps = _steps(contributor, record.contingent) if contributor is not None else []
    if record.step is None and event == "approved":
        yield subject.at(
            path, f"which approval? Add `step:` with one of {', '.join(steps) or 'the approvals (none)'}"
        )
    elif record.step is not None and event not in ("approved", "refused"):
        yield subject.at_key((*path, "step"), f"a record of '{event}' has no step; remove it")
    elif record.step is not None and contributor is not None and record.step not in steps:
        yield subject.at((*path, "step"), unknown(f"approval of {record.contributor}", record.step, steps))
    if record.troops is None and event in _WITH_TROOPS:
        yield subject.at(path, f"how many? Add `troops:` to the record of '{event}'")
    elif record.troops is not None and event not in (*_WITH_TROOPS, "ready"):
        yield subject.at_key((*path, "troops"), f"a record of '{event}' has no troops; remove them")


def _named(subject: Subject, section: str) -> str:
    return ", ".join(subject.keys(section)) or "none"
