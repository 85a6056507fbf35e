"""What could be done about it, at what effort, and what the force costs: `levers:` and `costs:`."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sim.scenario.facts import CERTAIN
from sim.scenario.fields import Amount, Block, Day, Flag, Probability, RuleText, SourceField


class Happening(Block):
    """What a lever makes happen: a fact takes a value, or a party consents to a contributor.

    ``{fact: F}`` makes a milestone true, or a switch on (``value: false``: off) from then on, whatever chance
    would have made of it; ``{party: P, contributor: C}`` is P's consent to C. When: `on` a date, or the first
    time that `when` holds, never before `as_of`; without either from the first instant after `as_of`.
    """

    fact: str | None = None
    value: Flag = True
    party: str | None = None
    contributor: str | None = None
    on: Day | None = None
    when: RuleText | None = None


class Lever(Block):
    """A move that somebody could make.

    `set` are paths with values, as `--set` takes them; they hold from the start. `happens` is an event within
    the world. `effort` is what the move takes, in a `unit` that all levers share; of a `happens` with `when`
    it is spent only in worlds where the rule comes true. `works` is the chance that a move that was made
    takes effect. `excludes` and `needs` name other levers. `party` must act, at the earliest on `from`.
    """

    name: str | None = None
    party: str | None = None
    set_: dict[str, Any] = Field(default_factory=dict, alias="set")
    happens: Happening | None = None
    effort: Amount = CERTAIN
    unit: str | None = None
    works: Probability = CERTAIN
    excludes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    from_: Day | None = Field(default=None, alias="from")
    source: SourceField = None


class Costs(Block):
    """What the force costs, in `unit`.

    `soldier_month` is per deployed soldier and month of 30.4375 days; `roles` and `contributors` name those
    for whom it differs (a contributor's figure goes before a role's). `move` is per soldier and journey, into
    the theatre or home, reliefs both.
    """

    unit: str = "USD"
    soldier_month: Amount = CERTAIN
    roles: dict[str, Amount] = Field(default_factory=dict)
    contributors: dict[str, Amount] = Field(default_factory=dict)
    move: Amount | None = None
    source: SourceField = None
