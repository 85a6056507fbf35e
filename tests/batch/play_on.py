"""A command that plays on any executor, for tests: EXECUTOR FOLDER REPLICATIONS WHICH…, of the fake model, the tutorial, and a history."""

from __future__ import annotations

import sys
from pathlib import Path

from sim.batch.executors import opened_workers
from sim.batch.running import run
from sim.scenario.loading import load_resolved
from tests.batch.fake import FAKE, resolved

WITH_HISTORY = Path(__file__).with_name("with_history.yaml")
TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutorial.yaml"


EACH = ("fake", "tutorial", "history")


def play_on(executor: str, folder: Path, replications: int, which: tuple[str, ...] = EACH) -> None:
    """Play the three, or some of them."""
    with opened_workers(executor, None if "=" in executor or executor == "serial" else 2) as workers:
        few = (
            replications // 2
        )  # each is conditioned, and takes longer; cut otherwise for one job and for two
        options = {"replications": replications, "seed": 3, "workers": workers, "warn": print}
        if "fake" in which:
            run(resolved(), folder=folder / "fake", model=FAKE, **options)
        if "tutorial" in which:
            run(load_resolved(TUTORIAL), folder=folder / "tutorial", **options)
        if "history" in which:
            run(load_resolved(WITH_HISTORY), folder=folder / "history", **{**options, "replications": few})


if __name__ == "__main__":
    play_on(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), tuple(sys.argv[4:]))
