"""Names outside rules: what blocks refer to (parties, lanes, sectors, roles, uncertain quantities) exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from sim.scenario.checks.subject import Subject
from sim.scenario.faults import Fault
from sim.scenario.positions import Path


def block_references(subject: Subject) -> Iterator[Fault]:
    """What blocks refer to by name is in the scenario."""
    yield from _parties(subject)
    yield from _contingents(subject)
    yield from _trained_forces(subject)
    yield from _aims(subject)
    casualties = subject.scenario.theatre.casualties
    for place, multiplier in enumerate(casualties.rate_multiplier if casualties else ()):
        path = ("theatre", "casualties", "rate_multiplier", place)
        yield from _filters(subject, path, multiplier, ("role", "sector"))


def ceilings(subject: Subject) -> Iterator[Fault]:
    """`authorised:` names forces of the scenario."""
    for force in subject.scenario.authorised:
        if force not in subject.forces:
            path = ("authorised", force)
            yield subject.at_key(path, subject.unknown(path, "force", force, subject.forces).message)


def uncertain_quantities(subject: Subject) -> Iterator[Fault]:
    """`times:` and `odds:` name one of `uncertain:`."""
    known = subject.keys("uncertain")
    for path, drawn in subject.drawn:
        for key, names in (("times", drawn.times), ("odds", drawn.odds)):
            for name in names:
                if name not in known:
                    yield subject.unknown((*path, key), "uncertain quantity", name, known)


def caveats(subject: Subject) -> Iterator[Fault]:
    """A caveat that almost names a required task probably means it."""
    tasks = {requirement.task for requirement in subject.scenario.requirements}
    for owner, contributor in subject.scenario.contributors.items():
        for name, contingent in contributor.contingents.items():
            for place, task in enumerate(contingent.will_not):
                close = get_close_matches(task, sorted(tasks), n=1, cutoff=0.85) if task not in tasks else []
                if close:
                    path = ("contributors", owner, "contingents", name, "will_not", place)
                    message = f"no requirement has the task '{task}'; did you mean {close[0]}?"
                    yield subject.at(path, message, "warning")


def _parties(subject: Subject) -> Iterator[Fault]:
    known = subject.keys("parties")
    for name, fact in subject.scenario.facts.items():
        if fact.party is not None and fact.party not in known:
            yield subject.unknown(("facts", name, "party"), "party", fact.party, known)
    for name, contributor in subject.scenario.contributors.items():
        for party in contributor.consents:
            if party not in known:
                path = ("contributors", name, "consents", party)
                yield subject.at_key(path, subject.unknown(path, "party", party, known).message)


def _contingents(subject: Subject) -> Iterator[Fault]:
    lanes = subject.keys("theatre", "lift")
    for owner, contributor in subject.scenario.contributors.items():
        for name, contingent in contributor.contingents.items():
            path = ("contributors", owner, "contingents", name)
            yield from _known(subject, (*path, "lift"), "lift lane", contingent.lift, lanes)
            yield from _filters(subject, path, contingent, ("sector",))


def _trained_forces(subject: Subject) -> Iterator[Fault]:
    roles = {
        body.role for owner in subject.scenario.contributors.values() for body in owner.contingents.values()
    }
    for name, force in subject.scenario.trained_forces.items():
        path = ("trained_forces", name)
        yield from _known(subject, (*path, "trained_by"), "role of a contingent", force.trained_by, roles)
        yield from _filters(subject, path, force, ("sector",))


def _aims(subject: Subject) -> Iterator[Fault]:
    scenario = subject.scenario
    for name, target in scenario.targets.items():
        yield from _filters(subject, ("targets", name), target, ("role", "sector", "force", "contributor"))
    for place, requirement in enumerate(scenario.requirements):
        yield from _filters(subject, ("requirements", place), requirement, ("role", "sector", "force"))
    for place, estimate in enumerate(scenario.estimates):
        yield from _filters(subject, ("estimates", place), estimate, ("force",))


def _filters(subject: Subject, path: Path, block: Any, keys: Iterable[str]) -> Iterator[Fault]:
    known: dict[str, Iterable[str]] = {
        "role": subject.roles,
        "sector": subject.sectors,
        "force": subject.forces,
        "contributor": subject.contributors,
    }
    for key in keys:
        yield from _known(subject, (*path, key), key, getattr(block, key), known[key])


def _known(
    subject: Subject, path: Path, what: str, name: str | None, known: Iterable[str]
) -> Iterator[Fault]:
    if name is not None and name not in known:
        yield subject.unknown(path, what, name, known)
