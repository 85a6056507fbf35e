"""What stands behind the numbers, tied to the scenarios and manifests it tells of."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.report.answers.background import method_sections, rule_sentences, rules_section
from sim.report.blocks import Code, Paragraph, Sheet
from sim.scenario.loading import resolve_text

TEXT = """
scenario: {name}
start: 2026-01-01
end: 2026-12-31
facts:
  calm: {{kind: switch, initially: true, stays_on: {{mean: 60 days}}, stays_off: {{mean: 20 days}}}}
contributors:
  alpha:
    name: Alphaland
    commits_when: calm for {days} days
    withdraws_when: casualties(self) in last 30 days >= 5
    contingents: {{u: {{role: infantry, troops: 100}}}}
requirements:
  - {{task: aid_convoys, troops: 80, by: 2026-03-31, when: calm}}
never: [deployed(alpha) > 100]
"""


def run_of(label, days, number, asked, failed, seed):
    scenario = resolve_text(TEXT.format(name=f"As {label}", days=days), "s").scenario
    manifest = {
        "replications": asked,
        "seed": seed,
        "digest": f"{number}" * 64,
        "versions": {"numpy": "2", "isf": f"1.{number}"},
    }
    folder = Path(f"/somewhere/{label} file/{number}0aa")
    return SimpleNamespace(scenario=scenario, manifest=manifest, replications=asked - failed, folder=folder)


@pytest.fixture(scope="module")
def runs():
    return {"first": run_of("first", 10, 1, 700, 3, 42), "second": run_of("second", 20, 2, 900, 0, 43)}


def test_rules_are_said_of_whoever_has_them(runs):
    assert rule_sentences(runs["first"].scenario) == [
        ("Alphaland › commits when", "“Calm” has held throughout the last 10 days."),
        ("Alphaland › withdraws when", "Alphaland has had at least 5 casualties in the last 30 days."),
        ("Requirement › aid convoys › when", "“Calm” holds."),
        ("Never", "More than 100 troops of Alphaland are deployed."),
    ]


def test_of_further_runs_only_other_rules_are_told(runs):
    first, second = rules_section(runs).blocks
    assert isinstance(first, Sheet) and isinstance(second, Sheet)
    assert first.caption == "Rules of first." and len(first.rows) == 4
    assert second.caption == "Rules of second that differ from those above."
    assert second.rows == (("Alphaland › commits when", "“Calm” has held throughout the last 20 days."),)
    assert len(rules_section({"first": runs["first"], "again": runs["first"]}).blocks) == 1


def test_how_to_repeat_it_asks_for_the_worlds_that_were_asked_for(runs):
    *_, repeat = method_sections(runs)
    (code,) = (block for block in repeat.blocks if isinstance(block, Code))
    assert code.lines == (
        "isf run 'first file.yaml' -n 700 --seed 42",
        "isf run 'second file.yaml' -n 900 --seed 43",
        "isf report \\",
        "    'first=outputs/first file/10aa' \\",
        "    'second=outputs/second file/20aa'",
    )
    (sheet,) = (block for block in repeat.blocks if isinstance(block, Sheet))
    assert sheet.rows == (
        ("first", "As first", 697, "42", "1" * 12),
        ("second", "As second", 900, "43", "2" * 12),
    )
    assert repeat.blocks[-1] == Paragraph("Versions: isf 1.2, numpy 2.")
