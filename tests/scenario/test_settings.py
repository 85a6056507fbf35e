from __future__ import annotations

import pytest

from sim.errors import UsageError
from sim.scenario.ledger import assumptions, sourced
from sim.scenario.loading import load_resolved
from sim.scenario.nodes import find, plain_data

from .samples import COMPLETE, faults_of, placed, resolved, write


@pytest.mark.parametrize(
    ("path", "value", "stands"),
    [
        ("contributors.turkey.contingents.brigade.troops", "4000", 4000),
        ("contributors.turkey.commits_when", "at least 1 of (calm, funded)", "at least 1 of (calm, funded)"),
        ("contributors.indonesia.consents.israel", "not_needed", "not_needed"),
        ("contributors.turkey.consents.hamas", "{probability: 0.5}", {"probability": 0.5}),
        ("uncertain.tempo", "{low: 1, mode: 1.2, high: 2}", {"low": 1, "mode": 1.2, "high": 2}),
        ("uncertain.tempo.p90", "2", 2),
        ("theatre.lift.air", "{slots: 2, load: 100}", {"slots": 2, "load": 100}),
        ("theatre.beds.grows.0.to", "7", 7),
        ("requirements.0.troops", "9", 9),
        ("facts.violations.past.2025-11-12", "2", 2),
        ("contributors.indonesia.approvals.1.takes", "3 days", "3 days"),
        ("defaults.contingents.delivers", "90%", "90%"),
        ("end", "2027-06-30", "2027-06-30"),
        ("contributors.jordan.source", "memo", "memo"),
        ("question", "a = b", "a = b"),
        ("question", "", None),
        ("contributors.indonesia.commits_when", "null", None),
    ],
)
def test_a_value_is_set(path, value, stands, tmp_path):
    after = resolved(tmp_path, COMPLETE, (f"{path}={value}",))
    node = find(after.tree, tuple(int(part) if part.isdecimal() else part for part in path.split(".")))
    assert (plain_data(node) if node is not None else None) == stands
    assert after.digest != resolved(tmp_path, COMPLETE).digest


def test_a_mapping_of_settings_does_the_same(tmp_path):
    path = write(tmp_path, COMPLETE)
    assert load_resolved(path, {"end": "2027-06-30"}).digest == load_resolved(path, ["end=2027-06-30"]).digest


def test_settings_apply_in_order_and_over_what_is_extended(tmp_path):
    write(tmp_path, COMPLETE, "base.yaml")
    path = write(tmp_path, "extends: base.yaml\nquestion: Child\n", "child.yaml")
    assert load_resolved(path, ["question=One", "question=Two"]).data["question"] == "Two"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("contributors.turkey.consents.israel.probability", "0.1"),
        ("contributors.turkey.contingents.brigade.troops", "1"),
        ("contributors.indonesia.contingents.infantry.troops.mode", "6000"),
        ("facts.violations.rate", "2 per day"),
        ("estimates.0.troops", "9"),
    ],
)
def test_a_value_that_is_set_is_an_assumption(path, value, tmp_path):
    before = resolved(tmp_path, COMPLETE)
    after = resolved(tmp_path, COMPLETE, (f"{path}={value}",))
    entry = path.removesuffix(".mode")
    assert entry in {each.path for each in sourced(before.tree)}
    assert {each.path for each in sourced(before.tree)} - {each.path for each in sourced(after.tree)} == {
        entry
    }
    assert after.origins[path].file == "--set"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("contributors.turky.notice=3 days", "there is no 'turky' in contributors; did you mean turkey?"),
        (
            "contributor.turkey.notice=3 days",
            "there is no 'contributor' in a scenario; did you mean contributors?",
        ),
        ("contributors.turkey.notise=3 days", "did you mean notice?"),
        ("definitions.clam=ceasefire", "did you mean calm?"),
        ("facts.calm=ceasefire", "there is no 'calm' in facts"),
        ("uncertain.tempo.medain=2", "did you mean median?"),
        ("never.3=ceasefire", "'3' is no place of this list; its places are 0 to 0"),
        ("never.x=ceasefire", "'x' is no place of this list"),
        ("scenario.title=x", "nothing can be set inside a single value"),
        ("contributors.itly=null", "there is no 'itly'"),
        ("end=2026-02-30", "end: '2026-02-30' is not a day of the calendar"),
        ("contributors.turkey.notice={median: 3 days", "a `{` is not closed"),
        ("contributors.turkey.commits_when=ceasefir", "did you mean ceasefire?"),
        ("never=[consent(israel, turkey)]", "quote the rule"),
        ("scenario=!!python/name:os.system x", "is not allowed"),
    ],
)
def test_a_wrong_setting_gets_help(setting, message, tmp_path):
    faults = faults_of(tmp_path, COMPLETE, (setting,))
    assert faults[0].file == "--set"
    assert message in placed(faults)[0]


def test_a_rule_that_is_set_shows_its_character(tmp_path):
    (fault,) = faults_of(tmp_path, COMPLETE, ("contributors.turkey.commits_when=calm for 3 dayz",))
    assert (fault.line, fault.column) == (1, 12)


@pytest.mark.parametrize("setting", ["end", "=x", " = y", ""])
def test_what_is_no_setting_is_a_mistake_of_use(setting, tmp_path):
    with pytest.raises(UsageError, match="path=value"):
        load_resolved(write(tmp_path, COMPLETE), [setting])
    with pytest.raises(UsageError, match="path=value"):
        load_resolved(write(tmp_path, COMPLETE), "end=2026-01-01")


def test_all_that_is_not_set_keeps_its_source(tmp_path):
    settings = ("contributors.turkey.contingents.brigade.role=engineers",)
    after = resolved(tmp_path, COMPLETE, settings)
    before = resolved(tmp_path, COMPLETE)
    assert [each.path for each in assumptions(after.tree)] == [each.path for each in assumptions(before.tree)]
