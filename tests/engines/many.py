"""The comparison of `same` at large counts, for hours in which nobody else needs the machine.

    python -m tests.engines.many [--replications 1000] [--worlds 5000] [--first 0] [--minutes 25] [--reversed]

Plays every shipped scenario in slices, all in turn, from replication `--first` on, and drawn worlds in lots, each lot
of a seed of its own, in step with them; it says what differs, and how far it got when its minutes of processor time
are over, one slice at least. With `--reversed` the twin is compiled apart, and its timers that are due together go off in the reverse
order. Exit code 1 if anything differs.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time

SLICE, LOT = 50, 250


def compare(replications, worlds, first, minutes):
    """Compare up to so many of each, for so long at most; return what differs."""
    from sim.engines.spans import Span
    from sim.plan.compilation import compile_plan
    from sim.scenario.loading import load_resolved
    from tests.engines.same import GIVEN_UP, SHIPPED, differences, drawn_differences

    plans = {path.name: compile_plan(load_resolved(path, ()).scenario) for path in SHIPPED}
    found, began = [], time.process_time()
    played, drawn, refused, reached = 0, 0, 0, first
    while reached < replications:
        span = Span(reached, min(SLICE, replications - reached))
        for name, plan in plans.items():
            found += [f"{name} from {reached} on: {each}" for each in differences(plan, 6, span)]
            played += span.count
        for lot in range(reached * worlds // replications // LOT, span.end * worlds // replications // LOT):
            differing, unlowered = drawn_differences(LOT, lot + 1, replications=1)
            found += [f"{told}: {world.model_dump_json(exclude_unset=True)}" for world, told in differing]
            drawn, refused = drawn + LOT, refused + len(unlowered)
        reached = span.end
        if time.process_time() - began > 60 * minutes:
            break
    left = sum(span.count for span in GIVEN_UP)
    print(
        f"replications {first:,} to {reached:,} of {len(plans)} scenarios ({played:,}) and {drawn:,} drawn worlds "
        f"({refused} could not be lowered) compared in {(time.process_time() - began) / 60:.1f} minutes of "
        f"processor time; {len(found)} differ, {left} replications were left to the reference",
        flush=True,
    )
    return found


def main():
    """Compare, and say what differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replications", type=int, default=1_000)
    parser.add_argument("--worlds", type=int, default=5_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=25.0)
    parser.add_argument("--reversed", action="store_true")
    asked = parser.parse_args()
    if asked.reversed:
        os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="isf-reversed-")
        from tests.engines.same import order_of_ties, reverse_ties

        reverse_ties()
        assert order_of_ties() == [3, 4, 2, 1]
    found = compare(asked.replications, asked.worlds, asked.first, asked.minutes)
    for each in found[:20]:
        print(each)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
