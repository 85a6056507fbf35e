"""One replication alone: the same rows as in its run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.batch.simulation import Model, standard_model
from sim.batch.spans import MOST_REPLICATIONS
from sim.engines.spans import Span
from sim.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def replication_rerun(scenario: Any, number: int, *, seed: int = 0, model: Model | None = None) -> Any:
    """Play replication `number` (from 0) of a scenario and return its logs; what it raises goes through."""
    if not 0 <= number < MOST_REPLICATIONS:
        raise UsageError(
            f"replications are numbered from 0 to {MOST_REPLICATIONS - 1:,}; there is no replication {number}"
        )
    if seed < 0:
        raise UsageError(f"seed: {seed} is below 0; a seed is 0 or any whole number above")
    model = model or standard_model(replications=1)
    return next(model.engine.worlds(model.compile(scenario), seed, Span(number, 1)))


def rerun_command(scenario_file: Path, number: int, seed: int) -> str:
    """Return the command that re-runs one replication alone."""
    import shlex

    return f"isf trace {shlex.quote(str(scenario_file))} --replication {number} --seed {seed}"
