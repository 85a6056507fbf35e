"""Stated numbers in words: a delay by its median, a number of troops by its range, a chance in percent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sim.durations import DAY
from sim.plan.laws import Law, law_of
from sim.scenario.distributions import Drawn, Fixed, Halves, OneOf, Pert, Uniform
from sim.scenario.planned import Planned
from sim.words.dates import short_day
from sim.words.numbers import percentage, whole

_HOUR = 3_600
_FEW = 4
"""So many values of which one is drawn are listed; of more the spread is said."""


def days_said(seconds: float) -> str:
    """Return a length of time in whole days; in hours below two days."""
    if seconds <= 0:
        return "no time"
    if seconds < 2 * DAY:
        hours = max(1, round(seconds / _HOUR))
        return "1 day" if hours == 24 else f"{hours} hour{'s' if hours > 1 else ''}"
    return f"{round(seconds / DAY):,} days"


def median_said(drawn: Drawn) -> str:
    """Return a delay by its median and where eight in ten lie, and what multiplies it."""
    law = law_of(drawn.distribution)
    if isinstance(drawn.distribution, Fixed):
        words = days_said(drawn.distribution.value)
    else:
        words = f"median {days_said(law.quantile(0.5))}, 90 % within {days_said(law.quantile(0.9))}"
    return words + _moved(drawn)


def spread_said(drawn: Drawn) -> str:
    """Return a plain number as it was understood: its median, and where eight in ten lie."""
    law = law_of(drawn.distribution)
    if isinstance(drawn.distribution, Fixed):
        return f"{drawn.distribution.value:g}"
    if choices := _choices(drawn.distribution, lambda value: f"{value:g}"):
        return choices
    return f"median {law.quantile(0.5):.3g}, eight in ten between {law.quantile(0.1):.3g} and {law.quantile(0.9):.3g}"


def date_said(date: dt.date | Planned) -> str:
    """Return a date; of a planned one also by how much it slips."""
    if isinstance(date, Planned):
        return f"{short_day(date.planned)} as planned, slips {median_said(date.slips)}"
    return short_day(date)


def _moved(drawn: Drawn) -> str:
    """Return what multiplies a number or its odds, in words."""
    times, odds = (
        " and ".join(name.replace("_", " ") for name in names) for names in (drawn.times, drawn.odds)
    )
    return (f", times {times}" if times else "") + (f", odds times {odds}" if odds else "")


def troops_said(drawn: Drawn) -> str:
    """Return a number of troops: known, or its median and range."""
    match drawn.distribution:
        case Fixed(value):
            words = whole(value)
        case Pert(low, _, high) | Uniform(low, high):
            words = f"{whole(low)} to {whole(high)} (median {whole(median_of(drawn))})"
        case OneOf() if choices := _choices(drawn.distribution, whole):
            words = choices
        case _:
            law = law_of(drawn.distribution)
            ends = f"{whole(law.quantile(0.1))} to {whole(law.quantile(0.9))}"
            words = f"about {whole(median_of(drawn))} ({ends} in eight of ten)"
    times = " × ".join(name.replace("_", " ") for name in drawn.times)
    return f"{words} × {times}" if times else words


def chance_said(drawn: Drawn) -> str:
    """Return a probability or share: known, or its mean and range."""
    match drawn.distribution:
        case Fixed(value):
            words = percentage(value)
        case Pert(low, _, high) | Uniform(low, high):
            words = f"{percentage(mean_of(drawn))} ({percentage(low)} to {percentage(high)})"
        case Halves():
            law = law_of(drawn.distribution)
            ends = f"{percentage(law.quantile(0.1))} to {percentage(law.quantile(0.9))}"
            words = f"{percentage(mean_of(drawn))} ({ends} in eight of ten)"
        case OneOf() if choices := _choices(drawn.distribution, percentage):
            words = choices
        case _:
            words = percentage(mean_of(drawn))
    return words + _moved(drawn)


def _choices(distribution: object, said: Callable[[float], str]) -> str:
    """Return the few values of which one is drawn: `10 or 20, each as likely`, `3,000 (40 % likely) or …`."""
    if not isinstance(distribution, OneOf) or not 2 <= len(distribution.values) <= _FEW:
        return ""
    values, weights = distribution.values, distribution.weights
    if len(set(weights)) == 1:
        return f"{' or '.join(map(said, values))}, each as likely"
    total = sum(weights)
    return " or ".join(
        f"{said(value)} ({percentage(weight / total)} likely)"
        for value, weight in zip(values, weights, strict=True)
    )


def mean_of(drawn: Drawn) -> float:
    """Return the mean of a stated number, over a thousand quantiles."""
    law: Law = law_of(drawn.distribution)
    return sum(law.quantile((place + 0.5) / 1_000) for place in range(1_000)) / 1_000


def is_zero(drawn: Drawn | None) -> bool:
    """Say whether a delay or number is missing or a known 0."""
    return drawn is None or drawn.distribution == Fixed(0.0)


def is_certain(drawn: Drawn) -> bool:
    """Say whether a probability is a known 1."""
    return drawn.distribution == Fixed(1.0)


def median_of(drawn: Drawn) -> float:
    """Return the median of a stated number."""
    return law_of(drawn.distribution).quantile(0.5)
