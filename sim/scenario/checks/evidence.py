"""How much of a scenario rests on sources."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.subject import Subject
from sim.scenario.faults import Fault
from sim.scenario.ledger import ledger

_FEW = 30
"""A scenario with fewer entries is an illustration, and may be all assumptions."""

_MOST_ASSUMED = 0.9


def mostly_assumed(subject: Subject) -> Iterator[Fault]:
    """Not nearly everything is an assumption."""
    entries = ledger(subject.root)
    assumed = sum(entry.source is None for entry in entries)
    if len(entries) >= _FEW and assumed > _MOST_ASSUMED * len(entries):
        message = f"{assumed} of {len(entries)} numbers, rules and choices are assumptions"
        yield subject.at(("scenario",), f"{message}; `isf validate --ledger` lists them", "warning")
