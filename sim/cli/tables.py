"""Plain tables and amounts, for listings that other commands may read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_UNITS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))


def table_lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a table's lines: the first and the last column set to the left, the others to the right."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, *rows):
        cells = [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        yield "  ".join((row[0].ljust(widths[0]), *cells, row[-1])).rstrip()


def in_time(seconds: float) -> str:
    """Return a length of time in its largest unit: `about 3 minutes`."""
    for size, unit in _UNITS:
        if seconds >= 2 * size:
            return f"about {seconds / size:.0f} {unit}"
    return "under 2 seconds" if seconds > 0 else "none"


def in_bytes(size: float) -> str:
    """Return a number of bytes: `12 MB`."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"
