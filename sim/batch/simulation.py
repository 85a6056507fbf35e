"""What a worker does: plays spans of replications of one plan, with whichever engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.engines.choice import chosen_engine
from sim.engines.engine import Engine, Failure, Played, Violation, merged
from sim.engines.spans import Span

__all__ = ["Failure", "Model", "Played", "Simulation", "Violation", "merged", "standard_model"]


@dataclass(frozen=True, slots=True)
class Model:
    """The seam to `sim.plan` and `sim.engines`: how a scenario is compiled, and who plays it."""

    compile: Callable[[Any], Any]
    engine: Engine


@dataclass(frozen=True, slots=True)
class Simulation:
    """One compiled plan with its seed; calling it with a span plays those replications.

    It holds nothing of the compiler, so that a worker need not import what only compiling takes.
    """

    engine: Engine
    plan: Any
    seed: int

    @classmethod
    def of(cls, model: Model, plan: Any, seed: int) -> Simulation:
        """Return the simulation of a plan that the model compiled."""
        model.engine.prepare(plan)
        return cls(model.engine, plan, seed)

    @property
    def lets_go(self) -> bool:
        """Tell whether threads play it at once."""
        return self.engine.lets_go(self.plan)

    def __call__(self, span: Span) -> Played:
        """Play a span. What one replication raises is kept as its failure; the others stand."""
        return self.engine.play(self.plan, self.seed, span)


def standard_model(engine: str | None = None, replications: int | None = None) -> Model:
    """Return the simulator's own model, played by the engine of that name (None: the one asked for).

    `replications` is how many will be played, None if that is not known: with `auto` it decides whether the compiled
    engine is worth it.
    """
    from sim.plan.compilation import compile_plan

    return Model(compile_plan, chosen_engine(engine, replications))
