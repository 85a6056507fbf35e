"""How a command is told to end: by an interrupt, by SIGTERM or by a hang-up, each unwinding what is open."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_PATIENCE = 3
"""At the so-many-th signal the command ends where it stands; the second may be an impatient finger."""


_MOMENT = 0.05
"""After how many seconds a signal comes again that was heeded where nothing can be raised."""


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
    """Raise `Ended` in the main thread at the first signal; later ones wait until all is unwound.

    Where Python raises nothing, in what it calls while it tidies up an object, `Ended` comes a moment later.
    """
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

    def unheard(lost: sys.UnraisableHookArgs) -> None:
        if not isinstance(lost.exc_value, Ended):
            tell(lost)
            return
        told.clear()
        again = threading.Timer(_MOMENT, _send, (main, lost.exc_value.number))
        again.daemon = True
        again.start()

    main, tell = threading.get_ident(), sys.unraisablehook
    sys.unraisablehook = unheard
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
        sys.unraisablehook = tell


def _send(thread: int, number: int) -> None:
    """Send a signal to a thread, whatever it waits for; where threads have no signals, to this process."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(thread, number)
    else:
        signal.raise_signal(number)
