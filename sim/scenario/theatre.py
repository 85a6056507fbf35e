"""The theatre: what limits how fast and how far a force can grow once it may come."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.facts import NO_DELAY
from sim.scenario.fields import (
    Block,
    Delay,
    Flag,
    PerDay,
    PlannedDay,
    RatePerTroop,
    Real,
    RuleText,
    SourceField,
    Troops,
    Whole,
)


class Lane(Block):
    """A lift lane: `slots` serials under way at once, each of at most `load` troops, for `trip`.

    It runs `from` a date on (missing: from the start), while `when` holds.
    """

    slots: Whole = Field(ge=1)
    load: Whole = Field(ge=1)
    trip: Delay = NO_DELAY
    from_: PlannedDay | None = Field(default=None, alias="from")
    when: RuleText | None = None
    source: SourceField = None


class Growth(Block):
    """Beds grow `to` a number, `from` a date or once `when` holds; the largest number reached counts."""

    from_: PlannedDay | None = Field(default=None, alias="from")
    when: RuleText | None = None
    to: Whole = Field(ge=0)


class Beds(Block):
    """Places for troops in the theatre."""

    at_start: Whole = Field(ge=0)
    grows: tuple[Growth, ...] = ()
    source: SourceField = None


class Sector(Block):
    """Part of the theatre; open from the start unless `opens_on` or `opens_when` says otherwise.

    Once open it stays open: `opens_on` from that date, `opens_when` from the first instant it holds.
    With `closes_when`, nobody embarks for it while that holds. With `in_theatre: false` it lies elsewhere,
    as a place of training does: troops there need neither the theatre's beds nor its reception.
    """

    name: str | None = None
    opens_on: PlannedDay | None = None
    opens_when: RuleText | None = None
    closes_when: RuleText | None = None
    in_theatre: Flag = True
    source: SourceField = None


class CasualtyMultiplier(Block):
    """While `when` holds (missing: always), the rate is `times` as high, for the role and sector named."""

    when: RuleText | None = None
    role: str | None = None
    sector: str | None = None
    times: Real = Field(ge=0, allow_inf_nan=False)


class CasualtyRate(Block):
    """Casualties per deployed soldier; they are counted and do not change strength."""

    rate: RatePerTroop
    rate_multiplier: tuple[CasualtyMultiplier, ...] = ()
    source: SourceField = None


class Theatre(Block):
    """Everything that is missing is unlimited."""

    lift: dict[str, Lane] = Field(default_factory=dict)
    reception: PerDay | None = None
    beds: Beds | None = None
    sectors: dict[str, Sector] = Field(default_factory=dict)
    casualties: CasualtyRate | None = None
    source: SourceField = None


__all__ = ["Beds", "CasualtyRate", "Growth", "Lane", "Sector", "Theatre", "Troops"]
