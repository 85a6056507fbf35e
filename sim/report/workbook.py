"""The tables of a run or of a kept study, as the sheets of a workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from sim.report.blocks import Part
    from sim.report.charts import Chart
    from sim.report.comparison_tables import ComparisonTables
    from sim.report.tables import Tables
    from sim.results.run import Run
    from sim.studies.comparison import Comparison


def sheets_and_charts(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Chart]]:
    """Return the tables of a run's folder, or of a kept study's, by the sheet's name, and its charts by the figure's.

    A comparison whose runs are gone has no charts, nor have other studies. Raises UsageError if the folder is neither,
    StoreError if it cannot be read.
    """
    from sim.report.charts import charts_of
    from sim.report.figures.registry import comparison_exhibits, run_exhibits
    from sim.results.run import folder_of_run, open_run

    folder = folder_of_run(folder)
    if (folder / "manifest.json").exists():
        from sim.report.tables import Tables

        tables = Tables(open_run(folder))
        return run_sheets(tables), charts_of(run_exhibits(tables), tables)
    if any((folder / name).exists() for name in ("comparison.csv", "sensitivity.csv")):
        sheets, compared = _kept_sheets(folder), _compared(folder)
        if compared is None:
            return sheets, {}
        return sheets | comparison_sheets(compared), charts_of(comparison_exhibits(compared), compared)
    raise UsageError(
        f"{folder} is neither a run nor a comparison or sensitivity study; name a folder that `isf run`, "
        "`isf compare` or `isf sensitivity` printed"
    )


def run_sheets(run: Run | Tables) -> dict[str, pd.DataFrame]:
    """Return the tables of a run: what it is, summary, levels, targets, arrivals, causes, requirements."""
    import pandas as pd

    from sim.report.answers.page_one import page_one
    from sim.report.answers.run import run_parts
    from sim.report.tables import tables_of
    from sim.results.levels import level_table
    from sim.results.summary import summary_table

    tables = tables_of(run)
    tables.read_at_once()
    run = tables.run
    summary = summary_table(run)
    dates = [dt.date.fromisoformat(date) if date else None for date in summary["date"]]
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
        "summary": summary.assign(date=pd.Series(dates, dtype=object)),
        "levels": level_table(run, every=7),
        "levels by contributor": level_table(run, by="contributor", every=30, sums=True),
        "targets": tables.targets,
        "flow-in": tables.flow_in,
        "stages": tables.stage_dates,
        "causes": tables.binding,
        "causes by contributor": tables.binding_by_contributor,
    }
    if tables.coverage is not None:
        sheets |= {"requirements": tables.coverage.lines, "shortfalls": tables.coverage.shortfall}
    return sheets | _as_printed((page_one(tables), *run_parts(tables)), tables.title, sheets)


def _as_printed(parts: Iterable[Part], head: str, taken: Iterable[str] = ()) -> dict[str, pd.DataFrame]:
    """The tables as terminal and report print them, a sheet each, for those who paste; `head` is page one's title.

    `taken` are the names of other sheets: Excel takes `requirements` and `Requirements` for one name.
    """
    import pandas as pd

    from sim.report.blocks import JOINED, Sheet

    found: dict[str, pd.DataFrame] = {}
    for part in parts:
        sheets = [block for block in part.blocks if isinstance(block, Sheet) and block.rows]
        for place, sheet in enumerate(sheets, 1):
            rows = [[text.replace(JOINED, " ") for text in row] for row in sheet.texts]
            frame = pd.DataFrame(rows)
            frame.columns = pd.Index([column.heading for column in sheet.columns])
            title = "page one" if part.title == head else _shortened(part.title)
            name = f"{title} {place}" if len(sheets) > 1 or title in found else title
            found[f"{name} as printed" if name.lower() in taken else name] = frame
    return found


_LONGEST = 28
"""So many letters of a title are a sheet's name, which may have 31: a number goes behind it."""


_LEADING_ON = frozenset({"a", "and", "at", "by", "for", "from", "in", "its", "of", "on", "or", "the", "to"})
"""Words with which no name ends."""


def _shortened(title: str) -> str:
    """The title's words that a sheet's name holds: `Probability of each target`."""
    if len(title) <= _LONGEST:
        return title
    words = title[: _LONGEST + 1].split(" ")[:-1]
    while words and words[-1].lower() in _LEADING_ON:
        words.pop()
    return " ".join(words).rstrip(",;:") or title[:_LONGEST]


def _kept_sheets(folder: Path) -> dict[str, pd.DataFrame]:
    from sim.studies.kept_tables import typed_table

    sheets = {}
    for path in sorted(folder.glob("*.csv")):
        try:
            sheets[path.stem] = typed_table(path)
        except (OSError, ValueError) as fault:
            raise StoreError(
                f"{path} cannot be read ({' '.join(str(fault).split())}); give the command that wrote it again"
            ) from None
    return sheets


def _compared(folder: Path) -> ComparisonTables | None:
    """A kept comparison whose runs are still there; None where they are gone, or of another study."""
    from sim.report.comparison_tables import ComparisonTables, asked_in_comparison
    from sim.studies.keeping import open_comparison

    try:
        found = (folder / "comparison.json").exists()
        return ComparisonTables(open_comparison(folder, asked_in_comparison)) if found else None
    except StoreError:
        return None


def comparison_sheets(comparison: Comparison | ComparisonTables) -> dict[str, pd.DataFrame]:
    """Return the tables of a comparison as they are printed, by the sheet's name."""
    from sim.report.answers.comparison import comparison_page_one, comparison_parts
    from sim.report.comparison_tables import comparison_tables_of

    tables = comparison_tables_of(comparison)
    first = comparison_page_one(tables)
    return _as_printed((first, *comparison_parts(tables)), first.title)
