"""How numbers, dates and names are put into words: rounded no further than is true.

Percentages are never "100 %" unless it was all, nor "0 %" unless it was none; "about 4,000" stands for
4,013.27; month names do not depend on the machine's language.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NEVER = "never"


def as_date(value: Any) -> dt.date | None:
    """Read a table's date cell; None for a date that never comes (NaT, NaN, None or the word never)."""
    if value is None or isinstance(value, str | float):
        return None
    if isinstance(value, dt.datetime):
        return None if str(value) == "NaT" else value.date()  # pandas' NaT is a datetime
    if isinstance(value, dt.date):
        return value
    seconds = value.astype("datetime64[s]").item()  # numpy.datetime64
    return None if seconds is None else as_date(seconds)


def day(value: Any) -> str:
    """`30 June 2026`, or `never`."""
    date = as_date(value)
    return NEVER if date is None else f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def short_day(value: Any) -> str:
    """`30 Jun 2026`, or `never`."""
    date = as_date(value)
    return NEVER if date is None else f"{date.day} {MONTHS[date.month - 1][:3]} {date.year}"


def month(value: Any) -> str:
    """`June 2026`, or `never`."""
    date = as_date(value)
    return NEVER if date is None else f"{MONTHS[date.month - 1]} {date.year}"


def short_month(value: Any) -> str:
    """`Jun 2026`, or `never`."""
    date = as_date(value)
    return NEVER if date is None else f"{MONTHS[date.month - 1][:3]} {date.year}"


def whole(value: float) -> str:
    """A number of troops with thousands separators, rounded half up; a dash where there is none."""
    return "–" if math.isnan(value) else f"{math.floor(value + 0.5):,}"


def rounded(value: float) -> int:
    """To two significant figures, half up; numbers below 100 to a whole number."""
    if math.isnan(value):
        return 0
    step = 10 ** max(0, math.floor(math.log10(abs(value))) - 1) if abs(value) >= 1 else 1
    return int(math.floor(value / step + 0.5) * step)


def about(value: float) -> str:
    """`about 4,000` for 4,013.27; `4,000` for 4,000."""
    near = rounded(value)
    return f"{near:,}" if near == value else f"about {near:,}"


def span(low: float, high: float) -> str:
    """`400–1,200`; one number when both ends read the same, a dash where an end is missing or infinite."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "–"
    first, last = whole(low), whole(high)
    return first if first == last else f"{first}–{last}"


def percentage(share: float) -> str:
    """`12 %`; `<1 %` and `>99 %` where rounding would claim none or all; a dash where there is none."""
    if math.isnan(share):
        return "–"
    if 0 < share < 0.005:
        return "<1 %"
    if 0.995 <= share < 1:
        return ">99 %"
    return f"{math.floor(share * 100 + 0.5)} %"


def percentage_span(low: float, high: float) -> str:
    """`10–14`: an interval's ends in percent, rounded outwards so that it never claims too much."""
    if math.isnan(low) or math.isnan(high):
        return "–"
    first, last = math.floor(low * 100 + 1e-9), math.ceil(high * 100 - 1e-9)
    return f"{first}–{last}"


def count_of(share: float, trials: int) -> str:
    """A share as a part of all replications: `none of 1,000`, `all of 1,000`, else `12 %`."""
    successes = round(share * trials) if trials and not math.isnan(share) else 0
    if successes == 0:
        return f"none of {trials:,}"
    return f"all of {trials:,}" if successes == trials else percentage(share)


def chance(share: float, low: float, high: float, trials: int) -> str:
    """A probability with its interval: `12 % (10–14)`, `none of 1,000 (under 0.4 %)`."""
    if math.isnan(share):
        return "–"
    words = count_of(share, trials)
    if words.startswith("none"):
        return f"{words} (under {_limit(high, math.ceil)} %)"
    if words.startswith("all"):
        return f"{words} (over {_limit(low, math.floor)} %)"
    return f"{words} ({percentage_span(low, high)})"


def _limit(share: float, outwards: Any) -> str:
    """A one-sided limit in percent, with one decimal where whole percents would hide it."""
    percent = share * 100
    if min(percent, 100 - percent) < 5:
        return f"{outwards(percent * 10) / 10:g}"
    return f"{outwards(percent)}"


def printable(text: str) -> str:
    """The text without characters that steer a terminal or break a line of a figure."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def counted(number: int, noun: str) -> str:
    """`1 replication`, `1,000 replications`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def readable(identifier: str) -> str:
    """An identifier of a file as words: `israel_held` becomes `Israel held`."""
    words = identifier.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def proper(identifier: str) -> str:
    """An identifier of a state or party as its name: `united_states` becomes `United States`."""
    words = identifier.replace("_", " ").split()
    small = {"of", "and", "the"}
    return " ".join(
        word if place and word in small else capitalised(word) for place, word in enumerate(words)
    )


def agreeing(name: str, verb: str) -> str:
    """`Israel consents`, but `Egypt, Qatar and Jordan consent`: the verb that agrees with a party's name."""
    several = ", " in name and " and " in name
    return f"{name} {verb if several else verb + 's'}"


def capitalised(sentence: str) -> str:
    """The sentence with its first letter in upper case."""
    return sentence[:1].upper() + sentence[1:]
