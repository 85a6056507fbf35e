"""Names: how they are spelt, and that each means one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.rules.domains import ANY_FORCE
from sim.rules.words import RESERVED
from sim.scenario.checks.subject import Subject
from sim.scenario.contributors import Approval
from sim.scenario.faults import Fault
from sim.scenario.gates import gates
from sim.scenario.planned import Planned
from sim.scenario.positions import Path
from sim.scenario.unnamed import ALL_UNNAMED

_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
_LABEL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*\Z")

_SECTIONS: tuple[Path, ...] = (
    ("facts",),
    ("definitions",),
    ("contributors",),
    ("parties",),
    ("uncertain",),
    ("trained_forces",),
    ("levers",),
    ("theatre", "sectors"),
    ("theatre", "lift"),
)


def names(subject: Subject) -> Iterator[Fault]:
    """Names hold only small letters, digits and `_`, and are no words of the rule language."""
    for path in (
        *_SECTIONS,
        *(("contributors", owner, "contingents") for owner in subject.keys("contributors")),
    ):
        for name in subject.keys(*path):
            message = _misspelt(name)
            if message:
                yield subject.at_key((*path, name), message)
    for section in ("sources", "targets"):
        for name in subject.keys(section):
            if not _LABEL.match(name):
                yield subject.at_key((section, name), _only("letters, digits, `_` and `-`", _label(name)))
    yield from _spoken_names(subject)


def collisions(subject: Subject) -> Iterator[Fault]:
    """No name means two things."""
    definitions = set(subject.keys("definitions"))
    for name in subject.keys("facts"):
        if name in definitions:
            message = f"is both a fact and a definition: '{name}'; rename one"
            yield subject.at_key(("definitions", name), message)
    for name in subject.keys("uncertain"):
        other = "definition" if name in definitions else "fact" if name in subject.keys("facts") else None
        if other is not None:
            message = f"is both an uncertain quantity and a {other}: '{name}'; rename one"
            yield subject.at_key(("uncertain", name), message)
    planned = {gate.name for gate in gates(subject.scenario)}
    for section in ("facts", "definitions", "uncertain"):
        for name in sorted(planned.intersection(subject.keys(section))):
            message = f"'{name}' is how logs name a planned date that slips; choose another name"
            yield subject.at_key((section, name), message)
    yield from _requirements(subject)
    forces = set(subject.keys("trained_forces"))
    for name in subject.keys("contributors"):
        if name in forces:
            message = f"is both a contributor and a trained force: '{name}'; rename one"
            yield subject.at_key(("trained_forces", name), message)
    if subject.scenario.unnamed is not None and ALL_UNNAMED in subject.keys("contributors"):
        message = f"'{ALL_UNNAMED}' is what tables call those that nobody can name yet; choose another name"
        yield subject.at_key(("contributors", ALL_UNNAMED), message)
    for name, contributor in subject.scenario.contributors.items():
        yield from _steps(subject, ("contributors", name), contributor.approvals)
        for body, contingent in contributor.contingents.items():
            path = ("contributors", name, "contingents", body)
            yield from _steps(subject, path, contingent.approvals or ())


def _requirements(subject: Subject) -> Iterator[Fault]:
    """Requirements whose day slips are told apart by name: logs and records speak of the day."""
    known: set[str] = set()
    for place, line in enumerate(subject.scenario.requirements):
        if isinstance(line.by, Planned):
            if line.spelt in known:
                message = (
                    f"two requirements whose day slips are called {line.spelt}; give one another `name:`"
                )
                yield subject.at(("requirements", place), message)
            known.add(line.spelt)


def _steps(subject: Subject, path: Path, approvals: tuple[Approval, ...]) -> Iterator[Fault]:
    steps: set[str] = set()
    for place, approval in enumerate(approvals):
        if approval.step in steps:
            message = f"the step '{approval.step}' stands twice; give each step its own name"
            yield subject.at((*path, "approvals", place, "step"), message)
        steps.add(approval.step)


def _spoken_names(subject: Subject) -> Iterator[Fault]:
    """Roles, forces and sectors are named where they are used, and rules speak of them."""
    for name, contributor in subject.scenario.contributors.items():
        for body, contingent in contributor.contingents.items():
            path = ("contributors", name, "contingents", body)
            yield from _spoken(subject, path, contingent)
    for name, force in subject.scenario.trained_forces.items():
        yield from _spoken(subject, ("trained_forces", name), force)


def _spoken(subject: Subject, path: Path, body: object) -> Iterator[Fault]:
    for key in ("role", "force", "sector"):
        name = getattr(body, key)
        message = _misspelt(name) if isinstance(name, str) else None
        if key == "force" and name == ANY_FORCE:
            message = f"'{name}' is what a filter writes for every force; choose another name for this one"
        if message:
            yield subject.at((*path, key), message)
    for place, task in enumerate(getattr(body, "will_not", ())):
        message = _misspelt(task)
        if message:
            yield subject.at((*path, "will_not", place), message)


def _misspelt(name: str) -> str | None:
    if name in RESERVED:
        return f"'{name}' is a word of the rule language; choose another name, such as {name}_"
    if not _NAME.match(name):
        return _only(
            "small letters, digits and `_`, and begin with no digit",
            re.sub(r"\W", "_", name.lower(), flags=re.A),
        )
    return None


def _only(what: str, suggestion: str) -> str:
    remedy = f"; write {suggestion}" if _NAME.match(suggestion) or _LABEL.match(suggestion) else ""
    return f"names hold only {what}{remedy}"


def _label(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)
