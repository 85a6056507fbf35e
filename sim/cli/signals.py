"""How a command is told to end: by an interrupt, by SIGTERM or by a hang-up, each unwinding what is open."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_PATIENCE = 3
"""At the so-many-th signal the command ends where it stands; the second may be an impatient finger."""


class Ended(BaseException):
    """A signal asks the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def code(self) -> int:
        """Return the exit code that a shell knows for it."""
        return 128 + self.number


@contextlib.contextmanager
def ending_signals() -> Iterator[None]:
    """Raise `Ended` in the main thread at the first signal; later ones wait until all is unwound."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        first = not told  # read before it is noted: another signal may come between any two lines of this
        told.append(number)
        if first:
            raise Ended(number)
        if len(told) >= _PATIENCE:
            os._exit(128 + number)

    before = {
        number: signal.signal(number, end)
        for name in _NAMES
        if (number := getattr(signal, name, None)) is not None
        and signal.getsignal(number) is not signal.SIG_IGN  # as `nohup` asks
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
