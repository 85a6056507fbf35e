"""The tables of one run that figures and the terminal read, each computed once, when first asked for.

Contributors that nobody can name yet are one row where they are more than `sim.scenario.unnamed.MOST_APART`; files
of comma-separated values and the tables of `sim.results` have a row each.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.words.names import printable, proper, readable
from sim.words.numbers import left_out

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

    import pandas as pd

    from sim.results.coverage import Coverage
    from sim.results.levels import Levels
    from sim.results.reading import Question
    from sim.results.run import Run
    from sim.results.selection import Selection
    from sim.scenario.scenario import Scenario
    from sim.studies.contradictions import Contradiction
    from sim.studies.overdue import Overdue

FAN_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class Tables:
    """A run's tables. Every figure takes a `Run` or this; pass this where several are drawn."""

    def __init__(
        self, run: Run, shades: Callable[[], Mapping[str, str]] | None = None, *, drawn: bool = True
    ) -> None:
        """`shades` tells the colours of causes where a report shows the run beside others.

        Unless it is `drawn`, what only figures need is not read with the rest.
        """
        self._drawn = drawn
        self.run = run
        self._shades = shades
        self._levels: dict[Selection, Levels] = {}

    @property
    def scenario(self) -> Scenario:
        """What was played."""
        return self.run.scenario

    def read_at_once(self, further: Iterable[tuple[Hashable, Question]] = ()) -> None:
        """Read what all tables and `further` questions need, of a run that does not stay in memory, in one pass."""
        from sim.results.at_once import read_at_once

        read_at_once(self.run, further, figures=self._drawn)

    @cached_property
    def overdue(self) -> tuple[Overdue, ...]:
        """What most worlds would have seen by `as_of`, and history does not record."""
        from sim.studies.kept_overdue import overdue_in
        from sim.studies.overdue import FEW_WORLDS, WORLDS

        return overdue_in(self.run, min(WORLDS, max(FEW_WORLDS, self.replications)))

    @cached_property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Which measurements in history contradict each other."""
        from sim.studies.contradictions import contradictions

        return contradictions(self.scenario)

    @property
    def title(self) -> str:
        """The scenario's name."""
        return printable(self.scenario.scenario)

    @property
    def replications(self) -> int:
        """How many replications finished."""
        return self.run.replications

    @property
    def failed(self) -> int:
        """How many replications failed, and are left out of every number."""
        return len(self.run.manifest.get("failed", ()))

    @property
    def left_out(self) -> str:
        """What is said beside every number where replications failed; nothing where none did."""
        return left_out(self.failed, self.replications + self.failed)

    @property
    def as_of(self) -> dt.date | None:
        """The date up to which the scenario's world is known, if it says so."""
        return self.scenario.as_of

    @cached_property
    def headline(self) -> Selection:
        """The contingents that the headline counts: military troops where there are any, else everybody."""
        from sim.results.selection import headline

        return headline(self.scenario)

    @property
    def headline_force(self) -> str | None:
        """The force that the headline counts, None for every force."""
        return self.headline.force

    @cached_property
    def levels(self) -> Levels:
        """Daily levels of the headline force."""
        from sim.results.levels import daily_levels

        return daily_levels(self.run, self.headline)

    def levels_of(self, selection: Selection) -> Levels:
        """Daily levels of the selected troops, each selection computed once."""
        if selection == self.headline:
            return self.levels
        if selection not in self._levels:
            from sim.results.levels import daily_levels

            self._levels[selection] = daily_levels(self.run, selection)
        return self._levels[selection]

    @cached_property
    def date(self) -> dt.date:
        """The date that headlines speak of: of the headline force's largest target, else the last day."""
        from sim.studies.questions import headline_date

        return headline_date(self.scenario)

    @cached_property
    def pledged(self) -> float:
        """Median over the worlds of what the headline force has pledged by the end."""
        from sim.results.pledges import pledged
        from sim.results.selection import chosen
        from sim.results.statistics import quantile_of

        return float(quantile_of(pledged(self.run, chosen(self.scenario, self.headline)), 0.5))

    @cached_property
    def funnel(self) -> pd.DataFrame:
        """Mean troops pledged, approved, ready and deployed of the headline force, by date."""
        from sim.results.funnel import funnel_table

        return funnel_table(self.run, self.headline)

    @cached_property
    def fact_chances(self) -> pd.DataFrame:
        """The chance that each fact is so, and each consent given, by date."""
        from sim.results.fact_chances import fact_chances

        return fact_chances(self.run, sums=True)

    @cached_property
    def departures(self) -> pd.DataFrame:
        """Who leaves the theatre: chance, first date and commonest cause, by contributor."""
        from sim.results.departures import departures

        return departures(self.run, sums=True)

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """What people call the scenario's facts, parties, contributors, sectors and trained forces."""
        from sim.words.titles import titles_of

        return titles_of(self.scenario)

    @cached_property
    def costs(self) -> pd.DataFrame:
        """The cost of the force by the date of each target, and by the end."""
        from sim.results.costs import cost_table, stated_dates

        return cost_table(self.run, stated_dates(self.scenario))

    @cached_property
    def cost_curve(self) -> pd.DataFrame:
        """The same every few days."""
        from sim.results.costs import cost_table, curve_dates

        return cost_table(self.run, curve_dates(self.run.dates))

    @cached_property
    def fan(self) -> pd.DataFrame:
        """Daily quantiles of the headline force."""
        from sim.results.levels import fan

        return fan(self.run, selection=self.headline, quantiles=FAN_QUANTILES)

    @cached_property
    def by_contributor(self) -> pd.DataFrame:
        """Levels by contributor, every few days."""
        from sim.results.levels import level_table

        days = (self.scenario.end - self.scenario.start).days
        return level_table(
            self.run, by="contributor", every=max(1, days // 150), selection=self.headline, sums=True
        )

    @cached_property
    def targets(self) -> pd.DataFrame:
        """Levels and probabilities at each target's date."""
        from sim.results.targets import target_table

        return target_table(self.run)

    @cached_property
    def target_curves(self) -> dict[str, pd.DataFrame]:
        """Probability of each target over time, by the target's name."""
        from sim.results.targets import target_curve

        return {str(name): target_curve(self.run, str(name)) for name in self.targets["target"]}

    def trials(self, applies: float) -> int:
        """How many replications a target with that share of applying ones is judged in."""
        return round(applies * self.replications)

    @cached_property
    def first_boots(self) -> dict[str, Any]:
        """When the first troops of the headline force arrive."""
        from sim.results.arrivals import first_boots

        return dict(first_boots(self.run, self.headline))

    @cached_property
    def flow_in(self) -> pd.DataFrame:
        """Chance, troops and dates of arrival by contributor."""
        from sim.results.arrivals import flow_in

        return flow_in(self.run, by="contributor", sums=True)

    @cached_property
    def stage_dates(self) -> pd.DataFrame:
        """When each contingent first enters each stage, in the worlds in which it arrives."""
        from sim.results.arrivals import stage_dates

        return stage_dates(self.run, among_arriving=True, sums=True)

    @cached_property
    def binding(self) -> pd.DataFrame:
        """Troop-days of the headline force by cause."""
        from sim.results.binding import binding_table

        return binding_table(self.run, selection=self.headline, sums=True)

    @cached_property
    def whole_binding(self) -> pd.DataFrame:
        """Troop-days of every force by cause."""
        from sim.results.binding import binding_table
        from sim.results.selection import Selection

        return binding_table(self.run, selection=Selection(), sums=True)

    @cached_property
    def cause_shades(self) -> Mapping[str, str]:
        """The colour of each cause that has one, the same in every figure of a report."""
        from sim.report.causes import cause_shades

        return self._shades() if self._shades else cause_shades([self.binding])

    @cached_property
    def binding_by_contributor(self) -> pd.DataFrame:
        """Troop-days of the headline force by contributor and cause."""
        from sim.results.binding import binding_table

        return binding_table(self.run, "contributor", self.headline, sums=True)

    @cached_property
    def other_bindings(self) -> dict[str, pd.DataFrame]:
        """Troop-days by cause of each force that the headline leaves out, by the force's name."""
        from sim.results.binding import binding_table
        from sim.results.selection import Selection, other_forces

        return {
            force: binding_table(self.run, selection=Selection(force=force), sums=True)
            for force in other_forces(self.scenario)
        }

    @cached_property
    def stack(self) -> pd.DataFrame:
        """Mean troops of the headline force by cause over time."""
        return self.stack_of(self.headline)

    def stack_of(self, selection: Selection) -> pd.DataFrame:
        """Mean troops of the selected contingents by cause over time; `Selection()` means every force."""
        from sim.results.binding import binding_stack

        return binding_stack(self.run, selection, sums=True)

    @cached_property
    def coverage(self) -> Coverage | None:
        """How far requirements are met; None where the scenario states none."""
        if not self.scenario.requirements:
            return None
        from sim.results.coverage import coverage

        return coverage(self.run)

    @cached_property
    def pledges(self) -> dict[str, float]:
        """Median pledge by contributor."""
        flow = self.flow_in
        return dict(zip(map(str, flow["contributor"]), map(float, flow["pledged"]), strict=True))

    def contributor_name(self, identifier: str) -> str:
        """A contributor's (or trained force's) name as readers know it."""
        scenario = self.scenario
        known = scenario.contributors.get(identifier) or scenario.trained_forces.get(identifier)
        return printable((known.name if known else None) or self.titles.get(identifier) or proper(identifier))

    def contingent_name(self, contributor: str, contingent: str) -> str:
        """A contingent's name with its contributor's; the contributor's alone where it sends only one."""
        sender = self.scenario.contributors.get(contributor)
        if contributor in self.titles and sender is None:
            sender = self.scenario.unnamed
        if sender is None or len(sender.contingents) < 2:
            return self.contributor_name(contributor)
        known = sender.contingents.get(contingent)
        own = (known.name if known else None) or readable(contingent).lower()
        return f"{self.contributor_name(contributor)}, {printable(own)}"

    def party_name(self, identifier: str) -> str:
        """A party's name as readers know it."""
        party = self.scenario.parties.get(identifier)
        return printable((party.name if party else None) or proper(identifier))


def rows_of(table: pd.DataFrame) -> list[Any]:
    """A table's rows, each cell an attribute by its column's name."""
    return list(table.itertuples(index=False))


def tables_of(run: Run | Tables) -> Tables:
    """The tables of a run, or the tables themselves."""
    return run if isinstance(run, Tables) else Tables(run)
