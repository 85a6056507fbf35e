"""Pledges that can never come: each waits for what cannot be, or for itself, or would leave at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.durations import DAY
from sim.rules.references import references, signal_of
from sim.rules.syntax import Casualties, Force, Not, Quantity, Rule
from sim.scenario.analysis.bodies import Body, rule_of
from sim.scenario.analysis.prospects import Prospects
from sim.scenario.analysis.reach import Reach, ends_of
from sim.scenario.contributors import Contingent
from sim.scenario.faults import Fault


def leave_when_join(prospects: Prospects) -> Iterator[Fault]:
    """No contingent's rule holds only where its contributor withdraws."""
    everybody = prospects.everybody
    for body in prospects.bodies:
        if body.leaves is not None and _leaves_at_once(prospects, body):
            why = prospects.conflict([body.permits, Not(body.leaves)], everybody)
            owner = prospects.scenario.contributors.get(body.owner)
            withdraws = owner is not None and owner.withdraws_when is not None
            leaving = "its contributor's withdraws_when" if withdraws else "ends_when"
            message = (
                "can never come, whatever happens: wherever its rule and consents hold, "
                f"{leaving} holds too ({why}); correct one of them"
            )
            yield prospects.subject.at_key(body.path, message, "warning")


def circular_waiting(prospects: Prospects) -> Iterator[Fault]:
    """No pledges wait for each other in a circle in which nobody can be first."""
    for circle in circles(prospects.needs):
        names = [prospects.bodies[place].title for place in circle]
        what = f"{names[0]} waits for itself"
        if len(names) > 1:
            what = f"nobody can be first in {' → '.join([*names, names[0]])}, where each waits for the next"
        message = f"can never come, whatever the facts do: {what}; let one of them come without the others"
        yield prospects.subject.at_key(prospects.bodies[circle[0]].path, message, "warning")


def dead_pledges(prospects: Prospects) -> Iterator[Fault]:
    """Every contingent can come, as far as its rules go; those in circles are told of as such."""
    in_circles = {place for circle in circles(prospects.needs) for place in circle}
    ends = ends_of(prospects.scenario)
    for place, body in enumerate(prospects.bodies):
        arrival = _arrival(prospects, place)
        if place in in_circles or (arrival is not None and arrival <= ends):
            continue
        why = _why_late(body, arrival) if arrival is not None else _why_dead(prospects, place)
        if why is not None:
            message = f"can never come, whatever the facts do: {why}"
            yield prospects.subject.at_key(body.path, message, "warning")


def circles(needs: Mapping[int, tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """Return circles of needs that share no member, each beginning with its first, until all are found."""
    found: list[tuple[int, ...]] = []
    used: set[int] = set()
    for place in needs:
        circle = None if place in used else _way_back(place, needs, used)
        if circle is not None:
            found.append(circle)
            used.update(circle)
    return tuple(found)


def _way_back(start: int, needs: Mapping[int, tuple[int, ...]], used: set[int]) -> tuple[int, ...] | None:
    """Return a shortest way from a place back to itself, without its end, or None."""
    ways: list[tuple[int, ...]] = [(start,)]
    seen = set(used)
    while ways:
        way = ways.pop(0)
        for following in needs.get(way[-1], ()):
            if following == start:
                return way
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return None


def _leaves_at_once(prospects: Prospects, body: Body) -> bool:
    """Say whether a body's rule can hold, but not while its contributor does not withdraw."""
    everybody = prospects.everybody
    return (
        body.leaves is not None
        and body.committed is None
        and prospects.can_hold([body.permits], everybody)
        and not prospects.can_hold([body.enters], everybody)
    )


def _arrival(prospects: Prospects, place: int) -> int | None:
    """Return when a body can arrive at the soonest, also if that is after the end; None if never."""
    body, committed = prospects.bodies[place], prospects.reach.committed.get(place)
    arrival = prospects.reach.deployed.get(place)
    if (
        arrival is None
        and committed is not None
        and committed + body.preparation > ends_of(prospects.scenario)
    ):
        return committed + body.preparation + body.trip
    return arrival


def _why_late(body: Body, arrival: int) -> str:
    return (
        f"it cannot be there before {arrival / DAY:,.0f} days after the start, which is after the end; "
        "shorten its approvals, preparation or trip, or move the end"
    )


def _why_dead(prospects: Prospects, place: int) -> str | None:
    """Say why a body cannot come; None if another check says so, or it says `never` outright."""
    body, everybody = prospects.bodies[place], prospects.everybody
    if not prospects.can_hold([body.permits], everybody):
        if _said_elsewhere(prospects, body):
            return None
        return (
            f"its conditions exclude each other: {prospects.conflict([body.permits], everybody)}; correct one"
        )
    if not prospects.can_hold([body.enters], everybody):
        return None
    if not prospects.can_hold([body.embarks], everybody):
        why = prospects.conflict([body.embarks], everybody)
        return f"its sector or lane is never open while it may come: {why}; correct one"
    if place in prospects.needs and not prospects.needs[place]:
        return "once the forces that it waits for are there, its rule cannot hold any more; move the dates"
    return _why_waiting(prospects, body)


def _why_waiting(prospects: Prospects, body: Body) -> str:
    """Say which forces a body waits for that can never be large enough."""
    reach = prospects.with_there(prospects.reach.deployed)
    missing = _missing(prospects, reach, body)
    said = ", ".join(f"{quantity} can be at most {reach.largest(quantity):,.0f}" for quantity in missing)
    return f"it waits for forces that cannot come: {said}; correct its rule, or theirs"


def _missing(prospects: Prospects, reach: Reach, body: Body) -> tuple[Quantity, ...]:
    """Return a smallest choice of quantities that would have to be larger for a body to come."""
    grow = [each for each in references(body.embarks) if isinstance(signal_of(each), (Force, Casualties))]
    kept = sorted(grow, key=str)
    for quantity in tuple(kept):
        fewer = [other for other in kept if other != quantity]
        if prospects.can_hold([body.embarks], reach, fewer):
            kept = fewer
    return tuple(kept)


def _said_elsewhere(prospects: Prospects, body: Body) -> bool:
    """Say whether one of a body's own rules alone cannot hold: it is reported where it stands."""
    owner = prospects.scenario.contributors.get(body.owner)
    written: list[Rule | None] = [] if owner is None else [owner.commits_when]
    written.append(body.block.commits_when if isinstance(body.block, Contingent) else body.block.when)
    rules = [
        rule_of(prospects.scenario, rule, body.owner if owner else None)
        for rule in written
        if rule is not None
    ]
    return any(not prospects.can_hold([rule], prospects.everybody) for rule in rules)
