"""Which worlds of two runs are the same, so that they are compared world by world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.results.run import Run

_SAME_RESULTS = ("digest", "seed", "versions")


@dataclass(frozen=True)
class Pairing:
    """How a run is compared with the baseline.

    `places` and `baseline_places` say where the compared replications stand among those of each run.
    `paired`: they are the same worlds, one by one; else two independent samples, and `reason` says why.
    `identical`: the two are the same run, so that every difference is zero by construction.
    """

    paired: bool
    identical: bool
    reason: str
    places: NDArray[np.int64]
    baseline_places: NDArray[np.int64]

    @property
    def worlds(self) -> int:
        """How many worlds of the run are compared."""
        return int(self.places.size)


def pairing_of(run: Run, baseline: Run) -> Pairing:
    """Return how a run is compared with the baseline.

    Worlds are the same if seed, start and end are: then the replications that both have are compared one by
    one, and the others are left out. Otherwise all of them are compared as independent samples.
    """
    import numpy as np

    reason = _why_not(run, baseline)
    if reason:
        return Pairing(False, False, reason, np.arange(run.replications), np.arange(baseline.replications))
    _, places, baseline_places = np.intersect1d(
        run.numbers, baseline.numbers, assume_unique=True, return_indices=True
    )
    if not places.size:
        reason = "independent samples: the two runs have no replication number in common"
        return Pairing(False, False, reason, np.arange(run.replications), np.arange(baseline.replications))
    identical = all(run.manifest.get(key) == baseline.manifest.get(key) for key in _SAME_RESULTS)
    return Pairing(True, identical, _same(run, baseline, places.size), places, baseline_places)


def _why_not(run: Run, baseline: Run) -> str:
    """Say why two runs do not have the same worlds; nothing if they have."""
    differ = [
        f"{name} {own} and {other}"
        for name, own, other in (
            ("seeds", run.manifest.get("seed"), baseline.manifest.get("seed")),
            ("starts", run.scenario.start, baseline.scenario.start),
            ("ends", run.scenario.end, baseline.scenario.end),
        )
        if own != other
    ]
    return f"independent samples: other {', '.join(differ)}" if differ else ""


def _same(run: Run, baseline: Run, worlds: int) -> str:
    words = f"the same {worlds:,} worlds"
    left_out = [
        f"{side.replications - worlds:,} of {side.replications:,} replications of {name} left out"
        for name, side in (("this run", run), ("the baseline", baseline))
        if side.replications > worlds
    ]
    models = [side.manifest.get("versions", {}).get("model") for side in (run, baseline)]
    if models[0] != models[1]:
        left_out.append("made by different versions of the model")
    return "; ".join([words, *left_out])
