"""A sensitivity study on disk: its tables as CSV, and what else is needed to read it again.

::

    outputs/sensitivity/<scenario>/<run id>/
      sensitivity.csv    one row a measure and assumption
      unmoved.csv        assumptions that are no numbers
      faults.csv         variants that could not be played, if any
      sensitivity.json   replications, seed, how many failed, how many assumptions are left where time was up
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.batch.files import sweep_left, write_if_new
from sim.errors import StoreError
from sim.plain_files import text_of
from sim.studies.keeping import csv_of
from sim.studies.kept_tables import text_table
from sim.studies.samples import Key
from sim.studies.sensitivity import COLUMNS, ENDS, Sensitivity

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.scenario import Scenario

_CONTENTS = "sensitivity.json"
_FORMAT = 2
"""Of format 1 nobody knows how many replications failed."""
_NUMBERS = (
    "baseline",
    *(f"{end}_{name}" for end in ENDS for name in ("result", "difference", "diff_low", "diff_high")),
    "swing",
    "swing_low",
    "swing_high",
    "reach",
)
_COUNTS = tuple(f"{end}_failed" for end in ENDS)


def write_sensitivity(sensitivity: Sensitivity, folder: Path) -> None:
    """Write a study's tables and what `open_sensitivity` needs; StoreError if that is impossible."""
    sweep_left(folder)
    tables = {"sensitivity": sensitivity.table, "unmoved": sensitivity.unmoved}
    if len(sensitivity.faults):
        tables["faults"] = sensitivity.faults
    for name, table in tables.items():
        write_if_new(folder / f"{name}.csv", csv_of(table).encode())
    contents: dict[str, Any] = {
        "format": _FORMAT,
        "measures": [list(key) for key in sensitivity.measures],
        "replications": sensitivity.replications,
        "seed": sensitivity.seed,
        "failed": sensitivity.failed,
        **({"left": sensitivity.left} if sensitivity.left else {}),
    }
    write_if_new(folder / _CONTENTS, (json.dumps(contents, indent=1, ensure_ascii=False) + "\n").encode())


def open_sensitivity(folder: Path, scenario: Scenario) -> Sensitivity:
    """Read a kept study of that scenario; StoreError if the folder holds none."""
    try:
        contents: Any = json.loads(text_of(folder / _CONTENTS))
        if contents["format"] != _FORMAT:
            raise ValueError(f"format {contents['format']}, while this simulator reads format {_FORMAT}")
        table = text_table(folder / "sensitivity.csv")
        if list(table.columns) != list(COLUMNS):
            raise ValueError("sensitivity.csv has other columns")
        for name in _NUMBERS:
            table[name] = [float(cell) if cell else math.nan for cell in table[name]]
        for name in _COUNTS:
            table[name] = [int(cell) for cell in table[name]]
        table["clear"] = table["clear"] == "True"
        faults = folder / "faults.csv"
        return Sensitivity(
            scenario=scenario,
            replications=int(contents["replications"]),
            seed=int(contents["seed"]),
            measures=tuple(Key(*map(str, key)) for key in contents["measures"]),
            table=table,
            unmoved=text_table(folder / "unmoved.csv"),
            faults=text_table(faults) if faults.exists() else _no_faults(),
            failed=int(contents["failed"]),
            left=int(contents.get("left", 0)),
        )
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StoreError(
            f"{folder} is not a sensitivity study ({' '.join(str(fault).split())}); name a folder that "
            "`isf sensitivity` printed"
        ) from None


def _no_faults() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns=["assumption", "setting", "why"])
