"""Facts: how the world moves. One block a kind, told apart by `kind`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.distributions import Drawn, Fixed
from sim.scenario.fields import (
    Amount,
    Block,
    Day,
    Delay,
    FactValue,
    Flag,
    Probability,
    Rate,
    Real,
    RuleText,
    ScheduleValue,
    Share,
    SourceField,
    Whole,
)
from sim.scenario.planned import SlippingValue

NO_DELAY = Drawn(Fixed(0.0))
CERTAIN = Drawn(Fixed(1.0))
NEVER_HAPPENS = Drawn(Fixed(0.0))


class FactBlock(Block):
    """What every fact may say."""

    name: str | None = None
    party: str | None = None
    log: Flag = True
    source: SourceField = None


class Moving(FactBlock):
    """A fact that chance moves. What happens becomes known, unless it is not `reported`."""

    reported: Flag = True


class SwitchMultiplier(Block):
    """While `when` holds, the hazard of ending (`ends`) or starting (`starts`) is that many times as high."""

    when: RuleText
    ends: Real = Field(default=1.0, ge=0, allow_inf_nan=False)
    starts: Real = Field(default=1.0, ge=0, allow_inf_nan=False)


class Multiplier(Block):
    """While `when` holds, the rate is that many `times` as high."""

    when: RuleText
    times: Real = Field(ge=0, allow_inf_nan=False)


class Switch(Moving):
    """On and off by turns. A missing `stays_on` or `stays_off` never ends by itself."""

    kind: Literal["switch"]
    initially: Flag = False
    since: Day | None = None
    stays_on: Delay | None = None
    stays_off: Delay | None = None
    forced_on_when: RuleText | None = None
    forced_off_when: RuleText | None = None
    rate_multiplier: tuple[SwitchMultiplier, ...] = ()


class Milestone(Moving):
    """Becomes true, or never."""

    kind: Literal["milestone"]
    probability: Probability = CERTAIN
    after: Delay = NO_DELAY
    when: RuleText | None = None
    reconsiders: Delay | None = None
    undone_when: RuleText | None = None
    rate_multiplier: tuple[Multiplier, ...] = ()


class Events(Moving):
    """Counted incidents; `bursts` is the mean of the geometric cluster size."""

    kind: Literal["events"]
    rate: Rate
    bursts: Amount = CERTAIN
    rate_multiplier: tuple[Multiplier, ...] = ()
    past: dict[Day, Annotated[Whole, Field(ge=0, le=1_000_000)]] | None = None


class Progress(Moving):
    """Climbs from `initially` to 1 in `steps` equal steps (of the whole way) while `when` holds.

    `slips_when` takes back `slips` steps.
    """

    kind: Literal["progress"]
    initially: Share = 0.0
    duration: Delay
    when: RuleText | None = None
    steps: Whole = Field(default=20, ge=1, le=10_000)
    slips_when: RuleText | None = None
    slips: Whole = Field(default=1, ge=1)
    rate_multiplier: tuple[Multiplier, ...] = ()


class Schedule(FactBlock):
    """Known values from known dates on; before the first, `initially`."""

    kind: Literal["schedule"]
    values: dict[Day, ScheduleValue] = Field(min_length=1)
    initially: FactValue = False

    @property
    def known(self) -> dict[dt.date, bool | float]:
        """The values whose dates do not slip."""
        return {day: value for day, value in self.values.items() if not isinstance(value, SlippingValue)}

    @property
    def slips(self) -> bool:
        """Say whether the date of some value slips; then the log alone says when it came."""
        return len(self.known) < len(self.values)


Fact = Annotated[Switch | Milestone | Events | Progress | Schedule, Field(discriminator="kind")]


def value_before(fact: Fact) -> float:
    """Return a fact's value before anything happened; a switch with `since` is the opposite of `initially`."""
    match fact:
        case Switch():
            return float(fact.initially if fact.since is None else not fact.initially)
        case Progress() | Schedule():
            return float(fact.initially)
        case Milestone() | Events():
            return 0.0


class Consent(Block):
    """A party's answer to a contributor, asked at `start` or when `asked_when` first holds."""

    probability: Probability = CERTAIN
    after: Delay = NO_DELAY
    asked_when: RuleText | None = None
    reconsiders: Delay | None = None
    revoked_when: RuleText | None = None
    rate_multiplier: tuple[Multiplier, ...] = ()
    source: SourceField = None


class Party(Block):
    """An actor who controls facts or whose consent counts; `consent` is its default to every contributor."""

    name: str | None = None
    reported: Flag = True
    consent: Consent | None = None
    source: SourceField = None
