"""Sweeps: one scenario under every combination of some settings.

`--set facts.mandate_clear.probability=0.2,0.5,0.8` is three values; several such lists multiply. Commas
inside brackets or quotes separate nothing, so `{low: 1, mode: 2, high: 3}`, `[patrol, disarm]`, `at least 2
of (a, b, c)` and `"one, two"` are one value each. A sweep file is a CSV table: a column for each path, a row
for each combination, an empty cell where a value stays as it is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from sim.errors import UsageError

MOST_COMBINATIONS = 1_000
"""Most combinations of one sweep."""
LARGEST_SWEEP_FILE = 5_000_000
"""Most bytes of a sweep file."""

_OPENING, _CLOSING, _QUOTES = "([{", ")]}", "'\""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Combination:
    """What one run of a sweep sets: (path, value) pairs that all runs share, then those that vary."""

    shared: tuple[Pair, ...] = ()
    varied: tuple[Pair, ...] = ()
    origin: str = ""
    """Where what varies stands, `file:line`, if that is a table."""

    @property
    def settings(self) -> tuple[str, ...]:
        """Return `path=value` of each, in order."""
        return tuple(f"{path}={value}" for path, value in (*self.shared, *self.varied))

    def __str__(self) -> str:
        """Return what varies, as it would be given to `--set`."""
        return ", ".join(f"{path}={value}" for path, value in self.varied)


@dataclass(frozen=True, slots=True)
class SweepRow:
    """A row of a sweep file: its (path, value) pairs, and where it stands, `file:line`."""

    pairs: tuple[Pair, ...]
    origin: str


def combinations(settings: Sequence[str], sweep_file: Path | None = None) -> tuple[Combination, ...]:
    """Return every combination of the listed values, the last list varying fastest, for each row of the file.

    Without lists and file that is one combination. UsageError for a setting that is not `path=value`, an
    empty value in a list, a file that is no table, or more than a thousand combinations.
    """
    from sim.scenario.settings import setting_pairs

    shared: list[Pair] = []
    lists: list[list[Pair]] = []
    for path, text in setting_pairs(settings):
        values = split_values(text)
        if len(values) == 1:
            shared.append((path, text))
        elif not all(values):
            raise UsageError(f"'{path}={text}' has an empty value in its list; write null to remove a value")
        else:
            lists.append([(path, value) for value in values])
    rows = read_sweep_file(sweep_file) if sweep_file is not None else (SweepRow((), ""),)
    count = len(rows)
    for each in lists:
        count *= len(each)
    if count > MOST_COMBINATIONS:
        raise UsageError(f"the sweep has {count:,} combinations; the most is {MOST_COMBINATIONS:,}")
    return tuple(
        Combination(tuple(shared), (*row.pairs, *chosen), row.origin)
        for row in rows
        for chosen in product(*lists)
    )


def split_values(text: str) -> tuple[str, ...]:
    """Return the values of a list, without the space around them; without a separating comma it is one."""
    parts, begin, depth, quote = [], 0, 0, ""
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in _QUOTES and not text[begin:place].strip(" " + _OPENING):
            quote = letter
        elif letter in _OPENING:
            depth += 1
        elif letter in _CLOSING:
            depth -= 1
        elif letter == "," and depth <= 0:
            parts.append(text[begin:place].strip())
            begin = place + 1
    return (*parts, text[begin:].strip())


def read_sweep_file(path: Path) -> tuple[SweepRow, ...]:
    """Return the rows of a table; UsageError if the file is no such table."""
    from sim.scenario.files import may_wait_for_ever

    try:
        if may_wait_for_ever(path):
            raise UsageError(f"{path}: is a pipe or a device, and no file; name a CSV file")
        with path.open("rb") as file:
            content = file.read(LARGEST_SWEEP_FILE + 1)
        if len(content) > LARGEST_SWEEP_FILE:
            raise UsageError(f"{path}: has more than {LARGEST_SWEEP_FILE:,} bytes, the limit of a sweep file")
        table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; name a CSV file") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: is not a CSV table in UTF-8 ({error}); save it as one") from None
    stated = [(line, [cell.strip() for cell in row]) for line, row in enumerate(table, 1)]
    return _rows(path, [(line, row) for line, row in stated if any(row)])


def _rows(path: Path, table: list[tuple[int, list[str]]]) -> tuple[SweepRow, ...]:
    if table and len(table[0][1]) == 1 and ";" in table[0][1][0]:
        raise UsageError(f"{path}: its cells are separated by semicolons; save it with commas between them")
    if len(table) < 2:
        raise UsageError(
            f"{path}: needs a line of paths, such as targets.initial.troops, and lines of values"
        )
    (_, paths), *rows = table
    if not all(paths) or len(set(paths)) < len(paths):
        raise UsageError(f"{path}: each column needs a path of its own in the first line")
    for line, row in rows:
        if len(row) != len(paths):
            raise UsageError(f"{path}:{line}: has {len(row)} values for {len(paths)} paths")
    return tuple(
        SweepRow(tuple(pair for pair in zip(paths, row, strict=True) if pair[1]), f"{path}:{line}")
        for line, row in rows
    )
