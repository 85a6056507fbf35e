import csv
import io
import json

import numpy as np
import pytest

from sim.missions.reading import Missions, read_missions
from sim.report.backtest_findings import Findings
from sim.report.backtest_report import document_of, scores_csv, summary_csv, write_backtest
from sim.studies.backtest.playing import play
from sim.studies.backtest.rivals import REFERENCES, ensemble, rival
from sim.studies.backtest.scores import scored
from sim.studies.backtest.skill import better, skill
from sim.studies.backtest.study import ABLATIONS, MODEL, Fold, Playing, parts_of
from sim.studies.backtest.template import scenario_of
from sim.studies.calibration.learned import learn
from tests.studies.backtest.shuffling import shuffled

OWN = read_missions()
LAWS = dict.fromkeys(("growth", "advance", "body", "late"), "Weibull")
FIXED = {each.cluster: LAWS for each in OWN.build_ups}


@pytest.fixture(scope="module")
def small():
    """Two clusters forecast with few replications, all else learned from."""
    asked = Missions(
        tuple(each for each in OWN.build_ups if each.cluster in ("Somalia", "Lebanon")), OWN.pledges
    )
    playing = Playing(asked, OWN, 40, 0, FIXED)
    outcomes = [
        playing(part)
        for part in (Fold("Somalia"), Fold("Lebanon"), Fold("Lebanon", "leave-out", "without kind"))
    ]
    from sim.studies.backtest.study import Backtest

    return Findings(Backtest(asked, tuple(outcomes), 40, 0))


def test_a_clusters_missions_are_learned_without_it():
    asked = Missions(tuple(each for each in OWN.build_ups if each.name == "AMISOM"), ())
    left = Playing(asked, OWN, 10, 0)._teachers(Fold("Somalia"), list(asked.build_ups))
    assert "Somalia" not in left.clusters
    assert not [each for each in left.pledges if each.mission == "AMISOM"]
    earlier = Playing(asked, OWN, 10, 0)._teachers(Fold("AMISOM", "expanding"), list(asked.build_ups))
    assert max(each.day_0 for each in earlier.build_ups) < asked.build_ups[0].day_0


def test_parts_hold_every_cluster_once_and_every_ablation():
    parts = parts_of(OWN, tuple(ABLATIONS), expanding=True)
    assert len(parts) == len(set(parts)) == 15 * (1 + len(ABLATIONS)) + 20


@pytest.mark.long
def test_scores_are_in_shares_of_the_ceiling_and_rivals_stand_beside(small):
    scores = small.of("leave-out", 0)
    assert {each.by for each in scores} == {MODEL, "class", "gap", "last", "without kind"}
    assert {each.mission for each in scores} == {"AMISOM", "UNIFIL II"}
    last = next(
        each for each in scores if each.by == "last" and each.mission == "UNIFIL II" and each.day == 365
    )
    assert last.crps == pytest.approx(abs(1989 / 15000 - last.observed))
    assert all(each.day > 90 for each in small.of("leave-out", 90))


def test_the_tables_say_what_was_scored(small):
    rows = list(csv.DictReader(io.StringIO(scores_csv(small))))
    mine = [float(row["crps"]) for row in rows if (row["by"], row["known_day"]) == (MODEL, "0")]
    by_mission = {}
    for row in rows:
        if (row["by"], row["known_day"]) == (MODEL, "0"):
            by_mission.setdefault(row["mission"], []).append(float(row["crps"]))
    assert len(mine) == sum(count for _, count, *_ in small.by_mission())
    summary = list(csv.DictReader(io.StringIO(summary_csv(small))))
    template = next(row for row in summary if (row["by"], row["known_day"]) == (MODEL, "0"))
    assert float(template["crps"]) == pytest.approx(
        np.mean([np.mean(each) for each in by_mission.values()]), abs=1e-4
    )
    inside = [
        float(row["q10"]) - 1e-6 <= float(row["observed"]) <= float(row["q90"]) + 1e-6
        for row in rows
        if (row["by"], row["known_day"]) == (MODEL, "0")
    ]
    assert float(template["within_80"]) == pytest.approx(np.mean(inside), abs=1e-4)


def test_brier_scores_equal_their_definition(small):
    for day, count, own, _ in small.brier():
        told = [each for each in small.result.boots() if (each.day, each.by) == (day, MODEL)]
        assert count == len(told)
        if told:
            assert own == pytest.approx(np.mean([(each.chance - each.came) ** 2 for each in told]))


@pytest.mark.long
def test_the_page_and_its_files_are_written(small, tmp_path):
    write_backtest(small, tmp_path)
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"scores.csv", "summary.csv", "boots.csv", "report.html"} <= written
    assert {f"figures/{name}.svg" for name in ("skill", "pit", "missions")} <= written
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert small.headline.replace("%", "%") in page
    assert len(document_of(small).sections) == 5


def shuffles(seeds, score):
    return [score(shuffled(OWN, seed)) for seed in seeds]


@pytest.mark.long
def test_shuffled_outcomes_give_no_skill():
    """Forecasts of day 0 scored on courses dealt to other missions, over 20 shuffles: no better than the class."""
    learned = learn(OWN, laws=LAWS)
    forecasts = {
        each.name: play(scenario_of(each.known_by(each.day_0), learned).scenario, (90, 180, 365), 24, 0)
        for each in OWN.build_ups
    }

    def template_skill(missions):
        scores = []
        for each in missions.build_ups:
            others = [other for other in missions.build_ups if other.cluster != each.cluster]
            for day in (90, 180, 365):
                observed = each.share_on(day)
                if observed is None:
                    continue
                said = {
                    MODEL: ensemble((forecasts[each.name].on(day) / each.ceiling).tolist()),
                    "class": rival("class", each, others, 0, day),
                }
                scores += [
                    scored(
                        value, observed, mission=each.name, cluster=each.cluster, known_day=0, day=day, by=by
                    )
                    for by, value in said.items()
                ]
        return skill(scores, MODEL, "class").value

    real = template_skill(OWN)
    dealt = shuffles(range(20), template_skill)
    assert np.mean(dealt) < 0
    assert sum(each >= real for each in dealt) <= 1


@pytest.mark.slow
def test_nor_when_all_is_learned_from_shuffled_outcomes():
    def template_skill(missions):
        playing = Playing(missions, missions, 60, 0, FIXED)
        scores = [each for cluster in missions.clusters for each in playing(Fold(cluster)).scores]
        day_0 = [each for each in scores if each.known_day == 0]
        return skill(day_0, MODEL, better(day_0, REFERENCES)).value

    dealt = shuffles(range(20), template_skill)
    print(json.dumps([round(each, 3) for each in dealt]))
    assert np.mean(dealt) < 0.02
    assert np.mean([each > 0.15 for each in dealt]) <= 0.1


@pytest.mark.long
def test_other_missions_are_forecast_with_what_the_own_ones_teach(tmp_path):
    (tmp_path / "missions.csv").write_text(
        "mission,day_0,ceiling,funding\nNEW,2019-01-01,3000,voluntary\nEMPTY,2019-01-01,500,\n",
        encoding="utf-8",
    )
    (tmp_path / "strength.csv").write_text(
        "mission,day,troops\nNEW,28,10\nNEW,95,400\nNEW,182,900\n", encoding="utf-8"
    )
    asked = read_missions(tmp_path)
    outcome = Playing(asked, OWN, 20, 0, {"NEW": LAWS})(Fold("NEW"))
    assert outcome.learned_from == 20
    assert {each.day for each in outcome.scores if each.known_day == 0} == {30, 180} | {
        day for day in (60, 90) if asked.build_ups[1].share_on(day) is not None
    }
    nothing = Playing(asked, OWN, 20, 0, {"EMPTY": LAWS})(Fold("EMPTY"))
    assert nothing.scores == ()
