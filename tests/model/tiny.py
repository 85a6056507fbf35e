"""Tiny scenarios, and questions to their logs."""

from __future__ import annotations

from sim.durations import DAY
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.scenario.scenario import Scenario


def scenario(**blocks):
    """Return a scenario of ninety days from 1 January 2026 with the given blocks."""
    return Scenario.model_validate({"scenario": "tiny", "start": "2026-01-01", "end": "2026-03-31", **blocks})


def contributor(commits_when=None, troops=100, **blocks):
    """Return a contributor with one contingent `unit`; keys of a contingent go to it."""
    body = {key: blocks.pop(key) for key in list(blocks) if key in BODY_KEYS}
    rule = {} if commits_when is None else {"commits_when": commits_when}
    return {**rule, **blocks, "contingents": {"unit": {"troops": troops, "role": "infantry", **body}}}


BODY_KEYS = (
    "prepares_for",
    "delivers",
    "never_arrives",
    "lift",
    "sector",
    "tour",
    "advance",
    "priority",
    "role",
    "force",
)


def schedule(**changes):
    """Return a schedule that is false, then true and false by turns: `schedule(on=5, off=9)`."""
    return {
        "kind": "schedule",
        "values": {day(days): name.startswith("on") for name, days in changes.items()},
    }


def day(days):
    """Return a day as it is written, counted from the start."""
    import datetime as dt

    return (dt.date(2026, 1, 1) + dt.timedelta(days=days)).isoformat()


def play(whole, number=0, seed=0):
    """Return the logs of one replication."""
    return replicate(compile_plan(whole), Draws(seed, number, 1), number)


def flows(logs, who, source=None, target=None):
    """Return (seconds, troops) of each flow of a contributor from a stage, into a stage."""
    return [
        (row[0], row[6])
        for row in logs.transitions
        if row[2] == who and source in (None, row[4]) and target in (None, row[5])
    ]


def days(logs, who, target, source=None):
    """Return the days, as numbers, of the flows of a contributor into a stage."""
    return [time / DAY for time, _ in flows(logs, who, source, target)]


def stages(logs, who, time=None):
    """Return stage → troops of a contributor, at an instant or at the end; empty stages are left out."""
    counts = {}
    for row in logs.transitions:
        if row[2] == who and (time is None or row[0] <= time):
            counts[row[4]] = counts.get(row[4], 0) - row[6]
            counts[row[5]] = counts.get(row[5], 0) + row[6]
    return {stage: count for stage, count in counts.items() if stage and count}


def waiting(logs, who, time):
    """Return cause → troops of a contributor at an instant."""
    causes = {}
    for at, _, name, _, cause, troops in logs.waits:
        if name == who and at <= time:
            causes[cause] = troops
    return {cause: troops for cause, troops in causes.items() if troops}


def changes(logs, fact):
    """Return (day, value) of each change of a fact."""
    return [(time / DAY, value) for time, _, name, value in logs.signals if name == fact]
