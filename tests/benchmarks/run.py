"""What the simulator costs, as ratios measured side by side in one run: python tests/benchmarks/run.py [--full]

Prints a table in Markdown; `--out FILE` also writes it, `--full` adds 100,000 replications (ten minutes more).
Work in this process is measured as processor time, in turns, and the best turn counts, so that other work on the
machine disturbs little; what starts processes is measured by the clock.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import simpy  # noqa: E402

from sim.batch.finishing import without_logs  # noqa: E402
from sim.batch.running import run as run_batch  # noqa: E402
from sim.batch.workers import Processes, Serial  # noqa: E402
from sim.engines.compiled.engine import Compiled  # noqa: E402
from sim.engines.spans import Span  # noqa: E402
from sim.model.replication import replicate  # noqa: E402
from sim.plan.compilation import compile_plan  # noqa: E402
from sim.plan.randomness import Draws  # noqa: E402
from sim.scenario.loading import load_resolved  # noqa: E402
from tests.benchmarks import two_processes  # noqa: E402
from tests.benchmarks.crowds import crowd  # noqa: E402
from tests.benchmarks.hand_days import DailyModel  # noqa: E402
from tests.benchmarks.hand_events import Model  # noqa: E402

ISF, TUTORIAL = ROOT / "scenarios" / "isf-2025-11-19.yaml", ROOT / "scenarios" / "tutorial.yaml"
TURNS = 5


def in_turns(**works):
    """Best processor time in seconds of each work, done in turns so that all meet the same machine."""
    best = dict.fromkeys(works, float("inf"))
    for work in works.values():
        work()  # what is paid once is paid here
    for _ in range(TURNS):
        for name, work in works.items():
            gc.collect()
            began = time.process_time()
            work()
            best[name] = min(best[name], time.process_time() - began)
    return best


def player(path_or_resolved, count):
    """A work: that many replications of a scenario in this process, compiled once."""
    resolved = load_resolved(path_or_resolved) if isinstance(path_or_resolved, Path) else path_or_resolved
    plan = compile_plan(resolved.scenario)

    def work():
        draws = Draws(0, 0, count)
        for number in range(count):
            replicate(plan, draws, number)

    return work


def events_of(model):
    """SimPy events of one call."""
    counted, step = 0, simpy.Environment.step

    def counting(environment):
        nonlocal counted
        counted += 1
        return step(environment)

    simpy.Environment.step = counting
    try:
        model()
    finally:
        simpy.Environment.step = step
    return counted


def timeouts(count):
    """A bare SimPy process that does nothing but wait."""
    environment = simpy.Environment()

    def waiting():
        for _ in range(count):
            yield environment.timeout(1)

    environment.process(waiting())
    environment.run()


def rivals():
    count = 50
    ours = player(ISF, count)
    taken = in_turns(
        ours=ours,
        events=lambda: [Model(seed).run() for seed in range(count)],
        days=lambda: [DailyModel(seed).run() for seed in range(count)],
        bare=lambda: timeouts(100_000),
    )
    each = {name: seconds / count * 1000 for name, seconds in taken.items()}
    events = events_of(ours) / count
    rival_events = events_of(lambda: [Model(seed).run() for seed in range(count)]) / count
    per_event, bare = each["ours"] * 1000 / events, taken["bare"] / 100_000 * 1e6
    yield "ISF scenario, one replication", f"{each['ours']:.1f} ms", f"{events:,.0f} SimPy events"
    yield (
        "against the same model written by hand, event-driven",
        f"{each['ours'] / each['events']:.2f}× its time",
        f"{each['events']:.1f} ms, {rival_events:,.0f} events",
    )
    yield (
        "against the same by daily polling",
        f"{each['days'] / each['ours']:.1f}× as fast",
        f"{each['days']:.1f} ms",
    )
    yield (
        "cost of a SimPy event, with the rounds that it sets off, against a bare timeout",
        f"{per_event / bare:.1f}×",
        f"{per_event:.1f} µs, {bare:.1f} µs",
    )


def workers():
    resolved, count = load_resolved(ISF), 4000  # fewer, and starting the workers is much of what is measured
    best = {1: float("inf"), 2: float("inf")}
    for _ in range(2):
        for jobs in best:
            with tempfile.TemporaryDirectory() as folder:
                began = time.perf_counter()
                run_batch(resolved, replications=count, seed=0, folder=Path(folder), workers=Processes(jobs))
                best[jobs] = min(best[jobs], time.perf_counter() - began)
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    yield (
        f"{count:,} ISF replications, two workers against one",
        f"{best[1] / best[2]:.2f}× as fast",
        f"{best[1]:.1f} s, {best[2]:.1f} s by the clock, {processors} processors{load}",
    )


def threads():
    """Playing alone, by the compiled engine, on two threads against one: as it is, and with the blocks summarised.

    Beside them what this machine gives two processes at most.
    """
    yield two_processes.row()
    engine, plan = Compiled(strict=True), compile_plan(load_resolved(ISF).scenario)
    engine.prepare(plan)
    spans = [Span(first, 256) for first in range(0, 8 * 256, 256)]

    def play(span):
        engine.play(plan, 0, span)

    def summarise(span):
        without_logs([engine.play(plan, 0, span)])

    for name, work in (("playing", play), ("playing and summaries", summarise)):
        best = {1: (float("inf"), 0.0), 2: (float("inf"), 0.0)}
        for _ in range(TURNS):
            for jobs in best:
                with ThreadPoolExecutor(jobs) as pool:
                    clock, processor = time.perf_counter(), time.process_time()
                    list(pool.map(work, spans))
                    taken = time.perf_counter() - clock, time.process_time() - processor
                best[jobs] = min(best[jobs], taken)
        (one, busy), (two, both) = best[1], best[2]
        yield (
            f"{len(spans) * 256:,} ISF replications, compiled: {name} on two threads against one",
            f"{one / two:.2f}× as fast",
            f"{one:.2f} s, {two:.2f} s by the clock, {busy:.2f} s, {both:.2f} s of processor time",
        )


def answered(*options):
    """Return when a run printed its table and when it ended, by the clock, and its processor time: the best of each."""
    best = [float("inf")] * 3
    for _ in range(TURNS):
        with tempfile.TemporaryDirectory() as out:
            before, began = os.times(), time.perf_counter()
            command = [
                sys.executable,
                "-m",
                "sim",
                "run",
                str(ISF),
                "--figures",
                "none",
                "--out",
                out,
                *options,
            ]
            with subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            ) as run:
                lines = [time.perf_counter() - began for _ in run.stdout]
            assert run.returncode == 0
            after = os.times()
            busy = after.children_user + after.children_system - before.children_user - before.children_system
            best = [
                min(pair) for pair in zip(best, (lines[-2], time.perf_counter() - began, busy), strict=True)
            ]
    return best


def first_answer():
    for engine in ("compiled", "simpy"):
        table, whole, busy = answered("-n", "1000", "--engine", engine)
        yield (
            f"1,000 ISF replications, {engine}, from the command to the table",
            f"{table:.1f} s",
            f"without figures done after {whole:.1f} s by the clock, {busy:.1f} s of processor time",
        )


def replications():
    resolved = load_resolved(TUTORIAL)

    def work(count):
        def playing():
            with tempfile.TemporaryDirectory() as folder:
                run_batch(resolved, replications=count, seed=0, folder=Path(folder), workers=Serial())

        return playing

    taken = in_turns(few=work(100), more=work(1000), most=work(10_000))
    yield "tutorial, 1,000 against 100 replications", f"{taken['more'] / taken['few']:.1f}× the time", ""
    yield (
        "tutorial, 10,000 against 100 replications",
        f"{taken['most'] / taken['few']:.1f}× the time",
        f"{10_000 / taken['most']:,.0f} a second, stored",
    )


def contributors():
    sizes = (1, 10, 30)
    works = {f"x{size}": player(crowd(ISF, size), max(1, 60 // size // size)) for size in sizes}
    taken = in_turns(**works)
    each = {size: taken[f"x{size}"] / max(1, 60 // size // size) for size in sizes}
    for size in sizes[1:]:
        yield (
            f"{size} times the contributors, lift and beds of the ISF scenario",
            f"{each[size] / each[1]:.1f}× the time",
            f"{each[size] * 1000:,.0f} ms a replication",
        )


def started(*arguments):
    """Best clock time of a command."""
    taken = []
    for _ in range(TURNS):
        began = time.perf_counter()
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
        taken.append(time.perf_counter() - began)
    return min(taken)


def start_up():
    pandas = started("-c", "import pandas")
    for name, arguments in (
        ("isf --help", ("-m", "sim", "--help")),
        ("isf validate scenarios/tutorial.yaml", ("-m", "sim", "validate", str(TUTORIAL))),
    ):
        taken = started(*arguments)
        yield f"`{name}` against `import pandas`", f"{taken / pandas:.2f}×", f"{taken:.2f} s, {pandas:.2f} s"


def peak(count):
    """Peak memory in MiB of a whole `isf run` of the tutorial, tables and figures included."""
    with tempfile.TemporaryDirectory() as out:
        code = (
            "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        command = (
            sys.executable,
            "-m",
            "sim",
            "run",
            str(TUTORIAL),
            "-n",
            str(count),
            "--jobs",
            "1",
            "--out",
            out,
        )
        done = subprocess.run(
            [sys.executable, "-c", code, *command], cwd=ROOT, check=True, capture_output=True, text=True
        )
    return int(done.stdout) / (1 << (20 if sys.platform == "darwin" else 10))


def memory(full):
    few, more = (1_000, 10_000) if not full else (10_000, 100_000)
    small, large = peak(few), peak(more)
    yield (
        f"peak memory, {more:,} against {few:,} tutorial replications, with tables and figures",
        f"{large / small:.2f}×",
        f"{large:.0f} MiB, {small:.0f} MiB",
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="measure memory at 100,000 replications")
    parser.add_argument("--out", type=Path, help="also write the table to this file")
    parser.add_argument(
        "--only",
        help="one part: rivals, workers, threads, first_answer, replications, contributors, start_up, memory",
    )
    options = parser.parse_args()
    parts = {
        "rivals": rivals,
        "workers": workers,
        "threads": threads,
        "first_answer": first_answer,
        "replications": replications,
        "contributors": contributors,
        "start_up": start_up,
        "memory": lambda: memory(options.full),
    }
    lines = ["| measured | ratio | in detail |", "|---|---|---|"]
    print(*lines, sep="\n", flush=True)
    for name, part in parts.items():
        if options.only in (None, name):
            for row in part():
                lines.append(f"| {' | '.join(row)} |")
                print(lines[-1], flush=True)
    lines.append(f"\nPython {platform.python_version()}, SimPy {simpy.__version__}, {platform.machine()}.")
    print(lines[-1])
    if options.out:
        options.out.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
