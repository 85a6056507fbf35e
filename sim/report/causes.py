"""The look of each cause that holds troops back: the same colour in every figure of a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sim.report.style import GREEN, ORANGE, PURPLE, SKY, VERMILLION, YELLOW
from sim.vocabulary import DEPLOYED, CauseKind, cause_of

if TYPE_CHECKING:
    import pandas as pd

LOST = {"refused": "#8C8C8C", "undelivered": "#B5B5B5", "withdrawn": "#6B6B6B", "mission over": "#4A4A4A"}
"""Troops that will not come any more are grey: nothing holds them back, they are lost."""
KINDS: tuple[tuple[CauseKind | None, str, str], ...] = (
    ("rule", "conditions", "#F7E7C3"),
    ("consent", "consents", "#D4EAF7"),
    (None, "causes", "#E0E0E0"),
)
"""Small causes of one kind stand together, in tints: the kind (None: any), what they are called, the tint."""
MOST_NAMED = 6
"""So many causes have a layer of their own in one figure."""
# Six that readers with any colour vision tell apart; scenarios that wait for different things need six more.
_SHADES = (
    *(ORANGE, SKY, YELLOW, PURPLE, GREEN, VERMILLION),
    *("#7F5700", "#2F6380", "#8A8420", "#6E3A5C", "#00573F", "#F2A987"),
)


def of_kind(cause: str, kind: CauseKind | None) -> bool:
    """Whether a cause is of a kind; every one is of None."""
    return kind is None or cause_of(cause).kind == kind


def largest_waiting(binding: pd.DataFrame) -> list[str]:
    """The causes that have a layer of their own in a figure of that table, the largest first."""
    table = binding[binding["cause"].map(_waits).astype(bool)]  # a mask of no rows keeps the columns
    table = table[table["troop_days"] > 0].sort_values(["troop_days", "cause"], ascending=[False, True])
    return [str(cause) for cause in table["cause"]][:MOST_NAMED]


def _waits(cause: str) -> bool:
    return cause != DEPLOYED and cause not in LOST


def cause_shades(bindings: Sequence[pd.DataFrame]) -> dict[str, str]:
    """One colour for each cause that is among the largest of any table, given by size in all of them.

    A cause beyond the last colour has none, and stands with the small ones of its kind.
    """
    named = {cause for binding in bindings for cause in largest_waiting(binding)}
    total = dict.fromkeys(named, 0.0)
    for cause, troop_days in _rows(bindings):
        if cause in total:
            total[cause] += troop_days
    ordered = sorted(total, key=lambda cause: (-total[cause], cause))
    return dict(zip(ordered, _SHADES, strict=False))


def _rows(bindings: Sequence[pd.DataFrame]) -> Iterable[tuple[str, float]]:
    for binding in bindings:
        for cause, troop_days in zip(binding["cause"], binding["troop_days"], strict=True):
            yield str(cause), float(troop_days)
