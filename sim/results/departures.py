"""Who leaves the theatre, how surely, when and how."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.durations import DAY
from sim.errors import UsageError
from sim.results.applicability import first_seconds
from sim.results.changes import Changes, flow_changes
from sim.results.dates import date_column, date_of
from sim.results.selection import in_sum, members
from sim.results.statistics import quantile_of, wilson
from sim.rules.references import signals
from sim.rules.syntax import Force
from sim.scenario.rules import completed
from sim.scenario.unnamed import summed

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.results.run import Run
    from sim.scenario.scenario import Scenario

_SPREAD = {"median": 0.5, "q05": 0.05, "q95": 0.95}


def departures(run: Run, sums: bool = False) -> pd.DataFrame:
    """Return one row a contributor of which troops ever turn home, the surest first.

    Columns: `contributor`; `chance` that any of its troops do, with `low`, `high` of its Wilson interval; `median`,
    `q05`, `q95` of the first such date where they do; `withdraws`: the share of these worlds in which that first
    departure is a withdrawal, and not the end of a tour; and of these the share in which the mission was over by then
    (`mission_ends`; NaN where its rule reads a fact that leaves no log) and in which history records that day's
    withdrawal (`recorded`), so that `withdraws` less both is by the contributor's own rule. Reliefs in place are no
    departure. With `sums` those that nobody can name yet, where they are many, are one contributor.
    """
    sums = sums and bool(summed(run.scenario.contributors))
    key = ("departures", members(run.scenario), sums, run.duration)
    if key not in run.kept:  # the answer and `summary.csv` both ask
        run.kept[key] = _departures(run, sums)
    found: pd.DataFrame = run.kept[key]
    return found.copy()


def _departures(run: Run, sums: bool) -> pd.DataFrame:
    import pandas as pd

    bodies = members(run.scenario)
    named = in_sum(run.scenario, bodies) if sums else bodies
    names = list(dict.fromkeys(body.contributor for body in named))
    groups = {body.key: names.index(own.contributor) for body, own in zip(bodies, named, strict=True)}
    ways = [flow_changes(run, counts, groups) for counts in WAYS]
    over = _mission_over(run)
    rows = [_row(run, name, over, *(way.of([place]) for way in ways)) for place, name in enumerate(names)]
    columns = ["contributor", "chance", "low", "high", *_SPREAD, "withdraws", "mission_ends", "recorded"]
    found = pd.DataFrame([row for row in rows if row["chance"] > 0], columns=columns)
    dated = found.assign(**{name: date_column(list(found[name])) for name in _SPREAD})
    return dated.sort_values(["chance", "contributor"], ascending=[False, True], ignore_index=True)


def _leaves(goals: tuple[str, ...] | None, source: str, goal: str) -> bool:
    """Whether a move takes deployed troops to one of the goals (None: anywhere else)."""
    return source == "deployed" and (goal != "deployed" if goals is None else goal in goals)


WAYS = (partial(_leaves, ("withdrawing",)), partial(_leaves, None))
"""Moves that are withdrawals, and all by which somebody leaves the theatre."""


def _row(
    run: Run, name: str, over: NDArray[np.float64] | None, withdrawals: Changes, leaving: Changes
) -> dict[str, Any]:
    first, withdrawn = leaving.first_at_least(1), withdrawals.first_at_least(1)
    left = first < math.inf
    count = int(left.sum())
    low, high = wilson(count, run.replications)
    dates = {
        label: date_of(run.scenario.start, quantile_of(first[left], share)) if count else None
        for label, share in _SPREAD.items()
    }
    ends = {"chance": count / run.replications, "low": low, "high": high}
    ways = _ways(run.scenario, name, first[left], withdrawn[left], None if over is None else over[left])
    return {"contributor": name, **ends, **dates, **ways}


def _ways(
    scenario: Scenario,
    name: str,
    first: NDArray[np.float64],
    withdrawn: NDArray[np.float64],
    over: NDArray[np.float64] | None,
) -> dict[str, float]:
    """Return the share of each way in the worlds in which somebody leaves; NaN where none does, or nobody can tell."""
    if not first.size:
        return dict.fromkeys(("withdraws", "mission_ends", "recorded"), math.nan)
    withdraws = withdrawn == first
    recorded = withdraws & _recorded(scenario, name, first)
    ends = math.nan if over is None else float((withdraws & ~recorded & (over <= first)).mean())
    return {"withdraws": float(withdraws.mean()), "mission_ends": ends, "recorded": float(recorded.mean())}


def _recorded(scenario: Scenario, contributor: str, seconds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether history records that troops of a contributor withdrew on the day of each second."""
    import numpy as np

    days = [
        (record.date - scenario.start).days
        for record in scenario.history
        if record.event == "withdrew" and record.contributor == contributor
    ]
    return np.isin(seconds // DAY, days)


def _mission_over(run: Run) -> NDArray[np.float64] | None:
    """Return the second at which the mission was over in each replication, infinite if never; None if no log tells.

    What counts troops may hold no more once they have left, within the same instant.
    """
    import numpy as np

    rule = run.scenario.ends_when
    if rule is None:
        return np.full(run.replications, np.inf)
    if any(isinstance(quantity, Force) for quantity in signals(completed(run.scenario, rule))):
        return None
    try:
        return first_seconds(run, rule)
    except UsageError:  # it reads a fact with `log: false`
        return None
