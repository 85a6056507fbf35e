"""The one mechanical template: what was known of a mission, and what other missions taught, as a scenario.

What is in place stays. Troops that change hats come on the day that was written, or late with the chance that
written days slip; without a day they come as a pledge does. Pledges with a number come with the learned delays.
The rest up to the ceiling comes in bodies by contributors that nobody has named yet. One tempo, drawn once a
mission, multiplies all delays: it holds how missions differ and what is not known of the laws.

The template reads `KnownBuildUp` and `LearnedLaws`, nothing else, and no name decides anything. Known later than
day 0, it records what had come by the last count (`as_of`), and the simulator learns the tempo from that and
from silence.
"""

from __future__ import annotations

import datetime as dt
import math
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from sim.missions.build_up import KnownBuildUp, Pledge
from sim.studies.calibration.learned import LearnedLaws, Without
from sim.studies.calibration.lessons import bodies_in, features_of
from sim.studies.calibration.stating import delay, factor, shares

LENGTH = 740
"""The forecast covers so many days after day 0."""

_SETTLED = 7


@dataclass(frozen=True)
class TemplateScenario:
    """A scenario as plain data, and how it divides the ceiling: for people and tests."""

    scenario: dict[str, Any]
    in_place: int
    rehat: int
    named: int
    unnamed: int


def scenario_of(
    known: KnownBuildUp, learned: LearnedLaws, without: Without | None = None
) -> TemplateScenario:
    """Return the scenario of a mission from what was known of it and what others taught."""
    return _Drawing(known, learned, without or Without()).drawn()


class _Drawing:
    """Gathers the parts of one scenario; `day` is the last count that was known, 0 without any."""

    def __init__(self, known: KnownBuildUp, learned: LearnedLaws, without: Without) -> None:
        self.known, self.learned, self.without = known, learned, without
        self.features = {} if without.kind else features_of(known)
        counted = [each for each in known.strengths if 0 < each.day <= known.day]
        self.day = max((each.day for each in counted), default=0)
        self.level = next((each.troops for each in counted if each.day == self.day), known.in_place)
        self.came = self.level - known.in_place
        self.contributors: dict[str, Any] = {}
        self.facts: dict[str, Any] = {}
        self.history: list[dict[str, Any]] = []

    def drawn(self) -> TemplateScenario:
        in_place = min(self.level, self.known.in_place)
        self._present("in_place", in_place, 0)
        rehat = self._rehat()
        named = self._named(max(0, self._room(rehat)))
        unnamed = self._unnamed(rehat, named)
        scenario: dict[str, Any] = {
            "scenario": f"{self.known.name} as known on {self.known.on}",
            "start": self.known.day_0,
            "end": self.known.day_0 + dt.timedelta(days=LENGTH),
            "contributors": self.contributors,
        }
        if self.day:
            scenario["as_of"] = self._date(self.day)
            scenario["history"] = self.history
        if self.facts:
            scenario["facts"] = self.facts
        if not self.without.tempo:
            scenario["uncertain"] = {"tempo": factor(self.learned.growth.fitted.uncertainty(self.features))}
        return TemplateScenario(scenario, in_place, rehat, named, unnamed)

    def _room(self, rehat: int) -> int:
        return self.known.ceiling - max(self.level, self.known.in_place) - self._rehat_to_come(rehat)

    # what stands already ----------------------------------------------------------------------------------

    def _present(self, name: str, troops: int, day: int) -> None:
        """Add troops that are there since a day."""
        if troops <= 0:
            return
        self.contributors[name] = {"contingents": {"body": {"troops": troops, "role": "infantry"}}}
        if self.day:
            self.history.append(
                {"date": self._date(day), "contributor": name, "event": "arrived", "troops": troops}
            )

    # changes of hats --------------------------------------------------------------------------------------

    def _rehat(self) -> int:
        """Add the troops that change hats; return how many they are taken to be."""
        known = self.known
        if self.without.rehat or not known.rehats:
            return 0
        written = known.rehat_troops or round(self.learned.handover_of_ceiling * known.ceiling)
        if self._rehatted():
            there = min(written, max(0, self.came))
            self._present("rehatted", there, min(self.day, max(0, self._rehat_day())))
            return there
        troops = min(written, known.ceiling - max(self.level, known.in_place))
        if troops <= 0:
            return 0
        body: dict[str, Any] = {
            "troops": troops,
            "role": "infantry",
            "delivers": shares(self.learned.handover_shares),
        }
        if known.rehat_on is None:
            body["prepares_for"] = self._delay("advance")
        else:
            body["commits_when"] = self._late("rehat", known.rehat_on)
        self.contributors["rehat"] = {"contingents": {"body": body}}
        return troops

    def _rehatted(self) -> bool:
        """Tell whether, by the last count, the troops of the other force are among those counted."""
        if not self.day:
            return False
        written = self.known.rehat_troops or 1
        if self.known.rehat_on is None:
            return 2 * self.came >= written
        return self.day >= self._rehat_day() + _SETTLED and self.came > 0

    def _rehat_day(self) -> int:
        return 0 if self.known.rehat_on is None else (self.known.rehat_on - self.known.day_0).days

    def _rehat_to_come(self, rehat: int) -> int:
        return 0 if self._rehatted() else rehat

    def _late(self, name: str, planned: dt.date) -> str:
        """Return a rule: on the written day, or later with the learned chance and delay."""
        self.facts[f"{name}_on_time"] = {
            "kind": "milestone",
            "probability": round(1.0 - self.learned.handover_slip_chance, 4),
            "log": False,
        }
        after = max(planned, self._date(self.day))
        self.facts[f"{name}_late"] = {
            "kind": "milestone",
            "when": f"after {after}",
            "after": delay(self.learned.late.fitted),
            "log": False,
        }
        return f"(after {after} and {name}_on_time) or {name}_late"

    # pledges ----------------------------------------------------------------------------------------------

    def _named(self, room: int) -> int:
        """Add the pledges that are known with a number and not yet fulfilled; return how many they promise."""
        if self.without.pledges:
            return 0
        total = 0
        for number, pledge in enumerate(self.known.pledges, start=1):
            troops = min(self._outstanding(pledge), room - total)
            if troops <= 0:
                continue
            total += troops
            first = troops // 2
            began = self._there(pledge)
            rule = {} if pledge.pledged_on is None else {"commits_when": f"after {self._from(pledge)}"}
            contingents: dict[str, Any] = {}
            if first and not began:
                contingents["one_half"] = {
                    "troops": first,
                    "role": "infantry",
                    "prepares_for": self._delay("advance"),
                    **rule,
                }
            name = f"pledge_{number}"
            contingents["other_half"] = {
                "troops": troops - (first if contingents else 0),
                "role": "infantry",
                "prepares_for": self._delay("body" if contingents or began else "advance"),
                **({"commits_when": f"deployed({name}) > 0"} if contingents else rule),
            }
            self.contributors[name] = {
                "delivers": shares(self.learned.shares),
                "never_arrives": 0 if began else self._never("advance"),
                "contingents": contingents,
            }
        return total

    def _outstanding(self, pledge: Pledge) -> int:
        """Return how many of a pledge are still to come: all, half once the first are there, none at the end."""
        if not pledge.pledged or (pledge.full is not None and pledge.full[1] is not None):
            return 0
        return pledge.pledged // 2 if self._there(pledge) else pledge.pledged

    @staticmethod
    def _there(pledge: Pledge) -> bool:
        return pledge.first is not None and pledge.first[1] is not None

    def _from(self, pledge: Pledge) -> dt.date:
        """Return when a pledge's clock starts: with the pledge, at the earliest at the last count."""
        assert pledge.pledged_on is not None
        return max(pledge.pledged_on, self._date(self.day))

    # the rest ---------------------------------------------------------------------------------------------

    def _unnamed(self, rehat: int, named: int) -> int:
        """Add the bodies that nobody has named: those that came by the last count, and those to come."""
        learned, fitted = self.learned, self.learned.growth.fitted
        there = max(0, self.came - (rehat if self._rehatted() else 0))
        rest = 0 if self.without.unnamed else max(0, self._room(rehat) - named)
        came, to_come = bodies_in(there, learned.size), bodies_in(rest, learned.size)
        law: dict[str, Any] = {
            "prepares_for": delay(fitted, self._median(), None if self.without.tempo else "tempo")
        }
        if fitted.comes is not None:
            law["never_arrives"] = round(1.0 - fitted.comes.value, 4)
        days = self._days_of_arrival(came, rehat)
        for number, troops in enumerate(_parts(there, came), start=1):
            name = f"unnamed_{number}"
            self.contributors[name] = {
                "contingents": {"body": {"troops": troops, "role": "infantry", **deepcopy(law)}}
            }
            self.history.append(
                {
                    "date": self._date(days[number - 1]),
                    "contributor": name,
                    "event": "arrived",
                    "troops": troops,
                }
            )
        for number, troops in enumerate(_parts(rest, to_come), start=came + 1):
            body = {"troops": troops, "role": "infantry", **deepcopy(law)}
            self.contributors[f"unnamed_{number}"] = {"contingents": {"body": body}}
        return rest

    def _days_of_arrival(self, bodies: int, rehat: int) -> list[int]:
        """Return the day on which each body that came is taken to have come: the middle of its range."""
        since = self._rehat_day()
        days: list[int] = []
        before = 0
        for each in self.known.strengths:
            if not 0 < each.day <= self.day:
                continue
            above = (
                each.troops - self.known.in_place - (rehat if self._rehatted() and each.day >= since else 0)
            )
            final = max(1, self.came - (rehat if self._rehatted() else 0))
            now = min(bodies, max(len(days), math.floor(above / final * bodies + 0.5)))
            days += [(before + each.day) // 2] * (now - len(days))
            before = each.day
        return days + [self.day] * (bodies - len(days))

    # laws -------------------------------------------------------------------------------------------------

    def _median(self) -> float:
        return self.learned.growth.fitted.median_of(self.features)

    def _delay(self, lesson: str) -> dict[str, Any]:
        fitted = self.learned.lessons()[lesson].fitted
        tempo = None if self.without.tempo else "tempo"
        return delay(fitted, fitted.median_of(self.features), tempo)

    def _never(self, lesson: str) -> float:
        comes = self.learned.lessons()[lesson].fitted.comes
        return 0.0 if comes is None else round(1.0 - comes.value, 4)

    def _date(self, day: int) -> dt.date:
        return self.known.day_0 + dt.timedelta(days=day)


def _parts(troops: int, count: int) -> list[int]:
    """Return so many troops in that many parts, as equal as can be."""
    if count == 0:
        return []
    least, more = divmod(troops, count)
    return [least + (number < more) for number in range(count)]
