"""How assumptions are named: a number in a rule is that number, and no place in a list."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sim.report.answers.sensitivity import _row
from sim.report.blocks import JOINED
from sim.scenario.scenario import Scenario
from sim.words.assumptions import assumption_words, number_words

SCENARIO = Scenario.model_validate(
    {
        "scenario": "Numbers in rules",
        "start": "2026-01-01",
        "end": "2026-12-31",
        "facts": {
            "clear": {
                "name": "Mandate clear",
                "kind": "milestone",
                "probability": "40%",
                "when": "deployed(beta) >= 50",
            },
            "works": {"kind": "progress", "duration": "100 days", "when": "deployed(beta) >= 0.5"},
        },
        "contributors": {
            "alpha": {"contingents": {"u": {"role": "infantry", "troops": 100}}},
            "beta": {
                "name": "The Betans",
                "commits_when": "deployed(alpha) >= 200 and clear for 30 days",
                "approvals": [{"step": "vote", "takes": "10 days"}],
                "contingents": {"u": {"role": "infantry", "troops": 100}},
            },
        },
    }
)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("contributors.beta.commits_when.200", "The Betans: commits when (200)"),
        ("contributors.beta.commits_when.30 days", "The Betans: commits when (30 days)"),
        ("contributors.beta.commits_when.reading 2 and 3", "The Betans: commits when (reading 2 and 3)"),
        ("contributors.beta.commits_when", "The Betans: commits when"),
        ("facts.clear.when.50", "Mandate clear: when (50)"),
        ("facts.works.when.0.5", "Works: when (0.5)"),
        ("facts.clear.probability", "Mandate clear: probability"),
        ("contributors.beta.approvals.0.takes", "The Betans: approval (vote) takes"),
        ("contributors.beta.contingents.u.troops", "The Betans: troops"),
    ],
)
def test_an_assumption_in_words(path, words):
    assert assumption_words(SCENARIO, path) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("contributor.beta.u.troops", "The Betans' number of troops"),
        ("contributor.beta.delivers", "The Betans' share of its pledge that comes"),
        ("contributor.beta.approvals.0.takes", "The Betans: approval (vote) takes"),
        ("facts.clear.probability", "Mandate clear: probability"),
        ("unnamed.every", "Unnamed contributors: one appears every"),
        ("reading.definitions.calm_enough", "Which reading holds of: definition “Calm enough”"),
        ("uncertain.slow_pace", "Uncertain quantity: “Slow pace”"),
    ],
)
def test_a_number_that_is_drawn_in_words(name, words):
    assert number_words(SCENARIO, name) == words


@pytest.mark.parametrize(
    ("clear", "reach", "verdict"), [(True, 4.0, ""), (False, 4.0, "unclear"), (False, 0.0, "same")]
)
def test_a_row_says_whether_it_matters(clear, reach, verdict):
    row = SimpleNamespace(
        assumption="facts.clear.probability",
        low_setting="0.2",
        high_setting="0.8",
        low_result=210.0,
        high_result=650.0,
        swing=440.0,
        swing_low=400.4,
        swing_high=480.4,
        clear=clear,
        reach=reach,
    )
    cells = _row(SimpleNamespace(scenario=SCENARIO), row, "troops")
    assert [cell.replace(JOINED, " ") for cell in cells] == [
        "Mandate clear: probability", "20 % / 80 %", "210", "650", "+440 (+400 to +481)", verdict,
    ]  # fmt: skip
