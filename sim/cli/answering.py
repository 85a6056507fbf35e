"""Which number of a run a question is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.errors import UsageError

if TYPE_CHECKING:
    import datetime as dt

    from sim.results.run import Run
    from sim.studies.why import Asked


def asked_of(run: Run, target: str | None, by: dt.date | None) -> Asked:
    """Return the chance of a target, or the mean force on a day (the last); UsageError for an unknown target."""
    from sim.studies.why import Asked
    from sim.words.dates import day
    from sim.words.numbers import so_many

    if target is None:
        date = by or run.scenario.end
        return Asked(f"mean force on {day(date)}", None, date)
    if target not in run.scenario.targets:
        known = ", ".join(run.scenario.targets) or "none"
        raise UsageError(f"the later run has no target '{target}'; it has: {known}")
    found = run.scenario.targets[target]
    if by is not None:
        found = found.model_copy(update={"by": by})
    return Asked(f"chance of {so_many(found.troops)} troops on {day(found.by)}", found, found.by)
