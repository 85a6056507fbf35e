"""What it costs to condition replications on history: python -m tests.benchmarks.conditioning [--few]

Processor time of SimPy replications with what is known, and of the same ones without (as if nothing were to be
learned), in turns in one process; and how many rehearsals of the known time they needed. Worlds of `own_news` use
every construct, report some facts and hide others, and are known for 5 to 200 of their 300 days.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from sim.model import rehearsal, replication  # noqa: E402
from sim.plan.compilation import compile_plan  # noqa: E402
from sim.plan.randomness import Draws  # noqa: E402
from sim.scenario.loading import load_resolved  # noqa: E402
from tests.model.test_records_hold import of_own_news  # noqa: E402

SHIPPED = ("isf-2025-11-19", "isf-2026-02-19", "coalition-2026-04-11")
TURNS = 3


def measured(plan, many):
    """Return seconds with and without what is known, and the rehearsals of the first turn."""
    known, rehearse, played = replication.known_numbers, rehearsal.rehearse, [0]

    def counted(*given, **keys):
        played[0] += 1
        return rehearse(*given, **keys)

    rehearsal.rehearse = counted
    best = [float("inf")] * 2
    rehearsals = 0
    try:
        for turn in range(TURNS):
            draws = Draws(turn, 0, many)
            for way, numbers in enumerate((known, lambda *given: None)):
                replication.known_numbers = numbers
                began = time.process_time()
                for number in range(many):
                    replication.replicate(plan, draws, number)
                best[way] = min(best[way], time.process_time() - began)
            rehearsals = rehearsals or played[0]
    finally:
        replication.known_numbers, rehearsal.rehearse = known, rehearse
    return *best, rehearsals


def main():
    """Print a row for each scenario, and the sum over the drawn worlds."""
    few = "--few" in sys.argv
    print(
        "| scenario | conditioned, ms | not, ms | times | rehearsals a replication |\n|---|---|---|---|---|"
    )

    def row(name, found, many):
        with_it, without, rehearsals = found
        told = [f"{each / many * 1e3:.2f}" for each in (with_it, without)]
        print(
            f"| {name} | {' | '.join(told)} | {with_it / without:.2f} | {rehearsals / many:.2f} |", flush=True
        )

    for name in SHIPPED:
        plan = compile_plan(load_resolved(ROOT / "scenarios" / f"{name}.yaml", ()).scenario)
        many = 10 if few else 50
        row(name, measured(plan, many), many)
    worlds = range(1000, 1008 if few else 1040)
    found = [measured(compile_plan(of_own_news(number)), 6) for number in worlds]
    row(f"{len(found)} worlds with their own news", map(sum, zip(*found, strict=True)), 6 * len(found))


if __name__ == "__main__":
    main()
