"""`isf run --dry-run`: what a batch would take, and nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from sim.batch.estimating import RunCost, estimate
from sim.batch.running import check_numbers
from sim.cli.running import Order, RunToMake
from sim.cli.tables import in_bytes, in_time, table_lines
from sim.errors import StoreError

_SECONDS = 20.0
"""Most seconds that all samples together may take, roughly."""


def rehearse(cases: Sequence[RunToMake], order: Order, jobs: int) -> None:
    """Print for each run, and for all, the replications that are missing, expected time and disk."""
    check_numbers(order.most, order.seed, jobs)
    _check_place(order.out)
    rows, found = [], []
    for case in cases:
        each = estimate(
            case.resolved,
            replications=order.most,
            seed=order.seed,
            folder=case.folder(order),
            jobs=jobs,
            within=min(2.0, _SECONDS / len(cases)),
            retention=order.retention,
        )
        found.append(each)
        rows.append((case.name, *_cells([each]), _failing(each)))
    if len(cases) > 1:
        rows.append((f"{len(cases)} runs", *_cells(found), ""))
    for line in table_lines(("", "to play", "time", "disk", ""), rows):
        print(line)  # noqa: T201 - the answer of the command
    most = "at most: " if order.aims else ""
    workers = "1 job" if jobs == 1 else f"{jobs} jobs"
    print(f"{most}time from a short sample of each on {workers}, without tables and figures")  # noqa: T201
    free = _free(order.out)
    if sum(each.size for each in found) > free:
        print(f"{order.out}: only {in_bytes(free)} are free; make room or choose another --out")  # noqa: T201


def _cells(found: Sequence[RunCost]) -> tuple[str, str, str]:
    missing, seconds = sum(each.missing for each in found), sum(each.seconds for each in found)
    return f"{missing:,}", in_time(seconds), in_bytes(sum(each.size for each in found))


def _failing(found: RunCost) -> str:
    return f"{found.failed} of {found.sampled} replications of the sample failed" if found.failed else ""


def _check_place(folder: Path) -> None:
    """Raise StoreError where a run could not be kept, as far as that shows without writing."""
    place = _nearest(folder)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        what = "may not be written to" if place.is_dir() else "is no folder"
        raise StoreError(f"{place}: {what}; choose another folder with --out")


def _nearest(folder: Path) -> Path:
    """Return the folder, or what stands of the way to it."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    return place


def _free(folder: Path) -> int:
    return shutil.disk_usage(_nearest(folder)).free
