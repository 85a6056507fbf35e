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
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.errors import UsageError
from sim.plan.laws import ConstantLaw, Law, TabulatedLaw, law_of
from sim.plan.randomness import Draws
from sim.results.changes import is_at
from sim.results.dates import last_second_of
from sim.results.reading import Reading, kept_answer
from sim.results.selection import members
from sim.results.spilled import SpilledTable
from sim.results.statistics import mean_interval, quantile_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.batch.summary import BlockSummary
    from sim.results.run import Run
    from sim.scenario.distributions import Distribution
    from sim.scenario.scenario import Scenario

MONTH = 30.4375 * DAY
"""Seconds of a month."""


def costs_by(run: Run, dates: Sequence[dt.date]) -> SpilledTable:
    """Return what the force has cost by the end of each date: a row [replications] each.

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
) -> tuple[Hashable, Callable[[], Reading[SpilledTable]]]:
    """Return what `costs_by` asks of a run, with its key."""
    own = run.scenario.costs, members(run.scenario)
    return ("costs", tuple(dates), repr(own), run.duration), lambda: _costs(run, dates)


def _costs(run: Run, dates: Sequence[dt.date]) -> Reading[SpilledTable]:
    import numpy as np

    stated = run.scenario.costs
    if stated is None:
        raise UsageError(
            "the scenario states no `costs:`; add what a soldier costs a month (`soldier_month:`)"
        )
    bodies = members(run.scenario)
    rates = [_rate(run, body.contributor, body.role) for body in bodies]
    different = list(dict.fromkeys(rates))  # many bodies have one price
    priced = np.array([different.index(rate) for rate in rates] or [0])
    laws = {price: law_of(price.distribution) for price in different}
    journey_price = None if stated.move is None else _Price("costs.move", stated.move.distribution)
    if journey_price is not None:
        laws[journey_price] = law_of(journey_price.distribution)
    ends = [last_second_of(run.scenario.start, date) + 1 for date in dates]
    found = SpilledTable(len(ends), np.float64)
    number = {body.key: place for place, body in enumerate(bodies)}
    while (block := (yield)) is not None:
        _, summary = block
        moves, worlds = summary.moves, summary.numbers.size
        body = np.array([number.get(each, -1) for each in summary.bodies] or [-1])[moves.body]
        place, second = moves.place, moves.second
        change = moves.troops * (
            is_at(summary, "goal", "deployed").astype(np.int64) - is_at(summary, "source", "deployed")
        )
        journeys = moves.troops * _journeys(summary)
        costly = (body >= 0) & ((change != 0) | (journeys != 0))
        place, second, change = place[costly], second[costly], change[costly]
        order = np.argsort(second, kind="stable")  # of a world the order of time is that of its rows already
        place, second, change = place[order], second[order], change[order]
        prices = np.array([_drawn(run, price, laws[price], summary.numbers) for price in different])
        rate = prices.reshape(len(different), worlds)[priced[body[costly][order]], place]
        move = np.zeros(worlds)
        if journey_price is not None:
            move = _drawn(run, journey_price, laws[journey_price], summary.numbers)
        journey = journeys[costly][order] * move[place]
        total = np.empty((len(ends), worlds))
        for row, (end, kept) in enumerate(zip(ends, np.searchsorted(second, ends).tolist(), strict=True)):
            amount = change[:kept] * (end - second[:kept]) / MONTH * rate[:kept] + journey[:kept]
            total[row] = np.bincount(place[:kept], weights=amount, minlength=worlds)
        found.append(total)
    return found


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
    embarks = is_at(summary, "source", "ready") & is_at(summary, "goal", "moving")
    leaves = is_at(summary, "source", "deployed") | is_at(summary, "source", "withdrawing")
    goes_home = leaves & (is_at(summary, "goal", "gone") | is_at(summary, "goal", "preparing"))
    relief = is_at(summary, "source", "deployed") & is_at(summary, "goal", "deployed")
    journeys: NDArray[np.int64] = (embarks | goes_home | relief).astype("int64")
    return journeys


@dataclass(frozen=True, slots=True)
class _Price:
    """A price: what it is drawn from, and by which stream."""

    stream: str
    distribution: Distribution


def _rate(run: Run, contributor: str, role: str) -> _Price:
    stated = run.scenario.costs
    assert stated is not None
    if contributor in stated.contributors:
        drawn = stated.contributors[contributor]
        return _Price(f"costs.contributors.{contributor}", drawn.distribution)
    if role in stated.roles:
        return _Price(f"costs.roles.{role}", stated.roles[role].distribution)
    return _Price("costs.soldier_month", stated.soldier_month.distribution)


def _drawn(run: Run, price: _Price, law: Law, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return a price in some worlds: a pure function of seed, stream and replication number."""
    import numpy as np

    if isinstance(law, ConstantLaw) or not numbers.size:
        return np.full(numbers.size, law.quantile(0.5))
    first, last = int(numbers[0]), int(numbers[-1])
    known: dict[_Price, tuple[tuple[int, int], NDArray[np.float64]]] = run.kept.setdefault("prices", {})
    of, prices = known.get(price, (None, None))
    if of != (first, last) or prices is None:  # two questions are sent each block
        draws = Draws(int(run.manifest["seed"]), first, last - first + 1)
        prices = _quantiles(law, draws.first_of_each(price.stream)[numbers - first])
        known[price] = (first, last), prices
    return prices


def _quantiles(law: Law, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `law.quantile` of each share, to the last bit; of a tabulated law all at once."""
    import numpy as np

    if not isinstance(law, TabulatedLaw):
        return np.array([law.quantile(share) for share in shares.tolist()])
    quantiles = np.array(law.quantiles)
    place = shares * (quantiles.size - 1)
    below = np.minimum(place.astype(np.int64), quantiles.size - 2)
    low, high = quantiles[below], quantiles[below + 1]
    found: NDArray[np.float64] = low + (high - low) * (place - below)
    return found
