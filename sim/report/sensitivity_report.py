"""What a sensitivity study leaves in its folder: tables and tornado figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.report.comparison_report import file_name
from sim.report.run_report import KINDS

if TYPE_CHECKING:
    from sim.studies.sensitivity import Sensitivity


def write_sensitivity_outputs(sensitivity: Sensitivity, folder: Path, top: int = 20) -> None:
    """Write the tables and `figures/tornado-*.svg|png`; StoreError if impossible."""
    from sim.batch.files import writing
    from sim.report.figures.tornado import draw_tornado
    from sim.report.style import COLUMN_WIDTH, FULL_WIDTH, write_figure
    from sim.studies.kept_sensitivity import write_sensitivity

    write_sensitivity(sensitivity, folder)
    figures = folder / "figures"
    with writing(figures):
        figures.mkdir(parents=True, exist_ok=True)
        for key in sensitivity.measures:
            name = file_name("-".join(part for part in ("tornado", *key) if part))
            for suffix, width in (("", FULL_WIDTH), ("-column", COLUMN_WIDTH)):
                figure = draw_tornado(sensitivity, width=width, key=key, top=top)
                for kind in KINDS:
                    write_figure(figure, figures / f"{name}{suffix}.{kind}")
