"""A comparison on disk: its tables as CSV, and which runs it is of.

::

    outputs/comparisons/<id>/
      comparison.csv     one row a scenario, measure, item and date
      inputs.csv         what differs in the inputs
      interactions.csv   only if there are scenarios with one change, another, and both
      comparison.json    labels, run folders (seen from here) and the baseline; `open_comparison` reads it
      figures/
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.batch.files import sweep_left, write_if_new
from sim.errors import StoreError
from sim.plain_files import text_of
from sim.results.run import open_run
from sim.results.summary import inert
from sim.studies.comparison import Comparison, Further, compare

if TYPE_CHECKING:
    import pandas as pd

_FORMAT = 1
_CONTENTS = "comparison.json"


def csv_of(table: pd.DataFrame) -> str:
    """Return a table as CSV; the same table gives the same bytes.

    Numbers have at most nine significant digits. Text that a spreadsheet would take for a formula is given an
    apostrophe in front.
    """
    shown = table.copy()
    for column in shown.columns:
        if shown[column].dtype == object or str(shown[column].dtype).startswith("str"):
            shown[column] = [inert(cell) if isinstance(cell, str) else cell for cell in shown[column]]
    return str(shown.to_csv(index=False, float_format="%.9g", lineterminator="\n"))


def comparison_folder(out: Path, comparison: Comparison) -> Path:
    """Return where a comparison is kept below the folder of all outputs."""
    return out / "comparisons" / comparison.id


def write_comparison(comparison: Comparison, folder: Path) -> None:
    """Write the tables and what `open_comparison` needs, each whole or not at all, or raise StoreError."""
    sweep_left(folder)
    tables = {"comparison": comparison.table, "inputs": comparison.inputs}
    if len(comparison.interactions):
        tables["interactions"] = comparison.interactions
    for name, table in tables.items():
        write_if_new(folder / f"{name}.csv", csv_of(table).encode())
    runs = {label: os.path.relpath(run.folder, folder) for label, run in comparison.runs.items()}
    triples = comparison.interactions[["first_scenario", "second_scenario", "scenario"]]
    contents = {
        "format": _FORMAT,
        "baseline": comparison.baseline,
        "runs": [[label, Path(path).as_posix()] for label, path in runs.items()],
        "interactions": [list(triple) for triple in triples.drop_duplicates().itertuples(index=False)],
    }
    write_if_new(folder / _CONTENTS, (json.dumps(contents, indent=1, ensure_ascii=False) + "\n").encode())


def open_comparison(folder: Path, further: Further | None = None) -> Comparison:
    """Compare the runs of a kept comparison again, `further` as in `compare`.

    StoreError if it is not one, or a run is gone.
    """
    path = folder / _CONTENTS
    try:
        contents: Any = json.loads(text_of(path))
        if contents["format"] != _FORMAT:
            raise ValueError(f"format {contents['format']}, while this simulator reads format {_FORMAT}")
        runs = {str(label): folder / place for label, place in contents["runs"]}
        baseline, triples = str(contents["baseline"]), [tuple(triple) for triple in contents["interactions"]]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StoreError(
            f"{folder} is not a comparison ({fault}); name a folder that `isf compare` printed"
        ) from None
    return compare({label: open_run(place) for label, place in runs.items()}, baseline, triples, further)
