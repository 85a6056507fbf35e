"""What a long run takes, all processes counted: by the clock, of the processors, in memory, on disk.

    python -m tests.benchmarks.long_runs scenarios/isf-2025-11-19.yaml -n 10000 100000 --logs all none

Each line is one `isf run` with tables and without figures, in a folder that goes away again. The processor time of the
main process stands apart from that of its workers: it is what no number of workers makes shorter. Memory is that of
all processes together at its most, looked at five times a second, and flat where it does not grow with replications.
What else is given goes to `isf run`: `--executor threads`, `--engine compiled`, `--executor dask`.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_PAUSE = 0.2


@dataclass
class Watched:
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


def measured(file: Path, replications: int, logs: str, more: list[str]) -> dict[str, float]:
    """Run it once and return what it took."""
    import resource

    with tempfile.TemporaryDirectory(prefix="isf-") as out:
        words = ["run", str(file), "-n", str(replications), "--logs", logs, "--figures", "none", "--out", out]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "sim", *words, *more],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        watched = Watched()
        watching = threading.Thread(target=watched.watch, args=(process.pid,))
        watching.start()
        _, err = process.communicate()
        wall = time.perf_counter() - began
        watched.done.set()
        watching.join()
        if process.returncode:
            raise SystemExit(err)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        size = sum(path.stat().st_size for path in Path(out).rglob("*") if path.is_file())
        manifest = json.loads(next(Path(out).rglob("manifest.json")).read_text())
        assert manifest["replications"] == replications
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    received = re.search(r"([\d,]+) bytes of results came back", err)
    return {
        "clock, s": wall,
        "processors, s": used,
        "main process, s": watched.own_seconds,
        "main, ms a replication": watched.own_seconds / replications * 1000,
        "memory, MiB": watched.together,
        "main alone, MiB": watched.alone,
        "disk, bytes a replication": size / replications,
        "received, bytes a replication": int(received[1].replace(",", "")) / replications if received else 0,
    }


def main() -> None:
    """Print a table, a column for each number of replications and choice of logs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("-n", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--logs", nargs="+", default=["all", "none"])
    options, more = parser.parse_known_args()
    found = {
        f"{number:,}, logs {logs}": measured(options.file.resolve(), number, logs, more)
        for number in options.n
        for logs in options.logs
    }
    print(f"| {options.file.name} {' '.join(more)} | {' | '.join(found)} |")
    print("|---" * (len(found) + 1) + "|")
    for row in next(iter(found.values())):
        print(f"| {row} | {' | '.join(f'{each[row]:,.2f}' for each in found.values())} |")


if __name__ == "__main__":
    main()
