"""What the force costs: soldiers in the theatre by the month, and journeys, in each world by each date.

A world's rates are drawn once (streams `costs.soldier_month`, `costs.roles.ROLE`, `costs.contributors.NAME`
and `costs.move`), so that the same worlds have the same prices in every scenario compared. A soldier costs
his contributor's rate, else his role's, else the general one, for the time that he is deployed; the forces
trained in the theatre cost their role's or the general rate too. A journey is an embarkation, a relief (two:
one comes, one goes), or going home.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.errors import UsageError
from sim.plan.laws import ConstantLaw, Law, law_of
from sim.plan.randomness import Draws
from sim.results.dates import last_second_of
from sim.results.reading import Reading, kept_answer
from sim.results.selection import members
from sim.results.statistics import mean_interval, quantile_of
from sim.vocabulary import Stage

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.batch.summary import BlockSummary
    from sim.results.run import Run
    from sim.scenario.distributions import Drawn
    from sim.scenario.scenario import Scenario

MONTH = 30.4375 * DAY
"""Seconds of a month."""


def costs_by(run: Run, dates: Sequence[dt.date]) -> NDArray[np.float64]:
    """Return what the force has cost by the end of each date: [dates, replications].

    UsageError if the scenario states no costs.
    """
    return kept_answer(run, *costs_question(run, dates))


def stated_dates(scenario: Scenario) -> list[dt.date]:
    """Return the dates whose costs are stated: those of targets, and the end."""
    aims = {target.by for target in scenario.targets.values()}
    return sorted({date for date in aims if scenario.start <= date <= scenario.end} | {scenario.end})


def curve_dates(dates: Sequence[dt.date]) -> list[dt.date]:
    """Return the dates of a curve of costs: some sixty, and the last."""
    return sorted({*dates[:: max(1, len(dates) // 60)], dates[-1]})


def costs_question(
    run: Run, dates: Sequence[dt.date]
) -> tuple[Hashable, Callable[[], Reading[NDArray[np.float64]]]]:
    """Return what `costs_by` asks of a run, with its key."""
    own = run.scenario.costs, members(run.scenario)
    return ("costs", tuple(dates), repr(own), run.duration), lambda: _costs(run, dates)


def _costs(run: Run, dates: Sequence[dt.date]) -> Reading[NDArray[np.float64]]:
    import numpy as np

    stated = run.scenario.costs
    if stated is None:
        raise UsageError(
            "the scenario states no `costs:`; add what a soldier costs a month (`soldier_month:`)"
        )
    bodies = members(run.scenario)
    rates = np.array([_rate(run, body.contributor, body.role) for body in bodies]).reshape(len(bodies), -1)
    move = _drawn(run, "costs.move", stated.move) if stated.move is not None else np.zeros(run.replications)
    ends = [last_second_of(run.scenario.start, date) + 1 for date in dates]
    total = np.zeros((len(ends), run.replications))
    number = {body.key: place for place, body in enumerate(bodies)}
    while (block := (yield)) is not None:
        first, summary = block
        moves = summary.moves
        body = np.array([number.get(each, -1) for each in summary.bodies] or [-1])[moves.body]
        place, second = moves.place + first, moves.second
        change = moves.troops * (
            _is(summary, "goal", "deployed").astype(np.int64) - _is(summary, "source", "deployed")
        )
        journeys = moves.troops * _journeys(summary)
        costly = (body >= 0) & ((change != 0) | (journeys != 0))
        place, second, change = place[costly], second[costly], change[costly]
        order = np.argsort(second, kind="stable")  # of a world the order of time is that of its rows already
        place, second, change = place[order], second[order], change[order]
        rate, journey = rates[body[costly][order], place], journeys[costly][order] * move[place]
        worlds, at = slice(first, first + summary.numbers.size), place - first
        for row, (end, kept) in enumerate(zip(ends, np.searchsorted(second, ends).tolist(), strict=True)):
            amount = change[:kept] * (end - second[:kept]) / MONTH * rate[:kept] + journey[:kept]
            total[row, worlds] += np.bincount(at[:kept], weights=amount, minlength=summary.numbers.size)
    return total


def cost_table(run: Run, dates: Sequence[dt.date]) -> pd.DataFrame:
    """Return the cost by the end of each date.

    Columns: `date`, `unit`, `mean`, `low`, `high` (95 % interval of the mean), `q05`, `q25`, `median`, `q75`, `q95`.
    """
    import pandas as pd

    rows = []
    found = costs_by(run, dates)
    unit = run.scenario.costs.unit if run.scenario.costs is not None else ""
    for date, cost in zip(dates, found, strict=True):
        quantiles = [quantile_of(cost, quantile) for quantile in (0.05, 0.25, 0.5, 0.75, 0.95)]
        rows.append((date, unit, float(cost.mean()), *mean_interval(cost), *quantiles))
    return pd.DataFrame(
        rows, columns=["date", "unit", "mean", "low", "high", "q05", "q25", "median", "q75", "q95"]
    )


def _journeys(summary: BlockSummary) -> NDArray[np.int64]:
    """Return how many journeys each soldier of a move makes by it.

    A relief in place is logged twice, when it embarks and when it is received: one comes, one goes.
    """
    embarks = _is(summary, "source", "ready") & _is(summary, "goal", "moving")
    leaves = _is(summary, "source", "deployed") | _is(summary, "source", "withdrawing")
    goes_home = leaves & (_is(summary, "goal", "gone") | _is(summary, "goal", "preparing"))
    relief = _is(summary, "source", "deployed") & _is(summary, "goal", "deployed")
    journeys: NDArray[np.int64] = (embarks | goes_home | relief).astype("int64")
    return journeys


def _is(summary: BlockSummary, end: str, stage: Stage) -> NDArray[np.bool_]:
    code = summary.stages.index(stage) if stage in summary.stages else -1
    matches: NDArray[np.bool_] = getattr(summary.moves, end) == code
    return matches


def _rate(run: Run, contributor: str, role: str) -> NDArray[np.float64]:
    stated = run.scenario.costs
    assert stated is not None
    if contributor in stated.contributors:
        return _drawn(run, f"costs.contributors.{contributor}", stated.contributors[contributor])
    if role in stated.roles:
        return _drawn(run, f"costs.roles.{role}", stated.roles[role])
    return _drawn(run, "costs.soldier_month", stated.soldier_month)


def _drawn(run: Run, stream: str, drawn: Drawn) -> NDArray[np.float64]:
    """Return a price in each world: a pure function of seed, stream and replication number."""
    import numpy as np

    law = law_of(drawn.distribution)
    if isinstance(law, ConstantLaw) or not run.replications:
        return np.full(run.replications, law.quantile(0.5))
    known: dict[tuple[str, Law], NDArray[np.float64]] = run.kept.setdefault("prices", {})
    if (stream, law) not in known:  # many bodies have one price, and many tables ask
        first, last = int(run.numbers[0]), int(run.numbers[-1])
        draws = Draws(int(run.manifest["seed"]), first, last - first + 1)
        prices = [law.quantile(draws.page(stream, 0, number)[0]) for number in run.numbers.tolist()]
        known[stream, law] = np.array(prices)
    return known[stream, law]
