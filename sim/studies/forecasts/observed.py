"""What happened, read from a later history: levels, facts, first boots, who came.

A history file is a scenario file with a later `as_of`, or a plain file with `known_until`, `history` (records as
a scenario has them; contributors that no scenario knows may stand there too) and, where somebody counted,
`strength: {DATE: TROOPS}`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import UsageError


@dataclass(frozen=True)
class Observed:
    """What is known up to a day: records in order, counts where there are any."""

    known_until: dt.date
    records: tuple[Mapping[str, Any], ...]
    strength: Mapping[dt.date, int] = field(default_factory=dict)

    def level(self, date: dt.date) -> int | None:
        """Return the troops at the end of a day: counted, else arrivals less withdrawals; None after the end."""
        if date > self.known_until:
            return None
        if date in self.strength:
            return self.strength[date]
        there: dict[tuple[str, str], int] = {}
        for record in self.records:
            if record["date"] > date or not record.get("contributor"):
                continue
            key = (str(record["contributor"]), str(record.get("contingent") or ""))
            if record.get("event") == "arrived":
                there[key] = there.get(key, 0) + int(record.get("troops") or 0)
            elif record.get("event") == "withdrew":
                for own in [each for each in there if each[0] == key[0] and key[1] in ("", each[1])]:
                    there[own] = max(0, there[own] - int(record["troops"])) if record.get("troops") else 0
        return sum(there.values())

    def holds(self, fact: str, date: dt.date) -> bool | None:
        """Tell whether a fact held at the end of a day; None after the end, or where nothing was recorded."""
        if date > self.known_until:
            return None
        told = [
            record
            for record in self.records
            if record.get("fact") == fact and record["date"] <= date and not record.get("count")
        ]
        if not told:
            return None
        last = told[-1]
        return False if last.get("refused") else bool(last.get("value"))

    def arrivals(self) -> dict[str, dt.date]:
        """Return for each contributor that came the date of its first troops."""
        first: dict[str, dt.date] = {}
        for record in self.records:
            if record.get("event") == "arrived" and record.get("contributor"):
                first.setdefault(str(record["contributor"]), record["date"])
        return first

    def first_boots(self) -> dt.date | None:
        """Return the date of the first troops, or None."""
        counted = [date for date, troops in self.strength.items() if troops > 0]
        return min([*self.arrivals().values(), *counted], default=None)


def read_observed(path: Path) -> Observed:
    """Read a history file; UsageError where it is none, ScenarioError for faults of YAML or of a scenario."""
    from sim.scenario.faults import scenario_error
    from sim.scenario.files import read_text
    from sim.scenario.nodes import plain_data
    from sim.scenario.reading import read_value

    node, faults = read_value(read_text(path), str(path))
    if faults:
        raise scenario_error(faults)
    data = plain_data(node)
    if not isinstance(data, Mapping):
        raise UsageError(
            f"{path} holds no history; write `known_until:` and `history:`, or name a scenario file"
        )
    if "scenario" in data or "extends" in data:
        return _of_scenario(path)
    unknown = sorted(set(map(str, data)) - {"known_until", "history", "strength", "sources", "note"})
    if unknown:
        raise UsageError(
            f"{path}: {', '.join(unknown)} has no place in a history; see `isf forecast score --help`"
        )
    until = _date(data.get("known_until"), f"{path}: known_until")
    told, counted = data.get("history") or [], data.get("strength") or {}
    if not isinstance(told, list):
        raise UsageError(f"{path}: history is a list; begin each record with `- `")
    if not isinstance(counted, Mapping):
        raise UsageError(f"{path}: strength is a block; write a line `DATE: TROOPS` for each count")
    records = [_record(each, f"{path}: history[{place}]") for place, each in enumerate(told)]
    strength = {
        _date(day, f"{path}: strength"): _whole(troops, f"{path}: strength[{day}]")
        for day, troops in counted.items()
    }
    return Observed(until, _ordered([each for each in records if each["date"] <= until]), strength)


def _of_scenario(path: Path) -> Observed:
    from sim.scenario.loading import load

    scenario = load(path)
    if scenario.as_of is None:
        raise UsageError(f"{path} is a scenario without `as_of`: it says nothing about what happened")
    records = [each.model_dump(exclude_none=True) for each in scenario.history]
    return Observed(scenario.as_of, _ordered(records))


def _ordered(records: list[dict[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    return tuple(sorted(records, key=lambda record: record["date"]))


def _record(raw: Any, place: str) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise UsageError(
            f"{place} is no record; write {{date: …, contributor: …, event: arrived, troops: …}}"
        )
    record = {str(key): value for key, value in raw.items()}
    record["date"] = _date(record.get("date"), f"{place}.date")
    if record.get("troops") is not None:
        record["troops"] = _whole(record["troops"], f"{place}.troops")
    return record


def _date(raw: Any, place: str) -> dt.date:
    if isinstance(raw, dt.datetime):
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    try:
        return dt.date.fromisoformat(str(raw))
    except ValueError:
        raise UsageError(f"{place} '{raw}' is no date; write YYYY-MM-DD") from None


def _whole(raw: Any, place: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise UsageError(f"{place} '{raw}' is no number of troops; write whole digits")
    return raw
