"""The table of a sweep: each run's settings, what failed in it, and how likely its targets are there."""

from __future__ import annotations

import csv
from types import SimpleNamespace

import pandas as pd

from sim.report.sweep_listing import SweepListing, SweptRun


def test_each_run_has_its_settings_its_failures_and_its_chances(tmp_path):
    runs = [
        SweptRun("tutorial", {"a.troops": "100", "=b": "x"}, tmp_path / "tutorial" / "00aa"),
        SweptRun("tutorial", {"a.troops": "200"}, tmp_path / "tutorial" / "00bb"),
    ]
    listing = SweepListing(tmp_path, runs, 7)
    targets = pd.DataFrame({"target": ["t"], "held_on": [0.25], "reached_by": [1 / 3]})
    done = SimpleNamespace(
        folder=runs[1].folder, replications=40, failed=(3, 5), violations=("never: x",) * 3
    )
    listing.add(done, SimpleNamespace(targets=targets))
    first, second = csv.DictReader(listing.path.read_text().splitlines())
    assert second == {
        "scenario": "tutorial",
        "a.troops": "200",
        "'=b": "",
        "seed": "7",
        "replications": "40",
        "failed": "2",
        "statements_broken": "3",
        "held.t": "0.25",
        "reached.t": "0.333333333",
        "run": "tutorial/00bb",
    }
    assert (first["a.troops"], first["'=b"], first["replications"], first["held.t"]) == ("100", "x", "", "")
    assert SweepListing(tmp_path, runs, 8).path == listing.path
    assert SweepListing(tmp_path, runs[::-1], 7).path != listing.path
