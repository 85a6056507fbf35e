"""History: every record is one dated change that the scenario knows how to take in."""

from __future__ import annotations

from collections.abc import Iterator

from sim.rules.suggestions import nearest
from sim.scenario import facts
from sim.scenario.aims import Record
from sim.scenario.checks.subject import Subject, unknown
from sim.scenario.faults import Fault
from sim.scenario.positions import Path

EVENTS = ("approved", "refused", "pledged", "ready", "arrived", "withdrew")
"""What a contributor's record can tell."""

_OF_FACT = ("fact", "value", "count")
_OF_PARTY = ("party", "consent")
_OF_CONTRIBUTOR = ("contingent", "event", "step", "troops")


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
        if record.fact is not None:
            yield from _foreign(
                subject, path, record, (*_OF_PARTY, *_OF_CONTRIBUTOR, "contributor"), "a fact"
            )
            yield from _fact(subject, path, record)
        elif record.party is not None:
            yield from _foreign(subject, path, record, (*_OF_FACT, *_OF_CONTRIBUTOR), "a party's consent")
            yield from _consent(subject, path, record)
        elif record.contributor is not None:
            yield from _foreign(subject, path, record, (*_OF_FACT, *_OF_PARTY), "a contributor")
            yield from _event(subject, path, record)
        else:
            message = "says nothing; name its subject: `fact:`, `party:` with `contributor:`"
            yield subject.at(path, f"{message}, or `contributor:` with `event:`")


def _foreign(subject: Subject, path: Path, record: Record, keys: tuple[str, ...], of: str) -> Iterator[Fault]:
    for key in keys:
        if getattr(record, key) is not None:
            yield subject.at_key(
                (*path, key), f"'{key}' does not belong to a record of {of}; write a record of its own"
            )


def _fact(subject: Subject, path: Path, record: Record) -> Iterator[Fault]:
    assert record.fact is not None
    fact = subject.fact(record.fact)
    if fact is None:
        if record.fact not in subject.keys("facts"):
            yield subject.unknown((*path, "fact"), "fact", record.fact, subject.keys("facts"))
        return
    said = [record.value is not None, record.count is not None, record.refused]
    if sum(said) != 1:
        yield subject.at(
            path, f"give exactly one of {_SAYS[fact.kind]}" if fact.kind in _SAYS else _SCHEDULED
        )
    elif fact.kind == "schedule":
        yield subject.at(path, _SCHEDULED)
    elif (record.count is not None) != (fact.kind == "events") or (
        record.refused and fact.kind != "milestone"
    ):
        yield subject.at(path, f"{record.fact} is a {fact.kind}; say of it {_SAYS[fact.kind]}")
    elif (
        fact.kind in ("switch", "milestone")
        and record.value is not None
        and not isinstance(record.value, bool)
    ):
        yield subject.at((*path, "value"), f"{record.fact} is a {fact.kind}; its value is true or false")
    elif fact.kind == "progress" and (isinstance(record.value, bool) or not 0 <= (record.value or 0) <= 1):
        yield subject.at(
            (*path, "value"), f"{record.fact} is a progress; its value lies between 0 and 1 (or 0% and 100%)"
        )


_SAYS = {
    "switch": "`value:` (true or false)",
    "milestone": "`value:` (true or false) or `refused: true`",
    "events": "`count:`",
    "progress": "`value:` (0 to 1)",
}
_SCHEDULED = "the values of a schedule stand in its `values:`; write this one there"


def _consent(subject: Subject, path: Path, record: Record) -> Iterator[Fault]:
    scenario, party, name = subject.scenario, record.party, record.contributor
    assert party is not None
    if party not in subject.keys("parties"):
        yield subject.unknown((*path, "party"), "party", party, subject.keys("parties"))
    if record.refused or record.consent is None or name is None:
        yield subject.at(
            path, "a party's record names a `contributor:` and says `consent: true` or `consent: false`"
        )
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
    if name not in subject.keys("contributors"):
        yield subject.unknown((*path, "contributor"), "contributor", name, subject.keys("contributors"))
    elif record.contingent is not None and record.contingent not in subject.keys(
        "contributors", name, "contingents"
    ):
        known = subject.keys("contributors", name, "contingents")
        yield subject.unknown((*path, "contingent"), f"contingent of {name}", record.contingent, known)
    if record.refused:
        yield subject.at_key((*path, "refused"), "write `event: refused` for a contributor")
    elif record.event is None:
        yield subject.at(path, f"a contributor's record says `event:`, one of {', '.join(EVENTS)}")
    elif record.event not in EVENTS:
        close = nearest(record.event, EVENTS)
        remedy = f"did you mean {close}?" if close else f"known are {', '.join(EVENTS)}"
        yield subject.at((*path, "event"), f"there is no event '{record.event}'; {remedy}")
    else:
        yield from _details(subject, path, record)


def _details(subject: Subject, path: Path, record: Record) -> Iterator[Fault]:
    """`step` belongs to approvals and refusals, `troops` to pledges and arrivals."""
    event, contributor = record.event, subject.scenario.contributors.get(str(record.contributor))
    steps = [approval.step for approval in contributor.approvals] if contributor is not None else []
    if record.step is None and event == "approved":
        yield subject.at(
            path, f"which approval? Add `step:` with one of {', '.join(steps) or 'the approvals (none)'}"
        )
    elif record.step is not None and event not in ("approved", "refused"):
        yield subject.at_key((*path, "step"), f"a record of '{event}' has no step; remove it")
    elif record.step is not None and contributor is not None and record.step not in steps:
        yield subject.at((*path, "step"), unknown(f"approval of {record.contributor}", record.step, steps))
    if record.troops is None and event in ("pledged", "arrived"):
        yield subject.at(path, f"how many? Add `troops:` to the record of '{event}'")
    elif record.troops is not None and event not in ("pledged", "arrived"):
        yield subject.at_key((*path, "troops"), f"a record of '{event}' has no troops; remove them")
