"""Numbers a world that are too many for memory: appended block by block, read back in parts, exact.

They stay in memory while they are few. Beyond that they go to a file in the folder for temporary files that has no
name, so that nothing is left of it, whatever ends the command; it is read and not mapped, since pages that are mapped
count as memory. Thus a run's answers take as much memory for a million worlds as for ten thousand.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from sim.errors import StoreError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import DTypeLike, NDArray

MOST_IN_MEMORY = 1 << 20
"""Bytes that stay in memory."""
_WORLDS_TOGETHER = 2_000


class Spilled:
    """Bytes that are appended, and read from any place."""

    def __init__(self, most: int | None = None) -> None:
        """Of up to `most` bytes nothing is written to disk."""
        self._most = MOST_IN_MEMORY if most is None else most
        self._held = bytearray()
        self._file: BinaryIO | None = None
        self.size = 0

    def append(self, values: NDArray[Any]) -> None:
        """Append numbers, in the order of their last axis; StoreError where the disk is full."""
        content = values.tobytes()
        if self._file is None and self.size + len(content) > self._most:
            self._move_to_disk()
        if self._file is None:
            self._held += content
        else:
            with _temporary():
                _write(self._file, content)
        self.size += len(content)

    def _move_to_disk(self) -> None:
        with _temporary():
            file = _nameless()
            if file is None:
                self._most = 2 * self._most + self.size  # asked again when it is twice as large
                return
            weakref.finalize(self, file.close)
            _write(file, self._held)
        self._file, self._held = file, bytearray()

    def read(self, kind: DTypeLike, offset: int, count: int) -> NDArray[Any]:
        """Return `count` numbers of a kind from a byte on."""
        import numpy as np

        size = np.dtype(kind).itemsize * count
        if self._file is None:
            content = bytes(self._held[offset : offset + size])
        else:
            with _temporary():
                content = _read(self._file, offset, size)
        return np.frombuffer(content, dtype=kind)


class SpilledRows:
    """Rows of several columns, each of one world, appended by world; read in parts of whole worlds."""

    def __init__(self, kinds: Mapping[str, str], most: int | None = None) -> None:
        """`kinds` gives the type of each column by its name."""
        self._kinds = kinds
        self._columns = {name: Spilled(most) for name in kinds}
        self._blocks: list[tuple[int, int]] = []
        """Of each block its worlds and its rows."""

    def append(self, worlds: int, *columns: NDArray[Any]) -> None:
        """Append the rows of the next `worlds` worlds."""
        self._blocks.append((worlds, len(columns[0])))
        for (name, kind), values in zip(self._kinds.items(), columns, strict=True):
            self._columns[name].append(values.astype(kind))

    def parts(self, least: int = 1) -> Iterator[RowsOfWorlds]:
        """Yield the rows of some worlds, of at least so many but the last."""
        first = worlds = start = rows = 0
        for more, added in self._blocks:
            worlds, rows = worlds + more, rows + added
            if worlds >= least:
                yield self._rows(first, worlds, start, rows)
                first, start, worlds, rows = first + worlds, start + rows, 0, 0
        if worlds:
            yield self._rows(first, worlds, start, rows)

    def _rows(self, first: int, worlds: int, start: int, rows: int) -> RowsOfWorlds:
        import numpy as np

        def column(name: str) -> NDArray[Any]:
            kind: np.dtype[Any] = np.dtype(self._kinds[name])
            return self._columns[name].read(kind, start * kind.itemsize, rows)

        return RowsOfWorlds(first, worlds, column)


@dataclass(frozen=True, slots=True)
class RowsOfWorlds:
    """The rows of some worlds: the place of the first of these, how many they are, and each column when asked for."""

    first: int
    worlds: int
    column: Callable[[str], NDArray[Any]]


class SpilledTable:
    """Some rows of one number a world, appended by blocks of worlds; each row is read as a whole."""

    def __init__(self, rows: int, kind: DTypeLike, most: int | None = None) -> None:
        import numpy as np

        self._rows = rows
        self._kind: np.dtype[Any] = np.dtype(kind)
        self._bytes = Spilled(most)
        self._blocks: list[int] = []
        self._waiting: list[NDArray[Any]] = []
        """What is appended together: a row is then read in fewer pieces."""
        self.worlds = 0

    def append(self, block: NDArray[Any]) -> None:
        """Append the numbers of the next worlds [rows, worlds]."""
        self._waiting.append(block.astype(self._kind))
        self.worlds += block.shape[1]
        if sum(each.shape[1] for each in self._waiting) >= _WORLDS_TOGETHER:
            self._write()

    def _write(self) -> None:
        import numpy as np

        if self._waiting:
            together = np.concatenate(self._waiting, axis=1)
            self._blocks.append(together.shape[1])
            self._bytes.append(together)
            self._waiting = []

    def __len__(self) -> int:
        """Return how many rows there are."""
        return self._rows

    def __getitem__(self, row: int) -> NDArray[Any]:
        """Return a row [worlds]."""
        import numpy as np

        if not 0 <= row < self._rows:
            raise IndexError(row)
        self._write()
        found, first = np.empty(self.worlds, dtype=self._kind), 0
        for worlds in self._blocks:
            offset = (self._rows * first + row * worlds) * self._kind.itemsize
            found[first : first + worlds] = self._bytes.read(self._kind, offset, worlds)
            first += worlds
        return found

    def __iter__(self) -> Iterator[NDArray[Any]]:
        """Yield each row."""
        return map(self.__getitem__, range(self._rows))

    def total(self, rows: list[int] | None = None) -> NDArray[np.int64]:
        """Return the sum of some rows of whole numbers (None: of all) in each world."""
        import numpy as np

        found = np.zeros(self.worlds, dtype=np.int64)
        for row in range(self._rows) if rows is None else rows:
            found += self[row]
        return found


class SpilledColumns:
    """Columns of one number a world, by name, appended by blocks of worlds of which each may have other names.

    A name is whatever may be a key; all of them can be sorted.
    """

    def __init__(self, kind: DTypeLike, most: int | None = None) -> None:
        import numpy as np

        self._kind: np.dtype[Any] = np.dtype(kind)
        self._bytes = Spilled(most)
        self._blocks: list[tuple[Mapping[Any, int], int]] = []
        """Of each block the row of each name, and its worlds."""
        self._waiting: list[tuple[Mapping[Any, NDArray[Any]], int]] = []
        self._fill: dict[Any, Any] = {}
        self.worlds = 0

    def append(self, worlds: int, columns: Mapping[Any, NDArray[Any]], fill: Any) -> None:
        """Append the numbers of the next worlds; a world has `fill` in a column that its block has not."""
        for name in columns:
            self._fill.setdefault(name, fill)
        self._waiting.append((columns, worlds))
        self.worlds += worlds
        if sum(count for _, count in self._waiting) >= _WORLDS_TOGETHER:
            self._write()

    def _write(self) -> None:
        import numpy as np

        if not self._waiting:
            return
        places = {
            name: row for row, name in enumerate(dict.fromkeys(n for own, _ in self._waiting for n in own))
        }
        together = np.concatenate(
            [
                np.array(
                    [own.get(name, np.full(worlds, self._fill[name])) for name in places], dtype=self._kind
                ).reshape(len(places), worlds)
                for own, worlds in self._waiting
            ],
            axis=1,
        )
        self._bytes.append(together)
        self._blocks.append((places, together.shape[1]))
        self._waiting = []

    @property
    def names(self) -> tuple[Any, ...]:
        """The columns, by name."""
        return tuple(sorted(self._fill))

    def read(self, name: Any, first: int = 0, end: int | None = None) -> NDArray[Any]:
        """Return a column [worlds], or what it holds of the worlds from one place to another."""
        import numpy as np

        self._write()
        end = self.worlds if end is None else min(end, self.worlds)
        found = np.full(max(0, end - first), self._fill.get(name, 0), dtype=self._kind)
        start = offset = 0
        for places, worlds in self._blocks:
            here, there = max(first, start), min(end, start + worlds)
            row = places.get(name)
            if row is not None and here < there:
                at = offset + (row * worlds + here - start) * self._kind.itemsize
                found[here - first : there - first] = self._bytes.read(self._kind, at, there - here)
            start, offset = start + worlds, offset + len(places) * worlds * self._kind.itemsize
        return found


@dataclass(frozen=True)
class ReadWhenAsked(Mapping[Any, "NDArray[Any]"]):
    """Columns by name, in an order; each is read when it is asked for, and not kept."""

    columns: SpilledColumns
    order: tuple[Any, ...]

    def __getitem__(self, name: Any) -> NDArray[Any]:
        """Return a column [worlds]."""
        if name not in self.order:
            raise KeyError(name)
        return self.columns.read(name)

    def __iter__(self) -> Iterator[Any]:
        """Yield the names."""
        return iter(self.order)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.order)


def _nameless() -> BinaryIO | None:
    """Open a file that only this process knows; it is gone when this process is.

    None if it is among the last half of the files that may be open at once: others are needed too.
    """
    import tempfile

    file: BinaryIO = tempfile.TemporaryFile(buffering=0, prefix="isf-")  # noqa: SIM115 - closed with its owner
    if file.fileno() >= _most_open() // 2:  # files are numbered from 0, by the lowest number that is free
        file.close()
        return None
    return file


def _most_open() -> int:
    """Return how many files this process may have open."""
    try:
        import resource
    except ImportError:  # where there is no such limit
        return 1 << 30
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return 1 << 30 if most == resource.RLIM_INFINITY else most


def _write(file: BinaryIO, content: bytes | bytearray) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]


def _read(file: BinaryIO, offset: int, size: int) -> bytes:
    content = b""
    while len(content) < size:  # a read may bring less than it is asked for
        part = _read_once(file, offset + len(content), size - len(content))
        if not part:
            raise OSError("it has become shorter")
        content = content + part if content else part
    return content


def _read_once(file: BinaryIO, offset: int, size: int) -> bytes:
    if hasattr(os, "pread"):  # it moves no place in the file, which processes that were forked have together
        return os.pread(file.fileno(), size, offset)
    file.seek(offset)
    content = file.read(size)
    file.seek(0, os.SEEK_END)
    return content


@contextmanager
def _temporary() -> Iterator[None]:
    """Turn what the operating system refuses into one line with a remedy."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"{_folder()}: a temporary file cannot be kept there: {reason}; make room, or name another folder for "
            "temporary files in the environment variable TMPDIR, then give the same command again: what is finished "
            "is kept"
        ) from error


def _folder() -> str:
    import tempfile

    try:
        return tempfile.gettempdir()
    except OSError:
        return "the folder for temporary files"
