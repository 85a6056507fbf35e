"""Files that a command is told to write: none of them replaces what somebody else's work hangs on."""

from __future__ import annotations

from pathlib import Path


def to_write(path: Path | None) -> Path | None:
    """Return where an answer goes; UsageError, before anything is done, if a run's file or a scenario stands there."""
    if path is not None:
        from sim.batch.store import check_not_of_a_run

        check_not_of_a_run(path)
    return path


def figure_to_write(path: Path | None) -> Path | None:
    """Return where a figure goes; UsageError also for a kind of file in which none is drawn."""
    from sim.errors import UsageError

    if path is not None and path.suffix.lower() not in (".svg", ".png", ".pdf"):
        raise UsageError(f"{path} is neither SVG, PNG nor PDF; end its name in .svg, .png or .pdf")
    return to_write(path)
