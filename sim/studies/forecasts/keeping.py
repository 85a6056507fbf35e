"""The track record of a run: how its forecast was scored, kept in its folder for its report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.batch.files import write_if_new
from sim.plain_files import text_of

if TYPE_CHECKING:
    from sim.studies.forecasts.scoring import ScoredForecast

FILE = "track-record.json"


def keep_score(folder: Path, scored: ScoredForecast) -> None:
    """Write a run's track record; StoreError if the folder cannot be written."""
    said = {
        "known_until": scored.known_until.isoformat(),
        "dates": len(scored.levels),
        "within_80": sum(0.1 <= each.percentile <= 0.9 for each in scored.levels),
        "crps": None if not scored.levels else round(scored.mean_crps, 1),
        "brier": None if not scored.chances else round(scored.mean_brier, 4),
        "unforeseen": list(scored.impossible),
    }
    write_if_new(folder / FILE, (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode())


def track_record(folder: Path) -> dict[str, Any] | None:
    """Return what is kept of a run, or None where nothing (or nothing readable) is."""
    try:
        said = json.loads(text_of(folder / FILE))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) and {"known_until", "dates", "within_80"} <= set(said) else None
