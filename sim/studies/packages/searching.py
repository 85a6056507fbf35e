"""Which packages enter the race: all of them, or, of many levers, those that a search passes.

Up to twelve levers every feasible package is raced. Of more, the search goes up by greedy steps with
exchange, on the first 200 worlds: from the package it has it tries every lever that can be added (with what it
needs) and every exchange of one lever for another, and goes to the one that gains the most chance per effort
added; when none gains any, or all that is left is too dear, it comes down again, giving up the lever whose
loss costs least until nothing is left. Whatever it looked at on the way is raced.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from sim.errors import TimeUpError
from sim.studies.packages.deck import EXACTLY, NOTHING, Deck, Package
from sim.studies.packages.evidence import Evidence

SCOUTING = 200
"""How many worlds a step of the search looks at."""

MOST_STEPS = 60
"""Most steps up."""


def candidates(evidence: Evidence, budget: float | None, most: int) -> tuple[tuple[Package, ...], bool]:
    """Return the packages to be raced, and whether they are all that there are.

    Where the time allowed is up, those that the search passed until then, at least to do nothing.
    """
    deck = evidence.deck
    if len(deck.names) <= EXACTLY:
        return tuple(each for each in deck.packages() if _affordable(evidence, each, budget)), True
    worlds = min(SCOUTING, most)
    seen: dict[Package, None] = {NOTHING: None}
    with suppress(TimeUpError):
        evidence.gather([NOTHING], worlds)
        top = _climb(evidence, budget, worlds, seen)
        _descend(evidence, top, worlds, seen)
    return tuple(sorted(seen, key=lambda package: (len(package), sorted(package)))), False


def _climb(evidence: Evidence, budget: float | None, worlds: int, seen: dict[Package, None]) -> Package:
    present = NOTHING
    for _ in range(MOST_STEPS):
        steps = [
            step
            for step in dict.fromkeys(_steps(evidence.deck, present))
            if _affordable(evidence, step, budget)
        ]
        evidence.gather(steps, worlds)
        seen.update(dict.fromkeys(steps))
        best = max(steps, key=lambda step: _gain(evidence, present, step, worlds), default=None)
        if best is None or _gain(evidence, present, best, worlds)[0] <= 0:
            break
        present = best
    return present


def _descend(evidence: Evidence, top: Package, worlds: int, seen: dict[Package, None]) -> None:
    present = top
    while present:
        parts = [
            part for part in (present - {name} for name in sorted(present)) if evidence.deck.feasible(part)
        ]
        if not parts:
            return
        evidence.gather(parts, worlds)
        seen.update(dict.fromkeys(parts))
        present = max(parts, key=lambda part: (evidence.outcome(part, worlds).chance, sorted(part)))


def _steps(deck: Deck, present: Package) -> Iterator[Package]:
    for name in deck.names:
        if name in present:
            continue
        larger = with_needs(deck, present | {name})
        if deck.feasible(larger):
            yield larger
        for left in sorted(present):
            exchanged = with_needs(deck, (present - {left}) | {name})
            if deck.feasible(exchanged):
                yield exchanged


def with_needs(deck: Deck, package: Package) -> Package:
    """Return a package with all that its levers need, and what that needs."""
    while True:
        needed = package.union(*(deck.levers[name].needs for name in package))
        if needed == package:
            return package
        package = needed


def _gain(evidence: Evidence, present: Package, step: Package, worlds: int) -> tuple[float, float, list[str]]:
    """Return the chance gained per effort added; what costs nothing more comes before all that does."""
    own, before = evidence.outcome(step, worlds), evidence.outcome(present, worlds)
    gained = own.chance - before.chance
    added = own.mean_effort - before.mean_effort
    rate = gained / added if added > 1e-9 else gained * 1e12
    return (rate if gained > 0 else gained, gained, sorted(step))


def _affordable(evidence: Evidence, package: Package, budget: float | None) -> bool:
    return budget is None or evidence.least_effort(package) <= budget + 1e-9
