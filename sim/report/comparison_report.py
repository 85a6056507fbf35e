"""What a comparison leaves in its folder: tables and figures, the same bytes for the same runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report.comparison_tables import ComparisonTables, comparison_tables_of
from sim.report.run_report import KINDS, Draw

if TYPE_CHECKING:
    from sim.studies.comparison import Comparison

_UNSAFE = re.compile(r"[^\w.-]+")


def write_comparison_outputs(comparison: Comparison | ComparisonTables, folder: Path) -> None:
    """Write the tables and `figures/*.svg|png` of a comparison; StoreError if the folder cannot be written.

    Figures are as wide as a page, those whose names end in `-column` as a column.
    """
    from sim.batch.files import writing
    from sim.report.style import COLUMN_WIDTH, FULL_WIDTH, write_figure
    from sim.studies.keeping import write_comparison

    tables = comparison_tables_of(comparison)
    write_comparison(tables.comparison, folder)
    figures = folder / "figures"
    with writing(figures):
        figures.mkdir(parents=True, exist_ok=True)
        for name, draw in comparison_figures(tables):
            for suffix, width in (("", FULL_WIDTH), ("-column", COLUMN_WIDTH)):
                figure = draw(tables, width=width)
                for kind in KINDS:
                    write_figure(figure, figures / f"{name}{suffix}.{kind}")


def comparison_figures(tables: ComparisonTables) -> Iterator[tuple[str, Draw]]:
    """Yield the name and the drawing function of each figure that the comparison has something for."""
    from sim.report.figures.comparison_binding import draw_comparison_binding
    from sim.report.figures.comparison_fans import draw_comparison_fans
    from sim.report.figures.comparison_targets import draw_comparison_targets
    from sim.report.figures.difference_fans import draw_difference_fans
    from sim.report.figures.effects import draw_contributor_effects, draw_effects
    from sim.report.figures.level_distributions import draw_level_distributions

    yield "fans", draw_comparison_fans
    yield "differences", draw_difference_fans
    yield "distributions", draw_level_distributions
    yield "effects", draw_effects
    yield "binding", draw_comparison_binding
    for place, target in enumerate(moving_targets(tables), 1):
        yield f"target-{place}-{file_name(target)}", partial(draw_comparison_targets, target=target)
    for place, label in enumerate(tables.others, 1):
        yield f"contributors-{place}-{file_name(label)}", partial(draw_contributor_effects, label=label)


def moving_targets(tables: ComparisonTables) -> list[str]:
    """The baseline's targets that some run ever holds in some world."""
    return [
        name
        for name in tables.targets
        if any(
            (curve := tables.curve(label, name)) is not None and float(curve["held"].max()) > 0
            for label in tables.labels
        )
    ]


def file_name(words: str) -> str:
    """A name as part of a file's name, which cannot leave its folder."""
    return _UNSAFE.sub("-", words).strip(".-")[:60] or "unnamed"
