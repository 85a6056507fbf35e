"""Who arrives, how many and when: first boots, flow-in by contributor, first dates of every stage."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.durations import DAY
from sim.errors import UsageError
from sim.results.changes import Changes, deployed_changes
from sim.results.dates import date_column, date_of
from sim.results.pledges import pledged
from sim.results.reading import Reading, kept_answer
from sim.results.selection import Member, Selection, chosen, in_sum, members
from sim.results.statistics import quantile_of, rank, wilson
from sim.scenario.unnamed import summed
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
    if by not in ("contributor", "contingent"):
        raise UsageError(f"arrivals cannot be split by '{by}'; choose contributor or contingent")
    sums = sums and bool(summed(run.scenario.contributors))
    key = ("flow in", by, members(run.scenario), sums, run.duration)
    if key not in run.kept:  # the answer and `summary.csv` both ask
        run.kept[key] = _flow_in(run, by, sums)
    found: pd.DataFrame = run.kept[key]
    return found.copy()


def _flow_in(run: Run, by: str, sums: bool) -> pd.DataFrame:
    import pandas as pd

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
    climb = deployed.climb()
    peak, arrived = climb.peak, climb.peak > 0
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
    for what, seconds in (("first", climb.first), ("all", climb.at_peak)):
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
    groups = {body.key: keys.index(own.key) for body, own in zip(bodies, named, strict=True)}
    everywhere, arriving = yield from _entries(run, groups, len(keys))
    rows = []
    for place, key in enumerate(keys):
        comes = among_arriving and arriving[place].any()
        dated = (arriving if comes else everywhere)[place]
        for stage, entered, days in zip(STAGES, everywhere[place], dated, strict=True):
            rows.append((*key, stage, int(entered.sum()) / run.replications, *_dates_of_days(run, days)))
    table = pd.DataFrame(rows, columns=["contributor", "contingent", "stage", "chance", *_SPREAD])
    return table.assign(**{name: date_column(list(table[name])) for name in _SPREAD})


def _entries(
    run: Run, groups: Mapping[tuple[str, str], int], size: int
) -> Reading[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return in how many worlds a group of bodies first enters a stage on each day: [groups, stages, days].

    Once for all worlds, once for those in which the group arrives. The first is that of any body of the group.
    Nothing is held a world: of a date only the day counts, and there are few of them.
    """
    import numpy as np

    days = run.days + 1  # the last is the instant at which the run ends
    everywhere = np.zeros((size, len(STAGES), days), dtype=np.int64)
    arriving = np.zeros_like(everywhere)
    while (block := (yield)) is not None:
        _, summary = block
        moves = summary.moves
        group = np.array([groups.get(body, -1) for body in summary.bodies] or [-1])[moves.body]
        stages = np.array(
            [STAGES.index(stage) if stage in STAGES else -1 for stage in summary.stages] or [-1]
        )
        stage = stages[moves.goal]
        rows = np.flatnonzero((group >= 0) & (moves.troops > 0) & (stage >= 0))
        first = np.full((size, len(STAGES), summary.numbers.size), days, dtype=np.int64)
        where = (group[rows] * len(STAGES) + stage[rows]) * summary.numbers.size + moves.place[rows]
        np.minimum.at(first.reshape(-1), where, moves.second[rows] // DAY)
        arrives = (first[:, STAGES.index("deployed")] < days).reshape(-1)
        entered = np.flatnonzero(first < days)
        key, world = np.divmod(entered, summary.numbers.size)
        cell = key * days + first.reshape(-1)[entered]
        np.add.at(everywhere.reshape(-1), cell, 1)
        among = arrives[key // len(STAGES) * summary.numbers.size + world]
        np.add.at(arriving.reshape(-1), cell[among], 1)
    return everywhere, arriving


def _dates_of_days(run: Run, counts: NDArray[np.int64]) -> list[dt.date | None]:
    """Return the median, 5 % and 95 % dates of worlds counted by day; never where there are none."""
    import datetime as dt

    import numpy as np

    upto = np.cumsum(counts)
    if not upto[-1]:
        return [None] * len(_SPREAD)
    days = [
        int(np.searchsorted(upto, rank(quantile, int(upto[-1])), side="right"))
        for quantile in _SPREAD.values()
    ]
    return [run.scenario.start + dt.timedelta(days=day) for day in days]


def _dates(run: Run, seconds: NDArray[np.float64]) -> list[dt.date | None]:
    """Return the median, 5 % and 95 % dates of these instants; never where there are none."""
    start = run.scenario.start
    return [
        date_of(start, quantile_of(seconds, quantile)) if seconds.size else None
        for quantile in _SPREAD.values()
    ]
