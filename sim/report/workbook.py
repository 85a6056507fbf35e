"""The tables of a run or of a stored comparison, as the sheets of a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import StoreError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.run import Run


def sheets_of(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the tables of a run's folder, or of a comparison's, by the sheet's name.

    Raises UsageError if the folder is neither, StoreError if it cannot be read.
    """
    if (folder / "manifest.json").exists():
        from sim.results.run import open_run

        return run_sheets(open_run(folder))
    if (folder / "comparison.csv").exists():
        return _comparison_sheets(folder)
    raise UsageError(
        f"{folder} is neither a run nor a comparison; name a folder that `isf run` or `isf compare` printed"
    )


def run_sheets(run: Run) -> dict[str, pd.DataFrame]:
    """Return the tables of a run: what it is, summary, levels, targets, arrivals, causes, requirements."""
    import pandas as pd

    from sim.report.tables import Tables
    from sim.results.levels import level_table
    from sim.results.summary import summary_table

    tables = Tables(run)
    about = {
        "scenario": tables.title,
        "start": run.scenario.start,
        "as of": run.scenario.as_of,
        "end": run.scenario.end,
        "replications": run.replications,
        "seed": run.manifest["seed"],
        "digest": run.manifest["digest"],
    }
    sheets = {
        "about": pd.DataFrame({"what": list(about), "value": list(about.values())}, dtype=object),
        "summary": summary_table(run),
        "levels": level_table(run, every=7),
        "levels by contributor": level_table(run, by="contributor", every=30),
        "targets": tables.targets,
        "flow-in": tables.flow_in,
        "stages": tables.stage_dates,
        "causes": tables.binding,
    }
    if tables.coverage is not None:
        sheets |= {"requirements": tables.coverage.lines, "shortfalls": tables.coverage.shortfall}
    return sheets


def _comparison_sheets(folder: Path) -> dict[str, pd.DataFrame]:
    import pandas as pd

    sheets = {}
    for path in sorted(folder.glob("*.csv")):
        try:
            sheets[path.stem] = pd.read_csv(path, keep_default_na=False, na_values=[""])
        except (OSError, ValueError) as fault:
            raise StoreError(f"{path} cannot be read ({fault}); make the comparison again") from None
    return sheets
