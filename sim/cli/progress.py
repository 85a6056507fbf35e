"""Progress with time left, on a terminal only."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def progress_of(name: str, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """Give a function that takes replications done and wanted; it shows them if stderr is a terminal."""
    if not (shown and sys.stderr.isatty()):
        yield lambda done, wanted: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(escape(name)),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("replications, left:"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name, total=None)

        def show(done: int, wanted: int) -> None:
            progress.update(task, completed=done, total=wanted)

        yield show
