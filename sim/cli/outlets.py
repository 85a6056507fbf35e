"""Where a command prints: streams through which nothing steers the terminal, and that fail in one way.

Whatever is printed, by whom ever, goes through these; so a title with escape sequences, a path that is no text,
or a character that the terminal's encoding lacks is shown harmlessly by every verb.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, TextIO, cast

from sim.errors import StoreError
from sim.words.harmless import coloured, harmless

if TYPE_CHECKING:
    from rich.console import Console


class NobodyReads(BaseException):
    """Nobody reads the output any more: the pipe was closed at the other end."""


class Outlet(io.TextIOBase):
    """A standard stream; `way` makes harmless what is written to it.

    It is no terminal to whoever asks, so that nobody writes colours into it unasked; `console` knows better.
    """

    def __init__(
        self, stream: TextIO, way: Callable[[str], str] = harmless, *, terminal: bool = False
    ) -> None:
        self.stream = stream
        self._way = way
        self._terminal = terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Return the encoding of what is behind."""
        return self.stream.encoding or "utf-8"

    def write(self, text: str) -> int:
        """Write a text, what the encoding lacks by its escape."""
        shown = self._way(text)
        if (
            not shown
        ):  # nothing to write, and so nothing that can fail: some only try whether this is a stream
            return 0
        with _told(self.stream):
            self.stream.write(shown.encode(self.encoding, "backslashreplace").decode(self.encoding))
        return len(text)

    def flush(self) -> None:
        """Write what is held back."""
        with _told(self.stream):
            self.stream.flush()

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def fileno(self) -> int:
        """Return the number of what is behind."""
        return self.stream.fileno()

    def isatty(self) -> bool:
        """Tell whether colours may be written to it."""
        return self._terminal and self.stream.isatty()


@contextlib.contextmanager
def _told(stream: TextIO) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        _silence(stream)
        raise NobodyReads from None
    except OSError as error:
        _silence(stream)
        raise StoreError(
            f"isf: the answer cannot be printed: {error.strerror or error}; what was written to files is kept"
        ) from None


def _silence(stream: TextIO) -> None:
    """Let what the stream still holds go nowhere: the interpreter would try again at its end, and fail there."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


@contextlib.contextmanager
def own_outlets() -> Iterator[None]:
    """Print through outlets meanwhile. StoreError if there is no standard output to print to."""
    out, err = sys.stdout, sys.stderr
    if err is None:
        sys.stderr = err = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - as long as the process
    if out is None:
        raise StoreError("isf: standard output is closed; leave it open, or send it to a file")
    sys.stdout, sys.stderr = Outlet(out), Outlet(err)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


def console(*, stderr: bool = False) -> Console:
    """Return a console for tables or a progress bar, in colour on a terminal."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    behind = stream.stream if isinstance(stream, Outlet) else stream
    return Console(file=cast("IO[str]", Outlet(behind, coloured, terminal=True)))


def progress_is_shown() -> bool:
    """Tell whether stderr is a terminal, on which a progress bar can move."""
    return (sys.stderr.stream if isinstance(sys.stderr, Outlet) else sys.stderr).isatty()
