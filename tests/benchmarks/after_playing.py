"""What `isf run` does after the playing, by part: processor time of runs of two sizes, and what a replication adds.

    python -m tests.benchmarks.after_playing FEW-FOLDER MANY-FOLDER

Each folder is a stored run of the same scenario. What is overdue is played, not read, and stands by itself.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import time
from pathlib import Path


def measured(folder: Path) -> dict[str, float]:
    """Return seconds of processor time by part, worlds and the most memory in MB; in a process of its own."""
    lines = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.after_playing", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    return dict(json.loads(lines[-1]))


def parts_of(folder: Path) -> dict[str, float]:
    """Do what `isf run` does after the playing, and time it."""
    found, since = dict[str, float](), time.process_time()

    def lap(name: str) -> None:
        nonlocal since
        found[name] = time.process_time() - since
        since = time.process_time()

    import matplotlib.figure  # noqa: F401 - counted as imports
    from rich.console import Console

    from sim.report.figures.registry import run_exhibits
    from sim.report.printing import print_run
    from sim.report.tables import Tables
    from sim.results.run import open_run
    from sim.results.summary import summary_table

    lap("imports")
    tables = Tables(open_run(folder))
    lap("opened")
    list(tables.run.summaries())
    lap("summaries read")
    assert tables.overdue is not None
    lap("overdue")
    print_run(tables, Console(file=io.StringIO(), width=100))
    lap("printed")
    summary_table(tables.run)
    lap("summary.csv")
    for exhibit in run_exhibits(tables):
        exhibit.data(tables)
    lap("data of figures")
    for exhibit in run_exhibits(tables):
        exhibit.draw(tables)
    lap("drawn once")
    found["worlds"] = tables.replications
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def main() -> None:
    """Print the table of two runs, or as JSON the parts of one."""
    folders = [Path(each) for each in sys.argv[1:]]
    if not 1 <= len(folders) <= 2:
        sys.exit("name the folders of two runs of one scenario, few worlds first")
    for folder in folders:
        if not (folder / "manifest.json").exists():
            sys.exit(f"{folder} is no run; name a folder that `isf run` printed")
    if len(folders) == 1:
        print(json.dumps(parts_of(folders[0])))
        return
    few, many = map(measured, folders)
    more = many["worlds"] - few["worlds"]
    print(f"{'part':<18}{few['worlds']:>10.0f}{many['worlds']:>10.0f}   ms a replication")
    for part in few:
        if part not in ("worlds", "memory"):
            print(
                f"{part:<18}{few[part]:>10.2f}{many[part]:>10.2f}{(many[part] - few[part]) / more * 1000:>10.3f}"
            )
    print(f"{'memory, MB':<18}{few['memory']:>10.0f}{many['memory']:>10.0f}")


if __name__ == "__main__":
    main()
