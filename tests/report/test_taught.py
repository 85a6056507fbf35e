from pathlib import Path

from sim.report.telling.taught import LEARNED, taught_lines
from sim.scenario.loading import load_resolved

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_the_isf_scenarios_say_which_numbers_are_learned():
    for name in ("isf-2025-11-19", "isf-2026-02-19"):
        said = "\n".join(taught_lines(load_resolved(SCENARIOS / f"{name}.yaml").tree))
        for path in ("uncertain.tempo", "defaults.contingents.prepares_for", "defaults.contributors.notice"):
            assert path in said


def test_a_scenario_that_rests_on_nothing_learned_says_nothing():
    assert list(taught_lines(load_resolved(SCENARIOS / "tutorial.yaml").tree)) == []


def test_the_sources_are_those_of_the_table():
    text = (SCENARIOS / "calibrated.yaml").read_text(encoding="utf-8")
    assert all(f"\n  {name}:\n" in text for name in LEARNED)
