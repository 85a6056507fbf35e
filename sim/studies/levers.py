"""What can be changed in a steady world: facts and consents, with the values that the rules tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Any

from sim.plan.laws import law_of
from sim.rules.domains import Domain
from sim.rules.meaning import comparison_of
from sim.rules.references import signal_of, subrules
from sim.rules.satisfiability import possible
from sim.rules.syntax import Compare, Consent, Holds, Not, Quantity, Recent, Rule, Value
from sim.scenario.analysis.reach import domain_in
from sim.scenario.scenario import Scenario

Atom = Holds | Compare

MOST_WEIGHED = 32
"""Of more conditions none is left out for following from the rest: each is weighed against all others."""


@dataclass(frozen=True)
class FactLever:
    """A fact or consent: the values that are told apart, the place of the present one, what tells them apart.

    Of events the value is the number a second (0: none any more).
    """

    signal: Value | Consent
    values: tuple[Any, ...]
    now: int
    atoms: tuple[Atom, ...]

    def conditions(self, cell: int) -> tuple[Rule, ...]:
        """Return what a change to a cell makes true; what follows from the rest is left out, of few."""
        flipped: list[Rule] = []
        for atom in self.atoms:
            before, after = (holds_at(atom, self.values[place]) for place in (self.now, cell))
            if before != after:
                flipped.append(atom if after else Not(atom))
        if len(flipped) > MOST_WEIGHED:
            return tuple(flipped)
        for condition in tuple(flipped):
            others = [each for each in flipped if each is not condition]
            if others and possible([*others, Not(condition)]) is False:
                flipped = others
        return tuple(flipped)


def levers_of(scenario: Scenario, rules: Iterable[Rule]) -> tuple[FactLever, ...]:
    """Return the levers that the rules (bound and expanded) read, in the order of names.

    A `schedule` and an `uncertain:` quantity are no levers: nobody can change them.
    """
    atoms: dict[Quantity, dict[Atom, None]] = {}
    for rule in rules:
        for part in subrules(rule):
            if isinstance(part, (Holds, Compare)):
                atoms.setdefault(signal_of(part.quantity), {})[part] = None
    return tuple(
        _lever(scenario, signal, tuple(atoms[signal]))
        for signal in sorted(atoms, key=str)
        if isinstance(signal, Consent) or (isinstance(signal, Value) and _can_change(scenario, signal))
    )


def readings_of(lever: FactLever) -> Mapping[Quantity, tuple[Any, ...]]:
    """Return for each quantity that the lever decides its value in each cell."""
    quantities = dict.fromkeys(atom.quantity for atom in lever.atoms)
    return {each: tuple(_read(each, value) for value in lever.values) for each in quantities}


def holds_at(atom: Atom, value: Any) -> bool:
    """Say whether an atom holds where its lever has a value."""
    measured = _read(atom.quantity, value)
    if isinstance(atom, Holds):
        return bool(measured > 0)
    return comparison_of(atom.operator)(measured, atom.number.value)


def value_now(scenario: Scenario, signal: Value | Consent) -> Any:
    """Return the value of a fact or consent on day 0, or as history has it by `as_of`; of events a second."""
    if isinstance(signal, Consent):
        records = [
            r for r in scenario.history if (r.party, r.contributor) == (signal.party, signal.contributor)
        ]
        last = max(records, key=lambda record: record.date, default=None)
        return float(bool(last and last.consent))
    fact = scenario.facts[signal.name]
    if fact.kind == "events":
        return Fraction(law_of(fact.rate.distribution).quantile(0.5))
    told = {
        record.date: float(record.value or 0) for record in scenario.history if record.fact == signal.name
    }
    before = float(fact.initially) if fact.kind in ("switch", "progress") else 0.0
    return told[max(told)] if told else before


def _can_change(scenario: Scenario, signal: Value) -> bool:
    fact = scenario.facts.get(signal.name)
    return fact is not None and fact.kind != "schedule"


def _lever(scenario: Scenario, signal: Value | Consent, atoms: tuple[Atom, ...]) -> FactLever:
    now = value_now(scenario, signal)
    cells: dict[tuple[bool, ...], Any] = {tuple(holds_at(atom, now) for atom in atoms): now}
    for value in _candidates(scenario, signal, atoms):
        cells.setdefault(tuple(holds_at(atom, value) for atom in atoms), value)
    values = tuple(sorted(cells.values()))
    return FactLever(signal, values, values.index(now), atoms)


def _candidates(scenario: Scenario, signal: Value | Consent, atoms: tuple[Atom, ...]) -> tuple[Any, ...]:
    """Return values among which the atoms come out in each way that they can."""
    if isinstance(signal, Value) and getattr(scenario.facts.get(signal.name), "kind", "") == "events":
        rates = {
            Fraction(atom.number.value) / atom.quantity.length.seconds
            for atom in atoms
            if isinstance(atom, Compare) and isinstance(atom.quantity, Recent)
        }
        return Domain(0).representatives([Fraction(0), *rates])  # type: ignore[list-item]
    limits = [atom.number.value for atom in atoms if isinstance(atom, Compare)]
    return domain_in(scenario, signal).representatives([0.0, *limits])


def _read(quantity: Quantity, value: Any) -> Any:
    """Return what a quantity is where its lever has a value: events have gone on as they go for ever."""
    if isinstance(quantity, Recent):
        return value * quantity.length.seconds
    if isinstance(value, Fraction):
        return inf if value > 0 else 0
    return value
