"""What a run, a comparison or a study leaves in its folder: tables and figures, the same bytes for the same runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.comparison_tables import ComparisonTables, comparison_tables_of
from sim.report.figures.registry import (
    comparison_exhibits,
    packages_exhibits,
    run_exhibits,
    sensitivity_exhibits,
)
from sim.report.pictures import write_figures
from sim.report.tables import Tables, tables_of

if TYPE_CHECKING:
    from pathlib import Path

    from sim.report.answers.packages import Search
    from sim.report.drawing import Draw
    from sim.results.run import Run
    from sim.studies.comparison import Comparison
    from sim.studies.sensitivity import Sensitivity

MOST_BARS = 20
"""A tornado has no more rows than fit on a page."""


def write_run_outputs(run: Run | Tables, draw: Draw | None = None) -> None:
    """Write `summary.csv`, then `figures/*.svg|png`, into the run's folder; StoreError if that is impossible.

    What a scenario does not have (targets, requirements) is not drawn. Numbers come first: if drawing fails, they
    are there. A list with checksums, `derived.json`, goes with them. `draw` draws the figures (see
    `sim.report.drawing`), all of them here without it. What it leaves out stays, if it was made of the same logs;
    of others it is removed.
    """
    from sim.batch.derived import list_derived, standing
    from sim.report.drawing import drawn_by
    from sim.results.summary import write_summary

    tables = tables_of(run)
    tables.read_at_once()
    folder, manifest = tables.run.folder, tables.run.manifest
    figures = set(standing(folder, manifest))
    summary = write_summary(tables.run)
    list_derived(folder, manifest, [summary])
    if draw is None:
        figures.update(write_figures(run_exhibits(tables), tables, folder / "figures"))
    else:
        figures.update(draw(tables))
    drawn = drawn_by("all") if draw is None else draw.drawn
    list_derived(folder, manifest, sorted({summary, *figures}), drawn)


def write_comparison_outputs(comparison: Comparison | ComparisonTables, folder: Path) -> None:
    """Write the tables and `figures/*.svg|png` of a comparison; StoreError if that is impossible."""
    from sim.studies.keeping import write_comparison

    tables = comparison_tables_of(comparison)
    write_comparison(tables.comparison, folder)
    write_figures(comparison_exhibits(tables), tables, folder / "figures")


def write_sensitivity_outputs(sensitivity: Sensitivity, folder: Path, top: int = MOST_BARS) -> None:
    """Write the tables and `figures/tornado-*.svg|png`; StoreError if that is impossible."""
    from sim.studies.kept_sensitivity import write_sensitivity

    write_sensitivity(sensitivity, folder)
    write_figures(sensitivity_exhibits(sensitivity, min(top, MOST_BARS)), sensitivity, folder / "figures")


def write_packages_outputs(search: Search, folder: Path) -> None:
    """Write the tables, `answer.txt` and the frontier of a search; StoreError if that is impossible."""
    import io

    from rich.console import Console

    from sim.batch.files import write_if_new
    from sim.report.printing import print_packages
    from sim.studies.packages.keeping import write_planning

    write_planning(search.planning, folder, search.robustness)
    text = io.StringIO()
    print_packages(search, Console(file=text, width=100, no_color=True))
    write_if_new(folder / "answer.txt", text.getvalue().encode())
    write_figures(packages_exhibits(search), search, folder / "figures")
