"""What goes by the kind of a fact: how it is called, what history may say of it. `mypy` names a kind left out."""

from __future__ import annotations

from typing import assert_never, get_args

from sim.vocabulary import FactKind

KINDS: tuple[FactKind, ...] = get_args(FactKind)
"""Every kind, in the order in which they are told."""


def called(kind: FactKind) -> str:
    """Return a kind with its article."""
    match kind:
        case "switch" | "milestone" | "progress" | "schedule":
            return f"a {kind}"
        case "events":
            return "a count of events"
        case _:
            assert_never(kind)


def is_truth(kind: FactKind) -> bool:
    """Whether a fact of this kind holds or does not hold, as chance has it."""
    match kind:
        case "switch" | "milestone":
            return True
        case "events" | "progress" | "schedule":
            return False
        case _:
            assert_never(kind)


def can_be_delayed(kind: FactKind) -> bool:
    """Whether history may say `delayed` of it: something of it is under way."""
    match kind:
        case "switch" | "milestone" | "progress":
            return True
        case "events" | "schedule":
            return False
        case _:
            assert_never(kind)


def recorded_as(kind: FactKind) -> str | None:
    """Return what a record says of such a fact; None if nothing, for what is known stands in its block."""
    match kind:
        case "switch":
            return "`value:` (true or false)"
        case "milestone":
            return "`value:` (true or false) or `refused: true`"
        case "events":
            return "`count:`"
        case "progress":
            return "`value:` (0 to 1)"
        case "schedule":
            return None
        case _:
            assert_never(kind)
