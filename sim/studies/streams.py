"""The tables of a plan by stream, and what its numbers are in stored worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from sim.plan.changed_laws import delays_of, quantities_of, tables_of
from sim.plan.laws import ConstantLaw, ExponentialLaw, Law
from sim.plan.tables import (
    ApprovalPlan,
    CasualtyPlan,
    ContingentPlan,
    ContributorPlan,
    Delay,
    EventsPlan,
    MilestonePlan,
    Plan,
    Quantity,
    TourPlan,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.studies.courses import Courses


class Streams:
    """The tables of a plan by the stream of their random numbers."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.delays = delays_of(plan)
        self.quantities = quantities_of(plan)
        self.uncertain = dict(plan.uncertain)
        self.answers: dict[str, Quantity] = {}
        self.milestones: dict[str, MilestonePlan] = {}
        self.rates: dict[str, tuple[Quantity, Quantity | None]] = {}
        self.sizes: dict[str, Quantity] = {}
        for fact in plan.facts:
            if isinstance(fact, MilestonePlan):
                self.answers[fact.outcome] = fact.probability
                self.milestones[fact.outcome] = fact
            elif isinstance(fact, EventsPlan):
                for before in ("", ".before_start"):
                    self.rates[fact.arrivals + before] = fact.rate, fact.bursts
                    self.sizes[fact.sizes + before] = fact.bursts
        for casualties in tables_of(plan, CasualtyPlan):
            self.rates[casualties.arrivals] = casualties.rate, None
        for step in tables_of(plan, ApprovalPlan):
            self.answers[step.outcome] = step.probability
        for tour in tables_of(plan, TourPlan):
            self.answers[tour.outcome] = tour.relief
        for table in (*tables_of(plan, ContingentPlan), *tables_of(plan, ContributorPlan)):
            outcome, never = getattr(table, "arrival_outcome", None), getattr(table, "never_arrives", None)
            if outcome is not None and never is not None:
                self.answers[outcome] = never

    @cached_property
    def weighable(self) -> frozenset[str]:
        """The numbers that decide only by what is noted of a course; others show in the course itself."""
        rates = {quantity.stream for pair in self.rates.values() for quantity in pair if quantity}
        return frozenset({quantity.stream for quantity in self.answers.values()} | rates)


class Numbers:
    """A plan's numbers in every world, with some laws exchanged: drawn as they were drawn, constants as is said."""

    def __init__(self, streams: Streams, courses: Courses, laws: Mapping[str, Law]) -> None:
        self._streams, self._laws = streams, laws
        self._drawn, self._worlds = courses.drawn, courses.worlds
        self._common: dict[str, NDArray[np.float64]] = {}

    def value(self, quantity: Quantity) -> NDArray[np.float64]:
        """Return a number in each world, moved by what it shares with others, as `Quantity.moved` does."""
        import numpy as np

        value = self._own(quantity)
        if quantity.odds:
            odds = self._product(quantity.odds)
            value = value * odds / (1.0 - value + value * odds)
        return np.minimum(quantity.most, value * self._product(quantity.times)) if quantity.times else value

    def scale(self, delay: Delay) -> NDArray[np.float64]:
        """Return what multiplies a delay in each world."""
        return self._product(delay.times)

    def _own(self, quantity: Quantity) -> NDArray[np.float64]:
        import numpy as np

        law = self._laws.get(quantity.stream, quantity.law)
        return (
            np.full(self._worlds, law.value) if isinstance(law, ConstantLaw) else self._drawn[quantity.stream]
        )

    def _product(self, names: Sequence[str]) -> NDArray[np.float64]:
        import numpy as np

        product = np.ones(self._worlds)
        for name in names:
            if name not in self._common:
                self._common[name] = self._own(self._streams.uncertain[name])
            product = product * self._common[name]
        return product

    def clock(self, stream: str) -> tuple[Law, NDArray[np.float64]]:
        """Return a delay's law and scale by its stream: one of the tables, or that between incidents of a rate."""
        import numpy as np

        known = self._streams.delays.get(stream)
        if known is not None:
            return self._laws.get(stream, known.law), self.scale(known)
        rate, bursts = self._streams.rates[stream]
        size = np.maximum(1.0, self.value(bursts)) if bursts else 1.0
        return ExponentialLaw(1.0), size / self.value(rate)
