"""A scenario with two levers, for what is said of it."""

from __future__ import annotations

from sim.scenario.scenario import Scenario


def scenario_with_levers() -> Scenario:
    """Return it: a target, a fact, a contributor, a party, levers and costs."""
    return Scenario.model_validate(
        {
            "scenario": "Moves",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "parties": {"un": {"name": "The Council"}, "host": {}},
            "facts": {"clear": {"name": "Mandate clear", "kind": "milestone", "probability": "40%"}},
            "contributors": {"beta": {"contingents": {"u": {"role": "infantry", "troops": 100}}}},
            "targets": {"first_wave": {"troops": 900, "by": "2026-06-30"}},
            "levers": {
                "clarify": {
                    "name": "Clear mandate",
                    "party": "un",
                    "set": {"facts.clear.probability": "90%"},
                    "effort": 3,
                },
                "soothe": {"set": {"facts.clear.probability": "60%"}, "effort": 2},
            },
            "costs": {"unit": "EUR", "soldier_month": 100},
        }
    )
