"""Checks that the theatre's limits are kept: lift slots and loads, beds, reception, no trickles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import ceil

from sim.durations import DAY
from sim.rules.meaning import holds
from sim.rules.syntax import Once
from sim.scenario.distributions import bounds
from sim.scenario.planned import beds_gate, since
from sim.testing.finding import Finding
from sim.testing.pasts import IN_THEATRE, Past

SMALLEST_SERIAL = 50
"""Fewest free beds for which a larger contingent sends a serial."""

RELIEF_ENDS = ("relief received", "relief turns back")
"""How a serial of a relief gives back its slot."""


def slots_suffice(past: Past) -> Iterator[Finding]:
    """No lane has more serials under way, reliefs included, than slots, in any round."""
    under_way: dict[str, int] = defaultdict(int)
    changes: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for time, step, contributor, contingent, source, target, _, cause in past.logs.transitions:
        lane = _lane(past, contributor, contingent)
        if lane is not None:
            embarks = target == "moving" or cause == "relief embarks"
            received = (source, target) == ("moving", "deployed") or cause in RELIEF_ENDS
            changes[time, step][lane] += embarks - received
    for (time, step), lanes in sorted(changes.items()):
        for lane, change in lanes.items():
            under_way[lane] += change
            slots = past.scenario.theatre.lift[lane].slots
            if not 0 <= under_way[lane] <= slots:
                text = f"{under_way[lane]} serials are under way by {lane}, which has {slots} slots"
                yield Finding(time, step, "slots_suffice", text)


def serials_fit(past: Past) -> Iterator[Finding]:
    """No serial is larger than its lane's load, nor a trickle: at least min(50, ready, the load)."""
    ready: dict[tuple[str, str], int] = defaultdict(int)
    rounds: dict[tuple[int, int, str, str], list[int]] = defaultdict(list)
    flows: dict[tuple[int, int, str, str], int] = defaultdict(int)
    for time, step, contributor, contingent, source, target, troops, cause in past.logs.transitions:
        key = (time, step, contributor, contingent)
        if target == "moving":
            rounds[key].append(troops)
        flows[key] += troops * ((target == "ready") - (source == "ready"))
        lane = _lane(past, contributor, contingent)
        load = past.scenario.theatre.lift[lane].load if lane is not None else troops
        if (target == "moving" or cause == "relief embarks") and troops > load:
            text = f"{contributor}/{contingent}: {troops} embark by {lane}, whose load is {load}"
            yield Finding(time, step, "serials_fit", text)
    for key in sorted(flows) if not past.scenario.authorised else ():  # a ceiling is filled to the last man
        time, step, contributor, contingent = key
        lane = _lane(past, contributor, contingent)
        left = ready[contributor, contingent]
        for troops in sorted(rounds[key], reverse=True):
            load = past.scenario.theatre.lift[lane].load if lane is not None else left
            if troops < min(SMALLEST_SERIAL, left, load):
                text = f"{contributor}/{contingent}: {troops} trickle in, of {left} ready"
                yield Finding(time, step, "serials_fit", text)
            left -= troops
        ready[contributor, contingent] += flows[key]


def beds_suffice(past: Past) -> Iterator[Finding]:
    """Whoever embarks has a bed, held from then until they are gone: there are never more than beds."""
    beds = past.scenario.theatre.beds
    if beds is None:
        return
    rules = [
        (
            since(growth.from_, beds_gate(growth.from_, growth.to))
            if growth.from_ is not None
            else Once(past.rule(growth.when)),
            growth.to,
        )
        for growth in beds.grows
    ]
    there: dict[tuple[int, int], int] = defaultdict(int)
    embarks: set[tuple[int, int]] = set()
    for time, step, contributor, contingent, source, target, troops, _ in past.logs.transitions:
        if _in_theatre(past, contributor, contingent):
            there[time, step] += troops * ((target in IN_THEATRE) - (source in IN_THEATRE))
            if target == "moving":
                embarks.add((time, step))
    held = 0
    for (time, step), change in sorted(there.items()):
        held += change
        if (time, step) in embarks:
            view = past.in_round(time, step - 1)
            known = max([beds.at_start, *(to for rule, to in rules if holds(rule, view, time))])
            if held > known:
                yield Finding(
                    time, step, "beds_suffice", f"{held} are in the theatre, which has {known} beds"
                )


def ceilings_kept(past: Past) -> Iterator[Finding]:
    """Nobody embarks or takes up service beyond an authorised ceiling, on the way out included."""
    for force, most in past.scenario.authorised.items():
        there: dict[tuple[int, int], int] = defaultdict(int)
        comes: set[tuple[int, int]] = set()
        for time, step, contributor, contingent, source, target, troops, cause in past.logs.transitions:
            if force in ("any", past.body(contributor, contingent).force):
                there[time, step] += troops * ((target in IN_THEATRE) - (source in IN_THEATRE))
                if target in IN_THEATRE and source not in IN_THEATRE and not cause.startswith("history: "):
                    comes.add((time, step))
        held = 0
        for (time, step), change in sorted(there.items()):
            held += change
            if (time, step) in comes and held > most:
                yield Finding(time, step, "ceilings_kept", f"{held} of {force} are there, {most} authorised")


def reception_keeps_pace(past: Past) -> Iterator[Finding]:
    """Serials and reliefs are received one after the other, each as long as its size takes."""
    stated = past.scenario.theatre.reception
    if stated is None:
        return
    fastest = bounds(stated.distribution)[1]
    earliest: dict[tuple[str, str], list[int]] = defaultdict(list)
    before = -(10**15)
    for time, step, contributor, contingent, source, target, troops, cause in past.logs.transitions:
        body = (contributor, contingent)
        if not _in_theatre(past, *body):
            continue
        if target == "moving" or cause == "relief embarks":
            earliest[body].append(time)
        if (source, target) != ("moving", "deployed") and cause != "relief received":
            continue
        takes = ceil(troops * DAY / fastest)
        if time < before + takes or time < min(earliest[body]) + takes:
            text = f"{contributor}/{contingent}: {troops} are received sooner than in {takes} seconds"
            yield Finding(time, step, "reception_keeps_pace", text)
        before = time


def _in_theatre(past: Past, contributor: str, contingent: str) -> bool:
    """Tell whether troops need beds and reception: not if they are trained there, or go somewhere else."""
    block = past.scenario.contributors.get(contributor)
    sector = past.scenario.theatre.sectors.get(block.contingents[contingent].sector or "") if block else None
    return block is not None and (sector is None or sector.in_theatre)


def _lane(past: Past, contributor: str, contingent: str) -> str | None:
    block = past.scenario.contributors.get(contributor)
    return block.contingents[contingent].lift if block is not None else None
