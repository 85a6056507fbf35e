"""How far the statement of requirements is met: exact over time, by the best assignment at every instant.

A line needs its troops from the end of the day `by` on, until the end of the run; where that day slips, from the
day on which it came in the replication. A line with a `when` is needed in those replications in which the rule
holds at the end of that day. A soldier serves one line at a
time; who may serve a line that leaves role, sector or force open is said in `sim.scenario.forces`. Between
two changes nothing is recomputed and nothing is sampled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.durations import DAY
from sim.results.applicability import applies_at
from sim.results.assignment import best_assignment
from sim.results.changes import stage_changes
from sim.results.dates import date_column
from sim.results.requirements import Line, abilities, due_seconds, requirement_lines
from sim.results.selection import Member, members
from sim.results.spilled import SpilledTable
from sim.results.statistics import mean_interval, quantile_of, wilson
from sim.results.timelines import Need, timelines
from sim.scenario.planned import earliest
from sim.vocabulary import DEPLOYED

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.results.run import Run


@dataclass(frozen=True)
class Coverage:
    """What `coverage` returns; every table has one row a line, in order of precedence, but `critical`.

    `lines`: `line`, `task`, `role`, `sector`, `force`, `troops`, `by`, `critical`, `applies` (share of
    replications that need it), `share` (time-weighted share of its troops that were there), `share_low`,
    `share_high`. `total`: the same share over all lines together with its interval. `shortfall`: `line`,
    `troops`, and at the end of `by` and of the run the troops missing `by_median`, `by_q05`, `by_q95`,
    `end_median`, `end_q05`, `end_q95`, with the probability that none is missing `by_met`, `by_met_low`,
    `by_met_high`, `end_met`, `end_met_low`, `end_met_high`. `critical`: `date`, `met`, `low`, `high`: the
    probability that every critical line that is needed is met at the end of each day from the first one's
    `by`; without rows if no line is critical. `by` is the day planned where it slips.

    What a line needs in no replication, or only after the run, is NaN.
    """

    lines: pd.DataFrame
    total: tuple[float, float, float]
    shortfall: pd.DataFrame
    critical: pd.DataFrame


@dataclass(frozen=True)
class Fulfilment:
    """What each replication gave each line: rows of troop-seconds or troops [replications], one a line."""

    lines: tuple[Line, ...]
    wanted: NDArray[np.bool_]
    """Whether the replication needs the line within the run."""
    filled: SpilledTable
    needed: SpilledTable
    short_by: SpilledTable
    short_end: SpilledTable
    critical_from: int
    """The first day on which a critical line is needed; the number of days if there is none."""
    critical_met: NDArray[np.int64]
    """For each day from that one on, in how many replications every critical line needed is met."""


def coverage(run: Run) -> Coverage:
    """Return how far the requirements are met, with 95 % intervals."""
    import pandas as pd

    found = fulfilment(run)
    critical = [
        (met / run.replications, *wilson(met, run.replications)) for met in found.critical_met.tolist()
    ]
    table = pd.DataFrame(critical, columns=["met", "low", "high"], dtype=float)
    table.insert(0, "date", date_column(run.dates[found.critical_from :]))
    return Coverage(_line_table(found), _total(found), _shortfall_table(found), table)


def fulfilment(run: Run) -> Fulfilment:
    """Return what each replication gave each line."""
    lines, bodies = requirement_lines(run.scenario), members(run.scenario)
    key = ("fulfilment", repr((lines, bodies)), run.duration)
    if key not in run.kept:
        run.kept[key] = _fulfilment(run, lines, bodies)
    found: Fulfilment = run.kept[key]
    return found


def _fulfilment(run: Run, lines: tuple[Line, ...], bodies: Sequence[Member]) -> Fulfilment:
    import numpy as np

    due = due_seconds(run, lines)
    wanted = applies_at(run, [line.requirement.when for line in lines], _clipped(due, run.duration - 1))
    critical, first_day = np.zeros(len(lines), dtype=bool), run.days
    for row, line in enumerate(lines):
        within = due[row] < run.duration
        wanted[row] &= within
        if line.requirement.critical and within.any():
            critical[row] = True
            first_day = min(first_day, int(due[row][within].min()) // DAY)
    filled, needed = (SpilledTable(len(lines), np.int64) for _ in range(2))
    short_by, short_end = (SpilledTable(len(lines), np.int32) for _ in range(2))
    met = np.zeros(run.days - first_day, dtype=np.int64)
    # Bodies that may serve the same lines are one.
    able, kind = np.unique(abilities(lines, bodies), axis=0, return_inverse=True)
    kinds = dict(zip((body.key for body in bodies), kind.reshape(-1).tolist(), strict=True))
    deployed = stage_changes(run, (DEPLOYED,), kinds)
    if not lines:
        for table in (filled, needed, short_by, short_end):
            table.append(np.zeros((0, run.replications)))
    need = Need(lines, due, wanted)
    for part in timelines(deployed, len(able), need, run.duration) if lines else ():
        given = best_assignment(able, part.supply, part.needed)
        short, own = part.needed - given, slice(part.first, part.first + part.replications)
        filled.append(part.integral(given))
        needed.append(part.integral(part.needed))
        by = np.minimum(due[:, own], run.duration - 1)
        short_by.append(np.stack([short[part.at(by[row]), row] for row in range(len(lines))]))
        short_end.append(short[part.at(run.duration - 1)].T)
        met += part.at_ends_of_days((short[:, critical] == 0).all(axis=1))[first_day:]
    return Fulfilment(lines, wanted, filled, needed, short_by, short_end, first_day, met)


def _clipped(due: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return the seconds, none above `most`; a row that is the same number throughout is held as that number."""
    import numpy as np

    if due.size and not due.strides[1]:
        return np.broadcast_to(np.minimum(due[:, :1], most), due.shape)
    return np.minimum(due, most)


def _line_table(found: Fulfilment) -> pd.DataFrame:
    import pandas as pd

    columns = ["line", "task", "role", "sector", "force", "troops", "by", "critical", "applies"]
    rows = [
        [line.name, *_wanted(line), float(found.wanted[row].mean()), *_mean(_line_shares(found, row))]
        for row, line in enumerate(found.lines)
    ]
    table = pd.DataFrame(rows, columns=[*columns, "share", "share_low", "share_high"])
    return table.assign(by=date_column(list(table["by"])))


def _wanted(line: Line) -> list[Any]:
    want = line.requirement
    by = earliest(want.by)
    return [want.task, want.role, want.sector, want.force, want.troops, by, want.critical]


def _line_shares(found: Fulfilment, row: int) -> NDArray[np.float64]:
    wanted = found.wanted[row]
    return _shares(found.filled[row][wanted], found.needed[row][wanted])


def _total(found: Fulfilment) -> tuple[float, float, float]:
    anything = found.wanted.any(axis=0)
    return _mean(_shares(found.filled.total()[anything], found.needed.total()[anything]))


def _shares(filled: NDArray[np.int64], needed: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the shares met; who asks for nobody has everybody."""
    import numpy as np

    return np.divide(filled, needed, out=np.ones(filled.shape), where=needed > 0)


def _mean(shares: NDArray[np.float64]) -> tuple[float, float, float]:
    if not shares.size:
        return math.nan, math.nan, math.nan
    low, high = mean_interval(shares)
    return float(shares.mean()), max(0.0, low), min(1.0, high)


def _shortfall_table(found: Fulfilment) -> pd.DataFrame:
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for row, line in enumerate(found.lines):
        wanted = found.wanted[row]
        rows.append(
            {"line": line.name, "troops": line.requirement.troops}
            | _shortfall("by", found.short_by[row][wanted])
            | _shortfall("end", found.short_end[row][wanted])
        )
    measures = ("median", "q05", "q95", "met", "met_low", "met_high")
    columns = ["line", "troops", *(f"{when}_{measure}" for when in ("by", "end") for measure in measures)]
    return pd.DataFrame(rows, columns=columns)


def _shortfall(when: str, short: NDArray[np.int64]) -> dict[str, float]:
    met, trials = int((short == 0).sum()), short.size
    low, high = wilson(met, trials)
    quantiles = {
        f"{when}_{name}": quantile_of(short, quantile) if trials else math.nan
        for name, quantile in (("median", 0.5), ("q05", 0.05), ("q95", 0.95))
    }
    share = met / trials if trials else math.nan
    return quantiles | {f"{when}_met": share, f"{when}_met_low": low, f"{when}_met_high": high}
