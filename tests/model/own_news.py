"""Worlds whose own events become their history: for calibration by simulation.

A scenario is generated that uses every construct; one replication of it, without any history, is the *truth*. What
a newspaper would have printed of it up to some day is read off its logs here, independently of the model, and
becomes the history of the same scenario. The forecast from there must be calibrated against the truth's future.
Dates are whole days: what happened within a day is recorded as of that day.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from sim.durations import DAY
from sim.model.replication import Logs

Data = dict[str, Any]
START = dt.date(2026, 1, 1)
END = 300
"""Days that a scenario lasts."""


def day(many: int) -> str:
    """Return the date so many days after the start."""
    return (START + dt.timedelta(days=many)).isoformat()


def _lognormal(chance: random.Random, low: int, high: int, **keys: Any) -> Data:
    median = chance.randint(low, high)
    return {"median": f"{median} days", "p90": f"{median * chance.choice((2, 3))} days", **keys}


def _share(chance: random.Random) -> Data:
    low = chance.choice((0.1, 0.3))
    return {"low": low, "mode": chance.choice((0.5, 0.7)), "high": chance.choice((0.9, 1.0))}


def scenario(chance: random.Random) -> Data:
    """Return a scenario with every construct, of random numbers."""
    tempo: Data = {"times": "tempo"} if chance.random() < 0.5 else {}
    return {
        "scenario": "own news",
        "start": day(0),
        "end": day(END),
        "uncertain": {"tempo": {"median": 1, "p90": chance.choice((1.5, 2.5))}},
        "parties": {
            "host": {"consent": {"probability": _share(chance), "after": _lognormal(chance, 20, 60, **tempo)}}
        },
        "facts": {
            "mandate": {
                "kind": "milestone",
                "probability": _share(chance),
                "after": _lognormal(chance, 20, 80, **tempo),
            },
            "calm": {
                "kind": "switch",
                "initially": True,
                "stays_on": _lognormal(chance, 40, 120, **tempo),
                "stays_off": _lognormal(chance, 10, 30),
            },
            "incidents": {
                "kind": "events",
                "past": {},
                "rate": {"one_of": {"1 per 30 days": 1, "1 per 8 days": 1}},
                "bursts": chance.choice((1, 2)),
                "rate_multiplier": [{"when": "not calm", "times": 3}],
            },
            "funding": {
                "kind": "progress",
                "duration": _lognormal(chance, 80, 200, **tempo),
                "steps": chance.choice((5, 10)),
                "rate_multiplier": [{"when": "not calm", "times": 0.5}],
                "slips_when": chance.choice(("never", "not calm for 5 days")),
                "slips": chance.choice((1, 2)),
            },
            "talks": {
                "kind": "milestone",
                "probability": 0.6,
                "after": _lognormal(chance, 40, 120),
                "reported": False,
            },
        },
        "contributors": {
            "a": {
                "commits_when": "mandate",
                "approvals": [
                    {
                        "step": "parliament",
                        "takes": _lognormal(chance, 10, 40, **tempo),
                        "probability": _share(chance),
                    }
                ],
                "delivers": _share(chance),
                "never_arrives": chance.choice((0.2, 0.4)),
                "consents": {"host": "not_needed"},
                "contingents": {
                    "u": {
                        "troops": 1000,
                        "role": "infantry",
                        "prepares_for": _lognormal(chance, 20, 60, **tempo),
                    },
                    "v": {
                        "troops": {"low": 200, "mode": 500, "high": 900},
                        "role": "infantry",
                        "prepares_for": _lognormal(chance, 20, 60),
                        "lift": "sea",
                    },
                },
            },
            "b": {
                "withdraws_when": "not calm for 7 days",
                "notice": _lognormal(chance, 10, 30, **tempo),
                "returns": {"after": _lognormal(chance, 20, 50)},
                "never_arrives": {"low": 0.0, "mode": 0.2, "high": 0.8},
                "contingents": {
                    "u": {"troops": 700, "role": "infantry", "prepares_for": _lognormal(chance, 20, 40)}
                },
            },
            "c": {
                "consents": {"host": "not_needed"},
                "contingents": {
                    "u": {
                        "troops": 400,
                        "role": "infantry",
                        "tour": {
                            "every": _lognormal(chance, 60, 100, **tempo),
                            "relief_probability": {"low": 0.3, "mode": 0.7, "high": 1.0},
                        },
                    }
                },
            },
            "t": {
                "consents": {"host": "not_needed"},
                "contingents": {
                    "u": {"troops": 10, "role": "trainers", "prepares_for": _lognormal(chance, 10, 30)}
                },
            },
            "quiet": {
                "consents": {"host": "not_needed"},
                "commits_when": "talks",
                "reported": False,
                "contingents": {
                    "u": {"troops": 90, "role": "medical", "prepares_for": _lognormal(chance, 20, 60)}
                },
            },
        },
        "theatre": {
            "lift": {"sea": {"slots": 2, "load": 400, "trip": _lognormal(chance, 10, 40, **tempo)}},
            "casualties": {
                "rate": {
                    "low": "0.1 per 1000 per 30 days",
                    "mode": "1 per 1000 per 30 days",
                    "high": "8 per 1000 per 30 days",
                }
            },
        },
        "trained_forces": {
            "police": {
                "force": "police",
                "trained_by": "trainers",
                "trainees_per_trainer": chance.choice((2, 5)),
                "course": _lognormal(chance, 20, 50, **tempo),
                "recruits": 300,
                "vetted": _share(chance),
            }
        },
    }


def part(data: Data, *names: str) -> Data:
    """Return a scenario with only those facts and contributors, for what concerns them alone."""
    kept = {
        **data,
        **{
            key: {name: block for name, block in data[key].items() if name in names}
            for key in ("facts", "contributors")
        },
    }
    if "t" not in names:
        kept["trained_forces"] = {}
    return kept


UNREPORTED = ("talks", "quiet")


def history(data: Data, truth: Logs, known: int) -> list[Data]:
    """Return what a newspaper has printed by a day of what happened in a world before that day."""
    records = [*_of_facts(data, truth, known), *_of_troops(truth, known)]
    if "funding" in data["facts"]:
        for measured in sorted({known // 3, known * 2 // 3, known}):
            value = _value(truth, "funding", measured)
            records.append({"date": day(measured), "fact": "funding", "value": value})
    return records


def _of_facts(data: Data, truth: Logs, known: int) -> list[Data]:
    found: list[Data] = []
    totals: dict[str, float] = {}
    for time, _, name, value in truth.signals:
        if not 0 <= time < known * DAY:
            continue
        record: Data = {"date": day(time // DAY)}
        if name in data["facts"] and name not in UNREPORTED:
            kind = data["facts"][name]["kind"]
            if kind == "events":
                record |= {"fact": name, "count": int(value - totals.get(name, 0))}
                totals[name] = value
            elif kind != "progress":
                record |= {"fact": name, "value": value > 0}
            else:
                continue
        elif name.startswith("consent("):
            party, contributor = name[8:-1].split(", ")
            if contributor in UNREPORTED:
                continue
            record |= {"party": party, "contributor": contributor, "consent": value > 0}
        elif name.startswith("casualties(") and name[11:-1] not in UNREPORTED:
            record |= {
                "contributor": name[11:-1],
                "event": "casualties",
                "troops": int(value - totals.get(name, 0)),
            }
            totals[name] = value
        else:
            continue
        found.append(record)
    return found


def _of_troops(truth: Logs, known: int) -> list[Data]:
    found: list[Data] = []
    answered: set[str] = set()
    for time, _, who, contingent, source, target, troops, cause in truth.transitions:
        if not 0 <= time < known * DAY or who in UNREPORTED:
            continue
        about: Data = {"date": day(time // DAY), "contributor": who}
        one: Data = {**about, "contingent": contingent}
        if who == "police":
            if cause == "course passed":
                found.append({**about, "event": "graduated", "troops": troops})
        elif source == "" and target == "pledged":
            found.append({**one, "event": "pledged", "troops": troops})
        elif (source, target) == ("deciding", "preparing") and who == "a" and who not in answered:
            answered.add(who)
            found.append({**about, "event": "approved", "step": "parliament"})
        elif target == "refused" and who not in answered:
            answered.add(who)
            found.append({**about, "event": "refused", "step": "parliament"})
        elif (source, target) == ("preparing", "ready"):
            found.append({**one, "event": "ready", "troops": troops})
        elif target == "moving" and cause != "embarks without lift":
            found.append({**one, "event": "embarked", "troops": troops})
        elif target == "deployed" and source == "moving":
            found.append({**one, "event": "arrived", "troops": troops})
        elif target == "undelivered" and _some_came(truth, who, contingent, time):
            found.append({**one, "event": "undelivered", "troops": troops})
        elif cause == "relief received":
            found.append({**one, "event": "relieved"})
        elif target == "gone" and source != "pledged":
            found.append({**one, "event": "withdrew"})
        elif cause == "returns":
            found.append({**one, "event": "pledged", "troops": troops})
    return found


def _some_came(truth: Logs, who: str, contingent: str, time: int) -> bool:
    return any(
        row[0] == time and row[2:4] == (who, contingent) and row[5] == "ready" for row in truth.transitions
    )


def _value(logs: Logs, name: str, at: float) -> float:
    values = [value for time, _, fact, value in logs.signals if fact == name and time < at * DAY]
    return values[-1] if values else 0.0


def measures(logs: Logs, known: int) -> dict[str, float]:
    """Return what a forecast is held against: levels at three dates, the next arrivals, facts, counts."""
    found: dict[str, float] = {}
    dates = [known + (END - known) * part // 4 for part in (1, 2, 4)]
    level = dict.fromkeys(("a", "b", "c", "quiet", "police"), 0)
    rows = iter(logs.transitions)
    row = next(rows, None)
    for number, at in enumerate(dates):
        while row is not None and row[0] < at * DAY:
            change = (row[5] == "deployed") - (row[4] == "deployed")
            if row[2] in level:
                level[row[2]] += change * row[6]
            row = next(rows, None)
        found[f"level {number}"] = level["a"] + level["b"] + level["c"]
        found[f"level of a {number}"] = level["a"]
        found[f"level of b {number}"] = level["b"]
        found[f"level of c {number}"] = level["c"]
        found[f"graduates {number}"] = level["police"]
        found[f"unreported level {number}"] = level["quiet"]
        for fact in ("mandate", "calm", "talks", "funding", "incidents", "casualties", "consent(host, b)"):
            initial = 1.0 if fact == "calm" else 0.0
            values = [value for time, _, name, value in logs.signals if name == fact and time < at * DAY]
            found[f"{fact} {number}"] = values[-1] if values else initial
    embarked = sum(
        row[6] * ((row[5] == "moving") - (row[4] == "moving"))
        for row in logs.transitions
        if row[0] < dates[0] * DAY
    )
    found["under way 0"] = embarked
    for who in ("b", "c"):
        left = [row[0] for row in logs.transitions if row[2] == who and row[4] == "deployed"]
        found[f"next departure of {who}"] = next((time for time in left if time >= known * DAY), float("inf"))
    for who in ("a", "b", "t"):
        landed = [row[0] for row in logs.transitions if row[2] == who and row[5] == "deployed"]
        first = [time for time in landed if time >= known * DAY]
        found[f"next arrival of {who}"] = first[0] if first else float("inf")
    return found


def rank(chance: random.Random, truth: float, forecast: list[float]) -> int:
    """Return how many forecasts lie below the truth, ties broken by lot."""
    return sum(each < truth for each in forecast) + chance.randint(0, sum(each == truth for each in forecast))
