"""The engine that plays with the compiled twin, and with the reference what the twin does not play.

A plan with a construct that cannot be lowered is played by the reference as a whole, or, if this engine was asked for
by name, refused. A replication that the twin gives up (it fails, or meets what is too rare to be written twice) is
played by the reference alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from sim.engines.columns import LOGS, SECONDS_PER_DAY, Columns
from sim.engines.compiled.at_hand import compile_twin, trouble_of_compiling
from sim.engines.compiled.plainly import PURE
from sim.engines.engine import Failure, Played, Violation, merged
from sim.engines.lowering import CannotLowerError, Lowered, lowered
from sim.engines.replicating import reference
from sim.engines.spans import Span
from sim.plan.randomness import Draws
from sim.plan.tables import Plan


@dataclass(frozen=True, slots=True)
class Compiled:
    """Plays with the compiled twin; `strict`: what cannot be lowered is refused, not played by the reference."""

    strict: bool = False

    def prepare(self, plan: Any) -> None:
        """Have the twin at hand, and see that it plays this plan, if nothing else may."""
        self._plays(plan)

    def play(self, plan: Any, seed: int, span: Span) -> Played:
        """Play a span. What one replication raises is kept as its failure; the others stand."""
        if not self._plays(plan):
            return reference().play(plan, seed, span)
        with _twin_of(plan, seed) as twin:
            given_up = _play(twin, plan, Draws(seed, span.first, span.count), span)
            others = [reference().play(plan, seed, Span(number, 1)) for number in given_up]
            return _played(span, twin, others)

    def lets_go(self, plan: Any) -> bool:
        """Tell whether the twin plays a plan, and not as plain Python."""
        return not PURE and self._plays(plan)

    def worlds(self, plan: Any, seed: int, span: Span) -> Iterator[Any]:
        """Yield the logs of one replication after the other, as rows; what one raises goes through."""
        few = span.count < _FEW
        if (few and not self.strict) or not self._plays(plan) or few:
            yield from reference().worlds(plan, seed, span)
            return
        draws = Draws(seed, span.first, 0)
        for part in _cut(span, _AT_ONCE):
            if part.first % _DEALT_AT_ONCE == span.first % _DEALT_AT_ONCE:
                draws = Draws(seed, part.first, min(_DEALT_AT_ONCE, span.end - part.first))
            with _twin_of(plan, seed) as twin:
                given_up = set(_play(twin, plan, draws, part))
                logs = twin.rows.logs(twin.low)
            for number in range(part.first, part.end):
                if number in given_up:
                    yield from reference().worlds(plan, seed, Span(number, 1))
                else:
                    yield logs[number]

    def _plays(self, plan: Any) -> bool:
        """Tell whether the twin plays a plan, and have it compiled then."""
        try:
            _lowered(_Same(plan))
        except CannotLowerError:
            if self.strict:
                raise
            return False
        if not self.strict:
            return not trouble_of_compiling()
        compile_twin()
        return True


_FEW, _AT_ONCE, _DEALT_AT_ONCE = 20, 10, 100
"""Of fewer worlds it is not worth to lower the plan; so many are played, and to so many chance is dealt, at once.

Who asks for worlds one after the other may have seen enough before the last.
"""


def _cut(span: Span, size: int) -> Iterator[Span]:
    for first in range(span.first, span.end, size):
        yield Span(first, min(size, span.end - first))


@contextmanager
def _twin_of(plan: Plan, seed: int) -> Iterator[Any]:
    """Give a twin of a plan that nobody else uses meanwhile, without rows."""
    from sim.engines.compiled.twin import Rows, Twin

    pool = _pool(_Same(plan), seed)
    try:
        twin = pool.pop()
    except IndexError:
        twin = Twin(plan, seed, _lowered(_Same(plan)))
    twin.begin_rows(Rows())
    yield twin
    pool.append(twin)


def _play(twin: Any, plan: Plan, draws: Draws, span: Span) -> list[int]:
    """Play a span with a twin; return the replications that the reference must play."""
    from sim.model.rehearsal import known_numbers

    given_up: list[int] = []
    known: dict[int, dict[str, float] | None] = {}
    for number in range(span.first, span.end):
        try:
            known[number] = known_numbers(plan, draws, number)
        except Exception:  # noqa: BLE001 - it fails, and the reference says how
            given_up.append(number)
    return sorted([*given_up, *twin.play(list(known), list(known.values()))])


class _Same:
    """A plan as a key: the same object."""

    __slots__ = ("plan",)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return id(self.plan)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.plan is self.plan


@lru_cache(maxsize=16)
def _lowered(same: _Same) -> Lowered:
    return lowered(same.plan)


@lru_cache(maxsize=16)
def _pool(same: _Same, seed: int) -> list[Any]:
    """Return the twins of a plan that nobody uses now: each thread takes one, and gives it back."""
    return []


def _played(span: Span, twin: Any, others: list[Played]) -> Played:
    own = twin.rows.columns(twin.low)
    failures: tuple[Failure, ...] = tuple(failure for part in others for failure in part.failures)
    violations = [violation for part in others for violation in part.violations]
    violations += _violations(twin)
    columns = own
    if others:
        columns = {log: _in_order(log, [own[log], *(part.logs[log] for part in others)]) for log in LOGS}
    return Played(span, columns, failures, merged(violations))


def _violations(twin: Any) -> list[Violation]:
    found = []
    for number, rows in twin.rows.violations.items():
        first: dict[str, int] = {}
        for time_broken, _, which in rows:
            first.setdefault(twin.low.statements[which][0], time_broken)
        told = twin.rows.circumstances[number]
        for text, time_broken in first.items():
            found.append(Violation(text, 1, number, time_broken / SECONDS_PER_DAY, told.get(text, "")))
    return found


def _in_order(log: str, parts: list[Columns]) -> Columns:
    """Join parts, and put their replications in order."""
    replication = np.concatenate([part.replication for part in parts])
    order = np.argsort(replication, kind="stable")
    arrays: list[Any] = []
    words: list[tuple[str, ...] | None] = []
    for place, (_, kind) in enumerate(LOGS[log]):
        if kind == "word":
            known = tuple(dict.fromkeys(word for part in parts for word in part.words[place] or ()))
            code_of = {word: code for code, word in enumerate(known)}
            codes = [
                np.array([code_of[word] for word in part.words[place] or ()], dtype=np.int32)[
                    part.arrays[place]
                ]
                for part in parts
            ]
            arrays.append(np.concatenate(codes)[order])
            words.append(known)
        else:
            arrays.append(np.concatenate([part.arrays[place] for part in parts])[order])
            words.append(None)
    return Columns(replication[order], tuple(arrays), tuple(words))
