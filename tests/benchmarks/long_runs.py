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
import tempfile
from pathlib import Path

from tests.benchmarks.watching import taken


def measured(file: Path, replications: int, logs: str, more: list[str]) -> dict[str, float]:
    """Run it once and return what it took."""
    with tempfile.TemporaryDirectory(prefix="isf-") as out:
        words = ["run", str(file), "-n", str(replications), "--logs", logs, "--figures", "none", "--out", out]
        found = taken([*words, *more])
        if found.code:
            raise SystemExit(found.errors)
        size = sum(path.stat().st_size for path in Path(out).rglob("*") if path.is_file())
        manifest = json.loads(next(Path(out).rglob("manifest.json")).read_text())
        assert manifest["replications"] == replications
    received = re.search(r"([\d,]+) bytes of results came back", found.errors)
    return {
        "clock, s": found.clock,
        "processors, s": found.processors,
        "main process, s": found.main,
        "main, ms a replication": found.main / replications * 1000,
        "memory, MiB": found.together,
        "main alone, MiB": found.alone,
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
