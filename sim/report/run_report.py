"""What a run leaves beside its logs: the summary table and the figures, the same bytes for the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sim.report.tables import Tables, tables_of

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

    from sim.results.run import Run

Draw = Callable[..., "Figure"]
KINDS = ("svg", "png")


def write_run_outputs(run: Run | Tables) -> None:
    """Write `summary.csv`, then `figures/*.svg|png`, into the run's folder, each file by atomic rename.

    Figures are as wide as a page, those whose names end in `-column` as a column. What a scenario does not
    have (targets, requirements) is not drawn. Numbers come first: if drawing fails, they are there. A list with
    checksums, `derived.json`, goes with them. Raises StoreError if the folder cannot be written.
    """
    from sim.batch.derived import list_derived
    from sim.results.summary import write_summary

    tables = tables_of(run)
    folder, manifest = tables.run.folder, tables.run.manifest
    summary = write_summary(tables.run)
    list_derived(folder, manifest, [summary])
    list_derived(folder, manifest, [summary, *write_figures(tables, folder / "figures")])


def write_figures(tables: Tables, folder: Path) -> list[Path]:
    """Draw every figure that the run has something for; returns the files written.

    Raises StoreError if the folder cannot be written.
    """
    from sim.report.style import COLUMN_WIDTH, FULL_WIDTH, write_figure

    written = []
    for name, draw in drawn_figures(tables):
        for suffix, width in (("", FULL_WIDTH), ("-column", COLUMN_WIDTH)):
            figure = draw(tables, width=width)
            for kind in KINDS:
                path = folder / f"{name}{suffix}.{kind}"
                write_figure(figure, path)
                written.append(path)
    return written


def drawn_figures(tables: Tables) -> Iterator[tuple[str, Draw]]:
    """Yield the name and the drawing function of each figure that the run has something for."""
    from sim.report.figures.arrivals import draw_arrivals
    from sim.report.figures.binding_stack import draw_binding_stack
    from sim.report.figures.fan import draw_fan
    from sim.report.figures.gantt import draw_gantt
    from sim.report.figures.matrix import draw_matrix
    from sim.report.figures.target_probability import draw_target_probability

    yield "fan", draw_fan
    if tables.scenario.targets:
        yield "target_probability", draw_target_probability
    if tables.scenario.contributors or tables.scenario.trained_forces:
        yield "binding_stack", draw_binding_stack
        yield "arrivals", draw_arrivals
        yield "gantt", draw_gantt
    if tables.scenario.requirements:
        yield "matrix", draw_matrix
