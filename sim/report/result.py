"""What Python users get of a run: its tables as pandas, its figures as matplotlib."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sim.errors import UsageError
from sim.report.figures.registry import run_exhibits
from sim.report.tables import Tables
from sim.results.run import Run, open_run

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Result(Run):
    """A stored run with its tables and figures; each table is computed once, when first asked for.

    ::

        result = sim.run("scenarios/tutorial.yaml", replications=1000)
        result.targets                       # one row a target: level, probability held and reached, intervals
        result.figure("fan").savefig("fan.svg")
    """

    @classmethod
    def open(cls, folder: Path) -> Result:
        """Open a stored run; StoreError if the folder holds none."""
        run = open_run(folder)
        return cls(run.folder, run.scenario, run.manifest)

    @cached_property
    def tables(self) -> Tables:
        """Every table that reports read."""
        return Tables(self)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """The main numbers with their intervals: measure, item, date, value, low, high."""
        from sim.results.summary import summary_table

        return summary_table(self)

    @property
    def levels(self) -> pd.DataFrame:
        """The headline force at the end of each day: date, quantiles, mean."""
        return self.tables.fan

    @property
    def targets(self) -> pd.DataFrame:
        """Level and probability of each target at its date."""
        return self.tables.targets

    @property
    def flow_in(self) -> pd.DataFrame:
        """Chance, troops and dates of arrival, by contributor."""
        return self.tables.flow_in

    @property
    def causes(self) -> pd.DataFrame:
        """Troop-days by what holds pledged troops back."""
        return self.tables.binding

    @property
    def figure_names(self) -> tuple[str, ...]:
        """The figures that this run has something for."""
        return tuple(exhibit.name for exhibit in run_exhibits(self.tables))

    def figure(self, name: str = "fan", axes: Axes | None = None) -> Figure:
        """Draw a figure by name, in a figure of its own or into the given axes.

        Raises UsageError for a name that is not in `figure_names`.
        """
        for exhibit in run_exhibits(self.tables):
            if exhibit.name == name:
                return exhibit.draw(self.tables, axes)
        raise UsageError(f"there is no figure '{name}'; choose one of {', '.join(self.figure_names)}")

    def _repr_html_(self) -> str:
        """Return the targets and arrivals as a notebook shows them."""
        from html import escape

        head = f"<p><b>{escape(self.scenario.scenario)}</b>, {self.replications:,} replications</p>"
        shown = [table for table in (self.targets, self.flow_in) if len(table)]
        return head + "".join(table.to_html(index=False, float_format="{:,.3g}".format) for table in shown)
