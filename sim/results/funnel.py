"""From pledge to boots: how many troops are pledged, approved, ready and deployed, in the mean, by date."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.results.changes import into_or_out_of
from sim.results.dates import date_column
from sim.results.reading import Reading, kept_answer
from sim.results.selection import Selection, chosen, numbered
from sim.vocabulary import STAGES, Stage

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.results.run import Run

THAT_FAR: dict[str, tuple[Stage, ...]] = {
    "pledged": STAGES,
    "approved": ("preparing", "ready", "moving", "deployed", "withdrawing"),
    "ready": ("ready", "moving", "deployed", "withdrawing"),
    "deployed": ("deployed",),
}
"""Whom each column counts: those who are that far, or further, and have not left."""


def funnel_table(run: Run, selection: Selection) -> pd.DataFrame:
    """Return the mean troops of a selection by date: `date`, `pledged`, `approved`, `ready`, `deployed`."""
    import pandas as pd

    columns = kept_answer(run, *funnel_question(run, selection))
    return pd.DataFrame({"date": date_column(run.dates), **columns})


def funnel_question(
    run: Run, selection: Selection
) -> tuple[Hashable, Callable[[], Reading[Mapping[str, NDArray[np.float64]]]]]:
    """Return what `funnel_table` asks of a run, with its key."""
    counted = frozenset(numbered(chosen(run.scenario, selection)))
    return ("funnel", counted, run.duration), lambda: _means(run, counted)


def _means(run: Run, counted: frozenset[tuple[str, str]]) -> Reading[Mapping[str, NDArray[np.float64]]]:
    """Return the mean at the end of each day, by column: all that is kept of a block is what its days add."""
    import numpy as np

    daily = {name: np.zeros(run.days, dtype=np.int64) for name in THAT_FAR}
    while (block := (yield)) is not None:
        _, summary = block
        moves = summary.moves
        counts = np.array([body in counted for body in summary.bodies] or [False])[moves.body]
        for name, stages in THAT_FAR.items():
            change = moves.troops * into_or_out_of(stages, summary)
            rows = np.flatnonzero((change != 0) & counts)
            np.add.at(daily[name], moves.second[rows] // DAY, change[rows])
    return {name: np.cumsum(changes) / run.replications for name, changes in daily.items()}
