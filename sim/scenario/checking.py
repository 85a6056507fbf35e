"""Runs the named checks over a scenario."""

from __future__ import annotations

from sim.scenario.faults import Fault
from sim.scenario.nodes import Branch
from sim.scenario.scenario import Scenario


def check(root: Branch, scenario: Scenario | None, *, complete: bool) -> tuple[Fault, ...]:
    """Return what the named checks find."""
    return ()
