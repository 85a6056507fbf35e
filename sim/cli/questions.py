"""The verbs of `isf` by the question that each answers, as its help lists them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from typer.core import TyperGroup

if TYPE_CHECKING:
    from typing import Any

QUESTIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Write": {
            "new": "Where do I begin?",
            "validate": "Is the file right? What does each number rest on?",
            "show": "What does it inherit, and from where?",
            "explain": "What does it say, in plain language?",
            "schema": "What may my editor complete?",
        },
        "Answer": {
            "run": "How many, when, how surely, what holds the rest back?",
            "trace": "What happened in one world, by date?",
            "worlds": "What happened in each world, a row each?",
            "levels": "How many are there by contributor, role or sector?",
        },
        "Compare": {
            "compare": "What does another scenario change?",
            "why": "Why did the answer change since last week?",
            "sensitivity": "Which assumptions does the conclusion hang on?",
        },
        "Look ahead": {
            "signposts": "What should we watch, and when would we know?",
            "discover": "Which combination of happenings makes us miss?",
            "whatif": "What if a number were another? How wrong must we be?",
            "nearest": "What would have saved this world?",
        },
        "Act": {
            "unlock": "What is necessary at all?",
            "plan": "Which moves, at what price, are enough?",
        },
        "Check": {
            "check": "Can a statement of the scenario break?",
            "calibrate": "What do real missions teach?",
            "backtest": "How good are such forecasts?",
            "forecast": "How good was ours?",
        },
        "Hand over": {
            "report": "A report of one run, or of several compared",
            "export": "An Excel workbook of one run, or of several compared",
            "page": "A page with sliders to mail",
            "runs": "What is stored, and is it whole?",
        },
    }
)
"""Group → verb → the question it answers, in the order in which a planner comes to them."""


class ByQuestion(TyperGroup):
    """A group of verbs whose help lists them by question; one that the table lacks stands last."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a section for each group of questions."""
        known = {verb for group in QUESTIONS.values() for verb in group}
        others = {
            name: self.commands[name].get_short_help_str()
            for name in self.list_commands(ctx)
            if name not in known and not self.commands[name].hidden
        }
        for title, group in (*QUESTIONS.items(), ("More", others)):
            rows = [(f"{verb:<11}", question) for verb, question in group.items() if verb in self.commands]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
