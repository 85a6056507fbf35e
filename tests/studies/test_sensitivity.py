from __future__ import annotations

import dataclasses
import math
from concurrent.futures import BrokenExecutor, Future

import numpy as np
import pytest

from sim.batch.executors import workers_for
from sim.batch.workers import SerialExecutor
from sim.errors import StoreError, UsageError
from sim.scenario.loading import resolve_text
from sim.studies import trials as trials_module
from sim.studies.assumptions import Move
from sim.studies.keeping import csv_of
from sim.studies.kept_sensitivity import open_sensitivity, write_sensitivity
from sim.studies.samples import Key, Sample
from sim.studies.sensitivity import _table, sensitivity
from sim.studies.trials import Answered, Trials, answers_of
from tests.studies.played import MANY

ONLY = "mandate"
COUNT = 40


@pytest.fixture(scope="module")
def resolved():
    return resolve_text(MANY, "many")


@pytest.fixture(scope="module")
def found(resolved):
    told = []
    study = sensitivity(
        resolved,
        workers_for(1),
        replications=COUNT,
        only=ONLY,
        measures=["level_mean@2026-06-15", "target_held:half"],
        tell=told.append,
    )
    assert [(cost.assumptions, cost.runs, cost.replications) for cost in told] == [(2, 4, COUNT)]
    assert told[0].seconds > 0
    return study


def test_each_end_is_the_scenario_with_one_value_set(found, resolved):
    trials = Trials(resolved.text, "many", COUNT, 0)
    base, low = answers_of(trials, [{}, {"facts.mandate.probability": "0.3"}], workers_for(1))
    key = Key("level_mean", "force", "2026-06-15")
    row = found.rows(key).set_index("assumption").loc["facts.mandate.probability"]
    assert (row["value"], row["low_setting"], row["high_setting"]) == ("0.6", "0.3", "0.9")
    assert row["baseline"] == base.answers[key].values.mean()
    assert row["low_result"] == low.answers[key].values.mean()
    assert row["low_difference"] == pytest.approx(row["low_result"] - row["baseline"])
    assert row["swing"] == pytest.approx(row["high_result"] - row["low_result"])
    assert row["low_diff_low"] <= row["low_difference"] <= row["low_diff_high"]
    assert row["reach"] == max(abs(row["low_difference"]), abs(row["high_difference"]), abs(row["swing"]))


def test_a_likelier_mandate_brings_more_and_rows_go_by_reach(found):
    assert [key.measure for key in found.measures] == ["level_mean", "target_held"]
    for key in found.measures:
        rows = found.rows(key)
        assert list(rows["reach"]) == sorted(rows["reach"], reverse=True)
    levels = found.rows(found.measures[0]).set_index("assumption")
    assert levels.loc["facts.mandate.probability", "swing"] > 0
    assert bool(levels.loc["facts.mandate.probability", "clear"])
    assert found.assumptions == 2 and len(found.faults) == 0


def test_what_is_kept_is_not_played_again(resolved, tmp_path, monkeypatch):
    arguments = {"replications": COUNT, "only": "mandate.probability", "folder": tmp_path}
    first = sensitivity(resolved, workers_for(1), **arguments)
    assert len(list(tmp_path.glob("*.npz"))) == 3

    def never(self, settings):
        raise AssertionError("played again")

    monkeypatch.setattr(Trials, "__call__", never)
    told = []
    again = sensitivity(resolved, workers_for(1), **arguments, tell=told.append)
    assert csv_of(again.table) == csv_of(first.table)
    assert math.isnan(told[0].seconds)


def test_damaged_answers_are_played_again(resolved, tmp_path):
    trials = Trials(resolved.text, "many", 5, 0)
    (first,) = answers_of(trials, [{}], workers_for(1), tmp_path)
    trials.path(tmp_path, {}).write_bytes(b"half")
    (again,) = answers_of(trials, [{}], workers_for(1), tmp_path)
    for key, sample in first.answers.items():
        np.testing.assert_array_equal(sample.values, again.answers[key].values)
        assert (sample.applies is None) == (again.answers[key].applies is None)
    (kept,) = answers_of(trials, [{}], workers_for(1), tmp_path)
    assert {key: dataclasses.replace(s, values=0, applies=0) for key, s in kept.answers.items()} == {
        key: dataclasses.replace(s, values=0, applies=0) for key, s in first.answers.items()
    }


def test_any_damage_of_kept_answers_is_seen(resolved, tmp_path):
    trials = Trials(resolved.text, "many", 5, 0)
    answers_of(trials, [{}], workers_for(1), tmp_path)
    path = trials.path(tmp_path, {})
    sound = path.read_bytes()
    for place in range(0, len(sound), 11):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ (1 << place % 8)]) + sound[place + 1 :])
        assert trials_module._read(path) is None
    path.write_bytes(sound)
    assert trials_module._read(path) is not None


def test_how_many_failed_is_counted_at_each_end_and_kept(resolved, tmp_path, monkeypatch):
    answered = Trials.__call__

    def losing(self, settings):
        """Lose the first world of the scenario itself, and seven of the low end."""
        found = answered(self, settings)
        lost = 1 if not settings else 7 if settings == {"facts.mandate.probability": "0.3"} else 0
        kept = {key: sample.at(np.arange(lost, len(found.numbers))) for key, sample in found.answers.items()}
        return Answered(found.numbers[lost:], kept)

    monkeypatch.setattr(Trials, "__call__", losing)
    study = sensitivity(resolved, workers_for(1), replications=COUNT, only="mandate.probability")
    assert study.failed == 1
    assert study.table[["low_failed", "high_failed"]].to_numpy().tolist() == [[7, 0]]
    write_sensitivity(study, tmp_path)
    files = {path: path.stat().st_ino for path in tmp_path.iterdir()}
    write_sensitivity(study, tmp_path)
    assert {path: path.stat().st_ino for path in tmp_path.iterdir()} == files, "what stands there is kept"
    again = open_sensitivity(tmp_path, study.scenario)
    assert again.failed == 1 and csv_of(again.table) == csv_of(study.table)
    assert again.table["low_failed"].tolist() == [7]
    (tmp_path / "sensitivity.json").write_text(
        (tmp_path / "sensitivity.json").read_text().replace('"format": 2', '"format": 1')
    )
    with pytest.raises(StoreError, match="format 1, while this simulator reads format 2"):
        open_sensitivity(tmp_path, study.scenario)


def test_answers_are_not_kept_beyond_a_change_of_what_computes_them(resolved, monkeypatch):
    trials = Trials(resolved.text, "many", 5, 0)
    before = trials.key({})
    monkeypatch.setattr(trials_module, "code_digest", lambda *rooms: "another")
    assert trials.key({}) != before


def test_a_value_that_breaks_the_scenario_is_told_and_left_out(resolved):
    trials = Trials(resolved.text, "many", 5, 0)
    good, bad = answers_of(trials, [{}, {"facts.mandate.probability": "7"}], workers_for(1))
    assert not good.fault and "probability" in bad.fault and not bad.answers


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"only": "no such thing"}, "has 'no such thing' in its path"),
        ({"only": ONLY, "measures": ["speed"]}, "--measure speed: the scenario has no such measure"),
    ],
)
def test_impossible_wishes_name_the_remedy(resolved, arguments, message):
    with pytest.raises(UsageError, match=message):
        sensitivity(resolved, workers_for(1), replications=5, **arguments)


@pytest.mark.long
def test_workers_change_nothing(resolved):
    trials = Trials(resolved.text, "many", 6, 3)
    variants = [{}, {"facts.mandate.probability": "0.1"}, {"facts.mandate.probability": "1"}]
    alone, together = (answers_of(trials, variants, workers_for(jobs)) for jobs in (1, 2))
    for one, other in zip(alone, together, strict=True):
        assert one.answers.keys() == other.answers.keys()
        for key, sample in one.answers.items():
            np.testing.assert_array_equal(sample.values, other.answers[key].values)


class Interrupted:
    """Workers of which one is lost with the second variant, once."""

    jobs = 2

    def __init__(self):
        self.opened = 0

    def open(self, task):
        self.opened += 1
        return Losing(lose=self.opened == 1), task


class Losing(SerialExecutor):
    def __init__(self, lose):
        self.lose = lose

    def submit(self, fn, /, *args, **kwargs):
        if self.lose and args == (1,):
            future = Future()
            future.set_exception(BrokenExecutor("a worker was killed"))
            return future
        return super().submit(fn, *args, **kwargs)


def test_a_killed_worker_costs_only_time(resolved):
    trials, workers = Trials(resolved.text, "many", 5, 0), Interrupted()
    variants = [{}, {"facts.mandate.probability": "0.3"}, {"facts.mandate.probability": "0.9"}]
    answered, undisturbed = (
        answers_of(trials, variants, workers),
        answers_of(trials, variants, workers_for(1)),
    )
    assert workers.opened == 2
    for own, other in zip(answered, undisturbed, strict=True):
        assert all(
            np.array_equal(own.answers[key].values, other.answers[key].values) for key in other.answers
        )


def test_a_full_disk_is_no_fault_of_a_variant(resolved, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="No space left on device"):
        answers_of(Trials(resolved.text, "many", 5, 0), [{}], workers_for(1), tmp_path)


def test_of_many_assumptions_only_what_many_could_not_show_by_chance_is_clear():
    """Paired differences of 2.5 and of 4 standard errors: of 10 assumptions (30 looks) only the latter is clear."""
    values = np.random.default_rng(3).normal(size=400)
    unit = np.random.default_rng(4).normal(size=400)
    unit = (unit - unit.mean()) / unit.std(ddof=1)

    def answered(shift):
        return Answered(np.arange(400), {KEY: Sample("mean", values + unit + shift / 20)})

    base = Answered(np.arange(400), {KEY: Sample("mean", values)})
    moves = [Move(f"facts.f{n}.probability", "50%", "", "60%", "f:1") for n in range(10)]
    sizes = [2.5, 4.0, -5.0] + [0.1] * 7
    table = _table(
        [KEY], moves, base, {(m, "high"): answered(size) for m, size in zip(moves, sizes, strict=True)}, 400
    )
    found = table.set_index("assumption")
    assert [bool(found.loc[f"facts.f{n}.probability", "clear"]) for n in range(4)] == [
        False,
        True,
        True,
        False,
    ]
    assert table["assumption"].tolist()[:3] == [f"facts.f{n}.probability" for n in (2, 1, 0)]
    for n, size in enumerate(sizes[:3]):
        row = found.loc[f"facts.f{n}.probability"]
        assert row["high_difference"] == row["swing"] == pytest.approx(size / 20)
        assert (row["low_difference"], row["reach"]) == (0.0, pytest.approx(abs(size) / 20))
        assert row["high_diff_low"] < size / 20 < row["high_diff_high"]
        assert (row["high_setting"], row["low_setting"]) == ("60%", "50%")
    alone = _table([KEY], moves[:1], base, {(moves[0], "high"): answered(2.5)}, 400)
    assert bool(alone["clear"].iloc[0])  # 3 looks: 2.4 standard errors are enough


KEY = Key("level_mean", "force", "2026-06-30")
