"""The runs of a sweep in one table: what each was given, and how likely each target is there."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.summary import inert

if TYPE_CHECKING:
    from sim.batch.outcome import RunOutcome
    from sim.report.tables import Tables

_ID_DIGITS = 12


@dataclass(frozen=True, slots=True)
class SweptRun:
    """One run of a sweep: its scenario file's name, the settings that vary, where it is kept."""

    scenario: str
    varied: Mapping[str, str]
    folder: Path


class SweepListing:
    """`DIR/sweeps/<id>/sweep.csv`: one row a run, filled in as the runs are done."""

    def __init__(self, out: Path, runs: Sequence[SweptRun], seed: int) -> None:
        self._out = out
        self._runs = tuple(runs)
        self._seed = seed
        self._found: dict[Path, dict[str, Any]] = {}

    @property
    def path(self) -> Path:
        """Return where the table stands: the same runs in the same order, the same place."""
        named = json.dumps([[run.folder.name, dict(run.varied)] for run in self._runs])
        return self._out / "sweeps" / hashlib.sha256(named.encode()).hexdigest()[:_ID_DIGITS] / "sweep.csv"

    def add(self, outcome: RunOutcome, tables: Tables | None) -> None:
        """Fill in the rows of a run and write the table; StoreError if that is impossible."""
        from sim.batch.files import write_if_new

        row: dict[str, Any] = {
            "replications": outcome.replications,
            "failed": len(outcome.failed),
            "statements_broken": len(outcome.violations),
        }
        if tables is not None:
            for target in tables.targets.itertuples(index=False):
                row[f"held.{target.target}"] = f"{target.held_on:.9g}"
                row[f"reached.{target.target}"] = f"{target.reached_by:.9g}"
        self._found[outcome.folder] = row
        write_if_new(self.path, self.text().encode())

    def text(self) -> str:
        """Return the table as CSV; runs that are not done have empty cells."""
        paths = dict.fromkeys(path for run in self._runs for path in run.varied)
        measures = dict.fromkeys(name for row in self._found.values() for name in row)
        columns = ["scenario", *paths, "seed", *measures, "run"]
        sheet = io.StringIO(newline="")
        writer = csv.DictWriter(sheet, columns, restval="", lineterminator="\n")
        writer.writerow({name: inert(name) for name in columns})
        for run in self._runs:
            known = {
                "scenario": inert(run.scenario),
                **{path: inert(value) for path, value in run.varied.items()},
                "seed": self._seed,
                "run": inert(run.folder.relative_to(self._out).as_posix()),
            }
            writer.writerow({**known, **self._found.get(run.folder, {})})
        return sheet.getvalue()
