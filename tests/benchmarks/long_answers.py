"""What the answers of long runs take: by the clock, of the processors, in memory.

    python -m tests.benchmarks.long_answers RUN [RUN …] [--with OTHER …] [--verbs worlds signposts …]

RUN are folders of runs of one scenario, best of different length; OTHER runs to compare each with, in the same order.
Each line is one command on one run: the clock, the time of the processors, the most memory of the main process and of
all together, and for each further run how many bytes more a further world takes. Nothing is measured twice: what a
command keeps beside the run (paths, summaries) is there for the next, so a first pass may take longer than a second.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.watching import taken

_MEBIBYTE = 1 << 20


def commands(run: Path, other: Path | None, folder: Path) -> Mapping[str, Sequence[str]]:
    """Return the command of each verb for a run, with its first target."""
    target = first_target(run)
    found: dict[str, Sequence[str]] = {
        "worlds": ["worlds", str(run), "--csv", str(folder / "worlds.csv")],
        "worlds --parquet": ["worlds", str(run), "--parquet", str(folder / "worlds.parquet")],
        "signposts": ["signposts", str(run), "--target", target],
        "discover": ["discover", str(run), "--miss", target],
        "discover --numbers": ["discover", str(run), "--hit", target, "--numbers", "--arrivals"],
        "nearest": ["nearest", str(run), "--miss", target],
        "export": ["export", str(run), "--xlsx", str(folder / "run.xlsx")],
        "report": ["report", str(run), "--out", str(folder / "report.html")],
        "page": ["page", str(run), "--out", str(folder / "page.html"), "--at-most", "60s"],
    }
    if other is not None:
        found["compare"] = ["compare", str(run), str(other), "--out", str(folder)]
        found["report of two"] = ["report", str(run), str(other), "--out", str(folder / "both.html")]
    return found


def first_target(run: Path) -> str:
    """Return the name of the first target of a run's scenario."""
    from sim.scenario.loading import load_resolved

    return next(iter(load_resolved(run / "scenario.yaml", ()).scenario.targets))


def main() -> None:
    """Print a line for each command and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--with", dest="others", type=Path, nargs="*", default=[])
    parser.add_argument("--verbs", nargs="*")
    options = parser.parse_args()
    runs = [each.resolve() for each in options.runs]
    others = [each.resolve() for each in options.others] or [None] * len(runs)
    with tempfile.TemporaryDirectory(prefix="isf-") as folder:
        planned = [commands(run, other, Path(folder)) for run, other in zip(runs, others, strict=True)]
        for verb in options.verbs or planned[0]:
            smaller: tuple[int, float] | None = None
            for run, words in zip(runs, planned, strict=True):
                number = json.loads((run / "manifest.json").read_text())["replications"]
                found = taken(words[verb])
                if found.code:
                    print(f"    exit code {found.code}: {found.errors.strip()[-200:]}", file=sys.stderr)
                more = ""
                if smaller and number > smaller[0]:
                    grown = (found.together - smaller[1]) * _MEBIBYTE / (number - smaller[0])
                    more = f", {grown:,.0f} bytes a further world"
                smaller = number, found.together
                print(
                    f"{verb:18} {number:9,} worlds: {found.clock:6.1f} s, {found.processors:6.1f} s of processors, "
                    f"{found.alone:6,.0f} MiB main, {found.together:6,.0f} MiB all{more}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
