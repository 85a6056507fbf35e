"""What `import sim` offers, and what it costs."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

import pytest

import sim
from sim.errors import UsageError

ROOT = Path(__file__).parents[1]
TUTORIAL = ROOT / "scenarios" / "tutorial.yaml"


def test_the_public_names_are_these_and_exist():
    assert sorted(sim.__all__) == [
        "__version__",
        "check",
        "compare",
        "explain",
        "load",
        "open_run",
        "packages",
        "page",
        "report",
        "run",
        "sensitivity",
        "unlock",
        "why",
    ]
    assert all(hasattr(sim, name) for name in sim.__all__)


SAME_NOTION = {
    "AtLeast",  # of a rule, and of the proposition that a rule becomes
    "Beds",  # as the scenario states them, and as a rule reads them
    "Consent",
    "Contingent",  # as the scenario states them, and as a replication lives them
    "Contributor",
    "Theatre",
    "Contradiction",  # in seconds of a replication, and in dates of its scenario
    "Courses",
    "Happening",  # what a lever makes happen, and what can happen
    "Past",  # the model's reader of logs, and that of the tests, which shares nothing with it
    "Record",  # as the scenario states it, and compiled
    "World",
}
"""Class names that stand for one notion at two places; any other name stands for one thing."""


def test_a_class_name_stands_for_one_thing():
    files = (ROOT / "sim").rglob("*.py")
    found = Counter(
        name
        for file in files
        for name in re.findall(r"^class ([A-Z]\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert {name for name, count in found.items() if count > 1} == SAME_NOTION


def test_the_version_is_the_projects():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert sim.__version__ == project["version"]


@pytest.mark.parametrize("module", ["sim", "sim.cli.main"])
def test_importing_loads_nothing_heavy(module):
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"numpy", "pandas", "matplotlib", "scipy", "pyarrow", "simpy", "lark", "pydantic", "yaml", "rich"}
    assert not heavy & set(done.stdout.split())


def test_help_takes_at_most_half_of_importing_pandas():
    assert 2 * best(["-m", "sim", "--help"]) <= best(["-c", "import pandas"])


def test_a_run_lives_as_long_as_its_result():
    scenario = sim.load(TUTORIAL)
    run = sim.run(scenario, replications=20, seed=0)
    folder = run.folder
    assert run.replications == 20
    assert set(run.transitions()["replication"]) == set(range(20))
    del run
    assert not folder.exists()


def test_a_run_with_a_folder_stays_and_is_opened_again(tmp_path):
    run = sim.run(TUTORIAL, replications=20, seed=1, out=tmp_path)
    assert run.folder.parent == tmp_path / "tutorial"
    again = sim.open_run(run.folder)
    assert again.transitions().equals(run.transitions())
    assert again.manifest["seed"] == 1


def test_a_smaller_number_is_warned_about(tmp_path):
    sim.run(TUTORIAL, replications=20, out=tmp_path)
    with pytest.warns(RuntimeWarning, match="more than the 10 asked for"):
        assert sim.run(TUTORIAL, replications=10, out=tmp_path).replications == 20


def test_a_path_and_what_was_loaded_from_it_give_the_same_worlds(tmp_path):
    by_path, loaded = sim.run(str(TUTORIAL), 10), sim.run(sim.load(TUTORIAL), 10)
    assert by_path.transitions().equals(loaded.transitions())


def test_the_executor_is_the_commands(tmp_path):
    run = sim.run(TUTORIAL, replications=10, out=tmp_path, executor="serial")
    assert run.replications == 10
    with pytest.raises(UsageError, match="is no executor"):
        sim.run(TUTORIAL, replications=10, executor="fibres")


def test_settings_reach_the_scenario():
    loaded = sim.load(TUTORIAL, ["targets.initial.troops=7"])
    assert loaded.scenario.targets["initial"].troops == 7


def best(arguments, times=3):
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, check=True)
        taken.append(time.perf_counter() - began)
    return min(taken)
