"""Weighed answers in lines, beside those as played."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.studies.outcomes import what_counts
from sim.words.dates import short_day
from sim.words.names import printable, proper, readable, within
from sim.words.numbers import span, weighed_share, whole
from sim.words.titles import titles_of

if TYPE_CHECKING:
    from sim.results.run import Run
    from sim.studies.intervals import IntervalEstimate
    from sim.studies.whatif import WeighedNumber, WhatIf, Worlds

_SHARES = ("target_held", "arrival")


def whatif_lines(run: Run, found: WhatIf) -> Iterator[str]:
    """Yield the answers of a run with other numbers, and on how many worlds they rest."""
    yield f"What if {', '.join(printable(each) for each in found.settings)}"
    yield f"Rests on {whole(found.effective)} of {whole(found.worlds)} worlds (weighed, not played)."
    yield ""
    rows = [
        (_title(run, each), _said(each, each.as_run), _said(each, each.weighed)) for each in found.answers
    ]
    wide = [max(len(row[place]) for row in (("", "As run", "What if"), *rows)) for place in range(3)]
    for row in (("", "As run", "What if"), *rows):
        yield f"{row[0]:<{wide[0]}}  {row[1]:<{wide[1]}}  {row[2]}".rstrip()


def left_words(worlds: Worlds) -> str:
    """Say how many worlds were not replayed in time; nothing if all were."""
    if not worlds.left:
        return ""
    whole_run = whole(worlds.run.replications + worlds.left + worlds.spared)
    return f"the time given was up before {whole(worlds.left)} of {whole_run} worlds were replayed"


def spared_words(worlds: Worlds) -> str:
    """Say that the first worlds of a long run stand for all; nothing if all are there."""
    if not worlds.spared:
        return ""
    whole_run = whole(worlds.run.replications + worlds.left + worlds.spared)
    return f"the first {whole(worlds.run.replications + worlds.left)} of {whole_run} worlds stand for all"


def _title(run: Run, answer: WeighedNumber) -> str:
    match answer.measure:
        case "target_held":
            target = run.scenario.targets[answer.item]
            counted = what_counts(run.scenario, target)
            many = whole(target.troops) + (f" {counted}" if counted != "troops" else "")
            return f"{printable(readable(answer.item))}: {many} on {_day(answer)}"
        case "arrival":
            name = titles_of(run.scenario).get(answer.item) or proper(answer.item)
            return f"Troops of {printable(within(name))} arrive"
        case "level_mean":
            return f"Mean force on {_day(answer)}"
        case _:
            return f"Median force on {_day(answer)}"


def _day(answer: WeighedNumber) -> str:
    import datetime as dt

    return short_day(dt.date.fromisoformat(answer.date))


def _said(answer: WeighedNumber, estimate: IntervalEstimate) -> str:
    if answer.measure in _SHARES:
        return weighed_share(estimate.value, estimate.low, estimate.high)
    words, ends = whole(estimate.value), span(estimate.low, estimate.high)
    return words if words == ends else f"{words} ({ends})"
