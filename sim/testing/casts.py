"""Who and what a drawn scenario is about.

Rules and blocks are drawn over one fixed stock of names, so that their strategies are built once; a `Cast`
says which of the names are on stage, and puts a name that is in the place of one that is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.durations import Duration
from sim.rules.syntax import (
    And,
    AtLeast,
    Beds,
    Casualties,
    Compare,
    Consent,
    Force,
    Holds,
    Not,
    Number,
    Once,
    Or,
    Quantity,
    Recent,
    Rule,
    Throughout,
    Value,
    Within,
)

FACTS = (
    ("campaign", "schedule"),
    ("ceasefire", "switch"),
    ("disarmament", "progress"),
    ("fighting", "switch"),
    ("mandate", "milestone"),
    ("phase_two", "milestone"),
    ("violations", "events"),
)
"""Facts and their kinds."""

CONTRIBUTORS = ("azerbaijan", "indonesia", "jordan", "turkey")
PARTIES = ("hamas", "israel")
ROLES = ("engineers", "infantry", "trainers")
LANES = ("air", "sea")
SECTORS = ("north", "south")
DEFINITION = "calm"
UNCERTAIN = ("goodwill", "tempo")
TRAINED = "vetted_police"


@dataclass(frozen=True, slots=True)
class Cast:
    """The names on stage. `consents` are the pairs (party, contributor) for whom a consent is asked."""

    facts: tuple[str, ...]
    contributors: tuple[str, ...]
    consents: tuple[tuple[str, str], ...] = ()
    roles: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    forces: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    reads_forces: bool = True
    beds: bool = False
    """Whether the theatre states beds."""

    def recast(self, rule: Rule, without: str | None = None, owner: str | None = None) -> Rule:
        """Return a rule with the names on stage in place of others.

        `without`: a fact that the rule must not read, nor definitions and beds, which might. Without an `owner`,
        `self` is the first contributor.
        """
        if isinstance(rule, (Holds, Compare)):
            quantity = self._quantity(rule.quantity, without, owner)
            if isinstance(quantity, Value) and quantity.name in self.definitions:
                return Holds(quantity)
            return _as_truth(quantity) if isinstance(rule, Holds) else replace(rule, quantity=quantity)
        if isinstance(rule, (And, Or, AtLeast)):
            return replace(rule, parts=tuple(self.recast(part, without, owner) for part in rule.parts))
        if isinstance(rule, (Not, Once, Throughout, Within)):
            return replace(rule, part=self.recast(rule.part, without, owner))
        return rule

    def _quantity(  # noqa: PLR0911  # one branch for each kind
        self, quantity: Quantity, without: str | None, owner: str | None
    ) -> Quantity:
        match quantity:
            case Recent(Value(), length):
                events = [name for name in self.facts if dict(FACTS)[name] == "events" and name != without]
                return Recent(Value(events[0]), length) if events else self._value("violations", without)
            case Recent(Casualties(contributor), length) if self.reads_forces:
                return Recent(Casualties(self._contributor(contributor, owner)), length)
            case Casualties(contributor) if self.reads_forces:
                return Casualties(self._contributor(contributor, owner))
            case Force() if self.reads_forces:
                return replace(
                    quantity,
                    contributor=self._contributor(quantity.contributor, owner),
                    role=_one(quantity.role, self.roles),
                    sector=_one(quantity.sector, self.sectors),
                    force="any" if quantity.force == "any" else _one(quantity.force, self.forces),
                )
            case Consent(party, contributor) if self.consents:
                places = (*CONTRIBUTORS, *PARTIES)
                return Consent(
                    *self.consents[
                        (places.index(party) + places.index(str(contributor))) % len(self.consents)
                    ]
                )
            case Value(name):
                return self._value(name, without)
            case Beds() if self.beds and without is None:
                return quantity
            case _:
                return self._value("ceasefire", without)

    def _value(self, name: str, without: str | None) -> Quantity:
        if name == DEFINITION and self.definitions and without is None:
            return Value(DEFINITION)
        there = [fact for fact in self.facts if fact != without]
        stock = [fact for fact, _ in FACTS]
        if not there:
            return Casualties()
        return Value(
            name if name in there else there[(stock.index(name) if name in stock else 0) % len(there)]
        )

    def _contributor(self, name: str | None, owner: str | None) -> str | None:
        if name == "self":
            return "self" if owner is not None else self.contributors[0]
        return _one(name, self.contributors)


def _as_truth(quantity: Quantity) -> Rule:
    """Return that a quantity holds; a number, which is neither true nor false, is compared."""
    if isinstance(quantity, Value):
        match dict(FACTS).get(quantity.name):
            case "progress":
                return Compare(quantity, ">=", Number("100%"))
            case "events":
                return Compare(Recent(quantity, Duration("10", "day")), ">", Number("0"))
    return Holds(quantity)


def _one(name: str | None, there: Sequence[str]) -> str | None:
    """Return the name if it is there, else one that is, or None."""
    if name is None or not there:
        return None
    return name if name in there else there[len(name) % len(there)]
