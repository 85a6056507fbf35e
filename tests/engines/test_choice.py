"""Which engine plays is asked for once, and carried to whoever plays."""

import pickle

import pytest
from typer.testing import CliRunner

from sim.cli.main import app
from sim.engines.choice import asked_engine, chosen_engine, engine_asked_for
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
