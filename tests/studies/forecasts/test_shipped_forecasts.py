"""The forecasts that are kept beside the scenarios: whole, of those scenarios, and as the scenarios' heads say."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from sim.results.statistics import quantile_of
from sim.scenario.loading import load_resolved
from sim.studies.forecasts.sealing import read_sealed

SCENARIOS = Path(__file__).parents[3] / "scenarios"
FORECASTS = sorted((SCENARIOS / "forecasts").glob("*.json"))
LEVEL = re.compile(r"31 Dec (\d{4}) ([\d,]+) \(([\d,]+)-([\d,]+)\)")


def head_of(name):
    """Return the comments before a scenario's first key, as one line."""
    text = (SCENARIOS / f"{name}.yaml").read_text(encoding="utf-8").partition("extends:")[0]
    return " ".join(line.lstrip("# ") for line in text.splitlines())


def number(text):
    return int(text.replace(",", ""))


def test_both_isf_scenarios_have_one():
    assert [path.stem for path in FORECASTS] == ["isf-2025-11-19", "isf-2026-02-19"]


@pytest.mark.parametrize("path", FORECASTS, ids=lambda path: path.stem)
def test_a_kept_forecast_is_sealed_and_says_what_its_scenario_says_of_it(path):
    sealed = read_sealed(path)
    said, scenario = sealed.statement, load_resolved(SCENARIOS / f"{path.stem}.yaml", ()).scenario
    assert (said.scenario, said.made_on, said.end) == (scenario.scenario, scenario.as_of, scenario.end)
    head = head_of(path.stem)
    assert f"({said.replications:,} worlds, seed {said.seed};" in head
    found = LEVEL.findall(head)
    assert [year for year, *_ in found] == ["2026", "2027"]
    for year, *stated in found:
        counts = said.levels[dt.date(int(year), 12, 31)]
        values = sorted(value for value, many in counts for _ in range(many))
        assert len(values) == said.replications
        assert [quantile_of(values, share) for share in (0.5, 0.05, 0.95)] == list(map(number, stated))
    boots = sum(many for _, many in said.boots) / said.replications
    assert f"first boots by the end of 2027 in {boots:.0%} ".replace("%", " %") in head


def test_the_second_follows_the_first():
    first, second = map(read_sealed, FORECASTS)
    assert second.follows == first.digest
