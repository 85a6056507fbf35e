"""Files that would keep a reader waiting, and scenarios too large to read all against all."""

from __future__ import annotations

import os
import time

import pytest

from sim.errors import ScenarioError, UsageError
from sim.scenario.analysis import analyse
from sim.scenario.loading import load_resolved
from sim.studies.sweeps import read_sweep_file

HEAD = "scenario: Limits\nstart: 2026-01-01\nend: 2026-12-31\n"
UNIT = "contributors: {c: {contingents: {u: {troops: 9, role: r}}}}\n"


def said(path):
    with pytest.raises(ScenarioError) as error:
        load_resolved(path)
    return str(error.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_keeps_nobody_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "is a pipe or a device" in said(tmp_path / "pipe.yaml")
    (tmp_path / "own.yaml").write_text(f"{HEAD}extends: pipe.yaml\n{UNIT}")
    assert "own.yaml:4:10: extends:" in said(tmp_path / "own.yaml")
    with pytest.raises(UsageError, match="is a pipe or a device"):
        read_sweep_file(tmp_path / "pipe.yaml")


@pytest.mark.parametrize(
    "foreign",
    [
        "password: hunter2\nsecret_key: [1, 2]\n",
        "password: hunter2\nsecret_key: [1, 2\nfacts: {}\n",
        "root:x:0:0:hunter2\n",
        "[hunter2, secret_key]\n",
        "hunter2\n",
        "secret_key: !!python/object:hunter2 {}\n",
        'secret_key: "hunter2\n',
        "secret_key: &hunter2 [*hunter2]\n",
    ],
)
def test_a_file_that_is_no_scenario_is_not_told_of(tmp_path, foreign):
    (tmp_path / "foreign.yaml").write_text(foreign)
    (tmp_path / "own.yaml").write_text(f"{HEAD}extends: foreign.yaml\n{UNIT}")
    message = said(tmp_path / "own.yaml")
    assert "foreign.yaml:" in message
    assert "hunter2" not in message and "secret_key" not in message


def mutual(count):
    rules = (
        f"  c{n}: {{commits_when: 'at least 2 of (deployed(c{(n + 1) % count}) > 0, "
        f"deployed(c{(n + 7) % count}) > 0, deployed(c{(n + 31) % count}) > 0)', "
        "contingents: {u: {troops: 100, role: infantry}}}\n"
        for n in range(count)
    )
    return f"{HEAD}contributors:\n{''.join(rules)}"


def test_mutual_pledges_are_analysed_in_bounded_time_and_what_was_left_out_is_said(tmp_path):
    path = tmp_path / "mutual.yaml"
    path.write_text(mutual(120))
    resolved = load_resolved(path)
    began = time.process_time()
    found = analyse(resolved.tree, resolved.scenario)
    assert time.process_time() - began < 20
    (told,) = (fault for fault in found if "not all was looked at" in fault.message)
    assert told.severity == "warning" and "dead_pledges" in told.message


def test_few_mutual_pledges_are_analysed_whole(tmp_path):
    path = tmp_path / "mutual.yaml"
    path.write_text(mutual(8))
    resolved = load_resolved(path)
    found = analyse(resolved.tree, resolved.scenario)
    assert found and not [fault for fault in found if "not all was looked at" in fault.message]


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (
            "targets: {" + ", ".join(f"t{n}: {{troops: 1, by: 2026-06-01}}" for n in range(201)) + "}",
            "targets: 201 targets are more than 200",
        ),
        (
            "requirements: ["
            + ", ".join(f"{{task: t{n}, troops: 1, by: 2026-06-01}}" for n in range(201))
            + "]",
            "requirements: 201 lines are more than 200",
        ),
    ],
)
def test_more_than_can_be_read_is_refused_by_its_limit(tmp_path, section, message):
    path = tmp_path / "many.yaml"
    path.write_text(f"{HEAD}{UNIT}{section}\n")
    assert message in said(path)


def test_a_decimal_comma_in_braces_has_its_remedy(tmp_path):
    path = tmp_path / "comma.yaml"
    path.write_text(f"{HEAD}facts: {{m: {{kind: milestone, probability: 0,5, after: 3 days}}}}\n{UNIT}")
    assert "comma.yaml:4:46: facts.m.5: '5' is no key; inside {…} a comma ends a value" in said(path)
