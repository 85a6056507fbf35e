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
    from collections.abc import Hashable, Iterable, Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.assurance import Assured
    from sim.results.reading import Question
    from sim.studies.discovery import Discovery
    from sim.studies.flips import Flips
    from sim.studies.intervals import IntervalEstimate
    from sim.studies.nearest import Nearest
    from sim.studies.outcomes import Outcome
    from sim.studies.signposts import Signposts
    from sim.studies.whatif import WhatIf, Worlds
    from sim.studies.why import Why


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
        from sim.results.arrivals import flow_in

        return flow_in(self)

    def causes(self) -> pd.DataFrame:
        """Return troop-days by what holds pledged troops back."""
        from sim.results.binding import binding_table

        return binding_table(self, selection=self.tables.headline)

    def departures(self) -> pd.DataFrame:
        """Return who leaves: chance and first date, by contributor."""
        from sim.results.departures import departures

        return departures(self)

    def chance(self, rule: str, date: str | dt.date) -> IntervalEstimate:
        """Return the share of worlds in which a rule holds at the end of a day, with its interval.

        ::

            run.chance("deployed(indonesia) >= 500", "2026-12-31")

        What was true before and is so no more does not count; `once …` asks whether it ever was by that day.

        RuleError for what is no rule, UsageError for one that speaks of what the scenario does not have, and for a
        day outside the run.
        """
        from sim.results.applicability import applies
        from sim.results.statistics import wilson
        from sim.rules import parse
        from sim.scenario.rule_texts import complete_rule
        from sim.studies.intervals import IntervalEstimate

        day = self._day(date)
        complete_rule(self.scenario, rule)
        hits = int(applies(self, [(parse(rule), day)])[0].sum())
        return IntervalEstimate(hits / self.replications, *wilson(hits, self.replications))

    def count_on(self, chance: float, date: str | dt.date) -> Assured:
        """Return how many troops of the headline force are there with that chance at the end of a day."""
        from sim.results.assurance import count_on

        return count_on(self.tables.levels, chance, self._day(date))

    def worlds(self) -> pd.DataFrame:
        """Return one row a world: numbers drawn, dates of facts and arrivals, levels, targets held, as `isf worlds`."""
        from sim.results.worlds import worlds_table

        return worlds_table(self)

    def signposts(
        self, target: str | None = None, *, troops: int | None = None, by: str | dt.date | None = None
    ) -> Signposts:
        """Return what to watch for a target, or for so many troops on a day; `.table()` has every event and day.

        ::

            run.signposts("initial").posts[0].earliest

        UsageError for an unknown target or a day outside the run.
        """
        from sim.studies.signposts import asked_for_signposts, signposts

        return signposts(self, self._outcome(target, troops, by, asked_for_signposts(self)))

    def discover(
        self,
        target: str | None = None,
        *,
        misses: bool = True,
        troops: int | None = None,
        by: str | dt.date | None = None,
        numbers: bool = False,
        arrivals: bool = False,
    ) -> Discovery:
        """Return what worlds that miss a target (or make it) share, as boxes in the language of rules.

        `numbers` and `arrivals` let drawn numbers and arrivals be conditions too. UsageError as `signposts`.
        """
        from sim.studies.discovery import asked_for_discovery, discover

        outcome = self._outcome(target, troops, by, asked_for_discovery(self, numbers=numbers))
        return discover(self, outcome, misses=misses, numbers=numbers, arrivals=arrivals)

    def whatif(self, *settings: str, jobs: int = 1) -> WhatIf:
        """Return what the run would answer with other values, each `path=value`; `.table()` has the numbers.

        ::

            run.whatif("facts.mandate_clear.probability=30%").effective

        The first question replays the worlds once, with `jobs` processes. CannotWeighError, a UsageError, with the
        command that plays it, if the stored worlds do not hold the answer; ScenarioError for a wrong value.
        """
        from sim.studies.whatif import whatif

        if not settings:
            raise UsageError("say what to change, for example whatif('facts.mandate_clear.probability=30%')")
        return whatif(self._weighable(jobs), settings)

    def flips(self, target: str, chance: float, *, jobs: int = 1) -> Flips:
        """Return how wrong one must be: the smallest moves that take a target to that chance (0 to 1)."""
        from sim.scenario.loading import load_resolved
        from sim.studies.flips import flips
        from sim.studies.sliders import sliders_of

        if not 0 < chance < 1:
            raise UsageError(f"a chance of {chance:g} is not between 0 and 1")
        sliders = tuple(sliders_of(load_resolved(self.folder / "scenario.yaml")))
        return flips(self._weighable(jobs), self._outcome(target, None, None), chance, sliders)

    def nearest(self, target: str, replication: int | None = None) -> Nearest:
        """Return the smallest changes of a world that missed a target, the first unless numbered, that make it.

        UsageError for an unknown target, and for a world that made it or that the run does not hold.
        """
        from sim.studies.nearest import nearest

        outcome = self._outcome(target, None, None)
        missed = self.numbers[outcome.places[~outcome.holds]].tolist()
        if not missed:
            raise UsageError(f"every world makes target '{target}'")
        return nearest(self, self.scenario.targets[target], missed[0] if replication is None else replication)

    def page(self, out: str | Path, *others: Run, sliders: Sequence[str] = (), jobs: int = 1) -> Path:
        """Write the run as one page to mail, with sliders, and return its path; `others` are shown beside it.

        ::

            run.page("page.html", sliders=["facts.mandate_clear.probability"])

        A slider moves the number at a path; without any they are those that matter most. The first question
        replays the worlds once, with `jobs` processes. UsageError for a path that is no number that can be moved,
        or that the stored worlds cannot be weighed by; StoreError if the file cannot be written.
        """
        from pathlib import Path

        from sim.batch.files import write_named
        from sim.report.page.data import page_data
        from sim.report.page.writing import page_of

        path = Path(out)
        write_named(path, page_of(page_data(self._weighable(jobs), others, sliders)))
        return path

    def why(
        self,
        then: Run,
        target: str | None = None,
        by: str | dt.date | None = None,
        *,
        replications: int | None = None,
        jobs: int = 1,
        out: str | Path | None = None,
    ) -> Why:
        """Return why an answer of this run differs from that of an earlier one, `then`; `.table()` has the parts.

        ::

            run.why(last_week, "initial").table()

        The answer is the chance of a `target` of this run (on the day `by`, if given), else the mean force on that
        day, or on the last. What is played between the two, on so many `replications` of the earlier run's worlds
        (all of them, unless given), is kept in `out`; without it, nowhere. UsageError for an unknown target, or
        runs that cannot be joined edit by edit.
        """
        from pathlib import Path

        from sim.batch.executors import workers_for
        from sim.passing_folders import passing_folder
        from sim.studies.why import asked_of, why

        asked = asked_of(self, target, None if by is None else self._day(by))
        with passing_folder("why") as passing:
            return why(
                then,
                self,
                asked,
                out=Path(passing if out is None else out),
                workers=workers_for(jobs),
                replications=replications,
            )

    def _weighable(self, jobs: int) -> Worlds:
        from sim.batch.executors import workers_for
        from sim.studies.whatif import worlds_of

        if not self._kept_worlds:
            self._kept_worlds.append(worlds_of(self, workers_for(jobs)))
        return self._kept_worlds[0]

    @cached_property
    def _kept_worlds(self) -> list[Worlds]:
        """The worlds with what their course hung on, once somebody has asked for them."""
        return []

    def _outcome(
        self,
        target: str | None,
        troops: int | None,
        by: str | dt.date | None,
        further: Iterable[tuple[Hashable, Question]] = (),
    ) -> Outcome:
        from sim.studies.outcomes import outcome_of

        return outcome_of(self, target, troops, None if by is None else self._day(by), further)

    def _day(self, date: str | dt.date) -> dt.date:
        try:
            day = dt.date.fromisoformat(date) if isinstance(date, str) else date
        except ValueError:
            raise UsageError(f"'{date}' is no date; write it as in '{self.scenario.end}'") from None
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
