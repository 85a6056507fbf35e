"""The worked week of the guide: its numbers are those of real runs."""

from __future__ import annotations

import datetime as dt
import shutil

import numpy as np
import pytest

import sim
from sim.results.levels import daily_levels
from sim.results.statistics import quantile_of
from sim.words.numbers import percentage, span, whole
from tests.scenario.shipped import GUIDE, ROOT, examples

END_OF_2026 = dt.date(2026, 12, 31)
DATES = (dt.date(2026, 3, 31), dt.date(2026, 6, 30), END_OF_2026, dt.date(2027, 12, 31))


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """November's run, January's, and November's with `as_of` a week later: 1,000 replications of seed 0."""
    folder = tmp_path_factory.mktemp("week") / "scenarios"
    shutil.copytree(ROOT / "scenarios", folder)
    (january,) = (text for text in examples("yaml") if text.startswith("extends: isf-2025-11-19.yaml"))
    (folder / "isf-2026-01-07.yaml").write_text(january, encoding="utf-8")
    wanted = (("isf-2025-11-19", ()), ("isf-2026-01-07", ()), ("isf-2025-11-19", ("as_of=2025-11-26",)))
    loaded = [sim.load(folder / f"{name}.yaml", settings) for name, settings in wanted]
    return [sim.run(resolved, 1_000, seed=0, out=folder.parent / "out") for resolved in loaded]


def correlation(run, other, date):
    return np.corrcoef(daily_levels(run).on(date), daily_levels(other).on(date))[0, 1]


def force(run):
    low, middle, high = (quantile_of(daily_levels(run).on(END_OF_2026), share) for share in (0.1, 0.5, 0.9))
    return f"{whole(middle)} ({span(low, high)})"


def mandate(run):
    signals = run.signals(["replication", "fact", "value"])
    clear = signals[(signals["fact"] == "mandate_clear") & (signals["value"] > 0)]
    return percentage(clear["replication"].nunique() / run.replications)


@pytest.mark.slow
def test_the_table_of_the_week_is_true(runs):
    november, january, _ = runs
    rows = {
        line.split(" | ")[0].removeprefix("| "): line for line in GUIDE.splitlines() if line.startswith("| ")
    }
    assert rows["military force at the end of 2026, median (10–90 %)"].endswith(
        f" | {force(november)} | {force(january)} |"
    )
    assert rows["chance that the mandate becomes clear by the end of 2027"].endswith(
        f" | {mandate(november)} | {mandate(january)} |"
    )
    assert rows["chance of 5,000 on 30 June 2026"].count("none of 1,000") == sum(
        not (daily_levels(run).on(DATES[1]) >= 5_000).any() for run in (november, january)
    )
    said = rows["correlation of the two force levels at the end of 2026, world by world"]
    assert said.endswith(f" {correlation(november, january, END_OF_2026):.2f} |")


@pytest.mark.slow
def test_a_week_without_news_leaves_the_worlds_paired(runs):
    november, _, later = runs
    found = [correlation(november, later, date) for date in DATES]
    assert min(found) > 0.9
    first, second, third, fourth = (f"{value:.2f}" for value in found)
    assert (
        f"by {first} on 31 March 2026, {second} on 30 June, {third} at the end of 2026 and {fourth}" in GUIDE
    )
    same = np.mean(daily_levels(november).on(END_OF_2026) == daily_levels(later).on(END_OF_2026))
    assert f"{round(100 * same)} worlds in 100 have the very same number" in GUIDE
