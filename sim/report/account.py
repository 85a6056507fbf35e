"""One replication as a dated account: what changed, and who moved because of what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.durations import DAY

if TYPE_CHECKING:
    from sim.model.replication import Logs


def account(start: dt.date, logs: Logs) -> Iterator[str]:
    """Yield a line for each change of a fact and each move of troops, in the order in which they happened."""
    entries = [(time, step, 0, f"{fact} = {value:g}") for time, step, fact, value in logs.signals]
    for time, step, contributor, contingent, before, after, troops, cause in logs.transitions:
        move = f"{before} → {after}" if before and after else after or f"{before} → no longer pledged"
        because = f" ({cause})" if cause else ""
        entries.append((time, step, 1, f"{contributor} {contingent}: {troops:,} {move}{because}"))
    for time, step, statement in logs.violations:
        entries.append((time, step, 2, f"broken: {statement}"))
    for time, _, _, text in sorted(entries):
        yield f"{_moment(start, time)}  {text}"


def _moment(start: dt.date, time: int) -> str:
    moment = dt.datetime.combine(start, dt.time()) + dt.timedelta(seconds=time)
    return f"{moment:%Y-%m-%d %H:%M} (day {time / DAY:6.1f})"
