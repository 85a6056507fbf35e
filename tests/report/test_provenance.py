"""What `isf show` prints is the scenario itself, with a place behind every value."""

from __future__ import annotations

import pytest

from sim.report.telling.provenance import annotated_yaml, path_lines
from sim.scenario.loading import load_resolved, resolve_text
from tests.scenario.samples import COMPLETE, write
from tests.scenario.shipped import FILES, shipped

BASE = """\
scenario: Base
question: |
  One line?
  Another one?
start: 2026-01-01
end: 2026-12-31
defaults: {contingents: {delivers: 0.9}}
contributors:
  north:
    commits_when: after 2026-02-01
    contingents:
      unit:
        troops: 100
        role: infantry
        prepares_for:
          median: 30 days
          p90: 60 days
"""
OVER = """\
extends: base.yaml
scenario: Over
contributors: {north: {contingents: {unit: {troops: 200, will_not: [disarm]}}}}
"""


def shown(folder, settings=()):
    write(folder, BASE, "base.yaml")
    file = write(folder, OVER, "over.yaml")
    resolved = load_resolved(file, settings)
    return resolved, list(annotated_yaml(resolved, file)), list(path_lines(resolved, file))


@pytest.mark.long
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_shown_reads_back_as_the_same_scenario(file):
    resolved = shipped(file)
    text = "\n".join(annotated_yaml(resolved, file)) + "\n"
    assert resolve_text(text, "shown").digest == resolved.digest


def test_every_construct_reads_back(tmp_path):
    file = write(tmp_path, COMPLETE)
    settings = (
        "contributors.indonesia.approvals.0.takes=9 days",
        "scenario='a # b: {c}, [d]'",
        "question='1'",
    )
    resolved = load_resolved(file, settings)
    text = "\n".join(annotated_yaml(resolved, file)) + "\n"
    assert resolve_text(text, "shown").digest == resolved.digest
    assert resolved.scenario.scenario == "a # b: {c}, [d]" and resolved.scenario.question == "1"


def test_each_value_has_its_file_and_line(tmp_path):
    _, lines, _ = shown(tmp_path)
    said = {line.split("#")[0].strip(): line.split("# ")[1] for line in lines if "#" in line}
    assert said["scenario: Over"] == "over.yaml:2"
    assert said["troops: 200"] == "over.yaml:3"
    assert said["role: infantry"] == "base.yaml:14"
    assert said["question: |"] == "base.yaml:2"
    assert said["prepares_for: {median: 30 days, p90: 60 days}"] == "base.yaml:16-17"
    assert said["will_not: [disarm]"] == "over.yaml:3"


def test_defaults_stand_in_comments_only(tmp_path):
    _, lines, _ = shown(tmp_path)
    assert any(
        line.strip() == "# from defaults: delivers; default: force military, priority 0" for line in lines
    )


def test_a_value_set_from_outside_says_so(tmp_path):
    settings = ("contributors.north.contingents.unit.prepares_for.p90=90 days", "end=2027-06-30")
    _, lines, paths = shown(tmp_path, settings)
    assert any(line.startswith("end: 2027-06-30") and line.endswith("# --set") for line in lines)
    assert any("p90: 90 days}" in line and line.endswith("# base.yaml:16, --set") for line in lines)
    assert "end=2027-06-30\t--set" in paths


def test_a_line_a_value_can_be_given_to_set(tmp_path):
    resolved, _, paths = shown(tmp_path)
    rows = dict(line.split("\t") for line in paths)
    assert rows["contributors.north.contingents.unit.troops=200"] == "over.yaml:3"
    assert rows["contributors.north.contingents.unit.force=military"] == "default"
    assert rows["contributors.north.contingents.unit.delivers=0.9"] == "defaults.contingents (base.yaml:7)"
    assert "contributors.north.priority=0" in rows
    settings = [row for row, origin in rows.items() if origin.startswith(("base", "over"))]
    again = load_resolved(tmp_path / "over.yaml", settings)
    assert again.data == resolved.data
