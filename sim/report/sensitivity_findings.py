"""What a sensitivity study says: the assumptions that a conclusion hangs on, named in words."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sim.report.comparison_findings import target_words
from sim.report.tables import rows_of
from sim.studies.assumptions import PROBABILITIES
from sim.words.assumptions import assumption_words
from sim.words.dates import day
from sim.words.differences import signed
from sim.words.names import capitalised, printable, readable
from sim.words.numbers import about, counted, doing, left_out, percentage, rounded, whole

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.scenario import Scenario
    from sim.studies.samples import Key
    from sim.studies.sensitivity import Cost, Sensitivity

MOST_NAMED = 5
"""So many assumptions a sentence names."""
_WORTH_NAMING = 0.25
"""An assumption is named if its reach is at least this part of the largest."""


def measure_words(scenario: Scenario, key: Key) -> str:
    """A measure within a sentence: `the mean force on 31 December 2027`."""
    on = f" on {day(dt.date.fromisoformat(key.date))}" if key.date else ""
    words = _MEASURES.get(key.measure, f"{readable(key.measure).lower()} {{item}}{{on}}")
    return words.format(item=target_words(key.item), on=on)


_MEASURES: Mapping[str, str] = {
    "level_mean": "the mean force{on}",
    "level_q50": "the median force{on}",
    "target_held": "the chance that “{item}” is held{on}",
    "target_reached": "the chance that “{item}” has been reached{on}",
    "target_day_mean": "the mean days until “{item}” is reached",
    "first_boots": "the chance that any troops arrive",
    "first_boots_day_mean": "the mean days until the first troops arrive",
    "coverage": "the share of the required troop-days that are served ({item})",
}


def size_words(unit: str) -> Callable[[float], str]:
    """How a result in a unit is written."""
    if unit in {"probability", "share"}:
        return percentage
    return (
        (lambda value: f"{about(value)} {'day' if rounded(value) == 1 else 'days'}")
        if unit == "days"
        else about
    )


def number_words(unit: str) -> Callable[[float], str]:
    """How a result in a unit stands in a table or at an axis."""
    if unit in {"probability", "share"}:
        return percentage
    return whole


def difference_words(unit: str) -> Callable[[float], str]:
    """How a difference in a unit stands in a table: percentage points for a probability or share."""
    if unit in {"probability", "share"}:
        return lambda value: signed(100 * value, 1)
    return signed


def hanging(sensitivity: Sensitivity, key: Key) -> list[Any]:
    """The rows of the assumptions that a measure hangs on: clearly, and with a reach worth naming."""
    rows = rows_of(sensitivity.rows(key))
    clear = [row for row in rows if row.clear]
    enough = _WORTH_NAMING * max((row.reach for row in clear), default=0.0)
    return [row for row in clear if row.reach >= enough][:MOST_NAMED]


def sensitivity_finding(sensitivity: Sensitivity, key: Key) -> str:
    """The title of the tornado: the one assumption that matters most."""
    named = hanging(sensitivity, key)
    what = measure_words(sensitivity.scenario, key)
    if not named:
        return f"No single assumption clearly changes {what}"
    words = assumption_words(sensitivity.scenario, named[0].assumption)
    return f"{capitalised(what)} hangs most on {words}"


def sensitivity_findings(sensitivity: Sensitivity, key: Key) -> list[str]:
    """The conclusion, what it hangs on, and how many assumptions change it not clearly."""
    rows = rows_of(sensitivity.rows(key))
    if not rows:
        return []
    what, size = measure_words(sensitivity.scenario, key), size_words(rows[0].unit)
    sentences = [f"{capitalised(what)} is {size(rows[0].baseline)}."]
    named = hanging(sensitivity, key)
    if named:
        parts = [_range(sensitivity, row, size) for row in named]
        sentences.append(f"It hangs on {'; '.join(parts)}.")
    left = [f"{capitalised(left_words(sensitivity))}."] if sensitivity.left else []
    return [*sentences, _counts(sensitivity, rows), *left, *_crossings(sensitivity, rows)]


def _counts(sensitivity: Sensitivity, rows: list[Any]) -> str:
    """How many assumptions change a result clearly, how many not at all, and of how many it is unclear."""
    clear = sum(bool(row.clear) for row in rows)
    idle = sum(row.reach == 0 for row in rows)
    parts = [f"{clear} clearly {'changes' if clear == 1 else 'change'} it"]
    worlds = counted(sensitivity.replications, "world")
    parts += [f"{doing(idle, 'leave')} it exactly as it is in these {worlds}"] if idle else []
    left = len(rows) - clear - idle
    parts += [f"of {left} it is unclear"] if left else []
    words = ", ".join(parts[:-1]) + f" and {parts[-1]}" if len(parts) > 1 else parts[0]
    return f"Of {counted(len(rows), 'assumption')} moved alone, {words}."


def _range(sensitivity: Sensitivity, row: Any, size: Callable[[float], str]) -> str:
    words = assumption_words(sensitivity.scenario, row.assumption)
    low, high = ends_said(row)
    return f"{words} ({size(row.low_result)} at {low}, {size(row.high_result)} at {high})"


def failures_at_ends(sensitivity: Sensitivity, rows: list[Any]) -> str:
    """Say of which ends of the shown assumptions replications failed; nothing if none did.

    Where the end fails in as many as the scenario itself, that is said once, beside the whole.
    """
    failed = [
        (getattr(row, f"{end}_failed"), f"{end} of {assumption_words(sensitivity.scenario, row.assumption)}")
        for row in rows
        for end in ("low", "high")
        if getattr(row, f"{end}_failed") not in {0, sensitivity.failed}
    ]
    if not failed:
        return ""
    most = sorted(failed, key=lambda each: -each[0])
    named = [f"{number:,} at the {where}" for number, where in most[:MOST_NAMED]]
    if len(most) > MOST_NAMED:
        named.append(f"fewer at {counted(len(most) - MOST_NAMED, 'other end')} (sensitivity.csv)")
    return f"Of {sensitivity.replications:,} replications some failed and are left out: {', '.join(named)}."


def failed_words(sensitivity: Sensitivity) -> str:
    """How many replications of the scenario itself failed, as the end of a line; nothing if none did."""
    said = left_out(sensitivity.failed, sensitivity.replications)
    return f"; {said}" if said else ""


_CENTRE = re.compile(r"\{(?:(?:low|p\d+): [^,]+, )?(median|mode|mean|value): ([^,}]+)")
_BETWEEN = re.compile(r"\{p(\d+): ([^,]+), p(\d+): ([^,}]+)")
_SHARE = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)(%?)(?![\d.]| %)")
_PER = re.compile(r"\{chance: ([^,]+), per: ([^,}]+)\}")
_DECIMAL = re.compile(r"\d{1,6}\.\d+")


def unclear_words(table: pd.DataFrame) -> str:
    """Why a difference is called unclear although its own interval may leave out zero; nothing if none is."""
    if bool(table["clear"].all()):
        return ""
    return f"Unclear: it could be chance, since of {len(table)} differences some look clear by chance alone."


def setting_words(setting: str) -> str:
    """A low or high value in a word or two: `median 34 days`, `0.4`; a distribution by its centre.

    To three figures: the ends of a range that nobody measured are not known to five.
    """
    setting = _DECIMAL.sub(lambda number: f"{float(number[0]):.3g}", setting)
    if match := _BETWEEN.match(setting):
        return printable(f"{match[2]} ({match[1]} %) to {match[4]} ({match[3]} %)")
    if match := _PER.match(setting):
        return printable(f"{percents(match[1])} per {match[2]}")
    match = _CENTRE.match(setting)
    if match is None:
        return _parted(printable(setting.removeprefix("{").removesuffix("}")))
    return _parted(printable(match[2] if match[1] == "value" else f"{match[1]} {match[2]}"))


def ends_said(row: Any) -> tuple[str, str]:
    """The low and the high value of an assumption: a probability or share in percent, a number as all others are."""
    share = str(row.assumption).rpartition(".")[2] in PROBABILITIES
    low, high = (setting_words(setting) for setting in (row.low_setting, row.high_setting))
    return (percents(low), percents(high)) if share else (low, high)


_THOUSANDS = re.compile(r"(?<![\d.,-])\d{4,}(?![\d-])")
"""A whole number of four digits or more that is no part of a date or a decimal."""


def _parted(words: str) -> str:
    """`mode 1,500`: numbers within words as all others are written, dates as they are."""
    return _THOUSANDS.sub(lambda found: f"{int(found[0]):,}", words)


def percents(words: str) -> str:
    """Write the numbers of a probability or share, within words, as percentages; those that are some stay so."""
    return _SHARE.sub(lambda found: f"{float(found[1]) * (1 if found[2] else 100):.3g} %", words)


def _crossings(sensitivity: Sensitivity, rows: list[Any]) -> list[str]:
    """For a probability: whether any assumption alone makes the likely unlikely, or the other way round."""
    if rows[0].unit != "probability":
        return []
    likely = rows[0].baseline > 0.5
    crossing = [
        row for row in rows if any((end > 0.5) != likely for end in (row.low_result, row.high_result))
    ]
    word = "less likely than not" if likely else "more likely than not"
    if not crossing:
        return [f"No assumption alone makes it {word}."]
    names = "; ".join(assumption_words(sensitivity.scenario, row.assumption) for row in crossing[:MOST_NAMED])
    more = f", and {len(crossing) - MOST_NAMED} more" if len(crossing) > MOST_NAMED else ""
    return [f"It becomes {word}, in this sample, with any of these alone: {names}{more}."]


def title_of(sensitivity: Sensitivity) -> str:
    """The scenario's name."""
    return printable(sensitivity.scenario.scenario)


def cost_words(cost: Cost) -> str:
    """What a study will take: runs, replications, and about how long."""
    runs = (
        f"{counted(cost.assumptions, 'assumption')}: {cost.runs:,} runs of {cost.replications:,} replications"
    )
    if math.isnan(cost.seconds):
        return f"{runs}; what is kept already is not played again"
    return f"{runs}, about {_duration(cost.seconds)}; what is kept already is not played again"


def left_words(sensitivity: Sensitivity) -> str:
    """How many assumptions were not moved in time."""
    every = counted(sensitivity.assumptions + sensitivity.left, "assumption")
    verb = "was" if sensitivity.left == 1 else "were"
    return f"the time given was up before {sensitivity.left:,} of {every} {verb} moved"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return counted(max(1, round(seconds)), "second")
    minutes = seconds / 60
    return counted(round(minutes), "minute") if minutes < 90 else counted(round(minutes / 60), "hour")
