"""The tables of a comparison that figures and words read, each computed once, when first asked for."""

from __future__ import annotations

import datetime as dt
import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.report.shades import BASELINE_SHADE, SCENARIO_SHADES
from sim.report.tables import Tables, rows_of
from sim.words.dates import short_day
from sim.words.names import printable

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    import pandas as pd

    from sim.results.reading import Question
    from sim.results.run import Run
    from sim.scenario.aims import Target
    from sim.studies.comparison import Comparison


class ComparisonTables:
    """A comparison's tables. Every figure takes a `Comparison` or this; pass this where several are drawn."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self._tables: dict[str, Tables] = {}
        self._differences: dict[str, pd.DataFrame] = {}
        self._curves: dict[tuple[str, str], pd.DataFrame | None] = {}

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, the baseline first."""
        return self.comparison.labels

    @property
    def others(self) -> tuple[str, ...]:
        """The labels that are compared with the baseline."""
        return self.comparison.others

    @property
    def baseline(self) -> Tables:
        """The baseline's own tables."""
        return self.of(self.comparison.baseline)

    @property
    def replications(self) -> int:
        """How many replications the smallest of the runs has."""
        return min(run.replications for run in self.comparison.runs.values())

    def of(self, label: str) -> Tables:
        """The tables of one run."""
        if label not in self._tables:
            self._tables[label] = Tables(self.comparison.runs[label], lambda: self.cause_shades)
        return self._tables[label]

    def titles(self, label: str) -> dict[str, str]:
        """What people call the names of a scenario and of the baseline, of which a cause may be the other's."""
        return {**self.baseline.titles, **self.of(label).titles}

    def name(self, label: str) -> str:
        """A label as a figure shows it."""
        return printable(label.replace("_", " "))

    @cached_property
    def shades(self) -> dict[str, str]:
        """One colour a scenario, the same in every figure."""
        own = {
            label: SCENARIO_SHADES[place % len(SCENARIO_SHADES)] for place, label in enumerate(self.others)
        }
        return {self.comparison.baseline: BASELINE_SHADE, **own}

    @cached_property
    def cause_shades(self) -> Mapping[str, str]:
        """One colour a cause, the same in the figures of the comparison and of every scenario in it."""
        from sim.report.causes import cause_shades

        own = [self.of(label) for label in self.labels]
        return cause_shades([*(each.binding for each in own), *(each.whole_binding for each in own)])

    @cached_property
    def pledges(self) -> dict[str, float]:
        """The largest median pledge of each contributor in any of the runs, by which colours are given."""
        pledges: dict[str, float] = {}
        for label in self.labels:
            for name, troops in self.of(label).pledges.items():
                pledges[name] = max(pledges.get(name, 0.0), troops)
        return pledges

    @property
    def force(self) -> str:
        """What the headline force is called: `military troops`."""
        force = self.baseline.headline_force
        return f"{force} troops" if force else "troops"

    @cached_property
    def start(self) -> dt.date:
        """The first day of any run."""
        return min(run.scenario.start for run in self.comparison.runs.values())

    @cached_property
    def end(self) -> dt.date:
        """The last day of any run."""
        return max(run.scenario.end for run in self.comparison.runs.values())

    @cached_property
    def date(self) -> dt.date:
        """The date on which levels are compared: of the baseline's largest target, else the common end."""
        from sim.studies.questions import headline_date

        end = min(run.scenario.end for run in self.comparison.runs.values())
        return min(headline_date(self.baseline.scenario), end)

    @cached_property
    def targets(self) -> Mapping[str, Target]:
        """The targets by which every run is judged in figures: the baseline's, by date and troops."""
        stated = self.baseline.scenario.targets
        return {name: stated[name] for name in sorted(stated, key=lambda key: (stated[key].by, key))}

    def difference(self, label: str) -> pd.DataFrame:
        """The daily difference of a scenario's force level from the baseline's."""
        from sim.studies.daily import difference_fan

        if label not in self._differences:
            baseline = self.comparison.runs[self.comparison.baseline]
            self._differences[label] = difference_fan(self.comparison.runs[label], baseline)
        return self._differences[label]

    def curve(self, label: str, target: str) -> pd.DataFrame | None:
        """The probability of a target of the baseline by day; None where a run cannot be judged by it."""
        from sim.results.targets import target_curve
        from sim.studies.questions import can_be_judged
        from sim.studies.views import with_targets

        if (label, target) not in self._curves:
            run: Run = self.comparison.runs[label]
            stated = self.targets[target]
            known = can_be_judged(stated.when, run.scenario)
            curve = target_curve(with_targets(run, {target: stated}), target) if known else None
            empty = curve is None or curve["held"].isna().all()
            self._curves[label, target] = None if empty else curve
        return self._curves[label, target]

    @cached_property
    def moving_targets(self) -> tuple[str, ...]:
        """The baseline's targets that some run ever holds in some world."""
        return tuple(
            name
            for name in self.targets
            if any(
                (curve := self.curve(label, name)) is not None and float(curve["held"].max()) > 0
                for label in self.labels
            )
        )

    def effects(self, measure: str, item: str | None = None, date: dt.date | None = None) -> list[Any]:
        """The rows of a measure, one a scenario (in their order) and item, as attributes."""
        table = self.comparison.rows(measure)
        chosen = table["scenario"] != self.comparison.baseline
        if item is not None:
            chosen &= table["item"] == item
        if date is not None:
            chosen &= table["date"] == date.isoformat()
        return rows_of(table[chosen])

    @property
    def worlds(self) -> str:
        """How the scenarios are paired, in words."""
        pairings = self.comparison.pairings
        if pairings["paired"].all():
            counts = sorted(set(pairings["worlds"]))
            words = f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}"
            return f"the same {words} worlds each"
        if not pairings["paired"].any():
            return "independent samples"
        return "the same worlds, but independent samples where a scenario has others"

    def narrowing(self, label: str) -> float:
        """How many times narrower the same worlds make a scenario's interval of the mean force.

        It is the median over dates, NaN for independent samples and where nothing differs.
        """
        known = self.comparison.rows("level_mean", label)["narrowing"].dropna()
        return float(known.median()) if len(known) else math.nan

    @property
    def source(self) -> str:
        """The source line of a figure."""
        seeds = sorted({str(run.manifest["seed"]) for run in self.comparison.runs.values()})
        words = "seed" if len(seeds) == 1 else "seeds"
        return f"Source: ISF simulator, comparison {self.comparison.id}, {words} {', '.join(seeds)}."

    def subtitle(self, measure: str) -> str:
        """A figure's subtitle: what is shown, against what, and how the worlds are paired."""
        parts = [measure, f"baseline: {self.name(self.comparison.baseline)}", self.worlds, *self.left_out]
        return " · ".join(parts)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What is said of each run of which replications failed: `larger: 3 of 1,000 replications failed …`."""
        own = {label: self.of(label).left_out for label in self.labels}
        return tuple(f"{self.name(label)}: {words}" for label, words in own.items() if words)

    @property
    def day(self) -> str:
        """`31 Dec 2027`: the date of `date`."""
        return short_day(self.date)


def asked_in_comparison(run: Run, baseline: Run) -> Iterator[tuple[Hashable, Question]]:
    """Yield what words and figures of a comparison ask of a run beside what is measured, with keys."""
    from sim.results.applicability import rule_questions
    from sim.results.binding import binding_question
    from sim.results.changes import stage_question
    from sim.results.pledges import pledge_question
    from sim.results.selection import Selection, headline
    from sim.studies.questions import can_be_judged

    yield stage_question(run, ("deployed",))
    yield pledge_question(run)
    for selection in (headline(run.scenario), Selection()):
        yield binding_question(run, selection, sums=True)
    rules = (target.when for target in baseline.scenario.targets.values())
    yield from rule_questions(run, (rule for rule in rules if can_be_judged(rule, run.scenario)))


def comparison_tables_of(comparison: Comparison | ComparisonTables) -> ComparisonTables:
    """The tables of a comparison, or the tables themselves."""
    return comparison if isinstance(comparison, ComparisonTables) else ComparisonTables(comparison)
