"""The field's words as values: stages of troops, causes of waiting, kinds of facts, columns of the logs.

They stand on the ground floor so that no room writes them down twice. A match over one of these kinds ends in
`assert_never`: then the type checker names every place which a new kind must visit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, assert_never, get_args

Stage = Literal[
    "pledged",
    "deciding",
    "preparing",
    "ready",
    "moving",
    "deployed",
    "withdrawing",
    "gone",
    "refused",
    "undelivered",
]
"""Where the troops of a contingent are. In the log of moves an empty word stands for "not pledged yet"."""

STAGES: tuple[Stage, ...] = get_args(Stage)
"""The stages in the order in which troops pass through them, then the two other ends."""

DEPLOYED: Stage = "deployed"

LEAVING: tuple[Stage, ...] = ("deployed", "withdrawing")
"""Stages from which troops go home."""


def goes_home(source: str, target: str) -> bool:
    """Tell whether a move takes troops home out of the theatre, by whatever way: it counts as withdrawn.

    They have left after a withdrawal, or were not relieved, whether or not another unit comes after a gap. A
    relief in place does not count: as many come as go.
    """
    return source in LEAVING and target not in LEAVING


FactKind = Literal["switch", "milestone", "events", "progress", "schedule"]
"""The kinds of facts; parties' consents are milestones of their own."""

CauseKind = Literal[
    "deployed",
    "rule",
    "consent",
    "approval",
    "preparation",
    "relief gap",
    "sector",
    "authorised",
    "lift",
    "beds",
    "reception",
    "moving",
    "news",
    "withdrawn",
    "mission over",
    "refused",
    "undelivered",
    "trainers",
    "training",
]
"""What pledged troops are booked to: deployed, or what they wait for.

Those with a subject: `rule` (an atom of a rule), `consent` (party, contributor), `approval` (a step), `sector`,
`lift` (a lane).
"""

CAUSE_KINDS: tuple[CauseKind, ...] = get_args(CauseKind)

LOST: tuple[CauseKind, ...] = ("refused", "undelivered", "withdrawn", "mission over")
"""Nothing holds these troops back: they will not come any more."""

_WITH_SUBJECT = ("approval", "sector", "lift")


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """What pledged troops are booked to. As text it is what the log of waits holds: `lift air`, `beds`."""

    kind: CauseKind
    subject: str = ""

    def __str__(self) -> str:
        match self.kind:
            case "rule":
                return f"rule: {self.subject}"
            case "consent":
                return f"consent({self.subject})"
            case "approval" | "sector" | "lift":
                return f"{self.kind} {self.subject}"
            case (
                "deployed"
                | "preparation"
                | "relief gap"
                | "authorised"
                | "beds"
                | "reception"
                | "moving"
                | "news"
                | "withdrawn"
                | "mission over"
                | "refused"
                | "undelivered"
                | "trainers"
                | "training"
            ):
                return self.kind
            case _:
                assert_never(self.kind)

    @property
    def parties(self) -> tuple[str, str]:
        """Of a consent: who is asked, and for whom."""
        party, _, contributor = self.subject.partition(", ")
        return party, contributor

    @property
    def is_lost(self) -> bool:
        """Whether these troops will not come any more."""
        return self.kind in LOST


@lru_cache(maxsize=4096)
def cause_text(kind: CauseKind, subject: str = "") -> str:
    """Return a cause as the log of waits holds it; remembered, because the model books at every instant."""
    return str(Cause(kind, subject))


def cause_of(text: str) -> Cause:
    """Read a cause as the log of waits holds it; ValueError for a word that is none."""
    if text.startswith("rule: "):
        return Cause("rule", text.removeprefix("rule: "))
    if text.startswith("consent(") and text.endswith(")"):
        return Cause("consent", text[len("consent(") : -1])
    for kind in CAUSE_KINDS:
        if kind in _WITH_SUBJECT and text.startswith(f"{kind} ") and text != f"{kind} ":
            return Cause(kind, text.removeprefix(f"{kind} "))
        if kind == text and kind not in (*_WITH_SUBJECT, "rule", "consent"):
            return Cause(kind)
    raise ValueError(f"'{text}' is no cause of waiting; this version knows {', '.join(CAUSE_KINDS)}")


ColumnKind = Literal["int16", "int32", "day", "float64", "word"]

LOG_COLUMNS: Mapping[str, tuple[tuple[str, ColumnKind], ...]] = {
    "transitions": (
        ("day", "day"),
        ("step", "int16"),
        ("contributor", "word"),
        ("contingent", "word"),
        ("from_stage", "word"),
        ("to_stage", "word"),
        ("troops", "int32"),
        ("cause", "word"),
    ),
    "signals": (("day", "day"), ("step", "int16"), ("fact", "word"), ("value", "float64")),
    "waits": (
        ("day", "day"),
        ("step", "int16"),
        ("contributor", "word"),
        ("contingent", "word"),
        ("cause", "word"),
        ("troops", "int32"),
    ),
    "numbers": (("name", "word"), ("value", "float64")),
}
"""The columns of each log after `replication`, in the order of the rows that a replication returns.

`numbers` holds each number drawn once a replication that can have more than one value, by the name of its
stream (`facts.mandate_clear.probability`), in the order of names.
"""

LOGS: tuple[str, ...] = tuple(LOG_COLUMNS)
"""The logs that every replication leaves."""


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""Names that do not depend on the machine's language."""


def day_in_words(date: dt.date) -> str:
    """Return `30 June 2026`."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"
