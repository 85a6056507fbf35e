"""Every rule of a scenario is found, and by a path in which a number of it ends."""

from __future__ import annotations

import pytest

from sim.scenario.positions import dotted
from sim.scenario.rules import rule_holding, rules_with_paths
from tests.scenario.shipped import FILES, shipped


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_number_of_a_rule_is_one_of_the_rule_that_stands_there(file):
    scenario = shipped(file).scenario
    paths = [dotted(path) for path, _ in rules_with_paths(scenario)]
    assert paths
    for path in paths:
        assert rule_holding(scenario, f"{path}.0") == (path, "0")
        assert rule_holding(scenario, f"{path}.how meant.0") == (path, "how meant.0")
        assert rule_holding(scenario, path) == ("", ""), "the rule itself is none of its numbers"


def test_what_leads_to_no_rule_ends_in_none():
    scenario = shipped(FILES[0]).scenario
    for path in ("start.0", "nowhere.at.all", "contributors", "title.commits_when.0", ""):
        assert rule_holding(scenario, path) == ("", "")
