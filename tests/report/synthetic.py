"""Made-up tables of a run, consistent with each other, so that figures can be tested without a model."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from sim.durations import DAY
from sim.report.tables import Tables
from sim.results.changes import changes_of
from sim.results.coverage import Coverage
from sim.results.levels import Levels, levels_of
from sim.results.statistics import wilson
from sim.scenario.scenario import Scenario

NAMES = [
    "indonesia",
    "azerbaijan",
    "egypt",
    "jordan",
    "turkey",
    "united_arab_emirates",
    "pakistan",
    "italy",
    "bangladesh",
    "morocco",
    "kazakhstan",
    "malaysia",
    "greece",
    "cyprus",
    "spain",
]
STAGES = ("deciding", "preparing", "ready", "moving", "deployed", "withdrawing")
CAUSES = (
    "rule: not military_action for 30 days and calm",
    "rule: mandate_clear",
    "consent(israel, turkey)",
    "approval parliament",
    "preparation",
    "sector rafah",
    "lift air",
    "beds",
    "reception",
    "moving",
    "refused",
    "undelivered",
    "withdrawn",
)


class SyntheticTables(Tables):
    """Tables filled in by hand: what is given here shadows what would be computed from a store."""

    def __init__(self, run: Any, **tables: Any) -> None:
        super().__init__(run)
        self.__dict__.update(tables)


def scenario_of(
    contributors: int = 8,
    days: int = 774,
    targets: bool = True,
    as_of: int | None = 60,
    prefix: str = "",
    title: str = "ISF as known on 19 November 2025",
    requirements: bool = True,
) -> Scenario:
    """A scenario with that many contributors, two contingents each."""
    start = dt.date(2025, 11, 17)
    end = start + dt.timedelta(days)
    names = [prefix + (NAMES[n] if n < len(NAMES) else f"country_{n}") for n in range(contributors)]
    bodies = {
        "infantry": {"troops": 1000, "role": "infantry", "sector": "rafah"},
        "engineers": {"troops": 300, "role": "engineers", "sector": "israel_held"},
    }
    raw: dict[str, Any] = {
        "scenario": title,
        "start": start,
        "end": end,
        "parties": {"israel": {"name": "Israel"}},
        "contributors": {name: {"contingents": bodies} for name in names},
    }
    if as_of is not None:
        raw["as_of"] = start + dt.timedelta(min(as_of, days))
    if targets:
        half, most = start + dt.timedelta(days // 3), start + dt.timedelta(days // 2)
        raw["targets"] = {
            "initial": {"troops": 3000, "by": half},
            "interim": {"troops": 5000, "by": most},
            "full": {"troops": 20000, "by": most},
        }
        raw["estimates"] = [
            {"who": "officials", "troops": 20000, "by": most},
            {"who": "analysts", "troops": 4000, "by": half},
        ]
    if requirements:
        due = start + dt.timedelta(days // 4)
        raw["requirements"] = [
            {
                "task": "patrol",
                "role": "infantry",
                "sector": "rafah",
                "troops": 2500,
                "by": due,
                "critical": True,
            },
            {"task": "disarm", "sector": "rafah", "troops": 500, "by": due},
            {
                "task": "train_police",
                "role": "police_trainers",
                "sector": "outside",
                "troops": 300,
                "by": due,
            },
            {"task": "protect_aid", "role": "infantry", "sector": "israel_held", "troops": 800, "by": due},
            {"task": "protect_aid", "role": "infantry", "sector": "rafah", "troops": 900, "by": due},
            {"task": "clear_mines", "role": "engineers", "troops": 200, "by": due},
        ]
    return Scenario.model_validate(raw)


def tables_of_scenario(scenario: Scenario, replications: int = 200, arriving: float = 0.7) -> SyntheticTables:
    """Play the scenario by hand: each contributor comes with probability `arriving`, in full, and leaves."""
    generator = np.random.default_rng(7)
    names = list(scenario.contributors)
    days = (scenario.end - scenario.start).days + 1
    dates = pd.date_range(scenario.start, scenario.end)
    arrival = generator.gamma(3, days / 9, (replications, len(names)))
    arrival += (scenario.as_of - scenario.start).days if scenario.as_of else 0
    arrival[generator.random(arrival.shape) >= arriving] = np.inf
    pledge = np.array([round(1300 * (1 + (len(names) - n) / len(names))) for n in range(len(names))], float)
    leaving = arrival + generator.exponential(days, arrival.shape)
    today = np.arange(days)
    present = (arrival[:, :, None] <= today) & (today < leaving[:, :, None])  # replication, contributor, day
    by_name = present * pledge[None, :, None]
    level = by_name.sum(axis=1) if names else np.zeros((replications, days))
    run = SimpleNamespace(
        stays_in_memory=True,
        scenario=scenario,
        replications=replications,
        folder=Path("outputs/scenario/0123456789ab"),
        manifest={"seed": 0, "replications": replications, "failed": [], "digest": "0" * 64},
    )
    return SyntheticTables(
        run,
        levels=levels_from(scenario.start, level),
        pledged=float(pledge.sum()),
        overdue=(),
        contradictions=(),
        funnel=_funnel(dates, level, pledge),
        fact_chances=_consents(names, dates),
        departures=pd.DataFrame(
            columns=[
                "contributor",
                "chance",
                "low",
                "high",
                "median",
                "q05",
                "q95",
                "withdraws",
                "mission_ends",
                "recorded",
            ]
        ),
        fan=_fan(dates, level),
        by_contributor=_by_contributor(names, dates, by_name),
        targets=_targets(scenario, level),
        target_curves={
            name: _curve(dates, level, target.troops) for name, target in scenario.targets.items()
        },
        first_boots=_first_boots(scenario, arrival),
        flow_in=_flow_in(scenario, names, arrival, pledge),
        stage_dates=_stage_dates(scenario, arrival),
        binding=_binding(level, pledge),
        binding_by_contributor=_binding_by_contributor(names, level, pledge),
        stack=_stack(dates, level, pledge),
        coverage=_coverage(scenario, level),
    )


def _funnel(dates: pd.DatetimeIndex, level: np.ndarray, pledge: np.ndarray) -> pd.DataFrame:
    there = level.mean(axis=0)
    shares = {"pledged": 1.0, "approved": 0.8, "ready": 0.6}
    columns = {name: there + share * (pledge.sum() - there) for name, share in shares.items()}
    return pd.DataFrame({"date": dates, **columns, "deployed": there})


def _consents(names: list[str], dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Each contributor is consented to sooner or later, by the evenly spaced chances of a course."""
    course = np.linspace(0, 1, len(dates))
    own = {f"consent(israel, {name})": course ** (1 + place) for place, name in enumerate(names)}
    return pd.DataFrame({"date": dates, **own})


def levels_from(start: dt.date, level: np.ndarray) -> Levels:
    """Daily levels [replications, days] as the statistics keep them: by their changes."""
    change = np.diff(level.astype(np.int32), axis=1, prepend=0)
    place, day = np.nonzero(change)
    dates = tuple(start + dt.timedelta(days=number) for number in range(level.shape[1]))
    return levels_of(changes_of(level.shape[0], place, day * DAY, change[place, day]), dates)


def _fan(dates: pd.DatetimeIndex, level: np.ndarray) -> pd.DataFrame:
    shares = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
    columns = {
        name: np.quantile(level, share, axis=0, method="inverted_cdf") for name, share in shares.items()
    }
    return pd.DataFrame({"date": dates, **columns, "mean": level.mean(axis=0)})


def _by_contributor(names: list[str], dates: pd.DatetimeIndex, by_name: np.ndarray) -> pd.DataFrame:
    columns = ["date", "contributor", "mean", "q05", "q50", "q95"]
    parts = []
    for place, name in enumerate(names):
        own = by_name[:, place, ::3]
        low, middle, high = np.quantile(own, [0.05, 0.5, 0.95], axis=0, method="inverted_cdf")
        table = {"date": dates[::3], "contributor": name, "mean": own.mean(axis=0)}
        parts.append(pd.DataFrame({**table, "q05": low, "q50": middle, "q95": high}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


_interval = cache(wilson)


def _shares(hits: np.ndarray) -> tuple[float, float, float]:
    return _share(int(hits.sum()), len(hits))


def _share(many: int, of: int) -> tuple[float, float, float]:
    return (many / of, *_interval(many, of))


def _targets(scenario: Scenario, level: np.ndarray) -> pd.DataFrame:
    columns = [
        "target",
        "troops",
        "by",
        "applies",
        "median",
        "q05",
        "q95",
        "held_on",
        "held_low",
        "held_high",
        "reached_by",
        "reached_low",
        "reached_high",
    ]
    rows = []
    for name, target in scenario.targets.items():
        day = (target.by - scenario.start).days
        on = level[:, day]
        low, middle, high = np.quantile(on, [0.05, 0.5, 0.95], method="inverted_cdf")
        reached = (level[:, : day + 1] >= target.troops).any(axis=1)
        shares = (*_shares(on >= target.troops), *_shares(reached))
        rows.append((name, target.troops, pd.Timestamp(target.by), 1.0, middle, low, high, *shares))
    return pd.DataFrame(rows, columns=columns)


def _curve(dates: pd.DatetimeIndex, level: np.ndarray, troops: int) -> pd.DataFrame:
    held = level >= troops
    reached = np.maximum.accumulate(held, axis=1)
    counts = zip(held.sum(axis=0).tolist(), reached.sum(axis=0).tolist(), strict=True)
    rows = [(*_share(one, len(level)), *_share(other, len(level))) for one, other in counts]
    columns = ["held", "held_low", "held_high", "reached", "reached_low", "reached_high"]
    return pd.DataFrame(rows, columns=columns).assign(date=dates)


def _when(scenario: Scenario, days: np.ndarray, share: float) -> pd.Timestamp:
    """The quantile of days as a date, NaT where it is never."""
    if not len(days):
        return pd.NaT
    day = np.quantile(days, share, method="inverted_cdf")
    return pd.Timestamp(scenario.start) + pd.Timedelta(days=int(day)) if day < 1e6 else pd.NaT


def _first_boots(scenario: Scenario, arrival: np.ndarray) -> dict[str, Any]:
    first = arrival.min(axis=1) if arrival.shape[1] else np.full(len(arrival), np.inf)
    share, low, high = _shares(first <= (scenario.end - scenario.start).days)
    dates = {name: _when(scenario, first, q) for name, q in (("median", 0.5), ("q05", 0.05), ("q95", 0.95))}
    return {"chance": share, "low": low, "high": high, **dates}


def _flow_in(scenario: Scenario, names: list[str], arrival: np.ndarray, pledge: np.ndarray) -> pd.DataFrame:
    columns = [
        "contributor",
        "pledged",
        "chance",
        "chance_low",
        "chance_high",
        "troops_median",
        "troops_q05",
        "troops_q95",
        "first_median",
        "first_q05",
        "first_q95",
        "all_median",
        "all_q05",
        "all_q95",
    ]
    rows = []
    for place, name in enumerate(names):
        comes = arrival[:, place] <= (scenario.end - scenario.start).days
        when = arrival[comes, place]
        troops = pledge[place] if comes.any() else np.nan
        dates = [_when(scenario, when, share) for share in (0.5, 0.05, 0.95)]
        rows.append((name, pledge[place], *_shares(comes), troops, troops, troops, *dates, *dates))
    return pd.DataFrame(rows, columns=columns)


def _stage_dates(scenario: Scenario, arrival: np.ndarray) -> pd.DataFrame:
    rows = []
    horizon = (scenario.end - scenario.start).days
    for place, (name, contributor) in enumerate(scenario.contributors.items()):
        for body in contributor.contingents:
            for number, stage in enumerate(STAGES):
                day = np.maximum(arrival[:, place] + (number - 4) * horizon / 20, 0)
                comes = day <= horizon
                dates = [_when(scenario, day[comes], share) for share in (0.5, 0.05, 0.95)]
                rows.append((name, body, stage, float(comes.mean()), *dates))
    columns = ["contributor", "contingent", "stage", "chance", "median", "q05", "q95"]
    return pd.DataFrame(rows, columns=columns)


def _coverage(scenario: Scenario, level: np.ndarray) -> Coverage | None:
    """Each line gets its even part of the force, as far as it needs it."""
    if not scenario.requirements:
        return None
    parts = level / len(scenario.requirements)
    lines, short = [], []
    for number, want in enumerate(scenario.requirements):
        day = (want.by - scenario.start).days
        missing = np.maximum(want.troops - parts, 0)[:, day:]
        share = float(1 - missing.mean() / want.troops)
        wanted = (
            want.task,
            want.role,
            want.sector,
            want.force,
            want.troops,
            pd.Timestamp(want.by),
            want.critical,
        )
        lines.append((f"line {number}", *wanted, 1.0, share, max(0, share - 0.02), min(1, share + 0.02)))
        ends = []
        for column in (0, -1):
            low, middle, high = np.quantile(missing[:, column], [0.05, 0.5, 0.95])
            ends += [middle, low, high, *_shares(missing[:, column] == 0)]
        short.append((f"line {number}", want.troops, *ends))
    measures = [
        f"{when}_{what}"
        for when in ("by", "end")
        for what in ["median", "q05", "q95", "met", "met_low", "met_high"]
    ]
    names = [
        "line",
        "task",
        "role",
        "sector",
        "force",
        "troops",
        "by",
        "critical",
        "applies",
        "share",
        "share_low",
        "share_high",
    ]
    met = [_share(many, len(parts)) for many in (parts >= 2500).sum(axis=0).tolist()]
    critical = pd.DataFrame(met, columns=["met", "low", "high"])
    critical.insert(0, "date", pd.date_range(scenario.start, scenario.end))
    table = pd.DataFrame(lines, columns=names)
    mean = float(table["share"].mean())
    shortfall = pd.DataFrame(short, columns=["line", "troops", *measures])
    return Coverage(table, (mean, max(0, mean - 0.01), min(1, mean + 0.01)), shortfall, critical)


def _causes(level: np.ndarray, pledge: np.ndarray) -> dict[str, np.ndarray]:
    """Mean troops by cause on each day; they add up to the pledge."""
    deployed = level.mean(axis=0)
    weights = 1 / np.arange(1, len(CAUSES) + 1) ** 1.3
    rest = (pledge.sum() - deployed)[None, :] * (weights / weights.sum())[:, None]
    return {"deployed": deployed, **dict(zip(CAUSES, rest, strict=True))}


def _binding(level: np.ndarray, pledge: np.ndarray) -> pd.DataFrame:
    total = max(float(pledge.sum()) * level.shape[1], 1.0)
    rows = [
        (cause, troops.sum(), troops.sum() * 0.97, troops.sum() * 1.03, troops.sum() / total)
        for cause, troops in _causes(level, pledge).items()
    ]
    return pd.DataFrame(rows, columns=["cause", "troop_days", "low", "high", "share"])


def _binding_by_contributor(names: list[str], level: np.ndarray, pledge: np.ndarray) -> pd.DataFrame:
    """As if all had the same part in everything."""
    whole = _binding(level, pledge)
    columns = ["contributor", *whole.columns]
    parts = [
        whole.assign(
            contributor=name, **{key: whole[key] / len(names) for key in ("troop_days", "low", "high")}
        )
        for name in names
    ]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)


def _stack(dates: pd.DatetimeIndex, level: np.ndarray, pledge: np.ndarray) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"date": dates, "cause": cause, "mean": troops})
        for cause, troops in _causes(level, pledge).items()
    ]
    return pd.concat(parts, ignore_index=True)
