"""One build-up of a mission: the start-time row, the strengths that followed, the pledges, as frozen values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Funding = Literal["assessed", "voluntary", "own", "unknown"]
"""Who pays: all members by assessment, donors who must be found, each state for its own troops."""

HostConsent = Literal["yes", "contested", "no", "unknown"]

HORIZONS = (30, 60, 90, 180, 270, 365, 545, 730)
"""The days after day 0 on which a forecast is scored."""

_NEAR = 7
_NEAR_SHARE = 0.05
_BETWEEN = 45
_BETWEEN_SHARE = 0.25
_FLAT = 0.02
_FLAT_BETWEEN = 200


@dataclass(frozen=True, slots=True)
class Strength:
    """How many troops were counted on a day after day 0."""

    day: int
    troops: int


@dataclass(frozen=True, slots=True)
class Pledge:
    """A contributor's public pledge and what became of it; every moment is a range of dates or open.

    `first` and `full` are (after, by): the first troops, and 90 % of the pledge (or all that ever came), were
    there after the one date and by the other; the same date twice where the day is known, `by` None where it
    had not happened by `observed_until`. `arrived` is None where nobody counted.
    """

    mission: str
    contributor: str
    pledged: int | None
    pledged_on: dt.date | None
    planned_on: dt.date | None
    first: tuple[dt.date, dt.date | None] | None
    full: tuple[dt.date, dt.date | None] | None
    arrived: int | None
    observed_until: dt.date
    stopped_by_host: bool = False


@dataclass(frozen=True, slots=True)
class OfficialPlan:
    """So many troops are to be there on a date, officials said on `known_on`."""

    known_on: dt.date
    date: dt.date
    troops: int

    def day_of(self, day_0: dt.date) -> int:
        """Return how many days after day 0 the plan is for."""
        return (self.date - day_0).days


@dataclass(frozen=True, slots=True)
class KnownBuildUp:
    """What was known of a build-up on a date: all that a forecast may read.

    `strengths` were counted and `pledges` made by `on`; of a pledge nothing later than `on` is left in it.
    """

    name: str
    cluster: str
    day_0: dt.date
    on: dt.date
    ceiling: int
    in_place: int
    rehat_on: dt.date | None
    rehat_troops: int | None
    funding: Funding
    host_consent: HostConsent
    strengths: tuple[Strength, ...]
    pledges: tuple[Pledge, ...]

    @property
    def day(self) -> int:
        """How many days after day 0 this was known."""
        return (self.on - self.day_0).days

    @property
    def rehats(self) -> bool:
        """Tell whether troops of another force are to change their hats."""
        return self.rehat_on is not None or bool(self.rehat_troops)


@dataclass(frozen=True, slots=True)
class BuildUp:
    """One build-up; `cluster` names the story that it is part of, left out of learning as a whole."""

    name: str
    cluster: str
    day_0: dt.date
    ceiling: int
    in_place: int = 0
    rehat_on: dt.date | None = None
    rehat_troops: int | None = None
    funding: Funding = "unknown"
    host_consent: HostConsent = "unknown"
    ends_by: dt.date | None = None
    ceiling_changed: dt.date | None = None
    strengths: tuple[Strength, ...] = ()
    pledges: tuple[Pledge, ...] = ()
    plan: tuple[OfficialPlan, ...] = ()

    def known_by(self, date: dt.date) -> KnownBuildUp:
        """Return what was known on a date, at the earliest day 0."""
        on = max(date, self.day_0)
        day = (on - self.day_0).days
        return KnownBuildUp(
            name=self.name,
            cluster=self.cluster,
            day_0=self.day_0,
            on=on,
            ceiling=self.ceiling,
            in_place=self.in_place,
            rehat_on=self.rehat_on,
            rehat_troops=self.rehat_troops,
            funding=self.funding,
            host_consent=self.host_consent,
            strengths=tuple(each for each in self.strengths if each.day <= day),
            pledges=tuple(_as_known(each, on) for each in self.pledges if _made_by(each, on)),
        )

    @property
    def counted_until(self) -> int:
        """The last day whose strength may be compared with the ceiling of day 0."""
        last = max((each.day for each in self.strengths), default=0)
        return last if self.ceiling_changed is None else min(last, (self.ceiling_changed - self.day_0).days)

    def course(self) -> tuple[Strength, ...]:
        """Return the counts in order, from what was in place on day 0, up to a change of the ceiling."""
        counted = [each for each in self.strengths if 0 < each.day <= self.counted_until]
        return (Strength(0, self.in_place), *sorted(counted, key=lambda each: each.day))

    def share_on(self, day: int) -> float | None:
        """Return the strength on a day as a share of the ceiling, or None where the counts do not tell.

        A count of nobody says that nobody had come before. Else the straight line between the counts before
        and after tells where these are at most 45 days or a quarter of `day` apart, or differ by at most 2 %
        of the ceiling and lie at most 200 days apart; failing that the nearest count, within 7 days or 5 % of
        `day`.
        """
        if self.ceiling_changed is not None and day > (self.ceiling_changed - self.day_0).days:
            return None
        course = self.course()
        before = [each for each in course if each.day <= day]
        after = [each for each in course if each.day >= day]
        if before and after:
            low, high = before[-1], after[0]
            apart = high.day - low.day
            flat = abs(high.troops - low.troops) <= _FLAT * self.ceiling and apart <= _FLAT_BETWEEN
            if high.troops == 0 == self.in_place:
                return 0.0
            if flat or apart <= max(_BETWEEN, _BETWEEN_SHARE * day):
                part = (day - low.day) / apart if apart else 0.0
                return (low.troops + part * (high.troops - low.troops)) / self.ceiling
        near = min(course[1:], key=lambda each: abs(each.day - day), default=None)
        if near is not None and abs(near.day - day) <= max(_NEAR, _NEAR_SHARE * day):
            return near.troops / self.ceiling
        return None

    def first_boots(self) -> tuple[int, int | None] | None:
        """Return (after, by) of the day on which the first troops above those in place came.

        Counts tell, and the first arrivals of pledges. `by` is None where none had come by the last count;
        None for a build-up without counts or arrivals.
        """
        course = self.course()
        without = [each.day for each in course if each.troops <= self.in_place]
        seen = [
            (before.day, each.day)
            for before, each in pairwise(course)
            if before.troops <= self.in_place < each.troops
        ]
        for pledge in self.pledges:
            if pledge.first is not None and pledge.first[1] is not None:
                after, by = (max(0, (date - self.day_0).days) for date in (pledge.first[0], pledge.first[1]))
                seen.append((min(after, by), by))
        if not seen:
            return (without[-1], None) if len(course) > 1 else None
        after, by = min(seen, key=lambda each: each[1])
        return min(by, max([after, *(day for day in without if day < by)])), by


def _made_by(pledge: Pledge, on: dt.date) -> bool:
    return pledge.pledged_on is not None and pledge.pledged_on <= on


def _as_known(pledge: Pledge, on: dt.date) -> Pledge:
    def seen(moment: tuple[dt.date, dt.date | None] | None) -> tuple[dt.date, dt.date | None] | None:
        if moment is None:
            return None
        after, by = moment
        return moment if by is not None and by <= on else (min(after, on), None)

    full = seen(pledge.full)
    counted = pledge.observed_until <= on or (full is not None and full[1] is not None)
    return Pledge(
        mission=pledge.mission,
        contributor=pledge.contributor,
        pledged=pledge.pledged,
        pledged_on=pledge.pledged_on,
        planned_on=pledge.planned_on,
        first=seen(pledge.first),
        full=full,
        arrived=pledge.arrived if counted else None,
        observed_until=min(pledge.observed_until, on),
        stopped_by_host=pledge.stopped_by_host and pledge.observed_until <= on,
    )
