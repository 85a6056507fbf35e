"""Small scenarios that are really played, for tests of studies; what is true of them is known."""

from __future__ import annotations

import math
from pathlib import Path

from sim.batch.running import run as run_batch
from sim.results.run import Run, open_run
from sim.scenario.loading import resolve_text

ALONE = """\
scenario: Alone
start: 2026-01-01
end: 2026-03-31
contributors:
  north: {contingents: {unit: {troops: 100, role: infantry, prepares_for: {mean: 40 days}}}}
targets: {some: {troops: 50, by: 2026-01-30}}
"""
"""One contributor that comes, whole, after an exponential delay and stays."""
DAYS = 90

MANY = """\
scenario: Many
start: 2026-01-01
end: 2026-06-30
sources: {paper: {title: The Paper, publisher: A House, date: 2025-12-31}}
facts:
  mandate: {kind: milestone, probability: 0.6, after: {median: 40 days, p90: 120 days}}
  quiet: {kind: switch, initially: true, stays_on: {mean: 90 days}, stays_off: {mean: 20 days}}
parties:
  host: {consent: {probability: 0.8, after: {median: 10 days, p90: 30 days}}}
contributors:
  north:
    commits_when: mandate
    contingents:
      unit: {troops: {low: 200, mode: 400, high: 900}, role: infantry, sector: hill, source: paper}
  south:
    commits_when: mandate and quiet for 10 days
    approvals: [{step: parliament, takes: {median: 20 days, p90: 60 days}, probability: 0.7}]
    contingents: {brigade: {troops: 600, role: infantry, sector: hill}, medics: {troops: 80, role: medical}}
  west: {commits_when: deployed(north) > 0, contingents: {unit: {troops: 300, role: infantry}}}
theatre: {sectors: {hill: {}}, reception: 100 per day}
requirements:
  - {name: Patrol, task: patrol, role: infantry, troops: 500, by: 2026-04-30}
  - {name: Treat, task: treat, role: medical, troops: 50, by: 2026-05-31, when: mandate}
targets:
  half: {troops: 500, by: 2026-04-30}
  full: {troops: 1200, by: 2026-06-15}
  lasting: {troops: 200, by: 2026-05-31, when: mandate}
"""


def played(
    folder: Path, text: str = MANY, settings: dict[str, str] | None = None, *, count: int = 60, seed: int = 0
) -> Run:
    """Play a scenario and open the run."""
    resolved = resolve_text(text, "made up", settings or {})
    return open_run(run_batch(resolved, replications=count, seed=seed, folder=folder).folder)


def truths_of_alone(mean: float) -> dict[tuple[str, str], float]:
    """What is true of `ALONE` if its mean delay is so many days, by measure and item."""

    def there(day: int) -> float:
        return 1 - math.exp(-day / mean)

    restricted = mean * there(DAYS)
    return {
        ("target_held", "some"): there(30),
        ("target_reached", "some"): there(30),
        ("target_day_mean", "some"): restricted,
        ("target_day", "some"): mean * math.log(2),
        ("first_boots", "force"): there(DAYS),
        ("troop_days", "deployed"): 100 * (DAYS - restricted),
    }
