"""One view of all runs of a command, with time left and statistics, on a terminal only."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from sim.cli.outlets import console, progress_is_shown
from sim.words.harmless import harmless

Show = Callable[[int, int, int], None]
"""Takes the replications of a run that are done, wanted and failed."""


class ProgressView:
    """Shows how far the runs of one command are; nothing where `progress` is None."""

    def __init__(self, progress: Any, runs: int, replications: int) -> None:
        self._progress = progress
        self._runs = runs
        self._each = replications
        self._begun = 0
        self._ahead = runs * replications
        self._behind = self._played = self._failed = 0
        self._began = time.monotonic()
        if progress is not None:
            self._task = progress.add_task("", total=self._ahead or None, statistics="")

    @contextlib.contextmanager
    def of(self, name: str) -> Iterator[Show]:
        """Give a function that takes how far a run is; the view goes with its table when the run is done."""
        self._begun += 1
        self._ahead -= self._each
        known = {"first": None, "done": 0, "wanted": self._each, "failed": 0}
        number = f"{self._begun}/{self._runs} " if self._runs > 1 else ""

        def show(done: int, wanted: int, failed: int) -> None:
            first = known["first"] if known["first"] is not None else done
            known.update(first=first, done=done, wanted=wanted, failed=failed)
            self._update(f"{number}{name}", done, wanted, done - first, failed)

        if self._progress is not None:
            self._progress.start()
        try:
            yield show
        finally:
            self._behind += known["done"] or 0
            self._played += (known["done"] or 0) - (known["first"] or 0)
            self._failed += known["failed"] or 0
            if self._progress is not None:
                self._progress.stop()

    def _update(self, name: str, done: int, wanted: int, played: int, failed: int) -> None:
        if self._progress is None:
            return
        from rich.markup import escape

        rate = (self._played + played) / max(1e-9, time.monotonic() - self._began)
        self._progress.update(
            self._task,
            description=escape(harmless(name)),
            completed=self._behind + done,
            total=self._behind + wanted + self._ahead,
            statistics=f"{rate:,.0f} a second, {self._failed + failed:,} failed",
        )


def progress_of(runs: int, replications: int, shown: bool) -> ProgressView:
    """Return the view of so many runs of so many replications; it shows itself if stderr is a terminal."""
    if not (shown and progress_is_shown()):
        return ProgressView(None, runs, replications)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("replications, {task.fields[statistics]}, left:"),
        TimeRemainingColumn(),
    )
    view = Progress(
        *columns, console=console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    )
    return ProgressView(view, runs, replications)
