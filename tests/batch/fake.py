"""A model of forty lines in place of `sim.plan` and `sim.model`, so that these tests are unit tests."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from sim.batch.simulation import Model
from sim.engines.replicating import Replicating


@dataclass(frozen=True)
class Logs:
    transitions: list
    signals: list
    waits: list
    numbers: list
    violations: list
    circumstances: dict = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """The fake scenario, which is its own plan: what goes wrong in which replication."""

    scenario: str = "fake"
    fails: tuple[int, ...] = ()
    spoils: tuple[int, ...] = ()
    violates: tuple[int, ...] = ()
    pause: float = 0.0
    kills_worker: str = ""
    kills: tuple[int, ...] = ()


@dataclass(frozen=True)
class Dealt:
    seed: int
    first: int
    count: int


def compiled(scenario: World) -> World:
    return scenario


def replicate(plan: World, draws: Dealt, number: int) -> Logs:
    assert draws.first <= number < draws.first + draws.count
    chance = random.Random(f"{draws.seed} {number}")
    time.sleep(plan.pause)
    if plan.kills_worker and number == 30 and not Path(plan.kills_worker).exists():
        Path(plan.kills_worker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if number in plan.kills:
        os.kill(os.getpid(), signal.SIGKILL)
    if number in plan.fails:
        raise ValueError(f"no world {number}")
    moves = [
        (86_400 * day, 0, f"c{chance.randrange(40)}", "k", "", "pledged", day, "pledge") for day in range(9)
    ]
    if number in plan.spoils:
        moves.append((1, 0, "never seen elsewhere", "k", "", "pledged", "many", "pledge"))
    signals = [(chance.randrange(10**7), 1, f"fact {chance.randrange(10**6)}", chance.random())]
    violations = [(86_400 * 3, 2, "deployed > 0")] if number in plan.violates else []
    return Logs(
        moves,
        signals,
        [] if number % 2 else [(0, 0, "c", "k", "beds", 7)],
        [("size", chance.random())],
        violations,
    )


@dataclass(frozen=True)
class Mortal:
    """Workers in this process that die of the replications in `kills`, as a process does, and take all with them."""

    jobs: int

    def open(self, task):
        return MortalExecutor(), task


class MortalExecutor(Executor):
    def __init__(self):
        self.dead = False

    def submit(self, fn, /, *spans):
        future = Future()
        plan = getattr(getattr(fn, "simulation", fn), "plan", World())
        kills = [number for span in spans for number in plan.kills if span.first <= number < span.end]
        self.dead = self.dead or bool(kills)
        if self.dead:
            future.set_exception(BrokenExecutor("a worker died"))
        else:
            future.set_result(fn(*spans))
        return future


FAKE = Model(compiled, Replicating(Dealt, replicate))


def resolved(**world: object) -> SimpleNamespace:
    """A fake scenario as loading gives it; its digest leaves out what goes wrong, so it can be mended."""
    named = World(**world).scenario
    digest = hashlib.sha256(named.encode()).hexdigest()
    return SimpleNamespace(scenario=World(**world), digest=digest, text=f"scenario: {named}\n")


def block_file(folder: Path, log: str, block: int) -> Path:
    """The one file of a block."""
    (found,) = (folder / log).glob(f"block-{block:05d}-*.parquet")
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
