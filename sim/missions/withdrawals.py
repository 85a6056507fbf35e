"""Dated withdrawals: when the cause came, when the decision, when the last soldier was out."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass

from sim.missions.reading import DATA


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One contributor's withdrawal; `out_on` is None where the day is not in the source."""

    case: str
    triggered_on: dt.date
    decided_on: dt.date
    out_on: dt.date | None


def read_withdrawals() -> tuple[Withdrawal, ...]:
    """Return the project's own table of withdrawals."""
    with (DATA / "withdrawals.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Withdrawal(
                row["case"],
                dt.date.fromisoformat(row["triggered_on"]),
                dt.date.fromisoformat(row["decided_on"]),
                dt.date.fromisoformat(row["out_on"]) if row["out_on"] else None,
            )
            for row in csv.DictReader(lines)
        )
