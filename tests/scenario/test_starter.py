"""The scenario to start from loads, runs and overwrites nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.batch.rerunning import replication_rerun
from sim.errors import UsageError
from sim.scenario.loading import load_resolved
from sim.scenario.starter import starter_text, write_starter


def test_it_loads_and_runs_as_it_is(tmp_path):
    path = write_starter("my-force_2027", tmp_path)
    assert path == tmp_path / "my-force_2027.yaml"
    resolved = load_resolved(path)
    assert resolved.scenario.scenario == "My force 2027"
    assert {fault.check for fault in resolved.warnings} <= {"mostly_assumed"}
    for number in range(20):
        logs = replication_rerun(resolved.scenario, number)
        assert logs.transitions and logs.violations == []


def test_it_explains_itself():
    text = starter_text("x")
    assert text.splitlines()[0] == "# yaml-language-server: $schema=schema.json"
    assert text.count("#") > 20
    assert max(map(len, text.splitlines())) <= 120


def test_a_suffix_may_be_given(tmp_path):
    assert write_starter("force.yaml", tmp_path).name == "force.yaml"


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine.yaml").write_text("precious")
    with pytest.raises(UsageError, match="is not overwritten"):
        write_starter("mine", tmp_path)
    assert (tmp_path / "mine.yaml").read_text() == "precious"


def test_a_missing_folder_is_said(tmp_path):
    with pytest.raises(UsageError, match="no folder"):
        write_starter("mine", tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name",
    ["", "..", "../up", "/etc/passwd", "a/b", "a\\b", "-n", ".hidden", "two words", "a\nb", "a" * 81, "é"],
)
def test_names_that_could_do_harm_are_refused(tmp_path, name):
    with pytest.raises(UsageError, match="cannot name a scenario"):
        write_starter(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=20)
@given(st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,79}\Z"))
def test_every_allowed_name_is_a_title(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("starter")
    assert load_resolved(write_starter(name, folder)).scenario.scenario.strip()
