"""Whether two engines leave the same; run as a script it compares the twin as plain Python with the reference.

    NUMBA_DISABLE_JIT=1 python -m tests.engines.same SHIPPED WORLDS [SEED]

compares SHIPPED replications of every shipped scenario and WORLDS drawn ones, and prints what differs.
"""

from __future__ import annotations

import random
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, seed, settings

from sim.batch.columns import joined
from sim.engines import layout
from sim.engines.compiled import engine, timers, twin
from sim.engines.compiled.compiling import compiled
from sim.engines.compiled.engine import Compiled
from sim.engines.compiled.laws import at_hazard_of, hazard_of, quantile_of
from sim.engines.compiled.plainly import PURE
from sim.engines.lowering import CannotLowerError, Capacity, lowered
from sim.engines.lowering.laws import law_values
from sim.engines.replicating import reference
from sim.engines.spans import Span
from sim.plan.compilation import compile_plan
from sim.plan.laws import ConstantLaw, ExponentialLaw, HalvesLaw, LognormalLaw, law_of
from sim.scenario.distributions import OneOf, Pert, Uniform
from sim.scenario.loading import load_resolved
from sim.testing.scenarios import scenarios
from tests.engines.edges import edges
from tests.engines.outside import address_of, entry

SHIPPED = sorted(
    path
    for path in (Path(__file__).parents[2] / "scenarios").rglob("*.yaml")
    if path.read_text(encoding="utf-8").startswith(("scenario:", "#", "extends:"))
)


GIVEN_UP = []
"""Spans that the twin left to the reference."""


class _Counted:
    """The reference, as the compiled engine calls it."""

    def play(self, plan, number, span):
        GIVEN_UP.append(span)
        return reference().play(plan, number, span)

    def worlds(self, plan, number, span):
        return reference().worlds(plan, number, span)


engine.reference = _Counted


class _Addressed:
    """An array as compiled parts have it: by its address, so that an index below 0 is a fault, and no last place."""

    def __init__(self, values):
        self._values = values

    def __getitem__(self, place):
        if place < 0:
            raise IndexError(f"place {place} of an array")
        return self._values[place]

    def __setitem__(self, place, value):
        if place < 0:
            raise IndexError(f"place {place} of an array")
        self._values[place] = value


if PURE:
    _parts = twin.parts

    def _addressed():
        parts = _parts()
        return replace(parts, play_lot=lambda *arrays: parts.play_lot(*map(_Addressed, arrays)))

    twin.parts = _addressed


def differences(plan, number, span):
    """Say in which way the compiled engine leaves something else than the reference; nothing if it does not."""
    got, want = Compiled(strict=True).play(plan, number, span), reference().play(plan, number, span)
    found = []
    for log in want.logs:
        one, other = joined(log, [got.logs[log]]), joined(log, [want.logs[log]])
        same = one.words == other.words and np.array_equal(one.replication, other.replication)
        for left, right in zip(one.arrays, other.arrays, strict=True):
            same = same and left.dtype == right.dtype and np.array_equal(left, right)
        if not same:
            found.append(f"{log} differ")
    if [(each.number, each.error) for each in got.failures] != [
        (each.number, each.error) for each in want.failures
    ]:
        found.append("failures differ")
    if got.violations != want.violations:
        found.append("violations differ")
    return found


def row_differences(path, worlds=25):
    """Compare the rows of worlds that are read one after the other."""
    plan = compile_plan(load_resolved(path, ()).scenario)
    got, want = (each.worlds(plan, 2, Span(4, worlds)) for each in (Compiled(strict=True), reference()))
    return [f"{path.name}: rows differ" for one, other in zip(got, want, strict=True) if one != other]


def shipped_differences(replications, which=SHIPPED):
    """Compare replications of the shipped scenarios."""
    found = []
    for path in which:
        plan = compile_plan(load_resolved(path, ()).scenario)
        before = len(GIVEN_UP)
        found += [f"{path.name}: {each}" for each in differences(plan, 5, Span(0, replications))]
        left = len(GIVEN_UP) - before
        if 50 * left > replications:  # what the twin gives up would always be the same
            found.append(f"{path.name}: {left} of {replications} replications were left to the reference")
    return found


def lot_differences(replications=70):
    """Compare lots of replications for whose rows there is too little room at first, and never for a whole lot."""
    path = next(path for path in SHIPPED if path.name == "coalition.yaml")
    plan, ample = compile_plan(load_resolved(path, ()).scenario), engine._lowered
    tight = Capacity(processes=8, heap=8, posts=8, transitions=8, signals=8, waits=8, causes=8)
    engine._lowered = lambda same: lowered(same.plan, tight)
    try:
        return [f"lots: {each}" for each in differences(plan, 6, Span(1, replications))]
    finally:
        engine._lowered = ample


def edge_differences(replications):
    """Compare worlds full of coincidences; as plain Python also with the twin's ties the other way round."""
    found = []
    for name, scenario in edges().items():
        plan, before = compile_plan(scenario), len(GIVEN_UP)
        found += [f"{name}: {each}" for each in differences(plan, 3, Span(0, replications))]
        if len(GIVEN_UP) - before > replications // 4:
            found.append(f"{name}: {len(GIVEN_UP) - before} of {replications} were left to the reference")
        if PURE:
            with ties_reversed():
                found += [
                    f"{name}, ties reversed: {each}"
                    for each in differences(plan, 4, Span(0, max(1, replications // 2)))
                ]
    return found


@entry
def _pop_ties(ints, found):
    memory, told = address_of(ints), address_of(found)
    for time, whom in ((7, 1), (7, 2), (3, 3), (7, 4)):
        timers._push(memory, time, whom)
    for place in range(4):
        told[place] = timers.pop(memory)


def order_of_ties():
    """Return the order in which the twin's timers go off that were set for 1, 2, 3, 4 and are due at 7, 7, 3, 7."""
    memory, found = [0] * (layout.HEAD + 15), [0] * 4
    memory[layout.HEAP], memory[layout.MOST_HEAP] = layout.HEAD, 5
    if not PURE:
        memory, found = np.array(memory), np.array(found)
    _pop_ties(memory, found)
    return list(found)


def tie_differences():
    """Say if ties do not go off in the order in which they were set, or reversed not in the other."""
    orderly = order_of_ties()
    with ties_reversed():
        turned = order_of_ties()
    return [] if (orderly, turned) == ([3, 1, 2, 4], [3, 4, 2, 1]) else ["ties are not reversed"]


def _later(memory, one, other):
    return memory[one] < memory[other] or (
        memory[one] == memory[other] and memory[one + 1] > memory[other + 1]
    )


def _push_before(memory, time, whom):
    heap, place = memory[layout.HEAP], memory[layout.N_HEAP]
    if place >= memory[layout.MOST_HEAP]:
        memory[layout.STATUS] = layout.FULL
        return
    memory[layout.N_HEAP] += 1
    memory[layout.SEQUENCE] += 1
    while place > 0 and memory[heap + 3 * ((place - 1) // 2)] >= time:
        above = heap + 3 * ((place - 1) // 2)
        for column in range(3):
            memory[heap + 3 * place + column] = memory[above + column]
        place = (place - 1) // 2
    row = heap + 3 * place
    memory[row], memory[row + 1], memory[row + 2] = time, memory[layout.SEQUENCE], whom


def reverse_ties():
    """Have the twin's timers that are due together go off in the reverse order in which they were set.

    A compiled twin must not be compiled yet, and is to be kept in a folder of its own.
    """
    timers._push, timers._earlier = compiled(_push_before), compiled(_later)


@contextmanager
def ties_reversed():
    """Have ties reversed for a while, as plain Python."""
    orderly = timers._push, timers._earlier
    reverse_ties()
    try:
        yield
    finally:
        timers._push, timers._earlier = orderly


def drawn_differences(worlds, number=0, replications=2):
    """Compare replications of drawn worlds; also say how many could not be lowered."""
    found, refused = [], []

    @seed(number)
    @settings(
        max_examples=worlds,
        deadline=None,
        database=None,
        derandomize=number == 0,
        suppress_health_check=list(HealthCheck),
    )
    @given(scenarios())
    def compare(scenario):
        plan = compile_plan(scenario)
        try:
            lowered(plan)
        except CannotLowerError as error:
            refused.append(str(error))
            return
        told = differences(plan, 1, Span(0, replications))
        if told:
            found.append((scenario, told))

    compare()
    return found, refused


LAWS = (
    ConstantLaw(3.0),
    ExponentialLaw(0.7),
    LognormalLaw(1.5, 0.8),
    HalvesLaw(0.3, 0.5, 1.5),
    HalvesLaw(-0.4, 0.9, 0.3, True),
    law_of(Uniform(2.0, 5.0)),
    law_of(Pert(1.0, 2.0, 9.0)),
    law_of(OneOf((1.0, 4.0, 6.5), (2.0, 1.0, 5.0))),
)


@entry
def twins(kind, ints, floats, size, u, h, x):
    """Return quantile, length by hazard and hazard of a law, as the twin has them."""
    memory, numbers = address_of(ints), address_of(floats)
    return (
        quantile_of(kind, memory, numbers, 0, size, u),
        at_hazard_of(kind, memory, numbers, 0, size, h),
        hazard_of(kind, memory, numbers, 0, size, x),
    )


def law_differences(values=400):
    """Compare every law with its twin, bit by bit."""
    chance = random.Random(1)
    found = []
    for law in LAWS:
        kind, size, numbers = law_values(law)
        ints, floats = ([0], list(numbers)) if PURE else (np.zeros(1, np.int64), np.array(numbers))
        for _ in range(values):
            u, h = chance.random(), chance.expovariate(0.3)
            x = chance.choice((-1.0, 0.0, *numbers[:size], chance.uniform(-1.0, 12.0)))
            told = twins(kind, ints, floats, size, u, h, x)
            wanted = law.quantile(u), law.at_hazard(h), law.hazard(x)
            if told != wanted:
                found.append(f"{law}: {u} {h} {x}: {told} is not {wanted}")
    return found


if __name__ == "__main__":
    for line in law_differences():
        sys.exit(line)
    wanted = [int(argument) for argument in sys.argv[1:]]
    differing_files = shipped_differences(wanted[0]) if wanted[0] else []
    differing_files += edge_differences(8 if PURE else 40)
    differing_files += lot_differences()
    differing_files += tie_differences() if PURE else []
    differing_files += row_differences(next(path for path in SHIPPED if path.name == "coalition.yaml"))
    for line in differing_files:
        print(line)
    differing, unlowered = drawn_differences(wanted[1], *wanted[2:3])
    print(
        f"{len(differing)} of {wanted[1]} drawn worlds differ, {len(unlowered)} cannot be lowered {set(unlowered)}"
    )
    print(f"{len(GIVEN_UP)} replications were left to the reference")
    for scenario, told in differing[:5]:
        print(told, scenario.model_dump_json(exclude_unset=True))
    sys.exit(bool(differing or differing_files))
