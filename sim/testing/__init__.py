"""The public kit for property tests of rules and scenarios; it needs Hypothesis (the extra `test`).

==============================  ==========================================================================
strategies
`rules`                         a module: rules, histories to read them against, and both together
`scenarios`                     a module: whole valid scenarios
`worlds`                        a module: worlds in which a scenario's facts do whatever they may
assertions
`assert_never`                  a rule holds at no instant, whatever the facts do
`assert_always`                 a rule holds at every instant, whatever the facts do
`assert_embarks_only_when`      no troops of a contributor embark unless a rule holds
`assert_looser_never_lowers`    a looser rule never lowers a force, where that must be so
`findings`                      what no replication of any scenario may do, checked on its logs
tools
`load`, `play`, `story`         a scenario from its file; a replication in a world; what happened, readably
==============================  ==========================================================================

Ten lines test a rule::

    from sim.testing import assert_embarks_only_when, load

    SCENARIO = load("scenarios/isf-2025-11-19.yaml")

    def test_azerbaijan_waits_until_military_action_has_stopped():
        assert_embarks_only_when(SCENARIO, "azerbaijan", "not military_action for 30 days")

A failure prints the simplest world found in which the assertion fails: dates, facts, moves, and the rule's
truth part by part.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario.loading import load
    from sim.testing import rules as rules
    from sim.testing import scenarios as scenarios
    from sim.testing import worlds as worlds
    from sim.testing.assertions import (
        assert_always,
        assert_embarks_only_when,
        assert_looser_never_lowers,
        assert_never,
    )
    from sim.testing.checks import findings
    from sim.testing.stories import story
    from sim.testing.worlds import World, play

_HOMES = {
    "World": "sim.testing.worlds",
    "assert_always": "sim.testing.assertions",
    "assert_embarks_only_when": "sim.testing.assertions",
    "assert_looser_never_lowers": "sim.testing.assertions",
    "assert_never": "sim.testing.assertions",
    "findings": "sim.testing.checks",
    "load": "sim.scenario.loading",
    "play": "sim.testing.worlds",
    "story": "sim.testing.stories",
}

__all__ = [
    "World",
    "assert_always",
    "assert_embarks_only_when",
    "assert_looser_never_lowers",
    "assert_never",
    "findings",
    "load",
    "play",
    "rules",
    "scenarios",
    "story",
    "worlds",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: a part of the kit costs only that part."""
    if name in ("rules", "scenarios", "worlds"):
        return import_module(f"{__name__}.{name}")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)
