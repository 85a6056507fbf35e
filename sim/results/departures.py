"""Who leaves the theatre, how surely, when and how."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.results.changes import Changes, flow_changes
from sim.results.dates import date_column, date_of
from sim.results.selection import in_sum, members
from sim.results.statistics import quantile_of, wilson
from sim.scenario.unnamed import summed

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.run import Run

_SPREAD = {"median": 0.5, "q05": 0.05, "q95": 0.95}


def departures(run: Run, sums: bool = False) -> pd.DataFrame:
    """Return one row a contributor of which troops ever turn home, the surest first.

    Columns: `contributor`; `chance` that any of its troops do, with `low`, `high` of its Wilson interval; `median`,
    `q05`, `q95` of the first such date where they do; `withdraws`: the share of these worlds in which that first
    departure is a withdrawal, and not the end of a tour. Reliefs in place are no departure. With `sums` those that
    nobody can name yet, where they are many, are one contributor.
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
    rows = [_row(run, name, *(way.of([place]) for way in ways)) for place, name in enumerate(names)]
    columns = ["contributor", "chance", "low", "high", *_SPREAD, "withdraws"]
    found = pd.DataFrame([row for row in rows if row["chance"] > 0], columns=columns)
    dated = found.assign(**{name: date_column(list(found[name])) for name in _SPREAD})
    return dated.sort_values(["chance", "contributor"], ascending=[False, True], ignore_index=True)


def _leaves(goals: tuple[str, ...] | None, source: str, goal: str) -> bool:
    """Whether a move takes deployed troops to one of the goals (None: anywhere else)."""
    return source == "deployed" and (goal != "deployed" if goals is None else goal in goals)


WAYS = (partial(_leaves, ("withdrawing",)), partial(_leaves, None))
"""Moves that are withdrawals, and all by which somebody leaves the theatre."""


def _row(run: Run, name: str, withdrawals: Changes, leaving: Changes) -> dict[str, Any]:
    first, withdrawn = leaving.first_at_least(1), withdrawals.first_at_least(1)
    left = first < math.inf
    count = int(left.sum())
    low, high = wilson(count, run.replications)
    dates = {
        label: date_of(run.scenario.start, quantile_of(first[left], share)) if count else None
        for label, share in _SPREAD.items()
    }
    withdraws = float((withdrawn[left] == first[left]).mean()) if count else math.nan
    ends = {"chance": count / run.replications, "low": low, "high": high}
    return {"contributor": name, **ends, **dates, "withdraws": withdraws}
