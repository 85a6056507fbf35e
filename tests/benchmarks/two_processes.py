"""What two cores of this machine give at most: two processes that play with the compiled engine and share nothing.

    python -m tests.benchmarks.two_processes

Threads cannot be faster. Each process plays as many replications as one alone does, at the same time.
"""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

from sim.engines.compiled.engine import Compiled
from sim.engines.spans import Span
from sim.plan.compilation import compile_plan
from sim.scenario.loading import load_resolved

ISF = Path(__file__).resolve().parents[2] / "scenarios" / "isf-2025-11-19.yaml"
TURNS, REPLICATIONS, SPAN = 5, 1_024, 256


def play(first, together, told):
    """Play some replications in turns, each begun together; tell how long each took by the clock."""
    engine, plan = Compiled(strict=True), compile_plan(load_resolved(ISF).scenario)
    engine.prepare(plan)
    engine.play(plan, 0, Span(0, SPAN))
    for turn in range(TURNS):
        together.wait()
        began = time.perf_counter()
        for start in range(first, first + REPLICATIONS, SPAN):
            engine.play(plan, 0, Span(start, SPAN))
        told.put((turn, time.perf_counter() - began))


def seconds(processes):
    """Return how long the best turn took until the last process was done."""
    spawning = multiprocessing.get_context("spawn")
    together, told = spawning.Barrier(processes), spawning.Queue()
    players = [
        spawning.Process(target=play, args=(place * REPLICATIONS, together, told))
        for place in range(processes)
    ]
    for player in players:
        player.start()
    found = [told.get() for _ in range(processes * TURNS)]
    for player in players:
        player.join()
    return min(max(taken for at, taken in found if at == turn) for turn in range(TURNS))


def row():
    """Return a row of the table of benchmarks."""
    one, two = seconds(1), seconds(2)
    return (
        f"{REPLICATIONS:,} ISF replications each, compiled: two processes that share nothing against one",
        f"{2 * one / two:.2f}× as fast",
        f"{one:.2f} s, {two:.2f} s by the clock",
    )


if __name__ == "__main__":
    print(" | ".join(row()))
