"""One stored replication as a history, so that a rule can be read against what happened in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.errors import UsageError
from sim.model.logbook import Logs
from sim.model.past import Past

if TYPE_CHECKING:
    from sim.results.run import Run

_TRANSITIONS = (
    "replication",
    "day",
    "step",
    "contributor",
    "contingent",
    "from_stage",
    "to_stage",
    "troops",
    "cause",
)
_SIGNALS = ("replication", "day", "step", "fact", "value")
_WAITS = ("replication", "day", "step", "contributor", "contingent", "cause", "troops")


def past_of(run: Run, number: int) -> Past:
    """Return what the logs say of replication `number`; UsageError if the run holds none that finished.

    Read a rule against it with `sim.rules.readings.readings`.
    """
    return Past(run.scenario, logs_of(run, number))


def logs_of(run: Run, number: int) -> Logs:
    """Return the stored logs of replication `number`; UsageError if the run holds none that finished.

    A run stores no broken statements, so there are none in them.
    """
    if number not in run.numbers:
        raise UsageError(
            f"{run.folder}: replication {number} is not among the {run.replications:,} that finished; "
            f"numbers run from 0 to {int(run.numbers[-1])}"
        )
    return Logs(
        _rows(run, "transitions", _TRANSITIONS, number),
        _rows(run, "signals", _SIGNALS, number),
        _rows(run, "waits", _WAITS, number),
    )


def _rows(run: Run, log: str, columns: tuple[str, ...], number: int) -> list[tuple]:  # type: ignore[type-arg]
    """Return the rows of one replication as the model left them: whole seconds, plain numbers and words."""
    import pyarrow.compute as pc

    rows = []
    for table in run.blocks(log, columns, holding=number):
        kept = table.filter(pc.equal(table.column("replication"), number))
        if kept.num_rows:
            _, day, *others = (kept.column(name).to_pylist() for name in columns)
            rows += list(zip((round(value * DAY) for value in day), *others, strict=True))
    return rows
