"""From pledge to boots: how many troops are pledged, approved, ready and deployed, in the mean, by date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.results.changes import stage_changes
from sim.results.dates import date_column
from sim.results.levels import levels_of
from sim.results.selection import Selection, chosen, numbered
from sim.vocabulary import STAGES, Stage

if TYPE_CHECKING:
    import pandas as pd

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

    groups = numbered(chosen(run.scenario, selection))
    columns = {
        name: levels_of(stage_changes(run, stages, groups), run.dates).mean()
        for name, stages in THAT_FAR.items()
    }
    return pd.DataFrame({"date": date_column(run.dates), **columns})
