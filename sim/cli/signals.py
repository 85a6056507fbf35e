"""How a command is told to end: by an interrupt, by SIGTERM or by a hang-up, each unwinding what is open."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_PATIENCE = 3
"""At the so-many-th signal the command ends where it stands; the second may be an impatient finger."""


_MOMENT = 0.05
"""After how many seconds a signal comes again that was heeded where nothing can be raised."""

_LOOK_AGAIN = 1.0
"""After how many seconds, again and again, it is seen whether what was raised still unwinds the command."""


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

    Where Python raises nothing, in what it calls while it tidies up an object, `Ended` comes a moment later. Where a
    library swallows it (some do while they are imported), it comes again: with the next signal, and, where the system
    has timers, by itself within a second.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told: list[int] = []
    alarms: list[Any] = []
    """Who heeded the alarm before it was set here."""

    def end(number: int, frame: FrameType | None) -> None:
        first = not told  # read before it is noted: another signal may come between any two lines of this
        told.append(number)
        if first:
            watch()
        elif len(told) >= _PATIENCE:
            os._exit(128 + number)
        if first or not _unwinds():
            raise Ended(number)

    def watch() -> None:
        if hasattr(signal, "setitimer"):
            alarms.append(signal.signal(signal.SIGALRM, look))
            signal.setitimer(signal.ITIMER_REAL, _LOOK_AGAIN, _LOOK_AGAIN)

    def look(number: int, frame: FrameType | None) -> None:
        if told and not _unwinds():
            raise Ended(told[0])

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
        if alarms:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL if alarms[0] is None else alarms[0])
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.unraisablehook = tell


def _unwinds() -> bool:
    """Tell whether `Ended` is on its way: the code that was interrupted runs because of it, to tidy up."""
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, Ended):
        error = error.__context__
    return error is not None


def _send(thread: int, number: int) -> None:
    """Send a signal to a thread, whatever it waits for; where threads have no signals, to this process."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(thread, number)
    else:
        signal.raise_signal(number)
