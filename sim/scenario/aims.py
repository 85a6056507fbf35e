"""What the force should become: targets, requirements, what others said."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field

from sim.scenario.fields import Block, Day, Delay, FactValue, Flag, PlannedDay, RuleText, SourceField, Whole


class Target(Block):
    """A force level to be reached `by` the end of a day; the filters narrow which troops count."""

    troops: Whole = Field(ge=0)
    by: Day
    contributor: str | None = None
    role: str | None = None
    sector: str | None = None
    force: str | None = None
    when: RuleText | None = None
    source: SourceField = None


class Requirement(Block):
    """A line of the statement of requirements: troops able to do a task, in a role, in a sector.

    It needs its troops from the end of the day `by` on; where that day slips, from the day on which it came.
    """

    name: str | None = None
    task: str
    role: str | None = None
    sector: str | None = None
    force: str | None = None
    troops: Whole = Field(ge=0)
    by: PlannedDay
    when: RuleText | None = None
    critical: Flag = False
    priority: Whole = 0
    source: SourceField = None

    @property
    def described(self) -> str:
        """Return the line's own name, or for example `patrol (infantry, rafah)`."""
        if self.name is not None:
            return self.name
        narrowed = ", ".join(part for part in (self.role, self.sector, self.force) if part)
        return f"{self.task} ({narrowed})" if narrowed else self.task

    @property
    def spelt(self) -> str:
        """Return the same in small letters, digits and `_`, as paths and logs name it."""
        return re.sub(r"[^a-z0-9]+", "_", self.described.lower()).strip("_") or "line"


class Estimate(Block):
    """What somebody else said the force would be; drawn on the fan with the percentile it would be."""

    who: str
    troops: Whole = Field(ge=0)
    by: Day
    force: str | None = None
    source: SourceField = None


class Source(Block):
    """Where numbers come from."""

    title: str
    publisher: str
    date: Day
    url: str | None = None
    quote: str | None = None
    grade: str | None = None


class Record(Block):
    """One dated entry of `history:`: what had happened by `as_of`. Exactly one subject is named.

    ==================================================  =============================================
    written                                              meaning
    ==================================================  =============================================
    ``{fact: F, value: true}``                           the fact took that value on the date
    ``{fact: F, refused: true}``                         a milestone was answered with no
    ``{fact: F, count: 3}``                              that many events on the date
    ``{party: P, contributor: C, consent: true}``        the party consented (false: refused)
    ``{contributor: C, [contingent: K,] event: E}``      `approved` (with `step`), `refused` (with `step`
                                                         or for good), `pledged` (`troops`: the pledge
                                                         becomes that), `ready`, `embarked` (`troops`),
                                                         `arrived` (`troops`), `undelivered` (`troops`
                                                         will not come after all), `relieved`,
                                                         `casualties` (`troops`), `withdrew`
    ``{contributor: T, event: graduated, troops: N}``    N of the trained force T passed their course
    ``{came: theatre.sectors.S.opens_on}``               what was planned there, and could slip, came
    ``{SUBJECT, event: delayed, until: DATE}``           what is under way stands still until then, or
                                                         (``by: DELAY``) for so long
    ==================================================  =============================================
    """

    date: Day
    fact: str | None = None
    value: FactValue | None = None
    count: Whole | None = Field(default=None, ge=0, le=1_000_000)
    refused: Flag = False
    party: str | None = None
    consent: Flag | None = None
    contributor: str | None = None
    contingent: str | None = None
    event: str | None = None
    step: str | None = None
    troops: Whole | None = Field(default=None, ge=0)
    until: Day | None = None
    by: Delay | None = None
    came: str | None = None
    source: str | None = None
    note: Any = None
