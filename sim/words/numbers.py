"""How numbers are put into words: rounded no further than is true.

Percentages are never "100 %" unless it was all, nor "0 %" unless it was none; "about 4,000" stands for
4,013.27.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any


def whole(value: float) -> str:
    """A number of troops with thousands separators, rounded half up; a dash where there is none."""
    return "–" if math.isnan(value) else f"{math.floor(value + 0.5):,}"


def decimals(value: float, digits: int) -> str:
    """A number to so many decimals, with thousands separators, half away from zero: `0.5`, `−` is the caller's.

    Halves are judged on the number as it is written (0.15, not 0.1499999…), since that is what readers round, and
    without the dust of floating point (57/200 × 100 is 28.5).
    """
    if not math.isfinite(value):
        return f"{value:,.{digits}f}"
    step = Decimal(1).scaleb(-digits)
    return f"{Decimal(repr(round(float(value), 9))).quantize(step, ROUND_HALF_UP):,}"


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
    return f"{half_up(share * 100)} %"


def half_up(value: float) -> int:
    """To a whole number, half up: 28.5 is 29, and so is 57/200 × 100, which falls short of it by dust alone."""
    return math.floor(round(value, 9) + 0.5)


def percentage_span(low: float, high: float) -> str:
    """`10–14`: an interval's ends in percent, rounded outwards so that it never claims too much."""
    if not (math.isfinite(low) and math.isfinite(high)):
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


def weighed_share(share: float, low: float, high: float) -> str:
    """A share of worlds that do not count alike: `12 % (10–14)`, `none (under 0.4 %)`, `all (over 99.6 %)`."""
    if math.isnan(share):
        return "–"
    if share <= 0:
        return f"none (under {_limit(high, math.ceil)} %)"
    if share >= 1:
        return f"all (over {_limit(low, math.floor)} %)"
    return f"{percentage(share)} ({percentage_span(low, high)})"


def _limit(share: float, outwards: Any) -> str:
    """A one-sided limit in percent, with one decimal where whole percents would hide it."""
    percent = share * 100
    if min(percent, 100 - percent) < 5:
        return f"{outwards(percent * 10) / 10:g}"
    return f"{outwards(percent)}"


def counted(number: int, noun: str) -> str:
    """`1 replication`, `1,000 replications`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def measured(amount: str, unit: str) -> str:
    """`1 month` of the unit `months`, `3 months`, `1 EUR`."""
    first, space, rest = unit.partition(" ")
    if amount == "1" and first.islower() and first.endswith("s") and not first.endswith("ss"):
        first = first[:-1]
    return f"{amount} {first}{space}{rest}"


def left_out(failed: int, played: int | None = None) -> str:
    """`3 of 1,000 replications failed and are left out`, without `played` `3 replications …`; nothing of none."""
    if not failed:
        return ""
    those = (
        counted(failed, "replication")
        if played is None
        else f"{failed:,} of {counted(played, 'replication')}"
    )
    return f"{those} failed and {'is' if failed == 1 else 'are'} left out"


def interval_of(low: float, high: float) -> str:
    """`95 % interval 400–1,200`; `95 % interval 600 alone` where both ends read the same."""
    words = span(low, high)
    if words == "–":
        return "too few worlds for a 95 % interval"
    return f"95 % interval {words}{' alone' if whole(low) == whole(high) else ''}"


def alike_in_all(troops: int, worlds: int, otherwise: float, when: str = "") -> str:
    """That all worlds have the same: `nobody on 30 June 2026 in any of 1,000 worlds (at most 0.4 % have some)`.

    `otherwise` is the upper end of the interval of the share of worlds that have another number.
    """
    those, most = counted(worlds, "world"), f"at most {_limit(otherwise, math.ceil)} % have"
    on = f" on {when}" if when else ""
    if troops == 0:
        return f"nobody{on} in any of {those} ({most} some)"
    return f"exactly {troops:,}{on} in each of {those} ({most} another number)"


def doing(number: int, verb: str) -> str:
    """`1 raises`, `2 raise`: how many do something."""
    if number != 1:
        return f"{number:,} {verb}"
    return f"1 {verb}{'es' if verb.endswith(('s', 'sh', 'ch')) else 's'}"


def so_many(troops: int) -> str:
    """`5,000`, before “troops”; one is `any` at all."""
    return f"{troops:,}" if troops != 1 else "any"
