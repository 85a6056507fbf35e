"""Several scenario files at once: all faults of all of them, before anything is run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import ScenarioError, UsageError

if TYPE_CHECKING:
    from sim.scenario.loading import Resolved


def load_all(
    files: Sequence[Path], settings: Sequence[str] = (), *, strict: bool = False
) -> list[tuple[Path, Resolved]]:
    """Return each file with its scenario; ScenarioError with the faults of all files, one a line."""
    from sim.scenario.loading import load_resolved

    loaded, faults = [], []
    for file in dict.fromkeys(files):
        try:
            loaded.append((file, load_resolved(file, settings, strict=strict)))
        except (ScenarioError, UsageError) as error:
            faults.append(str(error))
    if faults:
        raise ScenarioError("\n".join(dict.fromkeys(faults)))
    return loaded
