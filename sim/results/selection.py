"""Which contingents count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.scenario.unnamed import summed

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

NO_SECTOR = "no sector"
"""What a table calls the sector of contingents that have none."""


@dataclass(frozen=True, slots=True)
class Member:
    """A contingent, or a trained force, as the statistics see it."""

    contributor: str
    contingent: str
    role: str
    sector: str | None
    force: str
    will_not: frozenset[str]

    @property
    def key(self) -> tuple[str, str]:
        """Contributor and contingent, which together name it in the logs."""
        return self.contributor, self.contingent


@dataclass(frozen=True, slots=True)
class Selection:
    """The contingents that every given filter admits; without filters all of every force."""

    contributor: str | None = None
    contingent: str | None = None
    role: str | None = None
    sector: str | None = None
    force: str | None = None

    def admits(self, member: Member) -> bool:
        """Return whether the member passes every filter."""
        wanted = (self.contributor, self.contingent, self.role, self.sector, self.force)
        found = (member.contributor, member.contingent, member.role, member.sector, member.force)
        return all(want is None or want == have for want, have in zip(wanted, found, strict=True))


def members(scenario: Scenario) -> tuple[Member, ...]:
    """Return every contingent, then every trained force, in the scenario's order."""
    contingents = [
        Member(contributor, name, body.role, body.sector, body.force, frozenset(body.will_not))
        for contributor, state in scenario.contributors.items()
        for name, body in state.contingents.items()
    ]
    trained = [
        Member(name, name, body.role, body.sector, body.force, frozenset(body.will_not))
        for name, body in scenario.trained_forces.items()
    ]
    return (*contingents, *trained)


def headline(scenario: Scenario) -> Selection:
    """Return what "the force" means if nothing is said (`sim.scenario.forces`)."""
    return counted_under(scenario, Selection())


def counted_under(scenario: Scenario, filters: Selection) -> Selection:
    """Return whom filters as a planner writes them count, by the one rule of `sim.scenario.forces`."""
    from sim.scenario.forces import force_counted

    force = force_counted(
        scenario,
        contributor=filters.contributor,
        role=filters.role,
        sector=filters.sector,
        force=filters.force,
    )
    return replace(filters, force=force)


def other_forces(scenario: Scenario) -> list[str]:
    """Return the forces that the headline leaves out, by name."""
    own = headline(scenario).force
    return sorted({body.force for body in members(scenario)} - {own}) if own is not None else []


def chosen(scenario: Scenario, selection: Selection | None) -> tuple[Member, ...]:
    """Return the members that a selection admits; without one those of the headline force."""
    wanted = headline(scenario) if selection is None else selection
    return tuple(member for member in members(scenario) if wanted.admits(member))


def in_sum(scenario: Scenario, bodies: Iterable[Member]) -> tuple[Member, ...]:
    """Return the members under the names by which tables sum them: many that nobody can name yet are one."""
    names = summed(scenario.contributors)
    return tuple(replace(body, contributor=names.get(body.contributor, body.contributor)) for body in bodies)


def numbered(bodies: Iterable[Member]) -> dict[tuple[str, str], int]:
    """Number the members from 0 in their order."""
    return {member.key: number for number, member in enumerate(bodies)}


def grouped(
    scenario: Scenario, selection: Selection, by: str, sums: bool = False
) -> dict[str, tuple[Member, ...]]:
    """Return the selected members by one of their attributes, such as `role`, in first-seen order.

    With `sums` those that nobody can name yet, where they are many, are one contributor.
    """
    groups: dict[str, tuple[Member, ...]] = {}
    bodies = members(scenario)
    for member, named in zip(bodies, in_sum(scenario, bodies) if sums else bodies, strict=True):
        if selection.admits(member):
            label = getattr(named, by) or NO_SECTOR
            groups[label] = (*groups.get(label, ()), member)
    return groups
