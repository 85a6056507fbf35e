"""Which engine plays is asked for once, and carried to whoever plays."""

import pickle
import re

import pytest
from typer.testing import CliRunner

from sim.cli.main import app, main
from sim.engines import choice
from sim.engines.choice import asked_engine, chosen_engine, engine_asked_for, said_of_choice
from sim.engines.compiled.engine import Compiled
from sim.errors import UsageError
from sim.studies.trials import Trials


def test_an_engine_is_asked_for_while_it_is_and_no_longer():
    assert asked_engine() == "auto"
    with engine_asked_for("simpy"):
        assert asked_engine() == "simpy"
        trials = Trials("", "", 1, 0)
    assert asked_engine() == "auto"
    assert pickle.loads(pickle.dumps(trials)).engine == "simpy"


def test_what_is_no_engine_is_refused():
    with pytest.raises(UsageError, match="'fortran' is no engine"):
        chosen_engine("fortran")


def test_the_command_says_what_engines_there_are():
    result = CliRunner().invoke(app, ["check", "scenarios/tutorial.yaml", "--engine", "fortran"])
    assert isinstance(result.exception, UsageError)
    assert asked_engine() == "auto"


@pytest.mark.parametrize(
    ("replications", "numba", "compiled", "said"),
    [
        (999, True, True, ""),
        (1_000, False, False, r"SimPy; pip install '\.\[fast\]'"),
        (1_000, True, False, "SimPy; --engine compiled would compile one, once, in a minute or so"),
        (1_000, True, True, r"compiled \(1,000 replications"),
    ],
)
def test_auto_says_what_it_chose(monkeypatch, replications, numba, compiled, said):
    monkeypatch.setattr(choice, "find_spec", lambda name: object() if numba else None)
    monkeypatch.setattr(choice, "_is_at_hand", lambda: compiled)
    monkeypatch.setattr(choice, "_LOADED", "no such module")
    told = said_of_choice(replications)
    assert re.search(said, told)
    assert bool(told) == bool(said)
    if said:
        chosen = isinstance(chosen_engine("auto", replications), Compiled)
        assert chosen == told.startswith("engine: compiled")
    with engine_asked_for("simpy"):
        assert said_of_choice(replications) == ""


def test_what_is_read_already_plays_any_number(monkeypatch):
    monkeypatch.setattr(choice, "find_spec", lambda name: object())
    monkeypatch.setattr(choice, "_is_at_hand", lambda: True)
    monkeypatch.setattr(choice, "_LOADED", "no such module")
    assert not isinstance(chosen_engine("auto", 1), Compiled)
    monkeypatch.setattr(choice, "_LOADED", "sys")
    assert isinstance(chosen_engine("auto", 1), Compiled)


TINY = """
scenario: Tiny
start: 2026-01-01
end: 2026-02-01
contributors: {a: {contingents: {men: {troops: 10, role: infantry}}}}
"""


def test_a_run_says_it_once_and_not_when_it_is_to_be_quiet(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(choice, "_is_at_hand", lambda: False)
    monkeypatch.setattr("sim.report.keeping.write_run_outputs", lambda *given: None)
    files = [tmp_path / f"{name}.yaml" for name in ("one", "two", "three")]
    for file in files:
        file.write_text(TINY)

    def told(*arguments):
        with pytest.raises(SystemExit):
            main(["run", "-n", "1000", "--jobs", "1", "--out", str(tmp_path), *map(str, arguments)])
        return capfd.readouterr().err.count("isf: engine: SimPy")

    assert told("-q", files[0]) == 0
    assert told(files[0]) == 0  # all is played already
    assert told(files[1], files[2]) == 1
