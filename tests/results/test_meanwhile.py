"""Reading a run while another command extends it, or clears up: never a wrong number, never an endless wait."""

from __future__ import annotations

import threading
import time

from sim.batch.inventory import removals, remove, stored_runs
from sim.batch.running import run as play
from sim.results.levels import daily_levels
from sim.results.run import open_run
from sim.scenario.loading import load_resolved
from tests.cli.test_ending import SMALL


def test_what_is_read_meanwhile_is_a_state_that_the_run_was_in(tmp_path):
    (tmp_path / "small.yaml").write_text(SMALL)
    resolved = load_resolved(tmp_path / "small.yaml")
    steps = (20, 120, 260, 300, 520)
    wanted = {}
    for count in steps:
        folder = tmp_path / f"alone-{count}"
        play(resolved, replications=count, seed=0, folder=folder)
        wanted[count] = float(daily_levels(open_run(folder)).on(resolved.scenario.end).mean())
    folder = tmp_path / "outputs" / "small" / "one"
    play(resolved, replications=steps[0], seed=0, folder=folder)
    failed = []

    def extend():
        try:
            for count in steps[1:]:
                play(resolved, replications=count, seed=0, folder=folder)
        except BaseException as error:  # noqa: BLE001 - told in the main thread
            failed.append(error)

    extending = threading.Thread(target=extend)
    extending.start()
    seen = set()
    began = time.monotonic()
    while extending.is_alive():
        run = open_run(folder)
        known = {numbers: wanted[numbers] for numbers in steps if numbers == run.replications}
        level = float(daily_levels(run).on(resolved.scenario.end).mean())
        if known:  # a run is also read between two blocks of one command
            assert level == known[run.replications]
        seen.add(run.replications)
        for removal in removals(stored_runs(tmp_path / "outputs")):
            remove(removal)
        assert time.monotonic() - began < 120
    extending.join()
    assert failed == []
    assert open_run(folder).replications == steps[-1]
    assert len(seen) > 1
