"""A mission's scenario played by the simulator: its level on given days, world by world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.batch.columns import SECONDS_PER_DAY
from sim.errors import ReplicationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from sim.engines.choice import EngineName


@dataclass(frozen=True)
class Forecast:
    """What a mission's scenario gave: troops [days, replications] at the end of `days`, and first boots.

    `boots` is the day of the first troops above those in place in each replication, infinite if none.
    """

    days: tuple[int, ...]
    levels: NDArray[np.float64]
    boots: NDArray[np.float64]

    def on(self, day: int) -> NDArray[np.float64]:
        """Return the levels on one of the days."""
        found: NDArray[np.float64] = self.levels[self.days.index(day)]
        return found


def play(
    scenario: dict[str, Any],
    days: Sequence[int],
    replications: int,
    seed: int,
    engine: EngineName | None = None,
) -> Forecast:
    """Play a scenario; ReplicationError if any replication fails."""
    import numpy as np

    from sim.batch.simulation import Simulation, standard_model
    from sim.batch.spans import Span

    resolved = resolved_of(scenario)
    model = standard_model(engine)
    played = Simulation.of(model, model.compile(resolved.scenario), seed)(Span(0, replications))
    if played.failures:
        raise ReplicationError(f"{scenario['scenario']}: {played.failures[0].error}")
    rows = played.logs["transitions"]
    second, source, target, troops = (rows.arrays[place] for place in (0, 4, 5, 6))
    deployed = [_code(rows.words[place], "deployed") for place in (4, 5)]
    change = np.where(target == deployed[1], troops, 0) - np.where(source == deployed[0], troops, 0)
    owner = rows.words[2] or ()
    there = np.array([name == "in_place" for name in owner], dtype=bool)
    new = (change > 0) & ~there[rows.arrays[2]] if len(owner) else np.zeros(0, dtype=bool)
    boots = np.full(replications, np.inf)
    np.minimum.at(boots, rows.replication[new], second[new] / SECONDS_PER_DAY)
    levels = np.zeros((len(days), replications))
    for place, day in enumerate(days):
        by = second < (day + 1) * SECONDS_PER_DAY
        np.add.at(levels[place], rows.replication[by], change[by])
    return Forecast(tuple(days), levels, boots)


def resolved_of(scenario: dict[str, Any]) -> Any:
    """Return a scenario of plain data, checked as a file is."""
    import yaml

    from sim.scenario.loading import resolve_text

    return resolve_text(yaml.safe_dump(scenario, sort_keys=False), str(scenario["scenario"]))


def _code(words: tuple[str, ...] | None, word: str) -> int:
    return words.index(word) if words and word in words else -1
