"""What the tables of missions say about delays and shares, as observations to learn from.

A **body** is as many troops as a contributor pledges at once (the median pledge). The build-up of what nobody
had pledged by name is read in bodies: the ceiling less what was in place and what changes hats, each body with
the range of days in which it came, or open where it had not by the last count. So a mission that never
finished stays in, with its bodies open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from sim.missions.build_up import BuildUp, KnownBuildUp
from sim.missions.reading import Missions
from sim.studies.calibration.censored import CensoredDelays, Delays

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FEATURES = ("hard", "own")
"""Kinds of mission: donors must be found or the host is reluctant; each state pays its own troops."""

MOST_BODIES = 24
"""A larger mission has larger bodies (brigades), not more of them."""

DAYS_A_YEAR = 365.25

_USUAL_BODY = 800
_SETTLED = 7
"""A handover counts as done in the first count at least so many days after its day."""


def features_of(mission: BuildUp | KnownBuildUp) -> dict[str, float]:
    """Return the features of a mission's kind; what is not known counts as usual."""
    reluctant = mission.host_consent in ("contested", "no")
    return {
        "hard": float(mission.funding == "voluntary" or reluctant),
        "own": float(mission.funding == "own"),
    }


def bodies_in(troops: float, size: float) -> int:
    """Return in how many bodies so many troops come."""
    return min(MOST_BODIES, max(1, round(troops / size))) if troops > 0 else 0


def body_size(missions: Missions) -> float:
    """Return the median number of troops that a contributor pledged, 800 where fewer than five are known."""
    from statistics import median

    sizes = [each.pledged for each in missions.pledges if each.pledged]
    return float(median(sizes)) if len(sizes) >= 5 else float(_USUAL_BODY)


@dataclass(frozen=True, slots=True)
class Handover:
    """Troops that changed hats: the share of the number written on day 0 (None: none written), and when.

    `late` are the days (after, by) past the day that was written; None where none was.
    """

    mission: str
    troops: int
    share: float | None
    late: tuple[float, float] | None


def handover_of(build_up: BuildUp) -> Handover | None:
    """Return what came of a change of hats, or None where there was none or the counts do not tell."""
    if build_up.rehat_on is None and not build_up.rehat_troops:
        return None
    course = build_up.course()
    day = 0 if build_up.rehat_on is None else (build_up.rehat_on - build_up.day_0).days
    wanted = build_up.rehat_troops
    above = [(each.day, each.troops - build_up.in_place) for each in course]
    if build_up.rehat_on is None:
        done = next(((when, count) for when, count in above if wanted and 2 * count >= wanted), None)
        late = None
    else:
        done = next(((when, count) for when, count in above if when >= day + _SETTLED), None)
        late = None if done is None else _late(above, day, wanted)
    if done is None:
        return None
    came = max(0, done[1])
    if wanted is None:
        return Handover(build_up.name, came, None, late)
    return Handover(build_up.name, wanted, min(1.0, came / wanted), late)


def _late(above: Sequence[tuple[int, int]], day: int, wanted: int | None) -> tuple[float, float] | None:
    """Return (after, by) of the days past the date by which half of what was written had come."""
    half = 0.5 * wanted if wanted else 0.5
    before = 0.0
    for when, count in above:
        if count >= half:
            return max(0.0, before - day), max(0.0, float(when - day))
        before = float(when)
    return None


def growth(missions: Missions, size: float, rehats: bool = True) -> Iterator[tuple[str, CensoredDelays]]:
    """Yield the bodies of each mission's remainder: in which days they came after day 0, or that they did not.

    What changes hats is taken from the counts from its day on (without a day: from the start), as much of it
    as came; without `rehats` nothing is.
    """
    for build_up in missions.build_ups:
        course = build_up.course()
        handover = handover_of(build_up) if rehats else None
        written = 0 if handover is None else handover.troops
        told = 0 if handover is None else round(written * (1.0 if handover.share is None else handover.share))
        since = 0 if build_up.rehat_on is None else (build_up.rehat_on - build_up.day_0).days
        remainder = build_up.ceiling - build_up.in_place - written
        count = bodies_in(remainder, size)
        if len(course) < 2 or count == 0:
            continue
        came, day = 0, 0
        for each in course[1:]:
            above = each.troops - build_up.in_place - (told if each.day >= since else 0)
            now = min(count, max(came, int(above / remainder * count + 0.5)))
            if now > came:
                yield build_up.name, CensoredDelays.between(day, each.day, now - came)
            came, day = now, each.day
        if came < count:
            yield build_up.name, CensoredDelays(day, inf, count - came)


def first_boots(missions: Missions) -> Iterator[tuple[str, CensoredDelays]]:
    """Yield the days from day 0 to the first troops of missions that began with nobody."""
    for build_up in missions.build_ups:
        told = build_up.first_boots()
        if build_up.in_place or told is None:
            continue
        after, by = told
        yield build_up.name, CensoredDelays(after, inf) if by is None else CensoredDelays.between(after, by)


@dataclass(frozen=True, slots=True)
class Ends:
    """How many build-ups ended early in so many mission-years under observation."""

    ended: int
    years: float

    @property
    def rate(self) -> float:
        """Ends a mission-year: the mean of the gamma(ended + ½, years) that Jeffreys' prior leaves.

        The mean is what the next mission's chance in a short time hangs on.
        """
        return (self.ended + 0.5) / self.years

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the same posterior."""
        from scipy.special import gammaincinv

        low, high = (float(gammaincinv(self.ended + 0.5, chance)) for chance in (0.025, 0.975))
        return low / self.years, high / self.years


def early_ends(missions: Missions) -> Ends:
    """Return how many build-ups ended before they were meant to, and in how many mission-years that was seen.

    One has ended in the first count below half of an earlier count that was half of the ceiling or more.
    What comes after the ceiling changed, or after the day by which the mandate was to be over, is not looked at.
    """
    ended, days = 0, 0.0
    for build_up in missions.build_ups:
        planned = inf if build_up.ends_by is None else float((build_up.ends_by - build_up.day_0).days)
        most, seen = 0, 0.0
        for each in build_up.course():
            if each.day > planned:
                seen = planned
                break
            seen = float(each.day)
            if 2 * most >= build_up.ceiling and 2 * each.troops < most:
                ended += 1
                break
            most = max(most, each.troops)
        days += seen
    return Ends(ended, days / DAYS_A_YEAR)


def advance(missions: Missions) -> Iterator[tuple[str, CensoredDelays]]:
    """Yield the days from each pledge to its first troops, open where none had come; hosts' refusals left out."""
    for pledge in missions.pledges:
        if pledge.pledged_on is None or pledge.stopped_by_host or pledge.observed_until <= pledge.pledged_on:
            continue
        if pledge.first is not None and pledge.first[1] is not None:
            yield pledge.mission, _between(pledge.pledged_on, pledge.first[0], pledge.first[1])
        elif pledge.full is None:  # else it came, nobody says when
            yield pledge.mission, CensoredDelays((pledge.observed_until - pledge.pledged_on).days, inf)


def main_body(missions: Missions) -> Iterator[tuple[str, CensoredDelays]]:
    """Yield the days from a pledge's first troops to the last of those that ever came, open where not seen."""
    for pledge in missions.pledges:
        if pledge.first is None or pledge.first[1] is None or pledge.full is None:
            continue
        after, by = pledge.first
        assert by is not None
        if pledge.full[1] is None:
            waited = (max(pledge.observed_until, pledge.full[0]) - by).days
            if waited > 0:
                yield pledge.mission, CensoredDelays(waited, inf)
        else:
            least, most = (pledge.full[0] - by).days, (pledge.full[1] - after).days
            yield pledge.mission, CensoredDelays.between(max(0, least), max(0, most))


def slips(missions: Missions) -> tuple[int, list[tuple[str, CensoredDelays]]]:
    """Return how many announced arrivals were kept, and by how many days the others were late."""
    kept, late = 0, []
    for pledge in missions.pledges:
        if pledge.planned_on is None or pledge.stopped_by_host:
            continue
        if pledge.first is None or pledge.first[1] is None:
            if pledge.observed_until > pledge.planned_on:
                late.append(
                    (pledge.mission, CensoredDelays((pledge.observed_until - pledge.planned_on).days, inf))
                )
        elif pledge.first[1] <= pledge.planned_on:
            kept += 1
        else:
            late.append((pledge.mission, _between(pledge.planned_on, *pledge.first)))
    return kept, late


def shares_delivered(missions: Missions) -> list[float]:
    """Return arrived / pledged, at most 1, of each pledge of which all that ever came had been counted."""
    return sorted(
        min(1.0, each.arrived / each.pledged)
        for each in missions.pledges
        if each.pledged and each.arrived and each.full is not None and each.full[1] is not None
    )


def gathered(seen: Callable[[], Iterator[tuple[str, CensoredDelays]]]) -> Delays:
    """Return what an iterator yields, as delays by mission."""
    return Delays.of(seen())


def features_by_mission(missions: Missions) -> Mapping[str, Mapping[str, float]]:
    """Return the features of each mission that has a start-time row."""
    return {each.name: features_of(each) for each in missions.build_ups}


def cluster_by_mission(missions: Missions) -> Mapping[str, str]:
    """Return the cluster of each mission, of those without a row too."""
    named = {each.name: each.cluster for each in missions.build_ups}
    return {**{each.mission: each.mission for each in missions.pledges}, **named}


def _between(since: dt.date, after: dt.date, by: dt.date | None) -> CensoredDelays:
    assert by is not None
    return CensoredDelays.between(max(0, (after - since).days), max(0, (by - since).days))
