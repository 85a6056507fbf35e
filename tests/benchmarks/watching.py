"""A command of the simulator, watched while it runs: clock, processors, memory of all its processes."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_PAUSE = 0.2


@dataclass
class _Watched:
    """The most memory of a process with all that it started, and of it alone, in MiB; its own processor time."""

    together: float = 0.0
    alone: float = 0.0
    own_seconds: float = 0.0
    done: threading.Event = field(default_factory=threading.Event)

    def watch(self, pid: int) -> None:
        """Look until told that it is done."""
        import psutil

        while not self.done.wait(_PAUSE):
            try:
                main = psutil.Process(pid)
                times = main.cpu_times()
                self.own_seconds = times.user + times.system
                sizes = [_memory(each) for each in (main, *main.children(recursive=True))]
            except psutil.Error:
                continue
            self.alone = max(self.alone, sizes[0])
            self.together = max(self.together, sum(sizes))


def _memory(process: Any) -> float:
    """Return what a process holds; what it shares with others counts in each."""
    import psutil

    try:
        return float(process.memory_info().rss) / (1 << 20)
    except psutil.Error:
        return 0.0


@dataclass(frozen=True)
class Taken:
    """What one command took: seconds, of all processors, of the main process; MiB of that and of all; how it ended."""

    clock: float
    processors: float
    main: float
    alone: float
    together: float
    code: int
    errors: str


def taken(words: Sequence[str]) -> Taken:
    """Give a command and watch it."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    watched = _Watched()
    watching = threading.Thread(target=watched.watch, args=(process.pid,))
    watching.start()
    _, errors = process.communicate()
    clock = time.perf_counter() - began
    watched.done.set()
    watching.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    code = process.returncode
    return Taken(clock, used, watched.own_seconds, watched.alone, watched.together, code, errors)
