from __future__ import annotations

from sim.batch import running
from sim.batch.estimating import SAMPLE, estimate
from tests.batch.fake import FAKE, contents, resolved


def asked(folder, replications=1000, jobs=2, within=2.0, **world):
    return estimate(
        resolved(**world),
        replications=replications,
        seed=3,
        folder=folder,
        jobs=jobs,
        within=within,
        model=FAKE,
    )


def test_time_and_disk_are_near_what_it_takes_and_nothing_is_written(tmp_path):
    found = asked(tmp_path, pause=0.002)
    assert (found.replications, found.missing, found.sampled, found.failed) == (1000, 1000, SAMPLE, 0)
    assert found.seconds >= 1000 * 0.002 / 2
    assert list(tmp_path.iterdir()) == []
    running.run(resolved(), replications=1000, seed=3, folder=tmp_path, model=FAKE)
    taken = sum(len(content) for name, content in contents(tmp_path).items() if name.endswith(".parquet"))
    assert taken / 3 < found.size < taken * 3


def test_only_what_is_missing_counts(tmp_path):
    running.run(resolved(), replications=500, seed=3, folder=tmp_path, model=FAKE)
    assert asked(tmp_path).missing == 500
    assert asked(tmp_path, replications=500).missing == 0
    assert asked(tmp_path, replications=500).seconds == 0
    assert asked(tmp_path, scenario="other").missing == 1000
    (tmp_path / "manifest.json").write_text("{")
    assert asked(tmp_path).missing == 1000


def test_a_slow_scenario_is_sampled_for_a_short_time(tmp_path):
    assert asked(tmp_path, within=0.01, pause=0.01).sampled == 5


def test_failures_in_the_sample_are_counted(tmp_path):
    assert asked(tmp_path, fails=(1, 2)).failed == 2
