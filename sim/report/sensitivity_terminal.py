"""A sensitivity study on the terminal: the conclusion, what it hangs on, and a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.report.console import print_table, say
from sim.report.sensitivity_findings import (
    assumption_words,
    measure_words,
    number_words,
    sensitivity_findings,
    setting_words,
    title_of,
    unclear_words,
)
from sim.report.tables import rows_of
from sim.words.differences import signed, signed_span
from sim.words.names import capitalised, printable
from sim.words.numbers import counted

if TYPE_CHECKING:
    from rich.console import Console

    from sim.studies.samples import Key
    from sim.studies.sensitivity import Cost, Sensitivity

_WIDE = 100


def cost_words(cost: Cost) -> str:
    """What a study will take: runs, replications, and about how long."""
    runs = (
        f"{counted(cost.assumptions, 'assumption')}: {cost.runs:,} runs of {cost.replications:,} replications"
    )
    if math.isnan(cost.seconds):
        return f"{runs}; what is kept already is not played again"
    return f"{runs}, about {_duration(cost.seconds)}; what is kept already is not played again"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return counted(max(1, round(seconds)), "second")
    minutes = seconds / 60
    return counted(round(minutes), "minute") if minutes < 90 else counted(round(minutes / 60), "hour")


def print_sensitivity(sensitivity: Sensitivity, console: Console, top: int = 20) -> None:
    """Print for each measure the conclusion in words and the assumptions with the widest reach."""
    say(console, title_of(sensitivity), "bold")
    worlds = counted(sensitivity.replications, "replication")
    say(console, f"Each assumption moved alone, {worlds} on the same worlds, seed {sensitivity.seed}", "dim")
    for key in sensitivity.measures:
        say(console, "")
        say(console, " ".join(sensitivity_findings(sensitivity, key)))
        _table(sensitivity, key, console, top)
    if len(sensitivity.unmoved):
        say(
            console,
            f"\nNot moved, since they are no numbers or the questions themselves: "
            f"{counted(len(sensitivity.unmoved), 'assumption')} (unmoved.csv).",
        )
    for row in rows_of(sensitivity.faults):
        say(console, f"{printable(row.assumption)} cannot be {printable(row.setting)}: {printable(row.why)}")


def _table(sensitivity: Sensitivity, key: Key, console: Console, top: int) -> None:
    table = sensitivity.rows(key)
    if table.empty:
        return
    unit = str(table["unit"].iloc[0])
    number, share = number_words(unit), unit in {"probability", "share"}
    rows = []
    for row in rows_of(table.head(top)):
        name = assumption_words(sensitivity.scenario, row.assumption)
        values = f"{setting_words(row.low_setting)} / {setting_words(row.high_setting)}"
        ends = (number(row.low_result), number(row.high_result))
        rows.append((f"{name}\n  {values}", *ends, *_swing(row, share, console)))
    columns = ["Assumption, low / high value", "At low>", "At high>"]
    columns += [f"Difference{' (points)' if share else ''}, 95 % interval>", ""]
    words = capitalised(measure_words(sensitivity.scenario, key))
    title = f"{words}: {number(float(table['baseline'].iloc[0]))}"
    note = f"The {top} with the widest reach of {len(table)}. " if len(table) > top else ""
    note += unclear_words(table)
    print_table(console, title, columns, rows, note=note)


def _swing(row: Any, share: bool, console: Console) -> tuple[str, str]:
    """The result at high less that at low with its interval, and whether it is clear."""
    factor, digits = (100, 1) if share else (1, 0)
    span = signed_span(row.swing_low * factor, row.swing_high * factor, digits)
    between = " " if console.width >= _WIDE else "\n"
    words = f"{signed(row.swing * factor, digits)}{between}({span})"
    return words, "" if row.clear else "unclear"
