"""Why troops leave, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.rules.binding import bind
from sim.scenario.unnamed import ALL_UNNAMED
from sim.words.names import printable
from sim.words.titles import plain_clause

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def departure_reason(
    scenario: Scenario,
    titles: Mapping[str, str],
    contributor: str,
    withdraws: float,
    *,
    mission_ends: float = 0.0,
    recorded: float = 0.0,
) -> str:
    """Return why a contributor's troops mostly leave: of a tour's end, its own rule, the mission's end and history.

    The shares are those of the table of departures: `withdraws` of all withdrawals, the others parts of it;
    `mission_ends` is NaN where nobody can tell the end of the mission from the contributor's own rule.
    """
    state = scenario.contributors.get(contributor) or (
        scenario.unnamed if contributor == ALL_UNNAMED else None
    )
    rule = state.withdraws_when if state is not None else None
    told = not math.isnan(mission_ends)
    ends = mission_ends if told else 0.0 if rule is not None else withdraws - recorded
    shares = {
        "rule": withdraws - ends - recorded,
        "the mission ends": ends,
        "history records it": recorded,
        "a tour ends and no relief comes": 1.0 - withdraws,
    }
    most = max(shares, key=lambda way: round(shares[way], 9))
    if most != "rule":
        return most
    if rule is None:
        return "history records it"
    if contributor == ALL_UNNAMED:  # each of them leaves by itself
        titles = {**titles, ALL_UNNAMED: "one of them"}
    said = printable(plain_clause(bind(rule, contributor), titles))
    return said if told else f"{said}; or the mission ends"
