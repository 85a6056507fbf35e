"""Whether and when the force becomes as large as a target asks.

*Held on* a day means that the level at its end is at least the target; *reached by* a day, that the level was
so at some instant up to that end. Which troops count is said in `sim.scenario.forces`. Where a target has a
`when`, only the replications count in which it holds at the end of the target's date; `applies` is their
share.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.durations import DAY
from sim.errors import UsageError
from sim.results.applicability import applies
from sim.results.changes import Changes, deployed_changes
from sim.results.dates import date_column, last_second_of
from sim.results.levels import levels_of
from sim.results.selection import Selection, counted_under, members
from sim.results.statistics import quantile_of, wilson

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.results.run import Run
    from sim.scenario.aims import Target
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Attainment:
    """One target in every replication to which it applies."""

    name: str
    target: Target
    numbers: NDArray[np.int64]
    """The numbers of those replications."""
    applies: float
    """Their share."""
    changes: Changes
    """The changes of the troops that the target counts."""

    @property
    def first(self) -> NDArray[np.float64]:
        """The first second at which the level is at least the target; infinite where it never is.

        It is read anew each time, so that nothing is held a world for each target.
        """
        return self.changes.first_at_least(self.target.troops)

    def level_on(self, dates: tuple[dt.date, ...]) -> NDArray[np.int64]:
        """Return the level at the end of the target's date, or of the run's nearest day."""
        day = min(max(0, (self.target.by - dates[0]).days), len(dates) - 1)
        return levels_of(self.changes, dates).on_day(day)


def attainments(run: Run, names: Sequence[str] | None = None) -> list[Attainment]:
    """Return the targets (all, or those named) as each replication attained them, by date and troops.

    The logs are read once for all of them. Raises UsageError for a name that the scenario does not have.
    """
    asked = {name: _target(run.scenario, name) for name in names or run.scenario.targets}
    ordered = sorted(asked, key=lambda name: (asked[name].by, asked[name].troops, name))
    targets = {name: asked[name] for name in ordered}
    bodies = members(run.scenario)
    changes = deployed_changes(run, bodies) if targets else None
    valid = applies(run, [(target.when, target.by) for target in targets.values()])
    found = []
    for row, (name, target) in enumerate(targets.items()):
        wanted = target_selection(run.scenario, target)
        counted = [number for number, body in enumerate(bodies) if wanted.admits(body)]
        assert changes is not None
        own = changes.of(counted).within(valid[row])
        numbers = run.numbers if valid[row].all() else run.numbers[valid[row]]
        found.append(Attainment(name, target, numbers, valid[row].mean().item(), own))
    return found


def target_selection(scenario: Scenario, target: Target) -> Selection:
    """Return which contingents a target counts, by the one rule of `sim.scenario.forces`."""
    filters = Selection(target.contributor, None, target.role, target.sector, target.force)
    return counted_under(scenario, filters)


def target_table(run: Run) -> pd.DataFrame:
    """Return one row a target, by date and troops.

    Columns: `target`, `troops`, `by`, `applies`; `median`, `q05`, `q95` of the level at the end of that day;
    `held_on`, `held_low`, `held_high` and `reached_by`, `reached_low`, `reached_high`, probabilities with
    Wilson intervals. Where a target applies nowhere, levels and probabilities are NaN.
    """
    return table_of(run, attainments(run))


def table_of(run: Run, found: Sequence[Attainment]) -> pd.DataFrame:
    """Return `target_table` for targets that are read already."""
    import pandas as pd

    columns = ["target", "troops", "by", "applies", "median", "q05", "q95"]
    columns += ["held_on", "held_low", "held_high", "reached_by", "reached_low", "reached_high"]
    table = pd.DataFrame([_target_row(run, attained) for attained in found], columns=columns)
    return table.assign(by=date_column([attained.target.by for attained in found]))


def _target_row(run: Run, attained: Attainment) -> list[Any]:
    target, trials = attained.target, len(attained.numbers)
    level = attained.level_on(run.dates)
    held = int((level >= target.troops).sum())
    reached = int((attained.first <= last_second_of(run.scenario.start, target.by)).sum())
    quantiles = [quantile_of(level, quantile) if trials else math.nan for quantile in (0.5, 0.05, 0.95)]
    return [
        attained.name,
        target.troops,
        target.by,
        attained.applies,
        *quantiles,
        *_probability(held, trials),
        *_probability(reached, trials),
    ]


def target_curve(run: Run, target: str) -> pd.DataFrame:
    """Return the probability of a target by day.

    Columns: `date`, `held`, `held_low`, `held_high`, `reached`, `reached_low`, `reached_high`. The
    replications are those to which the target applies on its own date. Raises UsageError for an unknown
    target.
    """
    import numpy as np
    import pandas as pd

    (attained,) = attainments(run, [target])
    trials = len(attained.numbers)
    held = levels_of(attained.changes, run.dates).count_at_least(attained.target.troops)
    ends = (np.arange(run.days) + 1) * DAY - 1
    reached = np.searchsorted(np.sort(attained.first), ends, side="right")
    names = [f"{measure}{end}" for measure in ("held", "reached") for end in ("", "_low", "_high")]
    rows = [
        (*_probability(on, trials), *_probability(by, trials))
        for on, by in zip(held.tolist(), reached.tolist(), strict=True)
    ]
    table = pd.DataFrame(rows, columns=names)
    table.insert(0, "date", date_column(run.dates))
    return table


def time_to_target(run: Run, target: str) -> pd.DataFrame:
    """Return when each replication first has the troops of a target.

    Columns: `replication`, `day` since start (NaN: never). Replications to which the target does not apply
    have no row. Raises UsageError for an unknown target.
    """
    import numpy as np
    import pandas as pd

    (attained,) = attainments(run, [target])
    day = np.where(np.isinf(attained.first), np.nan, attained.first / DAY)
    return pd.DataFrame({"replication": attained.numbers, "day": day})


def _probability(successes: int, trials: int) -> tuple[float, float, float]:
    return (successes / trials if trials else math.nan, *wilson(successes, trials))


def _target(scenario: Scenario, name: str) -> Target:
    if name not in scenario.targets:
        from sim.rules.suggestions import nearest

        alike = nearest(name, scenario.targets)
        hint = f"did you mean '{alike}'?" if alike else f"it has: {', '.join(scenario.targets) or 'none'}"
        raise UsageError(f"the scenario has no target '{name}'; {hint}")
    return scenario.targets[name]
