"""A run written by hand in which all quantities differ, and what it says, worked out from its rows alone.

Nothing here uses the simulator's statistics: levels, quantiles, intervals and troop-days are computed anew, so
that a table or figure that shows another number than it claims is found out.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

from sim.results.run import Run
from sim.scenario.scenario import Scenario
from tests.results.handmade import World, write_run

DAY = 86_400
START, END = dt.date(2026, 1, 1), dt.date(2026, 4, 30)
DAYS = (END - START).days + 1
WORLDS = 210
BODIES = {
    ("alpha", "brigade"): ("military", "infantry", "north", 1000),
    ("alpha", "engineers"): ("military", "engineers", "south", 310),
    ("beta", "battalion"): ("military", "infantry", "north", 620),
    ("gamma", "unit"): ("police", "police", "north", 450),
}
PLEDGED = {"alpha": "rule: clear", "beta": "consent(host, beta)", "gamma": "rule: after 2026-02-01"}
TARGETS = {
    "first": (500, dt.date(2026, 2, 15), "military"),
    "second": (900, dt.date(2026, 3, 20), "military"),
    "police": (200, dt.date(2026, 3, 31), "police"),
    "third": (1400, dt.date(2026, 4, 10), "military"),
}
LINES = {
    "Patrol the north": ("infantry", 700, dt.date(2026, 3, 1), False),
    "Build in the south": ("engineers", 250, dt.date(2026, 3, 10), True),
}


def scenario(title: str = "Distinct") -> Scenario:
    """The scenario that the worlds are of."""
    return Scenario.model_validate(raw(title))


def raw(title: str) -> dict[str, Any]:
    """The scenario as its file states it."""
    contributors: dict[str, Any] = {
        "alpha": {
            "name": "Alpha Republic",
            "commits_when": "clear",
            "withdraws_when": "casualties(self) in last 30 days >= 5",
            "approvals": [{"step": "parliament", "takes": "10 days"}],
        },
        "beta": {"name": "Beta", "consents": {"host": {"probability": 0.5, "after": "9 days"}}},
        "gamma": {"name": "Gamma", "commits_when": "after 2026-02-01", "source": "paper"},
    }
    for (owner, name), (force, role, sector, troops) in BODIES.items():
        bodies = contributors[owner].setdefault("contingents", {})
        bodies[name] = {"troops": troops, "role": role, "sector": sector, "force": force}
    return {
        "scenario": title,
        "question": "How many are there in spring?",
        "start": START,
        "end": END,
        "sources": {
            "paper": {"title": "The Paper", "publisher": "UN", "date": dt.date(2025, 12, 3), "grade": "B"}
        },
        "parties": {"host": {"name": "The host"}},
        "facts": {
            "clear": {
                "name": "Mandate clear",
                "kind": "milestone",
                "probability": 0.6,
                "after": "20 days",
            },
            "calm": {"kind": "switch", "initially": True, "stays_on": "9 days", "stays_off": "4 days"},
            "works": {"name": "Road works", "kind": "progress", "duration": "60 days"},
            "raids": {"kind": "events", "rate": "1 per 9 days"},
        },
        "contributors": contributors,
        "theatre": {"sectors": {"north": {"name": "The north"}, "south": {"name": "The south"}}},
        "targets": {
            name: {"troops": troops, "by": by, **({"force": force} if force == "police" else {})}
            for name, (troops, by, force) in TARGETS.items()
        },
        "estimates": [{"who": "analysts", "troops": 815, "by": dt.date(2026, 3, 20)}],
        "requirements": [
            {
                "name": name,
                "task": name.split()[0].lower(),
                "role": role,
                "sector": "north" if role == "infantry" else "south",
                "force": "military",
                "troops": troops,
                "by": by,
                "critical": critical,
            }
            for name, (role, troops, by, critical) in LINES.items()
        ],
    }


def worlds(seed: int = 1, more: float = 1.0, later: int = 0) -> list[World]:
    """The worlds; with `more` or `later` the same ones with other sizes and dates, as of another scenario."""
    return [_world(Random(seed * 1_000 + number), more, later) for number in range(WORLDS)]


def written(
    folder: Path,
    own: list[World],
    title: str = "Distinct",
    digest: str = "by hand",
    changed: Mapping[tuple[str | int, ...], Any] = MappingProxyType({}),
    failed: Sequence[int] = (),
) -> Run:
    """Write worlds as a stored run; `changed` says which keys of its file have another value."""
    import yaml

    folder.mkdir(parents=True)
    file = raw(title)
    for path, value in changed.items():
        block: Any = file
        for key in path[:-1]:
            block = block[key]
        block[path[-1]] = value
    (folder / "scenario.yaml").write_text(yaml.safe_dump(file), encoding="utf-8")
    return write_run(folder, Scenario.model_validate(file), own, digest=digest, failed=list(failed))


def _world(random: Random, more: float, later: int) -> World:
    world = World()
    for (owner, body), (_, _, _, troops) in BODIES.items():
        pledge = round(troops * random.choice((0.7, 0.9, 1.0, 1.1)) * (more if owner == "beta" else 1.0))
        _journey(world, random, owner, body, pledge, later if owner == "alpha" else 0)
    _signals(world, Random(random.random()))
    for log in (world.transitions, world.waits):
        log.sort(key=lambda row: row[:4])
    return world


def _signals(world: World, random: Random) -> None:
    """Facts and the consent: a milestone that may be undone, a switch, a progress, incidents."""
    come = round(random.uniform(5, 90) * DAY)
    if random.random() < 0.7:
        world.signals.append((come, 1, "clear", 1.0))
        world.signals += [(come + 20 * DAY, 1, "clear", 0.0)] if random.random() < 0.3 else []
    if random.random() < 0.55:
        world.signals.append((round(random.uniform(3, 60) * DAY), 1, "consent(host, beta)", 1.0))
    time, calm = 0.0, 1.0
    while (time := time + random.uniform(4, 25)) < DAYS:
        calm = 1.0 - calm
        world.signals.append((round(time * DAY), 1, "calm", calm))
    for step in range(1, random.choice((4, 5)) + 1):
        world.signals.append((round(step * random.uniform(18, 22) * DAY), 1, "works", step / 5))
        world.signals.append((round(step * 13.7 * DAY), 1, "raids", float(step)))
    world.signals[:] = sorted(row for row in world.signals if row[0] < DAYS * DAY)


def _journey(world: World, random: Random, owner: str, body: str, pledge: int, later: int) -> None:
    held = {"pledged": PLEDGED[owner], "deciding": "approval parliament", "preparing": "preparation"}
    held |= {"ready": random.choice(("lift air", "beds")), "moving": "moving"}
    held |= {"withdrawing": "withdrawn", "gone": "withdrawn", "refused": "refused"}
    time, stage = 0, "pledged"
    world.transitions.append((0, 0, owner, body, "", "pledged", pledge, "pledge"))
    world.waits.append((0, 0, owner, body, held["pledged"], pledge))
    waits = {"deciding": 14, "preparing": 9, "ready": 21, "moving": 6, "deployed": 3}
    path = ["deciding", "preparing", "ready", "moving", "deployed"]
    if random.random() < 0.15:
        path = ["deciding", "refused"]
    elif owner in ("alpha", "beta") and random.random() < 0.4:
        path += ["withdrawing", "gone"]
    for goal in path:
        lasts = {"withdrawing": 30, "gone": 5, "refused": 12}.get(goal, waits.get(goal, 5))
        shift = later if goal == "deciding" else 0
        time += round((lasts * random.uniform(0.3, 1.9) + shift) * DAY)
        if time >= DAYS * DAY:
            return
        world.transitions.append((time, 1, owner, body, stage, goal, pledge, "by hand"))
        if stage in held and held.get(goal) != held[stage]:
            world.waits.append((time, 1, owner, body, held[stage], 0))
        if goal in held and held.get(stage) != held[goal]:
            world.waits.append((time, 1, owner, body, held[goal], pledge))
        stage = goal


Admits = Callable[[str, str], bool]


def of_force(force: str | None) -> Admits:
    """Whether a body is of a force; None admits all."""
    return lambda owner, body: force is None or BODIES[owner, body][0] == force


def level(world: World, second: int, admits: Admits, stage: str = "deployed") -> int:
    """Troops in a stage after an instant."""
    return sum(
        row[6] * ((row[5] == stage) - (row[4] == stage))
        for row in world.transitions
        if row[0] <= second and stage in (row[4], row[5]) and admits(row[2], row[3])
    )


def end_of(day: dt.date) -> int:
    """The last second of a day."""
    return ((day - START).days + 1) * DAY - 1


def levels(own: Iterable[World], day: dt.date, force: str | None = "military") -> list[int]:
    """The level of each world at the end of a day."""
    return [level(world, end_of(day), of_force(force)) for world in own]


def quantile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least that share does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Wilson's interval, by solving its quadratic."""
    z = 1.959963984540054
    a, b, c = 1 + z * z / trials, -(2 * hits / trials + z * z / trials), (hits / trials) ** 2
    root = math.sqrt(b * b - 4 * a * c)
    return max(0.0, (-b - root) / (2 * a)), min(1.0, (-b + root) / (2 * a))


def percent(share: float) -> str:
    """A share as a reader sees it."""
    if 0 < share < 0.005:
        return "<1 %"
    return ">99 %" if 0.995 <= share < 1 else f"{math.floor(100 * share + 0.5)} %"


def chance(hits: int, trials: int = WORLDS) -> str:
    """A chance with its interval as a reader sees it; neither none nor all."""
    low, high = wilson(hits, trials)
    return f"{percent(hits / trials)} ({math.floor(100 * low + 1e-9)}–{math.ceil(100 * high - 1e-9)})"


def first_second(world: World, troops: int, admits: Admits) -> float:
    """When at least so many are deployed for the first time; infinite if never."""
    times = sorted({row[0] for row in world.transitions})
    return next((time for time in times if level(world, time, admits) >= troops), math.inf)


def booked(world: World, admits: Admits) -> dict[str, float]:
    """Troop-days of a world by cause, those deployed among them."""
    days: dict[str, float] = {}
    ends = DAYS * DAY
    now: dict[tuple[str, str, str], tuple[int, int]] = {}
    for time, _, owner, body, cause, troops in world.waits:
        if admits(owner, body):
            before, since = now.get((owner, body, cause), (0, 0))
            days[cause] = days.get(cause, 0.0) + before * (time - since) / DAY
            now[owner, body, cause] = troops, time
    for (_, _, cause), (troops, since) in now.items():
        days[cause] = days.get(cause, 0.0) + troops * (ends - since) / DAY
    for row in world.transitions:
        if admits(row[2], row[3]):
            change = (row[5] == "deployed") - (row[4] == "deployed")
            days["deployed"] = days.get("deployed", 0.0) + change * row[6] * (ends - row[0]) / DAY
    return days


def value(world: World, signal: str, second: int, before: float = 0.0) -> float:
    """What a signal is after an instant."""
    return next((row[3] for row in reversed(world.signals) if row[2] == signal and row[0] <= second), before)


def mean(values: Iterable[float]) -> float:
    """The mean."""
    found = list(values)
    return sum(found) / len(found)


def whole(value: float) -> str:
    """A number of troops as a reader sees it."""
    return f"{math.floor(value + 0.5):,}"
