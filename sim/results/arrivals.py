"""Who arrives, how many and when: first boots, flow-in by contributor, first dates of every stage."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError
from sim.results.changes import Changes, deployed_changes
from sim.results.dates import date_column, date_of
from sim.results.pledges import pledged
from sim.results.reading import Reading, kept_answer
from sim.results.selection import Member, Selection, chosen, in_sum, members, numbered
from sim.results.statistics import quantile_of, wilson
from sim.vocabulary import STAGES

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.results.run import Run

_SPREAD = {"median": 0.5, "q05": 0.05, "q95": 0.95}


def first_boots(run: Run, selection: Selection | None = None) -> dict[str, Any]:
    """Return when the first troops of the selection (None: of the headline force) are deployed.

    So first boots and the headline level agree everywhere: trainers of another force are none.

    Keys: `chance` that any ever are, with `low` and `high` of its Wilson interval, and the dates `median`,
    `q05`, `q95` over all replications: None (never) where the quantile falls among those in which nobody
    comes.
    """
    first = first_deployed(run, selection)
    arrived = int((first < math.inf).sum())
    low, high = wilson(arrived, run.replications)
    dates = {
        name: date_of(run.scenario.start, quantile_of(first, quantile)) for name, quantile in _SPREAD.items()
    }
    return {"chance": arrived / run.replications, "low": low, "high": high, **dates}


def first_deployed(run: Run, selection: Selection | None = None) -> NDArray[np.float64]:
    """Return each replication's second of the first deployed troops of the selection, or infinity.

    Without a selection the headline force counts.
    """
    bodies = chosen(run.scenario, selection)
    return deployed_changes(run, bodies).first_at_least(1)


def flow_in(run: Run, by: str = "contributor", sums: bool = False) -> pd.DataFrame:
    """Return one row a contributor (or contingent), trained forces too, in the scenario's order.

    Columns: `contributor`, (`contingent`), `pledged` (median pledge at the end); `chance` that anybody
    arrives, with `chance_low`, `chance_high`; and, given arrival, `troops_median`, `troops_q05`, `troops_q95`
    of the peak, `first_median`, `first_q05`, `first_q95` of the first date and `all_median`, `all_q05`,
    `all_q95` of the date on which all are there who ever are at once, the peak (NaN and NaT where nobody ever
    arrives). With `sums` those that nobody can name yet, where they are many, are one contributor. Raises
    UsageError for a `by` other than `contributor` and `contingent`.
    """
    import pandas as pd

    if by not in ("contributor", "contingent"):
        raise UsageError(f"arrivals cannot be split by '{by}'; choose contributor or contingent")
    bodies = members(run.scenario)
    deployed = deployed_changes(run, bodies)
    named = in_sum(run.scenario, bodies) if sums else bodies
    labels = dict.fromkeys((body.contributor,) if by == "contributor" else body.key for body in named)
    names = ["contributor", "contingent"][: 1 if by == "contributor" else 2]
    rows = [
        dict(zip(names, label, strict=True))
        | _arrival(run, pledged(run, [bodies[number] for number in mine]), deployed.of(mine))
        for label in labels
        for mine in (_numbers(named, label),)
    ]
    columns = [*names, "pledged", "chance", "chance_low", "chance_high"]
    columns += [f"{what}_{name}" for what in ("troops", "first", "all") for name in _SPREAD]
    table = pd.DataFrame(rows, columns=columns)
    dates = [f"{what}_{name}" for what in ("first", "all") for name in _SPREAD]
    return table.assign(**{column: date_column(list(table[column])) for column in dates})


def _numbers(bodies: Sequence[Member], label: tuple[str, ...]) -> list[int]:
    return [number for number, body in enumerate(bodies) if body.key[: len(label)] == label]


def _arrival(run: Run, pledge: NDArray[np.int64], deployed: Changes) -> dict[str, Any]:
    peak = deployed.peak()
    first = deployed.first_at_least(1)
    arrived = peak > 0
    count = int(arrived.sum())
    low, high = wilson(count, run.replications)
    row: dict[str, Any] = {
        "pledged": int(quantile_of(pledge, 0.5)),
        "chance": count / run.replications,
        "chance_low": low,
        "chance_high": high,
    }
    for name, quantile in _SPREAD.items():
        row[f"troops_{name}"] = quantile_of(peak[arrived], quantile) if count else math.nan
    for what, seconds in (("first", first), ("all", deployed.first_at_peak())):
        dates = zip(_SPREAD, _dates(run, seconds[arrived]), strict=True)
        row |= {f"{what}_{name}": date for name, date in dates}
    return row


def stage_dates(run: Run, among_arriving: bool = False, sums: bool = False) -> pd.DataFrame:
    """Return when each contingent first enters each stage: one row a contingent and stage, in their orders.

    Columns: `contributor`, `contingent`, `stage`, `chance` of ever entering it, and the dates `median`,
    `q05`, `q95` given that it does (NaT if never). `among_arriving`: the dates are those of the worlds in which
    the contingent arrives, the same for each stage, so that no effect comes before its cause; of one that never
    arrives, of all worlds. With `sums` those that nobody can name yet, where they are many, are one contributor,
    which enters a stage when the first of them does.
    """
    return kept_answer(run, *entries_question(run, among_arriving, sums)).copy()


def entries_question(
    run: Run, among_arriving: bool, sums: bool
) -> tuple[Hashable, Callable[[], Reading[pd.DataFrame]]]:
    """Return what `stage_dates` asks of a run, with its key."""
    key = ("stage dates", members(run.scenario), among_arriving, sums, run.duration)
    return key, lambda: _stage_dates(run, among_arriving, sums)


def _stage_dates(run: Run, among_arriving: bool, sums: bool) -> Reading[pd.DataFrame]:
    import pandas as pd

    bodies = members(run.scenario)
    named = in_sum(run.scenario, bodies) if sums else bodies
    keys = list(dict.fromkeys(body.key for body in named))
    entered = yield from _first_entries(run, bodies)
    first = (_seconds(entered[_numbers(named, key)].min(axis=0)) for key in keys)
    rows = [
        (
            *key,
            stage,
            float((seconds < math.inf).mean()),
            *_dates(run, seconds[kept & (seconds < math.inf)]),
        )
        for key, entries in zip(keys, first, strict=True)
        for kept in (_kept(entries, among_arriving),)
        for stage, seconds in zip(STAGES, entries, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["contributor", "contingent", "stage", "chance", *_SPREAD])
    return table.assign(**{name: date_column(list(table[name])) for name in _SPREAD})


def _kept(entries: NDArray[np.float64], among_arriving: bool) -> NDArray[np.bool_]:
    """Return the worlds whose dates count: those in which the contingent arrives, if that is asked and any do."""
    import numpy as np

    arrives: NDArray[np.bool_] = entries[STAGES.index("deployed")] < math.inf
    return arrives if among_arriving and arrives.any() else np.ones(arrives.size, dtype=bool)


def _first_entries(run: Run, bodies: Sequence[Member]) -> Reading[NDArray[np.integer[Any]]]:
    """Return the first second [contingents, stages, replications] of each stage; the largest number if never.

    Whole numbers in 32 bits, where the run is not longer: of very many replications nothing else here is as large.
    """
    import numpy as np

    kind = np.int32 if run.duration < np.iinfo(np.int32).max else np.int64
    first = np.full((len(bodies), len(STAGES), run.replications), np.iinfo(kind).max, dtype=kind)
    groups = numbered(bodies)
    while (block := (yield)) is not None:
        at, summary = block
        moves = summary.moves
        group = np.array([groups.get(body, -1) for body in summary.bodies] or [-1])[moves.body]
        counts = (group >= 0) & (moves.troops > 0)
        for number, stage in enumerate(STAGES):
            if stage in summary.stages:
                rows = counts & (moves.goal == summary.stages.index(stage))
                where = (group[rows], moves.place[rows] + at)
                np.minimum.at(first[:, number], where, moves.second[rows].astype(kind))
    return first


def _seconds(entries: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Return first seconds as such: infinite where a stage is never entered."""
    import numpy as np

    return np.where(entries == np.iinfo(entries.dtype).max, np.inf, entries)


def _dates(run: Run, seconds: NDArray[np.float64]) -> list[dt.date | None]:
    """Return the median, 5 % and 95 % dates of these instants; never where there are none."""
    start = run.scenario.start
    return [
        date_of(start, quantile_of(seconds, quantile)) if seconds.size else None
        for quantile in _SPREAD.values()
    ]
