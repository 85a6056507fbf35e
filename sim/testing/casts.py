"""Who and what a drawn scenario is about: the names that its rules may speak of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sim.rules.syntax import (
    And,
    Casualties,
    Compare,
    Consent,
    Force,
    Holds,
    Not,
    Number,
    Or,
    Quantity,
    Recent,
    Rule,
    Throughout,
    Value,
    Within,
)
from sim.testing.rules import durations

FACTS = {
    "ceasefire": "switch",
    "fighting": "switch",
    "mandate": "milestone",
    "phase_two": "milestone",
    "violations": "events",
    "disarmament": "progress",
    "campaign": "schedule",
}
ROLES = ("infantry", "engineers", "trainers")
NAMES = ("azerbaijan", "indonesia", "jordan", "turkey")


@dataclass(frozen=True)
class Cast:
    """Names by what they stand for.

    `facts`: name → kind; `contributors`: name → contingent → (role, sector); `consents`: the pairs of party and
    contributor for whom a consent is asked; `not_needed`: those for whom it is not, although the party has one.
    """

    facts: dict[str, str]
    definitions: tuple[str, ...]
    contributors: dict[str, dict[str, tuple[str, str | None]]]
    parties: tuple[str, ...]
    parties_asked: tuple[str, ...]
    own_consents: tuple[tuple[str, str], ...]
    not_needed: tuple[tuple[str, str], ...]
    approvals: dict[str, tuple[str, ...]]
    lanes: tuple[str, ...]
    sectors: tuple[str, ...]
    trained: tuple[str, ...]
    casualties: bool
    reads_forces: bool

    @property
    def forces(self) -> tuple[str, ...]:
        """The forces that contingents belong to."""
        return ("military", "military", "training")

    @property
    def trainers(self) -> str:
        """The role that trains."""
        return next(role for bodies in self.contributors.values() for role, _ in bodies.values())

    @property
    def consents(self) -> tuple[tuple[str, str], ...]:
        """Every pair of a party and a contributor whose consent is asked."""
        asked = {(party, name) for party in self.parties_asked for name in self.contributors}
        return tuple(sorted((asked | set(self.own_consents)) - set(self.not_needed)))

    def consents_of(self, name: str) -> dict[str, str]:
        """Party → `own` or `not_needed`, for the consents that a contributor's block states."""
        stated = {party: "own" for party, who in self.own_consents if who == name}
        return {**stated, **{party: "not_needed" for party, who in self.not_needed if who == name}}

    def steps_of(self, name: str) -> tuple[str, ...]:
        """The approval steps of a contributor."""
        return self.approvals.get(name, ())

    def without_definitions(self) -> Cast:
        """The same without definitions, so that they refer to none of themselves."""
        return replace(self, definitions=())

    def without_fact(self, name: str) -> Cast:
        """The same without one fact and without definitions, so that the fact's rules do not read itself."""
        rest = {other: kind for other, kind in self.facts.items() if other != name}
        return replace(self, facts=rest, definitions=())

    def quantities(self) -> SearchStrategy[Quantity]:
        """Every quantity that a rule of the scenario may read."""
        choices: list[SearchStrategy[Any]] = []
        if self.facts:
            choices.append(st.sampled_from(sorted(self.facts)).map(Value))
        events = [name for name, kind in self.facts.items() if kind == "events"]
        if events:
            choices.append(st.builds(Recent, st.sampled_from(events).map(Value), durations()))
        if self.consents:
            choices.append(st.sampled_from(self.consents).map(lambda pair: Consent(*pair)))
        if self.reads_forces:
            choices.append(self._forces())
            counted = st.sampled_from([None, *self.contributors]).map(Casualties)
            choices += [counted, st.builds(Recent, counted, durations())]
        return st.one_of(choices) if choices else st.just(Casualties())

    def _forces(self) -> SearchStrategy[Force]:
        bodies = [body for contingents in self.contributors.values() for body in contingents.values()]
        sectors = sorted({sector for _, sector in bodies if sector is not None and sector in self.sectors})
        return st.builds(
            Force,
            st.sampled_from(("deployed", "committed", "withdrawn")),
            st.none() | st.sampled_from(sorted(self.contributors)),
            st.none() | st.sampled_from(sorted({role for role, _ in bodies})),
            st.none() | st.sampled_from(sectors) if sectors else st.none(),
            st.none() | st.just("police") if self.trained else st.none(),
        )

    def likely_rules(self) -> SearchStrategy[Rule]:
        """Rules as planners write them, true at some time more often than not."""
        atoms: list[SearchStrategy[Rule]] = [st.builds(Holds, st.just(Value(name))) for name in self.definitions]
        for name, kind in self.facts.items():
            value = Value(name)
            if kind == "events":
                limits = st.sampled_from(("0", "2", "4")).map(Number)
                windows = st.builds(Recent, st.just(value), durations())
                atoms.append(st.builds(Compare, windows, st.sampled_from(("<=", ">")), limits))
            elif kind == "progress":
                limits = st.sampled_from(("10%", "50%", "100%")).map(Number)
                atoms.append(st.builds(Compare, st.just(value), st.sampled_from((">=", "<")), limits))
            else:
                atoms.append(st.just(Holds(value)))
        if self.reads_forces:
            limits = st.sampled_from(("1", "100", "500")).map(Number)
            atoms.append(st.builds(Compare, self._forces(), st.sampled_from((">=", "<")), limits))
        atom = st.one_of(atoms) if atoms else st.just(Holds(Casualties()))
        return st.one_of(
            atom,
            atom.map(Not),
            st.builds(Throughout, atom, durations()),
            st.builds(Within, atom, durations()),
            st.builds(lambda one, other: And((one, other)), atom, atom),
            st.builds(lambda one, other: Or((one, Not(other))), atom, atom),
        )


Draw = Callable[[SearchStrategy[Any]], Any]


@st.composite
def casts(draw: Draw, theatre: bool, reads_forces: bool) -> Cast:
    """Casts of one to five facts and one to four contributors with one or two contingents each."""
    names = draw(st.lists(st.sampled_from(sorted(FACTS)), min_size=1, max_size=5, unique=True))
    sectors = ("north", "south")[: draw(st.integers(0, 2))] if theatre else ()
    bodies = st.dictionaries(
        st.sampled_from(("battalion", "company")),
        st.tuples(st.sampled_from(ROLES), st.sampled_from([*sectors, None])),
        min_size=1,
        max_size=2,
    )
    contributors = {name: draw(bodies) for name in NAMES[: draw(st.integers(1, 4))]}
    parties = ("hamas", "israel")[: draw(st.integers(0, 2))]
    asked = tuple(party for party in parties if draw(st.booleans()))
    pairs = st.sampled_from([(party, name) for party in parties for name in contributors] or [("", "")])
    own = {pair for pair in draw(st.sets(pairs, max_size=2)) if pair[0]}
    spared = {pair for pair in draw(st.sets(pairs, max_size=1)) if pair[0] in asked} - own
    steps = st.sampled_from([(), (), ("government",), ("government", "parliament")])
    return Cast(
        facts={name: FACTS[name] for name in names},
        definitions=("calm",) if draw(st.booleans()) else (),
        contributors=contributors,
        parties=parties,
        parties_asked=asked,
        own_consents=tuple(sorted(own)),
        not_needed=tuple(sorted(spared)),
        approvals={name: draw(steps) for name in contributors},
        lanes=("air", "sea")[: draw(st.integers(0, 2))] if theatre else (),
        sectors=sectors,
        trained=("vetted_police",) if draw(st.booleans()) and draw(st.booleans()) else (),
        casualties=theatre and draw(st.booleans()),
        reads_forces=reads_forces,
    )
