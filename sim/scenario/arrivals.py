"""Which share of a pledge comes, and with which chance nobody does: whose statement holds for a contingent.

A contingent's own key is an exception, with a draw of its own. Else the contributor's holds, else the default:
one draw a contributor, for all of its contingents without a key of their own.
"""

from __future__ import annotations

from sim.scenario.contributors import CERTAIN, NEVER_HAPPENS, Contingent, Contributor
from sim.scenario.distributions import Drawn
from sim.scenario.scenario import Scenario


def delivered_share(scenario: Scenario, contributor: Contributor, contingent: Contingent) -> Drawn:
    """Return the share of its pledge that a contingent delivers."""
    default = scenario.defaults.contingents.delivers
    return contingent.delivers or contributor.delivers or default or CERTAIN


def chance_of_never(scenario: Scenario, contributor: Contributor, contingent: Contingent) -> Drawn:
    """Return the chance that nobody of a contingent ever comes."""
    default = scenario.defaults.contingents.never_arrives
    return contingent.never_arrives or contributor.never_arrives or default or NEVER_HAPPENS
