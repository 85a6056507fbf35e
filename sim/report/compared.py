"""A comparison for a script or a notebook: its tables, and its figures one call each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.comparison_tables import ComparisonTables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run
    from sim.studies.comparison import Comparison


class Compared:
    """What `sim.compare` returns; `comparison` is the value behind it.

    `inputs`, `table`, `interactions` and `pairings` are its tables (`sim.studies.comparison.Comparison` says
    what they hold). Each figure method returns a matplotlib Figure, drawn into `axes` if given; keyword
    arguments go to the drawing function: `compared.effects(measure="target_held", item="initial")`.
    """

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    @property
    def runs(self) -> Mapping[str, Run]:
        """The runs by label."""
        return self.comparison.runs

    @property
    def inputs(self) -> pd.DataFrame:
        """What differs in the inputs."""
        return self.comparison.inputs

    @property
    def table(self) -> pd.DataFrame:
        """One row a scenario, measure, item and date."""
        return self.comparison.table

    @property
    def interactions(self) -> pd.DataFrame:
        """Two changes and both together."""
        return self.comparison.interactions

    @property
    def pairings(self) -> pd.DataFrame:
        """How each scenario is paired with the baseline."""
        return self.comparison.pairings

    @cached_property
    def tables(self) -> ComparisonTables:
        """What the figures read; each table is computed once."""
        return ComparisonTables(self.comparison)

    @property
    def findings(self) -> dict[str, list[str]]:
        """What each scenario changes, in sentences."""
        from sim.report.comparison_findings import scenario_findings

        return {label: scenario_findings(self.tables, label) for label in self.tables.others}

    def fans(self, axes: Axes | None = None, **options: Any) -> Figure:
        """Draw each scenario's force level as a fan."""
        from sim.report.figures.comparison_fans import draw_comparison_fans

        return draw_comparison_fans(self.tables, axes, **options)

    def differences(self, axes: Axes | None = None, **options: Any) -> Figure:
        """Draw each scenario's difference from the baseline, day by day."""
        from sim.report.figures.difference_fans import draw_difference_fans

        return draw_difference_fans(self.tables, axes, **options)

    def distributions(self, axes: Axes | None = None, **options: Any) -> Figure:
        """Draw how the force level on one date is spread over the worlds."""
        from sim.report.figures.level_distributions import draw_level_distributions

        return draw_level_distributions(self.tables, axes, **options)

    def targets(self, axes: Axes | None = None, **options: Any) -> Figure:
        """Draw the chance that a target is held, by day."""
        from sim.report.figures.comparison_targets import draw_comparison_targets

        return draw_comparison_targets(self.tables, axes, **options)

    def effects(self, axes: Axes | None = None, **options: Any) -> Figure:
        """Draw the scenarios' effects on one measure, ranked."""
        from sim.report.figures.effects import draw_effects

        return draw_effects(self.tables, axes, **options)

    def contributors(self, label: str, axes: Axes | None = None, **options: Any) -> Figure:
        """Draw what one scenario changes in the troops of each contributor."""
        from sim.report.figures.effects import draw_contributor_effects

        return draw_contributor_effects(self.tables, axes, label=label, **options)

    def binding(self, axes: Axes | None = None, **options: Any) -> Figure:
        """Draw what holds the force back in each scenario."""
        from sim.report.figures.comparison_binding import draw_comparison_binding

        return draw_comparison_binding(self.tables, axes, **options)

    def write(self, folder: str | Path) -> None:
        """Write tables and figures into a folder, as `isf compare` does; StoreError if that is impossible."""
        from sim.report.keeping import write_comparison_outputs

        write_comparison_outputs(self.tables, Path(folder))

    def _repr_html_(self) -> str:
        """Return the findings, inputs and headline differences, as a notebook shows them."""
        from html import escape

        items = [
            f"<li><b>{escape(self.tables.name(label))}</b>: {escape(' '.join(sentences))}</li>"
            for label, sentences in self.findings.items()
        ]
        return f"<ul>{''.join(items)}</ul>{self.comparison._repr_html_()}"
