"""What can be said of a scenario without playing it: rules that cannot hold, pledges that can never come.

Each analysis is a named check, as those of `sim.scenario.checks`, but reads the rules' meaning and so takes
longer; `isf validate` runs them, a run does not. All they find are warnings: a planner may mean a rule that
never holds.

**What they say is certain; their silence proves nothing.** They let facts take any course that their kind
allows, whatever the scenario says of chances and delays, and forces grow from zero; only that a number of 0 lets
nobody come is told (`nobody_comes`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from sim.scenario.analysis.aims import needs_before_lead_time, needs_out_of_reach
from sim.scenario.analysis.influence import facts_without_effect
from sim.scenario.analysis.nobody import nobody_comes
from sim.scenario.analysis.pledges import circular_waiting, dead_pledges, leave_when_join
from sim.scenario.analysis.prospects import Analysis, Prospects, TooMuchToAsk
from sim.scenario.analysis.verdicts import rules_decided
from sim.scenario.checks import Subject
from sim.scenario.faults import Fault
from sim.scenario.nodes import Branch
from sim.scenario.scenario import Scenario

ANALYSES: tuple[Analysis, ...] = (
    rules_decided,
    leave_when_join,
    circular_waiting,
    dead_pledges,
    nobody_comes,
    needs_out_of_reach,
    needs_before_lead_time,
    facts_without_effect,
)
"""The analyses, in the order in which they are reported."""

BY_NAME: Mapping[str, Analysis] = MappingProxyType({each.__name__: each for each in ANALYSES})
"""Every analysis by its name."""


def analyse(root: Branch, scenario: Scenario) -> tuple[Fault, ...]:
    """Return what the analyses find in a scenario without faults, each with the name of its check, sorted."""
    prospects = Prospects(Subject(root, scenario))
    found: set[Fault] = set()
    cut = []
    for each in ANALYSES:
        try:
            found.update(replace(fault, check=each.__name__) for fault in each(prospects))
        except TooMuchToAsk:
            cut.append(each.__name__)
    if cut:
        message = (
            f"the rules of {len(prospects.bodies):,} contingents are too many to read all against all: what is "
            f"warned of is certain, but not all was looked at ({', '.join(cut)})"
        )
        found.add(prospects.subject.at_key(("contributors",), message, "warning"))
    return tuple(sorted(found))


__all__ = ["ANALYSES", "BY_NAME", "analyse"]
