"""The first worlds of a stored run as the rows that they left, instead of playing them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.model.logbook import Logs
from sim.results.columns import seconds_of

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.results.run import Run


def first_worlds(run: Run, count: int, seed: int) -> tuple[Logs, ...] | None:
    """Return transitions and signals of replications 0 to `count` − 1.

    None if the run is of another seed, or does not hold all of them: those that failed it does not, nor those
    whose logs are not kept, which are as well played by who asks.
    """
    if int(run.manifest["seed"]) != seed or run.numbers[:count].tolist() != list(range(count)):
        return None
    if not all(record.files for record in run.records.values() if record.span.first < count):
        return None
    worlds = tuple(Logs() for _ in range(count))
    for log in ("transitions", "signals"):
        for span, table in zip(run.spans, run.blocks(log), strict=False):
            for number, *row in _rows(table):
                if number < count:
                    getattr(worlds[number], log).append(tuple(row))
            if span.end >= count:
                break
    return worlds


def _rows(table: pa.Table) -> Sequence[tuple[Any, ...]]:
    """Return the rows as the engine gave them, with times in seconds."""
    columns = [
        seconds_of(table).tolist() if name == "day" else table.column(name).to_pylist()
        for name in table.column_names
    ]
    return list(zip(*columns, strict=True))
