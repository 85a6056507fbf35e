"""A command that plays the fake model, for tests that kill it: FOLDER REPLICATIONS JOBS PAUSE."""

from __future__ import annotations

import sys
from pathlib import Path

from sim.batch.running import run
from tests.batch.fake import FAKE, resolved


def main() -> None:
    folder, replications, jobs, pause = sys.argv[1:]
    run(
        resolved(pause=float(pause)),
        replications=int(replications),
        seed=3,
        folder=Path(folder),
        jobs=int(jobs),
        model=FAKE,
        warn=print,
    )


if __name__ == "__main__":
    main()
