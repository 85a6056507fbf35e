"""What a replication costs, engine by engine, side by side: python -m tests.benchmarks.engines [--few]

Processor time for each replication with its logs kept as columns, in turns, the best turn counts. Beside the engines
stand the twin as plain Python (in a process of its own), a SimPy model and one that polls daily, both written by
hand, and the bound: nothing but dealing the random numbers and copying the columns.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from sim.engines.compiled.engine import Compiled  # noqa: E402
from sim.engines.lowering import lowered  # noqa: E402
from sim.engines.replicating import reference  # noqa: E402
from sim.engines.spans import Span  # noqa: E402
from sim.plan.compilation import compile_plan  # noqa: E402
from sim.plan.randomness import Draws  # noqa: E402
from sim.scenario.loading import load_resolved  # noqa: E402
from tests.benchmarks.crowds import crowd  # noqa: E402

SCENARIOS = ("isf-2025-11-19", "isf-2026-02-19", "coalition", "tutorial")
CROWD = 10
"""Times the contributors, the lift and the beds of the first one, measured last."""
TURNS = 3


def plan_of(name, times=1):
    """Return a shipped scenario, compiled; with so many times the contributors."""
    path = ROOT / "scenarios" / f"{name}.yaml"
    return compile_plan((load_resolved(path, ()) if times == 1 else crowd(path, times)).scenario)


def in_turns(**works):
    """Return the best processor time of each work, in milliseconds a replication."""
    best = dict.fromkeys(works, float("inf"))
    for turn in range(TURNS):
        for name, (work, first, count) in works.items():
            began = time.process_time()
            work(Span(first + turn * count, count))
            best[name] = min(best[name], (time.process_time() - began) / count * 1e3)
    return best


def bound_of(plan, played):
    """Return what deals the numbers of a plan's streams, and copies columns as large as those that were played."""
    streams = lowered(plan).streams
    each = max(1, played.span.count)

    def work(span):
        draws = Draws(1, span.first, span.count)
        for number in range(span.first, span.end):
            for name in streams:
                draws.page(name, 0, number)
        for columns in played.logs.values():
            for values in (columns.replication, *columns.arrays):
                np.concatenate([values[: len(values) * span.count // each]])

    return work


def measure(name, few, times=1):
    """Return milliseconds a replication, by engine."""
    plan = plan_of(name, times)
    compiled, simpy = Compiled(strict=True), reference()
    compiled.prepare(plan)
    n, m = (200 // times, max(2, 10 // times)) if few else (1_000 // times, 50 // times)
    warm = compiled.play(plan, 1, Span(0, n))
    simpy.play(plan, 1, Span(0, 1))
    return in_turns(
        simpy=(lambda span: simpy.play(plan, 1, span), 0, m),
        twin=(lambda span: compiled.play(plan, 1, span), 0, n),
        bound=(bound_of(plan, warm), 0, n),
    )


def rivals():
    """Return milliseconds a replication of the models written by hand, and of the twin as plain Python."""
    from tests.benchmarks.hand_days import DailyModel
    from tests.benchmarks.hand_events import Model

    def by_hand(model):
        return lambda span: [model(number).run() for number in range(span.first, span.end)]

    found = in_turns(hand=(by_hand(Model), 0, 10), daily=(by_hand(DailyModel), 0, 3))
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, __file__, "--plain"]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return {**found, "plain Python": float(told.stdout)}


def main():
    """Print the table."""
    if "--plain" in sys.argv:
        plan, twin = plan_of("isf-2025-11-19"), Compiled(strict=True)
        twin.play(plan, 1, Span(0, 10))
        print(in_turns(twin=(lambda span: twin.play(plan, 1, span), 0, 10))["twin"])
        return
    print("| scenario | SimPy, ms | compiled, ms | times as fast | of the bound |\n|---|---|---|---|---|")
    for name, times in (*((name, 1) for name in SCENARIOS), (SCENARIOS[0], CROWD)):
        found = measure(name, "--few" in sys.argv, times)
        fast, of_bound = found["simpy"] / found["twin"], found["twin"] / found["bound"]
        called = name if times == 1 else f"{name}, {times} times the contributors"
        print(
            f"| {called} | {found['simpy']:.2f} | {found['twin']:.3f} | {fast:.1f} | {of_bound:.1f} |",
            flush=True,
        )
    for name, each in rivals().items():
        print(f"{name}: {each:.2f} ms on isf-2025-11-19")


if __name__ == "__main__":
    main()
