"""What Python users get of a run: its tables as pandas, its figures as matplotlib."""

from __future__ import annotations

import datetime as dt
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

    from sim.results.assurance import Assured
    from sim.studies.intervals import Estimate


class Result(Run):
    """A stored run with its tables and figures; each table is computed once, when first asked for.

    ::

        result = sim.run("scenarios/tutorial.yaml", replications=1000)
        result.targets()                     # one row a target: level, probability held and reached, intervals
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

    def summary(self) -> pd.DataFrame:
        """Return the main numbers with their intervals: measure, item, date, value, low, high."""
        from sim.results.summary import summary_table

        return summary_table(self)

    def levels(self, by: str | None = None, every: int = 1) -> pd.DataFrame:
        """Return troops at the end of each day (or of every so many): date, quantiles, mean.

        `by` splits them: contributor, contingent, role, sector, force or stage. Undivided it is the headline force.
        UsageError for another `by`.
        """
        if by is None and every == 1:
            return self.tables.fan
        from sim.results.levels import level_table

        return level_table(self, by, every)

    def targets(self) -> pd.DataFrame:
        """Return level and probability of each target at its date."""
        return self.tables.targets

    def flow_in(self) -> pd.DataFrame:
        """Return chance, troops and dates of arrival, by contributor."""
        return self.tables.flow_in

    def causes(self) -> pd.DataFrame:
        """Return troop-days by what holds pledged troops back."""
        return self.tables.binding

    def departures(self) -> pd.DataFrame:
        """Return who leaves: chance and first date, by contributor."""
        return self.tables.departures

    def chance(self, rule: str, date: str | dt.date) -> Estimate:
        """Return the share of worlds in which a rule holds at the end of a day, with its interval.

        ::

            run.chance("deployed(indonesia) >= 500", "2026-12-31")

        RuleError for what is no rule, UsageError for a day outside the run.
        """
        from sim.results.applicability import applies
        from sim.results.statistics import wilson
        from sim.rules import parse
        from sim.studies.intervals import Estimate

        day = self._day(date)
        hits = int(applies(self, [(parse(rule), day)])[0].sum())
        return Estimate(hits / self.replications, *wilson(hits, self.replications))

    def count_on(self, chance: float, date: str | dt.date) -> Assured:
        """Return how many troops of the headline force are there with that chance at the end of a day."""
        from sim.results.assurance import count_on

        return count_on(self.tables.levels, chance, self._day(date))

    def _day(self, date: str | dt.date) -> dt.date:
        day = dt.date.fromisoformat(date) if isinstance(date, str) else date
        if not self.scenario.start <= day <= self.scenario.end:
            raise UsageError(
                f"{day} is not a day of the run; choose one from {self.scenario.start} to {self.scenario.end}"
            )
        return day

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

    def __repr__(self) -> str:
        seed = self.manifest["seed"]
        return f"<run of “{self.scenario.scenario}”: {self.replications:,} replications, seed {seed}, {self.folder}>"

    def _repr_html_(self) -> str:
        """Return the fan, the targets and the arrivals as a notebook shows them."""
        import base64
        from html import escape

        from sim.report.findings import force_finding
        from sim.report.style import figure_bytes

        head = f"<p><b>{escape(self.scenario.scenario)}</b>, {self.replications:,} replications</p>"
        picture = base64.b64encode(figure_bytes(self.figure(), "png")).decode()
        alternative = escape(force_finding(self.tables), quote=True)
        image = f'<img alt="{alternative}" width="680" src="data:image/png;base64,{picture}">'
        shown = [table for table in (self.targets(), self.flow_in()) if len(table)]
        tables = "".join(table.to_html(index=False, float_format="{:,.3g}".format) for table in shown)
        return head + image + tables
