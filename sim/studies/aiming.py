"""Which troops are wanted, how many and by when: a number, or one of a scenario's targets, with filters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sim.errors import UsageError
from sim.results.selection import Member, Selection, counted_under, members
from sim.rules.domains import ANY_FORCE
from sim.rules.suggestions import all_known, nearest
from sim.rules.syntax import Compare, Force, Number, Rule
from sim.scenario.analysis.bodies import Body
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Aim:
    """So many troops of those that the selection admits, by the end of a day."""

    troops: int
    by: dt.date
    selection: Selection

    @property
    def rule(self) -> Rule:
        """That so many of the troops that count are deployed, as a rule."""
        chosen = self.selection
        force = Force("deployed", chosen.contributor, chosen.role, chosen.sector, chosen.force)
        return Compare(force, ">=", Number(str(self.troops)))

    def counts(self, body: Body) -> bool:
        """Say whether the troops of a contingent or trained force count."""
        block = body.block
        member = Member(
            body.owner, body.name, block.role, block.sector, block.force, frozenset(block.will_not)
        )
        return self.selection.admits(member)


def aim_of(scenario: Scenario, target: str, by: dt.date | None, filters: Selection) -> Aim:
    """Return the aim that a number of troops, or the name of a target, means with a date and filters.

    Filters count as they do everywhere (`sim.scenario.forces`). UsageError for a target, role,
    sector, force or contributor that the scenario does not have, and for a day outside it.
    """
    _check(scenario, filters)
    wanted = filters
    if target.replace(",", "").replace("_", "").isdigit():
        troops, day = int(target.replace(",", "")), by
    else:
        block = scenario.targets.get(target)
        if block is None:
            raise UsageError(
                f"--target: {_unknown('target', target, scenario.targets)}; or give a number of troops"
            )
        troops, day = block.troops, by or block.by
        own = {key: getattr(block, key) for key in ("contributor", "role", "sector", "force")}
        wanted = replace(filters, **{key: value for key, value in own.items() if value is not None})
    day = day or scenario.end
    if not scenario.start <= day <= scenario.end:
        raise UsageError(f"--by: {day} lies outside the scenario ({scenario.start} to {scenario.end})")
    return Aim(troops, day, counted_under(scenario, wanted))


def _check(scenario: Scenario, filters: Selection) -> None:
    everybody = members(scenario)
    for key in ("contributor", "role", "sector", "force"):
        name = getattr(filters, key)
        known = {getattr(member, key) for member in everybody} - {None}
        known |= {ANY_FORCE} if key == "force" else set()
        if name is not None and name not in known:
            raise UsageError(f"--{key}: {_unknown(key, name, known)}")


def _unknown(what: str, name: str, known: object) -> str:
    names = sorted(known)  # type: ignore[call-overload]
    close = nearest(name, names)
    hint = f"did you mean {close}?" if close else all_known(names)
    return f"there is no {what} '{name}'; {hint}"
