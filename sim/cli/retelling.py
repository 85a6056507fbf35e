"""One replication to tell of: from a stored run, or played anew from a scenario file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.model.logbook import Logs
    from sim.model.past import Past
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Told:
    """A replication's logs, with what was played and the seed."""

    scenario: Scenario
    logs: Logs
    seed: int


def replication_of(played: Path, number: int, seed: int | None, settings: Sequence[str]) -> Told:
    """Return replication `number` of a run's folder, or of a scenario file.

    Raises UsageError if the run does not hold it, or if a seed or settings are given for a run.
    """
    if not played.is_dir():
        from sim.batch.rerunning import replication_rerun
        from sim.cli.loading import load_all

        ((_, resolved),) = load_all([played], settings)
        chosen = 0 if seed is None else seed
        return Told(resolved.scenario, replication_rerun(resolved.scenario, number, seed=chosen), chosen)
    if seed is not None or settings:
        raise UsageError(
            f"{played} is a run, which has its seed and values already; leave out --seed and --set, "
            "or name its scenario file"
        )
    from sim.results.pasts import logs_of
    from sim.results.run import open_run

    run = open_run(played)
    return Told(run.scenario, logs_of(run, number), int(run.manifest["seed"]))


def past_in(folder: Path, number: int, digest: str) -> Past:
    """Return what happened in replication `number` of a run of the scenario with this digest.

    Raises UsageError for a run of another scenario, or one that does not hold the replication.
    """
    from sim.results.pasts import past_of
    from sim.results.run import open_run

    run = open_run(folder)
    if run.manifest.get("digest") != digest:
        raise UsageError(
            f"{folder} is a run of another scenario than the file; "
            f"name {folder / 'scenario.yaml'} as the file"
        )
    return past_of(run, number)
