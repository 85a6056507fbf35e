"""Contributors that nobody can name yet: copies of one template, which appear one after the other.

`unnamed:` says how many may appear at most, how long it takes from one to the next, and what each is like. They
are `unnamed_1`, `unnamed_2`, … in every table. A record `{contributor: X, event: named}` says that one of them
has come to be X, whom the file describes like any other: the lowest number is used up, and the clock to the
next runs from that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pydantic import Field

from sim.scenario.contributors import Contributor
from sim.scenario.fields import Delay, Whole

if TYPE_CHECKING:
    from sim.scenario.aims import Record

PREFIX = "unnamed_"
"""How the names of contributors begin that nobody can name yet."""

MOST_UNNAMED = 50
"""Most contributors that can appear."""


ALL_UNNAMED = "unnamed"
"""What tables call all of them together."""

MOST_APART = 3
"""Most of them that tables tell apart; of more the sum is one row."""


class Unnamed(Contributor):
    """A template: what each contributor is like that may appear, how many may, and how fast."""

    at_most: Whole = Field(ge=1, le=MOST_UNNAMED)
    every: Delay


def is_unnamed(name: str) -> bool:
    """Say whether a contributor is one that nobody can name yet."""
    return name.startswith(PREFIX) and name.removeprefix(PREFIX).isdigit()


def summed(contributors: Iterable[str]) -> Mapping[str, str]:
    """Return under which name tables sum each contributor that nobody can name yet; of few each has its own row."""
    found = [name for name in contributors if is_unnamed(name)]
    return dict.fromkeys(found, ALL_UNNAMED) if len(found) > MOST_APART else {}


def named_on(history: Iterable[Record]) -> tuple[dt.date, ...]:
    """Return the days on which one of them came to be somebody, in order."""
    return tuple(sorted(record.date for record in history if record.event == "named"))


def those_to_appear(template: Unnamed, history: Iterable[Record]) -> Mapping[str, Contributor]:
    """Return the contributors that may still appear, by name, in the order in which they do."""
    fields = {name: getattr(template, name) for name in Contributor.model_fields}
    first = len(named_on(history)) + 1
    return {
        f"{PREFIX}{number}": Contributor.model_construct(**{**fields, "name": f"Unnamed {number}"})
        for number in range(first, template.at_most + 1)
    }
