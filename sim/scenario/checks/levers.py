"""Levers: that they do something, what they set and whom they name, and which of them go together."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.subject import Subject
from sim.scenario.distributions import Drawn
from sim.scenario.facts import Milestone, Switch
from sim.scenario.faults import Fault
from sim.scenario.levers import Happening, Lever
from sim.scenario.nodes import plain_data
from sim.scenario.positions import Path
from sim.scenario.pulling import lever_settings, misplaced
from sim.scenario.settings import set_node


def levers(subject: Subject) -> Iterator[Fault]:
    """Each lever does something, within the world and the time that the scenario has."""
    known = subject.keys("levers")
    for name, lever in subject.scenario.levers.items():
        path = ("levers", name)
        if not lever.set_ and lever.happens is None:
            yield subject.at(
                path, "does nothing; say what it sets (`set:`) or what it makes happen (`happens:`)"
            )
        if lever.set_ and lever.from_ is not None and lever.happens is None:
            message = (
                "what a lever sets holds from the start, so `from` delays nothing; use `happens:` with `on:`"
            )
            yield subject.at((*path, "from"), message)
        if lever.party is not None and lever.party not in subject.keys("parties"):
            yield subject.unknown((*path, "party"), "party", lever.party, subject.keys("parties"))
        if lever.happens is not None:
            yield from _happening(subject, (*path, "happens"), lever, lever.happens)
        for key in ("excludes", "needs"):
            for place, other in enumerate(getattr(lever, key)):
                if other == name:
                    yield subject.at((*path, key, place), f"a lever cannot name itself in `{key}`; remove it")
                elif other not in known:
                    yield subject.unknown((*path, key, place), "lever", other, known)
                elif key == "needs" and other in lever.excludes:
                    message = (
                        f"'{other}' is both needed and excluded, so the lever can never be pulled; keep one"
                    )
                    yield subject.at((*path, key, place), message)
        yield from _settings(subject, name)
        yield from _unmoved(subject, (*path, "effort"), lever.effort)
        yield from _unmoved(subject, (*path, "works"), lever.works)
    yield from _one_unit(subject)
    yield from _pulled(subject)
    yield from _same_path(subject)


def _happening(subject: Subject, path: Path, lever: Lever, happens: Happening) -> Iterator[Fault]:
    scenario = subject.scenario
    if (happens.fact is None) == (happens.party is None and happens.contributor is None):
        yield subject.at(path, "names one subject: `fact: F`, or `party: P` with `contributor: C`")
        return
    if happens.fact is None:
        for key, known in (("party", subject.keys("parties")), ("contributor", subject.contributors)):
            who = getattr(happens, key)
            if who is None:
                yield subject.at(path, f"lacks `{key}`; a consent is of a party to a contributor")
            elif who not in known:
                yield subject.unknown((*path, key), key, who, known)
        if happens.party and happens.contributor in scenario.contributors and not _is_asked(subject, happens):
            message = (
                f"{happens.contributor} does not need the consent of {happens.party}, so it frees nobody"
            )
            yield subject.at(path, f"{message}; name a consent that is needed")
    elif happens.fact not in scenario.facts:
        yield subject.unknown((*path, "fact"), "fact", happens.fact, subject.keys("facts"))
    else:
        fact = scenario.facts[happens.fact]
        if not isinstance(fact, Milestone | Switch):
            message = f"'{happens.fact}' is of kind {fact.kind}, which cannot be made to happen"
            yield subject.at(
                (*path, "fact"), f"{message}; use `set:` for its numbers, or a milestone or switch"
            )
        elif isinstance(fact, Milestone) and not happens.value:
            message = (
                "a milestone can be made true, not false; use `set:` with its `probability`, or a switch"
            )
            yield subject.at((*path, "value"), message)
    if happens.on is not None and happens.when is not None:
        yield subject.at(
            (*path, "on"), "stands beside `when`; keep one, and write the date in the rule: `after DATE`"
        )
    first = lever.from_ or scenario.start
    if happens.on is not None and not first <= happens.on <= scenario.end:
        message = f"{happens.on} is not between {first}, before which it cannot be pulled, and the end"
        yield subject.at((*path, "on"), f"{message} ({scenario.end}); choose a day between")


def _unmoved(subject: Subject, path: Path, drawn: Drawn | None) -> Iterator[Fault]:
    """Efforts, chances of levers and costs are drawn by themselves: nothing that moves the world moves them."""
    for key in ("times", "odds"):
        if drawn is not None and getattr(drawn, key):
            message = (
                "an uncertain quantity does not move a lever's numbers or a cost; state the range itself"
            )
            yield subject.at((*path, key), message)


def _is_asked(subject: Subject, happens: Happening) -> bool:
    assert happens.party is not None and happens.contributor is not None
    own = subject.scenario.contributors[happens.contributor].consents.get(happens.party)
    party = subject.scenario.parties.get(happens.party)
    return own != "not_needed" and (own is not None or party is None or party.consent is not None)


def _settings(subject: Subject, name: str) -> Iterator[Fault]:
    for path, value in lever_settings(subject.root, name):
        if path.split(".")[0] in {"levers", "pulled", "costs", "start", "end", "as_of", "history", "targets"}:
            message = "a lever moves the world, not what is asked of it or known of it; set another path"
            yield subject.at(("levers", name, "set", path), message)
            continue
        result = set_node(subject.root, path, value)
        if isinstance(result, Fault):
            yield misplaced(name, path, value, result)


def _one_unit(subject: Subject) -> Iterator[Fault]:
    units: dict[str, str] = {}
    for name, lever in subject.scenario.levers.items():
        if lever.unit is not None:
            units.setdefault(lever.unit, name)
    for unit, name in list(units.items())[1:]:
        first = next(iter(units))
        message = (
            f"efforts are added up, and {units[first]} counts them in '{first}', not '{unit}'; use one unit"
        )
        yield subject.at(("levers", name, "unit"), message)


def _pulled(subject: Subject) -> Iterator[Fault]:
    scenario = subject.scenario
    pulled = scenario.pulled or ()
    for place, name in enumerate(pulled):
        path = ("pulled", place)
        if name not in scenario.levers:
            yield subject.unknown(path, "lever", name, subject.keys("levers"))
            continue
        for other in scenario.levers[name].needs:
            if other not in pulled:
                yield subject.at(path, f"'{name}' needs '{other}', which is not pulled; add it")
        for other in scenario.levers[name].excludes:
            if other in pulled:
                yield subject.at(path, f"'{name}' excludes '{other}', which is pulled too; remove one")


def _same_path(subject: Subject) -> Iterator[Fault]:
    """Two levers that set one path to different values must exclude each other."""
    seen: dict[str, tuple[str, object]] = {}
    for name, lever in subject.scenario.levers.items():
        for path, value in lever_settings(subject.root, name):
            other, before = seen.setdefault(path, (name, plain_data(value)))
            if other == name or before == plain_data(value):
                continue
            if name not in subject.scenario.levers[other].excludes and other not in lever.excludes:
                message = (
                    f"'{other}' sets {path} too, to another value; let one exclude the other (`excludes:`)"
                )
                yield subject.at(("levers", name, "set", path), message)


def costs(subject: Subject) -> Iterator[Fault]:
    """Costs name roles and contributors that the scenario has."""
    stated = subject.scenario.costs
    if stated is None:
        return
    for key in ("soldier_month", "move"):
        yield from _unmoved(subject, ("costs", key), getattr(stated, key))
    for key in ("roles", "contributors"):
        for name, drawn in getattr(stated, key).items():
            yield from _unmoved(subject, ("costs", key, name), drawn)
    for name in stated.roles:
        if name not in subject.roles:
            path = ("costs", "roles", name)
            yield subject.at_key(path, subject.unknown(path, "role", name, subject.roles).message)
    for name in stated.contributors:
        if name not in subject.contributors:
            path = ("costs", "contributors", name)
            yield subject.at_key(
                path, subject.unknown(path, "contributor", name, subject.contributors).message
            )
