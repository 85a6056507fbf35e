"""The commitment language: its grammar, its syntax tree and what its rules mean.

Everything here is a pure value or a pure function. Reading a rule (`parse`) loads the parser on first use;
importing this room does not.
"""

from __future__ import annotations

from sim.errors import RuleError
from sim.rules.binding import bind, expand, unbound
from sim.rules.blockers import blocking_atoms
from sim.rules.history import History, RecordedHistory, Signal
from sim.rules.meaning import holds, next_change, truth
from sim.rules.parsing import locate, parse
from sim.rules.references import atoms, longest_window, names, references, signals, subrules
from sim.rules.suggestions import nearest
from sim.rules.syntax import (
    ALWAYS,
    NEVER,
    After,
    And,
    AtLeast,
    Beds,
    Before,
    Casualties,
    Compare,
    Consent,
    Force,
    Holds,
    Not,
    Number,
    Once,
    Or,
    Quantity,
    Recent,
    Rule,
    Throughout,
    Value,
    Within,
)
from sim.rules.truths import Truth
from sim.rules.words import RESERVED

__all__ = [
    "ALWAYS",
    "NEVER",
    "RESERVED",
    "After",
    "And",
    "AtLeast",
    "Beds",
    "Before",
    "Casualties",
    "Compare",
    "Consent",
    "Force",
    "History",
    "Holds",
    "Not",
    "Number",
    "Once",
    "Or",
    "Quantity",
    "Recent",
    "RecordedHistory",
    "Rule",
    "RuleError",
    "Signal",
    "Throughout",
    "Truth",
    "Value",
    "Within",
    "atoms",
    "bind",
    "blocking_atoms",
    "expand",
    "holds",
    "locate",
    "longest_window",
    "names",
    "nearest",
    "next_change",
    "parse",
    "references",
    "signals",
    "subrules",
    "truth",
    "unbound",
]
