"""How differences are put into words: signs, rounding, and what an interval that covers zero means."""

from __future__ import annotations

import math
from collections.abc import Callable

from sim.words.numbers import about, decimals, half_up, percentage, rounded

MINUS = "\N{MINUS SIGN}"
_TENTH_OF_A_POINT = 0.001


def signed(value: float, digits: int = 0) -> str:
    """`+450`, `−1,200`, `0`, half up in size; a dash where there is none, `never` words are left to the caller."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return f"{'+' if value > 0 else MINUS}∞"
    words = decimals(abs(value), digits)
    if not any(letter in "123456789" for letter in words):
        return words
    return f"{'+' if value > 0 else MINUS}{words}"


def signed_span(low: float, high: float, digits: int = 0) -> str:
    """`+400 to +500`, `−20 to +30`: the ends of an interval, rounded outwards; a dash where there is none."""
    if math.isnan(low) or math.isnan(high):
        return "–"
    first, last = _end(low, digits, math.floor), _end(high, digits, math.ceil)
    return first if first == last else f"{first} to {last}"


def _end(value: float, digits: int, outwards: Callable[[float], int]) -> str:
    """An end of an interval; one below 1 keeps a decimal, so that it does not read as zero."""
    shown = 1 if digits == 0 and 0 < abs(value) < 1 else digits
    scale = 10.0**shown
    return signed(outwards(value * scale) / scale if math.isfinite(value) else value, shown)


def by_percent(share: float) -> str:
    """How much better or worse in percent: `+43 %`, `−13 %`, `0 %`; a dash where there is none."""
    return "–" if math.isnan(share) else f"{signed(share * 100)} %"


def points(share: float) -> str:
    """A difference of probabilities in percentage points: `+3`, `−0.4`, `0`."""
    return signed(share * 100, _point_digits(share))


def points_span(low: float, high: float) -> str:
    """The interval of a difference of probabilities in percentage points, rounded outwards."""
    digits = max(_point_digits(low), _point_digits(high)) if max(abs(low), abs(high)) < 0.02 else 0
    if any(0 < abs(end) < _TENTH_OF_A_POINT for end in (low, high)) and digits:
        digits = 2  # an end just beside zero must not read as zero: whether it is decides what is clear
    return signed_span(without_dust(low * 100), without_dust(high * 100), digits)


def _point_digits(share: float) -> int:
    return 1 if 0 < abs(share) < 0.01 else 0


def without_dust(value: float) -> float:
    """The value without the dust of floating point, so that 3.0000000000004 is not rounded up to 4."""
    return round(value, 9) if math.isfinite(value) else value


def two_figures(value: float, up: bool) -> float:
    """Round to two significant figures, up or down; below 100 to a whole number."""
    if not math.isfinite(value) or value == 0:
        return value
    step = 10.0 ** max(0, math.floor(math.log10(abs(value))) - 1) if abs(value) >= 1 else 1.0
    return (math.ceil if up else math.floor)(without_dust(value / step)) * step


def about_span(low: float, high: float) -> str:
    """`400 to 500`: the ends of an interval of sizes, to two figures, rounded outwards."""
    if math.isnan(low) or math.isnan(high):
        return "–"
    first, last = two_figures(low, up=False), two_figures(high, up=True)
    return f"{_plain(first)} to {_plain(last)}"


def _plain(value: float) -> str:
    return "any number" if math.isinf(value) else decimals(value, 0).replace("-", MINUS)


def change_in_words(
    difference: float,
    low: float,
    high: float,
    verdict: str,
    *,
    more: str = "higher",
    less: str = "lower",
    unit: str = "",
) -> str:
    """`about 450 higher (400 to 500)`, or `unclear (between 20 lower and 30 higher)`."""
    several = f" {unit}" if unit else ""
    one = several.removesuffix("s")
    space = one if rounded(abs(difference)) == 1 else several
    if verdict == "same":
        return "the same in every world"
    if verdict == "unclear":
        below, above = -two_figures(low, up=False), two_figures(high, up=True)
        ends = (
            f"between {_plain(max(0.0, below))}{several} {less} and {_plain(max(0.0, above))}{several} {more}"
        )
        return f"unclear ({ends})"
    if not verdict:
        return "not comparable"
    if difference >= 0:
        return f"{about(difference)}{space} {more} ({about_span(low, high)})"
    return f"{about(-difference)}{space} {less} ({about_span(-high, -low)})"


def chance_in_words(value: float, baseline: float, low: float, high: float, verdict: str) -> str:
    """`45 % instead of 10 % (+35 points, 95 % interval +32 to +40)`; an unclear one says so."""
    if verdict == "same":
        return f"{percentage(value)} in both, the same in every world"
    if not verdict:
        return "not comparable"
    before, after, change, _ = compared_words(baseline, value, value - baseline, low, high, share=True)
    words = f"{after} instead of {before} ({change} points, 95 % interval {points_span(low, high)})"
    return words if verdict != "unclear" else f"unclear: {words}"


def compared_words(
    baseline: float, value: float, difference: float, low: float, high: float, *, share: bool
) -> tuple[str, str, str, str]:
    """Return baseline, value, their difference and its interval as cells that fit each other.

    Whole numbers (percents, for a `share`) as long as the rounded difference is that of the rounded numbers and
    none of them hides what is there; else one decimal in all of them.
    """
    scale = 100.0 if share else 1.0
    ends = (baseline * scale, value * scale, difference * scale)
    if any(math.isnan(end) for end in ends):
        return "–", "–", "–", "–"
    digits = 0 if _fits(*ends) else 1
    unit = " %" if share else ""
    first, second = (_number(end, digits, share) + unit for end in ends[:2])
    span = signed_span(without_dust(low * scale), without_dust(high * scale), digits)
    return first, second, signed(ends[2], digits), span


def points_apart(baseline: float, value: float) -> str:
    """How far two chances lie apart, without a sign: `7 points`.

    With a decimal where the whole percents, as they are shown beside it, would give another number.
    """
    gap = abs(value - baseline) * 100
    if _fits(baseline * 100, value * 100, (value - baseline) * 100):
        return f"{half_up(gap):,} {'point' if half_up(gap) == 1 else 'points'}"
    return f"{half_up(gap * 10) / 10:,.1f} points"


def _fits(baseline: float, value: float, difference: float) -> bool:
    """Whether whole numbers say it: they subtract to the rounded difference, and only nothing reads as nothing."""
    if not all(math.isfinite(each) for each in (baseline, value, difference)):
        return True
    first, second = half_up(baseline), half_up(value)
    said = math.copysign(half_up(abs(difference)), difference)
    hides = any(each != 0 and abs(each) < 0.5 for each in (baseline, value, difference))
    return second - first == said and not hides


def _number(value: float, digits: int, share: bool) -> str:
    """A number; in percent never `100` or `0` unless it was all or none."""
    if math.isinf(value):
        return "never"
    if share and 0 < value < 0.05:
        return "<0.1" if digits else "<1"
    if share and 99.95 <= value < 100:
        return ">99.9" if digits else ">99"
    return f"{half_up(value * 10**digits) / 10**digits:,.{digits}f}"
