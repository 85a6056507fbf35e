"""Why troops leave, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.rules.binding import bind
from sim.scenario.unnamed import ALL_UNNAMED
from sim.words.names import printable
from sim.words.titles import clause

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def departure_reason(
    scenario: Scenario, titles: Mapping[str, str], contributor: str, withdraws: float
) -> str:
    """Return why a contributor's troops mostly leave: what its rule asks where it withdraws, else how a tour ends.

    `withdraws` is the share of the worlds in which they leave by a withdrawal.
    """
    state = scenario.contributors.get(contributor) or (
        scenario.unnamed if contributor == ALL_UNNAMED else None
    )
    if withdraws < 0.5:
        return "a tour ends and no relief comes"
    if state is None or state.withdraws_when is None:
        return "the mission ends, or history records it"
    if contributor == ALL_UNNAMED:  # each of them leaves by itself
        titles = {**titles, ALL_UNNAMED: "one of them"}
    said = clause(bind(state.withdraws_when, contributor), titles)
    return printable(said.replace("(", "").replace(")", ""))
