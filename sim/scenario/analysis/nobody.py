"""Pledges of which nobody comes in any world, because a stated number says so: a chance, a share or a limit of 0."""

from __future__ import annotations

from collections.abc import Iterator

from sim.rules.domains import ANY_FORCE
from sim.scenario.analysis.bodies import Body
from sim.scenario.analysis.prospects import Prospects
from sim.scenario.contributors import Contingent, Contributor
from sim.scenario.distributions import Drawn, bounds
from sim.scenario.facts import Consent
from sim.scenario.faults import Fault
from sim.scenario.positions import Path, dotted
from sim.scenario.scenario import Scenario


def nobody_comes(prospects: Prospects) -> Iterator[Fault]:
    """No chance, share or limit that a whole pledge needs is 0, unless history has it otherwise or a lever moves it."""
    scenario = prospects.scenario
    told: set[tuple[Path, str]] = set()
    for body in prospects.bodies:
        owner = scenario.contributors.get(body.owner)
        if owner is None or body.committed is not None or body.most == 0:
            continue
        for path, what in _reasons(scenario, body, owner):
            if (path, what) not in told and not _moved_by_a_lever(scenario, path):
                told.add((path, what))
                message = (
                    f"{what}, so nobody of {body.title} comes in any world; raise it, or take the pledge out"
                )
                yield prospects.subject.at(path, message, "warning")


def _reasons(scenario: Scenario, body: Body, owner: Contributor) -> Iterator[tuple[Path, str]]:
    """Yield the numbers that let nobody of a contingent come, each with what is wrong with it."""
    assert isinstance(body.block, Contingent)
    top: Path = ("contributors", body.owner)
    own = body.block.approvals
    given = {
        each.step for each in scenario.history if each.contributor == body.owner and each.event == "approved"
    }
    for place, step in enumerate(owner.approvals if own is None else own):
        if _most(step.probability) == 0 and step.step not in given:
            where = top if own is None else body.path
            yield (*where, "approvals", place, "probability"), f"{step.step} approves with a chance of 0"
    for party, block in scenario.parties.items():
        consent = owner.consents.get(party, block.consent)
        if (
            isinstance(consent, Consent)
            and _most(consent.probability) == 0
            and not _consented(scenario, body, party)
        ):
            where = (*top, "consents", party) if party in owner.consents else ("parties", party, "consent")
            yield (*where, "probability"), f"{party} consents with a chance of 0"
    for key, says_none in (("never_arrives", 1.0), ("delivers", 0.0)):
        stated, where = _stated(scenario, body, owner, key)
        if stated is not None and bounds(stated.distribution) == (says_none, says_none):
            yield where, f"{key} is {says_none:g}"
    limits = scenario.authorised or {}
    for force in (ANY_FORCE, body.block.force):
        if limits.get(force) == 0:
            yield ("authorised",), "nobody is authorised"
    beds, sector = scenario.theatre.beds, scenario.theatre.sectors.get(body.block.sector or "")
    sleeps = sector is None or sector.in_theatre
    if sleeps and beds is not None and max([beds.at_start, *(growth.to for growth in beds.grows)]) == 0:
        yield ("theatre", "beds"), "there is never a bed"


def _stated(scenario: Scenario, body: Body, owner: Contributor, key: str) -> tuple[Drawn | None, Path]:
    """Return a number of a contingent, or else of its contributor, or else the default, and where it stands."""
    for block, where in (
        (body.block, body.path),
        (owner, ("contributors", body.owner)),
        (scenario.defaults.contingents, ("defaults", "contingents")),
    ):
        stated: Drawn | None = getattr(block, key, None)
        if stated is not None:
            return stated, (*where, key)
    return None, ()


def _most(probability: Drawn) -> float:
    return bounds(probability.distribution)[1]


def _consented(scenario: Scenario, body: Body, party: str) -> bool:
    """Tell whether history records the consent, or a lever makes it happen."""
    recorded = any(
        each.party == party and each.contributor == body.owner and each.consent for each in scenario.history
    )
    happenings = [lever.happens for lever in scenario.levers.values() if lever.happens is not None]
    return recorded or any((each.party, each.contributor) == (party, body.owner) for each in happenings)


def _moved_by_a_lever(scenario: Scenario, path: Path) -> bool:
    here = dotted(path)
    return any(
        here.startswith(each) or each.startswith(here)
        for lever in scenario.levers.values()
        for each in lever.set_
    )
