"""Where something stands in a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file, named as it was asked for; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Return `file:line:column`, which editors and terminals turn into a link."""
        return f"{self.file}:{self.line}:{self.column}"


Path = tuple[str | int | float, ...]
"""The way from the top of a scenario to one of its values: names of keys, and 0-based places in lists."""


def dotted(path: Path) -> str:
    """Return a path as it is written after `--set`, for example `contributors.turkey.approvals.0.takes`."""
    return ".".join(str(part) for part in path)
