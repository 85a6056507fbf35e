"""What a search leaves in its folder: the packages, what each lever adds, and the futures, as CSV.

::

    outputs/plans/<scenario>/<id>/
      packages.csv     one row a package that was raced
      levers.csv       what each lever adds
      futures.csv      with --robust: one row a package and future
      answer.txt       the answer as it is printed
      question.json    what was searched for; `isf report --plan` opens it again
      figures/
      cells/           what was played; the same command again goes on from there
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.batch.files import write_if_new
from sim.studies.keeping import csv_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.studies.packages.planning import Planning
    from sim.studies.packages.robust import Robustness


def write_planning(planning: Planning, folder: Path, robustness: Robustness | None = None) -> None:
    """Write the tables, each whole or not at all; StoreError if that is impossible."""
    tables = {"packages": packages_table(planning), "levers": levers_table(planning)}
    if robustness is not None:
        tables["futures"] = futures_table(robustness)
    for name, table in tables.items():
        write_if_new(folder / f"{name}.csv", csv_of(table).encode())


def packages_table(planning: Planning) -> pd.DataFrame:
    """Return one row a package, by effort.

    Columns: `package` (names joined by ` + `, empty: nothing pulled), `effort` with `effort_q10` and
    `effort_q90`, `unit`; `chance` with `low` and `high` (95 %), `level` (mean on the target's date), `cost`
    (mean by that date), `worlds`; `verdict` (`meets`, `misses`, `open`), `beaten_by`, `too_dear`, `frontier`,
    `answer`.
    """
    import pandas as pd

    frontier = {entry.package for entry in planning.frontier}
    rows = [
        {
            "package": " + ".join(sorted(entry.package)),
            "effort": entry.effort,
            "effort_q10": entry.effort_low,
            "effort_q90": entry.effort_high,
            "unit": planning.deck.unit,
            "chance": entry.chance,
            "low": entry.low,
            "high": entry.high,
            "level": entry.level,
            "cost": entry.cost,
            "worlds": entry.worlds,
            "verdict": entry.verdict,
            "beaten_by": "" if entry.beaten_by is None else " + ".join(sorted(entry.beaten_by)) or "nothing",
            "too_dear": entry.too_dear,
            "frontier": entry.package in frontier,
            "answer": entry == planning.answer,
        }
        for entry in planning.entries
    ]
    return pd.DataFrame(rows)


def levers_table(planning: Planning) -> pd.DataFrame:
    """Return one row a lever: `alone`, `last` and `average` with `_low` and `_high` (95 %), and `worlds`."""
    import pandas as pd

    columns = [
        "lever",
        *(f"{what}{end}" for what in ("alone", "last", "average") for end in ("", "_low", "_high")),
    ]
    rows = [(share.lever, *share.alone, *share.last, *share.average) for share in planning.shares]
    return pd.DataFrame(rows, columns=columns).assign(worlds=planning.shares_worlds)


def futures_table(robustness: Robustness) -> pd.DataFrame:
    """Return one row a package and future: `package`, `path`, `end`, `value`, `chance`, `low`, `high`, `effort`."""
    import pandas as pd

    rows = [
        (
            " + ".join(sorted(trial.package)),
            trial.future.path,
            trial.future.end,
            trial.future.value,
            trial.chance,
            trial.low,
            trial.high,
            trial.effort,
        )
        for trial in robustness.trials
    ]
    return pd.DataFrame(rows, columns=["package", "path", "end", "value", "chance", "low", "high", "effort"])
