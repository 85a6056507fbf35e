from pathlib import Path

from sim.report.telling.taught import LEARNED, taught_lines
from sim.scenario.loading import load_resolved

SCENARIOS = Path(__file__).parents[2] / "scenarios"


DELAYS = ("defaults.contingents.prepares_for", "defaults.contributors.notice")


def test_the_isf_scenarios_say_which_numbers_are_learned():
    for name in ("isf-2025-11-19", "isf-2026-02-19"):
        said = "\n".join(taught_lines(load_resolved(SCENARIOS / f"{name}.yaml").tree))
        assert all(path in said for path in DELAYS)
        assert "goodwill" not in said, "an assumption beside what was learned"


def test_what_a_scenario_takes_over_as_a_whole_is_said_too():
    said = "\n".join(taught_lines(load_resolved(SCENARIOS / "calibrated.yaml").tree))
    assert all(path in said for path in ("uncertain.tempo", *DELAYS))


def test_a_scenario_that_rests_on_nothing_learned_says_nothing():
    assert list(taught_lines(load_resolved(SCENARIOS / "tutorial.yaml").tree)) == []


def test_the_sources_are_those_of_the_table():
    text = (SCENARIOS / "calibrated.yaml").read_text(encoding="utf-8")
    assert all(f"\n  {name}:\n" in text for name in LEARNED)
