"""What Python users get: tables and figures on the run itself."""

import pytest

import sim
from sim.errors import UsageError


@pytest.fixture(scope="module")
def result():
    return sim.run("scenarios/tutorial.yaml", replications=20, seed=0)


def test_the_tables_are_those_of_the_results_room(result):
    from sim.results.targets import target_table

    assert result.targets.equals(target_table(result))
    assert next(iter(result.levels["date"])).date() == result.scenario.start
    assert set(result.flow_in["contributor"]) == {"northland", "southland"}


def test_every_figure_can_be_drawn_and_put_into_axes_of_ones_own(result):
    from matplotlib.figure import Figure

    assert "fan" in result.figure_names
    own = Figure()
    axes = own.subplots()
    assert result.figure("fan", axes) is own
    assert axes.collections or axes.lines


def test_an_unknown_figure_is_refused_with_those_there_are(result):
    with pytest.raises(UsageError, match="no figure 'pie'; choose one of fan"):
        result.figure("pie")


def test_a_notebook_shows_targets_and_arrivals_with_names_escaped(result):
    shown = result._repr_html_()
    assert "initial" in shown
    assert "northland" in shown


def test_a_stored_run_opens_as_the_same_result(result):
    assert sim.open_run(result.folder).targets.equals(result.targets)
