from pathlib import Path

import pytest

from sim.missions.freezing import frozen_digest
from sim.missions.reading import read_missions
from sim.scenario.loading import load, resolve_text
from sim.studies.calibration.learned import Without, learn
from sim.studies.calibration.table import compared_laws, fastest_growth, table_of, written

ROOT = Path(__file__).parents[3]
OWN = read_missions()
FIXED = dict.fromkeys(("growth", "advance", "body", "late"), "Weibull")


@pytest.fixture(scope="module")
def learned():
    return learn(OWN, laws=FIXED)


@pytest.mark.long
def test_leaving_a_cluster_out_changes_its_learned_table(learned):
    for cluster in ("Lebanon", "South Sudan"):
        other = learn(OWN.without(cluster), laws=FIXED)
        assert cluster not in other.clusters
        assert other.growth.fitted.median.value != learned.growth.fitted.median.value
        assert other.advance.fitted.delays < learned.advance.fitted.delays


@pytest.mark.long
def test_a_cluster_left_out_teaches_nothing():
    """Whatever came of a cluster's missions, the table learned without it is the same."""
    from dataclasses import replace

    from sim.missions.build_up import Strength
    from sim.missions.reading import Missions

    twisted = Missions(
        tuple(
            replace(each, strengths=(Strength(5, 9), Strength(700, 10)))
            if each.cluster == "Lebanon"
            else each
            for each in OWN.build_ups
        ),
        OWN.pledges,
    )
    assert learn(twisted.without("Lebanon"), laws=FIXED) == learn(OWN.without("Lebanon"), laws=FIXED)


@pytest.mark.long
def test_what_is_left_out_of_learning_is_out(learned):
    assert learn(OWN, Without(tempo=True), FIXED).growth.fitted.between is None
    assert learn(OWN, Without(kind=True), FIXED).growth.fitted.effects == {}
    assert learn(OWN, Without(rehat=True), FIXED).growth.fitted.delays > learned.growth.fitted.delays


def test_chances_of_slips_are_by_the_rule_of_succession(learned):
    assert (learned.kept_dates, learned.slipped_dates) == (2, 7)
    assert learned.slip_chance == pytest.approx(8 / 11)
    assert learned.handover_slip_chance == pytest.approx(1 / 7)  # five written days, all kept


def test_the_fastest_month_is_one_without_a_change_of_hats():
    assert 100 < fastest_growth(OWN) < 200


def test_the_table_of_the_scenarios_is_of_the_frozen_data():
    text = (ROOT / "scenarios" / "calibrated.yaml").read_text(encoding="utf-8")
    assert frozen_digest()[:16] in text
    scenario = load(ROOT / "scenarios" / "calibrated.yaml")
    assert scenario.defaults.contingents.prepares_for is not None
    assert "tempo" in scenario.uncertain


@pytest.mark.slow
def test_and_is_what_calibrate_writes():
    table = table_of(OWN, "hard", [], frozen_digest())
    assert written(table) == (ROOT / "scenarios" / "calibrated.yaml").read_text(encoding="utf-8")
    assert set(compared_laws(table, OWN)) >= {"Day 0 to a body", "Pledge to first troops"}
    for kind in ("usual", "own"):
        resolve_text(written(table_of(OWN, kind, [], frozen_digest())), "table")
